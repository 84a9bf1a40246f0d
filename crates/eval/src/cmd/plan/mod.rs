//! `annulus plan`: what a change of members moves, before it is made.

mod arguments;
mod asked;
mod show;
mod sides;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use annulus::Bytes;
use clap::Args;
use cpu_time::ProcessTime;
use toml::{Table, Value};

use super::environment::Machine;
use super::error::{Error, OutputProblem};
use super::output::OutputFolder;
use super::run::cost;
use super::terminal::{is_stdin, open_stdout, print, warn};
use crate::algorithm::Registry;
use crate::fleet::plan::{Contender, Failure, Plan as Planned, Sets, Source, list};
use crate::keys::{Input, KeyReader, LoadedKeys};
use crate::known::EXAMPLES;
use crate::reading::number::count;
use crate::report::plan::PlanReport;
use arguments::{KeysArgs, MembersArgs};
use asked::Spread;
use show::Shown;
use sides::Sides;

/// Says what a change of members moves, before you make it: how many keys, from whom to whom, against the least possible
///
/// Every key is asked for before and after. Members come from two files, or from two steps of a recorded history. All algorithms stand side by
/// side, unless one is named. With --switch no member changes, but the algorithm or its parameters do.
#[derive(Debug, Args)]
#[command(after_help = after_help())]
pub(super) struct Plan {
    #[command(flatten)]
    members: MembersArgs,
    #[arg(long, value_name = "NAME", help = help_of_algorithm(), help_heading = "Algorithms")]
    algorithm: Option<String>,
    /// How much memory each algorithm's state may take, as 512MB, 4GB or 2GiB [default: 256MB]
    #[arg(long, value_name = "SIZE", allow_hyphen_values = true, help_heading = "Algorithms")]
    memory: Option<Bytes>,
    /// Makes the change to a running router that was built of the members before, in place of building a second one. Where answers depend
    /// on the order of the list, a node that leaves then has its place taken by the last one
    #[arg(long, conflicts_with = "switch", help_heading = "Algorithms")]
    replay: bool,
    #[command(flatten)]
    keys: KeysArgs,
    /// How many nodes hold each key
    #[arg(long, value_name = "R", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..), help_heading = "Copies")]
    replicas: u32,
    /// zone: the copies of a key are in different zones, as `annulus locate --spread zone` places them
    #[arg(long, value_name = "WHAT", value_enum, hide_possible_values = true, help_heading = "Copies")]
    spread: Option<Spread>,
    /// Writes the keys that move instead, as CSV: key,from,to. In constant memory, each line of --keys by itself. Needs --algorithm or --switch
    #[arg(long, conflicts_with_all = ["show", "format", "top", "out"], help_heading = "Output")]
    list: bool,
    #[command(flatten)]
    shown: Shown,
    /// Writes a folder as well, which must not be there or be empty: pages, a picture, and all rows as CSV
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    out: Option<PathBuf>,
}

fn after_help() -> String {
    format!(
        "Examples:
  annulus plan --before now.txt --after then.txt
  annulus plan --before now.txt --after then.txt --algorithm {} --keys sizes.tsv --out plan
  annulus plan --before now.txt --after then.txt --replicas 3 --spread zone
  annulus plan --history members.csv --from 3 --to 2026-01-31 --algorithm {} --replay
  annulus plan --members now.txt --switch {} {}
  annulus plan --before now.txt --after then.txt --algorithm {} --keys keys.gz --list > moved.csv

Both sides are built afresh, each from its list; where answers depend on the order of
the list ({}), that is the order of the file, and of a history the order of joining.
Without --algorithm, parameters are those that suit the weights, as in `annulus run --members`.
Each table says how to read it.",
        EXAMPLES.replicated, EXAMPLES.ordered, EXAMPLES.first, EXAMPLES.replicated, EXAMPLES.first, EXAMPLES.ordered,
    )
}

fn help_of_algorithm() -> String {
    format!("The algorithm, with parameters after a colon: {}, {} [default: all]", EXAMPLES.replicated, EXAMPLES.with_parameter())
}

impl Plan {
    pub(super) fn execute(&self, registry: &Registry) -> Result<(), Error> {
        let began = (Instant::now(), ProcessTime::now());
        self.check_inputs()?;
        open_stdout()?;
        let folder = self.out.as_deref().map(OutputFolder::plan).transpose()?;
        let sides = Sides::read(&self.members, self.replay)?;
        let contenders = self.contenders(registry, &sides)?;
        let sets = asked::sets(&sides, self.replicas, self.spread)?;
        if self.list {
            return self.list(&sides, &contenders, &sets);
        }
        let plan = Planned::measure(sides.change.clone(), &contenders, &sets, self.source(&sides, sets.replicas)?)?;
        let facts = asked::facts(&sides, &plan);
        let report = PlanReport { plan: &plan, facts: &facts, is_switch: self.members.switch.is_some() };
        print(&self.shown.written(&report)?)?;
        if let Some(folder) = folder {
            let machine = Machine::look();
            let mut environment = machine.describe(None, cost(began.0, began.1));
            environment.insert("seed".to_owned(), Value::String(self.keys.seed.to_string()));
            let place = folder.write(|path| fill(path, &sides, &report, &environment))?;
            warn(&format!("written to {}: open {}", place.display(), place.join("report.html").display()));
        }
        // One that refuses among others is in its row.
        match plan.sides.iter().map(|side| side.outcome.as_ref().err()).collect::<Option<Vec<_>>>().as_deref() {
            Some([reason, ..]) => Err(Error::Refused { algorithm: plan.sides[0].name.clone(), reason: (*reason).clone() }),
            _ => Ok(()),
        }
    }

