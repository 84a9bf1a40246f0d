//! The methods of [`Cluster`] that need no import, for users of one algorithm.
//!
//! If a trait has a method of the same name, both have the same signature, because calls through `&mut` and `Box` find the
//! trait's method first.

use alloc::vec::Vec;

use crate::{
    CandidateList, Candidates, ChangeError, Cluster, ConsistentHashRing, Consumer, Digest, Kernel, Key, KeyColumn, KeyHasher,
    Member, NodeIndex, Roster, SipHash, Weight, consumers::lend,
};

/// Building.
impl<K: Kernel + Default, T> Cluster<K, T, SipHash> {
    /// A cluster of these consumers, with the algorithm's default parameters and hasher. See [`Consumer`] for the accepted types.
    ///
    /// ```
    /// use annulus_ring::HashRing;
    /// let ring = HashRing::from_consumers([("a", "10.0.0.1"), ("b", "10.0.0.2")])?;
    /// assert_eq!(ring.len(), 2);
    /// assert!(HashRing::from_consumers(["a", "a"]).unwrap_err().to_string().contains("\"a\" was refused"));
    /// # Ok::<(), annulus_ring::ChangeError>(())
    /// ```
    ///
    /// # Errors
    /// [`ChangeError`] with the name, position and reason of the first consumer that is refused.
    pub fn from_consumers<I>(consumers: I) -> Result<Self, ChangeError>
    where
        I: IntoIterator,
        I::Item: Consumer<T>,
    {
        let mut cluster = Self::new();
        cluster.extend(consumers)?;
        Ok(cluster)
    }
}

