//! The contract, implemented once over any kernel.

use alloc::{
    collections::BTreeMap,
    vec::{self, Vec},
};
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
    /// The kernel without a state: what it foretells is what a rebuild takes, where the kernel in use might keep what it has.
    blank: K,
    hasher: H,
    memory_limit: u64,
}

/// A member to be added.
struct Given<'a, T> {
    name: &'a str,
    seed: u64,
    weight: Weight,
    data: T,
}

/// A weight that a batch changes.
struct Reweighted {
    index: NodeIndex,
    old: Weight,
    new: Weight,
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
        Self { roster, kernel, blank, hasher, memory_limit: isize::MAX.unsigned_abs() as u64 }
    }

    /// Refuses, from now on, memberships whose state would take more than `bytes` of memory.
    ///
    /// The algorithm's state is meant, which the kernel predicts before building. Names and data come on top, about 80 bytes a
    /// consumer beside their own; and so does what making a state anew takes while it lasts: for the ring its points being sorted,
    /// up to 64 MB of them or, past 2²⁵ points, 2 bytes a point; for others some tens of bytes a consumer. What is there already
    /// stays, and may shrink.
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
        })
    }

    /// Whether the state may take `bytes`, where it takes `before`: what is past the limit already may shrink.
    fn admit_bytes(&self, bytes: u64, before: u64) -> Result<(), Refusal> {
        let limit = self.memory_limit;
        if bytes > limit.max(before) { Err(Refusal::TooLarge { bytes, limit }) } else { Ok(()) }
    }

    /// Whether so many changes of one call are told to the kernel one by one.
    fn in_steps(&self, changes: usize) -> bool {
        changes <= 1 || K::PROPERTIES.depends_on == DependsOn::History || changes <= self.kernel.steps(self.roster.nodes())
    }

    /// The members of these names, each once, in index order.
    fn indices_of(&self, names: &[&str]) -> Vec<NodeIndex> {
        let mut indices: Vec<_> = names.iter().filter_map(|name| self.roster.index_of(name)).collect();
        indices.sort_unstable();
        indices.dedup();
        indices
    }

    /// Puts the weights into the roster, and returns the old ones and what has changed in the end.
    fn put_weights(&mut self, given: &[(Option<NodeIndex>, Weight)]) -> (Vec<Option<Weight>>, Vec<Reweighted>) {
        let mut first = BTreeMap::new();
        let mut put = |&(index, weight): &(Option<NodeIndex>, Weight)| {
            let old = self.roster.set_weight(index?, weight);
            first.entry(index?).or_insert(old);
            Some(old)
        };
        let olds = given.iter().map(&mut put).collect();
        let now = |(index, old)| Reweighted { index, old, new: self.roster.nodes().weight(index) };
        (olds, first.into_iter().map(now).filter(|change| change.old != change.new).collect())
    }

    /// Bytes that the state takes when the kernel has been told of the changes, which stand in the roster.
    fn foretold(&self, changes: usize) -> u64 {
        let anew = || self.blank.heap_bytes(self.roster.nodes());
        match changes {
            1 => self.heap_bytes(),
            // A step may make the state anew, and the next ones keep that.
            _ if self.in_steps(changes) => self.heap_bytes().max(anew()),
            _ => anew(),
        }
    }

    /// Tells the kernel of the changes, which stand in the roster: by a rebuild, or one by one, as if they came so.
    fn tell_weights(&mut self, mut changes: Vec<Reweighted>) {
        if !self.in_steps(changes.len()) {
            return self.kernel.rebuild(self.roster.nodes());
        }
        self.take_back_weights(&changes);
        // Less weight first, so that no step takes more memory than there was before or will be in the end.
        changes.sort_by_key(|change| change.new > change.old);
        for Reweighted { index, old, new } in changes {
            self.roster.set_weight(index, new);
            self.kernel.reweighted(self.roster.nodes(), index, old);
        }
    }

    fn take_back_weights(&mut self, changes: &[Reweighted]) {
        for change in changes {
            self.roster.set_weight(change.index, change.old);
        }
    }

    /// Puts the members at the end of the roster, or says which was refused; the roster then holds those before it.
    ///
    /// What is refused and what comes after it stays in `given`: the caller's data is dropped when the books agree again.
    fn push_all(&mut self, given: &mut vec::IntoIter<Given<'_, T>>) -> Result<(), AddError> {
        for position in 0.. {
            let Some(&Given { name, seed, weight, .. }) = given.as_slice().first() else { break };
            let refused = |reason| AddError { position, reason };
            if !K::PROPERTIES.weighted && weight != Weight::ONE {
                return Err(refused(Refusal::WeightUnsupported { weight }));
            }
            let index = self.roster.vacancy(name, seed).map_err(refused)?;
            if let Some(Given { data, .. }) = given.next() {
                self.roster.push(index, name, seed, weight, data);
            }
        }
        Ok(())
    }
}

