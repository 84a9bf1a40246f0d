//! `annulus clock`: how far the times of this program can be trusted on this machine.

use std::env;
use std::process::{Command, Stdio};

use annulus_clock::{Caches, Observed, Ratio, Reads, Sittings, Verdict, median};
use clap::Args;
use serde::{Deserialize, Serialize};

use super::environment::{self, Machine};
use super::error::Error;
use super::format::{Format, Row};
use super::list_of::{number as whole_number, split_algorithms, split_list};
use super::quiet::Quiet;
use super::terminal::print;
use crate::algorithm::Registry;
use crate::keys::KeySet;
use crate::known::EXAMPLES;
use crate::measure::Study;
use crate::measure::lookup::{LEVEL, Timed};
use crate::progress::Progress;
use crate::reading::number;
use crate::reading::select::Subject;
use crate::report::table::{Cell, Column, Table};
use crate::scenario::{Lookup, Scenario};
use crate::stats::float;

/// Tells how precise times are on this machine: times the same look-ups twice and counts how many seem to differ
///
/// Both processes do the same, so nothing should seem to differ. On a quiet machine, up to one time in twenty does. The table also shows, for
/// each algorithm and size, how small a difference can be told on this machine.
#[derive(Debug, Args)]
#[command(after_help = after_help())]
pub(super) struct Clock {
    /// The numbers of nodes to time
    #[arg(long, value_name = "LIST", default_value = "10,100,1000")]
    nodes: String,
    #[arg(long, value_name = "LIST", help = EXAMPLES.help())]
    algorithms: Option<String>,
    /// How often each process builds and times everything, each time with other node names
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(2..))]
    sittings: u32,
    /// How many rounds of timing follow each build
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// The seed of names, digests and keys
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The output format. A table has a line for each algorithm and size, the other formats one for each time
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Stores how long this machine takes to read memory, if it is quiet now. Later runs tell by it whether it is quiet then
    #[arg(long)]
    remember: bool,
    /// What each of the two processes is started with
    #[arg(long, hide = true)]
    once: bool,
}

fn after_help() -> String {
    format!("Examples:\n  annulus clock\n  annulus clock --nodes 1000 --algorithms {} --format csv", EXAMPLES.pair())
}

/// What a process found.
#[derive(Debug, Serialize, Deserialize)]
struct Found {
    others: Option<f64>,
    on_processor: f64,
    far_reads: f64,
    wide_reads: f64,
    multiplication_ns: f64,
    times: Vec<Time>,
}

/// One time, by the logarithms of its sittings.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Time {
    algorithm: String,
    parameters: String,
    nodes: u64,
    metric: String,
    case: String,
    state_bytes: u64,
    mean: f64,
    deviation: f64,
    sittings: u32,
}

/// One time of both processes.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Twice {
    algorithm: String,
    parameters: String,
    nodes: u64,
    metric: String,
    case: String,
    first_ns: f64,
    second_ns: f64,
    ratio: f64,
    /// The smallest difference that these sittings can show, as a fraction.
    reach: Option<f64>,
    verdict: &'static str,
}

impl Row for Twice {
    const COLUMNS: &'static [&'static str] =
        &["algorithm", "parameters", "nodes", "metric", "case", "first_ns", "second_ns", "ratio", "reach", "verdict"];
}

const DIFFERENT: &str = "different";
const NO_DIFFERENCE: &str = "no difference";
const CANNOT_TELL: &str = "cannot tell";

impl Clock {
    pub(super) fn execute(&self, registry: &Registry) -> Result<(), Error> {
        let scenario = self.scenario()?;
        scenario.validate()?;
        if self.once {
            let found = once(&scenario, registry)?;
            return print(&serde_json::to_string(&found).map_err(|error| Error::Stdout(error.into()))?);
        }
        // What is refused is refused here, and not by a process whose words nobody sees.
        scenario.grid(registry)?;
        let machine = Machine::look();
        let both = [self.child()?, self.child()?];
        let worst =
            both.each_ref().map(|found| machine.verdict_of(&found.observed())).into_iter().max().unwrap_or(Verdict::CannotTell);
        let rows = both[0].times.iter().zip(&both[1].times).map(|(first, second)| Twice::of((first, second), &both, worst));
        let rows: Vec<Twice> = rows.collect();
        print(&self.format.written(&rows, || table(&rows))?)?;
        if self.format == Format::Table {
            print(&summary(&rows, &machine, &both))?;
        }
        if self.remember { remember(&both) } else { Ok(()) }
    }

    fn scenario(&self) -> Result<Scenario, Error> {
        let nodes = split_list("--nodes", &self.nodes, "10,100")?;
        let nodes = nodes.into_iter().map(|item| whole_number("--nodes", item)).collect::<Result<_, _>>()?;
        let algorithms = self.algorithms.as_deref().map_or(Ok(Vec::new()), |list| split_algorithms("--algorithms", list))?;
        let lookup = Lookup { sittings: self.sittings, rounds: self.rounds, cold: 0, ..Lookup::default() };
        Ok(Scenario { nodes, algorithms, seed: self.seed, ..Scenario::of_look_ups("clock", lookup) })
    }

