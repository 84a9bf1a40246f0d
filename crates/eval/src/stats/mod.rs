//! Distributions and bands that theory gives for what is measured, and intervals of what was measured.
//!
//! A law is built once from checked parameters, as in `UniformLaw::new(nodes, keys)?`; asking it for a figure cannot
//! fail after that. Symbols in the formulas: N nodes, K keys, λ = K/N keys a node, V ring points a node, M table slots,
//! k probes. Distributions come from statrs where it has them.

pub mod balance;
pub mod family;
pub mod intervals;
pub mod ks;
pub mod maglev;
pub mod multi_probe;
pub mod multinomial;
mod numeric;
pub mod remap;
pub mod ring;
pub mod weights;
pub mod zipf;

pub use family::Tail;
pub use numeric::float;
pub(crate) use numeric::whole;

/// Why a law or a statistic cannot be had from what was given.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StatsError {
    /// A parameter outside what the law allows.
    #[error("{what} must be {must}, not {value}")]
    OutOfRange {
        /// The parameter.
        what: &'static str,
        /// What it must be.
        must: &'static str,
        /// What it was.
        value: f64,
    },
    /// Too few observations for the statistic.
    #[error("{what} needs at least {least} values, not {given}")]
    TooFew {
        /// The statistic.
        what: &'static str,
        /// How many values it needs.
        least: usize,
        /// How many there were.
        given: usize,
    },
    /// Two lists that belong together, value by value, and differ in length.
    #[error("{what} must be as many, not {left} and {right}")]
    Lengths {
        /// The two lists.
        what: &'static str,
        /// How many in the first.
        left: usize,
        /// How many in the second.
        right: usize,
    },
}

/// Refuses a parameter unless the condition holds.
fn require(holds: bool, what: &'static str, must: &'static str, value: f64) -> Result<(), StatsError> {
    if holds { Ok(()) } else { Err(StatsError::OutOfRange { what, must, value }) }
}

/// A closed interval: an acceptance band, or the interval of an estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end, which belongs to it.
    pub low: f64,
    /// The upper end, which belongs to it.
    pub high: f64,
}

impl Interval {
    /// Whether the value lies in it, ends included; never for what is not a number.
    #[must_use]
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Whether the two have a point in common.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }

    /// Both ends multiplied by a positive factor, as from keys to shares.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self { low: self.low * factor, high: self.high * factor }
    }

    /// The lower end lowered and the upper end raised by a fraction of themselves.
    #[must_use]
    pub fn widened(self, fraction: f64) -> Self {
        Self { low: self.low * (1.0 - fraction), high: self.high * (1.0 + fraction) }
    }
}
