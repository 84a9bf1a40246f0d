//! One algorithm at one size under one seed: what all gates look at.

use std::collections::HashMap;

use annulus_core::{ChangeError, Digest, Weight};

use crate::algorithm::{Algorithm, Law, NOBODY, NodeId, SharedHasher, Subject, refusal};
use crate::keys::generated;
use crate::stats::{Tail, float};

use super::count::{index, length, position};
use super::plan::Plan;

/// Digests asked for at a time: their owners stay in the cache.
const BLOCK: usize = 1 << 15;

/// One algorithm, one size, one seed.
pub(super) struct Cell<'a> {
    pub(super) algorithm: &'a Algorithm,
    pub(super) nodes: u64,
    pub(super) plan: &'a Plan,
    pub(super) repetition: u32,
    pub(super) tail: Tail,
    /// The members' names; a member's id is its position.
    pub(super) names: Vec<String>,
    /// The name of a node that joins.
    pub(super) newcomer: String,
    /// As many random digests as the plan asks for.
    pub(super) digests: Vec<Digest>,
    /// The members, equal and in the order of their names.
    pub(super) subject: Box<dyn Subject>,
    /// The owner of each digest.
    pub(super) owners: Vec<NodeId>,
    /// Keys of each member, by id.
    pub(super) counts: Vec<u64>,
    /// Answers that name nobody.
    pub(super) nobody: u64,
}

impl<'a> Cell<'a> {
    /// Builds the members and asks for the owner of every digest.
    pub(super) fn new(
        algorithm: &'a Algorithm,
        nodes: u64,
        plan: &'a Plan,
        repetition: u32,
        tail: Tail,
    ) -> Result<Self, ChangeError> {
        let mut names = generated::node_names(plan.seed, repetition, position(nodes) + 1);
        let newcomer = names.pop().unwrap_or_default();
        let digests = generated::digests(plan.seed, repetition, plan.keys);
        let subject = equal(algorithm, None, &names)?;
        let owners = owners(subject.as_ref(), &digests);
        let (counts, nobody) = count(&owners, names.len());
        Ok(Self { algorithm, nodes, plan, repetition, tail, names, newcomer, digests, subject, owners, counts, nobody })
    }

    /// A refusal of this cell's algorithm, in the words of the program.
    pub(super) fn told(&self, refusal: &ChangeError) -> String {
        refusal::of_node(refusal, self.algorithm.key())
    }

    /// The first digests, for what is asked for twice or is slow.
    pub(super) fn some_digests(&self, most: usize) -> &[Digest] {
        &self.digests[..self.digests.len().min(most)]
    }
}

/// A subject of equal members, whose ids are their positions; under the algorithm's own hasher unless another is given.
pub(super) fn equal(
    algorithm: &Algorithm,
    hasher: Option<SharedHasher>,
    names: &[String],
) -> Result<Box<dyn Subject>, ChangeError> {
    weighted(algorithm, hasher, names, |_| Weight::ONE)
}

/// A subject whose members have weights by position.
pub(super) fn weighted(
    algorithm: &Algorithm,
    hasher: Option<SharedHasher>,
    names: &[String],
    weight: impl Fn(usize) -> Weight,
) -> Result<Box<dyn Subject>, ChangeError> {
    let members: Vec<_> = names.iter().enumerate().zip(0..).map(|((at, name), id)| (name.as_str(), weight(at), id)).collect();
    let mut subject = algorithm.subject(hasher);
    subject.add(&members)?;
    Ok(subject)
}

/// The owner of each digest, asked for block by block.
pub(super) fn owners(subject: &dyn Subject, digests: &[Digest]) -> Vec<NodeId> {
    digests.chunks(BLOCK).flat_map(|block| subject.owners(block)).collect()
}

/// Keys of each of `ids` nodes by id, and answers that name none of them.
pub(super) fn count(owners: &[NodeId], ids: usize) -> (Vec<u64>, u64) {
    let (mut counts, mut nobody) = (vec![0; ids], 0);
    for &owner in owners {
        match counts.get_mut(index(owner)) {
            Some(count) => *count += 1,
            None => nobody += 1,
        }
    }
    (counts, nobody)
}

