//! `annulus`, with one algorithm more: `cargo run --release --example compare -- run --quick` compares it with the rest.

use std::process::ExitCode;

use annulus_eval::Registry;
use own_algorithm::WeylProbe;

fn main() -> ExitCode {
    annulus_eval::cli(Registry::builtin().with::<WeylProbe>("mine"))
}
