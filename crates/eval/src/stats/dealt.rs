//! A table whose slots rank the nodes, where each node has every rank once: how evenly the slots are shared.

use super::error::{StatsError, require};
use super::interval::Interval;
use super::multinomial::chi_square_band;
use super::numeric::{float, integrate_by};
use super::ranked::RankedCount;
use super::{Tail, whole};

/// Nodes of the same part of all weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Alike {
    /// How many there are.
    pub nodes: u64,
    /// The part of each.
    pub part: f64,
}

/// A table of M slots, of which each goes to the node that ranks it first among all nodes. With weights, the order is that of cost over
/// weight.
///
/// What a single node's rank explains of who owns a slot cancels out over all slots, since the node has each rank once. The rest stays
/// as if all draws were independent. Of equal nodes, half of the variance is left where N is large: M·(N−1)²/(N²·(2N−1)).
///
/// ```
/// use annulus_eval::stats::dealt::DealtLaw;
///
/// let law = DealtLaw::equal(100, 65_536)?;
/// assert!((law.share_cv() - 0.0274).abs() < 1e-4);
/// // The busiest node, in the median over sets of names, and in all but one set of a thousand.
/// assert!((law.quantile(0.5) - 1.068).abs() < 1e-3);
/// assert!((law.quantile(0.001) - 1.118).abs() < 1e-3);
/// # Ok::<(), annulus_eval::stats::StatsError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct DealtLaw {
    slots: u64,
    groups: Vec<(u64, RankedCount)>,
}

impl DealtLaw {
    /// The law of that many equal nodes.
    ///
    /// # Errors
    /// No nodes, or fewer slots than nodes.
    pub fn equal(nodes: u64, slots: u64) -> Result<Self, StatsError> {
        require(nodes > 0, "the number of nodes", "at least 1", float(nodes))?;
        Self::new(slots, &[Alike { nodes, part: 1.0 / float(nodes) }])
    }

    /// The law of nodes whose parts add up to 1.
    ///
    /// # Errors
    /// No nodes, fewer slots than nodes, or parts that are not positive or do not add up to 1.
    pub fn new(slots: u64, groups: &[Alike]) -> Result<Self, StatsError> {
        let sum = |of: &dyn Fn(f64) -> f64| groups.iter().map(|alike| float(alike.nodes) * of(alike.part)).sum::<f64>();
        let nodes: u64 = groups.iter().map(|alike| alike.nodes).sum();
        require(slots >= nodes, "the number of slots", "at least the number of nodes", float(slots))?;
        require((sum(&|part| part) - 1.0).abs() < 1e-6, "all parts together", "1", sum(&|part| part))?;
        for alike in groups {
            require(alike.part > 0.0, "a node's part", "positive", alike.part)?;
        }
        let odds = |part: f64| part / (2.0 - part);
        let all = sum(&odds);
        let law = |alike: &Alike| (alike.nodes, RankedCount::new(slots, alike.part, (all - odds(alike.part)).max(0.0)));
        Ok(Self { slots, groups: groups.iter().map(law).collect() })
    }

    fn nodes(&self) -> u64 {
        self.groups.iter().map(|(nodes, _)| nodes).sum()
    }

    /// The root of the mean square of a node's deviation from its part, over its part.
    #[must_use]
    pub fn share_cv(&self) -> f64 {
        let of = |&(nodes, law): &(u64, RankedCount)| float(nodes) * law.variance() / law.mean().powi(2);
        if self.nodes() < 2 { 0.0 } else { (self.groups.iter().map(of).sum::<f64>() / float(self.nodes())).sqrt() }
    }

    /// The band of the CV of the shares of one table of equal nodes. The fourth cumulant of a node's number of slots vanishes where N is
    /// large, so that squares add up to χ² of N−1 degrees.
    #[must_use]
    pub fn share_cv_band(&self, tail: Tail) -> Interval {
        // Of few nodes, all may have the same whole number of slots, which a χ² law does not know.
        const FEW: u64 = 10;
        let degrees = self.nodes().saturating_sub(1).max(1);
        let square = chi_square_band(degrees, tail).scaled(self.share_cv().powi(2) / float(degrees));
        Interval { low: if self.nodes() < FEW { 0.0 } else { square.low.sqrt() }, high: square.high.sqrt() }
    }

