//! `annulus clock`, as its user meets it.

use std::process::{Command, Output};

fn annulus(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_annulus")).args(arguments).output().unwrap()
}

const SMALL: [&str; 9] = ["clock", "--nodes", "3,10", "--algorithms", "jump,ring", "--sittings", "2", "--rounds", "1"];

#[test]
fn the_same_look_ups_are_timed_in_two_processes() {
    let output = annulus(&[&SMALL[..], &["--format", "csv"]].concat());
    assert!(output.status.success(), "{output:?}");
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(&*output.stdout).into_records().collect::<Result<_, _>>().unwrap();
    // Thirteen ways to ask, and for the one that takes weights five ways among nodes of each of two ranges of weights.
    assert_eq!(rows.len(), 2 * (13 + 13 + 2 * 5));
    for row in &rows {
        let number = |column: usize| row[column].parse::<f64>().unwrap();
        assert!(["jump", "ring"].contains(&&row[0]) && ["3", "10"].contains(&&row[2]), "{row:?}");
        let (first, second, ratio, reach) = (number(5), number(6), number(7), number(8));
        assert!(first > 0.0 && second > 0.0 && ratio > 0.0 && reach >= 0.02, "{row:?}");
        assert!(["different", "no difference", "cannot tell"].contains(&&row[9]), "{row:?}");
    }
}

#[test]
fn a_table_ends_with_the_verdict_on_the_machine() {
    let output = annulus(&SMALL);
    let text = String::from_utf8(output.stdout).unwrap();
    // On a machine that is too busy, none can be judged.
    assert!(text.contains("times were called different: ") || text.contains(" times could be judged: "), "{text}");
    for when in ["before: ", "first process: ", "second process: "] {
        assert!(text.lines().any(|line| line.starts_with(when) && line.contains("other programs used ")), "{text}");
    }
}

#[test]
fn what_cannot_be_timed_is_refused_in_one_line() {
    for (arguments, says) in [
        (["clock", "--nodes", "0"], "nodes has 0"),
        (["clock", "--nodes", "ten"], "--nodes has `ten`, which is no whole number"),
        (["clock", "--algorithms", "rign"], "`rign` names no algorithm"),
        (["clock", "--sittings", "1"], "2"),
    ] {
        let output = annulus(&arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.lines().count() == 1 && error.contains(says), "{error}");
    }
}
