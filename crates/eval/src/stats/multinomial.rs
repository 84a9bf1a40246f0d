//! The ideal: keys thrown on nodes independently and uniformly.
//!
//! Loads are multinomial; this is the band that stands beside every measured balance.

use rustfft::FftPlannerScalar;
use rustfft::num_complex::Complex;
use statrs::function::gamma::ln_gamma;

use super::binomial::BinomialLaw;
use super::error::{StatsError, require};
use super::family::Tail;
use super::gamma::GammaLaw;
use super::interval::Interval;
use super::numeric::float;
use super::numeric::{first_integer, ln_poisson, size, whole};

/// K keys on N equal nodes, each key independent of the others.
///
/// ```
/// use annulus_eval::stats::multinomial::UniformLaw;
///
/// let law = UniformLaw::new(100, 100_000)?;
/// assert!((law.cv() - 0.0315).abs() < 5e-5);
/// // Half of all evaluations see a busiest node above 1.079 times the mean.
/// assert_eq!(law.max_quantile(0.5), 1079);
/// # Ok::<(), annulus_eval::stats::StatsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UniformLaw {
    nodes: u64,
    keys: u64,
}

impl UniformLaw {
    /// The law of that many keys on that many nodes.
    ///
    /// # Errors
    /// No nodes or no keys.
    pub fn new(nodes: u64, keys: u64) -> Result<Self, StatsError> {
        require(nodes > 0, "the number of nodes", "at least 1", float(nodes))?;
        require(keys > 0, "the number of keys", "at least 1", float(keys))?;
        Ok(Self { nodes, keys })
    }

    /// λ = K/N, the mean number of keys on a node.
    #[must_use]
    pub fn mean_load(self) -> f64 {
        float(self.keys) / float(self.nodes)
    }

    /// The root of the mean CV²: √((N−1)/K).
    #[must_use]
    pub fn cv(self) -> f64 {
        (float(self.nodes - 1) / float(self.keys)).sqrt()
    }

    /// The Gini coefficient where a node has many keys: (1 − 1/N)/√(πλ).
    #[must_use]
    pub fn gini(self) -> f64 {
        (1.0 - 1.0 / float(self.nodes)) / (std::f64::consts::PI * self.mean_load()).sqrt()
    }

    /// Jain's index at the mean CV²: 1/(1 + CV²).
    #[must_use]
    pub fn jain(self) -> f64 {
        1.0 / (1.0 + self.cv().powi(2))
    }

    /// The band of X² over all nodes, both tails.
    ///
    /// Two nodes take the exact binomial law, since there χ² is far from continuous: X² = 0 is then no defect. One
    /// node has nothing to test: its X² is 0. The χ² law wants five keys a node or more; for fewer, pool cells first
    /// with [`pooled_chi_square`].
    #[must_use]
    pub fn chi_square_band(self, tail: Tail) -> Interval {
        match self.nodes {
            1 => Interval { low: 0.0, high: 0.0 },
            2 => self.two_node_band(tail),
            nodes => chi_square_band(nodes - 1, tail),
        }
    }

    /// The band of the CV that belongs to the band of X²: √(X²/K).
    #[must_use]
    pub fn cv_band(self, tail: Tail) -> Interval {
        let band = self.chi_square_band(tail);
        let keys = float(self.keys);
        Interval { low: (band.low / keys).sqrt(), high: (band.high / keys).sqrt() }
    }

    /// X² = (2c − K)²/K for c binomial: outermost values that each leave out no more than a tail.
    fn two_node_band(self, tail: Tail) -> Interval {
        let keys = float(self.keys);
        let statistic = |distance: u64| (2.0 * float(distance) + float(self.keys % 2)).powi(2) / keys;
        // Distances of the smaller side below half of the keys. More than the first of these is rarer than the tail; as rare is it
        // for both sides to be nearer than the second.
        let law = BinomialLaw::new(self.keys, 0.5);
        let half = self.keys / 2;
        let high = half - law.low(tail.probability() / 2.0).min(half);
        let above = half - law.low((1.0 - tail.probability()) / 2.0).min(half);
        Interval { low: statistic(above), high: statistic(high) }
    }

    /// P(the busiest node has at most `most` keys), exactly: the multinomial as N Poisson laws given their sum.
    ///
    /// Its relative error is about 10⁻¹⁵·K·ln(K/N) at worst in the lower tail and far less elsewhere.
    /// O(√K·log K).
    #[must_use]
    pub fn max_cdf(self, most: u64) -> f64 {
        if most >= self.keys {
            return 1.0;
        }
        let capacity = u128::from(most) * u128::from(self.nodes);
        let (nodes, keys) = (float(self.nodes), float(self.keys));
        if capacity < u128::from(self.keys) {
            return 0.0;
        }
        if capacity == u128::from(self.keys) {
            let arrangements = ln_gamma(keys + 1.0) - nodes * ln_gamma(float(most) + 1.0);
            return (arrangements - keys * nodes.ln()).exp().min(1.0);
        }
        let part = Truncated::with_mean(most, self.mean_load());
        let ln_sum = ln_probability_of_sum(&part, self.nodes, self.keys);
        let ln_free = ln_poisson(keys, nodes * part.rate);
        (nodes * part.ln_mass() + ln_sum - ln_free).exp().min(1.0)
    }

