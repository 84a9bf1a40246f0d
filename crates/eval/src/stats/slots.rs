//! A table of slots: how evenly they are shared, and how much a change of members disturbs it.

use super::error::{StatsError, require};
use super::interval::Interval;
use super::numeric::{cells_hit, float};

/// A table of M slots for N nodes of equal weight.
///
/// ```
/// use annulus_eval::stats::slots::TableLaw;
///
/// let law = TableLaw::new(1000, 65_537)?;
/// assert_eq!(law.slots_a_node(), (65, 66));
/// assert!((law.max_over_mean() - 1.00706).abs() < 5e-6);
/// # Ok::<(), annulus_eval::stats::StatsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableLaw {
    nodes: u64,
    slots: u64,
}

/// A median over tables of the fraction of all keys that move between survivors when one node leaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MedianCollateral {
    /// How many nodes there were.
    pub nodes: u64,
    /// The median of the fraction.
    pub fraction: f64,
}

/// Medians of the collateral at M = 65,537, by simulation of the paper's table: no formula is known.
///
/// The median of 21 tables lies within 35 % of them (see [`median_collateral_gate`]). Single tables do not: at N = 10
/// the upper tail is heavy (the 99th percentile is .0051).
pub const MEDIAN_COLLATERAL_65537: [MedianCollateral; 3] = [
    MedianCollateral { nodes: 10, fraction: 0.002_28 },
    MedianCollateral { nodes: 30, fraction: 0.003_79 },
    MedianCollateral { nodes: 100, fraction: 0.005_63 },
];

/// Slots of the simulated tables.
pub const SIMULATED_SLOTS: [u64; 13] =
    [1_009, 2_003, 5_003, 10_007, 20_011, 40_009, 65_537, 131_071, 262_147, 655_373, 1_300_021, 2_500_009, 5_000_011];

