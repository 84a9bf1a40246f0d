//! How a subcommand writes its rows: for people, for pages, for programs.

use clap::ValueEnum;
use serde::Serialize;

use super::error::Error;
use crate::report::table::Table;
use crate::report::wrapped;

/// How rows are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For a terminal.
    #[default]
    Table,
    /// With a header line, numbers in full.
    Csv,
    /// A list of objects, numbers in full.
    Json,
    /// For a page.
    Markdown,
}

/// A row for programs: its fields are columns.
pub(super) trait Row: Serialize {
    /// The fields in order, so that a file without rows has its header as well.
    const COLUMNS: &'static [&'static str];
}

impl Format {
    /// The rows for programs, or the table that shows them to people.
    pub(super) fn written<R: Row>(self, rows: &[R], table: impl FnOnce() -> Table) -> Result<String, Error> {
        match self {
            Self::Table => Ok(wrapped(&table().terminal())),
            Self::Markdown => Ok(table().markdown()),
            Self::Csv => csv(rows),
            Self::Json => serde_json::to_string_pretty(rows).map(|text| text + "\n").map_err(unwritable),
        }
    }
}

fn csv<R: Row>(rows: &[R]) -> Result<String, Error> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    writer.write_record(R::COLUMNS).map_err(unwritable)?;
    for row in rows {
        writer.serialize(row).map_err(unwritable)?;
    }
    let bytes = writer.into_inner().map_err(unwritable)?;
    String::from_utf8(bytes).map_err(unwritable)
}

/// Rows are numbers and words, and written to memory: should that fail, it is said.
fn unwritable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Stdout(std::io::Error::other(error))
}

/// Holds the names of columns against the fields of a row.
#[cfg(test)]
pub(super) fn assert_columns<R: Row>(row: &R) {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.serialize(row).unwrap();
    let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
    assert_eq!(text.lines().next().unwrap(), R::COLUMNS.join(","));
}
