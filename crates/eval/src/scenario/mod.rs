//! What is measured, as data: embedded scenarios, and the user's own in TOML.

mod check;
mod embedded;
mod error;
mod fields;
mod grid;
mod load;
mod tables;

pub use error::ScenarioError;
pub use fields::{EMBEDDED_KEYS, MOST_NODES, STANDARD_INPUT, Scenario};
pub use grid::Size;
pub use tables::{Change, Churn, Failure, Lookup, Paper, Patterns, Replicas, Sweep, Synthetic, Weights, Work, Zipf};
