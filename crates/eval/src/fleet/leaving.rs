//! What each single member's leaving moves, and to whom.
//!
//! Where the removal of any member moves its own keys alone, each key's second place tells where it goes, and one pass over the keys
//! answers for all members. Elsewhere a copy of the placement loses the member, and every key is asked for again.

use std::collections::{BTreeMap, HashSet};

use annulus_core::{Digest, NodeIndex};
use rayon::prelude::*;

use crate::algorithm::{NodeId, Placement};
use crate::members::Member;
use crate::stats::float;

use super::amount::{Amount, total_weight};
use super::placed::Placed;

/// Members that leave of algorithms which have to be rebuilt for it.
const MOST_REBUILT: usize = 2_000;

/// The largest receivers that are kept of each leaving.
const MOST_KEPT: usize = 100;

/// Digests that are asked for together.
const BLOCK: usize = 8_192;

/// What one member's leaving does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Leaving {
    /// Its position among the members.
    pub(crate) member: usize,
    /// All that moves.
    pub(crate) moved: Amount,
    /// Of it, what moves between two members that stay.
    pub(crate) needless: Amount,
    /// How many members receive some of its own keys.
    pub(crate) receivers: usize,
    /// The largest receivers, the largest first.
    pub(crate) gains: Vec<(usize, Amount)>,
    /// The busiest of the members that stay: who, and its load over what its weight gave it before.
    pub(crate) busiest: (usize, f64),
}

/// Which members leave where each leaving is a rebuild.
#[derive(Clone, Debug)]
pub(crate) struct Victims {
    pub(crate) positions: Vec<usize>,
    /// Of how many members.
    pub(crate) of: usize,
}

impl Victims {
    /// All of them, or two thousand that are spread evenly over the list. Nobody leaves who is alone.
    pub(super) fn among(members: usize) -> Self {
        let count = if members < 2 { 0 } else { members.min(MOST_REBUILT) };
        Self { positions: (0..count).map(|at| at * members / count).collect(), of: members }
    }

    pub(crate) fn are_all(&self) -> bool {
        self.positions.len() == self.of || self.of < 2
    }
}

/// The keys on their members, before anybody leaves.
pub(super) struct Before<'a> {
    pub(super) members: &'a [Member],
    pub(super) placed: &'a Placed,
    pub(super) digests: &'a [Digest],
    /// The owner of each key.
    pub(super) owners: &'a [NodeIndex],
    pub(super) amounts: &'a [Amount],
    /// The sums of all weights and of all loads.
    total_weight: u64,
    total_load: u64,
    /// The members by their load over their weight, the greatest first.
    ranking: Vec<usize>,
}

/// What leaves a member, and what comes to it.
#[derive(Clone, Copy, Default)]
struct Flow {
    gained: Amount,
    /// Of it, what the member that left had.
    inherited: Amount,
    lost: Amount,
}

impl<'a> Before<'a> {
    pub(super) fn new(
        members: &'a [Member],
        placed: &'a Placed,
        digests: &'a [Digest],
        owners: &'a [NodeIndex],
        amounts: &'a [Amount],
    ) -> Self {
        let mut ranking: Vec<usize> = (0..members.len()).collect();
        let load = |at: usize| float(amounts[at].load) / f64::from(members[at].weight.get());
        ranking.sort_by(|&left, &right| load(right).total_cmp(&load(left)));
        let total_load = amounts.iter().map(|amount| amount.load).sum();
        Self { members, placed, digests, owners, amounts, total_weight: total_weight(members), total_load, ranking }
    }

