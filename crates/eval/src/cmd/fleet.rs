//! `annulus run --members`: somebody's own members through every algorithm.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::environment::Machine;
use super::error::{Error, OutputProblem};
use super::output::OutputFolder;
use super::partial;
use super::terminal::{both_are_stdin, is_stdin, print, warn};
use crate::algorithm::{Algorithm, Registry};
use crate::fleet::{Fleet, Placed, Times};
use crate::keys::LoadedKeys;
use crate::known;
use crate::members::{self, Member};
use crate::progress::Progress;
use crate::reading::number::count;
use crate::report::fleet::FleetReport;

/// What is asked for.
pub(super) struct Request {
    pub(super) members: PathBuf,
    pub(super) keys: Option<PathBuf>,
    /// All there are, if none are named.
    pub(super) algorithms: Option<Vec<String>>,
    pub(super) memory: u64,
    pub(super) seed: u64,
    pub(super) folder: PathBuf,
}

impl Request {
    /// Measures, writes the folder, prints the tables.
    pub(super) fn execute(&self, registry: &Registry, machine: &Machine, cost: impl FnOnce() -> Table) -> Result<(), Error> {
        if is_stdin(&self.members) && self.keys.as_deref().is_some_and(is_stdin) {
            return Err(both_are_stdin());
        }
        let folder = OutputFolder::plan(&self.folder)?;
        let members = members::load(&self.members)?;
        let algorithms = self.algorithms(registry, &members)?;
        let placed = match &self.keys {
            Some(file) => {
                let keys = LoadedKeys::load(file)?;
                if keys.looks_separated() {
                    let file = file.display();
                    warn(&format!(
                        "--keys {file}: most lines end in a comma and a number, and all of that was read as the key; put a tab before a load"
                    ));
                }
                Placed::Given(keys)
            }
            None => Placed::random(self.seed, members.len()),
        };
        let load = if placed.has_loads() { format!(" of load {}", count(placed.total_load())) } else { String::new() };
        warn(&format!("{}; {} keys{load}", members::counted(&members), count(placed.len() as u64)));
        partial::watch();
        let progress = Progress::new(Fleet::work(&algorithms) + Times::work(&algorithms));
        let fleet = Fleet::measure(members, placed, &algorithms, self.seed, &progress);
        let fleet = fleet.map_err(|error| Error::Usage(format!("{}: {error}", self.members.display())));
        let measured = fleet.map(|fleet| {
            let times = Times::take(&algorithms, &fleet.members, self.seed, &progress);
            (fleet, times)
        });
        progress.finish();
        let (fleet, times) = measured?;
        let mut environment = machine.describe(None, cost());
        environment.extend(machine.of_times(&times.observed(), times.chain()));
        environment.insert("seed".to_owned(), Value::String(self.seed.to_string()));
        let file = if is_stdin(&self.members) { "FILE".to_owned() } else { self.members.display().to_string() };
        let report = FleetReport::new(&fleet, &times, &environment, file);
        let place = folder.write(|path| fill(path, &fleet, &times, &report, &environment))?;
        print(&format!("{}\nwritten to {}: open {}\n", report.summary(), place.display(), place.join("report.html").display()))?;
        if fleet.sides.iter().all(|side| side.standing.is_err()) {
            return Err(Error::NothingMeasured { folder: place });
        }
        Ok(())
    }
}

impl Request {
    /// The algorithms that are named; or all there are, with parameters that suit the weights.
    fn algorithms(&self, registry: &Registry, members: &[Member]) -> Result<Vec<Algorithm>, Error> {
        let least = members.iter().map(|member| member.weight.get()).min().unwrap_or(1);
        let all = || registry.iter().map(|algorithm| known::of_least_weight(algorithm.key(), least)).collect();
        let texts: Vec<String> = self.algorithms.clone().unwrap_or_else(all);
        let resolve = |text: &String| {
            let found = registry.resolve(text).map_err(|error| Error::Usage(format!("--algorithms: {error}")))?;
            Ok(found.or_memory_limit(self.memory))
        };
        texts.iter().map(resolve).collect()
    }
}

/// Writes the files of a run into `path`.
fn fill(path: &Path, fleet: &Fleet, times: &Times, report: &FleetReport<'_>, environment: &Table) -> Result<(), Error> {
    let fail = |name: &str, error: &dyn std::fmt::Display| Error::Output {
        path: path.to_owned(),
        problem: OutputProblem::Content(format!("{name}: {error}")),
    };
    let file = |name: &str, write: &dyn Fn(BufWriter<File>) -> Result<(), csv::Error>| {
        let file = File::create(path.join(name)).map_err(|error| fail(name, &error))?;
        write(BufWriter::new(file)).map_err(|error| fail(name, &error))
    };
    file("algorithms.csv", &|out| fleet.write_algorithms(out, times))?;
    file("members.csv", &|out| fleet.write_members(out))?;
    if !fleet.zones().is_empty() {
        file("zones.csv", &|out| fleet.write_zones(out))?;
    }
    file("leaving.csv.zst", &|out| fleet.write_leavings(out))?;
    fs::write(path.join("members.tsv"), tsv(&fleet.members)).map_err(|error| fail("members.tsv", &error))?;
    let text = toml::to_string_pretty(environment).map_err(|error| fail("environment.toml", &error))?;
    fs::write(path.join("environment.toml"), text).map_err(|error| fail("environment.toml", &error))?;
    report.write(path)?;
    Ok(())
}

/// The members as a file of members.
pub(super) fn tsv(members: &[Member]) -> String {
    let line = |member: &Member| {
        let zone = member.zone.as_ref().map_or_else(String::new, |zone| format!("\t{zone}"));
        format!("{}\t{}{zone}\n", member.name, member.weight.get())
    };
    members.iter().map(line).collect()
}
