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
//! Layers, from the bottom up. A module imports from layers below its own and from no other:
//!
//! 1. [`record`], [`stats`], [`progress`]: a figure and its words, laws, a bar.
//! 2. [`algorithm`]: what an algorithm is here, the registry, what measures and gates ask of it.
//! 3. [`textbook`], [`keys`]: plain forms, keys and names.
//! 4. [`known`], [`members`], [`history`], [`scenario`]: what is known of each algorithm, what is asked for.
//! 5. [`measure`], [`verify`], `fleet`, `choose`: one list of parts each, somebody's own members, somebody's own system.
//! 6. `reading`: figures found again in records.
//! 7. [`plot`], pictures.
//! 8. [`report`], pages.
//! 9. `cmd`: the program, which alone knows how it ends.
//!
//! The program `annulus` is [`cli`] over [`Registry::builtin`]; a researcher's own program adds a kernel to the registry
//! and is otherwise the same line.

#![forbid(unsafe_code)]

pub mod algorithm;
mod choose;
mod cmd;
mod fleet;
pub mod history;
pub mod keys;
pub mod known;
pub mod measure;
pub mod members;
pub mod plot;
pub mod progress;
mod reading;
pub mod record;
pub mod report;
pub mod scenario;
pub mod stats;
pub mod textbook;
pub mod verify;

pub use algorithm::{Algorithm, Law, Moves, Registry};
pub use annulus::Parameters;
pub use cmd::cli;

/// Compiles the README's example.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
