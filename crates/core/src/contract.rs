//! The contract for users, at the level of keys.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::{ChangeError, KeyColumn, Member, NodeIndex, Roster, Weight};

/// Distributes keys over consumers that may be added and removed at any time.
///
/// ```
/// use annulus_ring::{ConsistentHashRing, HashRing, Weight};
///
/// // Any algorithm: a hash ring, jump, rendezvous, Maglev, or yours.
/// let mut caches: Box<dyn ConsistentHashRing<ConsumerInfo = &str>> = Box::new(HashRing::new());
/// assert_eq!(caches.get_consumer("user:42"), None);
/// caches.add_consumers(&mut [("a", Weight::ONE, "10.0.0.1"), ("b", Weight::ONE, "10.0.0.2")].into_iter())?;
/// assert!(caches.add_consumer("a", "10.0.0.9").is_err());
///
/// let owner = caches.owner_of(b"user:42").unwrap().name;
/// let next = caches.find_consumer(b"user:42", &mut |member| member.name != owner); // the owner is down: the next one serves
/// assert_eq!(next.map(|member| member.info), caches.get_consumers("user:42", 2).get(1).copied());
/// # Ok::<(), annulus_ring::ChangeError>(())
/// ```
///
/// The same key goes to the same consumer in every process, release and platform, as long as the consumers are the same. An empty
/// ring answers `None`. Nothing panics. Only adding and reweighting can fail, and a failure changes nothing.
///
/// Use the trait to choose the algorithm at run time, or to write code for all of them. With one algorithm,
/// [`Cluster`](crate::Cluster) has more convenient methods, which need no import. Code that only reads takes a
/// `&dyn ConsistentHashRing<ConsumerInfo = T>`.
///
/// # Two levels
/// This trait works on keys. [`ByDigest`](crate::ByDigest) adds methods that take a digest, for callers that already have the
/// digest or look up many keys at once. An algorithm that hashes the key together with each consumer can implement this trait
/// alone. [`Ring`](crate::Ring) combines both with cloning and saving, in one box.
///
/// To write an algorithm, implement [`Kernel`](crate::Kernel) rather than these traits. [`Cluster`](crate::Cluster) provides the
/// rest.
///
/// # Implementing it
/// An algorithm that has no digests implements this trait alone, with its own [`Roster`]. It works as `dyn` and with all code
/// written for this trait. Methods on digests, [`Ring`](crate::Ring), saving and the conformance suite are for kernels only.
///
/// ```
/// use core::{cmp::Reverse, ops::ControlFlow};
///
/// use annulus_core::{ChangeError, ConsistentHashRing, KeyHasher, Member, Roster, SipHash, Weight};
///
/// /// Hashes the key and each name together; the greatest wins. Nodes stay in the order of the list.
/// struct Together(Roster<u16>);
///
/// impl ConsistentHashRing for Together {
///     type ConsumerInfo = u16;
///
///     fn add_consumers(&mut self, members: &mut dyn Iterator<Item = (&str, Weight, u16)>) -> Result<(), ChangeError> {
///         let members: Vec<_> = members.collect();
///         for (position, &(name, weight, data)) in members.iter().enumerate() {
///             if let Err(reason) = self.0.push(name, weight, data) {
///                 // All or none: remove the members added before it.
///                 members[..position].iter().for_each(|(name, ..)| drop(self.0.shift_remove(name)));
///                 return Err(ChangeError::new(name, position, reason));
///             }
///         }
///         Ok(())
///     }
///     fn remove_consumer(&mut self, name: &str) -> Option<u16> {
///         self.0.shift_remove(name)
///     }
///     fn set_weight(&mut self, name: &str, weight: Weight) -> Result<Option<Weight>, ChangeError> {
///         Ok(self.0.reweight(name, weight))
///     }
///     fn consumer_mut(&mut self, name: &str) -> Option<&mut u16> {
///         self.0.info_mut(name)
///     }
///     fn roster(&self) -> &Roster<u16> {
///         &self.0
///     }
///     fn walk_key<'r>(&'r self, key: &[u8], visit: &mut dyn FnMut(Member<'r, u16>) -> ControlFlow<()>) {
///         let mut members: Vec<_> = self.0.iter().collect();
///         members.sort_by_key(|member| Reverse(SipHash::new().hash(&[key, member.name.as_bytes()].concat())));
///         let _ = members.into_iter().try_for_each(visit);
///     }
///     fn fingerprint(&self) -> u64 {
///         // Seeds derive from names, and their sum does not depend on the order.
///         self.0.nodes().seeds().iter().fold(0, |sum: u64, seed| sum.wrapping_add(*seed))
///     }
/// }
///
/// let mut boxed: Box<dyn ConsistentHashRing<ConsumerInfo = u16>> = Box::new(Together(Roster::new()));
/// boxed.add_consumer("a", 6379)?;
/// boxed.add_consumer("b", 6380)?;
/// assert!(boxed.add_consumer("a", 1).is_err() && boxed.owner_of(b"user:42").is_some());
/// # Ok::<(), ChangeError>(())
/// ```
///
/// # Cost
/// A look-up costs the hash of the key plus what the algorithm's README says. Look-ups do not allocate, except
/// [`get_consumers`](Self::get_consumers), which returns a `Vec`, and walks past 32 members. A change costs O(log N) for names,
/// plus what the algorithm's README says.
pub trait ConsistentHashRing {
    /// The caller's data for a consumer: an address, a connection, a shard. It is returned as given.
    type ConsumerInfo;

