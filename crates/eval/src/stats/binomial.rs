//! Quantiles of the binomial law, for any number of trials.
//!
//! A library's distribution function is an incomplete beta function, whose continued fraction stops too early beyond some tens of
//! millions of trials. Here, probabilities are summed up to a spread of ten thousand counts. Above, the quantile is that of the normal
//! law, corrected for skewness and excess.

use statrs::distribution::{ContinuousCDF, Normal};

use super::numeric::{float, size, whole};

/// The law of the number of successes in a number of trials.
#[derive(Clone, Copy, Debug)]
pub(super) struct BinomialLaw {
    trials: u64,
    success: f64,
    failure: f64,
}

/// The greatest variance for which probabilities are summed: a spread of 10⁴ counts, which takes a millisecond.
const SUMMED: f64 = 1e8;

impl BinomialLaw {
    /// Each trial succeeds with this probability, which is cut off at 0 and 1.
    pub(super) fn new(trials: u64, success: f64) -> Self {
        let success = success.clamp(0.0, 1.0);
        Self { trials, success, failure: 1.0 - success }
    }

    /// The least count with P(X ≤ count) > `tail`.
    pub(super) fn low(self, tail: f64) -> u64 {
        if self.success == 0.0 || self.trials == 0 {
            return 0;
        }
        if self.failure == 0.0 {
            return self.trials;
        }
        let variance = float(self.trials) * self.success * self.failure;
        if variance > SUMMED { self.corrected_normal(tail) } else { self.summed(tail) }
    }

    /// The least count with P(X > count) ≤ `tail`.
    pub(super) fn high(self, tail: f64) -> u64 {
        // P(X > count) is P(failures < trials − count).
        let failures = Self { trials: self.trials, success: self.failure, failure: self.success };
        self.trials - failures.low(tail)
    }

    /// [`low`](Self::low) by adding up probabilities, relative to that of the likeliest count.
    fn summed(self, tail: f64) -> u64 {
        let (trials, odds) = (float(self.trials), self.success / self.failure);
        let likeliest = whole((trials + 1.0) * self.success).min(self.trials);
        let (mut weight, mut total) = (1.0, 1.0);
        for count in likeliest..self.trials {
            weight *= (trials - float(count)) / float(count + 1) * odds;
            total += weight;
            if weight < 1e-18 * total {
                break;
            }
        }
        let (mut below, mut weight) = (vec![1.0], 1.0);
        for count in (1..=likeliest).rev() {
            weight *= float(count) / (trials - float(count) + 1.0) / odds;
            total += weight;
            below.push(weight);
            // What is below this is no more than a few spreads of such weights.
            if weight < 1e-24 * tail {
                break;
            }
        }
        let mut sum = 0.0;
        for (distance, weight) in below.iter().enumerate().rev() {
            sum += weight;
            if sum > tail * total {
                return likeliest - size(distance);
            }
        }
        // Tails near one half may reach beyond the likeliest count.
        let (mut count, mut weight) = (likeliest, 1.0);
        while sum <= tail * total && count < self.trials {
            weight *= (trials - float(count)) / float(count + 1) * odds;
            count += 1;
            sum += weight;
        }
        count
    }

    /// [`low`](Self::low) by the expansion of Cornish and Fisher, to a small part of a count for the variances that it is used for.
    fn corrected_normal(self, tail: f64) -> u64 {
        let Self { success: p, failure: q, .. } = self;
        let (mean, deviation) = (float(self.trials) * p, (float(self.trials) * p * q).sqrt());
        let (skewness, excess) = ((q - p) / deviation, (1.0 - 6.0 * p * q) / (deviation * deviation));
        let z = Normal::standard().inverse_cdf(tail);
        let cube = z * z * z;
        let corrected = z + (z * z - 1.0) * skewness / 6.0 + (cube - 3.0 * z) * excess / 24.0
            - (2.0 * cube - 5.0 * z) * skewness * skewness / 36.0;
        // A count stands for the interval of half a count to either side.
        whole(corrected.mul_add(deviation, mean + 0.5)).min(self.trials)
    }
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{Binomial, DiscreteCDF};
    use statrs::function::erf::erfc;

    use super::super::numeric::{deviance, first_integer, stirling_error};
    use super::*;

    /// None of them is the probability of a count at one of [`PROBABILITIES`].
    const TAILS: [f64; 5] = [0.11, 1.3e-3, 1.7e-6, 1.3e-9, 1.9e-12];

    const PROBABILITIES: [f64; 8] = [1e-9, 1e-7, 1e-5, 1e-3, 0.02, 0.2, 1.0 / 3.0, 0.5];

    #[test]
    fn quantiles_are_the_librarys_where_that_holds() {
        for trials in [1, 2, 3, 10, 99, 1_000, 20_000, 1_000_000] {
            for probability in PROBABILITIES {
                for success in [probability, 1.0 - probability] {
                    let (law, library) = (BinomialLaw::new(trials, success), Binomial::new(success, trials).unwrap());
                    for tail in TAILS {
                        let low = first_integer(0, trials, |count| library.cdf(count) > tail);
                        let high = first_integer(0, trials, |count| library.sf(count) <= tail);
                        assert_eq!((law.low(tail), law.high(tail)), (low, high), "{trials} trials at {success}, tail {tail}");
                    }
                }
            }
        }
    }

    #[test]
    fn tails_near_one_half_are_found_beyond_the_likeliest_count() {
        // Of two trials at 0.29, none succeed with 0.71² = 0.5041; at 0.2935, with 0.4991, and one or none with 0.9139.
        let low = |success, tail| BinomialLaw::new(2, success).low(tail);
        assert_eq!((low(0.29, 0.499), low(0.2935, 0.499), low(0.2935, 0.4995), low(0.2935, 0.92)), (0, 0, 1, 2));
    }

