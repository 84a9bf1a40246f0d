//! Tables that are filled wrongly.

use std::collections::BTreeMap;

use annulus_core::{DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties, mix};
use annulus_eval::{Algorithm, Law};

use crate::trial::{caught, failures, index, judged, scale};

const SLOTS: usize = 65_537;

/// A table filled in turns: what becomes of a node whose slot is taken, the turns' order, and lists that change with the number
/// of nodes are the defects.
#[derive(Clone, Default)]
struct Filled<const FORFEITS: bool, const BY_ARRIVAL: bool, const ANEW: bool> {
    slots: Vec<usize>,
    nodes: usize,
}

impl<const FORFEITS: bool, const BY_ARRIVAL: bool, const ANEW: bool> Kernel for Filled<FORFEITS, BY_ARRIVAL, ANEW> {
    const PROPERTIES: Properties = Properties::new("filled", DependsOn::Set);
    fn rebuild(&mut self, nodes: &Nodes) {
        let mut order: Vec<usize> = (0..nodes.len()).collect();
        if !BY_ARRIVAL {
            order.sort_by_key(|&node| nodes.seeds()[node]);
        }
        let salt = if ANEW { 2 * nodes.len() as u64 } else { 0 };
        let step = |node: usize| scale(mix(nodes.seeds()[node], salt + 1), SLOTS - 1) + 1;
        let mut at: Vec<usize> = (0..nodes.len()).map(|node| scale(mix(nodes.seeds()[node], salt), SLOTS)).collect();
        (self.slots, self.nodes) = (vec![usize::MAX; SLOTS], nodes.len());
        let mut left = if nodes.is_empty() { 0 } else { SLOTS };
        while left > 0 {
            for &node in &order {
                while !FORFEITS && left > 0 && self.slots[at[node]] != usize::MAX {
                    at[node] = (at[node] + step(node)) % SLOTS;
                }
                if left > 0 && self.slots[at[node]] == usize::MAX {
                    self.slots[at[node]] = node;
                    left -= 1;
                }
                at[node] = (at[node] + step(node)) % SLOTS;
            }
        }
    }
    fn lookup(&self, _: &Nodes, digest: Digest) -> NodeIndex {
        index(self.slots[scale(digest.bits(), SLOTS)])
    }
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        let held = |node| self.slots.iter().filter(|&&owner| owner == node).count() as f64;
        Some((0..nodes.len()).map(|node| held(node) / SLOTS as f64).collect())
    }
}

fn filled<K: Kernel + Default + Send + Sync + 'static>() -> Algorithm {
    Algorithm::of("planted", K::default()).with_law(Law::Slots { slots: SLOTS as u64 })
}

#[test]
fn a_table_that_is_filled_rightly_passes() {
    assert_eq!(failures(&judged(&filled::<Filled<false, false, false>>())), BTreeMap::new());
}

/// Counts of keys agree with the shares, and removals are minimal, which looks like a virtue.
#[test]
fn maglev_whose_node_forfeits_its_turn_has_uneven_slots() {
    let outcomes = judged(&filled::<Filled<true, false, false>>());
    caught(&outcomes, "slots", "slots of a node", &["collateral", "names"]);
}

#[test]
fn a_table_filled_by_arrival_depends_on_arrival() {
    let outcomes = judged(&filled::<Filled<false, true, false>>());
    caught(&outcomes, "order", "answers that depend on arrival", &["collisions"]);
}

/// Slots, answers and order are in order; Maglev moves some keys needlessly anyway, and this one nearly all.
#[test]
fn a_table_filled_anew_for_each_number_of_nodes_disturbs_too_many_keys() {
    caught(&judged(&filled::<Filled<false, false, true>>()), "collateral", "median collateral", &[]);
}
