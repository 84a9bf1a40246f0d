//! Removals and weights in one call: how often the state is derived, and what the provided methods give.
#![allow(missing_docs)]

use std::{
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
};

use annulus_core::{
    ByDigest, Census, ChangeError, Cluster, ConsistentHashRing, DependsOn, Digest, Gone, Kernel, Member, NodeIndex, Nodes,
    Properties, Refusal, Roster, Weight,
};
use toys::{Modulo, Points, Slots};

mod toys;

fn weight(weight: u32) -> Weight {
    Weight::new(weight).unwrap()
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("node-{i}")).collect()
}

fn ring<R: ConsistentHashRing<ConsumerInfo = usize>>(mut ring: R, count: usize) -> R {
    let names = names(count);
    ring.add_consumers(&mut names.iter().zip(0..).map(|(name, data)| (name.as_str(), Weight::ONE, data))).unwrap();
    ring
}

fn remove(ring: &mut impl ConsistentHashRing, nodes: impl IntoIterator<Item = usize>) -> usize {
    let names: Vec<String> = nodes.into_iter().map(|node| format!("node-{node}")).collect();
    ring.remove_consumers(&mut names.iter().map(String::as_str)).into_iter().flatten().count()
}

fn reweight(ring: &mut impl ConsistentHashRing, nodes: impl IntoIterator<Item = usize>, to: u32) -> usize {
    let names: Vec<String> = nodes.into_iter().map(|node| format!("node-{node}")).collect();
    let olds = ring.set_weights(&mut names.iter().map(|name| (name.as_str(), weight(to))));
    olds.unwrap().into_iter().flatten().count()
}

/// What a kernel was told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Told {
    rebuilds: u32,
    /// How many were left, and the index of each that went.
    removals: Vec<(usize, u32)>,
    /// The old weight, the new one, and the sum of all.
    weights: Vec<(u32, u32, u64)>,
}

/// Two functions, and no more, as most kernels are.
#[derive(Clone, Default)]
struct Plain(Told);

impl Kernel for Plain {
    const PROPERTIES: Properties = Properties::new("plain", DependsOn::Order).weighted();
    fn rebuild(&mut self, _: &Nodes) {
        self.0.rebuilds += 1;
    }
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        Modulo.lookup(nodes, digest)
    }
}

/// One that changes in place, where an eighth of the members or fewer change.
#[derive(Clone, Default)]
struct InPlace(Told);

impl Kernel for InPlace {
    const PROPERTIES: Properties =
        Properties::new("in-place", DependsOn::Order).minimal_on_any_removal().minimal_on_reweighting();
    fn rebuild(&mut self, _: &Nodes) {
        self.0.rebuilds += 1;
    }
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        Modulo.lookup(nodes, digest)
    }
    fn removed(&mut self, nodes: &Nodes, gone: Gone) {
        self.0.removals.push((nodes.len(), gone.index.get()));
    }
    fn reweighted(&mut self, nodes: &Nodes, index: NodeIndex, old: Weight) {
        self.0.weights.push((old.get(), nodes.weight(index).get(), nodes.total_weight()));
    }
    fn steps(&self, nodes: &Nodes) -> usize {
        nodes.len() / 8
    }
}

#[test]
fn a_batch_is_one_rebuild() {
    let mut ring = ring(Cluster::<Plain, usize>::new(), 40);
    let rebuilds = |ring: &Cluster<Plain, usize>| ring.kernel().0.rebuilds;
    let before = rebuilds(&ring);
    assert_eq!(remove(&mut ring, [39, 0, 7, 99, 7]), 3);
    assert_eq!(rebuilds(&ring), before + 1, "three of forty");
    assert_eq!(reweight(&mut ring, 10..30, 2), 20);
    assert_eq!(rebuilds(&ring), before + 2, "twenty weights");
    assert_eq!(remove(&mut ring, [98, 99]) + reweight(&mut ring, [98, 99], 2) + reweight(&mut ring, 10..30, 2), 20);
    assert_eq!(rebuilds(&ring), before + 2, "nothing has changed");
    assert_eq!(remove(&mut ring, 0..40), 37);
    assert_eq!(rebuilds(&ring), before + 3, "all of them");
}

