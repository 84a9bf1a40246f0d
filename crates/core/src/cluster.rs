//! The contract, implemented once over any kernel.

use alloc::vec::Vec;
use core::{fmt, ops::ControlFlow};

use crate::{
    ChangeError, ConsistentHashRing, Kernel, KeyHasher, Member, NodeIndex, Roster, SipHash, Weight, fingerprint::Parameters,
    memory::DEFAULT_MEMORY_LIMIT, mix64,
};

/// Sets seeds of consumers apart from digests of keys, so that a key spelt like a consumer is no special key.
const SEED_DOMAIN: u64 = 0x616e_6e75_6c75_7301;

/// Members, an algorithm and a hasher: implements [`ConsistentHashRing`] once for all kernels.
///
/// Each algorithm crate gives it a name: `HashRing<T> = Cluster<RingKernel, T>` and so on. `T` is the consumers' data.
/// It is `Send` and `Sync` where `T` and the hasher are, and look-ups take `&self`.
///
/// ```
/// use annulus_core::{Cluster, ConsistentHashRing, SipHash, Weight};
/// # use annulus_core::{DependsOn, Kernel, NodeIndex, Nodes, Properties, mix64};
/// # #[derive(Clone, Default)]
/// # struct Greatest;
/// # impl Kernel for Greatest {
/// #     const PROPERTIES: Properties = Properties::new("greatest", DependsOn::Set).weighted();
/// #     fn rebuild(&mut self, _: &Nodes) {}
/// #     fn lookup(&self, nodes: &Nodes, digest: u64) -> NodeIndex {
/// #         nodes.indices().max_by_key(|&index| (mix64(digest ^ nodes.seed(index)), nodes.seed(index))).unwrap_or_default()
/// #     }
/// # }
///
/// let secret = SipHash::with_keys(0x0123_4567, 0x89ab_cdef); // every router's
/// let mut here = Cluster::<Greatest, &str>::with(Greatest, secret);
/// here.add_consumer("cache-a", "10.0.0.1")?;
/// here.add_weighted_consumer("cache-b", Weight::new(2).unwrap(), "10.0.0.2")?;
///
/// // Another router heard of them the other way round, and holds the same view.
/// let mut there = Cluster::<Greatest, &str>::with(Greatest, secret);
/// there.add_weighted_consumer("cache-b", Weight::new(2).unwrap(), "10.0.0.2")?;
/// there.add_consumer("cache-a", "10.0.0.1")?;
/// assert_eq!(here.fingerprint(), there.fingerprint());
/// assert_eq!(here.get_consumer("user:42"), there.get_consumer("user:42"));
///
/// there.remove_consumer("cache-a");
/// assert_ne!(here.fingerprint(), there.fingerprint());
/// # Ok::<(), annulus_core::ChangeError>(())
/// ```
#[derive(Clone)]
pub struct Cluster<K, T, H = SipHash> {
    pub(crate) roster: Roster<T>,
    pub(crate) kernel: K,
    /// An empty copy of the kernel, used to predict the size of a full rebuild: the kernel in use might keep what it has.
    pub(crate) blank: K,
    hasher: H,
    memory_limit: u64,
}

impl<K: Kernel + Default, T> Cluster<K, T, SipHash> {
    /// An empty cluster with the algorithm's default parameters and the pinned default hasher.
    #[must_use]
    pub fn new() -> Self {
        Self::with_kernel(K::default())
    }
}

impl<K: Kernel + Default, T, H: KeyHasher + Default> Default for Cluster<K, T, H> {
    fn default() -> Self {
        Self::with(K::default(), H::default())
    }
}

impl<K: Kernel, T> Cluster<K, T, SipHash> {
    /// An empty cluster with the given parameters and the pinned default hasher.
    #[must_use]
    pub fn with_kernel(kernel: K) -> Self {
        Self::with(kernel, SipHash::new())
    }
}

impl<K: Kernel, T, H: KeyHasher> Cluster<K, T, H> {
    /// An empty cluster with the given parameters and hasher.
    #[must_use]
    pub fn with(mut kernel: K, hasher: H) -> Self {
        let roster = Roster::new();
        // The kernel may come from another cluster: what it knew is forgotten.
        kernel.rebuild(roster.nodes());
        let blank = kernel.clone();
        Self { roster, kernel, blank, hasher, memory_limit: DEFAULT_MEMORY_LIMIT }
    }

    /// Refuses, from now on, memberships whose state would take more than `bytes` of memory. The default is
    /// [`DEFAULT_MEMORY_LIMIT`], 256 MB.
    ///
    /// The limit covers the kernel's state as [`heap_bytes`](Kernel::heap_bytes) predicts it, before anything is allocated. It
    /// excludes names and data, about 80 bytes a consumer beside their own, and temporary memory during a change: for the ring up to
    /// 64 MB, or, past 2²⁵ points, 2 bytes a point; for others some tens of bytes a consumer. A membership that
    /// is admitted can also be rebuilt within it, so it can be restored. What is there already stays, and may shrink.
    ///
    /// ```
    /// use annulus_core::{Cluster, ConsistentHashRing, Refusal};
    /// # use annulus_core::{Census, DependsOn, Kernel, NodeIndex, Nodes, Properties, mix64};
    /// # #[derive(Clone, Default)]
    /// # struct Greatest;
    /// # impl Kernel for Greatest {
    /// #     const PROPERTIES: Properties = Properties::new("greatest", DependsOn::Set).weighted();
    /// #     fn rebuild(&mut self, _: &Nodes) {}
    /// #     fn lookup(&self, nodes: &Nodes, digest: u64) -> NodeIndex {
    /// #         nodes.indices().max_by_key(|&index| (mix64(digest ^ nodes.seed(index)), nodes.seed(index))).unwrap_or_default()
    /// #     }
    /// #     fn heap_bytes(&self, census: &Census) -> u64 { 1024 * census.len() as u64 }
    /// # }
    ///
    /// // An algorithm whose state takes a kilobyte a consumer.
    /// let mut cluster = Cluster::<Greatest, ()>::new().with_memory_limit(2048);
    /// cluster.add_consumer("a", ())?;
    /// cluster.add_consumer("b", ())?;
    /// let refused = cluster.add_consumer("c", ()).unwrap_err();
    /// assert_eq!(refused.reason, Refusal::TooLarge { bytes: 3072, limit: 2048, remedy: None });
    /// assert_eq!((cluster.roster().len(), cluster.heap_bytes()), (2, 2048));
    /// # Ok::<(), annulus_core::ChangeError>(())
    /// ```
    #[must_use]
    pub fn with_memory_limit(mut self, bytes: u64) -> Self {
        self.memory_limit = bytes;
        self
    }

