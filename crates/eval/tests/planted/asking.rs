//! Answers that depend on how they are asked for, and on what happened long before.

use annulus_core::{DependsOn, Digest, Gone, Kernel, NodeIndex, Nodes, Properties, Weight, cost::cost, mix64};
use annulus_eval::Algorithm;
use annulus_eval::progress::Progress;
use annulus_eval::verify::{Plan, verify};

use crate::trial::{caught, greatest, index, judged, judged_at, scale};

const EVEN: Properties = Properties::new("planted", DependsOn::Set).minimal_on_addition().minimal_on_any_removal().uniform();

/// One single look-up in 4,096 goes elsewhere than in a batch.
#[derive(Clone, Default)]
struct Single;

impl Kernel for Single {
    const PROPERTIES: Properties = EVEN;
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        if digest.bits() % 4_096 == 77 { index(0) } else { greatest(nodes, digest) }
    }
    fn lookup_batch(&self, nodes: &Nodes, digests: &[Digest], out: &mut [NodeIndex]) {
        out.iter_mut().zip(digests).for_each(|(out, &digest)| *out = greatest(nodes, digest));
    }
}

#[test]
fn a_single_look_up_in_thousands_unlike_its_batch_is_seen() {
    // The order begins with the single look-up, so that replicas are of it.
    caught(&judged(&Algorithm::of("planted", Single)), "asking", "single look-ups", &["replicas", "places"]);
}

/// The last chunk of a batch, where it is not full, is answered for the chunk's first digest.
#[derive(Clone, Default)]
struct Rest;

impl Kernel for Rest {
    const PROPERTIES: Properties = EVEN;
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        greatest(nodes, digest)
    }
    fn lookup_batch(&self, nodes: &Nodes, digests: &[Digest], out: &mut [NodeIndex]) {
        for (out, digests) in out.chunks_mut(16).zip(digests.chunks(16)) {
            for (lane, out) in out.iter_mut().enumerate() {
                *out = greatest(nodes, digests[if digests.len() < 16 { 0 } else { lane }]);
            }
        }
    }
}

#[test]
fn the_last_partial_chunk_of_a_batch_is_seen() {
    let besides = ["movement", "history", "order", "names", "uniform"];
    caught(&judged(&Algorithm::of("planted", Rest)), "asking", "short batches", &besides);
}

/// Seeds that are kept beside the nodes, and no longer after the 48th change.
#[derive(Clone, Default)]
struct Stale {
    seeds: Vec<u64>,
    changes: usize,
}

impl Kernel for Stale {
    const PROPERTIES: Properties = EVEN;
    fn rebuild(&mut self, nodes: &Nodes) {
        *self = Self { seeds: nodes.seeds().to_vec(), changes: 0 };
    }
    fn lookup(&self, _: &Nodes, digest: Digest) -> NodeIndex {
        let rank = |&node: &usize| (mix64(mix64(digest.bits()) ^ self.seeds[node]), self.seeds[node]);
        index((0..self.seeds.len()).max_by_key(rank).unwrap())
    }
    fn added(&mut self, nodes: &Nodes, first: NodeIndex) {
        self.seeds.extend_from_slice(&nodes.seeds()[first.as_usize()..]);
        self.changes += 1;
    }
    fn removed(&mut self, nodes: &Nodes, gone: Gone) {
        self.seeds.swap_remove(gone.index.as_usize());
        self.changes += 1;
        if self.changes == 48 {
            self.seeds[0] = mix64(nodes.seeds()[0]);
        }
    }
}

#[test]
fn a_stale_seed_after_many_changes_is_seen() {
    caught(&judged_at(&Algorithm::of("planted", Stale::default()), &[30]), "history", "fresh build", &[]);
}

/// A removal that keeps the index of the consumer next to last where the last took its place.
#[derive(Clone, Default)]
struct Relabels(Vec<u64>);

impl Kernel for Relabels {
    const PROPERTIES: Properties = EVEN;
    fn rebuild(&mut self, nodes: &Nodes) {
        self.0 = nodes.seeds().to_vec();
    }
    fn lookup(&self, _: &Nodes, digest: Digest) -> NodeIndex {
        let rank = |&node: &usize| (mix64(mix64(digest.bits()) ^ self.0[node]), self.0[node]);
        index((0..self.0.len()).max_by_key(rank).unwrap())
    }
    fn added(&mut self, nodes: &Nodes, first: NodeIndex) {
        self.0.extend_from_slice(&nodes.seeds()[first.as_usize()..]);
    }
    fn removed(&mut self, nodes: &Nodes, gone: Gone) {
        if gone.index.as_usize() + 1 == nodes.len() {
            self.0.pop();
        } else {
            self.0.swap_remove(gone.index.as_usize());
        }
    }
}

