//! A table of slots: how evenly they are shared, and how much a change of members disturbs it.

use super::error::{StatsError, require};
use super::interval::Interval;
use super::numeric::float;

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

    /// About what fraction of all keys moves between survivors when one node joins or leaves:
    /// min(¼·ln N/√M, (ln N − 1)/N).
    ///
    /// Within some 20 % for N of 10 and more where N² < M/40, and up to 40 % too low around N² ≈ M. `None` below 10
    /// nodes, where it is wrong.
    #[must_use]
    pub fn rough_collateral(self) -> Option<f64> {
        const LEAST_NODES: u64 = 10;
        let ln_nodes = float(self.nodes).ln();
        let growing = 0.25 * ln_nodes / float(self.slots).sqrt();
        let saturated = (ln_nodes - 1.0) / float(self.nodes);
        (self.nodes >= LEAST_NODES).then(|| growing.min(saturated))
    }

    /// About how many times the least possible number of keys moves when one node leaves: 1 + N·collateral.
    #[must_use]
    pub fn rough_moved_over_least(self) -> Option<f64> {
        self.rough_collateral().map(|collateral| float(self.nodes).mul_add(collateral, 1.0))
    }
}
