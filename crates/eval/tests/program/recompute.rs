//! Figures of a run are recomputed from what `annulus names`, `annulus digests` and `annulus locate` print.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use annulus_eval::record::{Record, read_csv};
use tempfile::TempDir;

/// Six repetitions, so that one of them is the fifth, and little of everything.
const TINY: &str = r#"
name = "tiny"
keys = "keys.txt"
nodes = [10]
repetitions = 6
victims = 2
failure = { digests = 3_000, repetitions = 6, failed = [1, 2, 5] }
churn = { digests = 3_000, repetitions = 6, joining = [2], replaced = 1 }
replicas = { digests = 2_000, repetitions = 6, counts = [2] }
weights = { digests = 3_000, repetitions = 6 }
patterns = { keys = 1_000 }
work = { digests = 1_000, repetitions = 6 }
zipf = { keys = 1_000, requests = 5_000, repetitions = 6, exponents = [0.99] }
"#;

const REPETITION: u32 = 5;

/// A run in the folder `out`, and its records.
fn a_run() -> (TempDir, Vec<Record>) {
    let dir = tempfile::tempdir().unwrap();
    let keys: String = (0..3_000).map(|i| format!("user:{i}\n")).collect();
    fs::write(dir.path().join("tiny.toml"), TINY).unwrap();
    fs::write(dir.path().join("keys.txt"), keys).unwrap();
    lines(dir.path(), &["run", "tiny.toml", "--out", "out"], "");
    let records = read_csv(fs::File::open(dir.path().join("out/records.csv")).unwrap()).unwrap();
    (dir, records)
}

/// What the program prints in `dir`, line by line, to this standard input.
fn lines(dir: &Path, arguments: &[&str], input: &str) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_annulus"));
    command.current_dir(dir).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // Beside the reading: neither side waits for the other.
    let writing = std::thread::spawn(move || {
        let _ = stdin.write_all(input.as_bytes());
    });
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn names(dir: &Path, more: &[&str]) -> Vec<String> {
    lines(dir, &[&["names", "--nodes", "10", "--repetition", &REPETITION.to_string()], more].concat(), "")
}

fn owners(dir: &Path, algorithm: &str, members: &[String], digests: &[String]) -> Vec<String> {
    fs::write(dir.join("members.txt"), members.join("\n")).unwrap();
    let arguments = ["locate", "--algorithm", algorithm, "--members", "members.txt", "--digests"];
    let answers = lines(dir, &arguments, &digests.join("\n"));
    answers.iter().map(|line| line.split_once('\t').unwrap().1.to_owned()).collect()
}

/// The recorded figure of repetition 5.
fn recorded(records: &[Record], measure: &str, metric: &str, case: &str, algorithm: &str) -> f64 {
    let is_it = |record: &&Record| {
        record.measure == measure
            && record.metric == metric
            && record.case == case
            && record.algorithm == algorithm
            && record.repetition == REPETITION
    };
    records.iter().find(is_it).and_then(|record| record.value).unwrap()
}

fn assert_agree(recorded: f64, recomputed: f64, what: &str) {
    assert!((recorded - recomputed).abs() <= 1e-9 * recorded.abs(), "{what}: recorded {recorded}, recomputed {recomputed}");
}

#[expect(clippy::cast_precision_loss, reason = "some thousand keys")]
fn float(count: usize) -> f64 {
    count as f64
}

#[test]
fn figures_of_keys_names_victims_and_failures_are_had_from_outside() {
    let (dir, records) = a_run();
    let dir = dir.path();
    let members = names(dir, &[]);
    let digests = lines(dir, &["digests", "--keys", "keys.txt", "--repetition", "5"], "");
    for algorithm in ["ring", "jump", "rendezvous", "maglev", "slots", "modulo"] {
        let before = owners(dir, algorithm, &members, &digests);
        let mut counts: HashMap<&str, usize> = HashMap::new();
        before.iter().for_each(|owner| *counts.entry(owner).or_default() += 1);
        let squares: f64 = members.iter().map(|name| (float(counts[name.as_str()]) - 300.0).powi(2)).sum();
        let cv = (squares / 10.0).sqrt() / 300.0;
        assert_agree(recorded(&records, "balance", "cv", "", algorithm), cv, algorithm);

        let (mut moved, mut own) = (0, 0);
        for victim in names(dir, &["--of", "victims", "--count", "2"]) {
            let after = owners(dir, algorithm, &names(dir, &["--without", &victim]), &digests);
            moved += before.iter().zip(&after).filter(|(before, after)| before != after).count();
            own += before.iter().filter(|owner| **owner == victim).count();
        }
        let over_own = recorded(&records, "remap", "moved_over_own", "remove_any", algorithm);
        assert_agree(over_own, float(moved) / float(own), algorithm);
    }

    let digests = lines(dir, &["digests", "--count", "3000", "--repetition", "5"], "");
    let dead = names(dir, &["--of", "victims", "--count", "5"]);
    let survivors = names(dir, &["--without", &dead[0], "--without", &dead[1]]);
    let after = owners(dir, "jump", &survivors, &digests);
    let of = |name: &String| after.iter().filter(|owner| *owner == name).count();
    let most = survivors.iter().map(of).max().unwrap();
    assert_agree(recorded(&records, "failure", "worst_load", "fail_2", "jump"), float(most) / 300.0, "worst load");
}

#[test]
fn the_script_of_the_documentation_agrees_with_a_run() {
    if Command::new("python3").args(["-c", "import tomllib"]).output().map_or(true, |output| !output.status.success()) {
        println!("skipped: there is no python3 with tomllib (3.11)");
        return;
    }
    let (dir, _) = a_run();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/recompute.py").canonicalize().unwrap();
    let run = || {
        let mut command = Command::new("python3");
        command.current_dir(dir.path()).arg(&script).args(["out", "--program", env!("CARGO_BIN_EXE_annulus")]);
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr))
    };
    let (code, printed) = run();
    assert!(code == Some(0) && printed.ends_with("\n21 agree, 0 differ\n"), "{printed}");
    assert!(printed.matches("repetition 5").count() >= 20, "{printed}");

    // A figure that was tampered with is found.
    let path = dir.path().join("out/records.csv");
    let text = fs::read_to_string(&path).unwrap();
    let is_it = |line: &&str| line.starts_with("tiny,balance,cv,,ring,") && line.contains(",1,5,ratio,");
    let line = text.lines().find(is_it).unwrap();
    let (start, value) = line.split_once(",ratio,").unwrap();
    fs::write(&path, text.replace(line, &format!("{start},ratio,1{value}"))).unwrap();
    let (code, printed) = run();
    assert!(code == Some(1) && printed.contains(": DIFFER\n") && printed.ends_with("20 agree, 1 differ\n"), "{printed}");
}
