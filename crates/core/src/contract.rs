//! The contract that users write against.

use alloc::{boxed::Box, vec::Vec};
use core::ops::ControlFlow;

use crate::{ChangeError, Member, NodeIndex, Roster, Weight, order::filling};

/// Distributes keys over consumers that come and go.
///
/// The same key goes to the same consumer in every process, release and platform, as long as the consumers are the same. An empty
/// ring answers `None`; nothing panics; only adding and reweighting can fail, and a failure changes nothing. The trait is usable
/// as `dyn ConsistentHashRing<ConsumerInfo = T>`. Implement [`Kernel`](crate::Kernel) rather than this trait:
/// [`Cluster`](crate::Cluster) gives the rest.
///
/// # From a function to this trait
/// A placement is at heart a function from a key to a consumer. It needs to know the consumers, so it is a method; they change,
/// so they are added and removed by name. A caller that has hashed already, or wants many answers, asks by
/// [`digest`](Self::digest) ([`locate`](Self::locate), [`locate_batch`](Self::locate_batch)); one that must go on when the owner
/// is down walks the preference order ([`walk`](Self::walk) and what stands on it).
///
/// # Cost
/// A look-up costs what the algorithm's README says, plus the hash of the key where one is given; none allocates, but for
/// [`get_consumers`](Self::get_consumers), which returns a `Vec`. A change costs O(log N) for the books, plus what the
/// algorithm's README says.
///
/// # Example
/// ```
/// use annulus_core::{Cluster, ConsistentHashRing, Weight};
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
/// // Any algorithm: a hash ring, jump, rendezvous, Maglev, or yours.
/// let mut caches: Box<dyn ConsistentHashRing<ConsumerInfo = &str>> = Box::new(Cluster::<Greatest, &str>::new());
/// assert_eq!(caches.get_consumer("user:42"), None);
/// caches.add_consumers(&mut [("a", Weight::ONE, "10.0.0.1"), ("b", Weight::ONE, "10.0.0.2")].into_iter())?;
/// assert!(caches.add_consumer("a", "10.0.0.9").is_err());
///
/// let owner = caches.get_consumer("user:42").copied();
/// let digest = caches.digest(b"user:42");
/// let healthy = caches.find_consumer(digest, &mut |member| Some(*member.info) != owner);
/// assert_eq!(healthy, caches.get_consumers("user:42", 2).get(1).copied()); // the owner is down: the next one serves
/// # Ok::<(), annulus_core::ChangeError>(())
/// ```
pub trait ConsistentHashRing {
    /// What a consumer is to the caller: an address, a connection, a shard. The data given is the data returned.
    type ConsumerInfo;

    /// Adds a consumer of weight one.
    ///
    /// # Errors
    /// [`ChangeError`] as [`add_consumers`](Self::add_consumers).
    fn add_consumer(&mut self, name: &str, data: Self::ConsumerInfo) -> Result<(), ChangeError> {
        self.add_weighted_consumer(name, Weight::ONE, data)
    }

    /// Removes a consumer and returns its data; `None` if there is none of this name. The last consumer takes its index.
    fn remove_consumer(&mut self, name: &str) -> Option<Self::ConsumerInfo>;

    /// The consumer that `key` belongs to; `None` before any consumer is added.
    #[inline]
    fn get_consumer(&self, key: &str) -> Option<&Self::ConsumerInfo> {
        self.roster().info(self.locate(self.digest(key.as_bytes()))?)
    }

    /// Adds a consumer that wants `weight` times the keys of one of weight one.
    ///
    /// # Errors
    /// [`ChangeError`] as [`add_consumers`](Self::add_consumers).
    fn add_weighted_consumer(&mut self, name: &str, weight: Weight, data: Self::ConsumerInfo) -> Result<(), ChangeError> {
        self.add_consumers(&mut core::iter::once((name, weight, data)))
    }

    /// Adds consumers, all or none, and derives the state once.
    ///
    /// # Errors
    /// The position and reason of the first that is refused; nothing has changed then.
    fn add_consumers(&mut self, members: &mut dyn Iterator<Item = (&str, Weight, Self::ConsumerInfo)>)
    -> Result<(), ChangeError>;

