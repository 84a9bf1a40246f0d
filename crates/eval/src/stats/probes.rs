//! Several probes a key: one point a node, and of k probes the one nearest to its successor.
//!
//! Appleton and O'Reilly 2015, <https://doi.org/10.48550/arXiv.1505.00062>.

use super::error::{StatsError, require};
use super::numeric::float;

/// The law of the load with k probes on a large circle.
///
/// ```
/// use annulus_eval::stats::probes::ProbeLaw;
///
/// let law = ProbeLaw::new(21)?;
/// assert_eq!(law.peak(), 1.05);
/// assert!((law.share_cv() - 0.156).abs() < 5e-4);
/// # Ok::<(), annulus_eval::stats::StatsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProbeLaw {
    probes: u32,
}

impl ProbeLaw {
    /// The law of that many probes.
    ///
    /// # Errors
    /// Fewer than two: one probe leaves plain arcs, of which the largest share has no bound.
    pub fn new(probes: u32) -> Result<Self, StatsError> {
        require(probes >= 2, "the number of probes", "at least 2", float(probes))?;
        Ok(Self { probes })
    }

    /// The largest share over the mean on an infinite circle: k/(k−1).
    #[must_use]
    pub fn peak(self) -> f64 {
        float(self.probes) / float(self.probes - 1)
    }

    /// The CV of the shares on an infinite circle: 1/√(2k−1).
    #[must_use]
    pub fn share_cv(self) -> f64 {
        self.share_cv_with_points(1)
    }

    /// The CV of the shares with several points a node: 1/√(V(2k−1)).
    #[must_use]
    pub fn share_cv_with_points(self, points: u32) -> f64 {
        1.0 / (float(points) * (2.0 * float(self.probes) - 1.0)).sqrt()
    }

    /// P(load < x) on an infinite circle: 1 − (1 − x(k−1)/k)^(1/(k−1)).
    #[must_use]
    pub fn load_cdf(self, x: f64) -> f64 {
        let reduced = (x / self.peak()).clamp(0.0, 1.0);
        1.0 - (1.0 - reduced).powf(1.0 / float(self.probes - 1))
    }
}

/// The exact share of each node of a finite circle, from the gap before its point; gaps need not sum to 1.
///
/// share = ∫₀^gap k·P(D > x)^(k−1) dx with P(D > x) = Σ(gap − x)₊, which is linear between gaps: O(N log N).
///
/// # Errors
/// No gaps, no probes, or a gap that is negative or not finite.
///
/// ```
/// use annulus_eval::stats::probes::shares;
/// // With one probe a share is the gap itself.
/// assert_eq!(shares(&[0.5, 0.25, 0.25], 1)?, [0.5, 0.25, 0.25]);
/// # Ok::<(), annulus_eval::stats::StatsError>(())
/// ```
pub fn shares(gaps: &[f64], probes: u32) -> Result<Vec<f64>, StatsError> {
    if gaps.is_empty() {
        return Err(StatsError::TooFew { what: "a circle", least: 1, given: 0 });
    }
    require(probes > 0, "the number of probes", "at least 1", float(probes))?;
    for &gap in gaps {
        require(gap >= 0.0 && gap.is_finite(), "a gap", "at least 0 and finite", gap)?;
    }
    let total: f64 = gaps.iter().sum();
    require(total > 0.0, "the sum of the gaps", "positive", total)?;
    let mut order: Vec<usize> = (0..gaps.len()).collect();
    order.sort_by(|&a, &b| gaps[a].total_cmp(&gaps[b]));

    let power = |beyond: f64| beyond.max(0.0).powf(float(probes));
    let mut shares = vec![0.0; gaps.len()];
    let (mut share, mut previous, mut beyond) = (0.0, 0.0, 1.0);
    for (rank, &index) in order.iter().enumerate() {
        // As many gaps reach this far; between the last gap and this one P falls by that much.
        let reaching = float(gaps.len() - rank);
        let gap = gaps[index] / total;
        let after = beyond - reaching * (gap - previous);
        share += (power(beyond) - power(after)) / reaching;
        shares[index] = share;
        (previous, beyond) = (gap, after);
    }
    Ok(shares)
}

/// The gap before each point of a circle of 2⁶⁴, as fractions of it, in the order of the points given.
///
/// # Errors
/// No points.
pub fn gaps(points: &[u64]) -> Result<Vec<f64>, StatsError> {
    if points.is_empty() {
        return Err(StatsError::TooFew { what: "a circle", least: 1, given: 0 });
    }
    let circle = 2.0_f64.powi(64);
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by_key(|&index| points[index]);
    let mut gaps = vec![0.0; points.len()];
    let mut before = order[order.len() - 1];
    for &index in &order {
        gaps[index] = float(points[index].wrapping_sub(points[before])) / circle;
        before = index;
    }
    if points.len() == 1 {
        gaps[0] = 1.0;
    }
    Ok(gaps)
}
