//! What a change moves, over the least possible.

use annulus_core::{DependsOn, Digest, NodeIndex};
use rayon::prelude::*;

use super::candidate::{Source, Worst};
use super::fleet::{Fleet, Unbuilt};
use super::terms::Leaves;
use super::wanted::Wanted;
use crate::algorithm::{Algorithm, Moves, NodeId, Placement};
use crate::keys::generated;
use crate::stats::{float, remap};

/// Random digests that are asked for where the states have no slots.
const DIGESTS: usize = 1 << 20;

/// Slots, or digests, that are looked at for one number of nodes, so that each figure is as sure: more nodes leave smaller tables. The
/// most nodes, where most moves, are looked at more closely.
const LOOKED_AT: u64 = 2_000_000;
const LOOKED_AT_MOST_NODES: u64 = 8_000_000;
const FEWEST: u64 = 4;
const MOST: u64 = 1_024;

/// Nodes that leave one set of names. Sets differ more than the nodes of one.
const EACH: usize = 8;

/// What one change moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Moved {
    /// Of a change that moves the most: keys over the least possible.
    pub(super) worst: Worst,
    /// Keys moved needlessly by the mean change, as a part of all keys.
    pub(super) needless: f64,
}

/// What joining and leaving move among that many nodes.
pub(super) fn moved(algorithm: &Algorithm, wanted: &Wanted, nodes: usize) -> Result<Moved, Unbuilt> {
    let nothing = Worst { value: 1.0, nodes, source: Source::Promised };
    let joining = if algorithm.properties().minimal_add { nothing } else { joining(algorithm, wanted, nodes)? };
    let leaving = leaving(algorithm, wanted, nodes)?;
    // Half of the changes are of each kind, where nodes leave at all.
    let needless = |change: &Worst| (change.value - 1.0) / float(nodes);
    Ok(match leaving {
        None => Moved { worst: joining, needless: needless(&joining) },
        Some(leaving) => Moved { worst: joining.or(leaving), needless: f64::midpoint(needless(&joining), needless(&leaving)) },
    })
}

/// What joining moves: where the set decides, as much as the leaving of any moves; else as much as that of the last.
fn joining(algorithm: &Algorithm, wanted: &Wanted, nodes: usize) -> Result<Worst, Unbuilt> {
    let leaves = if algorithm.properties().depends_on == DependsOn::Set { Leaves::Any } else { Leaves::Last };
    built(algorithm, wanted, nodes, leaves)
}

/// The same change, of other sets of names and looked at more closely: the figure and its standard error.
pub(super) fn again(algorithm: &Algorithm, wanted: &Wanted, nodes: usize) -> Result<(Worst, f64), Unbuilt> {
    const FIRST_SET: u32 = 100_000;
    let left = left(algorithm, wanted, Asked { nodes, first_set: FIRST_SET, looked_at: 4 * LOOKED_AT_MOST_NODES }, Leaves::Any)?;
    let figure = mean(&left, nodes);
    let (own, count) = (left.iter().map(|one| one.1).sum::<u64>(), float(left.len()));
    let squares: f64 = left.iter().map(|one| (float(one.0) - figure.value * float(one.1)).powi(2)).sum();
    Ok((figure, (squares * count / (count - 1.0).max(1.0)).sqrt() / float(own.max(1))))
}

/// What leaving moves; nothing where nobody leaves, or nobody could stay.
fn leaving(algorithm: &Algorithm, wanted: &Wanted, nodes: usize) -> Result<Option<Worst>, Unbuilt> {
    let properties = algorithm.properties();
    let is_minimal = match wanted.leaves {
        Leaves::None => return Ok(None),
        _ if nodes < 2 => return Ok(None),
        Leaves::Last => properties.minimal_remove_last,
        Leaves::Any => properties.minimal_remove_any,
    };
    if is_minimal {
        return Ok(Some(Worst { value: 1.0, nodes, source: Source::Promised }));
    }
    if wanted.leaves == Leaves::Any && algorithm.moves() == Moves::SwapLast {
        let value = remap::swap_last_mean(nodes as u64);
        return Ok(Some(Worst {
            value,
            nodes,
            source: Source::Law("the last node takes the place of the one that leaves: 2 − 2/N"),
        }));
    }
    built(algorithm, wanted, nodes, wanted.leaves).map(Some)
}

