//! Pictures drawn from records, each as SVG and as PNG from one drawing function.
//!
//! ```text
//! records ─▶ balance, remap, latency ─▶ Figure (data: panels, axes, series, bands) ─▶ render ─▶ SVG, PNG
//! ```
//!
//! Nothing here measures: a picture reads [`Record`]s, from memory or from a `records.csv` read back, by these names.
//!
//! | picture | `measure` | `metric` | `case` |
//! |---|---|---|---|
//! | balance | `balance` | `max_over_mean` | empty |
//! | remap | `remap` | `moved`, `collateral` | `add_one`, `remove_last`, `remove_any` |
//! | latency | `lookup` | `latency`, `throughput` | `digest`, `string` |
//!
//! Deterministic figures are read from `value`, timed ones from `measured_value`; rows without a finite figure are left
//! out. Rows whose status is an error are drawn like the others: a report says what is wrong with them.

mod axis;
mod balance;
mod figure;
mod latency;
mod pen;
mod remap;
mod render;
mod style;

use std::fs;
use std::path::{Path, PathBuf};

use crate::record::Record;
use figure::Figure;

/// A picture that was drawn, or the reason why it was not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The picture's short name, which is also its files' stem.
    pub name: &'static str,
    /// The question that the picture answers.
    pub title: String,
    /// Where it stands, relative to the run's folder: with the extension `svg`, and again with `png`. `None` where
    /// the records do not hold what the picture needs.
    pub stem: Option<PathBuf>,
    /// How to read it, or why it is not there.
    pub note: String,
}

/// A picture that could not be drawn or written.
#[derive(Debug, thiserror::Error)]
pub enum PlotError {
    /// The folder of the pictures could not be made.
    #[error("cannot make the folder {path} for the pictures: {source}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A picture could not be drawn or its file not written.
    #[error("cannot draw {path}: {reason}")]
    Draw {
        /// The file.
        path: PathBuf,
        /// What the drawing library or the system said.
        reason: String,
    },
}

/// The folder of the pictures within a run's folder.
const FOLDER: &str = "plots";

/// A picture's name, its question, and what makes it of records: a figure, or the reason why there is none.
struct Picture {
    name: &'static str,
    title: &'static str,
    of: fn(&[Record]) -> Result<Figure, String>,
}

/// All pictures, in the order in which a report shows them.
const PICTURES: [Picture; 3] = [
    Picture { name: "balance", title: balance::TITLE, of: balance::figure },
    Picture { name: "remap", title: remap::TITLE, of: remap::figure },
    Picture { name: "latency", title: latency::TITLE, of: latency::figure },
];

/// Draws every picture that the records allow into `dir/plots`, which is made if it is not there.
///
/// # Errors
/// A folder or file that cannot be written. Records that a picture needs and that are not there are no error: the
/// picture's [`Drawn::note`] says what is missing.
pub fn draw_all(dir: &Path, records: &[Record]) -> Result<Vec<Drawn>, PlotError> {
    let folder = dir.join(FOLDER);
    fs::create_dir_all(&folder).map_err(|source| PlotError::Folder { path: folder.clone(), source })?;
    PICTURES.iter().map(|picture| picture.draw(&folder, records)).collect()
}

impl Picture {
    fn draw(&self, folder: &Path, records: &[Record]) -> Result<Drawn, PlotError> {
        let Self { name, title, of } = self;
        let (stem, note) = match of(records) {
            Ok(figure) => {
                render::write(&figure, &folder.join(name))?;
                (Some(Path::new(FOLDER).join(name)), figure.note)
            }
            Err(missing) => (None, missing),
        };
        Ok(Drawn { name, title: (*title).to_owned(), stem, note })
    }
}
