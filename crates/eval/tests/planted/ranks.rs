//! Slots that rank their nodes wrongly.

use std::collections::BTreeMap;
use std::sync::Arc;

use annulus::SlotsKernel;
use annulus_core::{DependsOn, Digest, Gone, Kernel, NodeIndex, Nodes, Properties, Refusal, mix};
use annulus_eval::{Algorithm, Law, Registry};

use crate::trial::{caught, failures, judged_at};

const BITS: u32 = 12;
const SLOTS: usize = 1 << BITS;

/// A node's word at a slot: its rank in the upper bits.
fn word(seed: u64, slot: u32) -> u32 {
    let halves = |i| ((mix(seed, i) >> 32) as u32, mix(seed, i) as u32);
    let ((a, m1), (b, m2), (c, _)) = (halves(0), halves(1), halves(2));
    let top = u32::MAX << (32 - BITS);
    let fold = |v: u32| v ^ ((v >> (BITS / 2)) & top);
    let v = (slot << (32 - BITS)).wrapping_add(a & top).wrapping_mul(m1 | 1);
    let v = fold(v).wrapping_mul(0x2c1b_3c6d);
    (fold(v) ^ (c & top)).wrapping_mul(m2 | 1).wrapping_add(b)
}

/// An affine order: the slot times an odd number, and a number added.
fn affine(seed: u64, slot: u32) -> u32 {
    (slot << (32 - BITS)).wrapping_mul(mix(seed, 1) as u32 | 1).wrapping_add(mix(seed, 0) as u32)
}

/// −ln(1 − u)/weight by the first terms of its series, in floating point.
fn estimate(word: u32, weight: u32) -> f32 {
    let u = word as f32 / 4_294_967_296.0;
    u * (1.0 + u * (0.5 + u / 3.0)) / weight as f32
}

const SOUND: u8 = 0;
const AFFINE: u8 = 1;
const TIES_BY_ARRIVAL: u8 = 2;
const STALE_BOUND: u8 = 3;
const WEIGHT_IN_FLOATS: u8 = 4;

/// Each slot belongs to the node that ranks it first; one thing is wrong. It keeps the seeds of owners, so that a change of indices is
/// none of the table.
#[derive(Clone, Default)]
struct Ranked<const FAULT: u8> {
    owners: Vec<u64>,
    /// At least the word of every owner at its slot.
    bound: u32,
}

impl<const FAULT: u8> Ranked<FAULT> {
    fn word(seed: u64, slot: u32) -> u32 {
        match FAULT {
            AFFINE => affine(seed, slot),
            // The rank alone.
            TIES_BY_ARRIVAL => word(seed, slot) >> (32 - BITS),
            _ => word(seed, slot),
        }
    }

    /// Whether the first of two nodes, each as seed and weight, comes before the second.
    fn is_before(slot: u32, one: (u64, u32), other: (u64, u32)) -> bool {
        let (mine, its) = (Self::word(one.0, slot), Self::word(other.0, slot));
        if one.1 == other.1 {
            // Of equal ones, the first of the list stays.
            return if FAULT == TIES_BY_ARRIVAL { mine < its } else { (mine, one.0) < (its, other.0) };
        }
        if FAULT == WEIGHT_IN_FLOATS {
            return estimate(mine, one.1) < estimate(its, other.1);
        }
        let cost = |word: u32| u128::from(annulus_core::cost::cost(!word));
        let (mine, its) = (cost(mine) * u128::from(other.1), cost(its) * u128::from(one.1));
        (mine, one.0) < (its, other.0)
    }

    fn first(nodes: &Nodes, slot: u32) -> u64 {
        let of = |node: NodeIndex| (nodes.seed(node), nodes.weight(node).get());
        let better = |first, node| if Self::is_before(slot, node, first) { node } else { first };
        nodes.indices().map(of).reduce(better).unwrap().0
    }

    fn is_equal(nodes: &Nodes) -> bool {
        nodes.weights().iter().all(|&weight| weight == nodes.weights()[0])
    }
}

impl<const FAULT: u8> Kernel for Ranked<FAULT> {
    const PROPERTIES: Properties = Properties::new("ranked", DependsOn::Set)
        .minimal_on_addition()
        .minimal_on_any_removal()
        .minimal_on_reweighting()
        .scale_free();

    fn rebuild(&mut self, nodes: &Nodes) {
        let slots = if nodes.is_empty() { 0 } else { SLOTS as u32 };
        self.owners = (0..slots).map(|slot| Self::first(nodes, slot)).collect();
        self.bound = (0..).zip(&self.owners).map(|(slot, &owner)| Self::word(owner, slot)).max().unwrap_or(0);
    }