    /// Removes consumers and returns their data, in the order of the names; `None` for a name that is not there, or not any more
    /// because it was given before. Cannot fail.
    ///
    /// Indices end as if each were removed by itself, in this order.
    ///
    /// Provided: one at a time. [`Cluster`](crate::Cluster) derives the state once, unless single steps are cheaper.
    ///
    /// ```
    /// use annulus_core::{Cluster, ConsistentHashRing, Weight};
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
    /// let mut ring = Cluster::<Greatest, u16>::new();
    /// ring.add_consumers(&mut [("a", Weight::ONE, 1), ("b", Weight::ONE, 2), ("c", Weight::ONE, 3)].into_iter())?;
    /// assert_eq!(ring.remove_consumers(&mut ["a", "nobody", "b", "a"].into_iter()), [Some(1), None, Some(2), None]);
    /// assert_eq!(ring.roster().iter().map(|member| member.name).collect::<Vec<_>>(), ["c"]);
    /// # Ok::<(), annulus_core::ChangeError>(())
    /// ```
    fn remove_consumers(&mut self, names: &mut dyn Iterator<Item = &str>) -> Vec<Option<Self::ConsumerInfo>> {
        // The caller's iterator runs before anything changes.
        let names: Vec<&str> = names.collect();
        names.into_iter().map(|name| self.remove_consumer(name)).collect()
    }

    /// Changes a consumer's weight and returns the old one; `Ok(None)` if there is none of this name.
    ///
    /// # Errors
    /// [`ChangeError`] where the new weight cannot be served; nothing has changed then.
    fn set_weight(&mut self, name: &str, weight: Weight) -> Result<Option<Weight>, ChangeError>;

    /// Changes weights, all or none, and returns the old ones, in the order given; `None` for a name that is not there.
    ///
    /// Of a name given twice, the later weight holds, and the old one returned for it is the earlier. Only the membership as it
    /// ends must be servable: one may take over what another gives up.
    ///
    /// Provided: one at a time, and back again where one is refused, so that each step must be servable.
    /// [`Cluster`](crate::Cluster) derives the state once, unless single steps are cheaper.
    ///
    /// # Errors
    /// The position and reason of what is refused; nothing has changed then.
    ///
    /// ```
    /// use annulus_core::{ChangeError, Cluster, ConsistentHashRing, Refusal, Weight};
    /// # use annulus_core::{Census, DependsOn, Kernel, NodeIndex, Nodes, Properties, mix64};
    /// # #[derive(Clone, Default)]
    /// # struct Greatest;
    /// # impl Kernel for Greatest {
    /// #     const PROPERTIES: Properties = Properties::new("greatest", DependsOn::Set).weighted();
    /// #     fn rebuild(&mut self, _: &Nodes) {}
    /// #     fn lookup(&self, nodes: &Nodes, digest: u64) -> NodeIndex {
    /// #         nodes.indices().max_by_key(|&index| (mix64(digest ^ nodes.seed(index)), nodes.seed(index))).unwrap_or_default()
    /// #     }
    /// #     fn heap_bytes(&self, census: &Census) -> u64 { 8 * census.total_weight() }
    /// # }
    ///
    /// // An algorithm whose state takes eight bytes for each unit of weight.
    /// let weight = |weight| Weight::new(weight).unwrap();
    /// let mut ring = Cluster::<Greatest, ()>::new().with_memory_limit(80);
    /// ring.add_consumers(&mut [("a", weight(8), ()), ("b", weight(2), ())].into_iter())?;
    /// let olds = ring.set_weights(&mut [("b", weight(8)), ("a", weight(2))].into_iter())?;
    /// assert_eq!(olds, [Some(weight(2)), Some(weight(8))]);
    ///
    /// let refused = ring.set_weights(&mut [("a", weight(1)), ("b", weight(10))].into_iter());
    /// assert_eq!(refused, Err(ChangeError::new("b", 1, Refusal::TooLarge { bytes: 88, limit: 80, remedy: None })));
    /// assert_eq!(ring.roster().find("a").unwrap().weight, weight(2));
    /// # Ok::<(), ChangeError>(())
    /// ```
    fn set_weights(&mut self, weights: &mut dyn Iterator<Item = (&str, Weight)>) -> Result<Vec<Option<Weight>>, ChangeError> {
        let given: Vec<(&str, Weight)> = weights.collect();
        let mut olds = Vec::with_capacity(given.len());
        for (position, &(name, weight)) in given.iter().enumerate() {
            match self.set_weight(name, weight) {
                Ok(old) => olds.push(old),
                Err(error) => {
                    // The last first: each step back leads to a membership that was served.
                    for (&(name, _), old) in given.iter().zip(&olds).rev() {
                        let _ = old.map(|old| self.set_weight(name, old));
                    }
                    return Err(ChangeError { position, ..error });
                }
            }
        }
        Ok(olds)
    }