/// What a change of membership did to the keys.
#[derive(Debug, Default)]
pub(super) struct Moves {
    /// Keys by id, before and after.
    pub(super) before: Vec<u64>,
    pub(super) after: Vec<u64>,
    pub(super) moved: u64,
    /// Moved, though neither from nor to the node that changed.
    pub(super) needless: u64,
    /// Answers that name no member afterwards.
    pub(super) nobody: u64,
}

/// Compares the owners that the digests had before with those after a change. A move from one id to another is needed or not.
pub(super) fn compare(
    before: &[NodeId],
    after: &dyn Subject,
    digests: &[Digest],
    ids: usize,
    is_needed: impl Fn(NodeId, NodeId) -> bool,
) -> Moves {
    let mut moves = Moves { before: vec![0; ids], after: vec![0; ids], ..Moves::default() };
    for (before, block) in before.chunks(BLOCK).zip(digests.chunks(BLOCK)) {
        for (&from, to) in before.iter().zip(after.owners(block)) {
            if to == NOBODY {
                moves.nobody += 1;
            }
            if let (Some(lost), Some(won)) = (moves.before.get_mut(index(from)), moves.after.get_mut(index(to))) {
                *lost += 1;
                *won += 1;
            }
            moves.moved += u64::from(from != to);
            moves.needless += u64::from(from != to && !is_needed(from, to));
        }
    }
    moves
}

/// How many of the digests have another owner than this.
pub(super) fn differing(owners: &[NodeId], other: &dyn Subject, digests: &[Digest]) -> u64 {
    let differing = |(owners, block): (&[NodeId], &[Digest])| {
        let pairs = owners.iter().zip(other.owners(block));
        length(pairs.filter(|&(&left, right)| left != right).count())
    };
    owners.chunks(BLOCK).zip(digests.chunks(BLOCK)).map(differing).sum()
}

/// The preference orders that are compared, and how far: an order costs more than an owner.
const ORDERS: usize = 2_000;
const PLACES: usize = 3;

/// Of how many of the first digests the preference order begins otherwise in the one than in the other.
pub(super) fn differing_orders(one: &dyn Subject, other: &dyn Subject, digests: &[Digest]) -> u64 {
    let begins = |subject: &dyn Subject, digest| subject.preference(digest, PLACES);
    let unlike = digests.iter().take(ORDERS).filter(|&&digest| begins(one, digest) != begins(other, digest));
    length(unlike.count())
}

/// How many members have another exact share in the one than in the other; 0 where they tell none.
pub(super) fn differing_shares(left: &dyn Subject, right: &dyn Subject) -> u64 {
    // Arcs are summed in other orders after a change, so that the last bits differ.
    const ROUNDING: f64 = 1e-12;
    let by_id = |subject: &dyn Subject| -> Option<HashMap<NodeId, f64>> {
        Some(subject.ids().into_iter().zip(subject.shares()?).collect())
    };
    let (Some(left), Some(right)) = (by_id(left), by_id(right)) else { return 0 };
    let equal = |(id, share): (&NodeId, &f64)| right.get(id).is_some_and(|other| (share - other).abs() <= ROUNDING);
    length(left.iter().filter(|&entry| !equal(entry)).count() + right.len().saturating_sub(left.len()))
}

/// What each of the subject's members, in the order of ids from 0, should have of the keys: its exact share, where it is
/// told, else its equal part, where that is promised.
pub(super) fn expected_shares(algorithm: &Algorithm, subject: &dyn Subject) -> Option<Vec<f64>> {
    let ids = subject.ids();
    let shares = match algorithm.law() {
        Law::Uniform => vec![1.0 / float(ids.len()); ids.len()],
        _ => subject.shares().filter(|shares| shares.len() == ids.len())?,
    };
    let mut by_id: Vec<_> = ids.into_iter().zip(shares).collect();
    by_id.sort_by_key(|&(id, _)| id);
    Some(by_id.into_iter().map(|(_, share)| share).collect())
}
