//! Tables of sets of names that only these gates use, and a digest of each slot.

use annulus_core::{ChangeError, Digest, Weight};

use super::super::cell::{Cell, weighted};
use super::super::count::position;
use crate::algorithm::{Algorithm, Law, Subject};
use crate::keys::generated;
use crate::stats::float;

/// The slots of the algorithm's table, if each ranks its nodes and shares are told.
pub(super) fn slots_of(algorithm: &Algorithm) -> Option<u64> {
    match algorithm.law() {
        Law::Dealt { slots } if algorithm.tells_shares() => Some(slots),
        _ => None,
    }
}

/// The first digest of each slot, of `most` slots at most, evenly apart.
pub(in super::super) fn firsts(slots: u64, most: u64) -> Vec<Digest> {
    let step = position((slots / most).max(1));
    let first = |slot: u64| (u128::from(slot) << 64).div_ceil(u128::from(slots));
    (0..slots).step_by(step).map(|slot| Digest::of_hash(u64::try_from(first(slot)).unwrap_or(u64::MAX))).collect()
}

/// How many tables have that many slots together, from `least` to `most`.
pub(super) fn tables(slots: u64, together: u64, least: u64, most: u64) -> u32 {
    u32::try_from((together / slots).clamp(least, most)).unwrap_or(u32::MAX)
}

/// The members of a set of names, from `first` on, with weights by position.
pub(super) fn of_set(cell: &Cell<'_>, set: u32, weight: impl Fn(usize) -> Weight) -> Result<Box<dyn Subject>, ChangeError> {
    let names = generated::node_names(cell.plan.seed, set, cell.names.len());
    weighted(cell.algorithm, None, &names, weight)
}

/// The number of a set of names: `tables` of them on each seed, beginning with `first`.
pub(super) fn set(cell: &Cell<'_>, first: u32, tables: u32, table: u32) -> u32 {
    first.wrapping_add(cell.repetition.wrapping_mul(tables)).wrapping_add(table)
}

/// The numbers of slots that shares are.
pub(super) fn whole_slots(shares: &[f64], slots: u64) -> impl Iterator<Item = f64> + '_ {
    shares.iter().map(move |share| share * float(slots))
}
