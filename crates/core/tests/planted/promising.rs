//! Promises that are left out or claimed, and shares that are not as they should be.

use std::cell::Cell;
use std::ops::ControlFlow;

use annulus_core::conformance::{balance, history, movement, promises, weights};
use annulus_core::{DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties, Weight, conformance, mix64, order};

use super::toys::{Coins, Greatest, Modulo, Points, Ranges};
use super::{Fault, Planted, caught};

plant!(
    /// All weights count as one.
    Levelled, weights_ignored, weights::shares_follow_weights, "weight 1", {
        fn rebuild(ring: &mut Points, nodes: &Nodes) {
            ring.points = nodes.indices().flat_map(|i| Points::of(nodes.seed(i), Weight::ONE, i)).collect();
            ring.points.sort_unstable();
        }
        fn added(ring: &mut Points, nodes: &Nodes, _: NodeIndex) {
            Self::rebuild(ring, nodes);
        }
    }
);

plant!(
    /// The shares told are those of the weights, not those of the arcs.
    Boast, shares_that_are_not_so, balance::shares_told_are_shares_counted, "of the shares that shares() tells", {
        fn shares(_: &Points, nodes: &Nodes) -> Option<Vec<f64>> {
            Ranges::default().shares(nodes)
        }
    }
);

plant!(
    /// The promise of minimal additions is left out.
    Modest, promise_left_out, movement::addition_moves_keys_to_the_new_one_only, "does not promise `minimal_on_addition`", {
        const PROPERTIES: Properties = Properties::new("modest", DependsOn::Set).minimal_on_any_removal().minimal_on_reweighting();
    }
);

plant!(
    /// As are all others.
    Silent, promise_of_removal_left_out, movement::skipping_any_equals_removing_it, "does not promise `minimal_on_any_removal`", {
        const PROPERTIES: Properties = Properties::new("silent", DependsOn::Set).weighted();
    }
);

plant!(
    /// The set decides, and the order is said to.
    Orderly, dependence_overstated, history::order_of_arrival_counts_as_promised, "does not promise `DependsOn::Set`", {
        const PROPERTIES: Properties = Properties::new("orderly", DependsOn::Order);
    }
);

plant!(
    /// The set decides, and the history is said to.
    Historian, dependence_on_history_overstated, history::any_history_equals_a_fresh_build, "does not promise `DependsOn::Set or Order`", {
        const PROPERTIES: Properties = Properties::new("historian", DependsOn::History).weighted();
    }
);

plant!(
    /// A ring of few points is not even.
    Even, evenness_claimed, balance::shares_are_even_as_promised, "promises `uniform`", {
        const PROPERTIES: Properties = Points::PROPERTIES.uniform();
    }
);

plant!(
    /// Twice the weight is twice the points, so equal weights do not answer as ones.
    ScaleFree, scale_claimed, weights::scale_of_weights_counts_as_promised, "all weights times 2", {
        const PROPERTIES: Properties = Points::PROPERTIES.scale_free();
    }
);

plant!(
    /// The owner is right, and those after it are not in the ring's order, so skipping is not removing.
    Divergent, skipping_that_is_not_removing, movement::skipping_any_equals_removing_it, "skipped differs", {
        fn walk(ring: &Points, nodes: &Nodes, digest: Digest, visit: &mut dyn FnMut(NodeIndex) -> ControlFlow<()>) {
            let owner = ring.lookup(nodes, digest);
            if visit(owner).is_continue() {
                let _ = order::others(nodes, digest, &[owner], visit);
            }
        }
    }
);

/// A kernel with a few functions of its own and the promises of another.
macro_rules! kernel {
    ($name:ident, $properties:expr, $lookup:expr) => {
        #[derive(Clone, Default)]
        struct $name;
        impl Kernel for $name {
            const PROPERTIES: Properties = $properties;
            fn rebuild(&mut self, _: &Nodes) {}
            fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
                let lookup: fn(&Nodes, Digest) -> NodeIndex = $lookup;
                lookup(nodes, digest)
            }
        }
    };
}

kernel!(Arrival, Greatest::PROPERTIES, |nodes, digest| Modulo.lookup(nodes, digest));
kernel!(JumpAnywhere, Coins::PROPERTIES.minimal_on_any_removal(), |nodes, digest| Coins.lookup(nodes, digest));
kernel!(Unadmitted, Properties::new("unadmitted", DependsOn::Set), |nodes, digest| Greatest.lookup(nodes, digest));
// One key in a hundred is taken from its owner by the member of the greatest seed.
kernel!(Greedy, Greatest::PROPERTIES, |nodes, digest| if mix64(!digest.bits()) % 100 == 0 {
    nodes.indices().max_by_key(|&index| nodes.seed(index)).expect("not empty")
} else {
    Greatest.lookup(nodes, digest)
});
kernel!(Readme, Properties::new("greatest", DependsOn::Set).minimal_on_addition().uniform(), |nodes, digest| Greatest
    .lookup(nodes, digest));
kernel!(TwoWords, Properties::new("Two words", DependsOn::Set), |nodes, digest| Greatest.lookup(nodes, digest));

#[test]
fn order_of_arrival_that_decides_against_the_promise() {
    assert!(caught::<Arrival>(history::order_of_arrival_counts_as_promised).contains("were added in the order of"));
    assert!(caught::<Arrival>(movement::addition_moves_keys_to_the_new_one_only).contains("when consumer-"));
    assert!(caught::<Arrival>(movement::removal_of_the_last_moves_its_keys_only).contains("was removed"));
}

#[test]
fn removal_of_any_claimed_where_only_the_last_may_leave() {
    assert!(caught::<JumpAnywhere>(movement::skipping_any_equals_removing_it).contains("was removed"));
}

#[test]
fn evenness_left_out_and_evenness_missed_by_a_hundredth() {
    assert!(caught::<Unadmitted>(balance::shares_are_even_as_promised).contains("does not promise `uniform`"));
    assert!(caught::<Greedy>(balance::shares_are_even_as_promised).contains("degrees of freedom"));
}

#[test]
fn the_first_attempt_in_the_readme_promises_too_little_in_two_places() {
    let understated = "does not promise `minimal_on_";
    assert!(caught::<Readme>(movement::removal_of_the_last_moves_its_keys_only).contains(understated));
    assert!(caught::<Readme>(movement::skipping_any_equals_removing_it).contains(understated));
    let broken = conformance::laws::<Readme>().iter().filter(|law| (law.test)(&Readme).is_err()).count();
    assert_eq!(broken, 2);
}

#[test]
fn names_that_cannot_be_saved() {
    assert!(caught::<TwoWords>(promises::promises_agree_with_one_another).contains("Two words"));
}

/// Round robin: far too even for random keys.
#[derive(Clone, Default)]
struct RoundRobin(Cell<u64>);

impl Kernel for RoundRobin {
    const PROPERTIES: Properties = Modulo::PROPERTIES;
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, _: Digest) -> NodeIndex {
        self.0.set(self.0.get() + 1);
        Modulo.lookup(nodes, Digest::of_hash(self.0.get()))
    }
}

#[test]
fn evenness_beyond_chance() {
    assert!(caught::<RoundRobin>(balance::shares_are_even_as_promised).contains("outside"));
}
