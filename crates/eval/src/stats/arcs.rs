//! How shares of a circle, cut by random points, are spread.
//!
//! T = NV uniform points cut a circle into Dirichlet(1, …, 1) arcs, so a node's share is Beta(V, (N−1)V), and all shares
//! together are N independent Gamma(V) variables over their sum.

use statrs::function::gamma::ln_gamma;

use super::beta::BetaLaw;
use super::beta_binomial::BetaBinomial;
use super::error::{StatsError, require};
use super::family::Tail;
use super::gamma::GammaLaw;
use super::interval::Interval;
use super::multinomial;
use super::numeric::{bisect, float, integrate};

/// A circle of N nodes with V points each, before any key is placed.
///
/// ```
/// use annulus_eval::stats::arcs::ArcsLaw;
///
/// let law = ArcsLaw::new(100, 160)?;
/// assert!((law.share_cv() - 0.0787).abs() < 5e-5);
/// assert!((law.expected_max_over_mean() - 1.210).abs() < 5e-4);
/// # Ok::<(), annulus_eval::stats::StatsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArcsLaw {
    nodes: u64,
    points: u64,
}

/// What the exact arcs must satisfy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArcGate {
    /// The largest share over the mean share stays below this.
    pub max_over_mean: f64,
    /// The band of the CV of the shares; `None` below 100 points a node, where its law is not near enough to χ.
    pub share_cv: Option<Interval>,
}

impl ArcsLaw {
    /// The law of that many nodes with that many points each.
    ///
    /// # Errors
    /// No nodes or no points.
    pub fn new(nodes: u64, points: u64) -> Result<Self, StatsError> {
        require(nodes > 0, "the number of nodes", "at least 1", float(nodes))?;
        require(points > 0, "the number of points a node", "at least 1", float(points))?;
        Ok(Self { nodes, points })
    }

    /// The root of the mean CV² of the shares over circles: √((N−1)/(NV+1)).
    #[must_use]
    pub fn share_cv(self) -> f64 {
        (float(self.nodes - 1) / float(self.nodes).mul_add(float(self.points), 1.0)).sqrt()
    }

    /// The root of the mean CV² of the shares at a place of the preference order, the owner's being the first.
    ///
    /// √([1 − 1/N + 2(p−1)/(N−p+1) − N/(N−1)·(Σ 1/(N−i))²]/V), the sum over i = 1 … p−1. Its square is within 4 % from three
    /// nodes and a hundred points on, up to the fifth place. `None` where there is no such place.
    ///
    /// ```
    /// # use annulus_eval::stats::arcs::ArcsLaw;
    /// let law = ArcsLaw::new(10, 160)?;
    /// assert!((law.share_cv_at(2).unwrap() - 0.0832).abs() < 5e-5);
    /// assert_eq!(law.share_cv_at(11), None);
    /// # Ok::<(), annulus_eval::stats::StatsError>(())
    /// ```
    #[must_use]
    pub fn share_cv_at(self, place: u64) -> Option<f64> {
        if place == 0 || place > self.nodes {
            return None;
        }
        let (nodes, before) = (float(self.nodes), float(place - 1));
        let passed: f64 = (1..place).map(|i| 1.0 / float(self.nodes - i)).sum();
        // Only a node alone has no others, and then the sum is empty.
        let learned = if self.nodes == 1 { 0.0 } else { nodes / (nodes - 1.0) * passed.powi(2) };
        let of_one_point = 1.0 - 1.0 / nodes + 2.0 * before / (nodes - before) - learned;
        Some((of_one_point / float(self.points)).sqrt())
    }

    /// The root of the mean CV² of the *counts* of K keys: `√(CV_s²·(1 − 1/K) + (N−1)/K)`.
    #[must_use]
    pub fn count_cv(self, keys: u64) -> f64 {
        let keys = float(keys);
        (self.share_cv().powi(2) * (1.0 - 1.0 / keys) + float(self.nodes - 1) / keys).sqrt()
    }

    /// The mean over circles of the largest share over the mean share; exact: E[max of N Gamma(V)]/V.
    #[must_use]
    pub fn expected_max_over_mean(self) -> f64 {
        expected_gamma_max(self.nodes, float(self.points))
    }

    /// The mean over circles of the smallest share over the mean share; exact.
    #[must_use]
    pub fn expected_min_over_mean(self) -> f64 {
        let shape = float(self.points);
        let nodes = float(self.nodes);
        // P(the smallest > x) = Q(x)^N is nothing beyond where N·ln Q < −45.
        let high = bisect(0.0, gamma_reach(shape), |x| gamma_tail(shape, x).ln() * nodes < -45.0);
        integrate(0.0, high, |x| gamma_tail(shape, x).powf(nodes)) / shape
    }

