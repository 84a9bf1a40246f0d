//! Where and how a run was made: machine, build, command, load.

use std::env;
use std::fs;
use std::path::Path;
use std::thread;

use jiff::Timestamp;
use toml::{Table, Value};

/// The load of the machine, where the system tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Load(Option<String>);

impl Load {
    /// The load averages over 1, 5 and 15 minutes as they are now.
    pub(super) fn now() -> Self {
        let averages = fs::read_to_string("/proc/loadavg").ok();
        Self(averages.map(|text| text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")))
    }

    fn text(&self) -> String {
        self.0.clone().unwrap_or_else(|| UNKNOWN.to_owned())
    }
}

const UNKNOWN: &str = "unknown";

/// Describes this machine, this build and this command as the table of `environment.toml`.
///
/// `before` is the load when measuring began; `extra` is what the run itself has to say, such as its wall time.
pub(super) fn describe(date: &Timestamp, before: &Load, extra: Table) -> Table {
    let mut table = Table::new();
    let mut say = |key: &str, value: String| table.insert(key.to_owned(), Value::String(value));
    say("date", date.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    say("command", command());
    say("annulus", env!("CARGO_PKG_VERSION").to_owned());
    say("revision", option_env!("ANNULUS_REVISION").unwrap_or(UNKNOWN).to_owned());
    say("compiler", option_env!("ANNULUS_COMPILER").unwrap_or(UNKNOWN).to_owned());
    say("profile", if cfg!(debug_assertions) { "debug assertions on" } else { "optimised" }.to_owned());
    say("target", format!("{}-{}", env::consts::ARCH, env::consts::OS));
    say("cpu", cpu().unwrap_or_else(|| UNKNOWN.to_owned()));
    say("cpu_features", cpu_features());
    say("memory", memory().unwrap_or_else(|| UNKNOWN.to_owned()));
    say("load_before", before.text());
    say("load_after", Load::now().text());
    let cores = thread::available_parallelism().ok().and_then(|cores| i64::try_from(cores.get()).ok());
    table.insert("cores".to_owned(), cores.map_or(Value::String(UNKNOWN.to_owned()), Value::Integer));
    table.extend(extra);
    table
}

fn cpu() -> Option<String> {
    field("/proc/cpuinfo", "model name")
}

fn memory() -> Option<String> {
    field("/proc/meminfo", "MemTotal")
}

/// The first `name: value` of a file that the system makes.
fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
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
        let table = describe(&Timestamp::now(), &Load::now(), extra);
        for key in ["date", "command", "annulus", "compiler", "target", "cpu", "load_before", "load_after"] {
            assert!(table[key].as_str().is_some_and(|text| !text.is_empty()), "{key}");
        }
        assert!(table.contains_key("cores") && table.contains_key("wall_seconds"));
        toml::to_string(&table).unwrap();
    }
}