/// Where the first weight stands that an algorithm for equal consumers cannot serve. Of a member given twice, the later one holds.
fn unequal(given: &[(Option<NodeIndex>, Weight)]) -> Option<usize> {
    let last: BTreeMap<_, _> =
        given.iter().enumerate().filter_map(|(at, &(index, weight))| Some((index?, (at, weight)))).collect();
    last.into_values().filter(|&(_, weight)| weight != Weight::ONE).map(|(at, _)| at).min()
}

impl<K: Kernel, T, H: KeyHasher> ConsistentHashRing for Cluster<K, T, H> {
    type ConsumerInfo = T;

    fn remove_consumer(&mut self, name: &str) -> Option<T> {
        let (gone, data) = self.roster.remove(name)?;
        self.kernel.removed(self.roster.nodes(), gone);
        Some(data)
    }

    fn add_consumers(&mut self, members: &mut dyn Iterator<Item = (&str, Weight, T)>) -> Result<(), AddError> {
        // The caller's own code, iterator and hasher, runs before anything changes: should it panic, the cluster is as it was.
        let given = members.map(|(name, weight, data)| Given { name, seed: self.seed(name), weight, data });
        let mut given = given.collect::<Vec<_>>().into_iter();
        let before = self.roster.len();
        let admitted = self.push_all(&mut given).and_then(|()| {
            if self.roster.len() == before {
                return Ok(());
            }
            let last = self.roster.len() - before - 1;
            let admitted = self.admit(|node| node.as_usize() >= before);
            admitted.and_then(|()| self.admit_bytes(self.heap_bytes(), 0)).map_err(|reason| {
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

    fn remove_consumers(&mut self, names: &mut dyn Iterator<Item = &str>) -> Vec<Option<T>> {
        // The caller's iterator runs before anything changes: should it panic, the cluster is as it was.
        let names: Vec<&str> = names.collect();
        let leaving = self.indices_of(&names);
        let rebuilt = || self.blank.heap_bytes(&self.roster.nodes().without(&leaving));
        // A removal is never refused, so it must not take more memory: a state made anew may, where one in use was filled up.
        if self.in_steps(leaving.len()) || rebuilt() > self.heap_bytes() {
            return names.into_iter().map(|name| self.remove_consumer(name)).collect();
        }
        let removed = names.into_iter().map(|name| self.roster.remove(name).map(|(_, data)| data)).collect();
        self.kernel.rebuild(self.roster.nodes());
        removed
    }

    fn set_weight(&mut self, name: &str, weight: Weight) -> Result<Option<Weight>, Refusal> {
        let olds = self.set_weights(&mut core::iter::once((name, weight))).map_err(|error| error.reason)?;
        Ok(olds.into_iter().next().flatten())
    }

    fn set_weights(&mut self, weights: &mut dyn Iterator<Item = (&str, Weight)>) -> Result<Vec<Option<Weight>>, AddError> {
        // The caller's iterator runs before anything changes, as above.
        let given: Vec<_> = weights.map(|(name, weight)| (self.roster.index_of(name), weight)).collect();
        if let Some(position) = if K::PROPERTIES.weighted { None } else { unequal(&given) } {
            return Err(AddError { position, reason: Refusal::WeightUnsupported { weight: given[position].1 } });
        }
        let before = self.heap_bytes();
        let (olds, changes) = self.put_weights(&given);
        if changes.is_empty() {
            return Ok(olds);
        }
        let position_of = |node| given.iter().rposition(|&(index, _)| index == Some(node));
        let admitted = self.admit(|node| position_of(node).is_some());
        if let Err(reason) = admitted.and_then(|()| self.admit_bytes(self.foretold(changes.len()), before)) {
            self.take_back_weights(&changes);
            // A refusal that names one of those given points at it; any other, at the whole.
            let named = if let Refusal::NoShare { node, .. } = reason { position_of(node) } else { None };
            let last = given.iter().rposition(|(index, _)| index.is_some());
            return Err(AddError { position: named.or(last).unwrap_or_default(), reason });
        }
        self.tell_weights(changes);
        Ok(olds)
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