/// What is looked at.
#[derive(Clone, Copy)]
struct Asked {
    nodes: usize,
    first_set: u32,
    looked_at: u64,
}

/// By building fleets and letting nodes leave them, one at a time.
fn built(algorithm: &Algorithm, wanted: &Wanted, nodes: usize, leaves: Leaves) -> Result<Worst, Unbuilt> {
    let looked_at = if nodes == wanted.to() { LOOKED_AT_MOST_NODES } else { LOOKED_AT };
    Ok(mean(&left(algorithm, wanted, Asked { nodes, first_set: 0, looked_at }, leaves)?, nodes))
}

/// What moved over what had to, of all who left.
fn mean(left: &[(u64, u64)], nodes: usize) -> Worst {
    let (moved, own) = left.iter().fold((0, 0), |(moved, own), one| (moved + one.0, own + one.1));
    let source = Source::Counted { samples: u32::try_from(left.len()).unwrap_or(u32::MAX) };
    Worst { value: if own == 0 { 1.0 } else { float(moved) / float(own) }, nodes, source }
}

/// Of each node that leaves: how many digests move, and how many it had.
fn left(algorithm: &Algorithm, wanted: &Wanted, asked: Asked, leaves: Leaves) -> Result<Vec<(u64, u64)>, Unbuilt> {
    if asked.nodes < 2 {
        return Ok(Vec::new());
    }
    let digests = digests(algorithm);
    let count = (asked.looked_at / (digests.len() as u64).max(1)).clamp(FEWEST, MOST);
    let most = usize::try_from(count).unwrap_or(EACH).min(EACH);
    let each = if leaves == Leaves::Last { 1 } else { most.min(asked.nodes) };
    let sets = u32::try_from(count.div_ceil(each as u64)).unwrap_or(1);
    let of_set = |set: u32| {
        let fleet = Fleet::new(wanted, asked.nodes, asked.first_set + set);
        let before = fleet.build(algorithm, wanted.bytes)?;
        let mut owners = vec![NodeIndex::default(); digests.len()];
        before.locate_batch(&digests, &mut owners);
        // Other nodes in each set, so that every weight has its turn.
        let victim = |at: usize| {
            if leaves == Leaves::Last { asked.nodes - 1 } else { (at * asked.nodes / each + set as usize) % asked.nodes }
        };
        Ok((0..each).map(victim).map(|victim| removed(&*before, &fleet.names[victim], victim, &digests, &owners)).collect())
    };
    let all: Vec<Vec<(u64, u64)>> = (0..sets).into_par_iter().map(of_set).collect::<Result<_, Unbuilt>>()?;
    Ok(all.concat())
}

/// Each slot of a table once, or random digests.
fn digests(algorithm: &Algorithm) -> Vec<Digest> {
    let Some(slots) = algorithm.law().table() else { return generated::digests(0, 0, DIGESTS) };
    let first = |slot: u64| (u128::from(slot) << 64).div_ceil(u128::from(slots));
    (0..slots).map(|slot| Digest::of_hash(u64::try_from(first(slot)).unwrap_or(u64::MAX))).collect()
}

/// How many digests another node owns after one has left, and how many that one had.
fn removed(before: &dyn Placement, name: &str, victim: usize, digests: &[Digest], owners: &[NodeIndex]) -> (u64, u64) {
    const BLOCK: usize = 8_192;
    let mut after = before.boxed_clone();
    after.remove(name);
    let ids: Vec<NodeId> = after.ids();
    let (mut moved, mut own) = (0, 0);
    let mut now = vec![NodeIndex::default(); BLOCK];
    for (digests, owners) in digests.chunks(BLOCK).zip(owners.chunks(BLOCK)) {
        after.locate_batch(digests, &mut now);
        for (now, owner) in now.iter().zip(owners) {
            own += u64::from(owner.as_usize() == victim);
            moved += u64::from(ids[now.as_usize()] as usize != owner.as_usize());
        }
    }
    (moved, own)
}
