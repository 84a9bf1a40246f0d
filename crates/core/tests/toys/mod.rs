//! Small true algorithms, one for each kind of promise, as naive as they can be.
#![allow(dead_code, reason = "each test takes the ones it needs")]
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "small numbers")]

use std::ops::ControlFlow;

use annulus_core::{
    Census, DependsOn, Digest, Gone, History, HistoryError, Kernel, NodeIndex, Nodes, Properties, Refusal, Weight, mix, mix64,
};

pub(crate) fn index(position: usize) -> NodeIndex {
    NodeIndex::from_usize(position).expect("a test has few members")
}

/// Rendezvous hashing: the member whose seed, mixed with the digest, is the greatest.
#[derive(Clone, Default)]
pub(crate) struct Greatest;

impl Kernel for Greatest {
    const PROPERTIES: Properties =
        Properties::new("greatest", DependsOn::Set).minimal_on_addition().minimal_on_any_removal().uniform();

    fn rebuild(&mut self, _: &Nodes) {}

    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let digest = mix64(digest.bits());
        nodes.indices().max_by_key(|&index| (mix64(digest ^ nodes.seed(index)), nodes.seed(index))).expect("not empty")
    }
}

/// Points of a member for each unit of its weight.
const POINTS: u64 = 8;

/// A ring: the owner of the first point at or after the digest.
#[derive(Clone, Default)]
pub(crate) struct Points {
    /// Sorted; each with its owner.
    pub(crate) points: Vec<(u64, NodeIndex)>,
}

impl Points {
    pub(crate) fn of(seed: u64, weight: Weight, owner: NodeIndex) -> impl Iterator<Item = (u64, NodeIndex)> {
        (0..POINTS * u64::from(weight.get())).map(move |i| (mix(seed, i), owner))
    }

    /// The points' owners from the digest on, once around.
    fn from(&self, digest: Digest) -> impl Iterator<Item = NodeIndex> + '_ {
        let first = self.points.partition_point(|&(point, _)| point < digest.bits());
        self.points[first..].iter().chain(&self.points[..first]).map(|&(_, owner)| owner)
    }

    fn insert(&mut self, nodes: &Nodes, owner: NodeIndex) {
        self.points.extend(Self::of(nodes.seed(owner), nodes.weight(owner), owner));
        self.points.sort_unstable();
    }
}

impl Kernel for Points {
    const PROPERTIES: Properties =
        Properties::new("points", DependsOn::Set).minimal_on_addition().minimal_on_any_removal().minimal_on_reweighting();

    fn rebuild(&mut self, nodes: &Nodes) {
        self.points = nodes.indices().flat_map(|i| Self::of(nodes.seed(i), nodes.weight(i), i)).collect();
        self.points.sort_unstable();
    }

    fn lookup(&self, _: &Nodes, digest: Digest) -> NodeIndex {
        self.from(digest).next().expect("not empty")
    }

    fn walk(&self, nodes: &Nodes, digest: Digest, mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let mut seen = vec![false; nodes.len()];
        for owner in self.from(digest) {
            if !std::mem::replace(&mut seen[owner.as_usize()], true) && visit(owner).is_break() {
                return;
            }
        }
    }

    fn added(&mut self, nodes: &Nodes, first: NodeIndex) {
        nodes.indices().skip(first.as_usize()).for_each(|index| self.insert(nodes, index));
    }

    fn removed(&mut self, nodes: &Nodes, gone: Gone) {
        let last = index(nodes.len());
        self.points.retain(|&(_, owner)| owner != gone.index);
        for (_, owner) in &mut self.points {
            if *owner == last {
                *owner = gone.index;
            }
        }
    }

    fn reweighted(&mut self, nodes: &Nodes, index: NodeIndex, _: Weight) {
        self.points.retain(|&(_, owner)| owner != index);
        self.insert(nodes, index);
    }

    fn heap_bytes(&self, census: &Census) -> u64 {
        16 * POINTS * census.total_weight()
    }

    fn ends(&self, _: &Nodes) -> Option<Vec<Digest>> {
        let mut ends: Vec<_> = self.points.iter().map(|&(point, _)| Digest::of_hash(point)).collect();
        ends.dedup();
        Some(ends)
    }

    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        let mut shares = vec![0.0; nodes.len()];
        let before = self.points.iter().cycle().skip(self.points.len().saturating_sub(1));
        for (&(point, owner), &(before, _)) in self.points.iter().zip(before) {
            shares[owner.as_usize()] += point.wrapping_sub(before) as f64 / 2_f64.powi(64);
        }
        Some(shares)
    }
}

/// Cuts the digests into ranges as wide as the weights, in the order of seeds.
#[derive(Clone, Default)]
pub(crate) struct Ranges {
    by_seed: Vec<NodeIndex>,
}

impl Kernel for Ranges {
    const PROPERTIES: Properties = Properties::new("ranges", DependsOn::Set).scale_free().uniform();