    /// A consumer's data, to change: a new address moves no key.
    fn consumer_mut(&mut self, name: &str) -> Option<&mut Self::ConsumerInfo>;

    /// The consumers: how many, each in index order, by name, by index.
    fn roster(&self) -> &Roster<Self::ConsumerInfo>;

    /// The digest of a key, under the ring's hasher.
    fn digest(&self, key: &[u8]) -> u64;

    /// The index of the consumer that `digest` belongs to; `None` when there is none.
    fn locate(&self, digest: u64) -> Option<NodeIndex>;

    /// Answers the digests in order and returns how many were answered: the shorter length of the two slices, or 0 when there is
    /// no consumer.
    ///
    /// ```
    /// use annulus_core::{Cluster, ConsistentHashRing};
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
    /// let mut ring = Cluster::<Greatest, &str>::new();
    /// ring.add_consumer("a", "10.0.0.1")?;
    /// ring.add_consumer("b", "10.0.0.2")?;
    /// let digests = ["user:1", "user:2", "user:3"].map(|key| ring.digest(key.as_bytes()));
    /// let mut owners = [NodeIndex::default(); 3];
    /// assert_eq!(ring.locate_batch(&digests, &mut owners), 3);
    /// assert_eq!(ring.roster().info(owners[1]), ring.get_consumer("user:2"));
    /// # Ok::<(), annulus_core::ChangeError>(())
    /// ```
    fn locate_batch(&self, digests: &[u64], out: &mut [NodeIndex]) -> usize;

    /// Visits every consumer once in the preference order of `digest`, owner first, until the visitor breaks.
    ///
    /// The first 32 allocate nothing; who goes on may allocate O(N) bytes, in two steps at most. A whole walk is O(N log N), for a ring
    /// O(points).
    ///
    /// The order serves replicas (take the first n), retries and draining (skip the unfit), zones and bounded loads.
    ///
    /// ```
    /// use core::ops::ControlFlow;
    ///
    /// use annulus_core::{Cluster, ConsistentHashRing};
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
    /// let mut ring = Cluster::<Greatest, &str>::new();
    /// for (name, zone) in [("a", "east"), ("b", "east"), ("c", "west"), ("d", "west"), ("e", "north")] {
    ///     ring.add_consumer(name, zone)?;
    /// }
    /// // Two replicas, in two zones.
    /// let mut zones = Vec::new();
    /// ring.walk(ring.digest(b"user:42"), &mut |index| {
    ///     zones.extend(ring.roster().info(index).filter(|zone| !zones.contains(zone)));
    ///     if zones.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    /// });
    /// assert!(zones.len() == 2 && zones[0] != zones[1]);
    /// # Ok::<(), annulus_core::ChangeError>(())
    /// ```
    fn walk(&self, digest: u64, visit: &mut dyn FnMut(NodeIndex) -> ControlFlow<()>);

    /// Fills `out` with the first distinct consumers of the preference order and returns how many there were. Allocates nothing.
    fn locate_n(&self, digest: u64, out: &mut [NodeIndex]) -> usize {
        let mut found = 0;
        if !out.is_empty() {
            self.walk(digest, &mut filling(out, &mut found));
        }
        found
    }