    /// Refuses what cannot be read together.
    fn check_inputs(&self) -> Result<(), Error> {
        let MembersArgs { before, after, history, same, .. } = &self.members;
        if before.is_none() && history.is_none() && same.is_none() {
            let ways = "give --before FILE --after FILE, or --history FILE, or --members FILE --switch FROM TO";
            return Err(Error::Usage(format!("there is no change: {ways}")));
        }
        let named =
            [("--before", before), ("--after", after), ("--history", history), ("--members", same), ("--keys", &self.keys.file)];
        let piped: Vec<&str> =
            named.iter().filter(|(_, path)| path.as_deref().is_some_and(is_stdin)).map(|&(option, _)| option).collect();
        if let [one, other, ..] = piped[..] {
            return Err(Error::Usage(format!("{one} and {other} are both standard input; give a file for one of them")));
        }
        if self.list && self.algorithm.is_none() && self.members.switch.is_none() {
            return Err(Error::Usage(
                "--list is of one algorithm; name it by --algorithm NAME, or by --switch FROM TO".to_owned(),
            ));
        }
        Ok(())
    }

    /// The algorithm that is named, both of a switch, or all there are, with parameters that suit the weights.
    fn contenders(&self, registry: &Registry, sides: &Sides) -> Result<Vec<Contender>, Error> {
        let resolve = |option: &str, text: &str| {
            let found = registry.resolve(text).map_err(|error| Error::Usage(format!("{option}: {error}")))?;
            Ok::<_, Error>(found.or_memory_limit(self.memory.unwrap_or_default().0))
        };
        if let Some([from, to]) = self.members.switch.as_deref() {
            return Ok(vec![Contender { before: resolve("--switch", from)?, after: resolve("--switch", to)? }]);
        }
        let texts = match &self.algorithm {
            Some(text) => vec![text.clone()],
            None => registry.iter().map(|algorithm| sides.suited(algorithm.key())).collect(),
        };
        texts.iter().map(|text| resolve("--algorithm", text).map(Contender::of)).collect()
    }

    fn source(&self, sides: &Sides, replicas: usize) -> Result<Source<'static>, Error> {
        match &self.keys.file {
            Some(file) if self.keys.stream || self.list => Ok(Source::lines(KeyReader::open(file)?, replicas)),
            Some(file) => match LoadedKeys::load(file) {
                Ok(keys) => Ok(Source::held(keys, Input::of(file), replicas)),
                Err(error) if error.is_too_many() => {
                    Err(Error::Usage(format!("{error}; or take each line by itself with --stream")))
                }
                Err(error) => Err(error.into()),
            },
            None => Ok(Source::random(self.keys.seed, self.keys.count, sides.most_members(), replicas)),
        }
    }

    fn list(&self, sides: &Sides, contenders: &[Contender], sets: &Sets) -> Result<(), Error> {
        let source = self.source(sides, sets.replicas)?;
        let Some(contender) = contenders.first() else { return Ok(()) };
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        let listed = list(&sides.change, contender, sets, source, &mut out)
            .and_then(|listed| out.flush().map(|()| listed).map_err(Failure::Output));
        match listed {
            // The reader has read enough, as `head` has.
            Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(Failure::Output(error)) => Err(Error::Stdout(error)),
            Err(Failure::Keys(error)) => Err(error.into()),
            Err(Failure::Refused(reason)) => Err(Error::Refused { algorithm: contender.name(), reason }),
            Ok(listed) => {
                let what = if sets.replicas > 1 { "copies of keys" } else { "keys" };
                let all = listed.keys * sets.replicas as u64;
                warn(&format!("{}: {} of {} {what} move", contender.name(), count(listed.rows), count(all)));
                Ok(())
            }
        }
    }
}

/// Writes the files of a plan into `path`.
fn fill(path: &Path, sides: &Sides, report: &PlanReport<'_>, environment: &Table) -> Result<(), Error> {
    let fail = |name: &str, error: &dyn std::fmt::Display| Error::Output {
        path: path.to_owned(),
        problem: OutputProblem::Content(format!("{name}: {error}")),
    };
    let plan = report.plan;
    let rows = |name: &str, write: &dyn Fn(BufWriter<File>) -> Result<(), csv::Error>| {
        let file = File::create(path.join(name)).map_err(|error| fail(name, &error))?;
        write(BufWriter::new(file)).map_err(|error| fail(name, &error))
    };
    rows("algorithms.csv", &|out| show::rows(out, &plan.of_algorithms()))?;
    rows("flows.csv", &|out| show::rows(out, &plan.of_flows(usize::MAX)))?;
    rows("nodes.csv", &|out| show::rows(out, &plan.of_nodes(usize::MAX)))?;
    let text = |name: &str, text: String| fs::write(path.join(name), text).map_err(|error| fail(name, &error));
    text("before.tsv", super::fleet::tsv(&sides.before))?;
    text("after.tsv", super::fleet::tsv(&sides.after))?;
    text("environment.toml", toml::to_string_pretty(environment).map_err(|error| fail("environment.toml", &error))?)?;
    Ok(report.write(path, environment)?)
}
