//! Where and how a run was made: machine, build, command, and whether the machine was quiet.

use std::env;
use std::path::Path;
use std::thread;

use annulus_clock::{Caches, Observed, Verdict, Watch};
use jiff::Timestamp;
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};
use toml::{Table, Value};

use super::quiet::Quiet;
use crate::measure::lookup::Times;

const UNKNOWN: &str = "unknown";

/// The machine as it is before a run.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    date: Timestamp,
    before: Observed,
    quiet: Quiet,
}

impl Machine {
    /// Looks at it for a third of a second.
    pub(super) fn look() -> Self {
        Self { date: Timestamp::now(), before: Watch::look(), quiet: Quiet::of(&name()) }
    }

    /// When that was.
    pub(super) fn date(&self) -> &Timestamp {
        &self.date
    }

    /// Whether it was quiet then.
    pub(super) fn verdict(&self) -> Verdict {
        self.verdict_of(&self.before)
    }

    /// Whether it was quiet when this was seen.
    pub(super) fn verdict_of(&self, seen: &Observed) -> Verdict {
        seen.verdict(self.quiet.reads)
    }

    /// What was seen of it, in words.
    pub(super) fn seen(&self) -> String {
        self.before.to_string()
    }

    /// Describes the machine, this build and this command as the table of `environment.toml`.
    ///
    /// `times` is what was timed, if anything was; `extra` is what the run itself has to say, such as its wall time.
    pub(super) fn describe(&self, times: Option<&Times<'_>>, extra: Table) -> Table {
        let mut table = Table::new();
        let mut say = |key: &str, value: String| table.insert(key.to_owned(), Value::String(value));
        say("date", self.date.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        say("command", command());
        say("annulus", env!("CARGO_PKG_VERSION").to_owned());
        say("revision", option_env!("ANNULUS_REVISION").unwrap_or(UNKNOWN).to_owned());
        say("compiler", option_env!("ANNULUS_COMPILER").unwrap_or(UNKNOWN).to_owned());
        say("profile", if cfg!(debug_assertions) { "debug assertions on" } else { "optimised" }.to_owned());
        say("target", format!("{}-{}", env::consts::ARCH, env::consts::OS));
        table.extend(facts());
        table.extend(self.quiet());
        table.extend(self.observed("before_", &self.before));
        if let Some(times) = times {
            table.extend(self.of_times(&times.observed(), times.chain()));
            table.extend(times.cold_read().map(|read| ("cold_read_ns".to_owned(), rounded(read, 1))));
        }
        table.extend(extra);
        table
    }

    /// What was seen while look-ups were timed, and what they are divided by.
    pub(super) fn of_times(&self, seen: &Observed, chain: f64) -> Table {
        let mut table = self.observed("", seen);
        table.insert("multiplication_ns".to_owned(), rounded(chain, 4));
        table
    }

    /// What was seen, and the verdict, under keys that begin with `when`.
    fn observed(&self, when: &str, seen: &Observed) -> Table {
        let others = seen.others.map_or_else(|| Value::String(UNKNOWN.to_owned()), |others| rounded(others, 4));
        Table::from_iter([
            (format!("{when}verdict"), Value::String(self.verdict_of(seen).name().to_owned())),
            (format!("{when}share_of_others"), others),
            (format!("{when}share_on_processor"), rounded(seen.on_processor, 4)),
            (format!("{when}far_over_near_reads"), rounded(seen.reads.far, 3)),
            (format!("{when}wide_over_near_reads"), rounded(seen.reads.wide, 3)),
        ])
    }

    /// Whose reads the verdict compares with.
    fn quiet(&self) -> Table {
        let day = self.quiet.day.clone().unwrap_or_else(|| "not remembered: the usual ratio".to_owned());
        Table::from_iter([
            ("quiet_far_over_near_reads".to_owned(), rounded(self.quiet.reads.far, 3)),
            ("quiet_wide_over_near_reads".to_owned(), rounded(self.quiet.reads.wide, 3)),
            ("quiet_day".to_owned(), Value::String(day)),
        ])
    }
}

/// The machine, as quiet runs are stored by: its processor and the number of its cores.
pub(super) fn name() -> String {
    let facts = facts();
    let text = |key: &str| {
        facts.get(key).map_or_else(String::new, |value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    format!("{}, {} cores", text("cpu"), text("cores"))
}

/// What does not change from run to run on one machine.
fn facts() -> Table {
    let kind = RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing()).with_memory(MemoryRefreshKind::nothing().with_ram());
    let system = System::new_with_specifics(kind);
    let cpu = system.cpus().first().map(|cpu| cpu.brand().trim().to_owned()).filter(|brand| !brand.is_empty());
    let caches = Caches::of_this_machine();
    let cores = thread::available_parallelism().ok().and_then(|cores| i64::try_from(cores.get()).ok());
    let text = |text: Option<String>| Value::String(text.unwrap_or_else(|| UNKNOWN.to_owned()));
    let bytes = |bytes: u64| Value::Integer(i64::try_from(bytes).unwrap_or(i64::MAX));
    let told = if caches.is_told { "told by the system" } else { "found by walks through memory" };
    Table::from_iter([
        ("cpu".to_owned(), text(cpu)),
        ("cpu_features".to_owned(), Value::String(cpu_features())),
        ("cores".to_owned(), cores.map_or_else(|| text(None), Value::Integer)),
        ("memory_bytes".to_owned(), bytes(system.total_memory())),
        ("second_level_cache_bytes".to_owned(), bytes(caches.second)),
        ("third_level_cache_bytes".to_owned(), bytes(caches.third)),
        ("caches".to_owned(), Value::String(told.to_owned())),
    ])
}

fn rounded(value: f64, digits: i32) -> Value {
    let unit = 10_f64.powi(digits);
    Value::Float((value * unit).round() / unit)
}

/// Of the features that the algorithms choose code by, those that this processor has.
#[cfg(target_arch = "x86_64")]
fn cpu_features() -> String {
    let known = [
        ("sse4.2", std::arch::is_x86_feature_detected!("sse4.2")),
        ("avx2", std::arch::is_x86_feature_detected!("avx2")),
        ("avx512f", std::arch::is_x86_feature_detected!("avx512f")),
        ("avx512dq", std::arch::is_x86_feature_detected!("avx512dq")),
    ];
    known.iter().filter(|(_, there)| *there).map(|(name, _)| *name).collect::<Vec<_>>().join(" ")
}

#[cfg(not(target_arch = "x86_64"))]
fn cpu_features() -> String {
    String::new()
}

/// The command as it was given, with the program's name and not where it lies.
fn command() -> String {
    let mut words = env::args();
    let program = words.next().unwrap_or_default();
    let name = Path::new(&program).file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    std::iter::once(name).chain(words).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_there_and_says_something() {
        let extra = Table::from_iter([("wall_seconds".to_owned(), Value::Float(1.5))]);
        let table = Machine::look().describe(None, extra);
        for key in ["date", "command", "annulus", "compiler", "target", "cpu", "before_verdict"] {
            assert!(table[key].as_str().is_some_and(|text| !text.is_empty()), "{key}");
        }
        assert!(table["memory_bytes"].as_integer() > Some(0) && table["second_level_cache_bytes"].as_integer() > Some(0));
        assert!(table.contains_key("cores") && table.contains_key("wall_seconds"));
        toml::to_string(&table).unwrap();
    }
}
