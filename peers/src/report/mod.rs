//! The folder of a run: raw figures and tables.

mod answers;
mod costs;
mod markdown;
mod number;
mod raw;
mod standings;
mod targets;
mod versions;

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use toml::Table;

use crate::environment::Machine;
use crate::error::Error;
use crate::plan::{LONG_BUILD, Plan};
use crate::results::Results;
use crate::seen::Seen;

/// A folder that takes a run.
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder, or takes an empty one.
    pub(crate) fn new(path: PathBuf) -> Result<Self, Error> {
        let refuse = |source| Error::Write { path: path.clone(), source };
        fs::create_dir_all(&path).map_err(refuse)?;
        if fs::read_dir(&path).map_err(refuse)?.next().is_some() {
            return Err(refuse(io::Error::new(io::ErrorKind::DirectoryNotEmpty, "it is not empty")));
        }
        Ok(Self(path))
    }

    /// Writes everything, and prints the targets. The folder is made again if it is gone, so that a long run is not lost.
    pub(crate) fn write(&self, results: &Results, machine: &Machine, plan: &Plan) -> Result<(), Error> {
        fs::create_dir_all(&self.0).map_err(|source| Error::Write { path: self.0.clone(), source })?;
        let environment = machine.describe(results, plan);
        self.file("results.csv", &raw::look_ups(results))?;
        self.file("changes.csv", &raw::changes(results))?;
        self.file("probes.csv", &raw::probes(results))?;
        self.file("environment.toml", &environment.to_string())?;
        let targets = targets::section(results);
        self.file("README.md", &page(results, &environment, &targets))?;
        let text = format!("{targets}\n{}\n{}", verdict(&results.seen), standings::summary(results));
        writeln!(io::stdout(), "{text}").map_err(Error::io("print the targets"))
    }

    fn file(&self, name: &str, text: &str) -> Result<(), Error> {
        let path = self.0.join(name);
        fs::write(&path, text).map_err(|source| Error::Write { path: Path::to_owned(&path), source })
    }
}

fn page(results: &Results, environment: &Table, targets: &str) -> String {
    let mut page = String::from("# Annulus beside its peers\n\n");
    let say = |key: &str| environment.get(key).map(ToString::to_string).unwrap_or_default();
    let _ = writeln!(
        page,
        "Made by `{}` on {}: {}, {}, revision {}. All of it is in `environment.toml`. `results.csv` has the look-ups of every \
         sitting, `changes.csv` the changes of every round, `probes.csv` what the processes of their own found.\n",
        say("command").trim_matches('"'),
        say("date").trim_matches('"'),
        say("cpu").trim_matches('"'),
        say("compiler").trim_matches('"'),
        say("revision").trim_matches('"'),
    );
    page.push_str(&verdict(&results.seen));
    page.push('\n');
    page.push_str(METHOD);
    page.push_str(&built_once(results));
    let sections = [
        targets.to_owned(),
        standings::summary(results),
        standings::tables(results),
        costs::section(results),
        answers::section(results),
        versions::section(results),
    ];
    page.push_str(&sections.join("\n"));
    page
}

/// Whether the machine was quiet.
fn verdict(seen: &Seen) -> String {
    let Some((verdict, observed)) = seen.verdict() else { return "Nothing was timed.\n".to_owned() };
    let mut text =
        format!("**The machine: {verdict}.** That means: {}. While look-ups were timed, {observed}.", verdict.meaning());
    let disturbed: Vec<String> = seen.disturbed().map(|(cell, verdict)| format!("{cell} ({verdict})")).collect();
    if disturbed.len() == seen.cells() {
        text.push_str(" No cell was timed on a quiet machine.");
    } else if !disturbed.is_empty() {
        let _ = write!(text, " Not quiet in {} of {} cells: {}.", disturbed.len(), seen.cells(), disturbed.join(", "));
    }
    text.push('\n');
    text
}

/// Those who were not built again for each sitting.
fn built_once(results: &Results) -> String {
    let each = results.cells.iter().flat_map(|(cell, subjects)| subjects.iter().map(move |subject| (cell, subject)));
    let once: Vec<String> =
        each.filter(|(_, subject)| subject.built_once).map(|(cell, subject)| format!("{} ({cell})", subject.name)).collect();
    if once.is_empty() {
        return String::new();
    }
    format!(
        "A build that takes more than {} s is made once and used in all sittings, so the intervals of these do not show how builds \
         differ: {}.\n\n",
        LONG_BUILD.as_secs(),
        once.join(", ")
    )
}

const METHOD: &str = "\
Times are nanoseconds a look-up. Look-ups are timed in sittings. In each sitting everybody is built again, with nodes of other names, \
and has some turns in random order. A turn brings the state into the caches, then times chunks of some microseconds, of which the \
median counts. It is scaled by a chain of multiplications that is timed in the same round, which takes out changes of frequency. A time is the \
geometric mean over the sittings. A ratio is taken within each sitting; the table gives the geometric mean and Student's 95 % \
interval of its logarithms. Above 1, ours is faster. Changes and builds are timed in rounds: there, it is the median with its 95 % \
interval by order statistics.

*Latency*: each look-up waits for the answer before. *Throughput*: none does. *Digest*: the key is a `u64`. *String*: it is 16 \
characters, and the answer is what the node stands for. Keys come from the same generator for everybody, and every chunk has fresh ones. Peers \
are asked through their own interfaces under their own default hashers, so most hash a `u64` key as well. Nodes are `u32` numbers \
where a crate takes any type.

";
