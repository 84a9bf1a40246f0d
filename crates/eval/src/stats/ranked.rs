//! How many slots one node has, where it has every rank once.
//!
//! A node of the part p of all weight wins the slot at its quantile u with the chance (1−u)^(1/p−1): no other node is better there.
//! Over its M ranks these chances are nearly independent, so the number of its slots is a sum of unequal trials. With s for
//! −ln(1−u)/p, the cumulants of that sum come from
//!
//! ```text
//! K(θ) = Mp·∫ ln(1 + q·(e^θ − 1))·e^(−sp) ds,    q = e^(−s(1−p)),    s from 0 on
//! ```
//!
//! Tails are those of the saddle point of Lugannani and Rice.

use super::numeric::{Tails, integrate_by, nearest};

/// The number of slots of one node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct RankedCount {
    slots: f64,
    part: f64,
    /// The standard deviation of the sum of trials over that of the number of slots.
    stretch: f64,
}

/// The first cumulants of the sum of trials, tilted by θ. The first two are less what they are of the mean.
struct Tilted {
    /// K(θ) − θ·K'(0) and K'(θ) − K'(0).
    log: f64,
    shift: f64,
    variance: f64,
    third: f64,
}

impl RankedCount {
    /// The law of a node of that part of all weight. `others` is the sum of p/(2−p) over all other nodes.
    ///
    /// Trials are not quite independent: what another node's rank alone explains of them vanishes as well. That is M·p²·`others` of the
    /// variance. Ties of rank, which a constant of each node breaks, add a twelfth of a slot squared.
    pub(super) fn new(slots: u64, part: f64, others: f64) -> Self {
        let slots = super::float(slots);
        let trials = slots * part * (1.0 - part) / (2.0 - part);
        let variance = trials - slots * part * part * others;
        Self { slots, part, stretch: (trials / (variance + 1.0 / 12.0)).sqrt() }
    }

    /// The mean: the node's part of all slots.
    pub(super) fn mean(self) -> f64 {
        self.slots * self.part
    }

    /// The variance.
    pub(super) fn variance(self) -> f64 {
        self.mean() * (1.0 - self.part) / (2.0 - self.part) / (self.stretch * self.stretch)
    }

    /// The chance of more than `count` slots, which need not be whole.
    pub(super) fn above(self, count: f64) -> f64 {
        let at_least = count.floor() + 1.0;
        if at_least > self.slots { 0.0 } else { self.tails(at_least).above }
    }

    /// The chance of fewer than `count` slots, which need not be whole.
    #[cfg(test)]
    fn below(self, count: f64) -> f64 {
        if count <= 0.0 { 0.0 } else { self.tails(count.ceil()).below }
    }

    /// The chances of fewer than `count`, a whole number, and of as many or more.
    fn tails(self, count: f64) -> Tails {
        // Stretched from the mean, so that the variance is right.
        let shift = (count - 0.5 - self.mean()) * self.stretch;
        // Past all trials there is nothing. Near the ends, tails are below what a number holds.
        let (least, most) = (0.5 - self.mean(), self.slots - 0.5 - self.mean());
        if shift <= least {
            return Tails { below: 0.0, above: 1.0 };
        }
        if shift >= most {
            return Tails { below: 1.0, above: 0.0 };
        }
        let tilt = nearest(|tilt| {
            let tilted = self.tilted(tilt);
            (tilted.shift - shift, tilted.variance)
        });
        let tilted = self.tilted(tilt);
        let root = (2.0 * (tilt * shift - tilted.log)).max(0.0).sqrt().copysign(shift);
        let slope = 2.0 * (tilt / 2.0).sinh() * tilted.variance.sqrt();
        // Some 40 standard deviations off.
        if !(root.abs() < 40.0 && slope.is_finite()) {
            return if shift < 0.0 { Tails { below: 0.0, above: 1.0 } } else { Tails { below: 1.0, above: 0.0 } };
        }
        Tails::of_saddle_point(root, slope, tilted.third / tilted.variance.powf(1.5))
    }

