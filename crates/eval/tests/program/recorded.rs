//! What is read from recorded runs, from end to end: compare, rank, diff, plot, and the index of runs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use annulus_eval::record::{Record, Status, read_csv, write_csv};
use tempfile::TempDir;

fn annulus(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_annulus")).current_dir(dir).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Runs, expects success, and answers what was printed.
fn printed(dir: &Path, arguments: &[&str]) -> String {
    let output = annulus(dir, arguments);
    assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout).to_owned()
}

/// Expects a refusal: this exit code and one line with these words.
fn refused(dir: &Path, arguments: &[&str], code: i32, words: &str) {
    let output = annulus(dir, arguments);
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
    assert!(error.lines().count() == 1 && error.contains(words), "{arguments:?}: {error}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
}

fn record(algorithm: &str, measure: &str, metric: &str, repetition: u32) -> Record {
    Record {
        scenario: "made-up".to_owned(),
        measure: measure.to_owned(),
        metric: metric.to_owned(),
        case: String::new(),
        algorithm: algorithm.to_owned(),
        parameters: String::new(),
        hasher: "siphash-1-3".to_owned(),
        nodes: 10,
        keys: "words".to_owned(),
        keys_checksum: None,
        key_count: 1000,
        names: "random".to_owned(),
        seed: 1,
        repetition,
        unit: "ratio".to_owned(),
        value: None,
        expected: None,
        low: None,
        high: None,
        formula: String::new(),
        status: Status::Ok,
        checksum: None,
        version: "0.0.0".to_owned(),
        measured_value: None,
        measured_low: None,
        measured_high: None,
        measured_samples: None,
    }
}

/// Two algorithms: of the second the CV is twice the first's, nearly; times overlap.
fn records() -> Vec<Record> {
    let mut records = Vec::new();
    for (algorithm, cv, time) in [("ring", 0.1, 5.0), ("jump", 0.2, 5.2)] {
        for (repetition, noise) in [(0, 1.0), (1, 1.02), (2, 0.99)] {
            let value = Some(cv * noise + f64::from(repetition) * 1e-4);
            records.push(Record { value, ..record(algorithm, "balance", "cv", repetition) });
        }
        let (low, high) = (Some(time - 0.3), Some(time + 0.3));
        let timed = Record {
            measured_value: Some(time),
            measured_low: low,
            measured_high: high,
            ..record(algorithm, "change", "build", 0)
        };
        records.push(timed);
    }
    records
}

fn write(folder: &Path, records: &[Record]) {
    fs::create_dir_all(folder).unwrap();
    write_csv(fs::File::create(folder.join("records.csv")).unwrap(), records).unwrap();
}

/// A place with the run `a` in it.
fn workplace() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    write(&dir.path().join("a"), &records());
    dir
}

/// The cells of a column in CSV.
fn column(csv: &str, name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let number = reader.headers().unwrap().iter().position(|header| header == name).unwrap();
    reader.records().map(|row| row.unwrap()[number].to_owned()).collect()
}

#[test]
fn one_run_is_compared_in_every_format() {
    let dir = workplace();
    let csv = printed(dir.path(), &["compare", "a", "--format", "csv"]);
    assert_eq!(column(&csv, "algorithm"), ["jump", "jump"]);
    assert_eq!(column(&csv, "metric"), ["cv", "build"]);
    assert_eq!(column(&csv, "verdict"), ["higher", "no difference"]);
    let ratio: f64 = column(&csv, "ratio")[0].parse().unwrap();
    assert!((ratio - 2.0).abs() < 0.01, "{csv}");
    let json: serde_json::Value = serde_json::from_str(&printed(dir.path(), &["compare", "a", "--format", "json"])).unwrap();
    assert_eq!(json[0]["ratio"].as_f64(), Some(ratio));
    for (format, words) in [("table", "Figures compared with ring"), ("markdown", "| balance cv, words | 10 | jump |")] {
        let text = printed(dir.path(), &["compare", "a", "--format", format]);
        assert!(text.contains(words) && text.contains("no difference"), "{text}");
    }
}

#[test]
fn two_runs_are_compared_and_their_difference_is_shown() {
    let dir = workplace();
    let mut after = records();
    after[1].value = after[1].value.map(|value| f64::from_bits(value.to_bits() + 1));
    after.pop();
    write(&dir.path().join("b"), &after);
    let csv = printed(dir.path(), &["compare", "a", "b", "--format", "csv"]);
    // One value in three a last digit higher: no difference, but not equal.
    assert_eq!(column(&csv, "verdict"), ["no difference", "equal", "no difference"]);
    let diff = printed(dir.path(), &["diff", "a", "b", "--format", "csv"]);
    assert_eq!(column(&diff, "change"), ["value", "only before"]);
    assert_eq!(column(&diff, "algorithm"), ["ring", "jump"]);
    assert!(printed(dir.path(), &["diff", "a", "a"]).starts_with("4 figures are in both runs, of which 4 did not change"));
    // Without a change the file has its header still.
    assert_eq!(printed(dir.path(), &["diff", "a", "a", "--format", "csv"]).lines().count(), 1);
}