    /// The same command in a process of its own.
    fn child(&self) -> Result<Found, Error> {
        let failed = |reason: String| Error::Usage(format!("annulus cannot time look-ups in a process of its own: {reason}"));
        let program = env::current_exe().map_err(|error| failed(error.to_string()))?;
        let mut command = Command::new(program);
        command.args(env::args_os().skip(1)).arg("--once").stdin(Stdio::null()).stderr(Stdio::inherit());
        let output = command.output().map_err(|error| failed(error.to_string()))?;
        if !output.status.success() {
            return Err(failed(output.status.to_string()));
        }
        serde_json::from_slice(&output.stdout).map_err(|error| failed(error.to_string()))
    }
}

/// Times everything in this process.
fn once(scenario: &Scenario, registry: &Registry) -> Result<Found, Error> {
    let keys = KeySet::embedded()?;
    let grid = scenario.grid(registry)?;
    let study = Study::new(scenario, grid, &keys);
    let progress = Progress::new(study.timing_work());
    let times = study.times(&progress);
    progress.finish();
    let Some(times) = times else { return Err(Error::Usage("there is nothing to time".to_owned())) };
    let Observed { others, on_processor, reads } = times.observed();
    let time = |Timed { algorithm, nodes, metric, case, state_bytes, sittings }: Timed<'_>| Time {
        algorithm: algorithm.key().to_owned(),
        parameters: algorithm.parameters().to_owned(),
        nodes,
        metric: metric.to_owned(),
        case: case.to_string(),
        state_bytes,
        mean: sittings.mean,
        deviation: sittings.deviation,
        sittings: sittings.count,
    };
    let times_of = times.timed().into_iter().map(time).collect();
    let Reads { far: far_reads, wide: wide_reads } = reads;
    Ok(Found { others, on_processor, far_reads, wide_reads, multiplication_ns: times.chain(), times: times_of })
}

impl Found {
    fn observed(&self) -> Observed {
        let reads = Reads { far: self.far_reads, wide: self.wide_reads };
        Observed { others: self.others, on_processor: self.on_processor, reads }
    }
}

impl Time {
    /// Its sittings, in units of a multiplication.
    fn sittings(&self, found: &Found) -> Sittings {
        Sittings { mean: self.mean - found.multiplication_ns.ln(), deviation: self.deviation, count: self.sittings }
    }
}

impl Twice {
    /// `worst` is the worse of the two verdicts on the machine.
    fn of((first, second): (&Time, &Time), both: &[Found; 2], worst: Verdict) -> Self {
        let ratio: Ratio = second.sittings(&both[1]).over(&first.sittings(&both[0]), LEVEL);
        let verdict = match () {
            () if !worst.tells(first.state_bytes, Caches::of_this_machine().second) => CANNOT_TELL,
            () if ratio.is_different() => DIFFERENT,
            () => NO_DIFFERENCE,
        };
        Self {
            algorithm: first.algorithm.clone(),
            parameters: first.parameters.clone(),
            nodes: first.nodes,
            metric: first.metric.clone(),
            case: first.case.clone(),
            first_ns: first.mean.exp(),
            second_ns: second.mean.exp(),
            ratio: ratio.ratio,
            reach: ratio.reach(),
            verdict,
        }
    }

    fn subject(&self) -> Subject {
        Subject { algorithm: self.algorithm.clone(), parameters: self.parameters.clone() }
    }
}

