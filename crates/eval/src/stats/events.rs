//! The number of independent events that happen, each with a probability of its own.

use super::family::Tail;
use super::interval::Interval;
use super::numeric::float;

/// The law of that number, in the mean over keys.
///
/// ```
/// use annulus_eval::stats::events::EventsLaw;
/// let law = EventsLaw::of(&[1.0, 0.5, 0.25]);
/// assert_eq!(law.mean(), 1.75);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EventsLaw {
    mean: f64,
    variance: f64,
}

impl EventsLaw {
    /// Events of these probabilities.
    #[must_use]
    pub fn of(probabilities: &[f64]) -> Self {
        Self { mean: probabilities.iter().sum(), variance: probabilities.iter().map(|p| p * (1.0 - p)).sum() }
    }

    /// How many happen in the mean.
    #[must_use]
    pub fn mean(self) -> f64 {
        self.mean
    }

    /// The band of the mean over that many keys, by Bernstein's inequality, which supposes nothing of their number:
    /// P(sum − its mean ≥ t) ≤ exp(−½t²/(σ² + t/3)).
    #[must_use]
    pub fn band(self, keys: u64, tail: Tail) -> Interval {
        let doubt = -tail.probability().ln();
        let keys = float(keys);
        let reach = doubt / 3.0 + (doubt * doubt / 9.0 + 2.0 * doubt * self.variance * keys).sqrt();
        let each = if self.variance > 0.0 { reach / keys } else { 0.0 };
        Interval { low: self.mean - each, high: self.mean + each }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_falling_probabilities_the_law_is_the_harmonic_number() {
        let law = |nodes: u64| EventsLaw::of(&(1..=nodes).map(|number| 1.0 / float(number)).collect::<Vec<_>>());
        assert!((law(10).mean - 2.928_968_253_968_254).abs() < 1e-12);
        assert!((law(10).variance - (2.928_968_253_968_254 - 1.549_767_731_166_540_7)).abs() < 1e-12);
        let alone = law(1).band(1000, Tail::new(1e-6).unwrap());
        assert_eq!((alone.low, alone.high), (1.0, 1.0));
    }
}