    fn added(&mut self, nodes: &Nodes, first: NodeIndex) {
        let joiners = nodes.seeds()[first.as_usize()..].to_vec();
        if FAULT != STALE_BOUND || self.owners.is_empty() || joiners.len() > 1 || !Self::is_equal(nodes) {
            return self.rebuild(nodes);
        }
        // Farther out in the newcomer's order there is nothing to win, if the bound is right.
        for (slot, owner) in (0..).zip(&mut self.owners) {
            if Self::word(joiners[0], slot) <= self.bound && Self::is_before(slot, (joiners[0], 1), (*owner, 1)) {
                *owner = joiners[0];
            }
        }
    }

    fn removed(&mut self, nodes: &Nodes, gone: Gone) {
        if FAULT != STALE_BOUND || nodes.is_empty() {
            return self.rebuild(nodes);
        }
        // Those who take over may have greater words than any owner had.
        for (slot, owner) in (0..).zip(&mut self.owners).filter(|(_, owner)| **owner == gone.seed) {
            *owner = Self::first(nodes, slot);
        }
    }

    fn admit(&self, candidate: &Nodes) -> Result<(), Refusal> {
        SlotsKernel::with_bits(BITS).unwrap().admit(candidate)
    }

    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let owner = self.owners[(digest.bits() >> (64 - BITS)) as usize];
        NodeIndex::from_usize(nodes.seeds().iter().position(|&seed| seed == owner).unwrap()).unwrap()
    }

    fn walk(&self, nodes: &Nodes, digest: Digest, visit: impl FnMut(NodeIndex) -> std::ops::ControlFlow<()>) {
        let slot = (digest.bits() >> (64 - BITS)) as u32;
        let mut order: Vec<NodeIndex> = nodes.indices().collect();
        order.sort_by(|&one, &other| {
            let of = |node: NodeIndex| (nodes.seed(node), nodes.weight(node).get());
            let is_before = |one, other| Self::is_before(slot, of(one), of(other));
            is_before(other, one).cmp(&is_before(one, other))
        });
        let _ = order.into_iter().try_for_each(visit);
    }

    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        let counts = self.owners.iter().fold(BTreeMap::new(), |mut counts: BTreeMap<u64, u32>, &owner| {
            *counts.entry(owner).or_default() += 1;
            counts
        });
        let share = |seed: &u64| f64::from(counts.get(seed).copied().unwrap_or(0)) / SLOTS as f64;
        Some(nodes.seeds().iter().map(share).collect())
    }
}

/// A kernel under the law and the oracle of the true one.
fn ranked<const FAULT: u8>() -> Algorithm {
    let oracle = Registry::builtin().resolve(&format!("slots:bits={BITS}")).unwrap().oracle().map(Arc::clone).unwrap();
    let algorithm = Algorithm::of("planted", Ranked::<FAULT>::default()).with_law(Law::Dealt { slots: SLOTS as u64 });
    // Under another order, each answer is another.
    if FAULT == AFFINE || FAULT == TIES_BY_ARRIVAL { algorithm } else { algorithm.with_oracle(oracle) }
}

#[test]
fn slots_that_rank_rightly_pass() {
    assert_eq!(failures(&judged_at(&ranked::<SOUND>(), &[2, 10])), BTreeMap::new());
}

/// Its mean square is not far off; the rare pairs of nodes that it is made of are.
#[test]
fn an_affine_order_is_seen_in_the_fourth_moment_of_two_nodes() {
    caught(&judged_at(&ranked::<AFFINE>(), &[2]), "two nodes", "mean fourth power", &["slot pairs", "ranks"]);
}

#[test]
fn ties_of_rank_that_go_to_the_first_of_the_list_are_seen_in_another_order_of_arrival() {
    let outcomes = judged_at(&ranked::<TIES_BY_ARRIVAL>(), &[10]);
    // Without lower bits, light nodes tie with heavy ones as well.
    let besides = ["collisions", "ranks", "reweighting", "weights"];
    caught(&outcomes, "order", "answers that depend on arrival", &besides);
}

#[test]
fn a_bound_that_is_not_raised_by_a_leave_is_seen_after_many() {
    caught(&judged_at(&ranked::<STALE_BOUND>(), &[10]), "history", "answers unlike a fresh build's", &["order"]);
}

#[test]
fn a_weight_that_is_compared_in_floating_point_is_seen_by_the_oracle() {
    caught(&judged_at(&ranked::<WEIGHT_IN_FLOATS>(), &[10]), "oracle", "other answers with weights", &[]);
}
