//! How busy the busiest node is, over sets of names.

use annulus_core::NodeIndex;
use rayon::prelude::*;

use super::candidate::{Source, Worst};
use super::fleet::{Fleet, Unbuilt};
use super::wanted::{UNLUCKY, Wanted};
use crate::algorithm::{Algorithm, Law, Placement};
use crate::keys::generated;
use crate::known::{self, Weighing};
use crate::stats::float;

/// Digests that are counted where an algorithm tells no shares.
const DIGESTS: usize = 1 << 20;

/// The sets of names that are built where no law is known, by the bytes of one state: the smaller, the more.
const SETS: [(u64, u32); 3] = [(100_000, 1_000), (1_000_000, 200), (u64::MAX, 20)];

/// The sets of names of a table, where a name decides about one slot alone.
const SETS_OF_SLOTS: u32 = 4;

/// The busiest node of `nodes` nodes, without building any. Nothing where no law tells it.
pub(super) fn by_law(algorithm: &Algorithm, wanted: &Wanted, nodes: usize) -> Option<Worst> {
    let figure = |value, source| Worst { value, nodes, source };
    if algorithm.law() == Law::Uniform {
        return Some(figure(1.0, Source::Promised));
    }
    let search = known::search(algorithm.properties().algorithm)?;
    (search.busiest)(algorithm.key(), &weighing(wanted, nodes), UNLUCKY).map(|value| figure(value, Source::Law(search.law)))
}

/// Whether too many sets of names have a busier node than may be. Nothing where no law tells it.
pub(super) fn is_beyond(algorithm: &Algorithm, wanted: &Wanted, nodes: usize) -> Option<bool> {
    if algorithm.law() == Law::Uniform {
        return Some(false);
    }
    let search = known::search(algorithm.properties().algorithm)?;
    (search.beyond)(algorithm.key(), &weighing(wanted, nodes), wanted.busiest).map(|chance| chance > UNLUCKY)
}

/// The nodes by weight, as laws take them.
pub(super) fn weighing(wanted: &Wanted, nodes: usize) -> Vec<Weighing> {
    wanted.groups(nodes).0.into_iter().map(|(weight, nodes)| Weighing { weight: weight.get(), nodes }).collect()
}

/// The busiest node of `nodes` nodes: the worst of many sets of names, each built.
pub(super) fn by_building(algorithm: &Algorithm, wanted: &Wanted, nodes: usize) -> Result<Worst, Unbuilt> {
    let first = Fleet::new(wanted, nodes, 0).build(algorithm, wanted.bytes)?;
    let bytes = first.heap_bytes().saturating_mul(if first.shares().is_some() { 1 } else { 16 });
    let by_bytes = || SETS.iter().find(|(most, _)| bytes <= *most).map_or(1, |(_, sets)| *sets);
    let sets = if matches!(algorithm.law(), Law::Slots { .. }) { SETS_OF_SLOTS } else { by_bytes() };
    let of = |set: u32| {
        let fleet = Fleet::new(wanted, nodes, set);
        Ok(busiest(&*fleet.build(algorithm, wanted.bytes)?, &fleet))
    };
    let all: Vec<f64> = (0..sets).into_par_iter().map(of).collect::<Result<_, Unbuilt>>()?;
    Ok(Worst { value: all.into_iter().fold(0.0, f64::max), nodes, source: Source::Counted { samples: sets } })
}

/// The largest share over what the weight gives, of one set of names.
pub(super) fn busiest(placement: &dyn Placement, fleet: &Fleet) -> f64 {
    let shares = placement.shares().unwrap_or_else(|| counted(placement));
    let total = float(fleet.total());
    // Members that came in one batch have their places in it as indices.
    let over = shares.iter().zip(&fleet.weights).map(|(share, weight)| share * total / f64::from(weight.get()));
    over.fold(0.0, f64::max)
}

/// Shares of random digests.
fn counted(placement: &dyn Placement) -> Vec<f64> {
    let digests = generated::digests(0, 0, DIGESTS);
    let mut owners = vec![NodeIndex::default(); DIGESTS];
    placement.locate_batch(&digests, &mut owners);
    let mut counts = vec![0_u64; placement.len()];
    owners.iter().for_each(|owner| counts[owner.as_usize()] += 1);
    counts.into_iter().map(|count| float(count) / float(DIGESTS)).collect()
}
