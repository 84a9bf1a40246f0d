//! Changes that move too many keys, too few, or leave some to nobody.

use std::collections::BTreeMap;

use annulus_core::{DependsOn, Digest, Gone, Kernel, NodeIndex, Nodes, Properties, mix, mix64};
use annulus_eval::Algorithm;
use annulus_eval::textbook::bucket_loop::bucket_loop;

use crate::trial::{caught, judged};

/// A ring of a hundred points a node that leaves the last of them behind.
#[derive(Clone, Default)]
struct Haunted {
    points: BTreeMap<u64, u64>,
}

impl Kernel for Haunted {
    const PROPERTIES: Properties = Properties::new("haunted", DependsOn::Set).minimal_on_addition().minimal_on_any_removal();
    fn rebuild(&mut self, nodes: &Nodes) {
        self.points = nodes.seeds().iter().flat_map(|&seed| (0..100).map(move |i| (mix(seed, i), seed))).collect();
    }
    fn removed(&mut self, _: &Nodes, gone: Gone) {
        (0..99).for_each(|i| _ = self.points.remove(&mix(gone.seed, i)));
    }
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let (_, &seed) = self.points.range(digest.bits()..).next().or_else(|| self.points.first_key_value()).unwrap();
        nodes.indices().find(|&node| nodes.seed(node) == seed).unwrap_or(NodeIndex::new(u32::MAX))
    }
}

/// At a hundred nodes it is a ten-thousandth of the keys; the balance of the rest is blind to it.
#[test]
fn a_removal_that_leaves_a_point_behind_leaves_keys_to_nobody() {
    let outcomes = judged(&Algorithm::of("planted", Haunted::default()));
    caught(&outcomes, "movement", "keys of nobody", &["collisions", "history"]);
    caught(&outcomes, "movement", "answers unlike a fresh build's", &["collisions", "history"]);
}

/// A node that joins gives half of its keys to the next best until all is built afresh.
#[derive(Clone, Default)]
struct Shy {
    newcomer: Option<u64>,
}

impl Kernel for Shy {
    const PROPERTIES: Properties = Properties::new("shy", DependsOn::History).minimal_on_addition().uniform();
    fn rebuild(&mut self, _: &Nodes) {
        self.newcomer = None;
    }
    fn added(&mut self, nodes: &Nodes, first: NodeIndex) {
        let alone = first.as_usize() + 1 == nodes.len();
        self.newcomer = nodes.seeds().last().copied().filter(|_| alone);
    }
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let is_shy = |node: NodeIndex| Some(nodes.seed(node)) == self.newcomer && mix(digest.bits(), 7).is_multiple_of(2);
        let draw = |&node: &NodeIndex| (!is_shy(node), mix64(mix64(digest.bits()) ^ nodes.seed(node)));
        nodes.indices().max_by_key(draw).unwrap()
    }
}

/// Nothing moves needlessly, and as built the nodes are equal.
#[test]
fn a_newcomer_that_takes_too_little_is_seen_in_its_own_count() {
    caught(&judged(&Algorithm::of("planted", Shy::default())), "movement", "add: keys of the new node", &[]);
}

/// Jump hash, in which the last node takes the place of one that leaves, with a promise that it cannot keep.
#[derive(Clone, Default)]
struct Swapping;

impl Kernel for Swapping {
    const PROPERTIES: Properties =
        Properties::new("swapping", DependsOn::Order).minimal_on_addition().minimal_on_any_removal().uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        NodeIndex::new(bucket_loop(digest.bits(), u32::try_from(nodes.len()).unwrap()))
    }
}

#[test]
fn jump_that_promises_every_removal_moves_keys_needlessly() {
    let outcomes = judged(&Algorithm::of("planted", Swapping));
    caught(&outcomes, "movement", "remove: keys moved needlessly", &["collisions"]);
}
