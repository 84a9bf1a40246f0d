//! Replicas that repeat, heap up, or come in another order than they should.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use annulus_core::{DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties, mix, mix64};
use annulus_eval::Algorithm;

use crate::trial::{caught, failures, greatest, judged};

/// Replicas that repeat the owner.
#[derive(Clone, Default)]
struct Repeating;

impl Kernel for Repeating {
    const PROPERTIES: Properties =
        Properties::new("repeating", DependsOn::Set).minimal_on_addition().minimal_on_any_removal().uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        greatest(nodes, digest)
    }
    fn lookup_n(&self, nodes: &Nodes, digest: Digest, out: &mut [NodeIndex]) -> usize {
        let found = out.len().min(nodes.len());
        (0..found).for_each(|i| out[i] = greatest(nodes, if i == 0 { digest } else { digest.salted(i as u64) }));
        found
    }
}

#[test]
fn salted_replicas_repeat() {
    caught(&judged(&Algorithm::of("planted", Repeating)), "replicas", "sets with a repeat", &[]);
}

/// What is wrong with an order of preference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Fault {
    #[default]
    None,
    /// In one set of ten, the second is the node whose seed is next to the owner's.
    Neighbour,
    /// In one set of ten, the second is the node of the least seed.
    Favourite,
    /// The second comes first.
    Swapped,
    /// Fewer nodes are asked for by another rule.
    Otherwise,
}

/// Rendezvous hashing with its whole order by draws, except for a fault. Every set is distinct and every node an owner alike.
#[derive(Clone, Default)]
struct Ordered(Fault);

impl Ordered {
    fn order(&self, nodes: &Nodes, digest: Digest) -> Vec<NodeIndex> {
        let mut order: Vec<NodeIndex> = nodes.indices().collect();
        order.sort_by_cached_key(|&node| std::cmp::Reverse(mix64(mix64(digest.bits()) ^ nodes.seed(node))));
        let is_chosen = mix(digest.bits(), 3).is_multiple_of(10) && nodes.len() > 1;
        let second = match self.0 {
            Fault::Neighbour if is_chosen => nodes.indices().min_by_key(|&node| after(nodes.seed(order[0]), nodes.seed(node))),
            Fault::Favourite if is_chosen => nodes.indices().min_by_key(|&node| nodes.seed(node)),
            _ => None,
        };
        if let Some(second) = second.filter(|&second| second != order[0]) {
            order.retain(|&node| node != second);
            order.insert(1, second);
        }
        if self.0 == Fault::Swapped && nodes.len() > 1 {
            order.swap(0, 1);
        }
        order
    }
}

/// From one seed on to another, the whole circle to itself.
fn after(seed: u64, other: u64) -> u64 {
    other.wrapping_sub(seed).wrapping_sub(1)
}

impl Kernel for Ordered {
    const PROPERTIES: Properties =
        Properties::new("ordered", DependsOn::Set).minimal_on_addition().minimal_on_any_removal().uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        greatest(nodes, digest)
    }
    fn walk(&self, nodes: &Nodes, digest: Digest, visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let _ = self.order(nodes, digest).into_iter().try_for_each(visit);
    }
    fn lookup_n(&self, nodes: &Nodes, digest: Digest, out: &mut [NodeIndex]) -> usize {
        let mut order = self.order(nodes, digest);
        if self.0 == Fault::Otherwise && mix(digest.bits(), 4).is_multiple_of(4) {
            order[1..].reverse();
        }
        out.iter_mut().zip(&order).map(|(slot, &node)| *slot = node).count()
    }
}

/// Owners and their sets are sound one by one; that replicas heap up, or share their fates, only many sets show. Inclusion is
/// blind to neighbours: each node is one.
#[test]
fn replicas_that_are_not_chosen_freely_show_in_inclusion_or_in_pairs() {
    let of = |fault| judged(&Algorithm::of("planted", Ordered(fault)));
    assert_eq!(failures(&of(Fault::None)), BTreeMap::new());
    let neighbours = of(Fault::Neighbour);
    caught(&neighbours, "replicas", "X² of first and second", &["places"]);
    assert!(!failures(&neighbours)["replicas"].contains("X² of inclusion"));
    caught(&of(Fault::Favourite), "replicas", "X² of inclusion", &["places"]);
}

#[test]
fn replicas_in_another_order_than_they_should_be_are_seen() {
    let of = |fault| judged(&Algorithm::of("planted", Ordered(fault)));
    caught(&of(Fault::Swapped), "replicas", "sets without the owner first", &[]);
    caught(&of(Fault::Otherwise), "replicas", "sets that do not begin the preference order", &[]);
}
