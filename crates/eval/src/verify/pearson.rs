//! X² of the counts of one seed, for what is judged of all seeds together.

use crate::stats::multinomial::{Pooled, chi_square_beyond};

use super::count::length;

/// X² of the counts of one seed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pearson {
    pub(super) statistic: f64,
    pub(super) degrees: u64,
    pub(super) keys: u64,
}

impl Pearson {
    pub(super) fn new(pooled: &Pooled, keys: u64) -> Self {
        Self { statistic: pooled.statistic, degrees: length(pooled.cells.saturating_sub(1)), keys }
    }

    /// P(χ² ≥ X²); nothing where there is one cell only.
    pub(super) fn p_value(&self) -> Option<f64> {
        let beyond = if self.statistic.is_finite() { chi_square_beyond(self.degrees, self.statistic) } else { 0.0 };
        (self.degrees > 0).then_some(beyond)
    }
}
