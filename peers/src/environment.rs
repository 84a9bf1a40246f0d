//! Where and how a run was made, and whether the machine kept still.

use std::time::Instant;
use std::{env, fmt, fs, thread};

use cpu_time::ProcessTime;
use jiff::Timestamp;
use toml::{Table, Value};

use crate::floors::{EMPTY_LOOP, RANDOM_READ};
use crate::plan::Plan;
use crate::results::{Results, baseline};
use crate::stats::{self, Estimate};
use crate::subject::{Measure, Metric};

const UNKNOWN: &str = "unknown";

/// Above this load of others, share of disturbed rounds or share of unsure ratios, a run is called noisy.
const BEARABLE_LOAD: f64 = 0.5;
const BEARABLE_DISTURBED: f64 = 0.1;
const BEARABLE_UNSURE: f64 = 0.05;

/// A round counts as disturbed when a floor took so many times the usual in it.
const DISTURBED: f64 = 1.25;

/// A ratio counts as unsure when its interval goes further from it than this part of it.
const UNSURE: f64 = 0.25;

/// The machine as it was before the run.
pub(crate) struct Machine {
    started: Instant,
    cpu: ProcessTime,
    date: Timestamp,
    load: Option<String>,
}

impl Machine {
    pub(crate) fn before() -> Self {
        Self { started: Instant::now(), cpu: ProcessTime::now(), date: Timestamp::now(), load: load() }
    }

    /// Everything about the run that is not a result.
    pub(crate) fn describe(&self, results: &Results, plan: &Plan) -> Table {
        let mut table = Table::new();
        let mut say = |key: &str, value: String| table.insert(key.to_owned(), Value::String(value));
        say("date", self.date.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        say("command", command());
        say("revision", option_env!("PEERS_REVISION").unwrap_or(UNKNOWN).to_owned());
        say("compiler", option_env!("PEERS_COMPILER").unwrap_or(UNKNOWN).to_owned());
        say("profile", "release, thin link-time optimisation, one codegen unit".to_owned());
        say("target", format!("{}-{}", env::consts::ARCH, env::consts::OS));
        say("cpu", field("/proc/cpuinfo", "model name").unwrap_or_else(|| UNKNOWN.to_owned()));
        say("cpu_features", features().join(" "));
        say("memory", field("/proc/meminfo", "MemTotal").unwrap_or_else(|| UNKNOWN.to_owned()));
        say("load_before", self.load.clone().unwrap_or_else(|| UNKNOWN.to_owned()));
        say("load_after", load().unwrap_or_else(|| UNKNOWN.to_owned()));
        let mut number = |key: &str, value: f64| table.insert(key.to_owned(), Value::Float(value));
        number("wall_seconds", self.started.elapsed().as_secs_f64().round());
        number("cpu_seconds", self.cpu.elapsed().as_secs_f64().round());
        let Stillness { loops, reads, unsure } = Stillness::of(results);
        for (key, share) in [("disturbed_rounds", loops), ("disturbed_reads", reads), ("unsure_ratios", unsure)] {
            number(key, (share * 1000.0).round() / 1000.0);
        }
        let cores = thread::available_parallelism().map_or(0, std::num::NonZero::get);
        let integers = [("cores", cores as u64), ("rounds", plan.rounds), ("seed", plan.seed)];
        table.extend(integers.map(|(key, value)| (key.to_owned(), Value::Integer(i64::try_from(value).unwrap_or(i64::MAX)))));
        table.insert("noisy".to_owned(), Value::Boolean(self.warning(results).is_some()));
        table
    }

    /// Why the figures are not to be trusted, if there is a reason.
    pub(crate) fn warning(&self, results: &Results) -> Option<String> {
        let before = self.load.as_deref().and_then(|load| load.split(' ').next()?.parse().ok()).unwrap_or(0.0);
        let stillness = Stillness::of(results);
        if before <= BEARABLE_LOAD && stillness.is_bearable() {
            return None;
        }
        Some(format!(
            "the load was {before} before the run, {stillness}: others were at work on this machine, so ratios are less sure \
             than their intervals say"
        ))
    }
}

/// How still the machine kept, each as a share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stillness {
    /// Of the rounds of the empty loop, those that took much longer: whoever takes the core.
    loops: f64,
    /// Of the rounds of the random read, those that took much longer: whoever takes the caches and the memory.
    reads: f64,
    /// Of the ratios to ours, those with a wide interval.
    unsure: f64,
}

impl Stillness {
    pub(crate) fn of(results: &Results) -> Self {
        Self { loops: disturbed(results, EMPTY_LOOP), reads: disturbed(results, RANDOM_READ), unsure: unsure(results) }
    }

