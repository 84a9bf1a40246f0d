//! How evenly keys lie on nodes: every measure of balance, from the counts alone.

use super::error::{StatsError, require};
use super::numeric::float;

/// The counts of keys by node beside what each node should have.
///
/// A node's *load* is its count over its expected count, so that 1 is what it should be, whatever its weight. Each
/// measure is O(N), the quantiles and the Gini coefficient O(N log N).
///
/// ```
/// use annulus_eval::stats::balance::Loads;
///
/// let loads = Loads::equal(&[90, 110, 100])?;
/// assert_eq!(loads.max_over_mean(), 1.1);
/// assert!((loads.cv() - (200.0_f64 / 3.0).sqrt() / 100.0).abs() < 1e-15);
///
/// // Twice the keys on twice the weight is even.
/// assert_eq!(Loads::weighted(&[100, 200], &[1.0, 2.0])?.cv(), 0.0);
/// # Ok::<(), annulus_eval::stats::StatsError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Loads {
    counts: Vec<f64>,
    shares: Vec<f64>,
    keys: f64,
}

impl Loads {
    /// Counts of nodes that should all have the same.
    ///
    /// # Errors
    /// No nodes, or no keys at all.
    pub fn equal(counts: &[u64]) -> Result<Self, StatsError> {
        Self::with_shares(counts, vec![1.0 / float(counts.len()); counts.len()])
    }

    /// Counts of nodes that should have keys in proportion to these weights, which need not sum to 1.
    ///
    /// # Errors
    /// No nodes, no keys at all, another number of weights than of counts, or a weight that is not positive and finite.
    pub fn weighted(counts: &[u64], weights: &[f64]) -> Result<Self, StatsError> {
        if counts.len() != weights.len() {
            let what = "counts and weights";
            return Err(StatsError::Lengths { what, left: counts.len(), right: weights.len() });
        }
        for &weight in weights {
            require(weight > 0.0 && weight.is_finite(), "a weight", "positive and finite", weight)?;
        }
        let total: f64 = weights.iter().sum();
        Self::with_shares(counts, weights.iter().map(|weight| weight / total).collect())
    }

    fn with_shares(counts: &[u64], shares: Vec<f64>) -> Result<Self, StatsError> {
        if counts.is_empty() {
            return Err(StatsError::TooFew { what: "the balance of nodes", least: 1, given: 0 });
        }
        let keys = float(counts.iter().sum::<u64>());
        require(keys > 0.0, "the number of keys", "at least 1", keys)?;
        Ok(Self { counts: counts.iter().map(|&count| float(count)).collect(), shares, keys })
    }

    fn nodes(&self) -> f64 {
        float(self.counts.len())
    }

    /// (count, expected count) of each node.
    fn pairs(&self) -> impl Iterator<Item = (f64, f64)> {
        self.counts.iter().zip(&self.shares).map(|(&count, &share)| (count, share * self.keys))
    }

    /// Each node's count over its expected count.
    fn loads(&self) -> impl Iterator<Item = f64> {
        self.pairs().map(|(count, expected)| count / expected)
    }

    /// The mean over nodes of the squared distance from the expected count, in keys².
    #[must_use]
    pub fn variance(&self) -> f64 {
        self.pairs().map(|(count, expected)| (count - expected).powi(2)).sum::<f64>() / self.nodes()
    }

    /// The coefficient of variation √(mean (L − 1)²) of the loads, over the nodes as a whole population.
    #[must_use]
    pub fn cv(&self) -> f64 {
        self.cv_squared().sqrt()
    }

    fn cv_squared(&self) -> f64 {
        self.loads().map(|load| (load - 1.0).powi(2)).sum::<f64>() / self.nodes()
    }

    /// CV² less what the sampling of keys alone would give, (N−1)/K for equal weights: the variance of the *shares*,
    /// free of the noise of finitely many keys. It is negative half the time where the algorithm is exactly uniform,
    /// so average it over seeds before a root is taken.
    #[must_use]
    pub fn signed_excess_variance(&self) -> f64 {
        let noise = self.shares.iter().map(|share| (1.0 - share) / share).sum::<f64>() / self.keys;
        self.cv_squared() - noise / self.nodes()
    }

    /// The largest load.
    #[must_use]
    pub fn max_over_mean(&self) -> f64 {
        self.loads().fold(0.0, f64::max)
    }

    /// The smallest load.
    #[must_use]
    pub fn min_over_mean(&self) -> f64 {
        self.loads().fold(f64::INFINITY, f64::min)
    }

    /// Quantiles of the loads (type 7: linear between order statistics), at the given probabilities.
    #[must_use]
    pub fn quantiles(&self, probabilities: &[f64]) -> Vec<f64> {
        let sorted = self.sorted();
        probabilities.iter().map(|&p| quantile_of_sorted(&sorted, p)).collect()
    }

    fn sorted(&self) -> Vec<f64> {
        let mut loads: Vec<f64> = self.loads().collect();
        loads.sort_by(f64::total_cmp);
        loads
    }

    /// Pearson's X² = Σ(c − e)²/e, with N − 1 degrees of freedom where every e is 5 or more.
    #[must_use]
    pub fn chi_square(&self) -> f64 {
        self.pairs().map(|(count, expected)| (count - expected).powi(2) / expected).sum()
    }

    /// The Gini coefficient of the loads: 0 where all are equal, towards 1 where one node has everything.
    #[must_use]
    pub fn gini(&self) -> f64 {
        let sorted = self.sorted();
        let n = self.nodes();
        let ranked: f64 = sorted.iter().enumerate().map(|(i, load)| (2.0 * float(i) + 1.0 - n) * load).sum();
        ranked / (n * sorted.iter().sum::<f64>())
    }

