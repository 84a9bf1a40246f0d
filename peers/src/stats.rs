//! Figures of repetitions, and how sure they are.

use annulus_clock::{Ratio, Sittings};
use statrs::distribution::{Binomial, DiscreteCDF};

/// The level of the intervals.
const LEVEL: f64 = 0.95;

/// What the figures of a series are of: it decides which interval holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeated {
    /// Sittings, which do not depend on one another: the geometric mean, and Student's interval of the logarithms.
    Sittings,
    /// Rounds of one sitting, whose law is not known: the median, and its interval by order statistics.
    Rounds,
}

/// A figure with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Estimate {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Estimate {
    /// Whether this ratio is above 1: its whole interval is, and it is 2 % above besides.
    pub(crate) fn is_above_one(self) -> bool {
        self.value > 1.0 && self.differs_from_one()
    }

    /// The same, below 1.
    pub(crate) fn is_below_one(self) -> bool {
        self.value < 1.0 && self.differs_from_one()
    }

    fn differs_from_one(self) -> bool {
        Ratio { ratio: self.value, interval: Some((self.low, self.high)) }.is_different()
    }
}

/// A count as a number; those of a run are far below 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
pub(crate) const fn float(count: u64) -> f64 {
    count as f64
}

/// The middle of `samples`, the mean of the two in the middle if they are even in number.
pub(crate) fn median(samples: &[f64]) -> f64 {
    annulus_clock::median(&mut samples.to_vec())
}

/// The figure that these repetitions give; `None` if there are too few for an interval.
pub(crate) fn estimate(repeated: Repeated, figures: &[f64]) -> Option<Estimate> {
    match repeated {
        Repeated::Sittings => {
            let sittings = Sittings::of(figures)?;
            let (low, high) = sittings.interval(LEVEL)?;
            Some(Estimate { value: sittings.value(), low, high })
        }
        Repeated::Rounds => {
            let sorted = sorted(figures);
            let (&low, &high) = (sorted.get(rank(sorted.len()))?, sorted.get(sorted.len() - 1 - rank(sorted.len()))?);
            Some(Estimate { value: median(figures), low, high })
        }
    }
}

/// The same of `above / below`, each pair taken in the same sitting or round.
pub(crate) fn ratio(repeated: Repeated, above: &[f64], below: &[f64]) -> Option<Estimate> {
    let ratios: Vec<f64> = above.iter().zip(below).map(|(above, below)| above / below).collect();
    estimate(repeated, &ratios)
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
            let estimate = estimate(Repeated::Rounds, &samples).unwrap();
            assert_eq!((estimate.low, estimate.high), (low, high), "{} samples", samples.len());
        }
        assert_eq!(estimate(Repeated::Rounds, &[]), None);
    }

    #[test]
    fn a_ratio_of_pairs_forgets_what_the_pairs_share() {
        let base: Vec<f64> = (1..=30).map(|i| f64::from(i * i)).collect();
        let twice: Vec<f64> = base.iter().map(|sample| 2.0 * sample).collect();
        for repeated in [Repeated::Sittings, Repeated::Rounds] {
            let Estimate { value, low, high } = ratio(repeated, &twice, &base).unwrap();
            assert!([value, low, high].iter().all(|ratio| (ratio - 2.0).abs() < 1e-9), "{repeated:?}");
        }
    }

    #[test]
    fn the_interval_of_sittings_is_students() {
        // The logarithms are ln 2 apart: s = ln 2, t(2, 97.5 %) = 4.302653.
        let Estimate { value, low, high } = estimate(Repeated::Sittings, &[1.0, 2.0, 4.0]).unwrap();
        let reach = 4.302_652_729_7 * 2.0_f64.ln() / 3.0_f64.sqrt();
        assert!((value - 2.0).abs() < 1e-9);
        assert!(((high / value).ln() - reach).abs() < 1e-6 && ((value / low).ln() - reach).abs() < 1e-6);
        assert_eq!(estimate(Repeated::Sittings, &[1.0]), None, "one sitting tells nothing of its spread");
    }

    #[test]
    fn ahead_is_more_than_the_code_of_two_builds_may_differ() {
        let of = |figures: &[f64]| estimate(Repeated::Sittings, figures).unwrap();
        assert!(of(&[1.05, 1.06, 1.05, 1.05, 1.06]).is_above_one());
        assert!(!of(&[1.01, 1.011, 1.01, 1.01, 1.011]).is_above_one(), "one percent is too little");
        assert!(!of(&[1.3, 0.9, 1.2, 1.1, 0.95]).is_above_one(), "the interval has 1 in it");
        assert!(of(&[0.9, 0.91, 0.9, 0.9, 0.91]).is_below_one() && !of(&[0.9, 0.91, 0.9, 0.9, 0.91]).is_above_one());
    }

    #[test]
    fn medians_of_odd_and_even_numbers() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
    }
}