    fn tilted(self, tilt: f64) -> Tilted {
        // What is beyond is less than e^−40 of all; the ends of the panels alone count, and there the integrands are flat or nothing.
        const REACH: f64 = 40.0;
        const PANELS: u32 = 240;
        let (whole, growth) = (self.mean(), tilt.exp_m1());
        let sum = |of: &dyn Fn(f64) -> f64| {
            whole * integrate_by(PANELS, 0.0, REACH, |s| of((-s * (1.0 - self.part)).exp()) * (-s * self.part).exp())
        };
        let chance = |q: f64| q * tilt.exp() / (1.0 + q * growth);
        Tilted {
            log: sum(&|q| (q * growth).ln_1p() - q * tilt),
            shift: sum(&|q| q * (1.0 - q) * growth / (1.0 + q * growth)),
            variance: sum(&|q| chance(q) * (1.0 - chance(q))),
            third: sum(&|q| chance(q) * (1.0 - chance(q)) * (1.0 - 2.0 * chance(q))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::float;
    use super::*;

    /// The chances of each number of successes of independent trials.
    fn sum_of_trials(chances: &[f64]) -> Vec<f64> {
        let mut sums = vec![1.0];
        for &chance in chances {
            sums.push(0.0);
            for at in (0..sums.len()).rev() {
                let before = if at == 0 { 0.0 } else { sums[at - 1] };
                sums[at] = sums[at] * (1.0 - chance) + before * chance;
            }
        }
        sums
    }

    /// The sum of the trials of all ranks, in the mean over the constants that break ties.
    fn summed(slots: u32, part: f64) -> Vec<f64> {
        const CONSTANTS: u32 = 8;
        let mut mean = vec![0.0; 1 + slots as usize];
        for constant in 0..CONSTANTS {
            let x = (f64::from(constant) + 0.5) / f64::from(CONSTANTS);
            let chance = |rank: u32| (1.0 - (f64::from(rank) + x) / f64::from(slots)).powf(1.0 / part - 1.0);
            // What is left out expects 10⁻⁹ slots.
            let chances: Vec<f64> = (0..slots).map(chance).take_while(|&chance| chance > 1e-12).collect();
            let sums = sum_of_trials(&chances);
            mean.iter_mut().zip(sums).for_each(|(mean, chance)| *mean += chance / f64::from(CONSTANTS));
        }
        mean
    }

    #[test]
    fn tails_are_those_of_the_sum_of_all_ranks() {
        for (slots, part) in [(256, 0.5), (256, 0.04), (2_048, 0.005), (1_024, 0.1)] {
            let exact = summed(slots, part);
            // As if no other node's rank explained anything.
            let law = RankedCount::new(u64::from(slots), part, 0.0);
            for count in 0..=exact.len() {
                let (fewer, more): (f64, f64) = (exact[..count].iter().sum(), exact[count..].iter().sum());
                let (below, above) = (law.below(float(count)), law.above(float(count) - 1.0));
                // A twelfth of a slot squared stands for what ties do: of few slots, too little in the lower tail.
                for (exact, found, within) in [(fewer, below, 0.2), (more, above, 0.06)] {
                    let is_far = exact < 1e-8 || count < 2;
                    assert!(is_far || (found / exact - 1.0).abs() < within, "{slots}, {part}: {count}: {found:e} is {exact:e}");
                }
            }
        }
    }

    #[test]
    fn moments_are_those_of_equal_nodes() {
        for (nodes, slots) in [(2, 4_096), (10, 65_536), (1_000, 1 << 20)] {
            let part = 1.0 / float(nodes);
            let law = RankedCount::new(slots, part, float(nodes - 1) * part / (2.0 - part));
            let (n, m) = (float(nodes), float(slots));
            let variance = m * (n - 1.0).powi(2) / (n * n * (2.0 * n - 1.0)) + 1.0 / 12.0;
            assert!((law.mean() - m / n).abs() < 1e-9 && (law.variance() / variance - 1.0).abs() < 1e-9, "{nodes}");
        }
    }

    #[test]
    fn nobody_has_more_than_all_slots_or_fewer_than_none() {
        let law = RankedCount::new(256, 0.9, 0.1 / 1.9);
        assert_eq!((law.above(256.0), law.below(0.0)), (0.0, 0.0));
        assert!(law.above(255.0) < 1e-6 && law.above(0.0) > 0.999_999, "{} {}", law.above(255.0), law.above(0.0));
    }
}