    /// Adds a consumer of weight one.
    ///
    /// # Errors
    /// The same as [`add_consumers`](Self::add_consumers).
    fn add_consumer(&mut self, name: &str, data: Self::ConsumerInfo) -> Result<(), ChangeError> {
        self.add_weighted_consumer(name, Weight::ONE, data)
    }

    /// Removes a consumer and returns its data, or `None` if the name is not there. Cannot fail.
    ///
    /// In a [`Cluster`](crate::Cluster), the last consumer takes its index.
    fn remove_consumer(&mut self, name: &str) -> Option<Self::ConsumerInfo>;

    /// The data of the consumer that `key` belongs to, or `None` if there is no consumer.
    #[inline]
    fn get_consumer(&self, key: &str) -> Option<&Self::ConsumerInfo> {
        self.owner_of(key.as_bytes()).map(|member| member.info)
    }

    /// Adds a consumer that gets `weight` times the keys of a consumer of weight one.
    ///
    /// # Errors
    /// The same as [`add_consumers`](Self::add_consumers).
    fn add_weighted_consumer(&mut self, name: &str, weight: Weight, data: Self::ConsumerInfo) -> Result<(), ChangeError> {
        self.add_consumers(&mut core::iter::once((name, weight, data)))
    }

    /// Adds consumers, all or none, and updates the state once.
    ///
    /// # Errors
    /// [`ChangeError`] with the position and reason of the first consumer that is refused. Nothing has changed then.
    fn add_consumers(&mut self, members: &mut dyn Iterator<Item = (&str, Weight, Self::ConsumerInfo)>)
    -> Result<(), ChangeError>;

    /// Removes consumers and returns their data, in the order of the names; `None` for a name that is not there, or that was
    /// given before. Cannot fail.
    ///
    /// Afterwards, indices are the same as after removing the consumers one by one, in this order.
    ///
    /// The provided method removes one at a time. [`Cluster`](crate::Cluster) rebuilds the state once, unless single changes are
    /// cheaper.
    ///
    /// ```
    /// use annulus_ring::{ConsistentHashRing, HashRing};
    ///
    /// let mut ring = HashRing::from_consumers([("a", 1), ("b", 2), ("c", 3)])?;
    /// assert_eq!(ring.remove_consumers(&mut ["a", "nobody", "b", "a"].into_iter()), [Some(1), None, Some(2), None]);
    /// assert_eq!(ring.roster().iter().map(|member| member.name).collect::<Vec<_>>(), ["c"]);
    /// # Ok::<(), annulus_ring::ChangeError>(())
    /// ```
    fn remove_consumers(&mut self, names: &mut dyn Iterator<Item = &str>) -> Vec<Option<Self::ConsumerInfo>> {
        // The caller's iterator runs before anything changes.
        let names: Vec<&str> = names.collect();
        names.into_iter().map(|name| self.remove_consumer(name)).collect()
    }