    /// The root of the mean CV² of the counts of K keys: `√(CV_s²·(1 − 1/K) + (N−1)/K)`.
    #[must_use]
    pub fn count_cv(&self, keys: u64) -> f64 {
        let keys = float(keys);
        (self.share_cv().powi(2) * (1.0 - 1.0 / keys) + float(self.nodes().saturating_sub(1)) / keys).sqrt()
    }

    /// A node's number of slots: mean and standard deviation, where all are equal.
    pub(super) fn slots_of_one(&self) -> (f64, f64) {
        self.groups.first().map_or((0.0, 0.0), |(_, law)| (law.mean(), law.variance().sqrt()))
    }

    /// How many nodes are left once one is gone.
    pub(super) fn survivors(&self) -> u64 {
        self.nodes().saturating_sub(1)
    }

    /// Σ (L − λ)²/Var L over all nodes, where their numbers of slots are L, in the order of the groups; it expects N.
    #[must_use]
    pub fn deviance(&self, shares: &[f64]) -> f64 {
        let laws = self.groups.iter().flat_map(|&(nodes, law)| std::iter::repeat_n(law, usize::try_from(nodes).unwrap_or(0)));
        laws.zip(shares).map(|(law, share)| (share * float(self.slots) - law.mean()).powi(2) / law.variance()).sum()
    }

    /// The chance that some node has more than `multiple` times its part, over sets of names; at most 1. It is the sum of the chances of
    /// single nodes: nearly exact where it is small, since a node has more where others have less.
    #[must_use]
    pub fn chance_above(&self, multiple: f64) -> f64 {
        if self.nodes() < 2 {
            return f64::from(u8::from(multiple < 1.0));
        }
        self.expected_above(multiple).min(1.0)
    }

    /// How many nodes have more than `multiple` times their part, in the mean.
    fn expected_above(&self, multiple: f64) -> f64 {
        self.groups.iter().map(|(nodes, law)| float(*nodes) * law.above(multiple * law.mean())).sum()
    }

    /// How many times its part the busiest node has, at most, in all but the fraction `tail` of the sets of names: as if nodes were
    /// independent.
    #[must_use]
    pub fn quantile(&self, tail: f64) -> f64 {
        if self.nodes() < 2 {
            return 1.0;
        }
        let most = self.groups.iter().map(|(_, law)| float(self.slots) / law.mean()).fold(1.0, f64::max);
        let expected = -(-tail).ln_1p();
        // To a tenth of a slot of the node with the most.
        let digits = 0.1 / self.groups.iter().map(|(_, law)| law.mean()).fold(1.0, f64::max);
        let (mut low, mut high) = (0.0, most);
        while high - low > digits {
            let middle = f64::midpoint(low, high);
            if self.expected_above(middle) <= expected { high = middle } else { low = middle }
        }
        high
    }
}

/// The CV over equal nodes of how many slots have the node among those that `stands` counts, which is given the number of other nodes
/// that are better: among how many of them, and with what chance each is.
///
/// The variance of a sum over all slots is M·(m(1−m) − N/(N−1)·Var p(U)), where p(u) is the chance at the node's own quantile u and m its
/// mean. What is taken off is what single nodes' ranks explain.
fn cv_of(nodes: u64, slots: u64, most: u64, stands: impl Fn(u64) -> bool) -> f64 {
    let n = float(nodes);
    // Beyond, the place is out of reach.
    let reach = ((float(most) + 60.0) / n).min(1.0);
    let chance = |u: f64| {
        let mut term = (1.0 - u).powf(n - 1.0);
        let mut sum = 0.0;
        for better in 0..most.min(nodes) {
            if stands(better) {
                sum += term;
            }
            term *= float(nodes - 1 - better) / float(better + 1) * u / (1.0 - u).max(f64::MIN_POSITIVE);
        }
        sum
    };
    let end = reach.min(1.0 - 1e-12);
    let mean = integrate_by(1_000, 0.0, end, chance);
    let square = integrate_by(1_000, 0.0, end, |u| chance(u).powi(2));
    let variance = mean * (1.0 - mean) - n / (n - 1.0) * (square - mean * mean);
    (variance.max(0.0) / float(slots)).sqrt() / mean
}

