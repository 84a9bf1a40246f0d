//! The files of a recorded run.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use crate::record::{self, Record};

/// A file of a recorded run that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}", path = .path.display())]
pub(crate) struct FolderError {
    path: PathBuf,
    /// What is wrong with it, and what to do.
    reason: String,
}

/// The records of a run's folder: one at least.
pub(crate) fn records(folder: &Path) -> Result<Vec<Record>, FolderError> {
    let path = folder.join("records.csv");
    let fail = |reason: String| FolderError { path: path.clone(), reason };
    if !path.exists() && folder.join("members.csv").exists() {
        return Err(fail(
            "is not there: this is a run of --members, whose figures are in algorithms.csv and members.csv".to_owned(),
        ));
    }
    let file = File::open(&path).map_err(|error| fail(format!("cannot be read: {error}; give the folder of a run")))?;
    let records = record::read_csv(BufReader::new(file)).map_err(|error| fail(format!("is no file of records: {error}")))?;
    if records.is_empty() {
        return Err(fail("holds no record; give the folder of a run".to_owned()));
    }
    Ok(records)
}

/// The environment of a run's folder.
pub(crate) fn environment(folder: &Path) -> Result<toml::Table, FolderError> {
    let path = folder.join("environment.toml");
    let fail = |reason: String| FolderError { path: path.clone(), reason };
    let text = fs::read_to_string(&path).map_err(|error| fail(format!("cannot be read: {error}; give the folder of a run")))?;
    text.parse().map_err(|error: toml::de::Error| fail(format!("is not TOML: {}", error.message())))
}
