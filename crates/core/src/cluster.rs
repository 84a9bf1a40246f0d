//! Members, an algorithm and a hasher in one type.

use core::fmt;

use crate::{Kernel, KeyHasher, Roster, SipHash, fingerprint::Parameters, memory::DEFAULT_MEMORY_LIMIT, roster::seed_of};

/// Consumers placed by an algorithm. `HashRing`, `JumpHash`, `Rendezvous` and `Maglev` are aliases of it.
///
/// ```
/// use annulus_ring::HashRing; // or any other algorithm
///
/// let mut caches = HashRing::from_consumers([("cache-a", "10.0.0.1"), ("cache-b", "10.0.0.2")])?;
/// caches.add_consumer("cache-c", "10.0.0.3")?;
///
/// let owner = caches.owner("user:42").unwrap(); // text, bytes, or a `u64`
/// println!("{} at {}", owner.name, owner.info);
///
/// // The owner is down: the next in the key's order of preference serves.
/// let next = caches.find("user:42", |member| member.name != owner.name).unwrap();
/// let replicas: Vec<_> = caches.candidates("user:42").take(2).collect();
/// assert_eq!(replicas, [owner, next]);
///
/// assert_eq!(caches.remove_consumer("cache-c"), Some("10.0.0.3"));
/// # Ok::<(), annulus_ring::ChangeError>(())
/// ```
///
/// `T` is the consumers' data, `H` the hasher. A cluster is `Send` and `Sync` if `T` and the hasher are. Look-ups take `&self`.
///
/// To choose the algorithm at run time, use a [`ConsistentHashRing`](crate::ConsistentHashRing) or a [`Ring`](crate::Ring). The
/// methods that take digests instead of keys are in [`ByDigest`](crate::ByDigest).
///
/// Two routers with the same members agree, whatever the order of additions (except jump, which numbers its consumers):
///
/// ```
/// use annulus_ring::{HashRing, SipHash};
///
/// // A secret that all routers share: strangers cannot aim keys at one consumer.
/// let secret = SipHash::with_keys(0x0123_4567, 0x89ab_cdef);
/// let mut here = HashRing::with_hasher(secret);
/// here.extend(["cache-a", "cache-b"])?;
/// let mut there = HashRing::with_hasher(secret);
/// there.extend(["cache-b", "cache-a"])?;
/// assert_eq!(here.fingerprint(), there.fingerprint());
/// assert_eq!(here.owner("user:42").unwrap().name, there.owner("user:42").unwrap().name);
/// # Ok::<(), annulus_ring::ChangeError>(())
/// ```
#[derive(Clone)]
pub struct Cluster<K, T, H = SipHash> {
    pub(crate) roster: Roster<T>,
    pub(crate) kernel: K,
    /// An empty copy of the kernel, to predict the size of a full rebuild. The kernel in use may predict less, because it can
    /// keep its table.
    pub(crate) blank: K,
    pub(crate) hasher: H,
    memory_limit: u64,
}

impl<K: Kernel + Default, T> Cluster<K, T, SipHash> {
    /// An empty cluster with the algorithm's default parameters and the pinned default hasher.
    #[must_use]
    pub fn new() -> Self {
        Self::with_kernel(K::default())
    }

    /// An empty cluster with the algorithm's default parameters and this hasher, such as one with a secret.
    ///
    /// ```
    /// use annulus_ring::{HashRing, SipHash};
    /// let mut ring = HashRing::with_hasher(SipHash::with_keys(0x0123_4567, 0x89ab_cdef));
    /// ring.add_consumer("a", "10.0.0.1")?;
    /// # Ok::<(), annulus_ring::ChangeError>(())
    /// ```
    #[must_use]
    pub fn with_hasher<H: KeyHasher>(hasher: H) -> Cluster<K, T, H> {
        Cluster::with(K::default(), hasher)
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
        // The kernel may come from another cluster, so clear its state.
        kernel.rebuild(roster.nodes());
        let blank = kernel.clone();
        Self { roster, kernel, blank, hasher, memory_limit: DEFAULT_MEMORY_LIMIT }
    }

    /// From now on, refuses memberships whose state would take more than `bytes` of memory. The default is
    /// [`DEFAULT_MEMORY_LIMIT`], 256 MB.
    ///
    /// The limit covers the kernel's state as [`heap_bytes`](Kernel::heap_bytes) predicts it, before anything is allocated. It
    /// excludes names and data (with about 80 bytes of overhead per consumer) and temporary memory during a change. For the ring,
    /// temporary memory is up to 64 MB, or 2 bytes a point past 2²⁵ points. For the others, it is some tens of bytes a consumer,
    /// and for slots up to 4 bytes a slot.
    ///
    /// An admitted membership can also be rebuilt within the limit, so it can be restored. Consumers that are already members
    /// stay and can be removed, even if they exceed a new, lower limit.
    ///
    /// ```
    /// use annulus_ring::{HashRing, Refusal};
    ///
    /// let mut ring = HashRing::new().with_memory_limit(4_000);
    /// ring.add_consumer("a", "10.0.0.1")?;
    /// let refused = ring.add_consumer("b", "10.0.0.2").unwrap_err();
    /// assert!(matches!(refused.reason, Refusal::TooLarge { limit: 4_000, .. }));
    /// assert!(ring.len() == 1 && ring.heap_bytes() < 4_000);
    /// # Ok::<(), annulus_ring::ChangeError>(())
    /// ```
    #[must_use]
    pub fn with_memory_limit(mut self, bytes: u64) -> Self {
        self.memory_limit = bytes;
        self
    }

    /// The most bytes that the state may take.
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

    /// The heap bytes of the algorithm's state, without names and data.
    pub fn heap_bytes(&self) -> u64 {
        self.kernel.heap_bytes(self.roster.nodes().census())
    }

    pub(crate) fn seed(&self, name: &str) -> u64 {
        seed_of(name, &self.hasher)
    }
}

// Prints counts and parameters only: the state of a ring of 100 consumers would print as 764 kB.
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
