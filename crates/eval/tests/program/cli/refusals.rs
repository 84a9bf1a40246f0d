//! What is refused, with which words and exit codes; help, lists and manual pages.

use std::fs;

use super::{annulus, refused, text, workplace};

#[test]
fn bad_lists_are_refused_by_name() {
    refused(&["run", "--nodes", "10,x"], 2, "--nodes has `x`, which is no whole number");
    refused(&["run", "--nodes", "10,-3"], 2, "--nodes has `-3`, which is out of range; give one up to 18446744073709551615");
    refused(&["run", "--nodes", "0"], 2, "nodes has 0; a number of nodes is 1 to 1000000");
    refused(&["run", "--nodes", "2000000"], 2, "nodes has 2000000; a number of nodes is 1 to 1000000");
    refused(&["run", "--nodes", "10,10"], 2, "nodes names a number twice");
    refused(&["run", "--nodes", "10,,20"], 2, "--nodes `10,,20` has an empty item");
    refused(&["run", "--seed", "one"], 2, "--seed has `one`, which is no whole number");
    let known = "algorithms has `chord`: `chord` names no algorithm; write one of ring, jump, rendezvous, maglev, slots, modulo";
    refused(&["run", "--algorithms", "ring,chord"], 2, known);
    refused(&["run", "--algorithms", "ring,ring"], 2, "algorithms names one twice");
}

#[test]
fn what_the_command_line_does_not_know_is_one_line() {
    refused(&["run", "--fast"], 2, "unexpected argument '--fast' found");
    refused(&["walk"], 2, "unrecognized subcommand 'walk'");
    refused(&["run", "--quick", "standard"], 2, "cannot be used with");
    refused(&["run", "no-such.toml"], 2, "scenario `no-such.toml` is not built in (standard, quick, full, million, paper)");
    refused(&["run", "keys.txt"], 2, "scenario keys.txt: line 1: ");
}

#[test]
fn a_slip_is_answered_with_what_was_meant() {
    refused(&["compair"], 2, "did you mean `compare`?");
    refused(
        &["run", "quik"],
        2,
        "scenario `quik` is not built in (standard, quick, full, million, paper) and cannot be read as a file",
    );
    refused(&["run", "quik"], 2, "; did you mean `quick`?");
    refused(&["runn"], 2, "unrecognized subcommand 'runn'; did you mean `run`?; see annulus --help");
    refused(&["run", "--quik"], 2, "unexpected argument '--quik' found; did you mean `--quick`?; see annulus run --help");
    refused(&["list", "--format", "tabel"], 2, "did you mean `table`?");
    refused(&["run", "--seed", "-1"], 2, "--seed has `-1`, which is out of range");
}

#[test]
fn an_output_folder_that_cannot_be_had_is_refused_before_anything_is_measured() {
    refused(&["run", "--out", "."], 2, "output folder `.`: it exists and is not empty");
    refused(&["run", "--out", "keys.txt"], 2, "output folder `keys.txt`: it exists and is no folder");
    refused(&["run", "--out", "keys.txt/out"], 2, "output folder `keys.txt/out`: ");
    refused(
        &["run", "--out", "/proc/out"],
        1,
        "output folder `/proc/out`: it cannot be made in /proc: it takes no new folders; name another",
    );
}

#[test]
fn list_shows_every_algorithm_with_its_promises() {
    let dir = workplace();
    let output = annulus(dir.path(), &["list"]);
    assert!(output.status.success());
    let printed = text(&output.stdout);
    for word in [
        "ring",
        "jump",
        "rendezvous",
        "maglev",
        "modulo",
        "points=160",
        "slots=65537",
        "bits=16",
        "removing the last",
        "https://doi.org/",
    ] {
        assert!(printed.contains(word), "{word}: {printed}");
    }
}

#[test]
fn help_has_examples_and_goes_to_standard_output() {
    let dir = workplace();
    for arguments in [&["--help"][..], &["run", "--help"], &["list", "--help"]] {
        let output = annulus(dir.path(), arguments);
        assert!(output.status.success() && output.stderr.is_empty());
        assert!(text(&output.stdout).contains("Example"), "{arguments:?}");
    }
    assert_eq!(annulus(dir.path(), &[]).status.code(), Some(2));
}

#[test]
fn completions_and_manual_pages_name_every_subcommand() {
    let dir = workplace();
    let said = |arguments: &[&str]| {
        let output = annulus(dir.path(), arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout).to_owned()
    };
    let (fish, page) = (said(&["completions", "fish"]), said(&["man"]));
    said(&["man", "--out", "man1"]);
    for name in ["run", "choose", "locate", "plan", "verify", "compare", "names", "digests", "completions", "man"] {
        assert!(fish.contains(name) && page.contains(name), "{name}");
        let page = fs::read_to_string(dir.path().join(format!("man1/annulus-{name}.1")));
        assert!(page.is_ok_and(|page| page.contains("Examples")), "{name}");
    }
}
