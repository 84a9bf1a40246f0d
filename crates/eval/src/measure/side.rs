//! A placement asked by the ids of its nodes, which stay with them when indices change.

use annulus_core::{Digest, NodeIndex};

use crate::algorithm::{NodeId, Placement};

/// A placement with its nodes' ids, in index order.
pub(super) struct Side {
    placement: Box<dyn Placement>,
    ids: Vec<NodeId>,
}

impl Side {
    pub(super) fn new(placement: Box<dyn Placement>) -> Self {
        let ids = placement.ids();
        Self { placement, ids }
    }

    /// The id of each digest's owner; `None` where the answer names no node.
    pub(super) fn owners(&self, digests: &[Digest]) -> Vec<Option<NodeId>> {
        let mut owners = vec![NodeIndex::default(); digests.len()];
        let answered = self.placement.locate_batch(digests, &mut owners);
        owners[answered..].fill(NodeIndex::new(u32::MAX));
        owners.iter().map(|owner| self.id(*owner)).collect()
    }

    /// The ids of the first nodes of a digest's preference order into `set`, as many as `room` has place for.
    pub(super) fn replicas(&self, digest: Digest, room: &mut [NodeIndex], set: &mut Vec<Option<NodeId>>) {
        let answered = self.placement.locate_n(digest, room);
        set.clear();
        set.extend(room[..answered].iter().map(|owner| self.id(*owner)));
    }

    fn id(&self, index: NodeIndex) -> Option<NodeId> {
        self.ids.get(index.as_usize()).copied()
    }
}
