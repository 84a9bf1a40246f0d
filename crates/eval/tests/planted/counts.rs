//! Counts of keys that are too uneven, or too even.

use annulus_core::{DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties, mix64};
use annulus_eval::Algorithm;
use annulus_eval::progress::Progress;
use annulus_eval::verify::{Plan, verify};

use crate::jump::jumping;
use crate::trial::{TURN, caught, index, judged, scale};

/// The greatest of digest XOR seed, unmixed: a trie, whose leaves are grossly unequal.
#[derive(Clone, Default)]
struct Xor;

impl Kernel for Xor {
    const PROPERTIES: Properties =
        Properties::new("xor", DependsOn::Set).minimal_on_addition().minimal_on_any_removal().uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        nodes.indices().max_by_key(|&node| nodes.seed(node) ^ digest.bits()).unwrap()
    }
}

#[test]
fn rendezvous_scored_by_xor_is_not_uniform() {
    // The count of a node that joins is no binomial one either.
    caught(&judged(&Algorithm::of("planted", Xor)), "uniform", "X²", &["names", "movement", "replicas", "places"]);
}

/// Each question goes to the next node: the counts are as even as can be, whatever the keys.
#[derive(Clone, Default)]
struct Rotating;

impl Kernel for Rotating {
    const PROPERTIES: Properties = Properties::new("rotating", DependsOn::History).uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, _: Digest) -> NodeIndex {
        index(TURN.replace(TURN.get() + 1) % nodes.len())
    }
}

/// It promises nothing of order, but an answer may not depend on those before. Its replicas betray it too, whose owner is another each
/// time.
#[test]
fn counts_that_do_not_depend_on_keys_are_too_even() {
    let outcomes = judged(&Algorithm::of("planted", Rotating));
    caught(&outcomes, "uniform", "lower tail", &["names", "replicas", "places", "asking"]);
}

/// Every third question goes to the next node, the others to where they should.
#[derive(Clone, Default)]
struct Smoothed;

impl Kernel for Smoothed {
    const PROPERTIES: Properties = Properties::new("smoothed", DependsOn::History).uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let turn = TURN.replace(TURN.get() + 1);
        index(if turn.is_multiple_of(3) { turn / 3 % nodes.len() } else { scale(digest.bits(), nodes.len()) })
    }
}

/// On half of all sets of names four fifths of the counts are even, on the other half the first node has too much.
#[derive(Clone, Default)]
struct Erratic {
    is_smooth: bool,
}

impl Kernel for Erratic {
    const PROPERTIES: Properties = Properties::new("erratic", DependsOn::History).uniform();
    fn rebuild(&mut self, nodes: &Nodes) {
        self.is_smooth = nodes.seeds().iter().fold(0, |all, seed| all ^ seed) % 2 == 0;
    }
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let turn = TURN.replace(TURN.get() + 1);
        let is_turned = self.is_smooth && !turn.is_multiple_of(5);
        let is_stolen = !self.is_smooth && mix64(digest.bits()) % 1000 < 9;
        index(match (is_turned, is_stolen) {
            (true, _) => turn / 5 % nodes.len(),
            (_, true) => 0,
            _ => scale(digest.bits(), nodes.len()),
        })
    }
}

/// Which of the gates of counts, of single seeds and of all, fail at ten nodes.
fn failing_counts(algorithm: &Algorithm, seeds: u32) -> Vec<&'static str> {
    let plan = Plan { nodes: vec![10], keys: 10_000, ..Plan::quick(seeds) };
    let outcomes = verify(&[algorithm], &plan, &Progress::hidden()).unwrap();
    let failing = outcomes.iter().filter(|outcome| !outcome.holds()).map(|outcome| outcome.gate);
    failing.filter(|gate| ["uniform", "excess over seeds", "spread over seeds"].contains(gate)).collect()
}

/// A third of the variance is missing, which no single seed shows at ten nodes.
#[test]
fn counts_somewhat_too_even_show_over_seeds() {
    let smoothed = Algorithm::of("planted", Smoothed);
    assert_eq!(failing_counts(&smoothed, 1), [""; 0]);
    assert_eq!(failing_counts(&smoothed, 199), ["excess over seeds"]);
    assert_eq!(failing_counts(&smoothed, 200), ["excess over seeds", "spread over seeds"]);
    assert_eq!(failing_counts(&jumping::<31, false>(), 200), [""; 0]);
}

/// Too much and too little add up to nothing.
#[test]
fn counts_too_even_on_some_seeds_and_too_uneven_on_others_show_in_the_spread_alone() {
    assert_eq!(failing_counts(&Algorithm::of("planted", Erratic::default()), 200), ["spread over seeds"]);
}

/// Counts are blind to another rounding of jump's quotient, however many seeds there are.
#[test]
fn the_gates_over_seeds_are_blind_to_what_moves_a_key_in_billions() {
    assert_eq!(failing_counts(&jumping::<31, true>(), 200), [""; 0]);
}

/// As [`Rotating`], with exact shares in place of a promise.
#[derive(Clone, Default)]
struct Dealt;

impl Kernel for Dealt {
    const PROPERTIES: Properties = Properties::new("dealt", DependsOn::History);
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, _: Digest) -> NodeIndex {
        index(TURN.replace(TURN.get() + 1) % nodes.len())
    }
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        Some(vec![1.0 / nodes.len() as f64; nodes.len()])
    }
}

/// Shares that are told are not those of the keys: the node before the last has two in five of the last one's.
#[derive(Clone, Default)]
struct Mistold;

impl Kernel for Mistold {
    const PROPERTIES: Properties = Properties::new("mistold", DependsOn::Order);
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let found = scale(mix64(digest.bits()), nodes.len());
        let is_taken = nodes.len() > 1 && found + 1 == nodes.len() && mix64(!digest.bits()) % 5 < 2;
        index(if is_taken { nodes.len() - 2 } else { found })
    }
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        Some(vec![1.0 / nodes.len() as f64; nodes.len()])
    }
}

/// At every size of the default plan with more than one node.
#[test]
fn counts_are_held_to_exact_shares_at_every_size_and_at_both_ends() {
    for nodes in Plan::thorough(1).nodes.into_iter().filter(|&nodes| nodes > 1) {
        let failing = |algorithm: &Algorithm, keys: usize| {
            let plan = Plan { nodes: vec![nodes], keys, ..Plan::quick(1) };
            let outcomes = verify(&[algorithm], &plan, &Progress::hidden()).unwrap();
            let shares: Vec<_> = outcomes.into_iter().filter(|outcome| outcome.gate == "shares").collect();
            shares.iter().flat_map(|outcome| outcome.failures.iter().map(|figure| figure.name.clone())).collect::<Vec<_>>()
        };
        assert_eq!(failing(&Algorithm::of("planted", Mistold), 1_000_000), ["X² of counts against shares"], "N={nodes}");
        // Of two nodes, even halves are no defect.
        let too_even =
            if nodes == 2 { &[][..] } else { &["X² of counts against shares (lower tail: too even for random keys)"] };
        assert_eq!(failing(&Algorithm::of("planted", Dealt), 300_000), too_even, "N={nodes}");
    }
}
