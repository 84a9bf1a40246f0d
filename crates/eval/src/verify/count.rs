//! Counts as positions and back.

use crate::algorithm::NodeId;

/// A count of nodes as a length. Plans are refused that have more than can be held.
pub(super) fn position(nodes: u64) -> usize {
    usize::try_from(nodes).unwrap_or(usize::MAX)
}

/// An id as a position.
pub(super) fn index(id: NodeId) -> usize {
    usize::try_from(id).unwrap_or(usize::MAX)
}

/// A length as a count.
pub(super) fn length(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