    /// The least m with P(busiest node ≤ m) ≥ `probability`: a quantile of the maximum, in keys.
    #[must_use]
    pub fn max_quantile(self, probability: f64) -> u64 {
        let least = self.keys.div_ceil(self.nodes);
        let reached = |most: u64| self.max_cdf(most) >= probability;
        // Where nodes were independent P(max ≤ m) would be cdf(m)^N: a guess near enough to gallop from.
        let law = self.one_node();
        // For few nodes and small probabilities the guess is no probability; half of the tail is as good.
        let beyond = (-probability.clamp(1e-300, 1.0).ln() / float(self.nodes)).min(0.5);
        let guess = law.high(beyond).clamp(least, self.keys);
        let (mut low, mut high, mut stride) = (least, self.keys, 1);
        if reached(guess) {
            high = guess;
            while high - low > stride && reached(high - stride) {
                high -= stride;
                stride *= 2;
            }
            low = high.saturating_sub(stride).max(low);
        } else {
            low = guess + 1;
            while high - low > stride && !reached(low + stride) {
                low += stride + 1;
                stride *= 2;
            }
            high = (low + stride).min(high);
        }
        first_integer(low, high, reached)
    }

    /// The band of max/mean, both tails exact.
    #[must_use]
    pub fn max_band(self, tail: Tail) -> Interval {
        let alpha = tail.probability();
        let low = self.max_quantile(alpha);
        // P(max > m) ≤ α is asked of the union bound on single nodes: equal to three digits at α ≤ 10⁻³, never less
        // strict than the law, and free of the rounding of 1 − cdf at small α.
        let law = self.one_node();
        let share = tail.shared_by(self.nodes).probability();
        let high = law.high(share).max(low);
        Interval { low: float(low), high: float(high) }.scaled(1.0 / self.mean_load())
    }

    /// A lower bound of min/mean that is undercut with no more than the tail's probability (union bound).
    #[must_use]
    pub fn min_bound(self, tail: Tail) -> f64 {
        let law = self.one_node();
        let share = tail.shared_by(self.nodes).probability();
        float(law.low(share)) / self.mean_load()
    }

    fn one_node(self) -> BinomialLaw {
        BinomialLaw::new(self.keys, 1.0 / float(self.nodes))
    }
}

/// The two-sided band of a χ² law.
///
/// No degrees of freedom leave nothing to vary: the band is then 0 alone.
#[must_use]
pub fn chi_square_band(degrees: u64, tail: Tail) -> Interval {
    if degrees == 0 {
        return Interval { low: 0.0, high: 0.0 };
    }
    GammaLaw::new(float(degrees) / 2.0).band(tail.probability()).scaled(2.0)
}

/// P(χ² > `statistic`).
#[must_use]
pub fn chi_square_beyond(degrees: u64, statistic: f64) -> f64 {
    GammaLaw::new(float(degrees) / 2.0).above(statistic / 2.0)
}

/// X² after cells that expect fewer than five were pooled, and how many cells were left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pooled {
    /// Pearson's statistic over the cells that were left.
    pub statistic: f64,
    /// How many they are; the degrees of freedom are one fewer.
    pub cells: usize,
}

impl Pooled {
    /// The two-sided band of the statistic.
    #[must_use]
    pub fn band(self, tail: Tail) -> Interval {
        chi_square_band(size(self.cells.saturating_sub(1)), tail)
    }
}

/// X² of counts against what is expected of each, cells in the order given joined with their successors until each
/// expects at least five. The order must not depend on the counts.
///
/// # Errors
/// Lists of different lengths, or an expectation that is not positive and finite.
pub fn pooled_chi_square(counts: &[u64], expected: &[f64]) -> Result<Pooled, StatsError> {
    const LEAST: f64 = 5.0;
    if counts.len() != expected.len() {
        let what = "counts and expected counts";
        return Err(StatsError::Lengths { what, left: counts.len(), right: expected.len() });
    }
    let mut cells: Vec<(f64, f64)> = Vec::new();
    let mut open = (0.0, 0.0);
    for (&count, &expect) in counts.iter().zip(expected) {
        require(expect > 0.0 && expect.is_finite(), "an expected count", "positive and finite", expect)?;
        open = (open.0 + float(count), open.1 + expect);
        if open.1 >= LEAST {
            cells.push(std::mem::take(&mut open));
        }
    }
    // What is left over expects too few to stand alone: it goes to the last cell.
    match cells.last_mut() {
        Some(last) => *last = (last.0 + open.0, last.1 + open.1),
        None => cells.push(open),
    }
    let statistic = cells.iter().filter(|cell| cell.1 > 0.0).map(|(c, e)| (c - e).powi(2) / e).sum();
    Ok(Pooled { statistic, cells: cells.len() })
}