/// Nodes of the simulated tables.
pub const SIMULATED_NODES: [u64; 10] = [10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/// How many slots change their owner for each slot of a node that leaves: a row for each of [`SIMULATED_SLOTS`], a column for each of
/// [`SIMULATED_NODES`]; 0 where a node has fewer than three slots.
///
/// Means of 24 to 1,000 tables of the paper's construction. Their standard errors are below 2 % of what is above 1 from 50 nodes on, and
/// below 10 % for fewer.
pub const SIMULATED_MOVED: [[f64; 10]; 13] = [
    [1.2508, 1.7210, 3.483, 4.560, 5.231, 0.0, 0.0, 0.0, 0.0, 0.0],
    [1.1671, 1.4756, 2.697, 4.386, 5.228, 6.092, 0.0, 0.0, 0.0, 0.0],
    [1.1014, 1.2832, 1.9801, 3.723, 5.125, 6.195, 6.844, 0.0, 0.0, 0.0],
    [1.0681, 1.1926, 1.6547, 2.614, 4.833, 6.154, 6.853, 7.524, 0.0, 0.0],
    [1.0469, 1.1300, 1.4428, 2.089, 4.104, 6.068, 6.867, 7.563, 8.482, 0.0],
    [1.0310, 1.0885, 1.2978, 1.7221, 2.768, 5.844, 6.813, 7.610, 8.565, 9.069],
    [1.0244, 1.0673, 1.2228, 1.5630, 2.474, 5.516, 6.776, 7.585, 8.490, 9.258],
    [1.0159, 1.0462, 1.1521, 1.3625, 1.9184, 4.511, 6.557, 7.486, 8.506, 9.145],
    [1.0114, 1.0309, 1.1004, 1.2428, 1.6059, 2.903, 6.045, 7.413, 8.444, 9.212],
    [1.0072, 1.0195, 1.0612, 1.1388, 1.3440, 2.194, 4.290, 6.937, 8.496, 9.226],
    [1.0044, 1.0138, 1.0414, 1.0931, 1.2229, 1.7277, 2.961, 6.195, 8.356, 9.201],
    [1.0033, 1.0093, 1.0299, 1.0659, 1.1521, 1.4680, 2.319, 4.696, 8.088, 9.137],
    [1.0020, 1.0062, 1.0202, 1.0449, 1.1015, 1.3061, 1.7457, 3.085, 7.554, 9.010],
];

/// How many tables the gate of the median takes.
pub const MEDIAN_COLLATERAL_TABLES: usize = 21;

/// The interval of the median collateral of [`MEDIAN_COLLATERAL_TABLES`] tables, where it is known.
#[must_use]
pub fn median_collateral_gate(nodes: u64, slots: u64) -> Option<Interval> {
    const WITHIN: f64 = 0.35;
    let known = MEDIAN_COLLATERAL_65537.iter().find(|known| known.nodes == nodes && slots == 65_537)?;
    Some(Interval { low: known.fraction, high: known.fraction }.widened(WITHIN))
}

impl TableLaw {
    /// The law of a table of that many slots for that many nodes.
    ///
    /// # Errors
    /// No nodes, or fewer slots than nodes.
    pub fn new(nodes: u64, slots: u64) -> Result<Self, StatsError> {
        require(nodes > 0, "the number of nodes", "at least 1", float(nodes))?;
        require(slots >= nodes, "the number of slots", "at least the number of nodes", float(slots))?;
        Ok(Self { nodes, slots })
    }

    /// The fewest and the most slots that a node may have: ⌊M/N⌋ and ⌈M/N⌉.
    #[must_use]
    pub fn slots_a_node(self) -> (u64, u64) {
        (self.slots / self.nodes, self.slots.div_ceil(self.nodes))
    }

    /// ⌈M/N⌉·N/M.
    #[must_use]
    pub fn max_over_mean(self) -> f64 {
        float(self.slots_a_node().1) * float(self.nodes) / float(self.slots)
    }

    /// ⌊M/N⌋·N/M.
    #[must_use]
    pub fn min_over_mean(self) -> f64 {
        float(self.slots_a_node().0) * float(self.nodes) / float(self.slots)
    }

    /// The CV of the shares: √(r(N−r))/M with r = M mod N.
    #[must_use]
    pub fn share_cv(self) -> f64 {
        let rest = float(self.slots % self.nodes);
        (rest * (float(self.nodes) - rest)).sqrt() / float(self.slots)
    }

    /// The root of the mean CV² of the counts of K keys: `√(CV_s² + (N−1)/K)`.
    #[must_use]
    pub fn count_cv(self, keys: u64) -> f64 {
        (self.share_cv().powi(2) + float(self.nodes - 1) / float(keys)).sqrt()
    }

    /// About how many survivors take over any of a failed node's `orphans`.
    ///
    /// The keys hit S·(1 − (1 − 1/S)^O) of the node's S = M/N slots, and each of these goes to a survivor as if drawn.
    ///
    /// ```
    /// use annulus_eval::stats::slots::TableLaw;
    ///
    /// assert_eq!(TableLaw::new(1_000, 65_537)?.expected_receivers_of(1_000).round(), 63.0);
    /// # Ok::<(), annulus_eval::stats::StatsError>(())
    /// ```
    #[must_use]
    pub fn expected_receivers_of(self, orphans: u64) -> f64 {
        self.receivers_of(self.slots_hit(orphans).0)
    }

    /// How many of a node's slots its `orphans` hit: the mean, and a bound of the standard deviation, as if slots were independent.
    pub(super) fn slots_hit(self, orphans: u64) -> (f64, f64) {
        let own = float(self.slots) / float(self.nodes);
        let missed = (1.0 - 1.0 / own.max(1.0)).powf(float(orphans));
        (own * (1.0 - missed), (own * missed * (1.0 - missed)).sqrt())
    }

    /// A bound of the chance that a survivor cannot inherit any slot of a node.
    ///
    /// Nodes try slots in equal steps. Where the one's step is a small multiple of the other's, or of a part of it, both come to
    /// common slots in one order, and neither is second there. In simulated tables, with 251 to 655,373 slots, a survivor is left
    /// without by this at 4.1·10⁻⁴·N³/M at most. From some 150 nodes on 65,537 slots on, more are left without by chance, and the
    /// steps add none.
    pub(super) fn related(self) -> f64 {
        const MOST: f64 = 0.2;
        (float(self.nodes).powi(3) / (2_000.0 * float(self.slots))).min(MOST)
    }

    /// How many nodes are left once one is gone.
    pub(super) fn survivors(self) -> u64 {
        self.nodes - 1
    }

    /// The survivors that take over `slots` slots of one node.
    pub(super) fn receivers_of(self, slots: f64) -> f64 {
        if self.nodes < 2 { 0.0 } else { cells_hit(float(self.nodes - 1), slots) }
    }

    /// How many times the least possible number of keys moves when one node leaves: from simulated tables, and interpolated between
    /// their sizes. `None` outside of [`SIMULATED_NODES`] and [`SIMULATED_SLOTS`].
    ///
    /// ```
    /// use annulus_eval::stats::slots::TableLaw;
    ///
    /// let moved = |nodes, slots| TableLaw::new(nodes, slots).unwrap().moved_over_least().unwrap();
    /// assert!((moved(100, 65_537) - 1.562).abs() < 0.01);
    /// assert!(moved(200, 65_537) > moved(100, 65_537) && moved(200, 65_537) < moved(300, 65_537));
    /// ```
    #[must_use]
    pub fn moved_over_least(self) -> Option<f64> {
        let (row, down) = place(&SIMULATED_SLOTS, self.slots)?;
        let (column, right) = place(&SIMULATED_NODES, self.nodes)?;
        // Few slots move as if at random, and what is moved in excess of the least nears ln N − 1. The logarithm of the odds of that
        // is nearly straight between the sizes.
        let most = |nodes: u64| float(nodes).ln() - 1.0;
        let odds = |row: usize, column: usize| {
            let moved = *SIMULATED_MOVED.get(row)?.get(column)?;
            let part = ((moved - 1.0) / most(SIMULATED_NODES[column])).min(0.999);
            (moved > 0.0).then(|| (part / (1.0 - part)).ln())
        };
        let between = |row| {
            let left = odds(row, column)?;
            if right == 0.0 { Some(left) } else { Some(left + right * (odds(row, column + 1)? - left)) }
        };
        let upper = between(row)?;
        let odds = if down == 0.0 { upper } else { upper + down * (between(row + 1)? - upper) };
        Some(1.0 + most(self.nodes) / (1.0 + (-odds).exp()))
    }

    /// The fraction of all keys that moves between survivors when one node leaves, from the same tables.
    #[must_use]
    pub fn collateral(self) -> Option<f64> {
        self.moved_over_least().map(|moved| (moved - 1.0) / float(self.nodes))
    }
}

/// Between which of the rising sizes a size lies, and how far towards the next, in logarithms.
fn place(sizes: &[u64], size: u64) -> Option<(usize, f64)> {
    let after = sizes.partition_point(|&known| known <= size);
    let before = after.checked_sub(1)?;
    if sizes[before] == size {
        return Some((before, 0.0));
    }
    let (low, high) = (float(sizes[before]), float(*sizes.get(after)?));
    Some((before, (float(size) / low).ln() / (high / low).ln()))
}
