//! A placement that can be measured: whole batches behind one virtual call, timed loops compiled per algorithm.

use std::fmt;
use std::ops::ControlFlow;

use annulus_clock::Timed;
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

    /// Removes the nodes of these names, in this order, in one change; names of none are passed over.
    fn remove_all(&mut self, names: &[&str]);

    /// Gives nodes other weights in one change, all or none; names of none are passed over.
    ///
    /// # Errors
    /// The first that is refused, and why.
    fn reweigh_all(&mut self, weights: &[(&str, Weight)]) -> Result<(), ChangeError>;

    /// The owner of each digest; returns how many were answered.
    fn locate_batch(&self, digests: &[Digest], owners: &mut [NodeIndex]) -> usize;

    /// The first nodes of a digest's preference order; returns how many there were.
    fn locate_n(&self, digest: Digest, owners: &mut [NodeIndex]) -> usize;

    /// Visits the nodes in the preference order of a digest, owner first, until the visitor breaks.
    fn walk(&self, digest: Digest, visit: &mut dyn FnMut(NodeIndex) -> ControlFlow<()>);

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

    fn remove_all(&mut self, names: &[&str]) {
        self.remove_consumers(&mut names.iter().copied());
    }

    fn reweigh_all(&mut self, weights: &[(&str, Weight)]) -> Result<(), ChangeError> {
        self.set_weights(&mut weights.iter().copied()).map(|_| ())
    }

    fn locate_batch(&self, digests: &[Digest], owners: &mut [NodeIndex]) -> usize {
        ByDigest::locate_batch(self, digests, owners)
    }

    fn locate_n(&self, digest: Digest, owners: &mut [NodeIndex]) -> usize {
        ByDigest::locate_n(self, digest, owners)
    }

    fn walk(&self, digest: Digest, visit: &mut dyn FnMut(NodeIndex) -> ControlFlow<()>) {
        ByDigest::walk(self, digest, visit);
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
    use annulus_clock::Request;

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
    fn both_ways_to_each_answer_agree() {
        let cluster = cluster();
        let digests = generated::digests(1, 0, 64);
        let keys = generated::strings(1, 0, 64);
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let mut owners = vec![NodeIndex::default(); 64];
        let single: u64 = digests.iter().map(|digest| digest.bits() % 7).sum();
        assert_eq!(cluster.ask(Request::StreamDigests(&digests)), single);
        assert_eq!(cluster.ask(Request::Batch(&digests, &mut owners)), single);
        assert_eq!(cluster.ask(Request::ChaseDigests(&digests)), cluster.expected(Request::ChaseDigests(&digests)));
        assert_eq!(cluster.ask(Request::FirstThree(&digests)), cluster.expected(Request::FirstThree(&digests)));
        let owner = |key: &str| u64::from(*cluster.get_consumer(key).unwrap());
        let single: u64 = keys.iter().map(|key| owner(key)).sum();
        assert_eq!(cluster.ask(Request::StreamKeys(&keys)), single);
        assert_eq!(cluster.ask(Request::ChaseKeys(&keys)), single, "each key is asked for once");
        assert_eq!(cluster.expected(Request::ChaseKeys(&keys)), single);
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
