//! A fifth algorithm: multi-probe consistent hashing, measured beside the built-in ones.
//!
//! `cargo run --release --example multi_probe -- run --quick` does all that `annulus` does, with one more row in every
//! table; `cargo test --example multi_probe` holds it to every law. The kernel itself is
//! [`MultiProbe`](annulus_eval::known::MultiProbe); one of your own is registered by the same line, with the law
//! of its shares if there is one.

use std::process::ExitCode;

use annulus_eval::Registry;
use annulus_eval::known::MultiProbe;

fn main() -> ExitCode {
    annulus_eval::cli(Registry::builtin().with_algorithm(MultiProbe::default().algorithm("multi-probe")))
}

#[cfg(test)]
mod laws {
    annulus_core::conformance!(annulus_eval::known::MultiProbe);
}
