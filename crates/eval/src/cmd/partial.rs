//! A run in progress: a folder beside the run's own, where finished steps stand until the run is complete.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::error::{Error, OutputProblem};
use super::terminal::warn;
use crate::keys::KeySet;
use crate::measure::{MeasureError, Steps};
use crate::record::{self, Checksum, Record};
use crate::scenario::{STANDARD_INPUT, Scenario};

/// What follows the name of the run's own folder.
const ENDING: &str = ".partial";

/// The exit code of a program that was interrupted.
const INTERRUPTED: i32 = 130;

/// What is said when the run is interrupted.
static SAID: Mutex<Option<String>> = Mutex::new(None);

/// A run of which some steps are finished.
pub(super) struct Partial {
    folder: PathBuf,
    plan: Plan,
    scenario: String,
}

/// What a run must have in common with the one that it goes on from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Plan {
    program: String,
    out: PathBuf,
    stream: bool,
    keys_checksum: Option<Checksum>,
}

impl Partial {
    /// Of a run that begins. Nothing is written until its first step is finished.
    pub(super) fn begin(out: &Path, scenario: &Scenario, stream: bool) -> Result<Self, Error> {
        let folder = beside(out);
        let fail = |problem| Error::Output { path: folder.clone(), problem };
        if folder.exists() {
            return Err(Error::Usage(format!(
                "{} has finished steps of an interrupted run; go on with `annulus run --resume {}`, or remove it",
                folder.display(),
                folder.display()
            )));
        }
        let scenario = scenario.to_toml().map_err(|error| fail(OutputProblem::Content(error.to_string())))?;
        let plan = Plan { program: program(), out: out.to_owned(), stream, keys_checksum: None };
        Ok(Self { folder, plan, scenario })
    }

    /// Of the interrupted run in `folder`, with its scenario.
    pub(super) fn resume(folder: &Path, keys: Option<&str>) -> Result<(Self, Scenario), Error> {
        let fail = |reason: String| Error::Page { path: folder.to_owned(), reason };
        let text = |name: &str| {
            let remedy = "give the folder that an interrupted run named, which ends in .partial";
            fs::read_to_string(folder.join(name)).map_err(|error| fail(format!("{name}: {error}; {remedy}")))
        };
        let plan: Plan = toml::from_str(&text("run.toml")?).map_err(|error| fail(format!("run.toml: {}", error.message())))?;
        if plan.program != program() {
            let both = format!("was begun by {}, and this is {}", plan.program, program());
            return Err(fail(format!("{both}; run it again from its scenario.toml")));
        }
        let scenario = text("scenario.toml")?;
        let mut read = Scenario::parse(&folder.join("scenario.toml").to_string_lossy(), &scenario)?;
        if let Some(keys) = keys {
            keys.clone_into(&mut read.keys);
        } else if read.keys == STANDARD_INPUT {
            return Err(fail("had its keys from standard input; give the same again with --keys".to_owned()));
        }
        Ok((Self { folder: folder.to_owned(), plan, scenario }, read))
    }

    pub(super) fn out(&self) -> &Path {
        &self.plan.out
    }

    pub(super) fn streams(&self) -> bool {
        self.plan.stream
    }

    /// Says which keys the run is of; refuses others than those that it began with.
    pub(super) fn of_keys(&mut self, keys: &KeySet) -> Result<(), Error> {
        let checksum = Checksum(keys.checksum());
        match self.plan.keys_checksum.replace(checksum) {
            Some(before) if before != checksum => {
                let reason = format!("was begun with other keys: their checksum was {before}, and now is {checksum}");
                Err(Error::Page { path: self.folder.clone(), reason })
            }
            _ => Ok(()),
        }
    }

    /// From now on, an interruption says what is kept and ends the program.
    pub(super) fn watch(&self) {
        if self.folder.exists() {
            self.say();
        }
        watch();
    }

    /// What an interruption says from now on.
    fn say(&self) {
        let folder = self.folder.display();
        if let Ok(mut said) = SAID.lock() {
            *said = Some(format!("interrupted; finished steps are in {folder}; go on with `annulus run --resume {folder}`"));
        }
    }

    /// The run is complete, or cannot be completed.
    pub(super) fn remove(&self) {
        // What cannot be removed stays to be seen.
        let _ = fs::remove_dir_all(&self.folder);
    }

    fn file(&self, step: &str) -> PathBuf {
        self.folder.join(format!("{}.csv", step.replace(' ', "-")))
    }

    /// Writes the folder, with what a resumed run reads first.
    fn create(&self) -> Result<(), String> {
        let file = |name: &str, text: &str| fs::write(self.folder.join(name), text).map_err(|error| format!("{name}: {error}"));
        fs::create_dir_all(&self.folder).map_err(|error| error.to_string())?;
        file("scenario.toml", &self.scenario)?;
        file("run.toml", &toml::to_string_pretty(&self.plan).map_err(|error| error.to_string())?)
    }

    fn keep(&self, step: &str, records: &[Record]) -> Result<(), String> {
        if !self.folder.exists() {
            self.create()?;
        }
        let (unfinished, finished) = (self.file(step).with_extension("unfinished"), self.file(step));
        let file = File::create(&unfinished).map_err(|error| error.to_string())?;
        record::write_csv(BufWriter::new(file), records).map_err(|error| error.to_string())?;
        fs::rename(&unfinished, &finished).map_err(|error| error.to_string())?;
        self.say();
        Ok(())
    }
}

/// This program: steps of another are not mixed with its own.
fn program() -> String {
    format!("annulus {} of revision {}", env!("CARGO_PKG_VERSION"), option_env!("ANNULUS_REVISION").unwrap_or("unknown"))
}

/// From now on, an interruption ends the program with a word.
pub(super) fn watch() {
    // Where a handler cannot be had, an interruption ends the program without one.
    let _ = ctrlc::set_handler(|| {
        let said = SAID.lock().ok().and_then(|said| said.clone());
        warn(&said.unwrap_or_else(|| "interrupted; nothing was finished yet, and nothing is kept".to_owned()));
        std::process::exit(INTERRUPTED);
    });
}

/// The folder beside that of a run.
fn beside(out: &Path) -> PathBuf {
    let mut name: OsString = out.components().collect::<PathBuf>().into_os_string();
    name.push(ENDING);
    name.into()
}

impl Steps for Partial {
    fn finished(&self, step: &str) -> Option<Vec<Record>> {
        let file = File::open(self.file(step)).ok()?;
        // A file that cannot be read is measured again.
        record::read_csv(BufReader::new(file)).ok()
    }

    fn finish(&mut self, step: &str, records: &[Record]) -> Result<(), MeasureError> {
        if records.is_empty() {
            return Ok(());
        }
        let fail = |reason: String| MeasureError::Request(format!("{}: cannot be written: {reason}", self.folder.display()));
        self.keep(step, records).map_err(fail)
    }
}
