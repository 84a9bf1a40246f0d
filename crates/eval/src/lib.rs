//! Measures consistent-hashing algorithms against one another and against theory.
//!
//! ```text
//! scenario ─▶ Scenario ─┐
//! Registry ─▶ Algorithm ─┼─▶ measure ─▶ Record ─▶ records.csv ─┬─▶ stats ─▶ report
//! keys ────▶ digests ────┘                                     └─▶ stats ─▶ plots
//! ```
//!
//! [`record::Record`] is one flat row and the only thing that crosses the middle: measuring never formats, and
//! what reports or draws reads records alone, from memory or from a `records.csv` read back.
//!
//! The program `annulus` is [`cli`] over [`Registry::builtin`]; a researcher's own program adds a kernel to the registry
//! and is otherwise the same line.

#![forbid(unsafe_code)]

mod algorithm;
mod builtin;
mod cmd;
pub mod environment;
pub mod error;
pub mod keys;
pub mod measure;
pub mod members;
pub mod modulo;
pub mod output;
pub mod placement;
pub mod plot;
pub mod progress;
mod reading;
pub mod record;
mod refusal;
pub mod registry;
pub mod report;
pub mod scenario;
pub mod stats;
pub mod textbook;
pub mod verify;

pub use annulus::Parameters;
pub use cmd::cli;
pub use registry::{Algorithm, Law, Moves, Registry};

/// Compiles the README's example.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