/// The CV over equal nodes of how many slots have a node at place `place` of their ranking, counted from 1.
///
/// ```
/// use annulus_eval::stats::dealt::{DealtLaw, share_cv_at};
///
/// let owner = DealtLaw::equal(100, 65_536)?.share_cv();
/// assert!((share_cv_at(100, 65_536, 1) / owner - 1.0).abs() < 1e-3);
/// # Ok::<(), annulus_eval::stats::StatsError>(())
/// ```
#[must_use]
pub fn share_cv_at(nodes: u64, slots: u64, place: u64) -> f64 {
    if nodes < 2 { 0.0 } else { cv_of(nodes, slots, place, |better| better + 1 == place) }
}

/// The CV over equal nodes of how many slots have a node among the first `places` of their ranking.
///
/// ```
/// use annulus_eval::stats::dealt::share_cv_of_first;
///
/// // Many nodes: √(C(2R, R)/4^R·N/(RM))·√(1 − R/N).
/// assert!((share_cv_of_first(100, 16_384, 3) - 0.0248).abs() < 1e-3);
/// ```
#[must_use]
pub fn share_cv_of_first(nodes: u64, slots: u64, places: u64) -> f64 {
    if nodes <= places { 0.0 } else { cv_of(nodes, slots, places, |_| true) }
}

/// Under a cap, and of equal nodes: the most slots that one may have. All rooms together are `⌈cap·M⌉`.
#[must_use]
pub fn room(slots: u64, cap: (u32, u32), nodes: u64) -> u64 {
    let all = (u128::from(slots) * u128::from(cap.0)).div_ceil(u128::from(cap.1.max(1)));
    u64::try_from(all.div_ceil(u128::from(nodes.max(1)))).unwrap_or(u64::MAX).min(slots)
}

/// Under a cap: how many times its part a node may have at most, for a part of all weight. A room is rounded up by less than one slot.
#[must_use]
pub fn most_over_part(slots: u64, cap: (u32, u32), part: f64) -> f64 {
    let all = (u128::from(slots) * u128::from(cap.0)).div_ceil(u128::from(cap.1.max(1)));
    let due = float(u64::try_from(all).unwrap_or(u64::MAX)) * part;
    // A part whose room is a whole number is not rounded, whatever the last bit says.
    float(whole((due - 1e-9).ceil()).min(slots)) / (float(slots) * part)
}

/// How many slots change their owner for each slot of a node that leaves, under a cap: fitted to simulated tables, and not derived.
///
/// The excess over 1 is (0.3 + 0.1·ln N)·N/√M at a cap of 1, within 15 % over N = 10 … 1,000 and M = 2¹⁶ … 2²⁴ while N² ≤ M; and that times
/// e^(−1.9·(c−1)·√(2M/N)) at a cap of c, within 20 %. `None` outside of these.
#[must_use]
pub fn moved_under_cap(slots: u64, cap: f64, nodes: u64) -> Option<f64> {
    let (n, m) = (float(nodes), float(slots));
    let is_fitted = (10..=1_000).contains(&nodes) && (1 << 16..=1 << 24).contains(&slots) && n * n <= m;
    let even = (0.3 + 0.1 * n.ln()) * n / m.sqrt();
    is_fitted.then(|| 1.0 + even * (-1.9 * (cap - 1.0) * (2.0 * m / n).sqrt()).exp())
}

/// What [`moved_under_cap`] leaves open of the excess at a cap of 1.
pub const FITTED_WITHIN: f64 = 0.15;

