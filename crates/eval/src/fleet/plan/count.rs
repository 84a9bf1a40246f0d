//! The count of what moves, a batch at a time, on all cores.

use std::collections::HashMap;

use rayon::prelude::*;

use super::super::amount::Amount;
use super::change::position;
use super::keys::Batch;
use super::roles::Roles;
use super::router::Router;
use crate::algorithm::NodeId;

/// Keys that one core works on at a time.
pub(super) const CHUNK: usize = 8_192;

/// What was counted so far of one algorithm.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) before: Vec<Amount>,
    pub(super) after: Vec<Amount>,
    pub(super) flows: HashMap<(NodeId, NodeId), Amount>,
    pub(super) keys_moved: u64,
    pub(super) keys_moved_more: u64,
}

impl Tally {
    pub(super) fn new(nodes: usize) -> Self {
        let none = vec![Amount::default(); nodes];
        Self { before: none.clone(), after: none, flows: HashMap::new(), keys_moved: 0, keys_moved_more: 0 }
    }

    /// What a batch adds.
    pub(super) fn of(batch: &Batch, routers: &[Router<'_>; 2], roles: &Roles, nodes: usize) -> Self {
        let starts: Vec<usize> = (0..batch.len()).step_by(CHUNK).collect();
        let counted = starts.into_par_iter().fold(|| Self::new(nodes), |tally, start| tally.with(batch, start, routers, roles));
        counted.reduce(|| Self::new(nodes), Self::and)
    }

    fn with(mut self, batch: &Batch, start: usize, routers: &[Router<'_>; 2], roles: &Roles) -> Self {
        for_each(batch, start, routers, roles, |position_of_key, [before, after], pairs| {
            let amount = Amount { keys: 1, load: batch.load(position_of_key) };
            before.iter().for_each(|&node| self.before[position(node)] += amount);
            after.iter().for_each(|&node| self.after[position(node)] += amount);
            self.keys_moved += u64::from(!pairs.is_empty());
            self.keys_moved_more += u64::from(pairs.len() > 1);
            for &pair in pairs {
                *self.flows.entry(pair).or_default() += amount;
            }
        });
        self
    }

    /// Both together.
    pub(super) fn and(self, other: Self) -> Self {
        let (mut more, less) = if self.flows.len() < other.flows.len() { (other, self) } else { (self, other) };
        let add = |sums: &mut Vec<Amount>, amounts: Vec<Amount>| {
            sums.iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += amount);
        };
        add(&mut more.before, less.before);
        add(&mut more.after, less.after);
        for (pair, amount) in less.flows {
            *more.flows.entry(pair).or_default() += amount;
        }
        more.keys_moved += less.keys_moved;
        more.keys_moved_more += less.keys_moved_more;
        more
    }
}

/// Calls `see` for each key of a chunk: its position in the batch, who holds it before and after, and who gives a copy to whom.
pub(super) fn for_each(
    batch: &Batch,
    start: usize,
    routers: &[Router<'_>; 2],
    roles: &Roles,
    mut see: impl FnMut(usize, [&[NodeId]; 2], &[(NodeId, NodeId)]),
) {
    let end = batch.len().min(start + CHUNK);
    let mut holders = [Vec::new(), Vec::new()];
    for (router, holders) in routers.iter().zip(&mut holders) {
        router.holders(&batch.digests(start..end, &*router.placement), holders);
    }
    let replicas = holders[0].len() / (end - start).max(1);
    let mut pairs = Vec::new();
    let each = holders[0].chunks_exact(replicas).zip(holders[1].chunks_exact(replicas));
    for (key, (before, after)) in (start..end).zip(each) {
        roles.pair(before, after, &mut pairs);
        see(key, [before, after], &pairs);
    }
}
