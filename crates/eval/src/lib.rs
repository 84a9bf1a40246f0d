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

#![forbid(unsafe_code)]

pub mod plot;
pub mod record;
pub mod report;
pub mod stats;
