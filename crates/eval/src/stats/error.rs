//! Why a law or a statistic cannot be had.

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
pub(super) fn require(holds: bool, what: &'static str, must: &'static str, value: f64) -> Result<(), StatsError> {
    if holds { Ok(()) } else { Err(StatsError::OutOfRange { what, must, value }) }
}
