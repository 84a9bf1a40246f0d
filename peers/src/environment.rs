//! Where and how a run was made, and whether the machine was quiet.

use std::time::Instant;
use std::{env, thread};

use annulus_clock::{Caches, Observed, Reads, Watch};
use cpu_time::ProcessTime;
use jiff::Timestamp;
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};
use toml::{Table, Value};

use crate::plan::Plan;
use crate::results::Results;

const UNKNOWN: &str = "unknown";

/// The machine as it was before the run.
pub(crate) struct Machine {
    started: Instant,
    cpu: ProcessTime,
    date: Timestamp,
    before: Observed,
}

impl Machine {
    /// Looks at it for a third of a second.
    pub(crate) fn look() -> Self {
        Self { started: Instant::now(), cpu: ProcessTime::now(), date: Timestamp::now(), before: Watch::look() }
    }

    /// Everything about the run that is not a result.
    pub(crate) fn describe(&self, results: &Results, plan: &Plan) -> Table {
        let mut table = facts();
        let mut say = |key: &str, value: String| table.insert(key.to_owned(), Value::String(value));
        say("date", self.date.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        say("command", command());
        say("revision", option_env!("PEERS_REVISION").unwrap_or(UNKNOWN).to_owned());
        say("compiler", option_env!("PEERS_COMPILER").unwrap_or(UNKNOWN).to_owned());
        say("profile", "release, thin link-time optimisation, one codegen unit".to_owned());
        say("target", format!("{}-{}", env::consts::ARCH, env::consts::OS));
        table.extend(observed("before_", &self.before));
        if let Some(seen) = results.seen.observed() {
            table.extend(observed("", &seen));
        }
        let disturbed = results.seen.disturbed().map(|(cell, verdict)| Value::String(format!("{cell}: {verdict}")));
        table.insert("cells_not_quiet".to_owned(), Value::Array(disturbed.collect()));
        table.insert("multiplication_ns".to_owned(), rounded(results.seen.chain(), 4));
        table.insert("wall_seconds".to_owned(), rounded(self.started.elapsed().as_secs_f64(), 0));
        table.insert("cpu_seconds".to_owned(), rounded(self.cpu.elapsed().as_secs_f64(), 0));
        let integers = [
            ("sittings", u64::from(plan.sittings)),
            ("rounds_of_a_sitting", u64::from(plan.rounds)),
            ("rounds_of_changes", u64::from(plan.changes)),
            ("seed", plan.seed),
        ];
        table.extend(integers.map(|(key, value)| (key.to_owned(), integer(value))));
        table
    }
}

/// What was seen, and the verdict, under keys that begin with `when`.
fn observed(when: &str, observed: &Observed) -> Table {
    let others = observed.others.map_or_else(|| Value::String(UNKNOWN.to_owned()), |others| rounded(others, 4));
    Table::from_iter([
        (format!("{when}verdict"), Value::String(observed.verdict(Reads::USUAL).name().to_owned())),
        (format!("{when}share_of_others"), others),
        (format!("{when}share_on_processor"), rounded(observed.on_processor, 4)),
        (format!("{when}far_over_near_reads"), rounded(observed.reads.far, 3)),
        (format!("{when}wide_over_near_reads"), rounded(observed.reads.wide, 3)),
    ])
}

/// What does not change from run to run on one machine.
fn facts() -> Table {
    let kind = RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing()).with_memory(MemoryRefreshKind::nothing().with_ram());
    let system = System::new_with_specifics(kind);
    let cpu = system.cpus().first().map(|cpu| cpu.brand().trim().to_owned()).filter(|brand| !brand.is_empty());
    let cores = thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let caches = Caches::of_this_machine();
    let told = if caches.is_told { "told by the system" } else { "found by walks through memory" };
    Table::from_iter([
        ("cpu".to_owned(), Value::String(cpu.unwrap_or_else(|| UNKNOWN.to_owned()))),
        ("cpu_features".to_owned(), Value::String(features().join(" "))),
        ("cores".to_owned(), integer(cores as u64)),
        ("memory_bytes".to_owned(), integer(system.total_memory())),
        ("second_level_cache_bytes".to_owned(), integer(caches.second)),
        ("third_level_cache_bytes".to_owned(), integer(caches.third)),
        ("caches".to_owned(), Value::String(told.to_owned())),
    ])
}

fn integer(value: u64) -> Value {
    Value::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}

fn rounded(value: f64, digits: i32) -> Value {
    let unit = 10_f64.powi(digits);
    Value::Float((value * unit).round() / unit)
}

/// How to run this again: the program as `cargo` starts it, wherever it was built.
fn command() -> String {
    let arguments = env::args().skip(1).map(|argument| format!(" {argument}")).collect::<String>();
    format!("cargo run --release --manifest-path peers/Cargo.toml --{arguments}")
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
    use super::*;

    #[test]
    fn every_field_is_there_and_says_something() {
        let table = Machine::look().describe(&Results::default(), &Plan::QUICK);
        for key in ["date", "command", "compiler", "target", "cpu", "before_verdict"] {
            assert!(table[key].as_str().is_some_and(|text| !text.is_empty()), "{key}");
        }
        assert!(table["memory_bytes"].as_integer() > Some(0) && table["sittings"].as_integer() == Some(3));
    }
}
