//! Medians, and how sure they are.

use std::time::Duration;

use statrs::distribution::{Binomial, DiscreteCDF};

/// The level of the intervals.
const LEVEL: f64 = 0.95;

/// A median with its interval by order statistics, which holds whatever the distribution is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Estimate {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Estimate {
    /// How far the interval goes from the value, as a part of it.
    pub(crate) fn reach(self) -> f64 {
        (self.high - self.value).max(self.value - self.low) / self.value
    }
}

/// A count as a number; those of a run are far below 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
pub(crate) const fn float(count: u64) -> f64 {
    count as f64
}

pub(crate) fn nanoseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e9
}

/// The middle of `samples`, the mean of the two in the middle if they are even in number; not a number if there are none.
pub(crate) fn median(samples: &[f64]) -> f64 {
    let sorted = sorted(samples);
    match sorted.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => sorted[length / 2],
        length => f64::midpoint(sorted[length / 2 - 1], sorted[length / 2]),
    }
}

/// The median with its interval; with fewer than six samples the interval is their range, which is less sure.
pub(crate) fn estimate(samples: &[f64]) -> Option<Estimate> {
    let sorted = sorted(samples);
    let (&low, &high) = (sorted.get(rank(sorted.len()))?, sorted.get(sorted.len() - 1 - rank(sorted.len()))?);
    Some(Estimate { value: median(samples), low, high })
}

/// The median over rounds of `above / below`, each pair taken in the same round.
pub(crate) fn ratio(above: &[f64], below: &[f64]) -> Option<Estimate> {
    let ratios: Vec<f64> = above.iter().zip(below).map(|(above, below)| above / below).collect();
    estimate(&ratios)
}

fn sorted(samples: &[f64]) -> Vec<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// How many order statistics from either end the interval may leave out: with them left out it misses with probability
/// 2·P(X ≤ rank).
fn rank(samples: usize) -> usize {
    let law = Binomial::new(0.5, samples as u64).expect("one half is a probability");
    let beyond = (1.0 - LEVEL) / 2.0;
    (0..samples / 2).take_while(|&rank| law.cdf(rank as u64) <= beyond).count().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_the_tabled_ones() {
        // Textbook ranks at 95 %: n = 6: 1..6, n = 10: 2..9, n = 20: 6..15, n = 100: 40..61.
        for (samples, low, high) in [(6, 1.0, 6.0), (10, 2.0, 9.0), (20, 6.0, 15.0), (100, 40.0, 61.0), (1, 1.0, 1.0)] {
            let samples: Vec<f64> = (1..=samples).map(f64::from).collect();
            let estimate = estimate(&samples).unwrap();
            assert_eq!((estimate.low, estimate.high), (low, high), "{} samples", samples.len());
        }
        assert_eq!(estimate(&[]), None);
    }

    #[test]
    fn a_ratio_of_pairs_forgets_what_the_pairs_share() {
        let base: Vec<f64> = (1..=30).map(|i| f64::from(i * i)).collect();
        let twice: Vec<f64> = base.iter().map(|sample| 2.0 * sample).collect();
        assert_eq!(ratio(&twice, &base), Some(Estimate { value: 2.0, low: 2.0, high: 2.0 }));
    }

    #[test]
    fn the_longer_side_of_an_interval_is_its_reach() {
        assert_eq!(Estimate { value: 4.0, low: 3.0, high: 6.0 }.reach(), 0.5);
        assert_eq!(Estimate { value: 4.0, low: 1.0, high: 6.0 }.reach(), 0.75);
    }

    #[test]
    fn medians_of_odd_and_even_numbers() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(&[]).is_nan());
    }
}