#[test]
fn few_of_many_are_steps_with_the_membership_as_it_then_is() {
    let mut ring = ring(Cluster::<InPlace, usize>::new(), 40);
    let rebuilds = ring.kernel().0.rebuilds;
    // The last, then the new last's place, then the moved one, which stands at 3.
    assert_eq!(remove(&mut ring, [39, 3, 99, 38, 3]), 3);
    assert_eq!(ring.kernel().0.removals, [(39, 39), (38, 3), (37, 3)]);
    assert_eq!(reweight(&mut ring, [5], 9), 1);
    let weights = [("node-4", weight(6)), ("node-5", weight(2)), ("node-4", weight(7)), ("node-6", weight(1))];
    assert_eq!(
        ring.set_weights(&mut weights.into_iter()),
        Ok(vec![Some(weight(1)), Some(weight(9)), Some(weight(6)), Some(weight(1))])
    );
    assert_eq!(
        ring.kernel().0.weights,
        [(1, 9, 45), (9, 2, 38), (1, 7, 44)],
        "what falls is told first, and what ends as it was is not"
    );
    assert_eq!(ring.kernel().0.rebuilds, rebuilds);
    assert_eq!(remove(&mut ring, 10..15), 5);
    assert_eq!(
        (ring.kernel().0.rebuilds, ring.kernel().0.removals.len()),
        (rebuilds + 1, 3),
        "five of 37 are more than an eighth"
    );
}

#[test]
fn a_history_is_always_told_in_steps() {
    let (mut batch, mut single) = (ring(Cluster::<Slots, usize>::new(), 20), ring(Cluster::<Slots, usize>::new(), 20));
    assert_eq!(remove(&mut batch, (0..15).rev()), 15);
    (0..15).rev().for_each(|node| assert!(single.remove_consumer(&format!("node-{node}")).is_some()));
    for digest in (0..1000).map(Digest::of_id) {
        assert_eq!(batch.locate(digest), single.locate(digest));
    }
}

/// Keeps the room that it once had.
#[derive(Clone, Default)]
struct Hoarder {
    room: u64,
    rebuilds: u32,
}

impl Hoarder {
    fn needs(census: &Census) -> u64 {
        // A little more than is needed, as a rebuilt state may have.
        10 * census.total_weight()
    }
    fn keep(&mut self, nodes: &Nodes) {
        if 9 * nodes.total_weight() > self.room {
            self.rebuild(nodes);
        }
    }
}

impl Kernel for Hoarder {
    const PROPERTIES: Properties = Properties::new("hoarder", DependsOn::Order).weighted();
    fn rebuild(&mut self, nodes: &Nodes) {
        self.room = Self::needs(nodes.census());
        self.rebuilds += 1;
    }
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        Modulo.lookup(nodes, digest)
    }
    fn added(&mut self, nodes: &Nodes, _: NodeIndex) {
        self.keep(nodes);
    }
    fn removed(&mut self, nodes: &Nodes, _: Gone) {
        self.keep(nodes);
    }
    fn reweighted(&mut self, nodes: &Nodes, _: NodeIndex, _: Weight) {
        self.keep(nodes);
    }
    fn heap_bytes(&self, census: &Census) -> u64 {
        if 9 * census.total_weight() > self.room { Self::needs(census) } else { self.room }
    }
}

#[test]
fn a_membership_that_could_not_be_restored_within_the_limit_is_refused() {
    let mut limited = ring(Cluster::<Hoarder, usize>::new(), 20).with_memory_limit(200);
    // The room of 20 would hold 22; but a router that restarts would need 210 bytes for 21.
    assert_eq!(limited.add_consumer("node-20", 20), Err(ChangeError::new("node-20", 0, too_large(210))));
    assert_eq!(limited.set_weights(&mut [("node-0", weight(2))].into_iter()), Err(ChangeError::new("node-0", 0, too_large(210))));
    limited.remove_consumer("node-3");
    assert_eq!(limited.set_weights(&mut [("node-0", weight(2))].into_iter()), Ok(vec![Some(Weight::ONE)]));
    let exchanged = [("node-1", weight(2)), ("node-0", Weight::ONE)];
    assert_eq!(limited.set_weights(&mut exchanged.into_iter()), Ok(vec![Some(Weight::ONE), Some(weight(2))]));
    assert_eq!(limited.heap_bytes(), 200);
}

