//! The program of `examples/compare.rs`, run: one registration line is enough for every measure, gate and picture.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use annulus_eval::record::{Record, read_csv};

/// Compares the new algorithm with jump, which promises neither weights nor exact shares either, and returns what was recorded.
fn run(out: &Path) -> Vec<Record> {
    let _ = fs::remove_dir_all(out);
    let arguments = ["run", "--quick", "--nodes", "10", "--algorithms", "jump,mine", "--out"];
    // Built beside the tests: `cargo test` builds the examples as well.
    let program = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples/compare");
    let ran = Command::new(&program).args(arguments).arg(out).output();
    let ran = ran.unwrap_or_else(|error| panic!("{}: {error}; run `cargo test` without --test", program.display()));
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    read_csv(File::open(out.join("records.csv")).unwrap()).unwrap()
}

#[test]
fn it_takes_part_in_every_measure_gate_and_picture() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compared");
    let records = run(&out);
    let figures = |algorithm: &str| -> BTreeSet<[String; 3]> {
        let of_it = records.iter().filter(|record| record.algorithm == algorithm && record.status.is_ok());
        of_it.map(|record| [&record.measure, &record.metric, &record.case].map(String::clone)).collect()
    };
    // The steps of a look-up are jump's own, counted in its textbook form.
    let jump: BTreeSet<[String; 3]> = figures("jump").into_iter().filter(|[measure, ..]| measure != "work").collect();
    let missing: Vec<_> = jump.difference(&figures("mine")).cloned().collect();
    assert!(missing.is_empty(), "jump has figures that mine has not: {missing:?}");

    // What it promises is held to a band of its own: not a key moves needlessly.
    let gates = records.iter().filter(|record| record.algorithm == "mine" && record.formula == "minimal");
    assert!(gates.clone().count() > 0 && gates.clone().all(|record| record.low == record.high));

    for plot in fs::read_dir(out.join("plots")).unwrap().map(|entry| entry.unwrap().path()) {
        if plot.extension().is_some_and(|extension| extension == "svg") {
            assert!(fs::read_to_string(&plot).unwrap().contains("mine"), "{} lacks it", plot.display());
        }
    }
    assert!(fs::read_to_string(out.join("report.md")).unwrap().contains("mine"));
}