    /// Bytes that the state may take.
    pub fn memory_limit(&self) -> u64 {
        self.memory_limit
    }

    /// The algorithm and its parameters.
    pub fn kernel(&self) -> &K {
        &self.kernel
    }

    /// The hasher.
    pub fn hasher(&self) -> &H {
        &self.hasher
    }

    /// Bytes on the heap that the algorithm's state takes, names and data not counted.
    pub fn heap_bytes(&self) -> u64 {
        self.kernel.heap_bytes(self.roster.nodes().census())
    }

    /// Each consumer's exact share of all keys, in index order, where the algorithm can tell it without sampling.
    pub fn shares(&self) -> Option<Vec<f64>> {
        self.kernel.shares(self.roster.nodes())
    }

    pub(crate) fn seed(&self, name: &str) -> u64 {
        mix64(self.hasher.hash(name.as_bytes()) ^ SEED_DOMAIN)
    }
}

impl<K: Kernel, T, H: KeyHasher> ConsistentHashRing for Cluster<K, T, H> {
    type ConsumerInfo = T;

    fn remove_consumer(&mut self, name: &str) -> Option<T> {
        self.remove_one(name)
    }

    // In those that follow, the caller's own code, iterator and hasher, runs before anything changes: should it panic, the
    // cluster is as it was.

    fn add_consumers(&mut self, members: &mut dyn Iterator<Item = (&str, Weight, T)>) -> Result<(), ChangeError> {
        let given = self.collect(members)?;
        self.add_all(given)
    }

    fn remove_consumers(&mut self, names: &mut dyn Iterator<Item = &str>) -> Vec<Option<T>> {
        let names = names.collect();
        self.remove_all(names)
    }

    fn set_weights(&mut self, weights: &mut dyn Iterator<Item = (&str, Weight)>) -> Result<Vec<Option<Weight>>, ChangeError> {
        let asked: Vec<_> = weights.map(|(name, weight)| self.asked(name, weight)).collect();
        self.reweight_all(&asked)
    }

    fn set_weight(&mut self, name: &str, weight: Weight) -> Result<Option<Weight>, ChangeError> {
        let olds = self.reweight_all(&[self.asked(name, weight)])?;
        Ok(olds.into_iter().next().flatten())
    }

    fn consumer_mut(&mut self, name: &str) -> Option<&mut T> {
        self.roster.info_mut(name)
    }

    fn roster(&self) -> &Roster<T> {
        &self.roster
    }

    #[inline]
    fn digest(&self, key: &[u8]) -> u64 {
        self.hasher.hash(key)
    }

    #[inline]
    fn locate(&self, digest: u64) -> Option<NodeIndex> {
        if self.roster.is_empty() { None } else { Some(self.kernel.lookup(self.roster.nodes(), digest)) }
    }

    #[inline]
    fn locate_batch(&self, digests: &[u64], out: &mut [NodeIndex]) -> usize {
        let answered = if self.roster.is_empty() { 0 } else { digests.len().min(out.len()) };
        if answered > 0 {
            self.kernel.lookup_batch(self.roster.nodes(), &digests[..answered], &mut out[..answered]);
        }
        answered
    }

    fn walk(&self, digest: u64, visit: &mut dyn FnMut(NodeIndex) -> ControlFlow<()>) {
        if !self.roster.is_empty() {
            self.kernel.walk(self.roster.nodes(), digest, visit);
        }
    }

    #[inline]
    fn locate_n(&self, digest: u64, out: &mut [NodeIndex]) -> usize {
        if self.roster.is_empty() { 0 } else { self.kernel.lookup_n(self.roster.nodes(), digest, out) }
    }

    // As provided, but the walk is compiled together with its visitor.
    fn find_consumer(&self, digest: u64, accept: &mut dyn FnMut(Member<'_, T>) -> bool) -> Option<&T> {
        if self.roster.is_empty() {
            return None;
        }
        let mut found = None;
        self.kernel.walk(self.roster.nodes(), digest, self.roster.finding(accept, &mut found));
        found
    }
}

// Counts and parameters only: the state of a ring of 100 consumers would print as 764 kB.
impl<K: Kernel, T, H: KeyHasher> fmt::Debug for Cluster<K, T, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cluster")
            .field("algorithm", &K::PROPERTIES.algorithm)
            .field("consumers", &self.roster.len())
            .field("total_weight", &self.roster.nodes().total_weight())
            .field("parameters", &format_args!("\"{}\"", Parameters(&self.kernel)))
            .field("heap_bytes", &self.heap_bytes())
            .finish_non_exhaustive()
    }
}
