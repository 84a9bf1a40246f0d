//! Several probes a key: one point a node, and of k probes the one nearest to its successor.
//!
//! Appleton and O'Reilly 2015, <https://doi.org/10.48550/arXiv.1505.00062>.

use statrs::distribution::{ContinuousCDF, Gamma, Normal};

use super::error::{StatsError, require};
use super::family::Tail;
use super::interval::Interval;
use super::numeric::{bisect, float};

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

    /// The law of the squared CV of the shares of N nodes on a circle of their own, one point each.
    ///
    /// # Errors
    /// No nodes.
    pub fn square_cv(self, nodes: u64) -> Result<SquareCv, StatsError> {
        require(nodes > 0, "the number of nodes", "at least 1", float(nodes))?;
        Ok(SquareCv { nodes: float(nodes), meetings: Meetings::of(nodes, float(self.probes)) })
    }

    /// P(load < x) on an infinite circle: 1 − (1 − x(k−1)/k)^(1/(k−1)).
    #[must_use]
    pub fn load_cdf(self, x: f64) -> f64 {
        let reduced = (x / self.peak()).clamp(0.0, 1.0);
        1.0 - (1.0 - reduced).powf(1.0 / float(self.probes - 1))
    }
}

/// The squared CV of the shares of N nodes with k probes a key: its mean and variance over circles, both exact.
///
/// E(CV²) = N·P(two keys have one owner) − 1 = (1 − Π j/(j + 2k − 1))/(2k − 1), the product over j = 2 … N.
///
/// ```
/// use annulus_eval::stats::probes::ProbeLaw;
///
/// let law = ProbeLaw::new(21)?;
/// assert!((law.square_cv(2)?.mean() - 1.0 / 43.0).abs() < 1e-12);
/// assert!((law.square_cv(100)?.mean() - 1.0 / 41.0).abs() < 1e-12);
/// assert!((law.square_cv(100)?.variance_of_shares().sqrt() - 0.011_44).abs() < 1e-5);
/// # Ok::<(), annulus_eval::stats::StatsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SquareCv {
    nodes: f64,
    meetings: Meetings,
}

impl SquareCv {
    /// The mean over circles.
    #[must_use]
    pub fn mean(self) -> f64 {
        self.nodes.mul_add(self.meetings.two, -1.0)
    }

    /// The variance over circles of the squared CV of exact shares.
    #[must_use]
    pub fn variance_of_shares(self) -> f64 {
        self.nodes.powi(2) * (self.meetings.two_and_two - self.meetings.two.powi(2)).max(0.0)
    }

    /// The variance over circles of N·Σc(c − 1)/(K(K − 1)) − 1, which K keys on each estimate the squared CV by, without bias.
    #[must_use]
    pub fn variance_of_counts(self, keys: u64) -> f64 {
        let (keys, Meetings { two, three, two_and_two }) = (float(keys), self.meetings);
        // Two pairs of keys have no key in common, one, or both.
        let square = ((keys - 2.0) * (keys - 3.0) * two_and_two + 4.0 * (keys - 2.0) * three + 2.0 * two) / (keys * (keys - 1.0));
        self.nodes.powi(2) * (square - two.powi(2)).max(0.0)
    }

    /// The band of the mean over that many circles, each of this variance.
    ///
    /// A squared CV is skewed upwards. The upper end is that of the Gamma law of this mean and variance, which is skewed more, and
    /// the lower end that of the normal law, which is not skewed.
    #[must_use]
    pub fn band(self, variance: f64, circles: u64, tail: Tail) -> Interval {
        let (mean, alpha) = (self.mean(), tail.probability());
        let variance = variance / float(circles.max(1));
        let (Ok(normal), Ok(gamma)) = (Normal::new(mean, variance.sqrt()), Gamma::new(mean.powi(2) / variance, mean / variance))
        else {
            return Interval { low: mean, high: mean };
        };
        let low = normal.inverse_cdf(alpha);
        let high = bisect(mean, mean + 100.0 * variance.sqrt(), |x| gamma.sf(x) <= alpha);
        Interval { low, high }
    }
}

/// How likely keys are to meet at one owner: two of them, three, and two pairs, each pair at an owner of its own or both at one.
///
/// Let the points of all nodes reach backwards at one speed. A node whose gap ends reaches no further; a probe that is reached has
/// its owner. What is left is again a circle of uniform points and probes, so that of n gaps and m probes the next event is a
/// probe with the probability m/(n + m − 1), in each gap alike.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Meetings {
    two: f64,
    three: f64,
    two_and_two: f64,
}

impl Meetings {
    fn of(nodes: u64, probes: f64) -> Self {
        // All keys meet at a node alone; two keys that are due at two nodes never do.
        let mut all = Self { two: 1.0, three: 1.0, two_and_two: 1.0 };
        let (mut both_here, mut here_and_there, mut here_and_a_pair) = (1.0, 0.0, 1.0);
        for gaps in (2..=nodes).map(float) {
            let hit = |keys: f64| keys * probes / (gaps + keys * probes - 1.0);
            let step = |keys: f64, found: f64, left: f64| hit(keys) * found + (1.0 - hit(keys)) * left;
            // One key left is due at one node, to which it comes with the probability 1/n.
            let (stays, both_stay) = (1.0 - 1.0 / gaps, 1.0 - 2.0 / gaps);
            both_here = step(2.0, 1.0 / gaps.powi(2), stays * both_here);
            here_and_there = step(2.0, 1.0 / gaps.powi(2), both_stay * here_and_there);
            all.two = step(2.0, 1.0 / gaps, all.two);
            all.three = step(3.0, both_here, all.three);
            // The first of three to be reached is the one that is due here, or one of the pair.
            let pair_begins = both_here / gaps + stays * here_and_there;
            here_and_a_pair = step(3.0, all.two / gaps / 3.0 + 2.0 / 3.0 * pair_begins, stays * here_and_a_pair);
            all.two_and_two = step(4.0, here_and_a_pair, all.two_and_two);
        }
        all
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
