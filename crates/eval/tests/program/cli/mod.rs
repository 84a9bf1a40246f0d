//! The program from end to end: what it writes, what it refuses, and with which words and exit codes.

mod choices;
mod folder;
mod interrupted;
mod keys;
mod refusals;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use annulus_eval::record::{Record, read_csv};
use tempfile::TempDir;

/// All measures on little: a scenario of the user's own.
const TINY: &str = r#"
name = "tiny"
nodes = [3, 10]
repetitions = 2
victims = 2
[synthetic]
digests = 20_000
repetitions = 1
victims = 1
[failure]
digests = 5_000
repetitions = 2
failed = [1, 2]
[replicas]
digests = 2_000
repetitions = 2
counts = [2]
[weights]
digests = 5_000
repetitions = 2
[patterns]
nodes = [10]
keys = 1_000
[zipf]
keys = 1_000
requests = 5_000
repetitions = 2
exponents = [1.0]
[lookup]
sittings = 2
rounds = 1
keys = [16]
weights = [10]
[change]
sittings = 2
rounds = 1
"#;

/// A folder with the scenario `tiny.toml` and the keys `keys.txt` in it.
fn workplace() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("tiny.toml"), TINY).unwrap();
    fs::write(dir.path().join("keys.txt"), keys(2000)).unwrap();
    dir
}

fn keys(count: u32) -> String {
    (0..count).map(|i| format!("user:{i}\n")).collect()
}

fn annulus(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_annulus")).current_dir(dir).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn names(dir: &Path) -> BTreeSet<String> {
    fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Runs, expects success, and reads the records of `dir/out` back.
fn run(dir: &Path, out: &str, arguments: &[&str]) -> Vec<Record> {
    let output = annulus(dir, &[&["run", "--out", out], arguments].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    read_csv(fs::File::open(dir.join(out).join("records.csv")).unwrap()).unwrap()
}

/// `records.csv` without the columns that depend on the machine.
fn deterministic(records: &[Record]) -> Vec<Record> {
    let blank = |record: &Record| Record { measured_value: None, measured_low: None, measured_high: None, ..record.clone() };
    records.iter().map(blank).collect()
}

/// Expects a refusal: this exit code, this one line, and nothing written.
fn refused(arguments: &[&str], code: i32, message: &str) {
    let dir = workplace();
    let before = names(dir.path());
    let output = annulus(dir.path(), arguments);
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
    assert_eq!(error.lines().count(), 1, "{arguments:?}: {error}");
    assert!(error.starts_with("annulus: ") && error.contains(message), "{arguments:?}: {error}");
    assert!(output.stdout.is_empty(), "{arguments:?}: {}", text(&output.stdout));
    assert_eq!(names(dir.path()), before, "{arguments:?}");
}
