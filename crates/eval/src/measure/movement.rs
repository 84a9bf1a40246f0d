//! What a change of members did to the keys: who had them before, and who has them after.

use annulus_core::Digest;
use rayon::prelude::*;

use crate::algorithm::{Algorithm, Law, NodeId};
use crate::record::{Checksum, Metric, Record, Unit};
use crate::stats::dealt::moved_under_cap;
use crate::stats::slots::TableLaw;
use crate::stats::{Interval, float, remap};

use super::count::ratio;
use super::error::MeasureError;
use super::row::Band;
use super::side::Side;
use super::tally::{BLOCK, add};

/// What one change did to the keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Movement {
    /// Keys by node id, before and after.
    pub(super) before: Vec<u64>,
    pub(super) after: Vec<u64>,
    pub(super) moved: u64,
    /// Keys of the nodes that join or leave: those that had to move.
    pub(super) own: u64,
    /// Moved without need: between two nodes that were there before and after.
    pub(super) collateral: u64,
    /// Answers that name no node.
    pub(super) invalid: u64,
    pub(super) checksum: u64,
}

impl Movement {
    pub(super) fn of_nodes(ids: usize) -> Self {
        Self { before: vec![0; ids], after: vec![0; ids], ..Self::default() }
    }

    /// From one list of owners to the other; `is_own` tells the keys that had to move from where they were and where they
    /// are.
    pub(super) fn between(
        before: &[Option<NodeId>],
        after: &[Option<NodeId>],
        ids: usize,
        is_own: impl Fn(NodeId, NodeId) -> bool + Sync,
    ) -> Self {
        let nothing = || Self::of_nodes(ids);
        let blocks = before.par_chunks(BLOCK).zip(after.par_chunks(BLOCK)).fold(nothing, |mut movement, (before, after)| {
            for (&from, &to) in before.iter().zip(after) {
                movement.count(&is_own, from, to);
            }
            movement
        });
        blocks.reduce(nothing, |left, right| left.joined(&right))
    }

    pub(super) fn joined(mut self, other: &Self) -> Self {
        add(&mut self.before, &other.before);
        add(&mut self.after, &other.after);
        self.moved += other.moved;
        self.own += other.own;
        self.collateral += other.collateral;
        self.invalid += other.invalid;
        self.checksum = self.checksum.wrapping_add(other.checksum);
        self
    }

    /// Counts one key.
    #[inline]
    pub(super) fn count(&mut self, is_own: impl Fn(NodeId, NodeId) -> bool, from: Option<NodeId>, to: Option<NodeId>) {
        let (Some(from), Some(to)) = (from, to) else {
            self.invalid += 1;
            return;
        };
        self.before[from as usize] += 1;
        self.after[to as usize] += 1;
        let is_own = is_own(from, to);
        self.moved += u64::from(from != to);
        self.own += u64::from(is_own);
        self.collateral += u64::from(from != to && !is_own);
        self.checksum = self.checksum.wrapping_add(annulus_core::mix(u64::from(from), u64::from(to)));
    }

    /// The movement alone, without who had what.
    ///
    /// # Errors
    /// None: the two lists of counts are of the same nodes.
    pub(super) fn moves(&self) -> Result<Moves, MeasureError> {
        Ok(Moves {
            keys: self.before.iter().sum(),
            moved: self.moved,
            least: remap::least(&self.before, &self.after)?,
            own: self.own,
            collateral: self.collateral,
            invalid: self.invalid,
            checksum: self.checksum,
        })
    }
}

/// What several changes did together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Moves {
    /// Keys that were asked for, once for each change.
    pub(super) keys: u64,
    pub(super) moved: u64,
    /// The least that can have moved between these counts, change by change.
    pub(super) least: u64,
    pub(super) own: u64,
    pub(super) collateral: u64,
    pub(super) invalid: u64,
    pub(super) checksum: u64,
}

/// What is promised and known of a movement.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// Whether nothing may move needlessly.
    pub(super) is_minimal: bool,
    pub(super) moved: Band,
    /// The movement over the changed nodes' own keys, where more moves than must.
    pub(super) over_own: Band,
    /// The fraction that moves needlessly, where some does.
    pub(super) collateral: Band,
}

impl Moves {
    pub(super) fn joined(self, other: Self) -> Self {
        Self {
            keys: self.keys + other.keys,
            moved: self.moved + other.moved,
            least: self.least + other.least,
            own: self.own + other.own,
            collateral: self.collateral + other.collateral,
            invalid: self.invalid + other.invalid,
            checksum: self.checksum.wrapping_add(other.checksum),
        }
    }

