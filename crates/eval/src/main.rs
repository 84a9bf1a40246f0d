//! The `annulus` program: the algorithms of the Annulus crates, measured.

use std::process::ExitCode;

use annulus_eval::Registry;

fn main() -> ExitCode {
    annulus_eval::cli(Registry::builtin())
}
