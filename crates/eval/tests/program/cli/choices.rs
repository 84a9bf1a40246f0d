//! What is chosen on the command line, and what an algorithm refuses of it.

use std::collections::BTreeSet;
use std::fs;

use annulus_eval::record::Record;

use super::{TINY, annulus, names, refused, run, text, workplace};

#[test]
fn lists_of_sizes_and_algorithms_are_obeyed_in_their_order() {
    let dir = workplace();
    let chosen = ["tiny.toml", "--keys", "keys.txt", "--nodes", "7,2", "--algorithms", "maglev, jump"];
    let records = run(dir.path(), "out", &chosen);
    let balance: Vec<(u64, &str)> = (records.iter())
        .filter(|record| record.metric == "cv" && record.keys == "keys" && record.repetition == 0)
        .map(|record| (record.nodes, record.algorithm.as_str()))
        .collect();
    assert_eq!(balance, [(7, "maglev"), (7, "jump"), (2, "maglev"), (2, "jump")]);
}

#[test]
fn a_size_that_an_algorithm_refuses_is_skipped_with_its_reason() {
    let dir = workplace();
    let scenario = TINY.replace("[3, 10]", "[70000]").replace("repetitions = 2", "repetitions = 1");
    fs::write(dir.path().join("large.toml"), scenario).unwrap();
    let records = run(dir.path(), "out", &["large.toml", "--keys", "keys.txt", "--algorithms", "maglev,jump"]);
    let of = |algorithm: &'static str| records.iter().filter(move |record| record.algorithm == algorithm);
    assert!(of("maglev").count() >= 5);
    let reason = "skipped: there would be 70000 consumers, and there is room for 65537";
    assert!(of("maglev").all(|record| record.status.to_string().starts_with(reason)));
    // It takes no weights, and goes on without.
    assert!(of("jump").all(|record| record.status.is_ok() || record.measure == "weighted"));
}

/// Why each row of an algorithm was skipped, each reason once.
fn reasons(records: &[Record], algorithm: &str) -> BTreeSet<String> {
    let own = records.iter().filter(|record| record.algorithm == algorithm);
    own.map(|record| record.status.to_string()).collect()
}

#[test]
fn the_memory_limit_of_the_flag_goes_before_the_scenarios_and_an_algorithms_own_before_both() {
    let dir = workplace();
    fs::write(dir.path().join("small.toml"), format!("memory = \"3kB\"\n{TINY}")).unwrap();
    let ring = |out: &str, arguments: &[&str]| {
        let common = ["small.toml", "--keys", "keys.txt", "--nodes", "10", "--algorithms"];
        let records = run(dir.path(), out, &[&common[..], arguments].concat());
        assert!(reasons(&records, "jump").contains("ok"));
        assert!(records.iter().all(|record| record.algorithm != "ring" || record.parameters == "points=160"));
        let reasons: Vec<String> = reasons(&records, "ring").into_iter().collect();
        (reasons, fs::read_to_string(dir.path().join(out).join("scenario.toml")).unwrap())
    };
    let (skipped, scenario) = ring("field", &["ring,jump"]);
    // Nodes of unequal weight need more.
    assert_eq!(skipped.len(), 2, "{skipped:?}");
    for reason in &skipped {
        let words = ["skipped: the state would take ", "the memory limit is 3 kB; ", "allow more with `--memory "];
        assert!(words.iter().all(|words| reason.contains(words)), "{reason}");
        assert!(reason.contains("or for this algorithm alone with `ring:memory=") && !reason.contains("with_memory"), "{reason}");
    }
    assert!(scenario.contains("memory = \"3kB\""), "{scenario}");
    let (flag, scenario) = ring("flag", &["ring,jump", "--memory", "1GB"]);
    assert!(flag == ["ok"] && scenario.contains("memory = \"1GB\""), "{flag:?}");
    let (own, _) = ring("own", &["ring:memory=1GB,jump", "--memory", "1kB"]);
    assert_eq!(own, ["ok"]);
    refused(&["run", "--memory", "4gb"], 2, "`4gb` is no size of memory; write a whole number with B, kB, MB, GB");
    refused(&["run", "--memory", "-1"], 2, "`-1` is no size of memory");
    refused(&["run", "--algorithms", "ring:memory=much"], 2, "`much` is no size of memory");
    refused(&["run", "--algorithms", "ring,ring:memory=1GB"], 2, "names ring twice at 10 nodes");
}

