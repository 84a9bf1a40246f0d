//! Shares that are not in proportion to weight.

use annulus_core::{DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties, Weight, mix, mix64};
use annulus_eval::{Algorithm, Law};

use crate::trial::{Circle, caught, index, judged, judged_at, scale};

/// Slots by weight rounded down in parts of the greatest: a light node gets none.
#[derive(Clone, Default)]
struct Rounding {
    circle: Circle,
}

impl Kernel for Rounding {
    const PROPERTIES: Properties = Properties::new("rounding", DependsOn::Set).weighted();
    fn rebuild(&mut self, nodes: &Nodes) {
        let greatest = nodes.weights().iter().max().copied().unwrap_or(Weight::ONE).get();
        let points = |node| 160 * u64::from(nodes.weight(node).get()) / u64::from(greatest);
        let points = nodes.indices().flat_map(|node| (0..points(node)).map(move |i| (mix(nodes.seed(node), i), node)));
        self.circle = Circle(points.collect());
    }
    fn lookup(&self, _: &Nodes, digest: Digest) -> NodeIndex {
        self.circle.owner(digest)
    }
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        self.circle.shares(nodes)
    }
}

/// Counts agree with the exact shares, of which one is 0.
#[test]
fn a_light_weight_rounded_to_nothing_has_no_share() {
    caught(&judged(&Algorithm::of("planted", Rounding::default())), "weights", "least share beside weights of 1000", &[]);
}

/// Rendezvous hashing by draws times weight: heavy nodes get more than is due to them.
#[derive(Clone, Default)]
struct Multiplied;

impl Kernel for Multiplied {
    const PROPERTIES: Properties = Properties::new("multiplied", DependsOn::Set)
        .minimal_on_addition()
        .minimal_on_any_removal()
        .minimal_on_reweighting()
        .uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let draw = |node| u128::from(mix64(mix64(digest.bits()) ^ nodes.seed(node))) * u128::from(nodes.weight(node).get());
        nodes.indices().max_by_key(|&node| (draw(node), nodes.seed(node))).unwrap()
    }
}

/// Equal nodes are served as they should be.
#[test]
fn draws_times_weight_are_not_in_proportion_to_weight() {
    caught(&judged(&Algorithm::of("planted", Multiplied)), "weights", "X² of counts against due shares", &[]);
}

/// One range of digests for each node, as long as its weight: a change of weight shifts those after it.
#[derive(Clone, Default)]
struct Ranges;

impl Kernel for Ranges {
    const PROPERTIES: Properties = Properties::new("ranges", DependsOn::Order).minimal_on_reweighting().uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let total = nodes.weights().iter().map(|weight| weight.get() as usize).sum();
        let mut left = scale(digest.bits(), total);
        let is_in = |&node: &NodeIndex| {
            let weight = nodes.weight(node).get() as usize;
            let is_in = left < weight;
            left = left.wrapping_sub(weight);
            is_in
        };
        nodes.indices().find(is_in).unwrap()
    }
}

/// The counts are in proportion, before and after.
#[test]
fn ranges_that_shift_with_a_weight_move_keys_needlessly() {
    let outcomes = judged(&Algorithm::of("planted", Ranges));
    caught(&outcomes, "weights", "keys moved needlessly by a raised weight", &[]);
}

/// A table in whose first round each node takes as many slots as its weight, and in all later rounds one.
#[derive(Clone, Default)]
struct FirstRound<const TOLD: bool>(Vec<usize>);

impl<const TOLD: bool> FirstRound<TOLD> {
    const SLOTS: usize = 65_537;
}

impl<const TOLD: bool> Kernel for FirstRound<TOLD> {
    const PROPERTIES: Properties = Properties::new("first-round", DependsOn::Set).weighted();
    fn rebuild(&mut self, nodes: &Nodes) {
        let mut order: Vec<NodeIndex> = nodes.indices().collect();
        order.sort_by_key(|&node| nodes.seed(node));
        self.0 = vec![usize::MAX; if order.is_empty() { 0 } else { Self::SLOTS }];
        let (mut left, mut round, mut tries) = (self.0.len(), 0, vec![0; nodes.len()]);
        while left > 0 {
            for &node in &order {
                let turns = if round == 0 { nodes.weight(node).get() as usize } else { 1 };
                for _ in 0..turns.min(left) {
                    let step = scale(mix(nodes.seed(node), 1), Self::SLOTS - 1) + 1;
                    let slot = |tries: usize| (scale(mix(nodes.seed(node), 0), Self::SLOTS) + tries * step) % Self::SLOTS;
                    while self.0[slot(tries[node.as_usize()])] != usize::MAX {
                        tries[node.as_usize()] += 1;
                    }
                    self.0[slot(tries[node.as_usize()])] = node.as_usize();
                    left -= 1;
                }
            }
            round += 1;
        }
    }
    fn lookup(&self, _: &Nodes, digest: Digest) -> NodeIndex {
        index(self.0[scale(digest.bits(), Self::SLOTS)])
    }
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        let held = |node| self.0.iter().filter(|&&owner| owner == node).count() as f64;
        TOLD.then(|| (0..nodes.len()).map(|node| held(node) / Self::SLOTS as f64).collect())
    }
}

/// Every weight is served, each heavy node has more than a light one, and counts agree with the exact shares.
#[test]
fn weights_that_count_in_the_first_round_of_a_table_alone_are_seen() {
    let slots = Law::Slots { slots: 65_537 };
    let told = judged_at(&Algorithm::of("planted", FirstRound::<true>::default()).with_law(slots), &[10]);
    caught(&told, "weights", "most slots off a node's due", &[]);
    // Nor is it hidden by telling no law, or no shares.
    let figure = "mean share of a weight over its due";
    caught(&judged_at(&Algorithm::of("planted", FirstRound::<true>::default()), &[10]), "weights", figure, &[]);
    caught(&judged_at(&Algorithm::of("planted", FirstRound::<false>::default()), &[10]), "weights", figure, &[]);
    caught(&judged_at(&Algorithm::of("planted", FirstRound::<false>::default()).with_law(slots), &[10]), "weights", figure, &[]);
}
