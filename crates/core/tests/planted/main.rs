//! The suite itself on trial: each planted fault is caught by the law that should catch it.
#![allow(missing_docs)]

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

#[path = "../toys/mod.rs"]
mod toys;

mod asking;
mod changing;
mod promising;

use std::marker::PhantomData;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use annulus_core::conformance::Outcome;
use annulus_core::{Census, Digest, Gone, Kernel, NodeIndex, Nodes, Properties, Refusal, Weight, conformance};

use toys::Points;

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

#[derive(Clone, Default)]
struct NoFault;
impl Fault for NoFault {}

#[test]
fn the_ring_that_faults_are_planted_in_is_true() {
    for law in conformance::laws::<Planted<NoFault>>() {
        conformance::enforce(&law, &Planted::default());
    }
}
