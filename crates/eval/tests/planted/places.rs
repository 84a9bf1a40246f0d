//! Orders of preference that are uneven in one of their places, or in who follows whom.

use std::ops::ControlFlow;

use annulus::MaglevKernel;
use annulus_core::{DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties};
use annulus_eval::{Algorithm, Law};

use crate::trial::{caught, failures, index, judged, scale};

/// Maglev's table, and the order by the owners of the slots from the key's on, each once.
#[derive(Clone, Default)]
struct InARow(MaglevKernel);

impl Kernel for InARow {
    const PROPERTIES: Properties = Properties::new("in-a-row", DependsOn::Set);
    fn rebuild(&mut self, nodes: &Nodes) {
        self.0.rebuild(nodes);
    }
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        self.0.lookup(nodes, digest)
    }
    fn walk(&self, nodes: &Nodes, digest: Digest, mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let slots = self.0.slots();
        let first = scale(digest.bits(), slots as usize) as u32;
        let mut seen = vec![false; nodes.len()];
        let mut left = nodes.len();
        for slot in (first..slots).chain(0..first) {
            let owner = self.0.owner_of_slot(nodes, slot).unwrap();
            if !std::mem::replace(&mut seen[owner.as_usize()], true) {
                left -= 1;
                if visit(owner).is_break() || left == 0 {
                    return;
                }
            }
        }
    }
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        self.0.shares(nodes)
    }
}

/// Owners are as even as slots are, and every set of replicas is sound. But a node's successors in the table are few, and some
/// nodes follow more often than others.
#[test]
fn the_owners_of_slots_in_a_row_are_uneven_from_the_second_place_on() {
    let slots = u64::from(MaglevKernel::default().slots());
    let outcomes = judged(&Algorithm::of("planted", InARow::default()).with_law(Law::Slots { slots }));
    for figure in ["mean X² of place 2", "mean X² of place 5", "mean X² of owner and second"] {
        caught(&outcomes, "places", figure, &[]);
    }
    assert!(!failures(&outcomes)["places"].contains("mean X² of place 1"));
}

/// An owner by the digest's high bits, and after it the list from there on.
#[derive(Clone, Default)]
struct Next;

impl Kernel for Next {
    const PROPERTIES: Properties = Properties::new("next", DependsOn::Order).uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        index(scale(digest.bits(), nodes.len()))
    }
    fn walk(&self, nodes: &Nodes, digest: Digest, visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let owner = self.lookup(nodes, digest).as_usize();
        let _ = (owner..nodes.len()).chain(0..owner).map(index).try_for_each(visit);
    }
}

/// Each place is as even as the first. All of a dead node's keys go to one other.
#[test]
fn a_second_that_follows_from_the_first_shows_in_pairs_alone() {
    let outcomes = judged(&Algorithm::of("planted", Next));
    caught(&outcomes, "places", "mean X² of owner and second", &[]);
    assert_eq!(failures(&outcomes)["places"].len(), 1);
}
