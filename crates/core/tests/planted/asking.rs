//! Faults of asking: preference orders, the first n, batches, edges, answers that change.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::rc::Rc;

use annulus_core::conformance::{lookup, membership, preference};
use annulus_core::{Digest, Kernel, NodeIndex, Nodes, Properties, order};

use super::toys::{Greatest, Points, index};
use super::{Fault, Planted, caught};

plant!(
    /// The last place of a full preference order repeats the first.
    Repeats, repeats_in_a_preference_order, preference::preference_order_visits_each_once_owner_first, "visits to", {
        fn walk(ring: &Points, nodes: &Nodes, digest: Digest, visit: &mut dyn FnMut(NodeIndex) -> ControlFlow<()>) {
            let mut visits = 0;
            ring.walk(nodes, digest, |index| {
                visits += 1;
                visit(if visits == nodes.len() { ring.lookup(nodes, digest) } else { index })
            });
        }
    }
);

plant!(
    /// A preference order ends at the 32nd.
    Short, incomplete_preference_order, preference::preference_order_visits_each_once_owner_first, "32 visits", {
        fn walk(ring: &Points, nodes: &Nodes, digest: Digest, visit: &mut dyn FnMut(NodeIndex) -> ControlFlow<()>) {
            let mut visits = 0;
            ring.walk(nodes, digest, |index| {
                visits += 1;
                if visits > 32 { ControlFlow::Break(()) } else { visit(index) }
            });
        }
    }
);

plant!(
    /// A walk goes on when told to stop.
    Deaf, walk_that_goes_on, preference::preference_order_visits_each_once_owner_first, "told to stop", {
        fn walk(ring: &Points, nodes: &Nodes, digest: Digest, visit: &mut dyn FnMut(NodeIndex) -> ControlFlow<()>) {
            ring.walk(nodes, digest, |index| {
                let _ = visit(index);
                ControlFlow::Continue(())
            });
        }
    }
);

plant!(
    /// The order starts with another than the owner.
    Estranged, order_without_the_owner_first, preference::preference_order_visits_each_once_owner_first, "its owner is", {
        fn walk(_: &Points, nodes: &Nodes, digest: Digest, visit: &mut dyn FnMut(NodeIndex) -> ControlFlow<()>) {
            let _ = order::others(nodes, digest, &[], visit);
        }
    }
);

plant!(
    /// The first n are right for n ≤ 2 only.
    Swapped, first_n_out_of_order, preference::the_first_n_are_a_prefix_of_the_order, "the order starts", {
        fn lookup_n(ring: &Points, nodes: &Nodes, digest: Digest, out: &mut [NodeIndex]) -> usize {
            let found = ring.lookup_n(nodes, digest, out);
            if found > 2 {
                out.swap(1, 2);
            }
            found
        }
    }
);

plant!(
    /// Batches of more than 64 go wrong at their end.
    Tail, batch_with_a_wrong_tail, lookup::batches_equal_single_lookups, "65 digests", {
        fn lookup_batch(ring: &Points, nodes: &Nodes, digests: &[Digest], out: &mut [NodeIndex]) {
            ring.lookup_batch(nodes, digests, out);
            if digests.len() > 64 {
                let last = digests.len() - 1;
                out[last] = index(nodes.len() - 1 - out[last].as_usize());
            }
        }
    }
);

plant!(
    /// The third of the first three is wrong, so candidates are not the order.
    Third, candidates_out_of_order, lookup::every_way_to_ask_agrees, "candidates gave", {
        fn lookup_n(ring: &Points, nodes: &Nodes, digest: Digest, out: &mut [NodeIndex]) -> usize {
            let found = ring.lookup_n(nodes, digest, out);
            if found == 3 && nodes.len() > 3 {
                out.swap(1, 2);
            }
            found
        }
    }
);

plant!(
    /// Of a column, the last key of a chunk is answered as the first.
    Chunk, column_with_a_wrong_answer, lookup::every_way_to_ask_agrees, "owners_of and owner differ at id", {
        fn lookup_batch(ring: &Points, nodes: &Nodes, digests: &[Digest], out: &mut [NodeIndex]) {
            ring.lookup_batch(nodes, digests, out);
            if let [first, .., last] = out {
                *last = *first;
            }
        }
    }
);

plant!(
    /// The greatest digest finds nobody who is there.
    Overflow, answer_out_of_range_at_the_edge, lookup::any_digest_is_answered, "0xffffffffffffffff", {
        fn lookup(ring: &Points, nodes: &Nodes, digest: Digest) -> NodeIndex {
            if digest.bits() == u64::MAX { index(nodes.len()) } else { ring.lookup(nodes, digest) }
        }
    }
);

/// Clones share a counter that decides the answers.
#[derive(Clone, Default)]
struct Shared(Rc<Cell<u64>>);

impl Kernel for Shared {
    const PROPERTIES: Properties = Greatest::PROPERTIES;
    fn rebuild(&mut self, nodes: &Nodes) {
        self.0.set(nodes.len() as u64);
    }
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        Greatest.lookup(nodes, Digest::of_hash(digest.bits() ^ self.0.get()))
    }
}

#[test]
fn state_shared_between_clones() {
    assert!(caught::<Shared>(membership::clones_are_independent).contains("changing a clone changed"));
}

/// Answers depend on how often it was asked.
#[derive(Clone, Default)]
struct Fickle(Cell<u64>);

impl Kernel for Fickle {
    const PROPERTIES: Properties = Greatest::PROPERTIES;
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        self.0.set(self.0.get() + 1);
        Greatest.lookup(nodes, Digest::of_hash(digest.bits() ^ self.0.get()))
    }
}

#[test]
fn answers_that_change_by_being_asked() {
    assert!(caught::<Fickle>(lookup::any_digest_is_answered).contains("asking twice"));
}
