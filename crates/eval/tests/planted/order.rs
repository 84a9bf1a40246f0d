//! Answers that depend on what they should not: history, and how often one asks.

use std::collections::BTreeSet;

use annulus_core::{DependsOn, Digest, Gone, Kernel, NodeIndex, Nodes, Properties, mix, mix64};
use annulus_eval::Algorithm;

use crate::trial::{TURN, caught, index, judged, scale};

/// Rendezvous hashing in which who was here before draws otherwise.
#[derive(Clone, Default)]
struct Remembering {
    seen: BTreeSet<u64>,
    salted: BTreeSet<u64>,
}

impl Kernel for Remembering {
    const PROPERTIES: Properties =
        Properties::new("remembering", DependsOn::Set).minimal_on_addition().minimal_on_any_removal().uniform();
    fn rebuild(&mut self, _: &Nodes) {
        *self = Self::default();
    }
    fn added(&mut self, nodes: &Nodes, first: NodeIndex) {
        let new = &nodes.seeds()[first.as_usize()..];
        self.salted.extend(new.iter().filter(|seed| self.seen.contains(seed)));
    }
    fn removed(&mut self, _: &Nodes, gone: Gone) {
        self.seen.insert(gone.seed);
    }
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let salt = |seed| if self.salted.contains(&seed) { 1 } else { 0 };
        let draw = |node| mix(mix64(digest.bits()) ^ nodes.seed(node), salt(nodes.seed(node)));
        nodes.indices().max_by_key(|&node| draw(node)).unwrap()
    }
}

/// What comes and goes is placed evenly and moves no more than it must; only, it is not where it was.
#[test]
fn a_node_that_returns_to_other_keys_shows_in_the_order_alone() {
    let outcomes = judged(&Algorithm::of("planted", Remembering::default()));
    caught(&outcomes, "order", "answers that a return changes", &[]);
}

/// One question in a thousand is answered anyhow.
#[derive(Clone, Default)]
struct Flickering;

impl Kernel for Flickering {
    const PROPERTIES: Properties = Properties::new("flickering", DependsOn::Order);
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let turn = TURN.replace(TURN.get() + 1);
        index(scale(if turn.is_multiple_of(997) { !digest.bits() } else { digest.bits() }, nodes.len()))
    }
}

#[test]
fn answers_that_change_from_one_question_to_the_next_are_seen() {
    let outcomes = judged(&Algorithm::of("planted", Flickering));
    caught(
        &outcomes,
        "order",
        "answers that a second question changes",
        &["movement", "history", "asking", "replicas", "collisions"],
    );
}
