//! The same members, come by in other ways: one by one, as a clone, with others in between that left again.

use annulus_core::{DependsOn, Weight};

use crate::algorithm::{Algorithm, Subject};
use crate::keys::generated;
use crate::stats::StatsError;

use super::cell::{Cell, differing, differing_orders, differing_shares};
use super::figure::Sheet;
use super::gate::Gate;
use super::order::arrivals;

/// Two instances with the same members must answer alike, however each was made.
pub(super) struct Instances;

/// Digests asked of each.
const DIGESTS: usize = 20_000;

/// Nodes that come and leave again: enough to pass a power of two from most sizes.
const EXTRAS: usize = 40;

/// The most nodes that are added one by one: a table is filled again for each of them.
const MOST_SINGLE: u64 = 1_000;

impl Gate for Instances {
    fn name(&self) -> &'static str {
        "instances"
    }

    fn random_figures(&self, _: &Algorithm, _: u64) -> Option<u64> {
        Some(0)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        let alike = |what: &str, other: Option<Box<dyn Subject>>, sheet: &mut Sheet| {
            let unlike = other.map_or(u64::MAX, |other| unlike(cell, &*cell.subject, &*other));
            sheet.none(format!("answers that differ {what}"), unlike, "instances");
        };
        if cell.nodes <= MOST_SINGLE {
            alike("after adding one by one", one_by_one(cell), sheet);
        }
        alike("in a clone", Some(cell.subject.boxed_clone()), sheet);
        clones(cell, sheet);
        if cell.algorithm.properties().depends_on != DependsOn::History {
            extras(cell, sheet);
        }
        if cell.algorithm.properties().depends_on == DependsOn::Set {
            alike("in the reverse order of arrival", reversed(cell), sheet);
        }
        Ok(())
    }
}

/// In how many owners, beginnings of orders and shares two subjects differ.
fn unlike(cell: &Cell<'_>, one: &dyn Subject, other: &dyn Subject) -> u64 {
    let digests = cell.some_digests(DIGESTS);
    differing(&one.owners(digests), other, digests) + differing_orders(one, other, digests) + differing_shares(one, other)
}

/// The members, added by a call each.
fn one_by_one(cell: &Cell<'_>) -> Option<Box<dyn Subject>> {
    let mut subject = cell.algorithm.subject(None);
    let order: Vec<usize> = (0..cell.names.len()).collect();
    arrivals(&cell.names, &order).into_iter().try_for_each(|member| subject.add(&[member])).ok()?;
    Some(subject)
}

fn reversed(cell: &Cell<'_>) -> Option<Box<dyn Subject>> {
    let mut subject = cell.algorithm.subject(None);
    let order: Vec<usize> = (0..cell.names.len()).rev().collect();
    subject.add(&arrivals(&cell.names, &order)).ok()?;
    Some(subject)
}

/// A clone that changes leaves the original as it was, and the same change makes both alike.
fn clones(cell: &Cell<'_>, sheet: &mut Sheet) {
    let mut original = cell.subject.boxed_clone();
    let mut clone = original.boxed_clone();
    let digests = cell.some_digests(DIGESTS);
    let change = |subject: &mut dyn Subject| {
        let id = u32::try_from(cell.names.len()).unwrap_or(u32::MAX - 1);
        let added = subject.add(&[(&cell.newcomer, Weight::ONE, id)]);
        if cell.nodes > 1 {
            subject.remove(&cell.names[0]);
        }
        added
    };
    if let Err(refusal) = change(&mut *clone) {
        return sheet.refused(cell.told(&refusal));
    }
    let unlike_before = differing(&cell.owners[..digests.len()], &*original, digests);
    sheet.none("answers that a clone's change changes", unlike_before, "instances");
    let refused = u64::from(change(&mut *original).is_err());
    sheet.none("answers that differ after the same changes to a clone", unlike(cell, &*original, &*clone) + refused, "instances");
}

/// Others come in one call and leave again, the last one first, so that the members' order is what it was.
fn extras(cell: &Cell<'_>, sheet: &mut Sheet) {
    // The first is the newcomer of other gates.
    let names = generated::node_names(cell.plan.seed, cell.repetition, cell.names.len() + EXTRAS);
    let order: Vec<usize> = (cell.names.len()..names.len()).collect();
    let mut subject = cell.subject.boxed_clone();
    if let Err(refusal) = subject.add(&arrivals(&names, &order)) {
        return sheet.refused(format!("with {EXTRAS} nodes more, {}", cell.told(&refusal)));
    }
    order.iter().rev().for_each(|&at| _ = subject.remove(&names[at]));
    let unlike = unlike(cell, &*cell.subject, &*subject);
    sheet.none(format!("answers that differ once {EXTRAS} others came and left"), unlike, "instances");
}