    fn rebuild(&mut self, nodes: &Nodes) {
        self.by_seed = nodes.indices().collect();
        self.by_seed.sort_unstable_by_key(|&index| nodes.seed(index));
    }

    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let mut place = (u128::from(digest.bits()) * u128::from(nodes.total_weight())) >> 64;
        for &index in &self.by_seed {
            match place.checked_sub(u128::from(nodes.weight(index).get())) {
                Some(left) => place = left,
                None => return index,
            }
        }
        unreachable!("the place is below the total")
    }

    fn heap_bytes(&self, census: &Census) -> u64 {
        4 * census.len() as u64
    }

    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        let total = nodes.total_weight() as f64;
        Some(nodes.weights().iter().map(|weight| f64::from(weight.get()) / total).collect())
    }
}

/// Jump hashing in its naive form: member i takes the key from those before it with probability 1/(i + 1).
#[derive(Clone, Default)]
pub(crate) struct Coins;

impl Kernel for Coins {
    const PROPERTIES: Properties =
        Properties::new("coins", DependsOn::Order).minimal_on_addition().minimal_on_last_removal().uniform();

    fn rebuild(&mut self, _: &Nodes) {}

    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let takes = |&i: &u64| mix(mix64(digest.bits()), i) <= u64::MAX / (i + 1);
        index((0..nodes.len() as u64).rev().find(takes).expect("the first takes every key") as usize)
    }
}

/// The digest modulo the number of members.
#[derive(Clone, Default)]
pub(crate) struct Modulo;

impl Kernel for Modulo {
    const PROPERTIES: Properties = Properties::new("modulo", DependsOn::Order).uniform();

    fn rebuild(&mut self, _: &Nodes) {}

    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        index((digest.bits() % nodes.len() as u64) as usize)
    }
}

/// How many members [`Slots`] has room for.
pub(crate) const SLOTS: u32 = 64;

/// Numbered slots, tried at random until one is taken. A member that leaves frees its slot; one that comes takes the slot freed last.
///
/// It depends on its history: who took which slot, and in which order the others fell free.
#[derive(Clone)]
pub(crate) struct Slots {
    /// The seed of each slot's member.
    pub(crate) slots: Vec<Option<u64>>,
    /// The free slots, the one freed last at the end.
    pub(crate) freed: Vec<u32>,
}

impl Default for Slots {
    fn default() -> Self {
        // As if all had gone from the last to the first, so that the first slot is the first to be taken.
        Self { slots: vec![None; SLOTS as usize], freed: (0..SLOTS).rev().collect() }
    }
}

impl Slots {
    pub(crate) fn slot_of(&self, seed: u64) -> usize {
        self.slots.iter().position(|slot| *slot == Some(seed)).expect("a member has a slot")
    }
}

impl Kernel for Slots {
    const PROPERTIES: Properties =
        Properties::new("slots", DependsOn::History).minimal_on_addition().minimal_on_any_removal().uniform();

    fn rebuild(&mut self, nodes: &Nodes) {
        *self = Self::default();
        if !nodes.is_empty() {
            self.added(nodes, NodeIndex::default());
        }
    }

    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let mut owner = NodeIndex::default();
        self.walk(nodes, digest, |index| {
            owner = index;
            ControlFlow::Break(())
        });
        owner
    }

    fn walk(&self, nodes: &Nodes, digest: Digest, mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let mut seen = Vec::new();
        for try_ in 0.. {
            let slot = self.slots[(mix(mix64(digest.bits()), try_) % u64::from(SLOTS)) as usize];
            let Some(seed) = slot.filter(|seed| !seen.contains(seed)) else { continue };
            seen.push(seed);
            let at = nodes.seeds().iter().position(|&other| other == seed).expect("a taken slot's member is there");
            if visit(index(at)).is_break() || seen.len() == nodes.len() {
                return;
            }
        }
    }

    fn admit(&self, candidate: &Nodes) -> Result<(), Refusal> {
        let (nodes, limit) = (candidate.len() as u64, u64::from(SLOTS));
        if nodes > limit { Err(Refusal::TooManyNodes { nodes, limit, remedy: None }) } else { Ok(()) }
    }

    fn added(&mut self, nodes: &Nodes, first: NodeIndex) {
        for &seed in &nodes.seeds()[first.as_usize()..] {
            let slot = self.freed.pop().expect("no more are admitted than there are slots");
            self.slots[slot as usize] = Some(seed);
        }
    }

    fn removed(&mut self, _: &Nodes, gone: Gone) {
        let slot = self.slot_of(gone.seed);
        self.slots[slot] = None;
        self.freed.push(slot as u32);
    }

    fn history(&self, nodes: &Nodes) -> Option<History> {
        let held = nodes.seeds().iter().map(|&seed| self.slot_of(seed) as u32).collect();
        Some(History::new(SLOTS, held, self.freed.clone()))
    }

    fn resume(&mut self, nodes: &Nodes, history: &History) -> Result<(), HistoryError> {
        if history.capacity != SLOTS || !history.is_complete() {
            return Err(HistoryError::Impossible { rule: "of 64 slots each is held or free" });
        }
        let seed = |holder: Option<u32>| holder.map(|member| nodes.seeds()[member as usize]);
        self.slots = history.holders().into_iter().map(seed).collect();
        self.freed.clone_from(&history.freed);
        Ok(())
    }
}
