//! A cluster as the gates see it: weights, replicas, exact shares and hashers that a gate chooses.

use std::fmt;
use std::sync::Arc;

use annulus_core::{ByDigest, ChangeError, Cluster, ConsistentHashRing, Digest, Kernel, KeyHasher, NodeIndex, Weight};

use super::placement::NodeId;

/// A hasher that a gate puts in the place of the algorithm's own.
pub(crate) type SharedHasher = Arc<dyn KeyHasher + Send + Sync>;

/// The id of an answer that names no member.
pub(crate) const NOBODY: NodeId = NodeId::MAX;

/// A member to be added: name, weight and the id that stays with it.
pub(crate) type NewMember<'a> = (&'a str, Weight, NodeId);

/// Nodes of one algorithm, as the gates use them. Answers are ids, which outlive a change of membership.
///
/// It stands beside [`Placement`](super::placement::Placement) and not on it: a placement carries loops for the clock, which
/// would be compiled once more for each kernel under the hashers that gates put in, and never run.
pub(crate) trait Subject: fmt::Debug + Send + Sync {
    /// Adds nodes, all or none.
    fn add(&mut self, members: &[NewMember<'_>]) -> Result<(), ChangeError>;

    /// Removes a node; `false` if there is none of this name.
    fn remove(&mut self, name: &str) -> bool;

    /// Gives a node another weight; `false` if there is none of this name.
    fn reweigh(&mut self, name: &str, weight: Weight) -> Result<bool, ChangeError>;

    /// The owner of each digest, [`NOBODY`] where the answer names no member.
    fn owners(&self, digests: &[Digest]) -> Vec<NodeId>;

    /// The owner of one digest, asked for alone.
    fn owner(&self, digest: Digest) -> NodeId;

    /// The first `count` members that the algorithm offers for a digest.
    fn replicas(&self, digest: Digest, count: usize) -> Vec<NodeId>;

    /// The first `most` of the preference order of a digest, by visiting one after the other.
    fn preference(&self, digest: Digest, most: usize) -> Vec<NodeId>;

    /// The digest of a key under the cluster's hasher.
    fn digest(&self, key: &str) -> Digest;

    /// Each member's exact share, in index order, where the algorithm can tell it.
    fn shares(&self) -> Option<Vec<f64>>;

    /// The members' ids, in index order.
    fn ids(&self) -> Vec<NodeId>;

    /// The members' seeds, in index order.
    fn seeds(&self) -> Vec<u64>;

    /// The same members in a cluster built afresh from their list in index order.
    fn fresh(&self) -> Result<Box<dyn Subject>, ChangeError>;

    /// Another, equal one.
    fn boxed_clone(&self) -> Box<dyn Subject>;
}

impl<K, H> Subject for Cluster<K, NodeId, H>
where
    K: Kernel + Send + Sync + 'static,
    H: KeyHasher + Clone + Send + Sync + 'static,
{
    fn add(&mut self, members: &[NewMember<'_>]) -> Result<(), ChangeError> {
        self.add_consumers(&mut members.iter().copied())
    }

    fn remove(&mut self, name: &str) -> bool {
        self.remove_consumer(name).is_some()
    }

    fn reweigh(&mut self, name: &str, weight: Weight) -> Result<bool, ChangeError> {
        self.set_weight(name, weight).map(|old| old.is_some())
    }

    fn owners(&self, digests: &[Digest]) -> Vec<NodeId> {
        let mut owners = vec![NodeIndex::default(); digests.len()];
        let answered = self.locate_batch(digests, &mut owners);
        let id = |(at, &owner): (usize, &NodeIndex)| if at < answered { id_of(self, owner) } else { NOBODY };
        owners.iter().enumerate().map(id).collect()
    }

    fn owner(&self, digest: Digest) -> NodeId {
        self.locate(digest).map_or(NOBODY, |index| id_of(self, index))
    }

    fn replicas(&self, digest: Digest, count: usize) -> Vec<NodeId> {
        let mut found = vec![NodeIndex::default(); count];
        let filled = self.locate_n(digest, &mut found).min(count);
        found[..filled].iter().map(|&index| id_of(self, index)).collect()
    }

    fn preference(&self, digest: Digest, most: usize) -> Vec<NodeId> {
        let mut found = Vec::new();
        self.walk(digest, &mut |index| {
            found.push(id_of(self, index));
            if found.len() >= most { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
        });
        found
    }

    fn digest(&self, key: &str) -> Digest {
        self.digest_of(key)
    }

    fn shares(&self) -> Option<Vec<f64>> {
        Cluster::shares(self)
    }

    fn ids(&self) -> Vec<NodeId> {
        self.roster().iter().map(|member| *member.info).collect()
    }

    fn seeds(&self) -> Vec<u64> {
        self.roster().nodes().seeds().to_vec()
    }

    fn fresh(&self) -> Result<Box<dyn Subject>, ChangeError> {
        let mut fresh = Self::with(self.kernel().clone(), self.hasher().clone()).with_memory_limit(self.memory_limit());
        fresh.add_consumers(&mut self.roster().iter().map(|member| (member.name, member.weight, *member.info)))?;
        Ok(Box::new(fresh))
    }

    fn boxed_clone(&self) -> Box<dyn Subject> {
        Box::new(self.clone())
    }
}

fn id_of<K: Kernel, H: KeyHasher>(cluster: &Cluster<K, NodeId, H>, index: NodeIndex) -> NodeId {
    cluster.roster().info(index).copied().unwrap_or(NOBODY)
}
