//! `--lenient`: what is done with lines of members, keys and histories that are wrong.

use std::path::Path;

use super::error::Error;
use super::terminal::warn;
use crate::history::History;
use crate::keys::{Input, KeyReader, LoadedKeys, Skipped};
use crate::members::{self, Member};

/// The help of the flag, the same everywhere.
pub(super) const HELP: &str = "Skips lines that are wrong, and says on standard error how many of which kind";

/// The members of `path`.
pub(super) fn members(path: &Path, is_lenient: bool) -> Result<Vec<Member>, Error> {
    let mut reader = KeyReader::open(path).map_err(members::MembersError::from)?.lenient(is_lenient);
    let members = members::read(&mut reader)?;
    report(reader.input(), reader.skipped());
    Ok(members)
}

/// The keys of `path`, with their loads.
pub(super) fn keys(path: &Path, is_lenient: bool) -> Result<LoadedKeys, Error> {
    let mut reader = KeyReader::open(path)?.lenient(is_lenient);
    let keys = LoadedKeys::read(&mut reader)?;
    report(reader.input(), reader.skipped());
    Ok(keys)
}

/// The history of `path`.
pub(super) fn history(path: &Path, is_lenient: bool) -> Result<History, Error> {
    let reader = KeyReader::open(path).map_err(crate::history::HistoryError::from)?;
    let history = History::read(reader.lenient(is_lenient))?;
    report(history.input(), history.skipped());
    Ok(history)
}

/// Says what was skipped.
pub(super) fn report(input: &Input, skipped: Option<&Skipped>) {
    if let Some(skipped) = skipped {
        warn(&format!("{input}: skipped {skipped}"));
    }
}
