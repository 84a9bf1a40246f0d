//! A placement that can be measured: whole batches behind one virtual call, timed loops compiled per algorithm.

use std::fmt;
use std::hint::black_box;

use annulus_core::{ByDigest, ChangeError, Cluster, ConsistentHashRing, Digest, Kernel, KeyHasher, NodeIndex, Weight};

/// A number that stays with a node through every change of membership, unlike its index.
pub type NodeId = u32;

/// Nodes of one algorithm, as the measures use them. Implemented for every [`Cluster`] over [`NodeId`]s.
///
/// No method is called once per key: what is timed runs in loops compiled for the algorithm ([`Timed`]).
pub trait Placement: Timed + fmt::Debug + Send + Sync {
    /// How many nodes there are.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds nodes, all or none.
    ///
    /// # Errors
    /// The first that is refused, and why.
    fn add(&mut self, members: &[(&str, NodeId)]) -> Result<(), ChangeError>;

    /// Adds nodes of these weights, all or none.
    ///
    /// # Errors
    /// The first that is refused, and why.
    fn add_weighted(&mut self, members: &[(&str, Weight, NodeId)]) -> Result<(), ChangeError>;

    /// Removes the node called `name`; `false` if there is none.
    fn remove(&mut self, name: &str) -> bool;

    /// The owner of each digest; returns how many were answered.
    fn locate_batch(&self, digests: &[Digest], owners: &mut [NodeIndex]) -> usize;

    /// The first nodes of a digest's preference order; returns how many there were.
    fn locate_n(&self, digest: Digest, owners: &mut [NodeIndex]) -> usize;

    /// The digest of a key, under the algorithm's hasher.
    fn digest(&self, key: &[u8]) -> Digest;

    /// The nodes in index order.
    fn ids(&self) -> Vec<NodeId>;

    /// The same nodes in a cluster built afresh from the list of members in index order.
    ///
    /// # Errors
    /// What the algorithm refuses.
    fn rebuilt(&self) -> Result<Box<dyn Placement>, ChangeError>;

    /// Another, equal one.
    fn boxed_clone(&self) -> Box<dyn Placement>;

    /// Each node's exact share in index order, where the algorithm can tell it.
    fn shares(&self) -> Option<Vec<f64>>;

    /// Bytes on the heap that the algorithm says its state takes; names and data not counted.
    fn heap_bytes(&self) -> u64;
}

/// Loops for the clock: many look-ups, compiled together with what they call. Each returns the sum of its answers.
pub trait Timed {
    /// Each look-up waits for the answer before: its digest is the next of `digests` plus that answer.
    fn chase(&self, digests: &[Digest]) -> u64;

    /// Look-ups that do not wait for one another, one by one.
    fn stream(&self, digests: &[Digest]) -> u64;

    /// The same answers asked for in one batch.
    fn batch(&self, digests: &[Digest], owners: &mut [NodeIndex]) -> u64;

    /// Each look-up waits for the answer before: which of `keys` is next depends on it. `keys` is as long as a power of two.
    fn chase_strings(&self, keys: &[&str]) -> u64;

    /// Look-ups by key that do not wait for one another.
    fn stream_strings(&self, keys: &[&str]) -> u64;
}

/// A function from digests to node numbers, and one from keys to digests: what the loops are compiled for.
pub(crate) trait Lookup {
    fn owner(&self, digest: Digest) -> u64;

    fn digest(&self, key: &str) -> Digest;

    fn owners(&self, digests: &[Digest], owners: &mut [NodeIndex]) -> u64 {
        let _ = owners;
        self.stream_of(digests)
    }

    #[inline]
    fn stream_of(&self, digests: &[Digest]) -> u64 {
        digests.iter().fold(0, |sum, &digest| sum.wrapping_add(self.owner(digest)))
    }
}

impl<L: Lookup> Timed for L {
    fn chase(&self, digests: &[Digest]) -> u64 {
        let (mut sum, mut before) = (0_u64, 0);
        for &digest in digests {
            before = self.owner(Digest::of_hash(digest.bits().wrapping_add(before)));
            sum = sum.wrapping_add(before);
        }
        black_box(sum)
    }

    fn stream(&self, digests: &[Digest]) -> u64 {
        black_box(self.stream_of(digests))
    }

    fn batch(&self, digests: &[Digest], owners: &mut [NodeIndex]) -> u64 {
        black_box(self.owners(digests, owners))
    }

    fn chase_strings(&self, keys: &[&str]) -> u64 {
        let mask = keys.len().wrapping_sub(1);
        let (mut sum, mut before) = (0_u64, 0);
        for position in 0..keys.len() {
            // The lowest bit of the answer decides between this key and its neighbour.
            let next = position ^ usize::from(before & 1 == 1);
            before = self.owner(self.digest(keys[next & mask]));
            sum = sum.wrapping_add(before);
        }
        black_box(sum)
    }

    fn stream_strings(&self, keys: &[&str]) -> u64 {
        black_box(keys.iter().fold(0, |sum, key| sum.wrapping_add(self.owner(self.digest(key)))))
    }
}

