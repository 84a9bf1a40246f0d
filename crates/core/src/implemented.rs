//! Both levels of the contract, implemented once over any kernel.

use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::{
    ByDigest, ChangeError, Cluster, ConsistentHashRing, Digest, Kernel, KeyColumn, KeyHasher, Member, NodeIndex, Roster, Weight,
};

/// Keys of a column that are hashed before their digests are looked up. 16 KiB of digests stay in the first-level cache, and a
/// batch of this length rarely waits for lines that it did not prefetch.
const COLUMN_CHUNK: usize = 2_048;

impl<K: Kernel, T, H: KeyHasher> ConsistentHashRing for Cluster<K, T, H> {
    type ConsumerInfo = T;

    fn remove_consumer(&mut self, name: &str) -> Option<T> {
        self.remove_one(name)
    }

    // In the methods below, the caller's iterator and hasher run before anything changes. If they panic, the cluster is
    // unchanged.

    fn add_consumers(&mut self, members: &mut dyn Iterator<Item = (&str, Weight, T)>) -> Result<(), ChangeError> {
        let given = self.collect(members)?;
        self.add_all(given)
    }

    fn remove_consumers(&mut self, names: &mut dyn Iterator<Item = &str>) -> Vec<Option<T>> {
        let names = names.collect();
        self.remove_each(names)
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
    fn get_consumer(&self, key: &str) -> Option<&T> {
        Self::get_consumer(self, key)
    }

    #[inline]
    fn owner_of(&self, key: &[u8]) -> Option<Member<'_, T>> {
        self.roster.get(self.locate(self.hasher.digest(key))?)
    }

    fn walk_key<'r>(&'r self, key: &[u8], visit: &mut dyn FnMut(Member<'r, T>) -> ControlFlow<()>) {
        if !self.roster.is_empty() {
            // The kernel gives only existing indices.
            let visit = |index| self.roster.get(index).map_or(ControlFlow::Continue(()), &mut *visit);
            self.kernel.walk(self.roster.nodes(), self.hasher.digest(key), visit);
        }
    }

    fn owners_of(&self, keys: &KeyColumn<'_>, out: &mut [NodeIndex]) -> usize {
        let answered = if self.roster.is_empty() { 0 } else { keys.len().min(out.len()) };
        let mut digests = [Digest::of_hash(0); COLUMN_CHUNK];
        for (chunk, out) in out[..answered].chunks_mut(COLUMN_CHUNK).enumerate() {
            let digests = &mut digests[..out.len()];
            keys.digests(chunk * COLUMN_CHUNK, &self.hasher, digests);
            self.kernel.lookup_batch(self.roster.nodes(), digests, out);
        }
        answered
    }

    fn fingerprint(&self) -> u64 {
        Self::fingerprint(self)
    }

    fn shares(&self) -> Option<Vec<f64>> {
        self.kernel.shares(self.roster.nodes())
    }
}

impl<K: Kernel, T, H: KeyHasher> ByDigest for Cluster<K, T, H> {
    #[inline]
    fn digest(&self, key: &[u8]) -> Digest {
        self.hasher.digest(key)
    }

    #[inline]
    fn locate(&self, digest: Digest) -> Option<NodeIndex> {
        if self.roster.is_empty() { None } else { Some(self.kernel.lookup(self.roster.nodes(), digest)) }
    }

    #[inline]
    fn locate_batch(&self, digests: &[Digest], out: &mut [NodeIndex]) -> usize {
        let answered = if self.roster.is_empty() { 0 } else { digests.len().min(out.len()) };
        if answered > 0 {
            self.kernel.lookup_batch(self.roster.nodes(), &digests[..answered], &mut out[..answered]);
        }
        answered
    }

    fn walk(&self, digest: Digest, visit: &mut dyn FnMut(NodeIndex) -> ControlFlow<()>) {
        if !self.roster.is_empty() {
            self.kernel.walk(self.roster.nodes(), digest, visit);
        }
    }

    #[inline]
    fn locate_n(&self, digest: Digest, out: &mut [NodeIndex]) -> usize {
        if self.roster.is_empty() { 0 } else { self.kernel.lookup_n(self.roster.nodes(), digest, out) }
    }

    fn ends(&self) -> Option<Vec<Digest>> {
        self.kernel.ends(self.roster.nodes())
    }

    fn as_contract(&self) -> &dyn ConsistentHashRing<ConsumerInfo = T> {
        self
    }

    fn as_contract_mut(&mut self) -> &mut dyn ConsistentHashRing<ConsumerInfo = T> {
        self
    }
}
