//! Orders of preference and removals that leave a dead node's keys to few.

use std::ops::ControlFlow;

use annulus::{MaglevKernel, RingKernel};
use annulus_core::{Census, DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties, Refusal, mix64};
use annulus_eval::verify::Outcome;
use annulus_eval::{Algorithm, Law};

use crate::trial::{caught, failures, index, judged, judged_at, scale};

/// The owners of another kernel, and after the owner the list from there on.
#[derive(Clone, Default)]
struct Listed<K>(K);

impl<K: Kernel> Kernel for Listed<K> {
    const PROPERTIES: Properties = K::PROPERTIES;
    fn rebuild(&mut self, nodes: &Nodes) {
        self.0.rebuild(nodes);
    }
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        self.0.lookup(nodes, digest)
    }
    fn walk(&self, nodes: &Nodes, digest: Digest, visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let owner = self.lookup(nodes, digest).as_usize();
        let _ = (owner..nodes.len()).chain(0..owner).map(index).try_for_each(visit);
    }
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        self.0.shares(nodes)
    }
    fn heap_bytes(&self, census: &Census) -> u64 {
        self.0.heap_bytes(census)
    }
    fn admit(&self, candidate: &Nodes) -> Result<(), Refusal> {
        self.0.admit(candidate)
    }
}

/// Owners by the digest's high bits: even, and nothing is promised of changes.
#[derive(Clone, Default)]
struct Parts<const EVEN: bool>;

impl<const EVEN: bool> Kernel for Parts<EVEN> {
    const PROPERTIES: Properties =
        if EVEN { Properties::new("parts", DependsOn::Order).uniform() } else { Properties::new("parts", DependsOn::Order) };
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        index(scale(mix64(digest.bits()), nodes.len()))
    }
}

#[test]
fn a_second_that_is_the_next_of_the_list_is_seen_in_an_even_algorithm_at_any_size() {
    let parts = Algorithm::of("planted", Listed(Parts::<true>));
    caught(&judged_at(&parts, &[10, 30, 65, 100]), "heirs", "different pairs of owner and second", &["places"]);
    caught(&judged_at(&parts, &[1_000]), "heirs", "different pairs of owner and second", &[]);
}

#[test]
fn a_second_that_is_the_next_of_the_list_is_seen_in_a_table() {
    let slots = Law::Slots { slots: u64::from(MaglevKernel::default().slots()) };
    let table = Algorithm::of("planted", Listed(MaglevKernel::default())).with_law(slots);
    for (size, besides) in [(10, &["places", "order", "history", "instances"][..]), (1_000, &["order", "history", "instances"])] {
        caught(&judged_at(&table, &[size]), "heirs", "different pairs of owner and second", besides);
    }
}

#[test]
fn a_second_that_is_the_next_of_the_list_is_seen_in_a_ring() {
    let ring = Algorithm::of("planted", Listed(RingKernel::default())).with_law(Law::Arcs { points: 160 });
    let besides = ["places", "order", "history", "instances"];
    for size in [10, 100] {
        let outcomes = judged_at(&ring, &[size]);
        caught(&outcomes, "heirs", "seconds of the owner nearest", &besides);
        caught(&outcomes, "heirs", "second choices unlike the owners once the first is gone", &besides);
    }
}

/// Where no law is told and the set decides, the list must not show in the order.
#[test]
fn a_second_that_is_the_next_of_the_list_shows_in_another_order_of_arrival() {
    let outcomes = judged(&Algorithm::of("planted", Listed(RingKernel::default())));
    caught(&outcomes, "order", "orders that depend on arrival", &["heirs", "history", "instances"]);
}

/// Where nothing is promised and no law is told, one heir may be meant: a circle of one point a node has no more.
#[test]
fn heirs_without_any_law_are_shown_and_said_to_be_not_judged() {
    let outcomes = judged_at(&Algorithm::of("planted", Listed(Parts::<false>)), &[10]);
    assert!(failures(&outcomes).is_empty());
    let heirs = outcomes.iter().find(|outcome| outcome.gate == "heirs").and_then(|outcome: &Outcome| outcome.refusal.as_deref());
    let why = heirs.unwrap();
    assert!(why.contains("no law is known: they go to 1.5 of 9 others in the mean"), "{why}");
}

/// A ring on which every node follows the same other: its points are evenly spaced from the node's first.
#[derive(Clone, Default)]
struct Followed(crate::trial::Circle);

impl Kernel for Followed {
    const PROPERTIES: Properties = Properties::new("followed", DependsOn::Set).minimal_on_addition().minimal_on_any_removal();
    fn rebuild(&mut self, nodes: &Nodes) {
        let points =
            nodes.indices().flat_map(|node| (0..160).map(move |i| (nodes.seed(node) / 160 + i * (u64::MAX / 160), node)));
        self.0 = crate::trial::Circle(points.collect());
    }
    fn lookup(&self, _: &Nodes, digest: Digest) -> NodeIndex {
        self.0.owner(digest)
    }
}

#[test]
fn a_ring_of_nodes_that_follow_one_another_leaves_all_keys_to_one() {
    let ring = Algorithm::of("planted", Followed::default()).with_law(Law::Arcs { points: 160 });
    caught(&judged(&ring), "heirs", "receivers of a node that left", &["places", "movement"]);
}

/// Jump's buckets, but each key of a node that leaves goes to the first.
#[derive(Clone, Default)]
struct Heaped;

impl Kernel for Heaped {
    const PROPERTIES: Properties =
        Properties::new("heaped", DependsOn::Order).minimal_on_addition().minimal_on_last_removal().uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        // Node n, from 0, takes a key with the probability 1/(n + 1), no matter who had it; only, all keys but those taken are the first's.
        let takes = |node: &usize| scale(mix64(digest.bits() ^ *node as u64), *node + 1) == 0;
        let last = nodes.len() - 1;
        index(if takes(&last) { last } else { 0 })
    }
}

/// Its balance is far off as well: a placement that heaps cannot stay even.
#[test]
fn a_last_node_whose_keys_all_go_to_the_first_is_seen() {
    let outcomes = judged(&Algorithm::of("planted", Heaped));
    caught(&outcomes, "heirs", "receivers of a node that left", &["uniform", "movement", "names", "places", "replicas"]);
}