/// A Poisson law cut off above `most`, tilted so that its mean is what a node has: any rate gives the same answer
/// (the multinomial does not depend on it), and this one keeps every factor well conditioned.
struct Truncated {
    rate: f64,
    /// ln P(X = `reference`) of the law before it was cut off.
    ln_reference: f64,
    /// The value at which `weights` starts.
    first: u64,
    /// Probabilities relative to that of the reference.
    weights: Vec<f64>,
    total: f64,
    mean: f64,
    deviation: f64,
}

impl Truncated {
    /// The law cut off above `most` whose mean is `mean`, less than `most`.
    fn with_mean(most: u64, mean: f64) -> Self {
        // Cutting lowers the mean, so the rate is at least the mean. Newton's steps in ln(rate), whose slope is the
        // variance, within what is known of the root; a hundredth of a deviation off costs no digit.
        let (mut low, mut high) = (mean, f64::INFINITY);
        let mut law = Self::new(most, mean);
        for _ in 0..60 {
            let missing = mean - law.mean;
            if missing.abs() < 0.01 * law.deviation {
                break;
            }
            if missing > 0.0 {
                low = law.rate;
            } else {
                high = law.rate;
            }
            let step = law.rate * (missing / law.deviation.powi(2)).clamp(-2.0, 2.0).exp();
            let inside = step > low && step < high;
            let middle = if high.is_finite() { f64::midpoint(low, high) } else { 2.0 * low };
            law = Self::new(most, if inside { step } else { middle });
        }
        law
    }

    fn new(most: u64, rate: f64) -> Self {
        // Below 10⁻²² of the largest probability nothing is added to a sum of floats.
        const NOTHING: f64 = 1e-22;
        let reference = whole(rate).min(most);
        let mut below = Vec::new();
        let mut weight = 1.0;
        let mut value = reference;
        while value > 0 && weight > NOTHING {
            weight *= float(value) / rate;
            value -= 1;
            below.push(weight);
        }
        let mut weights = below;
        weights.reverse();
        weights.push(1.0);
        let mut weight = 1.0;
        let mut upper = reference;
        while upper < most && weight > NOTHING {
            upper += 1;
            weight *= rate / float(upper);
            weights.push(weight);
        }
        let ln_reference = ln_poisson(float(reference), rate);
        let mut law = Self { rate, ln_reference, first: value, weights, total: 0.0, mean: 0.0, deviation: 0.0 };
        law.total = law.weights.iter().sum();
        law.mean = law.moment(|value| value);
        let mean = law.mean;
        law.deviation = law.moment(|value| (value - mean).powi(2)).sqrt();
        law
    }

    fn moment(&self, of: impl Fn(f64) -> f64) -> f64 {
        let first = float(self.first);
        self.weights.iter().enumerate().map(|(i, weight)| weight * of(first + float(i))).sum::<f64>() / self.total
    }

    /// ln P(X ≤ most) before it was cut off.
    fn ln_mass(&self) -> f64 {
        self.ln_reference + self.total.ln()
    }

    /// The probabilities on a circle of that many places, the value `centre` at its beginning.
    fn on_circle(&self, places: usize, centre: u64) -> Vec<Complex<f64>> {
        let mut circle = vec![Complex::default(); places];
        for (value, weight) in (self.first..).zip(&self.weights) {
            // Fewer values than 2⁵³ and a power of two of places: the distance is exact either way round.
            let distance = value.wrapping_sub(centre) & (size(places) - 1);
            circle[usize::try_from(distance).expect("below the number of places")].re += weight / self.total;
        }
        circle
    }
}

/// ln P(the sum of `nodes` such laws is `sum`), by inversion of the characteristic function.
///
/// On a circle of n places the inversion is a finite sum, exact except for what lies whole rounds away. Sixteen deviations
/// and more make that less than 10⁻²⁰ of the answer, since the law is tilted to have its mean there.
fn ln_probability_of_sum(part: &Truncated, nodes: u64, sum: u64) -> f64 {
    let deviation = part.deviation * float(nodes).sqrt();
    let places = usize::try_from(whole(16.0 * deviation) + 64).expect("some deviations").next_power_of_two();
    let centre = whole(part.mean.round());
    let mut transform = part.on_circle(places, centre);
    FftPlannerScalar::new().plan_fft_forward(places).process(&mut transform);
    // The transform is that of opposite angles; the two halves of the circle are mirror images.
    let turn = std::f64::consts::TAU / float(places);
    let target = float(sum) - float(nodes) * float(centre);
    let term = |(step, value): (usize, &Complex<f64>)| {
        let phase = float(nodes).mul_add(value.arg(), turn * float(step) * target);
        (float(nodes) * value.norm().ln()).exp() * phase.cos()
    };
    let half = places / 2;
    let inner: f64 = transform[1..half].iter().enumerate().map(|(i, value)| term((i + 1, value))).sum();
    let total = 1.0 + 2.0 * inner + term((half, &transform[half]));
    (total.max(0.0) / float(places)).ln()
}