/// Look-ups.
impl<K: Kernel, T, H: KeyHasher> Cluster<K, T, H> {
    /// The consumer that `key` belongs to: its name, weight and data. `None` if there is no consumer.
    ///
    /// A key is text, bytes or a `u64`; text and its UTF-8 bytes are the same key. Allocates nothing.
    ///
    /// ```
    /// use annulus_ring::HashRing;
    /// let ring = HashRing::from_consumers([("a", "10.0.0.1"), ("b", "10.0.0.2")])?;
    /// let owner = ring.owner("user:42").unwrap();
    /// assert_eq!(ring.get_consumer("user:42"), Some(owner.info));
    /// assert_eq!(ring.owner(b"user:42"), Some(owner));
    /// let _ = ring.owner(42).unwrap().name;
    /// # Ok::<(), annulus_ring::ChangeError>(())
    /// ```
    #[inline]
    pub fn owner(&self, key: impl Key) -> Option<Member<'_, T>> {
        if self.roster.is_empty() {
            return None;
        }
        self.roster.get(self.kernel.lookup(self.roster.nodes(), key.digest(&self.hasher)))
    }

    /// The first consumer in the key's preference order for which `accept` is true. Use it to skip consumers that are down,
    /// drained or full.
    ///
    /// ```
    /// use annulus_ring::HashRing;
    /// let ring = HashRing::from_consumers([("a", "10.0.0.1"), ("b", "10.0.0.2"), ("c", "10.0.0.3")])?;
    /// let down = ["a"];
    /// let serves = ring.find("user:42", |member| !down.contains(&member.name)).unwrap();
    /// assert_ne!(serves.name, "a");
    /// # Ok::<(), annulus_ring::ChangeError>(())
    /// ```
    #[inline]
    pub fn find<'r>(&'r self, key: impl Key, mut accept: impl FnMut(Member<'r, T>) -> bool) -> Option<Member<'r, T>> {
        self.candidates(key).find(|&member| accept(member))
    }

    /// Every consumer once in the key's preference order, owner first. Take three for replicas, the next for a retry.
    ///
    /// ```
    /// use annulus_ring::HashRing;
    /// let ring = HashRing::from_consumers([("a", "east"), ("b", "east"), ("c", "west"), ("d", "west"), ("e", "north")])?;
    /// let replicas: Vec<&str> = ring.candidates("user:42").take(3).map(|member| member.name).collect();
    /// assert_eq!(replicas.len(), 3);
    ///
    /// // Two replicas in two zones.
    /// let owner = ring.owner("user:42").unwrap();
    /// let elsewhere = ring.candidates("user:42").find(|member| member.info != owner.info).unwrap();
    /// assert_ne!(owner.info, elsewhere.info);
    /// # Ok::<(), annulus_ring::ChangeError>(())
    /// ```
    #[inline]
    pub fn candidates(&self, key: impl Key) -> Candidates<'_, Self> {
        Candidates::new(self, key.digest(&self.hasher))
    }

    /// The key's candidates as a value that does not borrow the cluster, for a later retry when members may have changed.
    #[inline]
    pub fn candidate_list(&self, key: impl Key) -> CandidateList {
        CandidateList::new(self.digest_of(key))
    }

    /// The digest of a key, for the methods of [`ByDigest`](crate::ByDigest): `locate(digest_of(key))` is the owner of the key.
    /// [`Digest::of_id`] gives different digests.
    #[inline]
    pub fn digest_of(&self, key: impl Key) -> Digest {
        key.digest(&self.hasher)
    }

    /// Writes the owner of each key of a column to `out`, in order, and returns how many were written. Stops at the end of the
    /// keys or of `out`. Writes nothing if there is no consumer.
    ///
    /// Takes about as long as hashing the keys and looking up their digests. Allocates nothing; uses 16 KiB of stack. Indices are
    /// valid until the next change of membership.
    ///
    /// ```
    /// use annulus_ring::{HashRing, KeyColumn, NodeIndex};
    /// let ring = HashRing::from_consumers([("a", "10.0.0.1"), ("b", "10.0.0.2")])?;
    /// let keys = KeyColumn::new(b"user:1user:2user:30", &[0, 6, 12, 19])?; // one buffer, and where each key begins and ends
    /// let mut owners = [NodeIndex::default(); 3];
    /// assert_eq!(ring.owners_of(&keys, &mut owners), 3);
    /// assert_eq!(ring.roster().get(owners[2]), ring.owner("user:30"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn owners_of(&self, keys: &KeyColumn<'_>, out: &mut [NodeIndex]) -> usize {
        ConsistentHashRing::owners_of(self, keys, out)
    }

    /// The data of the consumer that `key` belongs to, or `None` if there is no consumer. [`owner`](Self::owner) also returns the
    /// name and accepts other keys; `get_consumer` reads less memory.
    #[inline]
    pub fn get_consumer(&self, key: &str) -> Option<&T> {
        if self.roster.is_empty() {
            return None;
        }
        self.roster.info(self.kernel.lookup(self.roster.nodes(), self.hasher.digest(key.as_bytes())))
    }

    /// The data of the first `n` consumers in the key's preference order, or of all if there are fewer.
    pub fn get_consumers(&self, key: &str, n: usize) -> Vec<&T> {
        ConsistentHashRing::get_consumers(self, key, n)
    }
}

/// Changes.
impl<K: Kernel, T, H: KeyHasher> Cluster<K, T, H> {
    /// Adds a consumer of weight one.
    ///
    /// # Errors
    /// [`ChangeError`] if the name is already there, or there is no room. Nothing has changed then.
    pub fn add_consumer(&mut self, name: &str, data: T) -> Result<(), ChangeError> {
        ConsistentHashRing::add_consumer(self, name, data)
    }

    /// Adds a consumer that gets `weight` times the keys of a consumer of weight one.
    ///
    /// # Errors
    /// The same as [`add_consumer`](Self::add_consumer). Also if the algorithm supports no weights (jump), or not this weight.
    pub fn add_weighted_consumer(&mut self, name: &str, weight: Weight, data: T) -> Result<(), ChangeError> {
        ConsistentHashRing::add_weighted_consumer(self, name, weight, data)
    }

