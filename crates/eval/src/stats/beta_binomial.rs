//! Trials whose common probability is itself left to chance.

use super::beta::BetaLaw;
use super::error::{StatsError, require};
use super::family::Tail;
use super::interval::Interval;
use super::numeric::{float, whole};

/// The number of successes in K trials whose common probability is itself Beta(a, b).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BetaBinomial {
    trials: u64,
    a: f64,
    b: f64,
}

/// The greatest variance for which probabilities are summed: a spread of 10⁵ counts, which takes some ten milliseconds.
const SUMMED: f64 = 1e10;

impl BetaBinomial {
    /// The law of that many trials with that Beta law of their probability.
    ///
    /// # Errors
    /// No trials, or a shape that is not positive and finite.
    pub fn new(trials: u64, a: f64, b: f64) -> Result<Self, StatsError> {
        require(trials > 0, "the number of keys", "at least 1", float(trials))?;
        for shape in [a, b] {
            require(shape > 0.0 && shape.is_finite(), "a shape of the Beta law", "positive and finite", shape)?;
        }
        Ok(Self { trials, a, b })
    }

    /// K·a/(a+b).
    #[must_use]
    pub fn mean(self) -> f64 {
        float(self.trials) * self.a / (self.a + self.b)
    }

    /// K·ab·(a+b+K)/((a+b)²·(a+b+1)).
    fn variance(self) -> f64 {
        let sum = self.a + self.b;
        self.mean() * (self.b / sum) * (sum + float(self.trials)) / (sum + 1.0)
    }

    /// The two-sided band of the count: at most a tail's probability lies on either side of it.
    ///
    /// Exact up to a spread of 10⁵ counts; beyond that, each tail is what was asked to a thousandth part of it. O(spread) time up
    /// to there, constant memory.
    #[must_use]
    pub fn band(self, tail: Tail) -> Interval {
        if self.variance() > SUMMED { self.smooth(tail) } else { self.summed(tail) }
    }

    /// The band by the Beta law of the share, stretched so that mean and variance are those of the count. Its skewness is then
    /// right up to the part ((a+b)/K)²/8 of it; where the spread is above 10⁵ counts, that is less than a/10¹⁰.
    fn smooth(self, tail: Tail) -> Interval {
        let (trials, sum) = (float(self.trials), self.a + self.b);
        let share = BetaLaw::new(self.a, self.b).band(tail.probability());
        let stretch = (trials * (trials + sum)).sqrt();
        let count = |share: f64| (share - self.a / sum).mul_add(stretch, self.mean());
        // A count stands for the interval of half a count to either side.
        let (low, high) = ((count(share.low) + 0.5).floor(), (count(share.high) - 0.5).ceil());
        Interval { low: low.max(0.0), high: high.min(trials) }
    }

    /// The band by adding up probabilities.
    fn summed(self, tail: Tail) -> Interval {
        let mode = whole(self.mean()).min(self.trials);
        let (first, last) = (self.sum_from(mode, Direction::Down), self.sum_from(mode, Direction::Up));
        // Weights are relative to the mode's, which both sums leave out.
        let allowed = tail.probability() * (1.0 + first.sum + last.sum);
        Interval { low: float(self.cut(&first, Direction::Up, allowed)), high: float(self.cut(&last, Direction::Down, allowed)) }
    }

    /// P(k+1)/P(k).
    fn step(self, k: f64) -> f64 {
        let left = float(self.trials) - k;
        left / (k + 1.0) * (k + self.a) / (left - 1.0 + self.b)
    }

    /// All weights on one side of the mode, whose own is 1.
    fn sum_from(self, mode: u64, direction: Direction) -> Side {
        const NOTHING: f64 = 1e-22;
        let mut side = Side { sum: 0.0, end: mode, weight: 1.0 };
        while side.weight > NOTHING {
            let Some((next, factor)) = self.neighbour(side.end, direction) else { break };
            side.weight *= factor;
            side.sum += side.weight;
            side.end = next;
        }
        side
    }

    /// The next value in that direction, and its weight over that of `at`.
    fn neighbour(self, at: u64, direction: Direction) -> Option<(u64, f64)> {
        match direction {
            Direction::Up if at < self.trials => Some((at + 1, self.step(float(at)))),
            Direction::Down if at > 0 => Some((at - 1, 1.0 / self.step(float(at - 1)))),
            _ => None,
        }
    }

    /// Walks in from the end, small weights first, as long as what is left behind sums to no more than what is allowed.
    fn cut(self, side: &Side, inwards: Direction, allowed: f64) -> u64 {
        let (mut at, mut weight, mut behind) = (side.end, side.weight, 0.0);
        while behind + weight <= allowed {
            let Some((next, factor)) = self.neighbour(at, inwards) else { break };
            behind += weight;
            weight *= factor;
            at = next;
        }
        at
    }
}

/// The weights on one side of a mode.
struct Side {
    sum: f64,
    /// The last value that counted, and its weight.
    end: u64,
    weight: f64,
}

#[derive(Clone, Copy)]
enum Direction {
    Down,
    Up,
}
