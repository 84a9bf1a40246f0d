//! Trials whose common probability is itself left to chance.

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

    /// The two-sided band of the count, exact: at most a tail's probability lies on either side of it.
    ///
    /// O(width of the law) time, some K/N for arcs of few points and less with more; constant memory.
    #[must_use]
    pub fn band(self, tail: Tail) -> Interval {
        let mode = whole(self.mean()).min(self.trials);
        let (below, first) = self.sum_from(mode, Direction::Down);
        let (above, last) = self.sum_from(mode, Direction::Up);
        // Weights are relative to the mode's, which the second sum leaves out.
        let allowed = tail.probability() * (1.0 + below + above);
        Interval {
            low: float(self.cut(first, mode, below, Direction::Down, allowed)),
            high: float(self.cut(last, mode, above, Direction::Up, allowed)),
        }
    }

    /// P(k+1)/P(k).
    fn step(self, k: f64) -> f64 {
        let left = float(self.trials) - k;
        left / (k + 1.0) * (k + self.a) / (left - 1.0 + self.b)
    }

    /// The sum of all weights on one side of the mode, whose own is 1, and the last value that counted.
    fn sum_from(self, mode: u64, direction: Direction) -> (f64, u64) {
        const NOTHING: f64 = 1e-22;
        let (mut sum, mut weight, mut at) = (0.0, 1.0, mode);
        while weight > NOTHING {
            let Some((next, factor)) = self.neighbour(at, direction) else { break };
            weight *= factor;
            sum += weight;
            at = next;
        }
        (sum, at)
    }

    /// The next value in that direction, and its weight over that of `at`.
    fn neighbour(self, at: u64, direction: Direction) -> Option<(u64, f64)> {
        match direction {
            Direction::Up if at < self.trials => Some((at + 1, self.step(float(at)))),
            Direction::Down if at > 0 => Some((at - 1, 1.0 / self.step(float(at - 1)))),
            _ => None,
        }
    }

    /// Walks out from the mode until what is beyond sums to no more than what is allowed.
    fn cut(self, end: u64, mode: u64, beyond: f64, direction: Direction, allowed: f64) -> u64 {
        let (mut beyond, mut weight, mut at) = (beyond, 1.0, mode);
        while beyond > allowed && at != end {
            let Some((next, factor)) = self.neighbour(at, direction) else { break };
            weight *= factor;
            beyond -= weight;
            at = next;
        }
        at
    }
}

#[derive(Clone, Copy)]
enum Direction {
    Down,
    Up,
}
