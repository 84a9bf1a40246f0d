//! Faults of changing: a state that differs from one built afresh, and limits that come too late.

use annulus_core::conformance::{batches, history, limits};
use annulus_core::{Census, Gone, Kernel, NodeIndex, Nodes, Refusal, Weight};

use super::toys::{Points, index};
use super::{Fault, Planted, caught};

plant!(
    /// A point of the removed member stays, and its keys go to the member that has its index now.
    Stale, removal_that_leaves_a_point, history::any_history_equals_a_fresh_build, "after", {
        fn removed(ring: &mut Points, nodes: &Nodes, gone: Gone) {
            ring.removed(nodes, gone);
            if !nodes.is_empty() {
                let left = index(gone.index.as_usize() % nodes.len());
                ring.points.extend(Points::of(gone.seed, Weight::ONE, left).take(1));
                ring.points.sort_unstable();
            }
        }
    }
);

plant!(
    /// The moved last member is not relabelled.
    Mislabelled, removal_that_forgets_the_moved_member, history::any_history_equals_a_fresh_build, "", {
        fn removed(ring: &mut Points, _: &Nodes, gone: Gone) {
            ring.points.retain(|&(_, owner)| owner != gone.index);
        }
    }
);

plant!(
    /// A new member takes its place with one point too few.
    Stunted, addition_that_differs_from_a_build, history::any_history_equals_a_fresh_build, "from a fresh build", {
        fn added(ring: &mut Points, nodes: &Nodes, first: NodeIndex) {
            ring.added(nodes, first);
            if nodes.len() > 1 {
                let last = index(nodes.len() - 1);
                let at = ring.points.iter().position(|&(_, owner)| owner == last).expect("it has points");
                ring.points.remove(at);
            }
        }
    }
);

plant!(
    /// Rebuilding keeps what was.
    Clinging, rebuild_that_keeps_old_points, history::any_history_equals_a_fresh_build, "its own kernel rebuilt", {
        fn rebuild(ring: &mut Points, nodes: &Nodes) {
            let kept = ring.points.first().copied().filter(|(_, owner)| owner.as_usize() < nodes.len());
            ring.rebuild(nodes);
            let next = |(point, owner): (u64, NodeIndex)| (point, index((owner.as_usize() + 1) % nodes.len()));
            if let Some(kept) = kept {
                ring.points.insert(0, next(kept));
            }
        }
    }
);

/// Takes `nodes` as those that the ring has, except new ones after the last that has points.
fn adds_only(ring: &mut Points, nodes: &Nodes) {
    let known = ring.points.iter().map(|&(_, owner)| owner.as_usize() + 1).max().unwrap_or(0);
    ring.points.retain(|(_, owner)| owner.as_usize() < nodes.len());
    for new in nodes.indices().skip(known) {
        ring.points.extend(Points::of(nodes.seed(new), nodes.weight(new), new));
    }
    ring.points.sort_unstable();
}

plant!(
    /// A rebuild takes only additions into account, so a batch of removals leaves those that stood last, not those that stay.
    Additive, rebuild_that_misses_a_batch_of_removals, batches::removals_in_one_call_equal_one_by_one, "in one call", {
        fn rebuild(ring: &mut Points, nodes: &Nodes) {
            adds_only(ring, nodes);
        }
    }
);

plant!(
    /// A rebuild does not see the weights of those that it knows, so a batch of weights has no effect.
    Weightless, rebuild_that_misses_a_batch_of_weights, batches::weights_in_one_call_equal_one_by_one, "in one call", {
        fn rebuild(ring: &mut Points, nodes: &Nodes) {
            adds_only(ring, nodes);
        }
    }
);

plant!(
    /// A changed weight is noted and not acted on.
    Inert, weight_without_effect, history::any_history_equals_a_fresh_build, "changing the weight", {
        fn reweighted(_: &mut Points, _: &Nodes, _: NodeIndex, _: Weight) {}
    }
);

plant!(
    /// Memory is told only once it is taken.
    Hindsight, memory_known_too_late, limits::memory_is_known_before_building, "were to take 0 bytes", {
        fn heap_bytes(ring: &Points, _: &Census) -> u64 {
            16 * ring.points.len() as u64
        }
    }
);

plant!(
    /// Sevens are refused, though eight are served and one of them may leave.
    Superstition, admission_that_a_removal_upsets, limits::no_removal_needs_refusing, "they are not", {
        fn admit(_: &Points, candidate: &Nodes) -> Result<(), Refusal> {
            if candidate.len() == 7 { Err(Refusal::TooManyNodes { nodes: 7, limit: 6, remedy: None }) } else { Ok(()) }
        }
    }
);