    #[test]
    fn nothing_and_everything_have_one_count() {
        for trials in [0, 1, 1_000_000_000_000] {
            assert_eq!((BinomialLaw::new(trials, 0.0).low(1e-6), BinomialLaw::new(trials, 0.0).high(1e-6)), (0, 0));
            assert_eq!((BinomialLaw::new(trials, 1.5).low(1e-6), BinomialLaw::new(trials, 1.0).high(1e-6)), (trials, trials));
        }
    }

    /// ln P(X = count) by Loader's form: Stirling's errors, and deviances in place of powers.
    fn ln_mass(law: BinomialLaw, count: u64) -> f64 {
        let (n, k) = (float(law.trials), float(count));
        let errors = stirling_error(n) - stirling_error(k) - stirling_error(n - k);
        let deviances = deviance(k, n * law.success) + deviance(n - k, n * law.failure);
        errors - deviances + 0.5 * (n / (std::f64::consts::TAU * k * (n - k))).ln()
    }

    /// P(X ≤ count) in the lower tail by the saddle point of Lugannani and Rice, with their correction for whole counts.
    fn lower_tail(law: BinomialLaw, count: u64) -> f64 {
        let (n, k) = (float(law.trials), float(count) + 0.5);
        // ln of the odds at which this would be the mean, over the true odds.
        let tilt = (k / (n - k)).ln() - (law.success / law.failure).ln();
        let w = -(2.0 * (deviance(k, n * law.success) + deviance(n - k, n * law.failure))).sqrt();
        let u = 2.0 * (tilt / 2.0).sinh() * (k * (n - k) / n).sqrt();
        let density = (-0.5 * w * w).exp() / std::f64::consts::TAU.sqrt();
        0.5 * erfc(-w / std::f64::consts::SQRT_2) + density * (1.0 / w - 1.0 / u)
    }

    /// Counts to 10¹² and probabilities from 10⁻⁹ to ½: the tails beside each quantile are on either side of what was asked.
    #[test]
    fn quantiles_are_those_of_a_saddle_point_up_to_a_trillion() {
        for trials in [1_000, 1_000_000, 30_000_000, 67_108_865, 100_000_000, 3_000_000_000, 1_000_000_000_000_u64] {
            for probability in PROBABILITIES {
                // Enough of either for the saddle point, whose relative error is about a hundredth over the mean.
                if float(trials) * probability < 100.0 {
                    continue;
                }
                let law = BinomialLaw::new(trials, probability);
                let flipped = BinomialLaw { trials, success: law.failure, failure: law.success };
                for tail in TAILS {
                    for (law, low) in [(law, law.low(tail)), (flipped, trials - law.high(tail))] {
                        let context = format!("{trials} trials at {}, tail {tail}: {low}", law.success);
                        let error = 0.01 / (float(trials) * probability).sqrt() + 1e-9;
                        assert!(low == 0 || lower_tail(law, low - 1) <= tail * (1.0 + error), "too high: {context}");
                        assert!(lower_tail(law, low) > tail * (1.0 - error), "too low: {context}");
                    }
                }
            }
        }
    }

    /// Few expected successes among many trials, where the saddle point is no judge: sums of Loader's probabilities.
    #[test]
    fn rare_successes_among_many_trials_have_the_quantiles_of_their_sums() {
        for trials in [100_000_000, 1_000_000_000_000_u64] {
            for probability in [1e-9, 1e-8, 1e-7] {
                if float(trials) * probability > 100_000.0 {
                    continue;
                }
                let law = BinomialLaw::new(trials, probability);
                let none = (float(trials) * (-probability).ln_1p()).exp();
                let mass = |count: u64| if count == 0 { none } else { ln_small(law, count).exp() };
                for tail in TAILS {
                    let mut sum = 0.0;
                    let low = (0..).find(|&count| {
                        sum += mass(count);
                        sum > tail
                    });
                    assert_eq!(Some(law.low(tail)), low, "{trials} trials at {probability}, tail {tail}");
                    // From the far end, so that small numbers are added first.
                    let mean = float(trials) * probability;
                    let far = whole(mean + 12.0 * mean.sqrt() + 60.0);
                    let mut sum = 0.0;
                    let beyond = (1..=far).rev().find(|&count| {
                        sum += mass(count);
                        sum > tail
                    });
                    assert_eq!(law.high(tail), beyond.unwrap_or(0), "{trials} trials at {probability}, tail {tail}, high");
                }
            }
        }
    }

    /// ln P(X = count), for counts for which Stirling's series is too short as well.
    fn ln_small(law: BinomialLaw, count: u64) -> f64 {
        if count >= 16 {
            return ln_mass(law, count);
        }
        let falling: f64 = (0..count).map(|i| (float(law.trials - i) / float(i + 1) * law.success).ln()).sum();
        falling + float(law.trials - count) * (-law.success).ln_1p()
    }

    #[test]
    fn both_ways_meet_where_one_takes_over() {
        for (trials, probability) in [(400_000_000, 0.5), (1_000_000_000, 0.1), (100_000_000_000, 0.001)] {
            let law = BinomialLaw::new(trials, probability);
            for tail in TAILS {
                let (summed, normal) = (law.summed(tail), law.corrected_normal(tail));
                assert!(summed.abs_diff(normal) <= 1, "{trials} trials at {probability}, tail {tail}: {summed}, {normal}");
            }
        }
    }
}
