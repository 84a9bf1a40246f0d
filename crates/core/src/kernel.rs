//! The interface of an algorithm: integers in, integers out.

use alloc::{string::String, vec::Vec};
use core::{fmt, ops::ControlFlow};

use crate::{Census, Digest, Gone, History, HistoryError, NodeIndex, Nodes, Properties, Refusal, Weight, order};

/// A placement algorithm over integers: a digest in, a member's index out.
///
/// An algorithm needs two functions: [`rebuild`](Self::rebuild) and [`lookup`](Self::lookup). Everything else is provided;
/// override it to be faster or to promise more. [`Cluster`](crate::Cluster) handles names, data, duplicates and errors, so a
/// kernel never sees a byte string. Test the kernel's promises with `conformance!` (feature `conformance`).
///
/// Before an addition or a change of weight, `admit` is called with the membership as it would be. It is not called before a
/// removal.
///
/// After a change, exactly one of `rebuild`, `added`, `removed` and `reweighted` is called, with the membership as it now is.
/// Several removals or weights in one call are one `rebuild`. If they are few enough for [`steps`](Self::steps), they are one
/// `removed` or `reweighted` each, with the membership after that step. `rebuild` is also called with no members, to clear the
/// state.
///
/// # Algorithms that depend on their history
/// [`DependsOn::History`](crate::DependsOn::History) requires more. Override `added` and `removed`, so that neither loses the
/// history. Return the [`history`](Self::history), which is saved and is part of the fingerprint, and [`resume`](Self::resume)
/// from it.
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
    /// The algorithm's promises, each checked by the conformance suite.
    const PROPERTIES: Properties;

    /// Derives all state from the members. The incremental methods below must give the same answers.
    fn rebuild(&mut self, nodes: &Nodes);

    /// The owner of `digest`, whose 64 bits are evenly spread and need no mixing. `nodes` is not empty, and the state was derived
    /// from it.
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex;

    /// Checks whether `candidate`, a whole membership, is supported. Called before anything changes.
    ///
    /// An admitted membership must stay admissible when any member is removed, because a removal cannot be refused.
    ///
    /// # Errors
    /// The reason, if it is not supported.
    fn admit(&self, candidate: &Nodes) -> Result<(), Refusal> {
        let _ = candidate;
        Ok(())
    }

    /// Visits every member once in the preference order of `digest`, owner first, until the visitor breaks.
    ///
    /// Provided: the owner, then all others in the order of [`order::others`], with four passes over all members for the first
    /// 32, then one sort. An algorithm with even look-ups does better with [`order::by_lookup`].
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
    /// Several at once must give the same state as one after the other, in their order. Provided: [`rebuild`](Self::rebuild).
    fn added(&mut self, nodes: &Nodes, first: NodeIndex) {
        let _ = first;
        self.rebuild(nodes);
    }

    /// Updates the state after a removal: the member `gone` was removed, and the former last now has its index. Provided:
    /// [`rebuild`](Self::rebuild).
    fn removed(&mut self, nodes: &Nodes, gone: Gone) {
        let _ = gone;
        self.rebuild(nodes);
    }

    /// Updates the state after a change of weight: the member at `index` had the weight `old`. Provided:
    /// [`rebuild`](Self::rebuild).
    fn reweighted(&mut self, nodes: &Nodes, index: NodeIndex, old: Weight) {
        let _ = (index, old);
        self.rebuild(nodes);
    }

    /// The largest batch of removals, or of changes of weight, that is cheaper to apply one change at a time. Larger batches use
    /// one [`rebuild`](Self::rebuild).
    ///
    /// Removals come in the order given. Falling weights come before rising ones, so that no step takes more memory than the
    /// start or the end. `admit` is called for the final membership, not for those between.
    ///
    /// Provided: 1. Return more only if `removed` and `reweighted` touch only the state of one member. If answers depend on the
    /// history, all changes are single steps, whatever this returns.
    fn steps(&self, nodes: &Nodes) -> usize {
        let _ = nodes;
        1
    }

    /// Predicts the heap bytes of the state for a membership of this census, before it is built.
    ///
    /// The memory limit is checked against it. It covers the state only; temporary memory during a change is
    /// [`scratch_bytes`](Self::scratch_bytes).
    fn heap_bytes(&self, census: &Census) -> u64 {
        let _ = census;
        0
    }

    /// An upper bound for the temporary heap bytes of a change to a membership of this census, beside the state. They are
    /// requested from the allocator first, so that a change is refused, instead of aborting, if the memory is not available.
    fn scratch_bytes(&self, census: &Census) -> u64 {
        let _ = census;
        0
    }

    /// What to do if the state for this census takes more than `limit` bytes, as an imperative clause for a message: "use at most
    /// 15 points for each unit of weight".
    fn remedy(&self, census: &Census, limit: u64) -> Option<String> {
        let _ = (census, limit);
        None
    }

    /// Each member's exact share of all digests, in index order, if it can be computed without sampling.
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        let _ = nodes;
        None
    }

    /// The digests at which the owner may change, if the digests form stretches: in ascending order, the last digest of each
    /// stretch with one owner. What lies past the last of them is a stretch too.
    ///
    /// With them, two memberships are compared exactly, without sampling. Provided: `None`.
    fn ends(&self, nodes: &Nodes) -> Option<Vec<Digest>> {
        let _ = nodes;
        None
    }

    /// Writes the parameters as comma-separated `name=value`, such as `points=160`. Writes nothing if there are none.
    ///
    /// Two kernels of one algorithm must write the same text if, and only if, they place every key the same for the same members.
    /// The text is saved, is part of the fingerprint, and appears in messages.
    ///
    /// # Errors
    /// The formatter's errors.
    fn parameters(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let _ = f;
        Ok(())
    }

    /// The history that the answers depend on, or `None` if they depend only on members and parameters.
    ///
    /// Required if the algorithm [depends on its history](crate::DependsOn::History). It must be complete: a kernel that
    /// [resumes](Self::resume) from it gives the same answers, now and after any further changes, in whatever index order the
    /// members are given.
    fn history(&self, nodes: &Nodes) -> Option<History> {
        let _ = nodes;
        None
    }

    /// Replaces the state by the one that `history` describes. `history` has passed [`History::check`].
    ///
    /// Many algorithms can start with `capacity` buckets in use and free those in `freed`, in order. Most must refuse a history
    /// that is not [complete](History::is_complete).
    ///
    /// # Errors
    /// [`HistoryError::Impossible`] if no sequence of changes leads to the history. The kernel may then be in any state.
    fn resume(&mut self, nodes: &Nodes, history: &History) -> Result<(), HistoryError> {
        let _ = (nodes, history);
        Err(HistoryError::Unexpected)
    }

    /// Predicts the heap bytes that [`resume`](Self::resume) would take, temporary memory included. The memory limit is checked
    /// against it first, because a forged history may have any capacity.
    ///
    /// Provided: [`heap_bytes`](Self::heap_bytes), plus 8 bytes a bucket for [`History::holders`].
    fn resumed_bytes(&self, census: &Census, history: &History) -> u64 {
        self.heap_bytes(census).saturating_add(8 * u64::from(history.capacity))
    }
}