    /// Jain's fairness index (ΣL)²/(N·ΣL²): 1 where all are equal, 1/N where one node has everything.
    #[must_use]
    pub fn jain(&self) -> f64 {
        let (sum, squares) = self.loads().fold((0.0, 0.0), |(sum, squares), load| (sum + load, squares + load * load));
        sum * sum / (self.nodes() * squares)
    }

    /// The total variation ½Σ|c/K − p|: the fraction of keys that would have to move to make all as they should be.
    #[must_use]
    pub fn total_variation(&self) -> f64 {
        self.pairs().map(|(count, expected)| (count - expected).abs()).sum::<f64>() / (2.0 * self.keys)
    }

    /// The entropy of the counts over that of N equal ones: 1 where all are equal; 1 for one node.
    #[must_use]
    pub fn normalised_entropy(&self) -> f64 {
        if self.counts.len() == 1 {
            return 1.0;
        }
        let entropy: f64 =
            self.counts.iter().filter(|&&count| count > 0.0).map(|count| -(count / self.keys) * (count / self.keys).ln()).sum();
        entropy / self.nodes().ln()
    }

    /// The Kullback–Leibler divergence Σ q·ln(q/p) of the counts from what they should be, in nats.
    #[must_use]
    pub fn divergence(&self) -> f64 {
        self.pairs().filter(|&(count, _)| count > 0.0).map(|(count, expected)| count / self.keys * (count / expected).ln()).sum()
    }
}

/// The type-7 quantile of values in rising order; NaN where there are none.
pub(crate) fn quantile_of_sorted(sorted: &[f64], probability: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let position = probability.clamp(0.0, 1.0) * float(last);
    let index = usize::try_from(super::numeric::whole(position)).unwrap_or(last).min(last);
    let next = sorted[(index + 1).min(last)];
    (position - float(index)).mul_add(next - sorted[index], sorted[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums and quotients of a handful of numbers near 1: some ten roundings of 2⁻⁵³.
    const ROUNDING: f64 = 1e-14;

    fn close(left: f64, right: f64) {
        assert!((left - right).abs() < ROUNDING, "{left} is not {right}");
    }

    #[test]
    fn worked_by_hand() {
        let loads = Loads::equal(&[1, 2, 3, 4]).unwrap();
        // Mean 2.5; deviations ∓1.5, ∓0.5.
        close(loads.variance(), 1.25);
        close(loads.cv(), 1.25_f64.sqrt() / 2.5);
        close(loads.max_over_mean(), 1.6);
        close(loads.min_over_mean(), 0.4);
        close(loads.chi_square(), 5.0 / 2.5);
        close(loads.gini(), 0.25);
        close(loads.jain(), 100.0 / (4.0 * 30.0));
        close(loads.total_variation(), 0.2);
        close(loads.signed_excess_variance(), 0.2 - 0.3);
        for (quantile, expected) in loads.quantiles(&[0.0, 0.25, 0.5, 1.0]).into_iter().zip([0.4, 0.7, 1.0, 1.6]) {
            close(quantile, expected);
        }
        let entropy: f64 = [0.1, 0.2, 0.3, 0.4_f64].iter().map(|q| -q * q.ln()).sum();
        close(loads.normalised_entropy(), entropy / 4.0_f64.ln());
        close(loads.divergence(), 4.0_f64.ln() - entropy);
    }

    #[test]
    fn measures_agree_with_one_another() {
        let loads = Loads::equal(&[7, 0, 19, 4, 30]).unwrap();
        close(loads.jain(), 1.0 / (1.0 + loads.cv().powi(2)));
        close(loads.chi_square() / 60.0, loads.cv().powi(2));
        assert_eq!(loads.min_over_mean(), 0.0);
    }

    #[test]
    fn a_perfect_placement_is_perfect_by_every_measure() {
        for loads in [Loads::equal(&[5, 5, 5]).unwrap(), Loads::weighted(&[10, 20, 70], &[1.0, 2.0, 7.0]).unwrap()] {
            for zero in [loads.cv(), loads.chi_square(), loads.gini(), loads.total_variation(), loads.divergence()] {
                close(zero, 0.0);
            }
            close(loads.max_over_mean(), 1.0);
            close(loads.min_over_mean(), 1.0);
            close(loads.jain(), 1.0);
        }
        close(Loads::equal(&[9]).unwrap().normalised_entropy(), 1.0);
    }

    #[test]
    fn everything_on_one_node_is_the_other_end() {
        let loads = Loads::equal(&[0, 0, 0, 100]).unwrap();
        close(loads.max_over_mean(), 4.0);
        close(loads.jain(), 0.25);
        close(loads.gini(), 0.75);
        close(loads.normalised_entropy(), 0.0);
        close(loads.total_variation(), 0.75);
    }

    #[test]
    fn the_scale_of_weights_does_not_matter() {
        let counts = [13, 29, 58];
        let one = Loads::weighted(&counts, &[1.0, 2.0, 3.0]).unwrap();
        let other = Loads::weighted(&counts, &[20.0, 40.0, 60.0]).unwrap();
        close(one.chi_square(), other.chi_square());
        close(one.signed_excess_variance(), other.signed_excess_variance());
    }

    #[test]
    fn bad_input_is_refused_with_its_reason() {
        assert!(matches!(Loads::equal(&[]), Err(StatsError::TooFew { .. })));
        assert_eq!(Loads::equal(&[0, 0]).unwrap_err().to_string(), "the number of keys must be at least 1, not 0");
        assert!(matches!(Loads::weighted(&[1, 2], &[1.0]), Err(StatsError::Lengths { left: 2, right: 1, .. })));
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Loads::weighted(&[1, 2], &[1.0, bad]).is_err(), "{bad}");
        }
    }
}