    /// Adds consumers, all or none, and updates the state once. See [`Consumer`] for the accepted types.
    ///
    /// # Errors
    /// [`ChangeError`] with the name, position and reason of the first consumer that is refused. Nothing has changed then.
    pub fn extend<I>(&mut self, consumers: I) -> Result<(), ChangeError>
    where
        I: IntoIterator,
        I::Item: Consumer<T>,
    {
        lend(consumers, |members| self.add_consumers(members))
    }

    /// Removes a consumer and returns its data, or `None` if the name is not there. The last consumer takes its index.
    pub fn remove_consumer(&mut self, name: &str) -> Option<T> {
        ConsistentHashRing::remove_consumer(self, name)
    }

    /// Removes consumers and returns their data, in the order of the names; `None` for a name that is not there. The state is
    /// rebuilt once, unless single changes are cheaper.
    ///
    /// ```
    /// use annulus_ring::HashRing;
    /// let mut ring = HashRing::from_consumers([("a", 1), ("b", 2), ("c", 3)])?;
    /// assert_eq!(ring.remove_all(["a", "nobody", "c"]), [Some(1), None, Some(3)]);
    /// # Ok::<(), annulus_ring::ChangeError>(())
    /// ```
    pub fn remove_all<I>(&mut self, names: I) -> Vec<Option<T>>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let names: Vec<_> = names.into_iter().collect();
        self.remove_each(names.iter().map(AsRef::as_ref).collect())
    }

    /// Changes weights, all or none, and returns the old ones, in the order given; `None` for a name that is not there.
    ///
    /// The state is rebuilt once, unless single changes are cheaper. Only the final weights must be supported, not the
    /// intermediate ones.
    ///
    /// ```
    /// use annulus_ring::{HashRing, Weight};
    /// let mut ring = HashRing::from_consumers(["a", "b", "c"])?;
    /// let two = Weight::new(2).unwrap();
    /// assert_eq!(ring.reweight([("a", two), ("b", two)])?, [Some(Weight::ONE), Some(Weight::ONE)]);
    /// # Ok::<(), annulus_ring::ChangeError>(())
    /// ```
    ///
    /// # Errors
    /// [`ChangeError`] with the name, position and reason of what is refused. Nothing has changed then.
    pub fn reweight<I, N>(&mut self, weights: I) -> Result<Vec<Option<Weight>>, ChangeError>
    where
        I: IntoIterator<Item = (N, Weight)>,
        N: AsRef<str>,
    {
        let weights: Vec<_> = weights.into_iter().collect();
        self.set_weights(&mut weights.iter().map(|(name, weight)| (name.as_ref(), *weight)))
    }

    /// Changes a consumer's weight and returns the old one, or `Ok(None)` if the name is not there.
    ///
    /// # Errors
    /// [`ChangeError`] if the new weight is not supported. Nothing has changed then.
    pub fn set_weight(&mut self, name: &str, weight: Weight) -> Result<Option<Weight>, ChangeError> {
        ConsistentHashRing::set_weight(self, name, weight)
    }

    /// A consumer's data, mutably. Changing it moves no key.
    pub fn consumer_mut(&mut self, name: &str) -> Option<&mut T> {
        self.roster.info_mut(name)
    }
}

/// Inspection.
impl<K: Kernel, T, H: KeyHasher> Cluster<K, T, H> {
    /// The number of consumers.
    #[inline]
    pub fn len(&self) -> usize {
        self.roster.len()
    }

    /// Whether there is no consumer.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.roster.is_empty()
    }

    /// The consumers, in index order, by name or by index.
    #[inline]
    pub fn roster(&self) -> &Roster<T> {
        &self.roster
    }

    /// Each consumer's exact share of all keys, in index order, if the algorithm can compute it without sampling.
    pub fn shares(&self) -> Option<Vec<f64>> {
        self.kernel.shares(self.roster.nodes())
    }
}