impl<K: Kernel, H: KeyHasher> Lookup for Cluster<K, NodeId, H> {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.locate(digest).map_or(0, |index| u64::from(index.get()))
    }

    #[inline]
    fn digest(&self, key: &str) -> Digest {
        self.hasher().digest(key.as_bytes())
    }

    #[inline]
    fn owners(&self, digests: &[Digest], owners: &mut [NodeIndex]) -> u64 {
        let answered = ByDigest::locate_batch(self, digests, owners);
        // The sum is part of the time, and needed: without it nobody could say that the answers were right.
        owners[..answered].iter().fold(0, |sum, index| sum.wrapping_add(u64::from(index.get())))
    }
}

impl<K, H> Placement for Cluster<K, NodeId, H>
where
    K: Kernel + Send + Sync + 'static,
    H: KeyHasher + Clone + Send + Sync + 'static,
{
    fn len(&self) -> usize {
        self.roster().len()
    }

    fn add(&mut self, members: &[(&str, NodeId)]) -> Result<(), ChangeError> {
        self.add_consumers(&mut members.iter().map(|&(name, id)| (name, Weight::ONE, id)))
    }

    fn add_weighted(&mut self, members: &[(&str, Weight, NodeId)]) -> Result<(), ChangeError> {
        self.add_consumers(&mut members.iter().copied())
    }

    fn remove(&mut self, name: &str) -> bool {
        self.remove_consumer(name).is_some()
    }

    fn locate_batch(&self, digests: &[Digest], owners: &mut [NodeIndex]) -> usize {
        ByDigest::locate_batch(self, digests, owners)
    }

    fn locate_n(&self, digest: Digest, owners: &mut [NodeIndex]) -> usize {
        ByDigest::locate_n(self, digest, owners)
    }

    fn digest(&self, key: &[u8]) -> Digest {
        ByDigest::digest(self, key)
    }

    fn ids(&self) -> Vec<NodeId> {
        self.roster().iter().map(|member| *member.info).collect()
    }

    fn rebuilt(&self) -> Result<Box<dyn Placement>, ChangeError> {
        let mut fresh = Self::with(self.kernel().clone(), self.hasher().clone()).with_memory_limit(self.memory_limit());
        fresh.add_consumers(&mut self.roster().iter().map(|member| (member.name, member.weight, *member.info)))?;
        Ok(Box::new(fresh))
    }

    fn boxed_clone(&self) -> Box<dyn Placement> {
        Box::new(self.clone())
    }

    fn shares(&self) -> Option<Vec<f64>> {
        Cluster::shares(self)
    }

    fn heap_bytes(&self) -> u64 {
        Cluster::heap_bytes(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::generated;
    use crate::known::Remainder;

    fn cluster() -> Cluster<Remainder, NodeId> {
        let mut cluster = Cluster::new();
        for (name, id) in generated::node_names(1, 0, 7).iter().zip(0..) {
            cluster.add_consumer(name, id).unwrap();
        }
        cluster
    }

    #[test]
    fn the_loops_sum_the_answers_that_single_look_ups_give() {
        let cluster = cluster();
        let digests = generated::digests(1, 0, 64);
        let single: u64 = digests.iter().map(|digest| digest.bits() % 7).sum();
        let mut owners = vec![NodeIndex::default(); 64];
        assert_eq!((cluster.stream(&digests), cluster.batch(&digests, &mut owners)), (single, single));
        let chased = digests.iter().fold((0, 0), |(sum, before), digest| {
            let owner = digest.bits().wrapping_add(before) % 7;
            (sum + owner, owner)
        });
        assert_eq!(cluster.chase(&digests), chased.0);
    }

    #[test]
    fn the_loops_over_keys_ask_for_every_key_or_its_neighbour() {
        let cluster = cluster();
        let keys = generated::strings(1, 0, 64);
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let owner = |key: &str| cluster.locate(cluster.digest_of(key)).unwrap();
        let single: u64 = keys.iter().map(|key| u64::from(owner(key).get())).sum();
        assert_eq!(cluster.stream_strings(&keys), single);
        // One key for all: whichever neighbour is chosen, the answer is the same.
        assert_eq!(cluster.chase_strings(&[keys[0]; 64]), 64 * u64::from(owner(keys[0]).get()));
    }

    #[test]
    fn ids_stay_with_their_nodes() {
        let mut placement: Box<dyn Placement> = Box::new(cluster());
        let names = generated::node_names(1, 0, 7);
        assert!(placement.remove(&names[2]) && !placement.remove(&names[2]));
        assert_eq!(placement.ids(), [0, 1, 6, 3, 4, 5]);
        placement.add(&[(&names[2], 2)]).unwrap();
        assert_eq!(placement.ids(), [0, 1, 6, 3, 4, 5, 2]);
        assert_eq!(placement.rebuilt().unwrap().ids(), placement.ids());
        assert_eq!((placement.len(), placement.is_empty()), (7, false));
    }
}