    /// The leaving of every member, by the second place of each key.
    pub(super) fn by_second_place(&self, placement: &dyn Placement) -> Vec<Leaving> {
        if self.members.len() < 2 {
            return Vec::new();
        }
        let second = |digest: Digest| {
            let mut first_two = [NodeIndex::default(); 2];
            placement.locate_n(digest, &mut first_two);
            first_two[1].as_usize()
        };
        let seconds: Vec<usize> = self.digests.par_iter().map(|&digest| second(digest)).collect();
        let mut flows: Vec<BTreeMap<usize, Flow>> = vec![BTreeMap::new(); self.members.len()];
        for (position, (owner, second)) in self.owners.iter().zip(seconds).enumerate() {
            let flow = flows[owner.as_usize()].entry(second).or_default();
            flow.gained += Amount::key(self.placed.load(position));
            flow.inherited = flow.gained;
        }
        let leavings = flows.into_par_iter().enumerate();
        leavings.map(|(member, flows)| self.leaving(member, flows.into_iter().collect(), Amount::default())).collect()
    }

    /// The leaving of these members, each by a copy of the placement that loses it.
    pub(super) fn by_removal(&self, placement: &dyn Placement, victims: &[usize]) -> Vec<Leaving> {
        victims.par_iter().map(|&victim| self.removed(placement, victim)).collect()
    }

    fn removed(&self, placement: &dyn Placement, victim: usize) -> Leaving {
        let mut rest = placement.boxed_clone();
        rest.remove(&self.members[victim].name);
        let ids: Vec<usize> = rest.ids().into_iter().map(position).collect();
        let mut flows = vec![Flow::default(); self.members.len()];
        let mut needless = Amount::default();
        let mut owners = vec![NodeIndex::default(); BLOCK];
        for (block, digests) in self.digests.chunks(BLOCK).enumerate() {
            let owners = &mut owners[..digests.len()];
            rest.locate_batch(digests, owners);
            for (key, owner) in (block * BLOCK..).zip(owners) {
                let (before, after) = (self.owners[key].as_usize(), ids[owner.as_usize()]);
                if before == after {
                    continue;
                }
                let amount = Amount::key(self.placed.load(key));
                flows[after].gained += amount;
                if before == victim {
                    flows[after].inherited += amount;
                } else {
                    flows[before].lost += amount;
                    needless += amount;
                }
            }
        }
        let is_touched = |flow: &Flow| flow.gained.keys + flow.lost.keys > 0;
        let touched = flows.into_iter().enumerate().filter(|(_, flow)| is_touched(flow)).collect();
        self.leaving(victim, touched, needless)
    }

    /// The account of one leaving, of what it did to the members that it touched.
    fn leaving(&self, member: usize, flows: Vec<(usize, Flow)>, needless: Amount) -> Leaving {
        let busiest = self.busiest(member, &flows);
        let receivers = flows.iter().filter(|(_, flow)| flow.inherited.keys > 0).count();
        let mut gains: Vec<(usize, Amount)> =
            flows.into_iter().filter(|(_, flow)| flow.gained.keys > 0).map(|(at, flow)| (at, flow.gained)).collect();
        let moved = gains.iter().map(|&(_, gained)| gained).sum();
        gains.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(&right.0)));
        gains.truncate(MOST_KEPT);
        Leaving { member, moved, needless, receivers, gains, busiest }
    }

    /// The busiest of those that stay. Of the members that nothing happened to, that is the first of the ranking.
    fn busiest(&self, gone: usize, flows: &[(usize, Flow)]) -> (usize, f64) {
        let (weights, total) = (float(self.total_weight), float(self.total_load));
        let over = |at: usize, load: u64| (at, float(load) / total * weights / f64::from(self.members[at].weight.get()));
        let touched: HashSet<usize> = flows.iter().map(|&(at, _)| at).collect();
        let untouched = self.ranking.iter().find(|&at| *at != gone && !touched.contains(at));
        let untouched = untouched.map(|&at| over(at, self.amounts[at].load));
        let changed = flows.iter().map(|&(at, flow)| over(at, self.amounts[at].load + flow.gained.load - flow.lost.load));
        changed.chain(untouched).max_by(|left, right| left.1.total_cmp(&right.1)).unwrap_or((gone, f64::NAN))
    }
}

/// A node's id is its position among the members.
fn position(id: NodeId) -> usize {
    usize::try_from(id).unwrap_or(usize::MAX)
}
