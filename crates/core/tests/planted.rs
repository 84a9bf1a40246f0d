//! The suite itself on trial: each planted fault is caught by the law that should catch it.
#![allow(missing_docs)]

mod toys;

use std::{
    cell::Cell,
    marker::PhantomData,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
};

use annulus_core::conformance::{
    Outcome, balance, batches, history, limits, lookup, membership, movement, preference, promises, weights,
};
use annulus_core::{
    Census, DependsOn, Digest, Gone, Kernel, NodeIndex, Nodes, Properties, Refusal, Weight, conformance, mix64, order,
};
use toys::{Coins, Greatest, Modulo, Points, Ranges, index};

/// Runs one law and returns what it says of the kernel, which must break it.
fn caught<K: Kernel + Default>(law: fn(&K) -> Outcome) -> String {
    match catch_unwind(AssertUnwindSafe(|| law(&K::default()))) {
        Ok(outcome) => outcome.expect_err("the law did not notice"),
        Err(_) => "the kernel panicked".into(),
    }
}

/// A ring with one function replaced.
trait Fault: Clone + Default {
    const PROPERTIES: Properties = Points::PROPERTIES;
    fn lookup(ring: &Points, nodes: &Nodes, digest: Digest) -> NodeIndex {
        ring.lookup(nodes, digest)
    }
    fn walk(ring: &Points, nodes: &Nodes, digest: Digest, visit: &mut dyn FnMut(NodeIndex) -> ControlFlow<()>) {
        ring.walk(nodes, digest, visit);
    }
    fn lookup_n(ring: &Points, nodes: &Nodes, digest: Digest, out: &mut [NodeIndex]) -> usize {
        ring.lookup_n(nodes, digest, out)
    }
    fn lookup_batch(ring: &Points, nodes: &Nodes, digests: &[Digest], out: &mut [NodeIndex]) {
        ring.lookup_batch(nodes, digests, out);
    }
    fn admit(ring: &Points, candidate: &Nodes) -> Result<(), Refusal> {
        ring.admit(candidate)
    }
    fn rebuild(ring: &mut Points, nodes: &Nodes) {
        ring.rebuild(nodes);
    }
    fn added(ring: &mut Points, nodes: &Nodes, first: NodeIndex) {
        ring.added(nodes, first);
    }
    fn removed(ring: &mut Points, nodes: &Nodes, gone: Gone) {
        ring.removed(nodes, gone);
    }
    fn reweighted(ring: &mut Points, nodes: &Nodes, index: NodeIndex, old: Weight) {
        ring.reweighted(nodes, index, old);
    }
    fn heap_bytes(ring: &Points, census: &Census) -> u64 {
        ring.heap_bytes(census)
    }
    fn shares(ring: &Points, nodes: &Nodes) -> Option<Vec<f64>> {
        ring.shares(nodes)
    }
}

#[derive(Clone, Default)]
struct Planted<F> {
    ring: Points,
    fault: PhantomData<F>,
}

impl<F: Fault> Kernel for Planted<F> {
    const PROPERTIES: Properties = F::PROPERTIES;
    fn rebuild(&mut self, nodes: &Nodes) {
        F::rebuild(&mut self.ring, nodes);
    }
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        F::lookup(&self.ring, nodes, digest)
    }
    fn admit(&self, candidate: &Nodes) -> Result<(), Refusal> {
        F::admit(&self.ring, candidate)
    }
    fn walk(&self, nodes: &Nodes, digest: Digest, mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        F::walk(&self.ring, nodes, digest, &mut visit);
    }
    fn lookup_n(&self, nodes: &Nodes, digest: Digest, out: &mut [NodeIndex]) -> usize {
        F::lookup_n(&self.ring, nodes, digest, out)
    }
    fn lookup_batch(&self, nodes: &Nodes, digests: &[Digest], out: &mut [NodeIndex]) {
        F::lookup_batch(&self.ring, nodes, digests, out);
    }
    fn added(&mut self, nodes: &Nodes, first: NodeIndex) {
        F::added(&mut self.ring, nodes, first);
    }
    fn removed(&mut self, nodes: &Nodes, gone: Gone) {
        F::removed(&mut self.ring, nodes, gone);
    }
    fn reweighted(&mut self, nodes: &Nodes, index: NodeIndex, old: Weight) {
        F::reweighted(&mut self.ring, nodes, index, old);
    }
    fn heap_bytes(&self, census: &Census) -> u64 {
        F::heap_bytes(&self.ring, census)
    }
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        F::shares(&self.ring, nodes)
    }
}

/// Declares a fault and the test that the named law catches it, with a word that its message must hold.
macro_rules! plant {
    ($(#[doc = $what:literal])+ $fault:ident, $test:ident, $law:path, $word:literal, { $($replaced:tt)* }) => {
        $(#[doc = $what])+
        #[derive(Clone, Default)]
        struct $fault;
        impl Fault for $fault { $($replaced)* }
        #[test]
        fn $test() {
            let message = caught::<Planted<$fault>>($law);
            assert!(message.contains($word), "{message}");
        }
    };
}

#[derive(Clone, Default)]
struct NoFault;
impl Fault for NoFault {}

#[test]
fn the_ring_that_faults_are_planted_in_is_true() {
    for law in conformance::laws::<Planted<NoFault>>() {
        conformance::enforce(&law, &Planted::default());
    }
}

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
