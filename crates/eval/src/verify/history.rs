//! Many changes after one another, against a fresh build: what a single change does not show.

use annulus_core::{DependsOn, Weight};
use rand::RngExt;

use crate::algorithm::{Algorithm, Subject};
use crate::keys::generated::{self, Purpose};
use crate::stats::StatsError;

use super::cell::{Cell, differing, differing_orders, differing_shares};
use super::count::position;
use super::figure::Sheet;
use super::gate::Gate;

/// A hundred and sixty changes that cross powers of two upwards and downwards, compared with a fresh build on the way.
pub(super) struct History;

/// Nodes that join (`true`) or leave, in this order. Two always stay: a leave among two is skipped.
const STRETCHES: [(bool, usize); 4] = [(true, 40), (false, 50), (true, 45), (false, 25)];

/// After how many changes the state is compared.
const COMPARED: usize = 8;

/// Digests that are compared.
const DIGESTS: usize = 3_000;

/// Digests whose preference order is compared.
const ORDERS: usize = 100;

impl Gate for History {
    fn name(&self) -> &'static str {
        "history"
    }

    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64> {
        // What depends on its history may, and a fresh build has another.
        (algorithm.properties().depends_on != DependsOn::History && nodes > 1).then_some(0)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        let mut walk = Walk::new(cell);
        let mut changes = 0;
        for (joins, count) in STRETCHES {
            for _ in 0..count {
                let changed = if joins { walk.join() } else { walk.leave() };
                if let Err(why) = changed {
                    sheet.refused(why);
                    return Ok(());
                }
                changes += 1;
                if changes % COMPARED == 0 {
                    walk.compare(changes, sheet);
                }
            }
        }
        Ok(())
    }
}

/// A membership that changes step by step.
struct Walk<'a> {
    cell: &'a Cell<'a>,
    subject: Box<dyn Subject>,
    generator: rand_chacha::ChaCha8Rng,
    /// Names that were never members.
    waiting: std::ops::Range<usize>,
    names: Vec<String>,
    /// Positions among the names of those that are members, in their own order.
    members: Vec<usize>,
}

impl<'a> Walk<'a> {
    fn new(cell: &'a Cell<'a>) -> Self {
        let joining: usize = STRETCHES.iter().filter(|(joins, _)| *joins).map(|(_, count)| count).sum();
        let (here, all) = (cell.names.len(), cell.names.len() + joining);
        let names = generated::node_names(cell.plan.seed, cell.repetition, all);
        let generator = generated::generator(cell.plan.seed, Purpose::History, cell.repetition);
        Self { cell, subject: cell.subject.boxed_clone(), generator, waiting: here..all, names, members: (0..here).collect() }
    }

    fn join(&mut self) -> Result<(), String> {
        let Some(new) = self.waiting.next() else { return Ok(()) };
        let id = u32::try_from(new).unwrap_or(u32::MAX - 1);
        self.subject.add(&[(&self.names[new], Weight::ONE, id)]).map_err(|refusal| self.cell.told(&refusal))?;
        self.members.push(new);
        Ok(())
    }

    /// Any of them leaves, and every other time the one before the last, to whose place the last moves.
    fn leave(&mut self) -> Result<(), String> {
        let len = self.members.len();
        if len < 3 {
            return Ok(());
        }
        let next_to_last = self.subject.ids().get(len - 2).copied().map(u64::from).map(position);
        let at = match next_to_last.filter(|_| len.is_multiple_of(2)) {
            Some(id) => self.members.iter().position(|&member| member == id).unwrap_or(0),
            None => self.generator.random_range(0..len),
        };
        let gone = self.members.remove(at);
        self.subject.remove(&self.names[gone]);
        Ok(())
    }

    fn compare(&self, changes: usize, sheet: &mut Sheet) {
        let digests = self.cell.some_digests(DIGESTS);
        let unlike = self.subject.fresh().map_or(u64::MAX, |fresh| {
            differing(&self.subject.owners(digests), &*fresh, digests)
                + differing_orders(&*self.subject, &*fresh, &digests[..digests.len().min(ORDERS)])
                + differing_shares(&*self.subject, &*fresh)
        });
        sheet.none(format!("answers unlike a fresh build's after {changes} changes"), unlike, "fresh build");
    }
}
