//! Distributions and bands that theory gives for what is measured, and intervals of what was measured.
//!
//! A law is built once from checked parameters, as in `UniformLaw::new(nodes, keys)?`; asking it for a figure cannot
//! fail after that. Symbols in the formulas: N nodes, K keys, λ = K/N keys a node, V points a node, M table slots,
//! k probes. Distributions come from statrs where it has them.

pub mod arcs;
pub mod balance;
mod beta;
mod beta_binomial;
mod binomial;
pub mod busiest;
pub mod dealt;
mod error;
pub mod events;
pub mod family;
pub mod fourth;
mod gamma;
mod interval;
pub mod intervals;
pub mod ks;
pub mod multinomial;
mod numeric;
pub mod probes;
#[cfg(test)]
mod quantiles;
mod ranked;
pub mod receivers;
pub mod remap;
pub mod slots;
mod student;
pub mod weights;
pub mod zipf;

pub use beta_binomial::BetaBinomial;
pub use error::StatsError;
pub use family::Tail;
pub use interval::Interval;
pub use numeric::float;
pub(crate) use numeric::whole;
