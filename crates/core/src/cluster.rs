//! The contract, implemented once over any kernel.

use alloc::vec::Vec;
use core::{fmt, ops::ControlFlow};

use crate::{
    AddError, ConsistentHashRing, DependsOn, Kernel, KeyHasher, Member, NodeIndex, Refusal, Roster, SipHash, Weight, mix, mix64,
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
/// #     fn heap_bytes(&self, nodes: &Nodes) -> u64 { 1024 * nodes.len() as u64 }
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
/// # Ok::<(), annulus_core::AddError>(())
/// ```
#[derive(Clone)]
pub struct Cluster<K, T, H = SipHash> {
    pub(crate) roster: Roster<T>,
    pub(crate) kernel: K,
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
        Self { roster, kernel, hasher, memory_limit: isize::MAX.unsigned_abs() as u64 }
    }

    /// Refuses, from now on, memberships whose state would take more than `bytes` of memory.
    ///
    /// The algorithm's state is meant, which the kernel predicts before building; names and data come on top. What is there
    /// already stays.
    ///
    /// ```
    /// use annulus_core::{AddError, Cluster, ConsistentHashRing, Refusal};
    /// # use annulus_core::{DependsOn, Kernel, NodeIndex, Nodes, Properties, mix64};
    /// # #[derive(Clone, Default)]
    /// # struct Greatest;
    /// # impl Kernel for Greatest {
    /// #     const PROPERTIES: Properties = Properties::new("greatest", DependsOn::Set).weighted();
    /// #     fn rebuild(&mut self, _: &Nodes) {}
    /// #     fn lookup(&self, nodes: &Nodes, digest: u64) -> NodeIndex {
    /// #         nodes.indices().max_by_key(|&index| (mix64(digest ^ nodes.seed(index)), nodes.seed(index))).unwrap_or_default()
    /// #     }
    /// #     fn heap_bytes(&self, nodes: &Nodes) -> u64 { 1024 * nodes.len() as u64 }
    /// # }
    ///
    /// // An algorithm whose state takes a kilobyte a consumer.
    /// let mut cluster = Cluster::<Greatest, ()>::new().with_memory_limit(2048);
    /// cluster.add_consumer("a", ())?;
    /// cluster.add_consumer("b", ())?;
    /// let refused = cluster.add_consumer("c", ());
    /// assert_eq!(refused, Err(AddError::new(0, Refusal::TooLarge { bytes: 3072, limit: 2048 })));
    /// assert_eq!((cluster.roster().len(), cluster.heap_bytes()), (2, 2048));
    /// # Ok::<(), AddError>(())
    /// ```
    #[must_use]
    pub fn with_memory_limit(mut self, bytes: u64) -> Self {
        self.memory_limit = bytes;
        self
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
        self.kernel.heap_bytes(self.roster.nodes())
    }

    /// Each consumer's exact share of all keys, in index order, where the algorithm can tell it without sampling.
    pub fn shares(&self) -> Option<Vec<f64>> {
        self.kernel.shares(self.roster.nodes())
    }

    /// A number that two routers share exactly if they place every key alike: algorithm, parameters, hasher and members. O(N).
    ///
    /// Data is not part of it. Exchange it to find out whether two processes hold the same view.
    pub fn fingerprint(&self) -> u64 {
        let nodes = self.roster.nodes();
        let members = nodes.seeds().iter().zip(nodes.weights()).map(|(&seed, weight)| mix(seed, u64::from(weight.get())));
        let members = match K::PROPERTIES.depends_on {
            DependsOn::Set => members.fold(0, u64::wrapping_add),
            DependsOn::Order | DependsOn::History => members.fold(0, |chain, member| mix(chain ^ member, 0)),
        };
        let algorithm = K::PROPERTIES.algorithm.bytes().fold(0, |chain, byte| mix(chain, u64::from(byte)));
        [algorithm, self.kernel.parameters(), self.hasher.check(), members]
            .iter()
            .fold(0, |chain, &part| mix64(mix(chain, 1) ^ part))
    }

    fn seed(&self, name: &str) -> u64 {
        mix64(self.hasher.hash(name.as_bytes()) ^ SEED_DOMAIN)
    }

    /// Whether the membership as it now stands in the roster can be served; `changed` tells the members that the caller gave.
    fn admit(&self, changed: impl Fn(NodeIndex) -> bool) -> Result<(), Refusal> {
        let nodes = self.roster.nodes();
        if !K::PROPERTIES.weighted && !nodes.is_unweighted() {
            let weight = nodes.weights().iter().copied().find(|&weight| weight != Weight::ONE).unwrap_or_default();
            return Err(Refusal::WeightUnsupported { weight });
        }
        self.kernel.admit(nodes).map_err(|reason| match reason {
            Refusal::NoShare { node, weight, least } if !changed(node) => Refusal::Starves { node, weight, least },
            reason => reason,
        })?;
        let bytes = self.kernel.heap_bytes(nodes);
        if bytes > self.memory_limit {
            return Err(Refusal::TooLarge { bytes, limit: self.memory_limit });
        }
        Ok(())
    }

    /// Puts the members at the end of the roster, or says which was refused; the roster then holds those before it.
    fn push_all(&mut self, members: &mut dyn Iterator<Item = (&str, Weight, T)>) -> Result<(), AddError> {
        // The caller's own code, iterator and hasher, runs before anything changes: should it panic, the cluster is as it was.
        let members: Vec<_> = members.map(|(name, weight, data)| (name, self.seed(name), weight, data)).collect();
        for (position, (name, seed, weight, data)) in members.into_iter().enumerate() {
            let refused = |reason| AddError { position, reason };
            if !K::PROPERTIES.weighted && weight != Weight::ONE {
                return Err(refused(Refusal::WeightUnsupported { weight }));
            }
            self.roster.push(name, seed, weight, data).map_err(refused)?;
        }
        Ok(())
    }
}