#[test]
fn a_ring_of_points_for_many_units_of_weight_refuses_nodes_without_a_point() {
    let dir = workplace();
    let algorithms = "ring:points=160/16000,ring:points=160/3,ring:points=320/2,jump";
    let records = run(dir.path(), "out", &["tiny.toml", "--keys", "keys.txt", "--nodes", "10", "--algorithms", algorithms]);
    let coarse = reasons(&records, "ring:points=160/16000");
    // Of nodes of the weights 1 to 10 the last is named.
    let expected = [1, 10].map(|weight| format!("skipped: its weight is {weight}, and the least that gets a share here is 50; "));
    let is_expected = |why: &String| expected.iter().any(|expected| why.starts_with(expected));
    assert!(coarse.len() == 2 && coarse.iter().all(is_expected), "{coarse:?}");
    let ok = BTreeSet::from(["ok".to_owned()]);
    assert_eq!([reasons(&records, "ring:points=160/3"), reasons(&records, "ring:points=320/2")], [ok.clone(), ok]);
    // Where points are rounded, no law of the arcs is claimed.
    let law = |algorithm: &str| records.iter().any(|record| record.algorithm == algorithm && record.formula.contains("ring"));
    assert_eq!([law("ring:points=160/3"), law("ring:points=320/2")], [false, true]);
}

#[test]
fn one_node_has_nobody_to_hand_its_keys_to() {
    let dir = workplace();
    let records = run(dir.path(), "out", &["tiny.toml", "--keys", "keys.txt", "--nodes", "1"]);
    let removals = records.iter().filter(|record| record.case.starts_with("remove_"));
    assert!(removals.clone().count() > 0);
    for record in removals {
        assert_eq!(record.status.to_string(), "skipped: the only node there is cannot be removed");
    }
}

#[test]
fn a_scenario_is_printed_as_it_stands_and_runs_when_it_is_given_back() {
    let dir = workplace();
    let printed = annulus(dir.path(), &["run", "paper", "--print"]);
    assert!(printed.status.success() && printed.stderr.is_empty(), "{}", text(&printed.stderr));
    assert_eq!(text(&printed.stdout), include_str!("../../../scenarios/paper.toml"));
    assert_eq!(names(dir.path()), BTreeSet::from(["keys.txt", "tiny.toml"].map(str::to_owned)));
    let own = annulus(dir.path(), &["run", "tiny.toml", "--print"]);
    assert_eq!(text(&own.stdout), TINY);
    let quick = annulus(dir.path(), &["run", "--quick", "--print"]);
    assert_eq!(text(&quick.stdout), include_str!("../../../scenarios/quick.toml"));
    refused(&["run", "no-such", "--print"], 2, "is not built in");
    refused(&["run", "--print", "--nodes", "5"], 2, "cannot be used with");
}

#[test]
fn a_scenario_needs_nothing_but_sizes() {
    let dir = workplace();
    fs::write(dir.path().join("mine.toml"), "nodes = [3]\nkeys = \"keys.txt\"\nalgorithms = [\"jump\"]\n").unwrap();
    let records = run(dir.path(), "out", &["mine.toml"]);
    assert!(records.iter().all(|record| record.scenario == "mine" && record.nodes == 3));
    let last = records.iter().filter(|record| record.metric == "cv").map(|record| record.repetition).max();
    assert_eq!(last, Some(20));
}
