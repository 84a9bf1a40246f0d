//! What a quiet machine is: the ratios of reads that `annulus clock --remember` stored for it, or else the usual one.

use std::fs;
use std::path::PathBuf;

use annulus_clock::Reads;
use jiff::Timestamp;
use toml::{Table, Value};

use super::error::Error;

/// The reads of a quiet machine.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Quiet {
    /// What reads took then.
    pub(super) reads: Reads,
    /// The day on which the machine was quiet; `None` if the usual ratio is taken.
    pub(super) day: Option<String>,
}

impl Quiet {
    /// Of the machine of this name.
    pub(super) fn of(machine: &str) -> Self {
        let stored = file().and_then(|file| fs::read_to_string(file).ok()).and_then(|text| text.parse::<Table>().ok());
        stored.and_then(|stored| Self::read(&stored, machine)).unwrap_or(Self { reads: Reads::USUAL, day: None })
    }

    fn read(stored: &Table, machine: &str) -> Option<Self> {
        let entry = stored.get(machine)?.as_table()?;
        let ratio = |key: &str| entry.get(key)?.as_float().filter(|ratio| *ratio >= 1.0);
        let reads = Reads { far: ratio(FAR)?, wide: ratio(WIDE)? };
        Some(Self { reads, day: Some(entry.get("day")?.as_str()?.to_owned()) })
    }

    /// Stores the ratio for the machine of this name, and says where.
    pub(super) fn remember(machine: &str, reads: Reads) -> Result<PathBuf, Error> {
        let Some(file) = file() else {
            return Err(Error::Usage("--remember: the system names no folder for a user's data".to_owned()));
        };
        let fail = |reason: String| Error::Page { path: file.clone(), reason };
        let mut stored: Table = match fs::read_to_string(&file) {
            Ok(text) => text.parse().map_err(|error: toml::de::Error| fail(format!("is not TOML: {}", error.message())))?,
            Err(_) => Table::new(),
        };
        stored.insert(machine.to_owned(), Value::Table(entry(reads, &Timestamp::now())));
        let text = toml::to_string(&stored).map_err(|error| fail(error.to_string()))?;
        let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, text));
        written.map_err(|error| fail(format!("cannot be written: {error}")))?;
        Ok(file)
    }
}

const FAR: &str = "far_over_near_reads";
const WIDE: &str = "wide_over_near_reads";

fn entry(reads: Reads, date: &Timestamp) -> Table {
    let ratio = |ratio: f64| Value::Float((ratio * 1000.0).round() / 1000.0);
    Table::from_iter([
        (FAR.to_owned(), ratio(reads.far)),
        (WIDE.to_owned(), ratio(reads.wide)),
        ("day".to_owned(), Value::String(date.strftime("%Y-%m-%d").to_string())),
    ])
}

fn file() -> Option<PathBuf> {
    dirs::data_local_dir().map(|folder| folder.join("annulus").join("quiet.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_back_and_nonsense_is_not() {
        let stored = |far| {
            let reads = Reads { far, wide: 7.5 };
            Table::from_iter([("A, 2 cores".to_owned(), Value::Table(entry(reads, &Timestamp::UNIX_EPOCH)))])
        };
        let expected = Quiet { reads: Reads { far: 2.973, wide: 7.5 }, day: Some("1970-01-01".to_owned()) };
        assert_eq!(Quiet::read(&stored(2.9731), "A, 2 cores"), Some(expected));
        assert_eq!(Quiet::read(&stored(2.9731), "B, 2 cores"), None);
        assert_eq!(Quiet::read(&stored(0.1), "A, 2 cores"), None);
    }
}