#[test]
fn a_wrong_label_of_the_next_to_last_is_seen() {
    caught(&judged_at(&Algorithm::of("planted", Relabels::default()), &[30]), "history", "fresh build", &[]);
}

/// A node's number is kept in 16 bits.
#[derive(Clone, Default)]
struct Narrow;

impl Kernel for Narrow {
    const PROPERTIES: Properties = Properties::new("narrow", DependsOn::Order).uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        index(usize::from(scale(mix64(digest.bits()), nodes.len()) as u16))
    }
}

#[test]
fn a_node_number_cut_at_sixteen_bits_is_seen() {
    let besides = ["replicas", "places", "names"];
    caught(&judged_at(&Algorithm::of("planted", Narrow), &[1_000]), "widths", "among 70000 nodes", &besides);
}

/// Weights, as `COUNTED` makes them.
#[derive(Clone, Default)]
struct Counted<const MOST: u32>;

impl<const MOST: u32> Kernel for Counted<MOST> {
    const PROPERTIES: Properties = EVEN.minimal_on_reweighting();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let price = |node: NodeIndex| {
            let draw = (mix64(mix64(digest.bits()) ^ nodes.seed(node)) >> 32) as u32;
            cost(draw) as f64 / f64::from(nodes.weight(node).get().min(MOST))
        };
        nodes.indices().min_by(|&a, &b| price(a).total_cmp(&price(b))).unwrap()
    }
    fn reweighted(&mut self, _: &Nodes, _: NodeIndex, _: Weight) {}
}

#[test]
fn weights_that_are_clipped_are_seen() {
    let besides = ["replicas", "places", "names", "collisions"];
    caught(&judged(&Algorithm::of("planted", Counted::<12>)), "weights", "from 1 to 10,000", &besides);
    caught(&judged(&Algorithm::of("planted", Counted::<65_535>)), "weights", "400 million", &besides);
}

/// Everything goes to one node, of which nothing is promised.
#[derive(Clone, Default)]
struct One;

impl Kernel for One {
    const PROPERTIES: Properties = Properties::new("one", DependsOn::Set);
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, _: Digest) -> NodeIndex {
        nodes.indices().min_by_key(|&node| nodes.seed(node)).unwrap()
    }
}

#[test]
fn all_keys_on_one_node_are_shown_and_said_to_be_not_judged() {
    let outcomes = judged(&Algorithm::of("planted", One));
    let balance: Vec<_> = outcomes.iter().filter(|outcome| outcome.gate == "balance").collect();
    assert_eq!(balance.len(), 2);
    for (outcome, busiest) in balance.into_iter().zip(["10.000", "100.000"]) {
        let why = outcome.refusal.as_deref().unwrap();
        assert!(outcome.judged == 0 && why.contains(&format!("the busiest node has {busiest} times the mean")), "{why}");
    }
}

/// Another placement from each power of two on.
#[derive(Clone, Default)]
struct Reshuffled;

impl Kernel for Reshuffled {
    const PROPERTIES: Properties = EVEN;
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let salt = nodes.len().next_power_of_two() as u64;
        greatest(nodes, Digest::of_hash(mix64(digest.bits() ^ salt)))
    }
}

/// Nodes past the last power of two get 2.9 % less than their share.
#[derive(Clone, Default)]
struct Short;

impl Kernel for Short {
    const PROPERTIES: Properties = Properties::new("short", DependsOn::Order).uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let level = nodes.len().next_power_of_two() / 2;
        let found = scale(mix64(digest.bits()), nodes.len());
        let is_lost = found >= level && mix64(!digest.bits()) % 1_000 < 29;
        index(if is_lost { scale(mix64(digest.bits() ^ 1), level) } else { found })
    }
}

/// At a size, and in the first test with the keys, of `annulus verify` itself.
#[test]
fn a_level_of_buckets_short_of_its_share_is_seen_by_the_default_plan() {
    let plan = Plan { nodes: vec![65], ..Plan::thorough(1) };
    assert!(Plan::thorough(1).nodes.contains(&65));
    let short = Algorithm::of("planted", Short);
    let outcomes = verify(&[&short], &plan, &Progress::hidden()).unwrap();
    caught(&outcomes, "uniform", "X²", &["names", "movement", "history", "replicas", "places"]);
}

#[test]
fn a_reshuffle_at_powers_of_two_is_seen() {
    let outcomes = judged_at(&Algorithm::of("planted", Reshuffled), &[65]);
    caught(&outcomes, "movement", "remove last: keys moved needlessly", &["collisions"]);
}