    /// The mean over circles of the busiest node's count of K keys over the mean count, within 1.5 % where a node has 100
    /// keys or more, or V = 1; up to 6 % too high for fewer of both.
    #[must_use]
    pub fn expected_count_max_over_mean(self, keys: u64) -> f64 {
        let shape = 1.0 / (1.0 / float(self.points) + float(self.nodes) / float(keys));
        expected_gamma_max(self.nodes, shape)
    }

    /// P(the largest share ≤ `multiple` of the mean share) with one point a node; its error is below 10⁻⁵.
    ///
    /// `None` where V is not 1: no closed form is known.
    #[must_use]
    pub fn single_point_max_cdf(self, multiple: f64) -> Option<f64> {
        (self.points == 1).then(|| 1.0 - largest_gap_exceeds(self.nodes, multiple))
    }

    /// A quantile of the largest share over the mean share with one point a node; `None` where V is not 1.
    ///
    /// Good for probabilities of 10⁻⁶ and more; for less it answers the quantile at some 10⁻⁷.
    #[must_use]
    pub fn single_point_max_quantile(self, probability: f64) -> Option<f64> {
        (self.points == 1).then(|| {
            // There N·e^(−x) = 15 gaps exceed x in the mean, so that P(none does) < 10⁻⁶.
            let low = (float(self.nodes) / 15.0).ln().max(1.0);
            bisect(low, float(self.nodes).max(low), |x| 1.0 - largest_gap_exceeds(self.nodes, x) >= probability)
        })
    }

    /// The Gini coefficient of the shares: (1 − 1/N)·Γ(V+½)/(√π·V·Γ(V)).
    #[must_use]
    pub fn gini(self) -> f64 {
        let points = float(self.points);
        let ratio = (ln_gamma(points + 0.5) - ln_gamma(points)).exp();
        (1.0 - 1.0 / float(self.nodes)) * ratio / (std::f64::consts::PI.sqrt() * points)
    }

    /// The band of one node's share over the mean share, from its Beta law.
    #[must_use]
    pub fn share_band(self, tail: Tail) -> Interval {
        if self.nodes == 1 {
            return Interval { low: 1.0, high: 1.0 };
        }
        let points = float(self.points);
        BetaLaw::new(points, float(self.nodes - 1) * points).band(tail.probability()).scaled(float(self.nodes))
    }

    /// What exact arcs must satisfy: the largest share by the union bound over nodes, the CV by a χ law widened by 2 %.
    #[must_use]
    pub fn arc_gate(self, tail: Tail) -> ArcGate {
        const LEAST_POINTS: u64 = 100;
        const WIDENED: f64 = 0.02;
        ArcGate {
            max_over_mean: self.share_band(tail.shared_by(self.nodes)).high,
            share_cv: (self.points >= LEAST_POINTS).then(|| self.share_cv_band(tail).widened(WIDENED)),
        }
    }

    /// The band of the shares' CV as if it followed a χ law with N−1 degrees: `CV_s·√(χ²/(N−1))`; near for V ≥ 100.
    #[must_use]
    pub fn share_cv_band(self, tail: Tail) -> Interval {
        let degrees = self.nodes - 1;
        let band = multinomial::chi_square_band(degrees, tail);
        let per_degree = |x: f64| if degrees == 0 { 0.0 } else { (x / float(degrees)).sqrt() };
        Interval { low: per_degree(band.low), high: per_degree(band.high) }.scaled(self.share_cv())
    }

    /// The mean number of survivors that take over some part of a failed node's stretches.
    #[must_use]
    pub fn expected_receivers(self) -> f64 {
        self.receivers_of(float(self.points))
    }

    /// The mean number of survivors that take over any of a failed node's `orphans`.
    ///
    /// Keys hit V·O/(V + O − 1) of V stretches on average, because the stretches have random lengths (Bose and Einstein's
    /// occupancy). Each that is hit goes to a survivor as if drawn. With 1,000 nodes of 160 stretches, 1,000 orphans go to
    /// 129 survivors, where the stretches reach 148.
    ///
    /// ```
    /// use annulus_eval::stats::arcs::ArcsLaw;
    ///
    /// let arcs = ArcsLaw::new(1_000, 160)?;
    /// assert_eq!(arcs.expected_receivers().round(), 148.0);
    /// assert_eq!(arcs.expected_receivers_of(1_000).round(), 129.0);
    /// # Ok::<(), annulus_eval::stats::StatsError>(())
    /// ```
    #[must_use]
    pub fn expected_receivers_of(self, orphans: u64) -> f64 {
        self.receivers_of(self.stretches_hit(orphans).0)
    }

    /// How many of a node's stretches its `orphans` hit: the mean and the standard deviation.
    ///
    /// Of stretches of random lengths, every division of the keys is as likely as any other, so that the number of those that
    /// are hit is hypergeometric.
    pub(super) fn stretches_hit(self, orphans: u64) -> (f64, f64) {
        if orphans == 0 {
            return (0.0, 0.0);
        }
        let (points, orphans) = (float(self.points), float(orphans));
        let all = points + orphans - 1.0;
        let mean = points * orphans / all;
        let variance = mean * (points - 1.0) * (orphans - 1.0) / (all * (all - 1.0).max(1.0));
        (mean, variance.sqrt())
    }