#[test]
fn a_removal_takes_no_more_memory_by_rebuilding_what_could_be_kept() {
    let mut full = ring(Cluster::<Hoarder, usize>::new(), 20);
    (20..22).for_each(|node| full.add_consumer(&format!("node-{node}"), node).unwrap());
    assert_eq!(full.heap_bytes(), 200, "22 members in the room of 20");
    let rebuilds = full.kernel().rebuilds;
    assert_eq!((remove(&mut full, [0]), full.heap_bytes()), (1, 200), "rebuilt, 21 would take 210");
    assert_eq!((full.kernel().rebuilds, remove(&mut full, [1, 2]), full.heap_bytes()), (rebuilds, 2, 190));
}

#[test]
fn millions_given_at_once_are_refused_while_they_are_collected() {
    let mut ring = Cluster::<Hoarder, usize>::new().with_memory_limit(20_000);
    let names = names(5_000);
    let given = || names.iter().map(|name| (name.as_str(), Weight::ONE, 0));
    let error = ring.add_consumers(&mut given()).unwrap_err();
    assert_eq!(error, ChangeError::new("node-4999", 4_999, Refusal::TooLarge { bytes: 50_000, limit: 20_000, remedy: None }));
    // Even without an end.
    let error = ring.add_consumers(&mut given().cycle()).unwrap_err();
    assert!(matches!(error.reason, Refusal::TooLarge { bytes, .. } if bytes > 100_000_000), "{error}");
    assert!(ring.roster().is_empty());
}

/// Tells changes one by one, and is rebuilt when it has become a third smaller, as well as when it has no room.
#[derive(Clone, Default)]
struct Shrinking(Hoarder);

impl Shrinking {
    fn is_rebuilt(&self, census: &Census) -> bool {
        9 * census.total_weight() > self.0.room || 3 * Hoarder::needs(census) <= 2 * self.0.room
    }
}

impl Kernel for Shrinking {
    const PROPERTIES: Properties = Properties::new("shrinking", DependsOn::Order).weighted();
    fn rebuild(&mut self, nodes: &Nodes) {
        self.0.rebuild(nodes);
    }
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        Modulo.lookup(nodes, digest)
    }
    fn added(&mut self, nodes: &Nodes, _: NodeIndex) {
        self.0.keep(nodes);
    }
    fn reweighted(&mut self, nodes: &Nodes, _: NodeIndex, _: Weight) {
        if self.is_rebuilt(nodes.census()) {
            self.0.rebuild(nodes);
        }
    }
    fn steps(&self, _: &Nodes) -> usize {
        2
    }
    fn heap_bytes(&self, census: &Census) -> u64 {
        if self.is_rebuilt(census) { Hoarder::needs(census) } else { self.0.room }
    }
}

#[test]
fn steps_that_shrink_and_grow_again_do_not_pass_the_memory_limit() {
    let mut ring = ring(Cluster::<Shrinking, usize>::new(), 10);
    ring.set_weight("node-0", weight(11)).unwrap();
    (10..12).for_each(|node| ring.add_consumer(&format!("node-{node}"), node).unwrap());
    assert_eq!(ring.heap_bytes(), 200, "a weight of 22 in the room of 20");
    // The sum stays as it is, but the fall gives the room up, and the rise has to take more than there was.
    let exchanged = [("node-0", Weight::ONE), ("node-1", weight(11))];
    let mut limited = ring.clone().with_memory_limit(200);
    assert_eq!(limited.set_weights(&mut exchanged.into_iter()), Err(ChangeError::new("node-1", 1, too_large(220))));
    assert_eq!((limited.heap_bytes(), limited.fingerprint()), (200, ring.fingerprint()));
    assert_eq!(ring.set_weights(&mut exchanged.into_iter()), Ok(vec![Some(weight(11)), Some(Weight::ONE)]));
    assert_eq!(ring.heap_bytes(), 220);
}

