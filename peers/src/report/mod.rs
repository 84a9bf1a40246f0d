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

use crate::environment::{Machine, Stillness};
use crate::error::Error;
use crate::plan::Plan;
use crate::results::Results;

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

    /// Writes everything, and prints the targets.
    pub(crate) fn write(&self, results: &Results, machine: &Machine, plan: &Plan) -> Result<(), Error> {
        let environment = machine.describe(results, plan);
        self.file("results.csv", &raw::medians(results))?;
        self.file("probes.csv", &raw::probes(results))?;
        self.file("environment.toml", &environment.to_string())?;
        let targets = targets::section(results);
        let warning = machine.warning(results);
        self.file("README.md", &page(results, &environment, warning.as_deref(), &targets))?;
        let mut text = targets;
        if let Some(warning) = warning {
            let _ = writeln!(text, "\nWarning: {warning}.");
        }
        let _ = writeln!(text, "\n{}", standings::summary(results));
        writeln!(io::stdout(), "{text}").map_err(Error::io("print the targets"))
    }

    fn file(&self, name: &str, text: &str) -> Result<(), Error> {
        let path = self.0.join(name);
        fs::write(&path, text).map_err(|source| Error::Write { path: Path::to_owned(&path), source })
    }
}

fn page(results: &Results, environment: &Table, warning: Option<&str>, targets: &str) -> String {
    let mut page = String::from("# Annulus beside its peers\n\n");
    let say = |key: &str| environment.get(key).map(ToString::to_string).unwrap_or_default();
    let _ = writeln!(
        page,
        "Made by `{}` on {}: {}, {}, revision {}; load {} before and {} after; {}. All of it is in `environment.toml`, the raw \
         medians of every round in `results.csv`, what the processes of their own found in `probes.csv`.\n",
        say("command").trim_matches('"'),
        say("date").trim_matches('"'),
        say("cpu").trim_matches('"'),
        say("compiler").trim_matches('"'),
        say("revision").trim_matches('"'),
        say("load_before").trim_matches('"'),
        say("load_after").trim_matches('"'),
        Stillness::of(results),
    );
    if let Some(warning) = warning {
        let _ = writeln!(page, "**Noisy:** {warning}.\n");
    }
    page.push_str(METHOD);
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

const METHOD: &str = "\
Times are nanoseconds a look-up: the median chunk of a turn, then the median over rounds. A chunk is some microseconds of \
look-ups, timed by itself; everybody has a turn in each round, in random order, and within a round everybody is asked for the same \
keys, which are fresh in every chunk. *Latency*: each look-up waits for the answer before. *Throughput*: none does. A ratio is the \
median over rounds of the ratios within a round, with its 95 % interval by order statistics; above 1, ours is faster. *Digest*: \
the key is a `u64`; *string*: it is 16 characters, and the answer is what the node stands for. Peers are asked through their own \
interfaces under their own default hashers, so most hash a `u64` key as well, and nodes are `u32` numbers where a crate takes any \
type.

";