/// A line for each algorithm at each size.
fn table(rows: &[Twice]) -> Table {
    let mut places: Vec<(u64, Subject)> = Vec::new();
    for row in rows {
        let place = (row.nodes, row.subject());
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places.sort_by_key(|(nodes, _)| *nodes);
    let line = |(nodes, subject): &(u64, Subject)| {
        let of_place: Vec<&Twice> = rows.iter().filter(|row| (row.nodes, row.subject()) == (*nodes, subject.clone())).collect();
        let count = |verdict| of_place.iter().filter(|row| row.verdict == verdict).count();
        let mut reaches: Vec<f64> = of_place.iter().filter_map(|row| row.reach).collect();
        let middle = median(&mut reaches);
        let digest = of_place.iter().find(|row| (row.metric.as_str(), row.case.as_str()) == ("latency", "digest"));
        let time = |time: Option<f64>| time.map_or_else(Cell::nothing, |time| Cell::number(time, number::significant(time)));
        let percent = |part: f64| Cell::number(part, format!("{:.1}", 100.0 * part));
        let whole = |count: usize| Cell::number(float(count), count.to_string());
        vec![
            Cell::number(float(*nodes), number::count(*nodes)),
            Cell::words(subject.label()),
            time(digest.map(|row| row.first_ns)),
            time(digest.map(|row| row.second_ns)),
            whole(of_place.len()),
            whole(count(DIFFERENT)),
            whole(count(CANNOT_TELL)),
            percent(middle),
            percent(reaches.last().copied().unwrap_or(0.0)),
        ]
    };
    let columns = [
        ("nodes", ""),
        ("algorithm", ""),
        ("latency, digest, first", "ns"),
        ("second", "ns"),
        ("times", ""),
        ("different", ""),
        ("cannot tell", ""),
        ("reach, median", "%"),
        ("reach, largest", "%"),
    ];
    Table {
        title: "The same look-ups, timed in two processes".to_owned(),
        note:
            "Different: how many times seem to differ, though nothing does. Cannot tell: other programs disturbed too much. Reach: the \
               smallest difference that can be told, of the times of a line."
                .to_owned(),
        columns: columns.map(|(name, unit)| Column::new(name, unit)).into(),
        rows: places.iter().map(line).collect(),
    }
}

/// What follows, and how the machine was.
fn summary(rows: &[Twice], machine: &Machine, both: &[Found; 2]) -> String {
    let count = |verdict| rows.iter().filter(|row| row.verdict == verdict).count();
    let told = rows.len() - count(CANNOT_TELL);
    let share = if told > 0 { 100.0 * float(count(DIFFERENT)) / float(told) } else { 0.0 };
    let mut text = format!("\n{} of {told} times were called different: {share:.1} %.\n", count(DIFFERENT));
    for row in rows.iter().filter(|row| row.verdict == DIFFERENT) {
        let name = format!("{}, {} nodes, {} {}", row.subject().label(), number::count(row.nodes), row.metric, row.case);
        text += &format!("  {name}: {:.2} and {:.2} ns\n", row.first_ns, row.second_ns);
    }
    text += &format!("before: {} ({})\n", machine.verdict(), machine.seen());
    let verdicts = both.each_ref().map(|found| machine.verdict_of(&found.observed()));
    for ((when, found), verdict) in ["first process", "second process"].into_iter().zip(both).zip(verdicts) {
        text += &format!("{when}: {verdict} ({})\n", found.observed());
    }
    let worst = verdicts[0].max(verdicts[1]);
    text + &format!("{worst}: {}\n", worst.meaning())
}

/// Stores what reads take on this machine, if nothing but them can speak against its being quiet.
fn remember(both: &[Found; 2]) -> Result<(), Error> {
    // The larger ones: a neighbour on the third-level cache may be quiet by chance.
    let most = |of: fn(&Found) -> f64| both.iter().map(of).fold(0.0, f64::max);
    let reads = Reads { far: most(|found| found.far_reads), wide: most(|found| found.wide_reads) };
    if let Some(found) = both.iter().find(|found| found.observed().verdict(found.observed().reads) != Verdict::Quiet) {
        return Err(Error::Usage(format!(
            "--remember: the machine is not quiet, and nothing is remembered: {}",
            found.observed()
        )));
    }
    let (name, file) = (environment::name(), Quiet::remember(&environment::name(), reads)?);
    let Reads { far, wide } = reads;
    print(&format!(
        "remembered of {name} in {}: reading beyond the L2 cache takes {far:.2} times as long as within it, and across a quarter of L3 {wide:.2} times\n",
        file.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cmd::format::assert_columns;

    fn found(far_reads: f64, means: &[f64]) -> Found {
        let time = |mean: &f64| Time {
            algorithm: "ring".to_owned(),
            parameters: String::new(),
            nodes: 10,
            metric: "latency".to_owned(),
            case: "digest".to_owned(),
            state_bytes: 1 << 30,
            mean: mean.ln(),
            deviation: 0.001,
            sittings: 5,
        };
        let times = means.iter().map(time).collect();
        Found { others: Some(0.0), on_processor: 1.0, far_reads, wide_reads: 5.0, multiplication_ns: 1.0, times }
    }

    fn verdicts(both: &[Found; 2]) -> Vec<&'static str> {
        let worst =
            both.each_ref().map(|found| found.observed().verdict(Reads { far: 2.0, wide: 5.0 })).into_iter().max().unwrap();
        let rows = both[0].times.iter().zip(&both[1].times).map(|pair| Twice::of(pair, both, worst));
        rows.map(|row| row.verdict).collect()
    }

    #[test]
    fn what_is_apart_is_different_unless_the_machine_cannot_tell() {
        let means = ([10.0, 10.0], [10.0, 11.0]);
        let quiet = [found(2.0, &means.0), found(2.0, &means.1)];
        assert_eq!(verdicts(&quiet), [NO_DIFFERENCE, DIFFERENT]);
        assert_eq!(verdicts(&[found(2.0, &means.0), found(99.0, &means.1)]), [CANNOT_TELL, CANNOT_TELL]);
        let rows: Vec<Twice> =
            quiet[0].times.iter().zip(&quiet[1].times).map(|pair| Twice::of(pair, &quiet, Verdict::Quiet)).collect();
        assert_columns(&rows[0]);
        assert!(summary(&rows, &Machine::look(), &quiet).contains("1 of 2 times were called different: 50.0 %."));
    }
}