/// The fraction of slots that keep their owner while weights change from the one list to the other, in the mean over sets of names:
/// `Σ_i 1/Σ_j max(v_j/v_i, w_j/w_i)`, the probability Jaccard similarity of Moulton and Jiang.
///
/// ```
/// use annulus_eval::stats::dealt::kept;
///
/// assert!((kept(&[1.0, 1.0], &[2.0, 2.0]) - 1.0).abs() < 1e-15);
/// // From a half to two thirds.
/// assert!((kept(&[1.0, 1.0], &[2.0, 1.0]) - 5.0 / 6.0).abs() < 1e-15);
/// ```
#[must_use]
pub fn kept(before: &[f64], after: &[f64]) -> f64 {
    let pairs = || before.iter().zip(after);
    pairs().map(|(v, w)| 1.0 / pairs().map(|(other, changed)| (other / v).max(changed / w)).sum::<f64>()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_law_of_places_is_that_of_owners_and_of_many_nodes() {
        for (nodes, slots) in [(2, 65_536), (3, 4_096), (10, 65_536), (1_000, 1 << 20)] {
            let law = DealtLaw::equal(nodes, slots).unwrap();
            let owner = law.share_cv();
            for found in [share_cv_at(nodes, slots, 1), share_cv_of_first(nodes, slots, 1)] {
                assert!((found / owner - 1.0).abs() < 2e-3, "{nodes}: {found} and {owner}");
            }
        }
        // Measured with 300 tables of random orders.
        let measured = [0.0541, 0.0335, 0.0245, 0.0200, 0.0169, 0.0148];
        for (places, measured) in (1..).zip(measured) {
            let found = share_cv_of_first(100, 16_384, places);
            assert!((found / measured - 1.0).abs() < 0.03, "{places}: {found}");
        }
    }

    #[test]
    fn of_two_nodes_the_last_place_is_as_even_as_the_first() {
        let (first, last) = (share_cv_at(2, 4_096, 1), share_cv_at(2, 4_096, 2));
        assert!((first / last - 1.0).abs() < 1e-6, "{first} {last}");
    }

    #[test]
    fn the_busiest_of_weighted_nodes_is_the_lightest() {
        let groups = [Alike { nodes: 10, part: 0.01 }, Alike { nodes: 9, part: 0.1 }];
        let (law, alone) = (DealtLaw::new(65_536, &groups).unwrap(), DealtLaw::equal(100, 65_536).unwrap());
        // Ten nodes of one part in a hundred, where there could be a hundred.
        assert!(law.quantile(0.001) < alone.quantile(0.001) && law.quantile(0.001) > alone.quantile(0.02));
        assert!(DealtLaw::new(65_536, &[Alike { nodes: 3, part: 0.5 }]).is_err());
    }

    #[test]
    fn a_quantile_is_where_its_chance_is() {
        let law = DealtLaw::equal(30, 4_096).unwrap();
        for tail in [0.1, 0.001, 1e-6] {
            let found = law.quantile(tail);
            let slot = 30.0 / 4_096.0;
            assert!(law.chance_above(found) <= tail * 1.1 && law.chance_above(found - slot) >= tail * 0.9, "{tail}: {found}");
        }
        let one = DealtLaw::equal(1, 256).unwrap();
        assert_eq!((one.quantile(0.5), one.chance_above(0.5), one.chance_above(1.0), one.share_cv()), (1.0, 1.0, 0.0, 0.0));
    }

    #[test]
    fn rooms_add_up_to_all_slots_and_what_the_cap_adds() {
        assert_eq!([room(65_536, (1, 1), 100), room(65_536, (102, 100), 100), room(256, (9, 1), 2)], [656, 669, 256]);
        for (cap, nodes) in [((1, 1), 100), ((102, 100), 100), ((1, 1), 64)] {
            let by_part = most_over_part(65_536, cap, 1.0 / float(nodes));
            assert!((by_part - float(room(65_536, cap, nodes)) * float(nodes) / 65_536.0).abs() < 1e-12, "{cap:?} {nodes}");
        }
    }

    /// Of the design's tables, at the ends of what is fitted.
    #[test]
    fn what_moves_under_a_cap_is_near_what_was_simulated() {
        for (slots, nodes, cap, moved) in
            [(1 << 16, 100, 1.0, 1.305), (1 << 16, 100, 1.02, 1.086), (1 << 20, 100, 1.0, 1.073), (1 << 20, 1_000, 1.01, 1.35)]
        {
            let law = moved_under_cap(slots, cap, nodes).unwrap();
            assert!(((law - 1.0) / (moved - 1.0) - 1.0).abs() < 0.2, "{slots} {nodes} {cap}: {law}");
        }
        assert_eq!(moved_under_cap(1 << 16, 1.0, 1_000), None);
    }

    #[test]
    fn one_changed_weight_moves_what_its_share_changes_by() {
        let (before, after) = ([1.0, 2.0, 3.0], [1.0, 5.0, 3.0]);
        assert!((1.0 - kept(&before, &after) - (5.0 / 9.0 - 2.0 / 6.0)).abs() < 1e-12);
    }
}
