//! Hot keys: what Zipf popularity does to the load of an ideal placement.

use super::error::{StatsError, require};
use super::numeric::float;

/// D distinct keys, the i-th requested in proportion to i^(−s).
///
/// ```
/// use annulus_eval::stats::zipf::ZipfLaw;
///
/// let law = ZipfLaw::new(1_000_000, 0.99)?;
/// assert!((law.effective_keys() - 142.0).abs() < 0.5);
/// # Ok::<(), annulus_eval::stats::StatsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZipfLaw {
    hottest: f64,
    squares: f64,
}

impl ZipfLaw {
    /// The law of that many keys with that exponent. O(D) time, once.
    ///
    /// # Errors
    /// No keys, or an exponent that is negative or not finite.
    pub fn new(keys: u64, exponent: f64) -> Result<Self, StatsError> {
        require(keys > 0, "the number of keys", "at least 1", float(keys))?;
        require(exponent >= 0.0 && exponent.is_finite(), "the exponent", "at least 0 and finite", exponent)?;
        // From the smallest up, so that nothing small is lost against the sum.
        let (sum, squares) = (1..=keys).rev().fold((0.0, 0.0), |(sum, squares), rank| {
            let weight = float(rank).powf(-exponent);
            (sum + weight, squares + weight * weight)
        });
        Ok(Self { hottest: 1.0 / sum, squares: squares / (sum * sum) })
    }

    /// p₁, the fraction of requests for the hottest key.
    #[must_use]
    pub fn hottest_share(self) -> f64 {
        self.hottest
    }

    /// 1/Σp²: how many equally popular keys would spread the load as badly.
    #[must_use]
    pub fn effective_keys(self) -> f64 {
        1.0 / self.squares
    }

    /// The CV of the load of N nodes under ideal placement: √((N−1)·Σp²).
    #[must_use]
    pub fn load_cv(self, nodes: u64) -> f64 {
        (float(nodes.saturating_sub(1)) * self.squares).sqrt()
    }

    /// A bound below max/mean: the node of the hottest key has at least N·p₁.
    #[must_use]
    pub fn least_max_over_mean(self, nodes: u64) -> f64 {
        (float(nodes) * self.hottest).max(1.0)
    }
}
