//! `annulus verify` from the outside: formats, refusals and exit codes.

use std::process::{Command, Output, Stdio};

fn verify(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_annulus"));
    command.arg("verify").args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

const SMALL: [&str; 5] = ["--quick", "--algorithms", "jump", "--nodes", "2"];

fn passes(format: &str) -> String {
    let output = verify(&[&SMALL[..], &["--format", format]].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    text(&output.stdout).to_owned()
}

#[test]
fn a_line_for_each_gate_that_the_promises_call_for() {
    let table = passes("csv");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    assert_eq!(
        reader.headers().unwrap().iter().take(5).collect::<Vec<_>>(),
        ["gate", "algorithm", "nodes", "verdict", "figures"]
    );
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let gates: Vec<&str> = rows.iter().map(|row| &row[0]).collect();
    // Jump tells no shares and takes no weights, and its answers depend on the order of its nodes.
    assert_eq!(
        gates,
        ["uniform", "movement", "history", "order", "instances", "asking", "replicas", "oracle", "names", "collisions"]
    );
    assert!(rows.iter().all(|row| &row[1] == "jump" && &row[2] == "2" && &row[3] == "pass"), "{table}");
}

#[test]
fn the_same_lines_in_every_format() {
    let gates = 10;
    let json: serde_json::Value = serde_json::from_str(&passes("json")).unwrap();
    assert_eq!(json.as_array().unwrap().len(), gates);
    assert_eq!(json[0]["formula"], "multinomial");
    let markdown = passes("markdown");
    assert_eq!(markdown.lines().filter(|line| line.starts_with("| ") && line.contains("| pass ")).count(), gates);
    let table = passes("table");
    assert_eq!(table.lines().filter(|line| line.contains(" pass ")).count(), gates, "{table}");
    assert!(table.contains("10 lines, 0 failed"), "{table}");
}

#[test]
fn one_seed_gives_one_outcome() {
    assert_eq!(passes("csv"), passes("csv"));
}

#[test]
fn a_limit_on_memory_is_part_of_an_algorithms_text() {
    let lines = |algorithms: &str| {
        let output = verify(&["--quick", "--algorithms", algorithms, "--nodes", "10", "--format", "csv"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let mut reader = csv::Reader::from_reader(&*output.stdout);
        reader
            .records()
            .map(Result::unwrap)
            .map(|row| (row[1].to_owned(), row[3].to_owned(), row[11].to_owned()))
            .collect::<Vec<_>>()
    };
    // A comma between parameters divides no list.
    let refused = lines("jump:memory=1GB,ring:points=10,memory=1kB");
    assert!(refused.iter().any(|(key, verdict, _)| key == "jump" && verdict == "pass"));
    let ring: Vec<_> = refused.iter().filter(|(key, ..)| key == "ring:points=10").collect();
    for (_, verdict, note) in &ring {
        assert_eq!(verdict, "not judged");
        assert!(note.contains("limit is 1 kB; ") && note.ends_with("allow more with `ring:points=10,memory=2kB`"), "{note}");
    }
    assert!(!ring.is_empty() && lines("ring:points=10,memory=1MB").iter().all(|(_, verdict, _)| verdict == "pass"));
}

#[test]
fn what_there_is_not_is_refused_in_one_line() {
    for (arguments, says) in [
        (["--algorithms", "rign"], "`rign` names no algorithm"),
        (["--algorithms", "ring,ring"], "`ring` is there twice"),
        (["--nodes", "0"], "0 is not in 1..=1000000"),
        (["--seeds", "0"], "0 is not in 1.."),
        (["--format", "yaml"], "invalid value 'yaml'"),
    ] {
        let output = verify(&arguments);
        let error = text(&output.stderr);
        assert_eq!((output.status.code(), error.lines().count()), (Some(2), 1), "{arguments:?}: {error}");
        assert!(error.starts_with("annulus: ") && error.contains(says), "{arguments:?}: {error}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn nothing_judged_is_no_success() {
    let output = verify(&["--quick", "--algorithms", "ring:memory=1kB", "--nodes", "10"]);
    assert!(!output.status.success());
    assert_eq!(text(&output.stderr), "annulus: nothing was judged; the table says why\n");
    // The reason stands once, under the table.
    assert_eq!(text(&output.stdout).matches("`ring:memory=17kB`").count(), 1, "{}", text(&output.stdout));
}