impl<K: Kernel, T, H: KeyHasher> ConsistentHashRing for Cluster<K, T, H> {
    type ConsumerInfo = T;

    fn remove_consumer(&mut self, name: &str) -> Option<T> {
        let (gone, data) = self.roster.remove(name)?;
        self.kernel.removed(self.roster.nodes(), gone);
        Some(data)
    }

    fn add_consumers(&mut self, members: &mut dyn Iterator<Item = (&str, Weight, T)>) -> Result<(), AddError> {
        let before = self.roster.len();
        let admitted = self.push_all(members).and_then(|()| {
            if self.roster.len() == before {
                return Ok(());
            }
            let last = self.roster.len() - before - 1;
            self.admit(|node| node.as_usize() >= before).map_err(|reason| {
                // A refusal that names one of the given members points at it; any other, at the whole.
                let named = if let Refusal::NoShare { node, .. } = reason { node.as_usize().checked_sub(before) } else { None };
                AddError { position: named.unwrap_or(last), reason }
            })
        });
        match (admitted, NodeIndex::from_usize(before)) {
            (Ok(()), Some(first)) if self.roster.len() > before => self.kernel.extended(self.roster.nodes(), first),
            (Ok(()), _) => {}
            (Err(_), _) => self.roster.truncate(before),
        }
        admitted
    }

    fn set_weight(&mut self, name: &str, weight: Weight) -> Result<Option<Weight>, Refusal> {
        let Some(index) = self.roster.index_of(name) else { return Ok(None) };
        let bytes = self.heap_bytes();
        let old = self.roster.set_weight(index, weight);
        if old == weight {
            return Ok(Some(old));
        }
        match self.admit(|node| node == index) {
            // Past the limit already, and now less: what is there may shrink.
            Err(Refusal::TooLarge { bytes: less, .. }) if less <= bytes => {}
            Err(reason) => {
                self.roster.set_weight(index, old);
                return Err(reason);
            }
            Ok(()) => {}
        }
        self.kernel.reweighted(self.roster.nodes(), index, old);
        Ok(Some(old))
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
            .field("parameters", &format_args!("{:#018x}", self.kernel.parameters()))
            .field("heap_bytes", &self.heap_bytes())
            .finish_non_exhaustive()
    }
}
