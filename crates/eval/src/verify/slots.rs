//! Algorithms whose shares are slots of a table: how many each node has, and how much a removal disturbs the others.

use std::ops::RangeInclusive;

use crate::algorithm::{Algorithm, Law};
use crate::keys::generated;
use crate::stats::slots::{MEDIAN_COLLATERAL_TABLES, TableLaw, median_collateral_gate};
use crate::stats::{Interval, StatsError, float, intervals};

use super::cell::{Cell, compare, equal};
use super::count::{index, length, position};
use super::figure::Sheet;
use super::gate::Gate;

/// Every node has ⌊M/N⌋ or ⌈M/N⌉ slots, counted by way of the exact shares.
///
/// Keys are blind to a node that forfeits its turn where the slot is taken: at ten nodes its shares differ by about one
/// percent, and its collateral is 0, which looks like a virtue.
pub(super) struct Slots;

impl Gate for Slots {
    fn name(&self) -> &'static str {
        "slots"
    }

    fn random_figures(&self, algorithm: &Algorithm, _: u64) -> Option<u64> {
        (slots_of(algorithm).is_some() && algorithm.tells_shares()).then_some(0)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        if let (Some(slots), Some(shares)) = (slots_of(cell.algorithm), cell.subject.shares()) {
            judge(&shares, slots, sheet)?;
        }
        Ok(())
    }
}

/// The slots of the algorithm's table, if it has one.
pub(super) fn slots_of(algorithm: &Algorithm) -> Option<u64> {
    match algorithm.law() {
        Law::Slots { slots } => Some(slots),
        _ => None,
    }
}

/// Judges the slots of equal nodes.
pub(super) fn judge(shares: &[f64], slots: u64, sheet: &mut Sheet) -> Result<(), StatsError> {
    let (fewest, most) = TableLaw::new(length(shares.len()), slots)?.slots_a_node();
    let band = Interval { low: float(fewest), high: float(most) };
    // A share is a number of slots over all slots, so the product is whole up to rounding.
    let counts = || shares.iter().map(|share| round_to_whole(share * float(slots)));
    sheet.exact("fewest slots of a node", counts().fold(f64::INFINITY, f64::min), band, "table-slots");
    sheet.exact("most slots of a node", counts().fold(0.0, f64::max), band, "table-slots");
    Ok(())
}

/// The nearest whole number, if it is as near as rounding errors are.
pub(super) fn round_to_whole(value: f64) -> f64 {
    const ROUNDING: f64 = 1e-6;
    if (value - value.round()).abs() < ROUNDING { value.round() } else { value }
}

/// The median over 21 tables of the fraction of keys that move between survivors when the last node leaves.
///
/// Single tables scatter: a bound on each would fail a true one two times out of three.
pub(super) struct Collateral;

/// Numbers of the sets of names that only this gate uses.
const SETS: RangeInclusive<u32> = 1_000_001..=1_000_021;

impl Gate for Collateral {
    fn name(&self) -> &'static str {
        "collateral"
    }

    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64> {
        median_collateral_gate(nodes, slots_of(algorithm)?).map(|_| 0)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        // The sampling error of .0023 of that many keys is 5 %, of the median of 21 less: little beside 35 %.
        const KEYS: usize = 200_000;
        let band = slots_of(cell.algorithm).and_then(|slots| median_collateral_gate(cell.nodes, slots));
        // The tables are the same under every seed of the plan, so once is enough.
        let (Some(band), 0) = (band, cell.repetition) else { return Ok(()) };
        let digests = cell.some_digests(KEYS);
        let mut fractions = Vec::with_capacity(MEDIAN_COLLATERAL_TABLES);
        for set in SETS {
            let names = generated::node_names(cell.plan.seed, set, position(cell.nodes));
            let before = match equal(cell.algorithm, None, &names) {
                Ok(subject) => subject,
                Err(refusal) => {
                    sheet.refused(cell.told(&refusal));
                    return Ok(());
                }
            };
            let mut after = before.boxed_clone();
            let last = names.len() - 1;
            after.remove(&names[last]);
            let moves = compare(&before.owners(digests), &*after, digests, names.len(), |from, _| index(from) == last);
            fractions.push(float(moves.needless) / float(digests.len()));
        }
        let median = intervals::median(&fractions, 0.95)?.value;
        sheet.exact("median collateral of 21 tables", median, band, "table-simulated");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_of_as_many_tables_as_the_band_was_made_for() {
        assert_eq!(SETS.count(), MEDIAN_COLLATERAL_TABLES);
    }

    #[test]
    fn a_node_with_a_slot_too_few_is_seen() {
        let failures = |shares: &[f64]| {
            let mut sheet = Sheet::new(0);
            judge(shares, 7, &mut sheet).unwrap();
            sheet.failures.len()
        };
        assert_eq!(failures(&[3.0 / 7.0, 2.0 / 7.0, 2.0 / 7.0]), 0);
        assert_eq!(failures(&[4.0 / 7.0, 2.0 / 7.0, 1.0 / 7.0]), 2);
    }
}