    /// Changes a consumer's weight and returns the old one, or `Ok(None)` if the name is not there.
    ///
    /// # Errors
    /// [`ChangeError`] if the new weight is not supported. Nothing has changed then.
    fn set_weight(&mut self, name: &str, weight: Weight) -> Result<Option<Weight>, ChangeError>;

    /// Changes weights, all or none, and returns the old ones, in the order given; `None` for a name that is not there.
    ///
    /// If a name is given twice, the later weight counts. The old weight returned for the later entry is then the weight of the
    /// earlier entry. Only the final weights must be supported, so one consumer may take over the weight of another.
    ///
    /// The provided method changes one weight at a time, and undoes all changes if one is refused. So each intermediate state
    /// must be supported. [`Cluster`](crate::Cluster) rebuilds the state once, unless single changes are cheaper.
    ///
    /// # Errors
    /// [`ChangeError`] with the position and reason of what is refused. Nothing has changed then.
    ///
    /// ```
    /// use annulus_ring::{ConsistentHashRing, HashRing, Weight};
    ///
    /// let weight = |weight| Weight::new(weight).unwrap();
    /// let mut ring = HashRing::new().with_memory_limit(100_000);
    /// ring.extend([("a", weight(8), "10.0.0.1"), ("b", weight(2), "10.0.0.2")])?;
    /// let olds = ring.set_weights(&mut [("b", weight(8)), ("a", weight(2))].into_iter())?;
    /// assert_eq!(olds, [Some(weight(2)), Some(weight(8))]);
    ///
    /// // Too much for the memory limit: no weight has changed.
    /// assert!(ring.set_weights(&mut [("a", weight(1)), ("b", weight(1_000))].into_iter()).is_err());
    /// assert_eq!(ring.roster().find("a").unwrap().weight, weight(2));
    /// # Ok::<(), annulus_ring::ChangeError>(())
    /// ```
    fn set_weights(&mut self, weights: &mut dyn Iterator<Item = (&str, Weight)>) -> Result<Vec<Option<Weight>>, ChangeError> {
        let given: Vec<(&str, Weight)> = weights.collect();
        let mut olds = Vec::with_capacity(given.len());
        for (position, &(name, weight)) in given.iter().enumerate() {
            match self.set_weight(name, weight) {
                Ok(old) => olds.push(old),
                Err(error) => {
                    // Undo in reverse, so that each step leads to a membership that was supported before.
                    for (&(name, _), old) in given.iter().zip(&olds).rev() {
                        let _ = old.map(|old| self.set_weight(name, old));
                    }
                    return Err(ChangeError { position, ..error });
                }
            }
        }
        Ok(olds)
    }

    /// A consumer's data, mutably. Changing it moves no key.
    fn consumer_mut(&mut self, name: &str) -> Option<&mut Self::ConsumerInfo>;

    /// The consumers, in index order. The [`Roster`] also finds one by name or by index.
    fn roster(&self) -> &Roster<Self::ConsumerInfo>;

