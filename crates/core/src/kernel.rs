//! What an algorithm is: integers in, integers out.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::{Gone, NodeIndex, Nodes, Properties, Refusal, Weight, order};

/// A placement algorithm over integers: a digest in, a member's index out.
///
/// Two functions make an algorithm: [`rebuild`](Self::rebuild) and [`lookup`](Self::lookup). Everything else is provided and
/// overridden to be faster or to promise more. Names, data, duplicates and errors are [`Cluster`](crate::Cluster)'s business; a
/// kernel never sees a byte string. Hold the kernel to what it promises with [`conformance!`](mod@crate::conformance).
///
/// Before an addition or a change of weight, `admit` is asked with the membership as it would be; a removal is not asked for.
/// After the change exactly one of `rebuild`, `inserted`, `extended`, `removed` and `reweighted` is called with the membership as
/// it is. Removals or weights that come in one call are one `rebuild`, or, where they are few enough for [`steps`](Self::steps),
/// one `removed` or `reweighted` each, with the membership as it is after that step. `rebuild` is also called with no members at
/// all, to forget.
///
/// ```
/// use annulus_core::{Cluster, ConsistentHashRing, DependsOn, Kernel, NodeIndex, Nodes, Properties, mix64};
///
/// /// The member whose seed, mixed with the digest, is the greatest.
/// #[derive(Clone, Default)]
/// struct Greatest;
///
/// impl Kernel for Greatest {
///     const PROPERTIES: Properties = Properties::new("greatest", DependsOn::Set);
///     fn rebuild(&mut self, _: &Nodes) {}
///     fn lookup(&self, nodes: &Nodes, digest: u64) -> NodeIndex {
///         nodes.indices().max_by_key(|&index| (mix64(digest ^ nodes.seed(index)), nodes.seed(index))).unwrap_or_default()
///     }
/// }
///
/// let mut cluster = Cluster::<Greatest, u16>::new();
/// cluster.add_consumer("cache-1", 11211).unwrap();
/// assert_eq!(cluster.get_consumer("user:42"), Some(&11211));
/// ```
pub trait Kernel: Clone {
    /// What the algorithm promises, each held by the conformance suite.
    const PROPERTIES: Properties;

    /// Derives all state from the members. It is the oracle of the incremental forms below.
    fn rebuild(&mut self, nodes: &Nodes);

    /// The owner of `digest`. `nodes` is not empty and is the membership that the state was derived from.
    fn lookup(&self, nodes: &Nodes, digest: u64) -> NodeIndex;

    /// Whether `candidate`, a whole membership, can be served: asked before anything changes.
    ///
    /// What is admitted must stay so when any member leaves, since a removal cannot be refused.
    ///
    /// # Errors
    /// The reason, where it cannot.
    fn admit(&self, candidate: &Nodes) -> Result<(), Refusal> {
        let _ = candidate;
        Ok(())
    }

    /// Visits every member once in the preference order of `digest`, owner first, until the visitor breaks.
    ///
    /// Provided: the owner, then everyone else by falling rendezvous score, which costs a pass over all members for each eight.
    fn walk(&self, nodes: &Nodes, digest: u64, mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let owner = self.lookup(nodes, digest);
        if visit(owner).is_continue() {
            let _ = order::others(nodes, digest, &[owner], visit);
        }
    }

    /// Fills `out` with the first members of the preference order and returns how many there were.
    fn lookup_n(&self, nodes: &Nodes, digest: u64, out: &mut [NodeIndex]) -> usize {
        let mut found = 0;
        if !out.is_empty() {
            self.walk(nodes, digest, order::filling(out, &mut found));
        }
        found
    }

    /// The owner of each digest. `out` is as long as `digests`.
    fn lookup_batch(&self, nodes: &Nodes, digests: &[u64], out: &mut [NodeIndex]) {
        for (slot, &digest) in out.iter_mut().zip(digests) {
            *slot = self.lookup(nodes, digest);
        }
    }

    /// Takes note that the last of `nodes` is new.
    fn inserted(&mut self, nodes: &Nodes) {
        self.rebuild(nodes);
    }

    /// Takes note that all of `nodes` from `first` on are new.
    fn extended(&mut self, nodes: &Nodes, first: NodeIndex) {
        if first.as_usize() + 1 == nodes.len() {
            self.inserted(nodes);
        } else {
            self.rebuild(nodes);
        }
    }

    /// Takes note that a member is gone, and that the former last stands in its place.
    fn removed(&mut self, nodes: &Nodes, gone: Gone) {
        let _ = gone;
        self.rebuild(nodes);
    }

    /// Takes note that the weight at `index` was `old` and is now another.
    fn reweighted(&mut self, nodes: &Nodes, index: NodeIndex, old: Weight) {
        let _ = (index, old);
        self.rebuild(nodes);
    }

    /// Up to how many removals, or changes of weight, of one call on the membership `nodes` are cheaper one by one: more are one
    /// [`rebuild`](Self::rebuild).
    ///
    /// Removals come in the order given. Of weights, those that fall come first, so that no step takes more room than what was or
    /// what will be; `admit` is asked about the end, not about the memberships between.
    ///
    /// Provided: 1. Return more only where `removed` and `reweighted` change what is one member's alone. Where answers depend on the
    /// history, all changes are steps, whatever this says.
    fn steps(&self, nodes: &Nodes) -> usize {
        let _ = nodes;
        1
    }

    /// Bytes on the heap that the state for `nodes` would take: a prediction, made before building.
    fn heap_bytes(&self, nodes: &Nodes) -> u64 {
        let _ = nodes;
        0
    }

    /// Each member's exact share of all digests, in index order, where it can be told without sampling.
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        let _ = nodes;
        None
    }

    /// A number that two kernels share exactly if their parameters are the same; for fingerprints.
    fn parameters(&self) -> u64 {
        0
    }
}