    /// The first `n` distinct consumers of the key's preference order, or all if there are fewer.
    fn get_consumers(&self, key: &str, n: usize) -> Vec<&Self::ConsumerInfo> {
        // Grown as found: `n` may be usize::MAX, to mean everyone.
        let mut found = Vec::new();
        if n == 0 {
            return found;
        }
        self.walk(self.digest(key.as_bytes()), &mut |index| {
            found.extend(self.roster().info(index));
            if found.len() == n { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        found
    }

    /// The first consumer of the preference order that `accept` takes: skip the drained, the full, those of a used zone.
    fn find_consumer(
        &self,
        digest: u64,
        accept: &mut dyn FnMut(Member<'_, Self::ConsumerInfo>) -> bool,
    ) -> Option<&Self::ConsumerInfo> {
        let mut found = None;
        self.walk(digest, &mut self.roster().finding(accept, &mut found));
        found
    }
}

/// Forwards every method, provided ones too, so that what an implementor overrides stays overridden.
macro_rules! forward {
    ($pointer:ty) => {
        impl<R: ConsistentHashRing + ?Sized> ConsistentHashRing for $pointer {
            type ConsumerInfo = R::ConsumerInfo;

            fn add_consumer(&mut self, name: &str, data: Self::ConsumerInfo) -> Result<(), ChangeError> {
                (**self).add_consumer(name, data)
            }
            fn remove_consumer(&mut self, name: &str) -> Option<Self::ConsumerInfo> {
                (**self).remove_consumer(name)
            }
            fn remove_consumers(&mut self, names: &mut dyn Iterator<Item = &str>) -> Vec<Option<Self::ConsumerInfo>> {
                (**self).remove_consumers(names)
            }
            fn get_consumer(&self, key: &str) -> Option<&Self::ConsumerInfo> {
                (**self).get_consumer(key)
            }
            fn add_weighted_consumer(&mut self, name: &str, weight: Weight, data: Self::ConsumerInfo) -> Result<(), ChangeError> {
                (**self).add_weighted_consumer(name, weight, data)
            }
            fn add_consumers(
                &mut self,
                members: &mut dyn Iterator<Item = (&str, Weight, Self::ConsumerInfo)>,
            ) -> Result<(), ChangeError> {
                (**self).add_consumers(members)
            }
            fn set_weight(&mut self, name: &str, weight: Weight) -> Result<Option<Weight>, ChangeError> {
                (**self).set_weight(name, weight)
            }
            fn set_weights(
                &mut self,
                weights: &mut dyn Iterator<Item = (&str, Weight)>,
            ) -> Result<Vec<Option<Weight>>, ChangeError> {
                (**self).set_weights(weights)
            }
            fn consumer_mut(&mut self, name: &str) -> Option<&mut Self::ConsumerInfo> {
                (**self).consumer_mut(name)
            }
            fn roster(&self) -> &Roster<Self::ConsumerInfo> {
                (**self).roster()
            }
            fn digest(&self, key: &[u8]) -> u64 {
                (**self).digest(key)
            }
            fn locate(&self, digest: u64) -> Option<NodeIndex> {
                (**self).locate(digest)
            }
            fn locate_batch(&self, digests: &[u64], out: &mut [NodeIndex]) -> usize {
                (**self).locate_batch(digests, out)
            }
            fn walk(&self, digest: u64, visit: &mut dyn FnMut(NodeIndex) -> ControlFlow<()>) {
                (**self).walk(digest, visit);
            }
            fn locate_n(&self, digest: u64, out: &mut [NodeIndex]) -> usize {
                (**self).locate_n(digest, out)
            }
            fn get_consumers(&self, key: &str, n: usize) -> Vec<&Self::ConsumerInfo> {
                (**self).get_consumers(key, n)
            }
            fn find_consumer(
                &self,
                digest: u64,
                accept: &mut dyn FnMut(Member<'_, Self::ConsumerInfo>) -> bool,
            ) -> Option<&Self::ConsumerInfo> {
                (**self).find_consumer(digest, accept)
            }
        }
    };
}

forward!(&mut R);
forward!(Box<R>);