    /// What is wrong with the counts themselves, so that nothing can be said of the movement.
    pub(super) fn fault(&self, row: impl Fn(Metric, Unit) -> Record) -> Option<Record> {
        let row = |metric, unit| row(metric, unit).checked(Checksum(self.checksum));
        if self.invalid > 0 {
            return Some(row(Metric::Invalid, Unit::Keys).failed(format!("{} answers name no node", self.invalid)));
        }
        let why = || format!("{} keys moved, fewer than the {} that must have: the counts are wrong", self.moved, self.least);
        (self.moved < self.least).then(|| row(Metric::Moved, Unit::Fraction).failed(why()))
    }

    /// How much moved, how much had to, and how much between nodes that stayed.
    pub(super) fn records(&self, known: &Known, row: impl Fn(Metric, Unit) -> Record) -> Vec<Record> {
        let row = |metric, unit| row(metric, unit).checked(Checksum(self.checksum));
        let least = Band::expect("minimal", 1.0).within(Interval { low: 1.0, high: 1.0 }).gate();
        let none = Band::zero("minimal");
        let (over_own, collateral) = if known.is_minimal { (least, none) } else { (known.over_own, known.collateral) };
        // Nodes without a single key have nothing to move, and the ratio does not exist.
        let over = |metric, whole, band: &Band| {
            let row = row(metric, Unit::Ratio);
            if whole == 0 { row } else { row.judged(ratio(self.moved, whole), band) }
        };
        let fraction = |metric, count, band: &Band| row(metric, Unit::Fraction).judged(ratio(count, self.keys), band);
        vec![
            fraction(Metric::Moved, self.moved, &known.moved),
            fraction(Metric::Least, self.least, &Band::NONE),
            over(Metric::MovedOverLeast, self.least, &least.only_if(known.is_minimal)),
            fraction(Metric::Own, self.own, &Band::NONE),
            over(Metric::MovedOverOwn, self.own, &over_own),
            fraction(Metric::Collateral, self.collateral, &collateral),
            row(Metric::Violations, Unit::Keys).judged(float(self.collateral), &none.only_if(known.is_minimal)),
        ]
    }
}

/// What theory says of the keys that move between survivors when one node joins or leaves, where some do.
pub(super) fn collateral_of_one(algorithm: &Algorithm, nodes: u64) -> Band {
    table(algorithm, nodes, TableLaw::collateral, |moved| (moved - 1.0) / float(nodes))
}

/// What theory says of the movement over that node's own keys.
pub(super) fn over_own_of_one(algorithm: &Algorithm, nodes: u64) -> Band {
    table(algorithm, nodes, TableLaw::moved_over_least, |moved| moved)
}

/// `of` asks the law of a table; `fitted` makes the same of what moves over what must, where that is fitted.
fn table(algorithm: &Algorithm, nodes: u64, of: fn(TableLaw) -> Option<f64>, fitted: impl Fn(f64) -> f64) -> Band {
    match algorithm.law() {
        Law::Slots { slots } => {
            let expected = TableLaw::new(nodes, slots).ok().and_then(of);
            expected.map_or(Band::NONE, |expected| Band::expect("table-interpolated", expected))
        }
        Law::Capped { slots, cap } => {
            let moved = moved_under_cap(slots, f64::from(cap.0) / f64::from(cap.1), nodes);
            moved.map_or(Band::NONE, |moved| Band::expect("capped-fitted", fitted(moved)))
        }
        _ => Band::NONE,
    }
}

/// The owners of all digests, on all cores.
pub(super) fn owners(side: &Side, digests: &[Digest]) -> Vec<Option<NodeId>> {
    digests.par_chunks(BLOCK).flat_map_iter(|digests| side.owners(digests)).collect()
}

/// How many of the first answers differ, as far as the shorter list goes.
pub(super) fn differing(left: &[Option<NodeId>], right: &[Option<NodeId>]) -> u64 {
    left.iter().zip(right).filter(|(left, right)| left != right).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_move_between_nodes_that_stay_are_collateral() {
        // Node 2 leaves; one key of node 0 goes to node 1 for nothing.
        let before = [0, 0, 1, 2, 2].map(Some);
        let after = [Some(0), Some(1), Some(1), Some(0), Some(1)];
        let movement = Movement::between(&before, &after, 3, |from, to| from == 2 || to == 2);
        assert_eq!((movement.before.as_slice(), movement.after.as_slice()), (&[2, 1, 2][..], &[2, 3, 0][..]));
        let moves = movement.moves().unwrap();
        assert_eq!((moves.keys, moves.moved, moves.own, moves.collateral, moves.least), (5, 3, 2, 1, 2));
        let twice = moves.joined(moves);
        assert_eq!((twice.keys, twice.moved, twice.least), (10, 6, 4));
        assert_eq!(Movement::between(&[None], &[Some(0)], 1, |_, _| true).invalid, 1);
    }
}
