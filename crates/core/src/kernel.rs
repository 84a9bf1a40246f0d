//! What an algorithm is: integers in, integers out.

use alloc::{string::String, vec::Vec};
use core::{fmt, ops::ControlFlow};

use crate::{Census, Digest, Gone, History, HistoryError, NodeIndex, Nodes, Properties, Refusal, Weight, order};

/// A placement algorithm over integers: a digest in, a member's index out.
///
/// Two functions make an algorithm: [`rebuild`](Self::rebuild) and [`lookup`](Self::lookup). Everything else is provided and
/// overridden to be faster or to promise more. Names, data, duplicates and errors are [`Cluster`](crate::Cluster)'s business; a
/// kernel never sees a byte string. Hold the kernel to what it promises with `conformance!`, of the feature
/// `conformance`.
///
/// Before an addition or a change of weight, `admit` is asked with the membership as it would be; a removal is not asked for.
/// After the change exactly one of `rebuild`, `added`, `removed` and `reweighted` is called with the membership as it is. Removals
/// or weights that come in one call are one `rebuild`, or, where they are few enough for [`steps`](Self::steps), one `removed` or
/// `reweighted` each, with the membership as it is after that step. `rebuild` is also called with no members at all, to forget.
///
/// # Algorithms that depend on their history
/// [`DependsOn::History`](crate::DependsOn::History) asks for more: override `added` and `removed`, so that neither forgets; tell
/// the [`history`](Self::history), which is saved and is part of the fingerprint; and [`resume`](Self::resume) from it.
///
/// ```
/// use annulus_core::{Cluster, DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties, mix64};
///
/// /// The member whose seed, mixed with the digest, is the greatest.
/// #[derive(Clone, Default)]
/// struct Greatest;
///
/// impl Kernel for Greatest {
///     const PROPERTIES: Properties = Properties::new("greatest", DependsOn::Set);
///     fn rebuild(&mut self, _: &Nodes) {}
///     fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
///         nodes.indices().max_by_key(|&index| (mix64(digest.bits() ^ nodes.seed(index)), nodes.seed(index))).unwrap_or_default()
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

    /// The owner of `digest`, whose 64 bits are evenly spread: nothing needs to mix them. `nodes` is not empty and is the membership that the
    /// state was derived from.
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex;

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
    /// Provided: the owner, then everyone else as [`order::others`] has it: four passes over all members for the first 32, then one sort.
    /// An algorithm whose look-ups are even does better by [`order::by_lookup`].
    fn walk(&self, nodes: &Nodes, digest: Digest, mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let owner = self.lookup(nodes, digest);
        if visit(owner).is_continue() {
            let _ = order::others(nodes, digest, &[owner], visit);
        }
    }

    /// Fills `out` with the first members of the preference order and returns how many there were.
    fn lookup_n(&self, nodes: &Nodes, digest: Digest, out: &mut [NodeIndex]) -> usize {
        let mut found = 0;
        if !out.is_empty() {
            self.walk(nodes, digest, order::filling(out, &mut found));
        }
        found
    }

    /// The owner of each digest. `out` is as long as `digests`.
    fn lookup_batch(&self, nodes: &Nodes, digests: &[Digest], out: &mut [NodeIndex]) {
        for (slot, &digest) in out.iter_mut().zip(digests) {
            *slot = self.lookup(nodes, digest);
        }
    }

    /// Updates the state after an addition: all of `nodes` from `first` on are new, one or more.
    ///
    /// Several at once must give what one after the other gives, in their order. Provided: [`rebuild`](Self::rebuild).
    fn added(&mut self, nodes: &Nodes, first: NodeIndex) {
        let _ = first;
        self.rebuild(nodes);
    }

    /// Updates the state after a removal: a member is gone, and the former last stands in its place. Provided:
    /// [`rebuild`](Self::rebuild).
    fn removed(&mut self, nodes: &Nodes, gone: Gone) {
        let _ = gone;
        self.rebuild(nodes);
    }

    /// Updates the state after a change of weight: that at `index` was `old` and is now another. Provided:
    /// [`rebuild`](Self::rebuild).
    fn reweighted(&mut self, nodes: &Nodes, index: NodeIndex, old: Weight) {
        let _ = (index, old);
        self.rebuild(nodes);
    }

    /// The largest batch of removals, or of changes of weight, that is cheaper to apply one change at a time. Larger batches use one
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

    /// Bytes on the heap that the state for a membership of this census would take: a prediction, made before building.
    ///
    /// The memory limit is held against it. It covers the state as it stays; what a change takes beside it while it lasts is
    /// [`scratch_bytes`](Self::scratch_bytes).
    fn heap_bytes(&self, census: &Census) -> u64 {
        let _ = census;
        0
    }

    /// Bytes on the heap that a change to a membership of this census takes beside the state while it lasts, at most. They are asked
    /// of the allocator beforehand, so that a change is refused, instead of aborting, if the memory is not available.
    fn scratch_bytes(&self, census: &Census) -> u64 {
        let _ = census;
        0
    }

    /// What to do where the state of a membership of this census takes more than `limit` bytes, as the imperative clause of a message:
    /// "use at most 15 points for each unit of weight".
    fn remedy(&self, census: &Census, limit: u64) -> Option<String> {
        let _ = (census, limit);
        None
    }

    /// Each member's exact share of all digests, in index order, where it can be told without sampling.
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        let _ = nodes;
        None
    }

    /// Writes the parameters as `name=value`, with commas between: `points=160`. Nothing where there are none.
    ///
    /// Two kernels of one algorithm must write the same text if, and only if, they place every key alike for the same members. The text
    /// is saved, is part of the fingerprint, and stands in messages.
    ///
    /// # Errors
    /// Those of the formatter.
    fn parameters(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let _ = f;
        Ok(())
    }

    /// What the answers depend on beside members and parameters; `None` where they depend on nothing else.
    ///
    /// Required where the algorithm [depends on its history](crate::DependsOn::History). It must be complete: a kernel that
    /// [resumes](Self::resume) from it answers alike now and after any further changes, in whatever index order the members are
    /// given.
    fn history(&self, nodes: &Nodes) -> Option<History> {
        let _ = nodes;
        None
    }

    /// Takes up the state that `history` tells, in place of any it has. `history` has passed [`History::check`].
    ///
    /// Many algorithms can start from `capacity` buckets in use and free those of `freed` in order. Most must refuse a history that is
    /// not [complete](History::is_complete).
    ///
    /// # Errors
    /// [`HistoryError::Impossible`] for a history that no sequence of changes leads to. The kernel may be in any state then.
    fn resume(&mut self, nodes: &Nodes, history: &History) -> Result<(), HistoryError> {
        let _ = (nodes, history);
        Err(HistoryError::Unexpected)
    }

    /// Bytes on the heap that [`resume`](Self::resume) would take, the state and what it takes meanwhile: a prediction, made before,
    /// against which the memory limit is held. The capacity may be a forger's.
    ///
    /// Provided: [`heap_bytes`](Self::heap_bytes), and 8 bytes for each bucket, which [`History::holders`] takes.
    fn resumed_bytes(&self, census: &Census, history: &History) -> u64 {
        self.heap_bytes(census).saturating_add(8 * u64::from(history.capacity))
    }
}
