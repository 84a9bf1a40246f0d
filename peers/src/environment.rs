//! Where and how a run was made, and whether the machine kept still.

use std::time::Instant;
use std::{env, fs, thread};

use cpu_time::ProcessTime;
use jiff::Timestamp;
use toml::{Table, Value};

use crate::floors::EMPTY_LOOP;
use crate::plan::Plan;
use crate::results::Results;
use crate::stats;
use crate::subject::{Measure, Metric};

const UNKNOWN: &str = "unknown";

/// Above this load of others, or this share of disturbed rounds, a run is called noisy.
const BEARABLE_LOAD: f64 = 0.5;
const BEARABLE_DISTURBED: f64 = 0.1;

/// A round counts as disturbed when its empty loop took so many times the usual.
const DISTURBED: f64 = 1.25;

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
        number("disturbed_rounds", (disturbed(results) * 1000.0).round() / 1000.0);
        let cores = thread::available_parallelism().map_or(0, std::num::NonZero::get);
        let integers = [("cores", cores as u64), ("rounds", plan.rounds), ("seed", plan.seed)];
        table.extend(integers.map(|(key, value)| (key.to_owned(), Value::Integer(i64::try_from(value).unwrap_or(i64::MAX)))));
        table.insert("noisy".to_owned(), Value::Boolean(self.warning(results).is_some()));
        table
    }

    /// Why the figures are not to be trusted, if there is a reason.
    pub(crate) fn warning(&self, results: &Results) -> Option<String> {
        let before = self.load.as_deref().and_then(|load| load.split(' ').next()?.parse().ok()).unwrap_or(0.0);
        let disturbed = disturbed(results);
        if before <= BEARABLE_LOAD && disturbed <= BEARABLE_DISTURBED {
            return None;
        }
        Some(format!(
            "the load was {before} before the run and the empty loop was disturbed in {:.0} % of the rounds: others were at work on \
             this machine, so ratios are less sure than their intervals say",
            disturbed * 100.0
        ))
    }
}

/// How to run this again: the program as `cargo` starts it, wherever it was built.
fn command() -> String {
    let arguments = env::args().skip(1).map(|argument| format!(" {argument}")).collect::<String>();
    format!("cargo run --release --manifest-path peers/Cargo.toml --{arguments}")
}

/// The share of rounds in which the empty loop took much longer than it usually does.
fn disturbed(results: &Results) -> f64 {
    let measure = Measure::LookUp(Metric::DigestLatency);
    let loops = results.cells.values().flatten().filter(|subject| subject.name == EMPTY_LOOP);
    let (mut rounds, mut slow) = (0_u64, 0_u64);
    for medians in loops.filter_map(|subject| subject.medians(measure)) {
        let usual = stats::median(medians);
        rounds += medians.len() as u64;
        slow += medians.iter().filter(|&&median| median > DISTURBED * usual).count() as u64;
    }
    if rounds == 0 { 0.0 } else { stats::float(slow) / stats::float(rounds) }
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
