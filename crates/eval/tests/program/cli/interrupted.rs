//! A run that is interrupted goes on.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use annulus_eval::record::read_csv;

use super::{annulus, deterministic, run, text, workplace};

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