    /// Visits every consumer once in the preference order of `key`, owner first, until the visitor breaks.
    ///
    /// The visitor may keep members; they live as long as the borrow of the ring. Use the order for replicas (take the first n),
    /// retries and draining (skip some), zones and bounded loads. In a [`Cluster`](crate::Cluster) the first 32 allocate nothing.
    /// Going further may allocate O(N) bytes. A whole walk is O(N log N), on a ring O(points).
    ///
    /// ```
    /// use core::ops::ControlFlow;
    ///
    /// use annulus_ring::{ConsistentHashRing, HashRing, Member};
    ///
    /// /// Two replicas in two zones.
    /// fn replicas<'r>(ring: &'r dyn ConsistentHashRing<ConsumerInfo = &str>, key: &[u8]) -> Vec<Member<'r, &'r str>> {
    ///     let mut chosen = Vec::<Member<'_, _>>::new();
    ///     ring.walk_key(key, &mut |member| {
    ///         if chosen.iter().all(|other| other.info != member.info) {
    ///             chosen.push(member);
    ///         }
    ///         if chosen.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    ///     });
    ///     chosen
    /// }
    ///
    /// let ring = HashRing::from_consumers([("a", "east"), ("b", "east"), ("c", "west"), ("d", "west"), ("e", "north")])?;
    /// let chosen = replicas(&ring, b"user:42");
    /// assert!(chosen.len() == 2 && chosen[0].info != chosen[1].info);
    /// # Ok::<(), annulus_ring::ChangeError>(())
    /// ```
    fn walk_key<'r>(&'r self, key: &[u8], visit: &mut dyn FnMut(Member<'r, Self::ConsumerInfo>) -> ControlFlow<()>);

    /// A number to compare with another router's. It covers everything that decides where keys go: algorithm, parameters, hasher,
    /// members and, if answers depend on it, their order or history. O(N).
    fn fingerprint(&self) -> u64;

    /// The consumer that `key` belongs to, or `None` if there is no consumer. The provided method returns the first consumer that
    /// [`walk_key`](Self::walk_key) visits.
    fn owner_of(&self, key: &[u8]) -> Option<Member<'_, Self::ConsumerInfo>> {
        self.find_consumer(key, &mut |_| true)
    }

    /// The first consumer in the preference order for which `accept` is true. Use it to skip consumers that are drained, full, or
    /// in a zone already used.
    fn find_consumer<'r>(
        &'r self,
        key: &[u8],
        accept: &mut dyn FnMut(Member<'r, Self::ConsumerInfo>) -> bool,
    ) -> Option<Member<'r, Self::ConsumerInfo>> {
        let mut found = None;
        self.walk_key(key, &mut |member| {
            if accept(member) {
                found = Some(member);
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        });
        found
    }

    /// The first `n` distinct consumers in the key's preference order, or all if there are fewer.
    fn get_consumers(&self, key: &str, n: usize) -> Vec<&Self::ConsumerInfo> {
        // Not preallocated: `n` may be usize::MAX, meaning all.
        let mut found = Vec::new();
        if n > 0 {
            self.walk_key(key.as_bytes(), &mut |member| {
                found.push(member.info);
                if found.len() == n { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
        }
        found
    }

    /// Writes the owner of each key of a column to `out`, in order, and returns how many were written. Stops at the end of the
    /// keys or of `out`. Writes nothing if there is no consumer. Allocates nothing.
    ///
    /// ```
    /// use annulus_ring::{ConsistentHashRing, HashRing, KeyColumn, NodeIndex};
    ///
    /// let ring = HashRing::from_consumers([("a", "10.0.0.1"), ("b", "10.0.0.2")])?;
    /// let keys = KeyColumn::new(b"user:1user:2user:30", &[0, 6, 12, 19])?; // one buffer, and where each key begins and ends
    /// let mut owners = [NodeIndex::default(); 3];
    /// assert_eq!(ring.owners_of(&keys, &mut owners), 3);
    /// assert_eq!(ring.roster().info(owners[2]), ring.get_consumer("user:30"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn owners_of(&self, keys: &KeyColumn<'_>, out: &mut [NodeIndex]) -> usize {
        let mut answered = 0;
        for (slot, key) in out.iter_mut().zip(keys.iter()) {
            let Some(owner) = self.owner_of(key) else { break };
            *slot = owner.index;
            answered += 1;
        }
        answered
    }

    /// Each consumer's exact share of all keys, in index order, if the algorithm can compute it without sampling. The provided
    /// method returns `None`.
    fn shares(&self) -> Option<Vec<f64>> {
        None
    }
}
