//! Tells the program which compiler and which revision it was built from, for `environment.toml`.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    if let Some(version) = first_line(&rustc, &["--version"]) {
        println!("cargo:rustc-env=ANNULUS_COMPILER={version}");
    }
    // In a published package there is no repository, and no revision either. In a second working tree `.git` is a file.
    if Path::new("../../.git").exists() {
        // The log of HEAD grows with every commit.
        if let Some(log) = first_line("git", &["rev-parse", "--git-path", "logs/HEAD"]) {
            println!("cargo:rerun-if-changed={log}");
        }
        if let Some(revision) = first_line("git", &["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]) {
            println!("cargo:rustc-env=ANNULUS_REVISION={revision}");
        }
    }
}

fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.lines().next().unwrap_or_default().to_owned())
}