#[test]
fn only_the_weights_that_hold_in_the_end_must_be_served() {
    let mut equal = ring(Cluster::<Modulo, usize>::new(), 3);
    let before = equal.fingerprint();
    let there_and_back = [("node-1", weight(2)), ("nobody", weight(3)), ("node-1", Weight::ONE)];
    assert_eq!(equal.set_weights(&mut there_and_back.into_iter()), Ok(vec![Some(Weight::ONE), None, Some(weight(2))]));
    // Refused for the first of those that would hold: not for what is taken back, nor for what comes later.
    let unequal = [("node-2", weight(2)), ("node-1", Weight::ONE), ("node-1", weight(4)), ("node-2", weight(5))];
    let refused = ChangeError::new("node-1", 2, Refusal::WeightUnsupported { weight: weight(4) });
    assert_eq!(equal.set_weights(&mut unequal.into_iter()), Err(refused));
    assert_eq!(equal.fingerprint(), before);
}

fn too_large(bytes: u64) -> Refusal {
    Refusal::TooLarge { bytes, limit: 200, remedy: None }
}

/// An implementor of the required methods alone.
struct RequiredOnly(Cluster<Points, usize>);

impl ConsistentHashRing for RequiredOnly {
    type ConsumerInfo = usize;

    fn remove_consumer(&mut self, name: &str) -> Option<usize> {
        self.0.remove_consumer(name)
    }
    fn add_consumers(&mut self, members: &mut dyn Iterator<Item = (&str, Weight, usize)>) -> Result<(), ChangeError> {
        self.0.add_consumers(members)
    }
    fn set_weight(&mut self, name: &str, weight: Weight) -> Result<Option<Weight>, ChangeError> {
        self.0.set_weight(name, weight)
    }
    fn consumer_mut(&mut self, name: &str) -> Option<&mut usize> {
        self.0.consumer_mut(name)
    }
    fn roster(&self) -> &Roster<usize> {
        self.0.roster()
    }
    fn walk_key<'r>(&'r self, key: &[u8], visit: &mut dyn FnMut(Member<'r, usize>) -> ControlFlow<()>) {
        self.0.walk_key(key, visit);
    }
    fn fingerprint(&self) -> u64 {
        self.0.fingerprint()
    }
}

#[test]
fn provided_batches_are_all_or_none_too() {
    // Points take 128 bytes for each unit of weight.
    let mut ring = ring(RequiredOnly(Cluster::new().with_memory_limit(128 * 10)), 5);
    let before = ring.0.fingerprint();
    let given =
        [("node-0", weight(2)), ("node-0", weight(3)), ("nobody", weight(9)), ("node-1", weight(4)), ("node-2", weight(5))];
    let error = ring.set_weights(&mut given.into_iter()).unwrap_err();
    assert_eq!(error, ChangeError::new("node-2", 4, Refusal::TooLarge { bytes: 128 * 14, limit: 128 * 10, remedy: None }));
    assert_eq!(ring.0.fingerprint(), before);
    let olds = ring.set_weights(&mut given.into_iter().take(4));
    assert_eq!(olds, Ok(vec![Some(weight(1)), Some(weight(2)), None, Some(weight(1))]));
    assert_eq!(ring.remove_consumers(&mut ["node-1", "nobody", "node-1"].into_iter()), [Some(1), None, None]);
    let left: Vec<_> = ring.roster().iter().map(|member| (member.name, member.weight.get())).collect();
    assert_eq!(left, [("node-0", 3), ("node-4", 1), ("node-2", 1), ("node-3", 1)]);
}

#[test]
fn panics_of_the_callers_own_iterator_leave_the_ring_as_it_was() {
    fn faulty<T>(items: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
        items.into_iter().enumerate().map(|(at, item)| if at == 2 { panic!("an iterator's own fault") } else { item })
    }
    fn hold(ring: &mut impl ConsistentHashRing<ConsumerInfo = usize>) {
        let names = ["node-0", "node-1", "node-2"];
        let weights = names.map(|name| (name, weight(2)));
        assert!(catch_unwind(AssertUnwindSafe(|| ring.remove_consumers(&mut faulty(names)))).is_err());
        assert!(catch_unwind(AssertUnwindSafe(|| ring.set_weights(&mut faulty(weights)))).is_err());
        assert_eq!(ring.roster().len(), 5);
        assert!(ring.roster().iter().all(|member| member.weight == Weight::ONE));
    }
    let before = ring(Cluster::<Points, usize>::new(), 5).fingerprint();
    let mut cluster = ring(Cluster::<Points, usize>::new(), 5);
    hold(&mut cluster);
    assert_eq!(cluster.fingerprint(), before);
    hold(&mut ring(RequiredOnly(Cluster::new()), 5));
}