#[test]
fn values_and_ratio_are_of_the_repetitions_that_both_runs_have() {
    let dir = workplace();
    let cv = |repetition, value| Record { value: Some(value), ..record("ring", "balance", "cv", repetition) };
    write(&dir.path().join("many"), &[cv(0, 0.1), cv(1, 0.2), cv(2, 0.9), cv(3, 0.9)]);
    write(&dir.path().join("few"), &[cv(0, 0.1), cv(1, 0.2)]);
    let csv = printed(dir.path(), &["compare", "many", "few", "--format", "csv"]);
    let cells = |name| column(&csv, name).join(",");
    assert_eq!((cells("pairs"), cells("ratio"), cells("verdict")), ("2".into(), "1.0".into(), "equal".into()), "{csv}");
    assert_eq!(cells("value"), cells("against_value"));
    let value: f64 = cells("value").parse().unwrap();
    assert!((value - 0.15).abs() < 1e-12, "{csv}");
    // What is timed has no pairs.
    let own = printed(dir.path(), &["compare", "a", "--format", "csv"]);
    assert_eq!(column(&own, "pairs"), ["3", ""]);
    // What has changed is shown of the same repetitions as its ratio.
    write(&dir.path().join("changed"), &[cv(0, 0.1), cv(1, 0.4)]);
    let csv = printed(dir.path(), &["diff", "many", "changed", "--format", "csv"]);
    let number = |name| column(&csv, name)[0].parse::<f64>().unwrap();
    assert!((number("before") - 0.15).abs() < 1e-12 && (number("after") - 0.25).abs() < 1e-12, "{csv}");
}

/// A page of the documentation, or why there is none to look at.
fn page(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
    path.exists().then(|| fs::read_to_string(path).unwrap())
}

#[test]
fn what_recorded_runs_name_is_on_the_pages() {
    let runs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bench-results");
    let (Ok(folders), Some(columns), Some(laws)) = (fs::read_dir(&runs), page("RECORDS.md"), page("METHODOLOGY.md")) else {
        eprintln!("skipped: no recorded runs or no pages, as in a packaged crate");
        return;
    };
    let mut seen = 0;
    let mut missing = BTreeSet::new();
    for file in folders.map(|folder| folder.unwrap().path().join("records.csv")).filter(|file| file.exists()) {
        for record in read_csv(fs::File::open(&file).unwrap()).unwrap() {
            seen += 1;
            // A published figure has the name of the one measured beside it.
            let metric = record.metric.strip_prefix("published_").unwrap_or(&record.metric).to_owned();
            for (name, page, file) in
                [(record.measure, &columns, "RECORDS"), (metric, &columns, "RECORDS"), (record.formula, &laws, "METHODOLOGY")]
            {
                if !name.is_empty() && !page.contains(&format!("`{name}`")) {
                    missing.insert(format!("{file} lacks `{name}`"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
    eprintln!("{seen} rows of recorded runs were looked at");
}

#[test]
fn ranks_are_shared_where_there_is_no_difference() {
    let dir = workplace();
    let csv = printed(dir.path(), &["rank", "a", "--format", "csv"]);
    assert_eq!(column(&csv, "metric"), ["cv", "cv", "build", "build"]);
    assert_eq!(column(&csv, "rank"), ["1", "2", "1", "1"]);
    assert_eq!(column(&csv, "no_difference_from"), ["", "", "jump", "ring"]);
}

#[test]
fn pictures_are_drawn_from_records() {
    let dir = workplace();
    let said = printed(dir.path(), &["plot", "a", "--out", "pictures"]);
    assert!(said.contains("no remap: The records hold no figure of moved keys"), "{said}");
    assert!(!dir.path().join("a/plots").exists() && dir.path().join("pictures/plots").is_dir());
}

#[test]
fn the_index_is_written_and_checked() {
    let dir = workplace();
    let page = dir.path().join("README.md");
    fs::write(&page, "# Runs\n\n<!-- runs -->\n<!-- end of runs -->\n").unwrap();
    let environment = "date = \"2026-01-31T12:00:00Z\"\ncpu = \"A\"\ncores = 2\ncommand = \"annulus run\"\n";
    fs::write(dir.path().join("a/environment.toml"), environment).unwrap();
    refused(dir.path(), &["report", "--index", "README.md", "--check"], 1, "README.md: is not as the records fill it");
    printed(dir.path(), &["report", "--index", "README.md"]);
    let written = fs::read_to_string(&page).unwrap();
    assert!(written.contains("| [a](a/report.md) | 2026-01-31 | A, 2 cores | `annulus run` |"), "{written}");
    printed(dir.path(), &["report", "--index", "README.md", "--check"]);
    refused(dir.path(), &["report", "--check"], 2, "--into");
}

#[test]
fn what_cannot_be_read_is_refused_in_one_line() {
    let dir = workplace();
    fs::create_dir(dir.path().join("odd")).unwrap();
    fs::write(dir.path().join("odd/records.csv"), "a,b\n1,2\n").unwrap();
    fs::create_dir(dir.path().join("empty")).unwrap();
    let others: Vec<Record> = records().into_iter().map(|record| Record { nodes: 11, ..record }).collect();
    write(&dir.path().join("other"), &others);
    for command in ["compare", "rank", "plot"] {
        refused(dir.path(), &[command, "nowhere"], 1, "nowhere/records.csv: cannot be read");
        refused(dir.path(), &[command, "empty"], 1, "empty/records.csv: cannot be read");
        refused(dir.path(), &[command, "odd"], 1, "odd/records.csv: is no file of records");
    }
    refused(dir.path(), &["diff", "a", "nowhere"], 1, "nowhere/records.csv: cannot be read");
    refused(dir.path(), &["diff", "a", "other"], 1, "in common with other");
    refused(dir.path(), &["compare", "a", "other"], 1, "in common with other");
    refused(dir.path(), &["compare", "a", "--to", "rang"], 2, "no algorithm `rang`; there are ring, jump");
    refused(dir.path(), &["rank", "a", "--metrics", "vc"], 2, "no `vc`");
}

#[test]
fn the_list_is_for_programs_as_well() {
    let dir = workplace();
    let csv = printed(dir.path(), &["list", "--format", "csv"]);
    assert!(column(&csv, "name").contains(&"ring".to_owned()), "{csv}");
    assert!(printed(dir.path(), &["list"]).contains("ring"));
}
