//! Tables under a cap: nobody has more than its room, and a node that leaves moves what was fitted, and less than in a table filled in turn.

use annulus_core::Weight;

use super::super::cell::{Cell, compare};
use super::super::count::{index, length};
use super::super::figure::Sheet;
use super::super::gate::Gate;
use super::tables::{firsts, of_set, whole_slots};
use crate::algorithm::{Algorithm, Law};
use crate::keys::generated;
use crate::stats::dealt::{FITTED_WITHIN, most_over_part, moved_under_cap, room};
use crate::stats::slots::TableLaw;
use crate::stats::{Interval, StatsError, float};

/// Rooms of equal and unequal nodes, and what one node that leaves moves.
pub(in super::super) struct UnderCap;

/// The sets of names, and the number of the first.
const TABLES: u32 = 12;
const FIRST_SET: u32 = 3_400_001;

impl Gate for UnderCap {
    fn name(&self) -> &'static str {
        "cap"
    }

    fn random_figures(&self, algorithm: &Algorithm, _: u64) -> Option<u64> {
        (matches!(algorithm.law(), Law::Capped { .. }) && algorithm.tells_shares()).then_some(0)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        let (Law::Capped { slots, cap }, Some(shares)) = (cell.algorithm.law(), cell.subject.shares()) else { return Ok(()) };
        let most = whole_slots(&shares, slots).fold(0.0, f64::max);
        let high = float(room(slots, cap, cell.nodes)) + 1e-6;
        sheet.exact("most slots of a node", most, Interval { low: 0.0, high }, "room");
        unequal(cell, slots, cap, sheet);
        if cell.repetition == 0 { moved(cell, slots, cap, sheet) } else { Ok(()) }
    }
}

/// Weights of 1 to 10.
fn unequal(cell: &Cell<'_>, slots: u64, cap: (u32, u32), sheet: &mut Sheet) {
    let weight = |at: usize| Weight::new(u32::try_from(at % 10).unwrap_or(0) + 1).unwrap_or(Weight::ONE);
    let total: f64 = (0..cell.names.len()).map(|at| f64::from(weight(at).get())).sum();
    match of_set(cell, FIRST_SET, weight) {
        Ok(subject) => {
            let part = |at: usize| f64::from(weight(at).get()) / total;
            let over = |(at, share): (usize, f64)| share / part(at) / most_over_part(slots, cap, part(at));
            let worst = subject.shares().unwrap_or_default().into_iter().enumerate().map(over).fold(0.0, f64::max);
            sheet.exact("share over the most of its weight", worst, Interval { low: 0.0, high: 1.0 + 1e-9 }, "room");
        }
        Err(refusal) => sheet.refused(format!("of weights 1 to 10, {}", cell.told(&refusal))),
    }
}

/// The last node leaves each of several tables.
fn moved(cell: &Cell<'_>, slots: u64, cap: (u32, u32), sheet: &mut Sheet) -> Result<(), StatsError> {
    // What a mean of these tables scatters by. A smaller excess than the least is not fitted as well.
    const SCATTER: f64 = 0.15;
    const LEAST: f64 = 0.02;
    let cap = f64::from(cap.0) / f64::from(cap.1);
    let Some(law) = moved_under_cap(slots, cap, cell.nodes) else { return Ok(()) };
    let digests = firsts(slots, slots);
    let (mut moved, mut own) = (0, 0);
    for table in 0..TABLES {
        let names = generated::node_names(cell.plan.seed, FIRST_SET + table, cell.names.len());
        let before = match of_set(cell, FIRST_SET + table, |_| Weight::ONE) {
            Ok(before) => before,
            Err(refusal) => {
                sheet.refused(cell.told(&refusal));
                return Ok(());
            }
        };
        let (mut after, last) = (before.boxed_clone(), names.len() - 1);
        after.remove(&names[last]);
        let moves = compare(&before.owners(&digests), &*after, &digests, names.len(), |from, _| index(from) == last);
        moved += moves.moved;
        own += moves.before.last().copied().unwrap_or(0);
    }
    let found = float(moved) / float(own.max(1));
    let within = if cap > 1.0 { 2.0 * FITTED_WITHIN } else { FITTED_WITHIN } + SCATTER;
    let band = Interval { low: law - 1.0, high: law - 1.0 }.widened(within);
    let band = Interval { low: if law - 1.0 < LEAST { 0.0 } else { band.low }, high: band.high + LEAST };
    sheet.exact("slots moved needlessly for each of a node that leaves", found - 1.0, band, "capped-fitted");
    // A table of that many slots for nodes that take turns.
    if let Some(turns) = TableLaw::new(length(cell.names.len()), slots)?.moved_over_least() {
        let band = Interval { low: 0.0, high: turns - 1.0 };
        sheet.exact("the same, under what turns move", found - 1.0, band, "table-interpolated");
    }
    Ok(())
}
