//! What a run writes: its folder, its pictures, its records.

use std::collections::BTreeSet;
use std::fs;

use super::{annulus, deterministic, names, run, text, workplace};

#[test]
fn a_run_leaves_one_complete_folder() {
    let dir = workplace();
    let records = run(dir.path(), "out", &["tiny.toml", "--keys", "keys.txt"]);
    assert_eq!(names(dir.path()), ["keys.txt", "out", "tiny.toml"].map(str::to_owned).into());
    let out = dir.path().join("out");
    let written = names(&out);
    for name in ["records.csv", "environment.toml", "scenario.toml", "report.md", "plots"] {
        assert!(written.contains(name), "{name} is not in {written:?}");
    }
    let measures: BTreeSet<&str> = records.iter().map(|record| record.measure.as_str()).collect();
    let expected =
        ["balance", "change", "failure", "lookup", "memory", "patterns", "popularity", "remap", "replicas", "weighted"];
    assert_eq!(measures, expected.into());
    let algorithms: BTreeSet<&str> = records.iter().map(|record| record.algorithm.as_str()).collect();
    assert_eq!(algorithms, ["empty-loop", "hash-alone", "jump", "maglev", "modulo", "rendezvous", "ring", "slots"].into());
    assert!(records.iter().all(|record| !record.status.is_error()));
    let environment: toml::Table = fs::read_to_string(out.join("environment.toml")).unwrap().parse().unwrap();
    assert!(environment["command"].as_str().unwrap().ends_with("run --out out tiny.toml --keys keys.txt"));
}

#[test]
fn pictures_come_in_pairs() {
    let dir = workplace();
    run(dir.path(), "out", &["tiny.toml", "--keys", "keys.txt"]);
    let plots = names(&dir.path().join("out/plots"));
    let stems = |ending: &str| -> BTreeSet<String> {
        plots.iter().filter_map(|name| name.strip_suffix(ending)).map(str::to_owned).collect()
    };
    assert!(stems(".svg").len() >= 3, "{plots:?}");
    assert_eq!(stems(".svg"), stems(".png"));
}

#[test]
fn the_table_and_the_folder_are_named_on_standard_output() {
    let dir = workplace();
    let output = annulus(dir.path(), &["run", "tiny.toml", "--keys", "keys.txt", "--out", "a/b"]);
    let printed = text(&output.stdout);
    for word in ["ring", "jump", "rendezvous", "maglev", "slots", "modulo", "written to a/b"] {
        assert!(printed.contains(word), "{word}: {printed}");
    }
    // No bar where there is no terminal; a word on the machine where other tests run beside this one.
    let is_of_the_machine = |line: &str| line.starts_with("annulus: the machine is not quiet: ");
    assert!(text(&output.stderr).lines().all(is_of_the_machine), "{}", text(&output.stderr));
}

#[test]
fn without_a_name_the_folder_is_named_after_scenario_and_time() {
    let dir = workplace();
    let output = annulus(dir.path(), &["run", "tiny.toml", "--keys", "keys.txt"]);
    assert!(output.status.success());
    let made = names(&dir.path().join("results"));
    assert!(made.len() == 1 && made.iter().all(|name| name.starts_with("tiny-20")), "{made:?}");
}

#[test]
fn one_seed_gives_one_file_but_for_what_depends_on_the_machine() {
    let dir = workplace();
    let arguments = ["tiny.toml", "--keys", "keys.txt"];
    let first = run(dir.path(), "first", &arguments);
    let second = run(dir.path(), "second", &arguments);
    assert_eq!(deterministic(&first), deterministic(&second));
    let other = run(dir.path(), "other", &[&arguments[..], &["--seed", "2"]].concat());
    assert_ne!(deterministic(&first), deterministic(&other));
    // The file as run says everything again.
    let again = run(dir.path(), "again", &["other/scenario.toml"]);
    assert_eq!(deterministic(&other), deterministic(&again));
}

#[test]
fn what_depends_on_the_machine_stands_in_its_own_columns_only() {
    let dir = workplace();
    for record in run(dir.path(), "out", &["tiny.toml", "--keys", "keys.txt"]) {
        if !record.status.is_ok() {
            assert!(record.value.is_none() && record.measured_value.is_none(), "{record:?}");
            continue;
        }
        let is_timed = ["lookup", "change"].contains(&record.measure.as_str());
        assert_eq!(record.value.is_some(), !is_timed && record.metric != "live_bytes" && record.metric != "peak_bytes");
        assert_eq!(record.measured_value.is_some(), is_timed || record.measure == "memory", "{record:?}");
    }
}

#[test]
fn published_figures_stand_beside_those_measured_here() {
    let dir = workplace();
    let scenario = "name = \"mine\"\nrepetitions = 1\nvictims = 1\n[paper]\nrings = 2\ndigests = 100_000\n";
    fs::write(dir.path().join("paper.toml"), scenario).unwrap();
    let records = run(dir.path(), "out", &["paper.toml"]);
    assert!(records.iter().all(|record| record.measure == "paper" && !record.status.is_error()), "{records:#?}");
    for file in ["report.md", "report.html"] {
        let page = fs::read_to_string(dir.path().join("out").join(file)).unwrap();
        for words in ["pass, reproduced", "pass, not reproduced", "it is computed over all", "multi-probe"] {
            assert!(page.contains(words), "{file}: {words}");
        }
    }
}
