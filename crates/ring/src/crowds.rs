//! Crowds: stretches of the ring with more points than a line holds.

use alloc::{boxed::Box, vec::Vec};

/// The points of one crowded stretch, in order, as remainder and owner.
#[derive(Clone, Debug)]
struct Crowd<L> {
    /// The line of this stretch.
    line: usize,
    lanes: Box<[(L, L)]>,
}

/// All crowds of a table. Removing one may renumber another, whose line must then be updated.
///
/// Spare capacity is at most a quarter of the crowds plus two. The capacity never doubles, so that memory stays as predicted.
#[derive(Clone, Debug)]
pub(crate) struct Crowds<L>(Vec<Crowd<L>>);

impl<L: Copy> Crowds<L> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// The points of crowd `number`.
    pub(crate) fn lanes(&self, number: usize) -> &[(L, L)] {
        &self.0[number].lanes
    }

    /// The points of crowd `number`, to change their owners.
    pub(crate) fn lanes_mut(&mut self, number: usize) -> &mut [(L, L)] {
        &mut self.0[number].lanes
    }

    /// Adds a crowd with the points of line `line` and returns its number.
    pub(crate) fn push(&mut self, line: usize, lanes: Box<[(L, L)]>) -> usize {
        let len = self.0.len();
        if len == self.0.capacity() {
            self.0.reserve_exact(len / 8 + 1);
        }
        self.0.push(Crowd { line, lanes });
        len
    }

    /// Replaces the points of crowd `number`.
    pub(crate) fn replace(&mut self, number: usize, lanes: Box<[(L, L)]>) {
        self.0[number].lanes = lanes;
    }

    /// Removes crowd `number`. The last crowd takes its number; returns the line of that crowd, if there is one.
    pub(crate) fn remove(&mut self, number: usize) -> Option<usize> {
        self.0.swap_remove(number);
        let len = self.0.len();
        if len == 0 {
            self.0 = Vec::new();
        } else if self.0.capacity() > len + len / 4 + 2 {
            self.0.shrink_to(len + len / 8 + 1);
        }
        self.0.get(number).map(|moved| moved.line)
    }
}

/// Crowded lines per million at 0, 1, 2, … points on average: the Poisson tail beyond 15, rounded up.
const PER_MILLION: [u64; 11] = [0, 1, 1, 1, 5, 70, 510, 2407, 8232, 22_036, 48_741];

/// An upper bound for the number of crowds that `total` random points make in `lines` lines, for at most 10 points a line on
/// average. The probability of more crowds is below 10⁻¹². So is the probability that the crowds hold more points than 18 times
/// the bound.
///
/// The bound is the expected number, plus eight times its square root, plus seven.
fn most_crowds(lines: u64, total: u64) -> u64 {
    const MILLION: u128 = 1_000_000;
    let Some(average) = total.checked_div(lines) else { return 0 };
    let at = usize::try_from(average).unwrap_or(usize::MAX).min(PER_MILLION.len() - 2);
    // The tail is convex here, so linear interpolation stays above it.
    let (below, above) = (u128::from(PER_MILLION[at]), u128::from(PER_MILLION[at + 1]));
    let past = u128::from(total - lines * average);
    let mean = u128::from(lines) * below + past * (above - below);
    let most = (mean + 8 * (mean * MILLION).isqrt()).div_ceil(MILLION) + 7;
    u64::try_from(most).unwrap_or(u64::MAX)
}

/// An upper bound for the heap bytes of the crowds of `total` points in `lines` lines, exceeded with a probability below 10⁻¹².
pub(crate) fn heap_bytes<L>(lines: u64, total: u64) -> u64 {
    // A crowd has at least 16 points, and crowds hold no more points than exist.
    let most = most_crowds(lines, total);
    let (crowds, points) = (most.min(total / 16), most.saturating_mul(18).min(total));
    let entries = if crowds == 0 { 0 } else { crowds + crowds / 4 + 2 };
    let bytes = |count: u64, each: usize| count.saturating_mul(each as u64);
    bytes(entries, size_of::<Crowd<L>>()).saturating_add(bytes(points, size_of::<(L, L)>()))
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::vec::Vec;

    use super::*;

    /// The probability of `count` points in a line, at `average`.
    fn poisson(average: f64, count: i32) -> f64 {
        (1..=count).fold((-average).exp(), |chance, i| chance * average / f64::from(i))
    }

    #[test]
    fn the_law_of_crowds_is_the_poisson_law_beyond_fifteen() {
        for (average, &told) in (0..).zip(&PER_MILLION) {
            let exact: f64 = (16..200).map(|count| 1e6 * poisson(f64::from(average), count)).sum();
            let told = f64::from(u32::try_from(told).unwrap());
            assert!(exact <= told && told < exact + 1.0, "average {average}: {exact}, not {told}");
        }
    }

    /// Chernoff's bound. The counts of points in lines are negatively associated and each is binomial; beyond 15 a binomial tail
    /// lies below the Poisson tail of the same mean.
    #[test]
    fn more_crowds_than_predicted_are_less_likely_than_one_in_a_million_millions() {
        let tilts: Vec<f64> = (0..230).map(|step| 0.0001 * 1.05_f64.powi(step)).collect();
        for lines in [1, 2, 3, 5, 10, 23, 60, 100, 150, 229, 400, 1_000, 10_000, 1_000_000, 100_000_000_u32] {
            for tenths in 10..=90 {
                let total = u64::from(lines) * tenths / 10;
                #[expect(clippy::cast_precision_loss, reason = "a probability to a few digits")]
                let (average, most) = (total as f64 / f64::from(lines), most_crowds(lines.into(), total) as f64);
                let law: Vec<(f64, f64)> = (16..120).map(|count| (f64::from(count), poisson(average, count))).collect();
                let bound = |worth: &dyn Fn(f64) -> f64, limit: f64| {
                    let tilted = |tilt: f64| law.iter().map(|&(count, p)| p * (tilt * worth(count)).exp_m1()).sum::<f64>();
                    tilts.iter().map(|&tilt| f64::from(lines) * tilted(tilt).ln_1p() - tilt * limit).fold(0.0, f64::min)
                };
                let (crowds, points) = (bound(&|_| 1.0, most), bound(&|count| count / 18.0, most));
                // heap_bytes counts two things; each gets half of the probability.
                let certain = 0.5e-12_f64.ln();
                assert!(crowds < certain && points < certain, "{lines} lines, {total} points: {crowds} and {points}");
            }
        }
    }
}
