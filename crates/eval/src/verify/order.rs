//! What answers depend on: asked twice they are the same, and for a function of the set nothing of arrival is in them.

use annulus_core::{DependsOn, Weight};
use rand::seq::SliceRandom;

use crate::algorithm::{Algorithm, NewMember, Subject};
use crate::keys::generated::{self, Purpose};
use crate::stats::StatsError;

use super::cell::{Cell, differing, differing_orders, differing_shares};
use super::figure::Sheet;
use super::gate::Gate;

/// Another order of arrival, a node that left and came back, the same question twice.
pub(super) struct Order;

/// A difference in a thousandth of one percent of the answers is seen with near certainty.
const DIGESTS: usize = 1_000_000;

impl Gate for Order {
    fn name(&self) -> &'static str {
        "order"
    }

    fn random_figures(&self, algorithm: &Algorithm, _: u64) -> Option<u64> {
        // What depends on its history may, and nothing is promised.
        (algorithm.properties().depends_on != DependsOn::History).then_some(0)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        let digests = cell.some_digests(DIGESTS);
        let again = cell.subject.boxed_clone();
        sheet.none("answers that a second question changes", differing(&cell.owners, &*again, digests), "determinism");
        if cell.algorithm.properties().depends_on == DependsOn::Set {
            let mut order: Vec<usize> = (0..cell.names.len()).collect();
            order.shuffle(&mut generated::generator(cell.plan.seed, Purpose::Order, cell.repetition));
            permuted(cell, &order, sheet);
            returned(cell, sheet);
        }
        Ok(())
    }
}

fn permuted(cell: &Cell<'_>, order: &[usize], sheet: &mut Sheet) {
    let mut other = cell.algorithm.subject(None);
    if other.add(&arrivals(&cell.names, order)).is_err() {
        return sheet.none("orders of arrival refused", 1, "set");
    }
    let digests = cell.some_digests(DIGESTS);
    sheet.none("answers that depend on arrival", differing(&cell.owners, &*other, digests), "set");
    sheet.none("orders that depend on arrival", differing_orders(&*cell.subject, &*other, digests), "set");
    sheet.none("shares that depend on arrival", differing_shares(&*cell.subject, &*other), "set");
}

/// One node leaves and comes back.
fn returned(cell: &Cell<'_>, sheet: &mut Sheet) {
    let mut other: Box<dyn Subject> = cell.subject.boxed_clone();
    other.remove(&cell.names[0]);
    if other.add(&[(&cell.names[0], Weight::ONE, 0)]).is_err() {
        return sheet.none("returns refused", 1, "set");
    }
    let digests = cell.some_digests(DIGESTS);
    sheet.none("answers that a return changes", differing(&cell.owners, &*other, digests), "set");
    sheet.none("orders that a return changes", differing_orders(&*cell.subject, &*other, digests), "set");
    sheet.none("shares that a return changes", differing_shares(&*cell.subject, &*other), "set");
}

/// Equal members in another order, each with the id of its own position.
pub(super) fn arrivals<'a>(names: &'a [String], order: &[usize]) -> Vec<NewMember<'a>> {
    let member = |&at: &usize| (names[at].as_str(), Weight::ONE, u32::try_from(at).unwrap_or(u32::MAX - 1));
    order.iter().map(member).collect()
}
