//! Two instances with the same members that answer differently, because they were made in different ways.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use annulus_core::{DependsOn, Digest, Gone, Kernel, NodeIndex, Nodes, Properties, mix64};
use annulus_eval::Algorithm;

use crate::trial::{caught, greatest, index, judged_at};

const EVEN: Properties = Properties::new("planted", DependsOn::Set).minimal_on_addition().minimal_on_any_removal().uniform();

/// The greatest draw among seeds that a kernel keeps itself.
fn of_seeds(seeds: &[u64], digest: Digest) -> NodeIndex {
    let rank = |&node: &usize| (mix64(mix64(digest.bits()) ^ seeds[node]), seeds[node]);
    index((0..seeds.len()).max_by_key(rank).unwrap())
}

/// Of several nodes that come in one call, the second has another seed than if it came alone.
#[derive(Clone, Default)]
struct Batched(Vec<u64>);

impl Kernel for Batched {
    const PROPERTIES: Properties = EVEN;
    fn rebuild(&mut self, nodes: &Nodes) {
        self.0.clear();
        self.added(nodes, index(0));
    }
    fn lookup(&self, _: &Nodes, digest: Digest) -> NodeIndex {
        of_seeds(&self.0, digest)
    }
    fn added(&mut self, nodes: &Nodes, first: NodeIndex) {
        let from = first.as_usize();
        self.0.extend_from_slice(&nodes.seeds()[from..]);
        if let Some(second) = self.0.get_mut(from + 1) {
            *second = mix64(*second);
        }
    }
    fn removed(&mut self, _: &Nodes, gone: Gone) {
        self.0.swap_remove(gone.index.as_usize());
    }
}

#[test]
fn a_batch_unlike_its_members_one_by_one_is_seen() {
    let outcomes = judged_at(&Algorithm::of("planted", Batched::default()), &[10]);
    caught(
        &outcomes,
        "instances",
        "after adding one by one",
        &["movement", "history", "order", "collisions", "places", "replicas"],
    );
}

/// A clone that has another seed for the first node.
#[derive(Default)]
struct Cloned(Vec<u64>);

impl Clone for Cloned {
    fn clone(&self) -> Self {
        let mut seeds = self.0.clone();
        seeds.iter_mut().take(1).for_each(|seed| *seed = mix64(*seed));
        Self(seeds)
    }
}

impl Kernel for Cloned {
    const PROPERTIES: Properties = EVEN;
    fn rebuild(&mut self, nodes: &Nodes) {
        self.0 = nodes.seeds().to_vec();
    }
    fn lookup(&self, _: &Nodes, digest: Digest) -> NodeIndex {
        of_seeds(&self.0, digest)
    }
}

#[test]
fn a_clone_unlike_its_original_is_seen() {
    let outcomes = judged_at(&Algorithm::of("planted", Cloned::default()), &[10]);
    caught(&outcomes, "instances", "in a clone", &["movement", "history", "order", "heirs", "collisions"]);
}

/// A clone that shares its state with the original.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u64>>>);

impl Kernel for Shared {
    const PROPERTIES: Properties = EVEN;
    fn rebuild(&mut self, nodes: &Nodes) {
        *self.0.lock().unwrap() = nodes.seeds().to_vec();
    }
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let seeds = self.0.lock().unwrap();
        let known = nodes.seeds().iter().copied().filter(|seed| seeds.contains(seed));
        let owner = of_seeds(&known.collect::<Vec<_>>(), digest);
        NodeIndex::from_usize(owner.as_usize()).unwrap()
    }
}

#[test]
fn a_clone_that_shares_its_state_is_seen() {
    let outcomes = judged_at(&Algorithm::of("planted", Shared::default()), &[10]);
    let others = ["movement", "history", "order", "heirs", "collisions", "asking", "replicas", "places", "names", "uniform"];
    caught(&outcomes, "instances", "that a clone's change changes", &others);
}

/// What many nodes left behind: from twenty nodes more than there are on, answers are other ones ever after.
#[derive(Clone, Default)]
struct Stretched {
    most: usize,
}

impl Kernel for Stretched {
    const PROPERTIES: Properties = EVEN;
    fn rebuild(&mut self, nodes: &Nodes) {
        self.most = nodes.len();
    }
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        greatest(nodes, if self.most > nodes.len() + 20 { Digest::of_hash(mix64(digest.bits())) } else { digest })
    }
    fn added(&mut self, nodes: &Nodes, _: NodeIndex) {
        self.most = self.most.max(nodes.len());
    }
    fn removed(&mut self, _: &Nodes, _: Gone) {}
}

#[test]
fn what_others_leave_behind_that_came_and_went_is_seen() {
    let outcomes = judged_at(&Algorithm::of("planted", Stretched::default()), &[10]);
    caught(&outcomes, "instances", "once 40 others came and left", &["history"]);
}

/// The owner is the set's, but the order after it is the list's.
#[derive(Clone, Default)]
struct ByArrival;

impl Kernel for ByArrival {
    const PROPERTIES: Properties = Properties::new("by-arrival", DependsOn::Set);
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        greatest(nodes, digest)
    }
    fn walk(&self, nodes: &Nodes, digest: Digest, visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let owner = greatest(nodes, digest);
        let _ = std::iter::once(owner).chain(nodes.indices().filter(|&node| node != owner)).try_for_each(visit);
    }
}

#[test]
fn an_order_of_preference_that_depends_on_arrival_is_seen() {
    let outcomes = judged_at(&Algorithm::of("planted", ByArrival), &[10]);
    caught(&outcomes, "instances", "in the reverse order of arrival", &["order", "history"]);
    caught(&outcomes, "order", "orders that depend on arrival", &["instances", "history"]);
}
