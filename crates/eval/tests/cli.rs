//! The program from end to end: what it writes, what it refuses, and with which words and exit codes.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
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
    assert_eq!(algorithms, ["empty-loop", "hash-alone", "jump", "maglev", "modulo", "rendezvous", "ring"].into());
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
    for word in ["ring", "jump", "rendezvous", "maglev", "modulo", "written to a/b"] {
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
fn every_kind_of_key_file_gives_the_same_records() {
    let dir = workplace();
    let plain = keys(2000);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(plain.as_bytes()).unwrap();
    fs::create_dir(dir.path().join("more")).unwrap();
    fs::write(dir.path().join("more/keys.txt.gz"), gzip.finish().unwrap()).unwrap();
    fs::write(dir.path().join("more/keys.zst"), zstd::encode_all(plain.as_bytes(), 3).unwrap()).unwrap();
    // Other line ends, blank lines and repeats make no other keys.
    let windows = format!("{}\r\n\r\nuser:7\r\n", plain.trim_end().replace('\n', "\r\n"));
    fs::write(dir.path().join("more/keys.txt"), windows).unwrap();

    let expected = deterministic(&run(dir.path(), "plain", &["tiny.toml", "--keys", "keys.txt"]));
    for (out, file) in [("gz", "more/keys.txt.gz"), ("zst", "more/keys.zst"), ("crlf", "more/keys.txt")] {
        assert_eq!(deterministic(&run(dir.path(), out, &["tiny.toml", "--keys", file])), expected, "{file}");
    }
    let named = |records: Vec<Record>| -> Vec<Record> {
        records.into_iter().map(|record| Record { keys: record.keys.replace("stdin", "keys"), ..record }).collect()
    };
    assert_eq!(named(deterministic(&from_stdin(dir.path(), plain.as_bytes()))), expected);
}

#[test]
fn keys_that_pass_once_are_counted_as_keys_that_are_held() {
    let dir = workplace();
    // More than are held at once, so that blocks must join.
    fs::write(dir.path().join("many.txt"), keys(150_000)).unwrap();
    let balance = |records: Vec<Record>| -> Vec<(u64, String, String, Option<f64>, String)> {
        let of_keys = records.into_iter().filter(|r| r.measure == "balance" && r.keys == "many" && r.repetition == 0);
        of_keys
            .map(|r| (r.nodes, r.algorithm, r.metric, r.value, r.checksum.map(|sum| sum.to_string()).unwrap_or_default()))
            .collect()
    };
    let arguments = ["tiny.toml", "--keys", "many.txt", "--nodes", "10"];
    let held = balance(run(dir.path(), "held", &arguments));
    let streamed = run(dir.path(), "streamed", &[&arguments[..], &["--stream"]].concat());
    let first = streamed.iter().find(|record| record.keys == "many-first").unwrap();
    assert_eq!(first.key_count, 100_000);
    let said = annulus(dir.path(), &[&["run", "--out", "said"], &arguments[..], &["--stream"]].concat());
    let said = text(&said.stdout);
    let at = |words| said.find(words).unwrap_or_else(|| panic!("no {words}: {said}"));
    assert!(at("150,000 keys (many)") < at("100,000 keys (many-first)"), "the keys that were given come first: {said}");
    let streamed = balance(streamed);
    assert!(held.len() > 50 && streamed == held, "{streamed:?}");
    refused(&["run", "--stream"], 2, "required arguments were not provided");
    refused(&["run", "--stream", "--keys", "/dev/null"], 1, "holds no keys");
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

fn from_stdin(dir: &Path, bytes: &[u8]) -> Vec<Record> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_annulus"))
        .current_dir(dir)
        .args(["run", "tiny.toml", "--keys", "-", "--out", "stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    assert!(child.wait().unwrap().success());
    read_csv(fs::File::open(dir.join("stdin/records.csv")).unwrap()).unwrap()
}

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
fn keys_that_cannot_be_read_are_refused_before_anything_is_measured() {
    refused(&["run", "--keys", "no-such"], 1, "keys from no-such: cannot be read: No such file");
    refused(&["run", "--keys", "."], 1, "keys from .: is a directory; give a file with one key a line");
    refused(&["run", "--keys", "/dev/null"], 1, "keys from /dev/null: holds no keys");
    refused(&["run", "--keys", "-"], 1, "keys from stdin: holds no keys");
}

#[test]
fn bad_bytes_in_a_key_file_are_named_by_line() {
    let dir = workplace();
    let cases: [(&str, Vec<u8>, &str); 3] = [
        ("latin1", b"fine\ncaf\xe9\n".to_vec(), "keys from latin1, line 2: is not UTF-8 (byte 4 of the line is 0xe9)"),
        ("blank", b"\n\r\n\n".to_vec(), "keys from blank: holds no keys"),
        ("cut", cut_short(), "the zstd data is cut short or damaged"),
    ];
    for (name, bytes, message) in cases {
        fs::write(dir.path().join(name), bytes).unwrap();
        let output = annulus(dir.path(), &["run", "--keys", name, "--out", "out"]);
        let error = text(&output.stderr);
        assert!(error.starts_with("annulus: ") && error.contains(message) && error.lines().count() == 1, "{error}");
        assert_eq!(output.status.code(), Some(1));
        assert!(!dir.path().join("out").exists());
    }
}

fn cut_short() -> Vec<u8> {
    let text: String = (0..20_000_u64).map(|i| format!("{:x}\n", annulus_core::mix64(i))).collect();
    let whole = zstd::encode_all(text.as_bytes(), 3).unwrap();
    whole[..whole.len() / 2].to_vec()
}

#[test]
fn bad_lists_are_refused_by_name() {
    refused(&["run", "--nodes", "10,x"], 2, "--nodes has `x`, which is no whole number");
    refused(&["run", "--nodes", "10,-3"], 2, "--nodes has `-3`, which is out of range; give one up to 18446744073709551615");
    refused(&["run", "--nodes", "0"], 2, "nodes has 0; a number of nodes is 1 to 1000000");
    refused(&["run", "--nodes", "2000000"], 2, "nodes has 2000000; a number of nodes is 1 to 1000000");
    refused(&["run", "--nodes", "10,10"], 2, "nodes names a number twice");
    refused(&["run", "--nodes", "10,,20"], 2, "--nodes `10,,20` has an empty item");
    refused(&["run", "--seed", "one"], 2, "--seed has `one`, which is no whole number");
    let known = "algorithms has `chord`: `chord` names no algorithm; write one of ring, jump, rendezvous, maglev, modulo";
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
fn an_output_folder_that_cannot_be_had_is_refused_before_anything_is_measured() {
    refused(&["run", "--out", "."], 1, "output folder `.`: is there already and not empty");
    refused(&["run", "--out", "keys.txt"], 1, "output folder `keys.txt`: is there already and no folder");
    refused(&["run", "--out", "keys.txt/out"], 1, "output folder `keys.txt/out`: ");
    refused(
        &["run", "--out", "/proc/out"],
        1,
        "output folder `/proc/out`: cannot be made in /proc: it takes no new folders; name another",
    );
}

#[test]
fn a_scenario_is_printed_as_it_stands_and_runs_when_it_is_given_back() {
    let dir = workplace();
    let printed = annulus(dir.path(), &["run", "paper", "--print"]);
    assert!(printed.status.success() && printed.stderr.is_empty(), "{}", text(&printed.stderr));
    assert_eq!(text(&printed.stdout), include_str!("../scenarios/paper.toml"));
    assert_eq!(names(dir.path()), BTreeSet::from(["keys.txt", "tiny.toml"].map(str::to_owned)));
    let own = annulus(dir.path(), &["run", "tiny.toml", "--print"]);
    assert_eq!(text(&own.stdout), TINY);
    let quick = annulus(dir.path(), &["run", "--quick", "--print"]);
    assert_eq!(text(&quick.stdout), include_str!("../scenarios/quick.toml"));
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

#[test]
fn list_shows_every_algorithm_with_its_promises() {
    let dir = workplace();
    let output = annulus(dir.path(), &["list"]);
    assert!(output.status.success());
    let printed = text(&output.stdout);
    for word in
        ["ring", "jump", "rendezvous", "maglev", "modulo", "points=160", "slots=65537", "removing the last", "https://doi.org/"]
    {
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

/// Starts a run in `dir`, interrupts it as soon as a step is finished, and returns what it said.
#[cfg(unix)]
fn interrupted(dir: &Path, arguments: &[&str], partial: &Path) -> String {
    let mut run = Command::new(env!("CARGO_BIN_EXE_annulus"));
    let mut run = run.current_dir(dir).args(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let is_step = |file: fs::DirEntry| file.path().extension().is_some_and(|ending| ending == "csv");
    while !fs::read_dir(partial).is_ok_and(|files| files.flatten().any(is_step)) && run.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap().success());
    let output = run.wait_with_output().unwrap();
    let said = text(&output.stderr).to_owned();
    assert_eq!(output.status.code(), Some(130), "{said}");
    said
}

#[test]
#[cfg(unix)]
fn an_interrupted_run_keeps_what_is_finished_and_goes_on() {
    let dir = workplace();
    let arguments = ["run", "tiny.toml", "--keys", "keys.txt", "--out", "out"];
    let partial = dir.path().join("out.partial");
    let said = interrupted(dir.path(), &arguments, &partial);
    assert!(said.contains("finished steps are in out.partial; go on with `annulus run --resume out.partial`"), "{said}");
    assert!(!dir.path().join("out").exists() && partial.exists());

    let fails = |arguments: &[&str], message: &str| {
        let output = annulus(dir.path(), arguments);
        assert!(!output.status.success() && text(&output.stderr).contains(message), "{}", text(&output.stderr));
    };
    // The same command does not begin again in silence, and steps of other keys are not mixed in.
    fails(&arguments, "out.partial has finished steps of an interrupted run; go on with `annulus run --resume out.partial`");
    fs::write(dir.path().join("other.txt"), "k\n").unwrap();
    fails(&["run", "--resume", "out.partial", "--keys", "other.txt"], "out.partial: was begun with other keys");
    fails(&["run", "--resume", "keys.txt"], "give the folder that an interrupted run named");

    let resumed = annulus(dir.path(), &["run", "--resume", "out.partial"]);
    assert!(resumed.status.success() && text(&resumed.stdout).contains("written to out: open out/report.html"));
    assert!(!partial.exists());
    let resumed = read_csv(fs::File::open(dir.path().join("out/records.csv")).unwrap()).unwrap();
    let whole = run(dir.path(), "whole", &["tiny.toml", "--keys", "keys.txt"]);
    assert_eq!(deterministic(&resumed), deterministic(&whole));
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
    for name in ["run", "locate", "plan", "verify", "compare", "names", "digests", "completions", "man"] {
        assert!(fish.contains(name) && page.contains(name), "{name}");
        let page = fs::read_to_string(dir.path().join(format!("man1/annulus-{name}.1")));
        assert!(page.is_ok_and(|page| page.contains("Examples")), "{name}");
    }
}

#[test]
fn a_slip_is_answered_with_what_was_meant() {
    refused(&["compair"], 2, "did you mean `compare`?");
    refused(&["runn"], 2, "unrecognized subcommand 'runn'; did you mean `run`?; see annulus --help");
    refused(&["run", "--quik"], 2, "unexpected argument '--quik' found; did you mean `--quick`?; see annulus run --help");
    refused(&["list", "--format", "tabel"], 2, "did you mean `table`?");
    refused(&["run", "--seed", "-1"], 2, "--seed has `-1`, which is out of range");
}
