//! `annulus choose` from end to end: what it takes, what it refuses, and what its answers are worth when they are counted again.

use std::fs;
use std::process::{Command, Output};

fn annulus(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_annulus")).args(arguments).output().expect("the program starts")
}

/// What it printed, and its one line of trouble, if any.
fn said(arguments: &[&str]) -> (i32, String, String) {
    let output = annulus(arguments);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    // Tests run beside one another, so the machine is seldom quiet.
    let trouble: String = text(output.stderr).lines().filter(|line| !line.contains("this machine is not quiet")).collect();
    (output.status.code().expect("an exit code"), text(output.stdout), trouble)
}

fn entries(arguments: &[&str]) -> Vec<serde_json::Value> {
    let (code, out, trouble) = said(&[arguments, &["--format", "json"]].concat());
    assert_eq!((code, trouble.as_str()), (0, ""));
    serde_json::from_str(&out).expect("a list")
}

#[test]
fn an_answer_says_what_to_take_and_why() {
    let (code, out, _) =
        said(&["choose", "--nodes", "4", "--busiest", "1.5", "--changes", "2/day", "--keys", "10000", "--explain"]);
    assert_eq!(code, 0);
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "Take rendezvous busiest node 1 × its part at 4 nodes; limit 1.5: every node expects exactly its part, whatever the names; `annulus verify` checks it",
        "let spec: Spec = \"rendezvous\".parse()?;",
        "jump: needs the list of nodes in the same order in every router (`--routers order`)",
        "ring over the grid of points of the lightest node: from 10, each 5 % more",
        "Your keys add chance: among 4 nodes",
        "who leaves any node; 2 join or leave a day",
    ] {
        assert!(out.contains(part), "{part}\n{out}");
    }
}

#[test]
fn each_requirement_rules_out_what_misses_it() {
    let place = |arguments: &[&str], name: &str| -> (String, String) {
        let all = entries(&[&["choose"], arguments].concat());
        let last = all.iter().rev().find(|one| one["algorithm"] == name).expect("every algorithm is considered");
        (last["place"].as_str().expect("words").to_owned(), last["reason"].as_str().expect("words").to_owned())
    };
    for (arguments, name, expected, reason) in [
        (&["--nodes", "4", "--weights", "1,2"][..], "jump", "ruled out", "takes equal nodes only"),
        (&["--nodes", "4"], "jump", "ruled out", "in the same order in every router"),
        (&["--nodes", "4", "--routers", "order", "--leaves", "last"], "jump", "ranked", ""),
        (&["--nodes", "4", "--routers", "order"], "jump", "dominated", ""),
        (&["--nodes", "20", "--routers", "order", "--moved", "1.8"], "jump", "ruled out", "one change moves 1.90 ×"),
        (&["--nodes", "4", "--routers", "order"], "modulo", "ruled out", "one change moves"),
        (&["--nodes", "40", "--bytes", "4kB", "--busiest", "1.2"], "ring", "ruled out", "more than 4 kB"),
        (&["--nodes", "4", "--lookup", "0.01"], "rendezvous", "too slow", "more than 0.01 ns"),
        (
            &["--nodes", "4", "--weights", "1,10", "--replicas", "2"],
            "rendezvous",
            "too slow",
            "2 copies put 1.36 × its part on the busiest node",
        ),
        (&["--nodes", "9", "--weights", "1,2,3", "--moved", "1", "--bytes", "50kB"], "maglev", "ruled out", "more than 50 kB"),
    ] {
        // Where everything is too slow nothing is left to take, and the exit code says so.
        if expected == "too slow" {
            let (code, out, trouble) = said(&[&["choose"], arguments].concat());
            let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(code == 1 && out.contains(reason) && trouble.contains("no algorithm meets all limits"), "{out}{trouble}");
            continue;
        }
        let (place, why) = place(arguments, name);
        // Whether jump is dominated or ranked beside rendezvous is decided by time.
        assert!(place == expected || (name == "jump" && place == "ranked"), "{arguments:?}: {name} is {place}: {why}");
        assert!(why.contains(reason) || place == "dominated", "{arguments:?}: {why}");
    }
}

#[test]
fn answers_come_from_a_file_and_go_into_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mine.toml");
    let (code, printed, _) = said(&["choose", "--system", "fixed-shards", "--print"]);
    assert!(code == 0 && printed.contains("grow-to = 128"), "{printed}");
    fs::write(&file, printed).expect("a file");
    let path = file.to_str().expect("a plain path");
    // Flags come before the file; the others of its lines hold.
    let (code, spec, trouble) = said(&["choose", path, "--nodes", "3", "--grow-to", "4", "--spec"]);
    assert_eq!((code, spec.as_str(), trouble.as_str()), (0, "jump\n", ""));
    let members = folder.path().join("members.txt");
    fs::write(&members, "a\t1\tz1\nb\t2\tz2\nc\t3\tz3\n").expect("a file");
    let members = members.to_str().expect("a plain path");
    let (code, out, _) = said(&["choose", "--members", members, "--replicas", "2", "--busiest", "2"]);
    assert!(code == 0 && out.contains("1 node of weight 1, 1 node of weight 2, 1 node of weight 3"), "{out}");
    assert!(
        out.contains("3, each copy of a key in another one") && out.contains("(\"node-1\", weight(1)?, \"zone-a\")"),
        "{out}"
    );
}

#[test]
fn bad_questions_are_answered_in_one_line() {
    for (arguments, says) in [
        (&["choose"][..], "how many nodes are there? Give --nodes N"),
        (&["choose", "--system", "cache"], "--system `cache` is not known; write one of memcached-pool, object-store"),
        (&["choose", "no-such.toml"], "answers from no-such.toml: No such file"),
        (&["choose", "--nodes", "ten"], "invalid value 'ten' for '--nodes <N>'"),
        (&["choose", "--nodes", "3", "--changes", "often"], "`often` is no rate; write a number and per hour, day"),
        (&["choose", "--nodes", "3", "--replicas", "4"], "--replicas 4 need as many nodes, and there are 3"),
        (&["choose", "--nodes", "3", "--skew", "1"], "--keys <N>"),
        (&["choose", "--nodes", "3", "--leaves", "first"], "invalid value 'first'"),
    ] {
        let (code, out, trouble) = said(arguments);
        assert!(code == 2 && out.is_empty() && trouble.contains(says), "{arguments:?}: {code} {trouble}");
    }
}

#[test]
fn a_sweep_without_the_laws_agrees() {
    for arguments in [
        &["choose", "--nodes", "3", "--grow-to", "5", "--busiest", "1.4"][..],
        &["choose", "--nodes", "6", "--weights", "1,3", "--busiest", "1.5", "--moved", "1.3"],
    ] {
        let (code, out, trouble) = said(&[arguments, &["--sweep"]].concat());
        assert_eq!((code, trouble.as_str()), (0, ""), "{out}");
        assert!(out.contains("entries below miss a limit; ring:points="), "{out}");
    }
}
