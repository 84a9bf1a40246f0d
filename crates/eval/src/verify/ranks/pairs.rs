//! Pairs of slots: neighbours, slots three apart, and slots half a table apart have one owner as often as chance says.

use annulus_core::Weight;

use super::super::cell::Cell;
use super::super::count::length;
use super::super::figure::{Sheet, each};
use super::super::gate::Gate;
use super::tables::{firsts, of_set, set, slots_of, tables};
use crate::algorithm::{Algorithm, NodeId};
use crate::stats::dealt::DealtLaw;
use crate::stats::{Interval, StatsError, float, remap};

/// How often two slots have one owner.
pub(in super::super) struct Pairs;

const FIRST_SET: u32 = 3_200_001;

/// Beyond, one owner is too rare to be counted.
const MOST_NODES: u64 = 100;

impl Gate for Pairs {
    fn name(&self) -> &'static str {
        "slot pairs"
    }

    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64> {
        slots_of(algorithm).filter(|_| (2..=MOST_NODES).contains(&nodes)).map(|_| 1)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        let Some(slots) = slots_of(cell.algorithm) else { return Ok(()) };
        let digests = firsts(slots, slots);
        let count = tables(slots, 1 << 22, 1, 64);
        let mut found = [Counted::default(); 3];
        for table in 0..count {
            match of_set(cell, set(cell, FIRST_SET, count, table), |_| Weight::ONE) {
                Ok(subject) => take(&subject.owners(&digests), &mut found),
                Err(refusal) => {
                    sheet.refused(cell.told(&refusal));
                    return Ok(());
                }
            }
        }
        let chance = chance_of_one_owner(cell.nodes, slots)?;
        let tail = each(cell.tail, length(found.len()));
        let figures = found.map(|counted| counted.figure(chance, |pairs| remap::binomial_band(pairs, chance, tail)));
        sheet.worst("pairs of slots with one owner over what chance gives", figures, "dealt-pairs");
        Ok(())
    }
}

/// Pairs, and those with one owner.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    pairs: u64,
    of_one: u64,
}

impl Counted {
    fn take(&mut self, owners: &[NodeId], one: usize, other: usize) {
        self.pairs += 1;
        self.of_one += u64::from(owners[one] == owners[other]);
    }

    /// What was found over what is expected, and its band.
    fn figure(self, chance: f64, band: impl Fn(u64) -> Interval) -> (f64, Interval) {
        // The orders are right within this.
        const WITHIN: f64 = 0.003;
        let expected = 1.0 / (chance * float(self.pairs));
        (float(self.of_one) * expected, band(self.pairs).scaled(expected).widened(WITHIN))
    }
}

/// Counts pairs of which no two have a slot in common: neighbours, slots three apart, and slots half a table apart.
fn take(owners: &[NodeId], found: &mut [Counted; 3]) {
    let slots = owners.len();
    (0..slots).step_by(2).for_each(|slot| found[0].take(owners, slot, slot + 1));
    (0..slots - 3).filter(|slot| slot % 6 < 3).for_each(|slot| found[1].take(owners, slot, slot + 3));
    (0..slots / 2).for_each(|slot| found[2].take(owners, slot, slot + slots / 2));
}

/// The chance that two different slots have one owner: the squares of all numbers of slots are those of slots with themselves and of all
/// pairs.
fn chance_of_one_owner(nodes: u64, slots: u64) -> Result<f64, StatsError> {
    let (n, m) = (float(nodes), float(slots));
    let squares = m * m / n * (1.0 + DealtLaw::equal(nodes, slots)?.share_cv().powi(2));
    Ok((squares - m) / (m * (m - 1.0)))
}