    /// How many nodes are left once one is gone.
    pub(super) fn survivors(self) -> u64 {
        self.nodes - 1
    }

    /// The survivors that take over `stretches` stretches of one node.
    pub(super) fn receivers_of(self, stretches: f64) -> f64 {
        if self.nodes == 1 {
            return 0.0;
        }
        let nodes = float(self.nodes);
        let (total, points) = (nodes * float(self.points), float(self.points));
        // P(one survivor gets nothing of all) = C((N−1)V−1, V)/C(NV−1, V), factor by factor.
        let nothing: f64 = (1..=self.points).map(|i| ((total - points - float(i)) / (total - float(i))).max(0.0)).product();
        (nodes - 1.0) * (1.0 - nothing.powf(stretches / points))
    }

    /// The law of the number of keys, of K, that a node takes when it joins these N.
    ///
    /// # Errors
    /// No keys.
    pub fn new_node(self, keys: u64) -> Result<BetaBinomial, StatsError> {
        let points = float(self.points);
        BetaBinomial::new(keys, points, float(self.nodes) * points)
    }
}

/// The relative standard deviation of the share of a member with `own` of `total` points: √((T−V)/(V(T+1))).
///
/// # Errors
/// No points of its own, or more than there are.
pub fn weighted_share_cv(own: u64, total: u64) -> Result<f64, StatsError> {
    require(own > 0, "a member's points", "at least 1", float(own))?;
    require(own <= total, "a member's points", "no more than all points", float(own))?;
    let (own, total) = (float(own), float(total));
    Ok(((total - own) / (own * (total + 1.0))).sqrt())
}

/// The band of the share of a member with `own` of `total` points: Beta(V, T−V).
///
/// # Errors
/// No points of its own, or more than there are.
pub fn weighted_share_band(own: u64, total: u64, tail: Tail) -> Result<Interval, StatsError> {
    require(own > 0, "a member's points", "at least 1", float(own))?;
    require(own <= total, "a member's points", "no more than all points", float(own))?;
    // A member alone has everything.
    if own == total {
        return Ok(Interval { low: 1.0, high: 1.0 });
    }
    Ok(BetaLaw::new(float(own), float(total - own)).band(tail.probability()))
}

/// E[max of N independent Gamma(shape)]/shape = ∫(1 − F(x)^N)dx/shape.
fn expected_gamma_max(nodes: u64, shape: f64) -> f64 {
    let nodes = float(nodes);
    let reach = gamma_reach(shape);
    let ln_cdf = |x: f64| nodes * (-gamma_tail(shape, x)).ln_1p();
    // Below `low` the integrand is 1, above `high` it is nothing, both to 10⁻¹⁸.
    let low = bisect(0.0, reach, |x| ln_cdf(x) > -45.0);
    let high = bisect(low, reach, |x| gamma_tail(shape, x) * nodes < 1e-18);
    (low + integrate(low, high, |x| -ln_cdf(x).exp_m1())) / shape
}

/// Q(shape, x), and 1 up to x = 0.
fn gamma_tail(shape: f64, x: f64) -> f64 {
    GammaLaw::new(shape).above(x)
}

/// Beyond all but 10⁻³⁰ of a Gamma law.
fn gamma_reach(shape: f64) -> f64 {
    12.0f64.mul_add(shape.sqrt(), shape) + 100.0
}

/// P(the largest of N uniform spacings > x/N) = Σ (−1)^(j+1)·C(N, j)·(1 − jx/N)₊^(N−1).
fn largest_gap_exceeds(nodes: u64, x: f64) -> f64 {
    // This is how many gaps exceed it in the mean. Where they are many, that none does is rarer than e^(−mean), since gaps are
    // negatively correlated, while the sum's terms would grow to e^mean and leave nothing of its digits.
    const MANY: f64 = 25.0;
    let n = float(nodes);
    if n * ((n - 1.0) * (-x / n).max(-1.0).ln_1p()).exp() > MANY {
        return 1.0;
    }
    let mut ln_choose = 0.0;
    let mut sum = 0.0;
    let mut sign = 1.0;
    for j in 1..=nodes {
        let j = float(j);
        let gone = j * x / n;
        if gone >= 1.0 {
            break;
        }
        ln_choose += ((n - j + 1.0) / j).ln();
        let term = (n - 1.0).mul_add((-gone).ln_1p(), ln_choose).exp();
        sum += sign * term;
        if term < 1e-18 {
            break;
        }
        sign = -sign;
    }
    sum.clamp(0.0, 1.0)
}