    fn is_bearable(self) -> bool {
        self.loops <= BEARABLE_DISTURBED && self.reads <= BEARABLE_DISTURBED && self.unsure <= BEARABLE_UNSURE
    }
}

impl fmt::Display for Stillness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { loops, reads, unsure } = self;
        write!(
            f,
            "the empty loop was disturbed in {:.0} % of its rounds and the random read in {:.0} %, and {:.0} % of the ratios have \
             an interval beyond ±{:.0} %",
            loops * 100.0,
            reads * 100.0,
            unsure * 100.0,
            UNSURE * 100.0
        )
    }
}

/// How to run this again: the program as `cargo` starts it, wherever it was built.
fn command() -> String {
    let arguments = env::args().skip(1).map(|argument| format!(" {argument}")).collect::<String>();
    format!("cargo run --release --manifest-path peers/Cargo.toml --{arguments}")
}

/// The share of rounds in which a floor took much longer than it usually does.
fn disturbed(results: &Results, floor: &str) -> f64 {
    let measure = Measure::LookUp(Metric::DigestLatency);
    let floors = results.cells.values().flatten().filter(|subject| subject.name == floor);
    share(floors.filter_map(|subject| subject.medians(measure)).flat_map(|medians| {
        let usual = stats::median(medians);
        medians.iter().map(move |&median| median > DISTURBED * usual)
    }))
}

/// The share of ratios to ours, of everybody in every cell and metric, that are unsure.
fn unsure(results: &Results) -> f64 {
    let ratios = results.cells.values().flat_map(|subjects| Metric::ALL.iter().map(move |&metric| (subjects, metric)));
    share(ratios.flat_map(|(subjects, metric)| {
        let measure = Measure::LookUp(metric);
        let ours = baseline(subjects, metric);
        let others = subjects.iter().filter(move |subject| ours.is_some_and(|ours| ours.name != subject.name));
        others.filter_map(move |subject| stats::ratio(subject.medians(measure)?, ours?.medians(measure)?)).map(is_unsure)
    }))
}

fn is_unsure(ratio: Estimate) -> bool {
    ratio.reach() > UNSURE
}

/// The share of those that are so; none of none.
fn share(all: impl Iterator<Item = bool>) -> f64 {
    let (mut count, mut so) = (0, 0);
    for is_so in all {
        count += 1;
        so += u64::from(is_so);
    }
    if count == 0 { 0.0 } else { stats::float(so) / stats::float(count) }
}

/// The load averages over 1, 5 and 15 minutes.
fn load() -> Option<String> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    Some(text.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
}

/// The first `name: value` of a file that the system makes.
fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// Of the features that algorithms choose code by, those that this processor has.
#[cfg(target_arch = "x86_64")]
fn features() -> Vec<&'static str> {
    let known = [
        ("sse4.2", std::arch::is_x86_feature_detected!("sse4.2")),
        ("avx2", std::arch::is_x86_feature_detected!("avx2")),
        ("avx512f", std::arch::is_x86_feature_detected!("avx512f")),
        ("avx512dq", std::arch::is_x86_feature_detected!("avx512dq")),
    ];
    known.into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect()
}

#[cfg(not(target_arch = "x86_64"))]
fn features() -> Vec<&'static str> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::cell::{Algorithm, Cell};
    use crate::registry;
    use crate::results::{Series, Subject};

    /// A run of one cell: a series for whoever is named, in the digest latency.
    fn results(series: &[(&str, &[f64])]) -> Results {
        let entries = registry::entries(Algorithm::Ring);
        let subjects = series.iter().map(|&(name, medians)| {
            let entry = entries.iter().find(|entry| entry.name == name).unwrap();
            let series = Series { chunk: 1, medians: medians.to_vec() };
            let series = BTreeMap::from([(Measure::LookUp(Metric::DigestLatency), series)]);
            Subject { series, ..Subject::new(entry) }
        });
        let cell = Cell { algorithm: Algorithm::Ring, nodes: 10 };
        Results { cells: [(cell, subjects.collect())].into(), claims: Vec::new() }
    }

    #[test]
    fn what_disturbs_only_the_memory_is_seen() {
        let still = [1.0; 10];
        let mut shaken = still;
        shaken[..4].fill(3.0);
        let stillness = Stillness::of(&results(&[("annulus", &still), (EMPTY_LOOP, &still), (RANDOM_READ, &shaken)]));
        assert_eq!((stillness.loops, stillness.reads, stillness.unsure), (0.0, 0.4, 0.5));
        assert!(!stillness.is_bearable());
        assert!(Stillness::of(&results(&[("annulus", &still), (EMPTY_LOOP, &still), (RANDOM_READ, &still)])).is_bearable());
    }
}
