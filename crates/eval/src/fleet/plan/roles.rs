//! Which nodes are a reason to move keys, and who gives a copy to whom.

use super::change::{Change, Kind, Node, position};
use crate::algorithm::NodeId;

/// Which nodes are a reason to move keys away from them, and to them.
#[derive(Clone, Debug)]
pub(super) struct Roles {
    shrinks: Vec<bool>,
    grows: Vec<bool>,
}

impl Roles {
    /// A node whose zone changes is a reason for both where zones count.
    pub(super) fn of(change: &Change, has_zones: bool) -> Self {
        let is = |kinds: &[Kind]| -> Vec<bool> {
            let zone_changes = |node: &Node| match (&node.before, &node.after) {
                (Some(before), Some(after)) => has_zones && before.zone != after.zone,
                _ => false,
            };
            change.nodes.iter().map(|node| kinds.contains(&node.kind) || zone_changes(node)).collect()
        };
        Self {
            shrinks: is(&[Kind::Leaves, Kind::Drained, Kind::Lighter]),
            grows: is(&[Kind::Joins, Kind::Returns, Kind::Heavier]),
        }
    }

    /// Whether one of the two is a reason to move a copy from the first to the second.
    pub(super) fn is_reason(&self, from: NodeId, to: NodeId) -> bool {
        self.shrinks[position(from)] || self.grows[position(to)]
    }

    /// Which node of a set gives a copy to which: nodes that are only in the set before, each with one that is only in the set after. They
    /// are paired so that as many pairs as possible have a reason.
    pub(super) fn pair(&self, before: &[NodeId], after: &[NodeId], pairs: &mut Vec<(NodeId, NodeId)>) {
        pairs.clear();
        if let ([from], [to]) = (before, after) {
            if from != to {
                pairs.push((*from, *to));
            }
            return;
        }
        let mut lost: Vec<NodeId> = before.iter().copied().filter(|node| !after.contains(node)).collect();
        let mut gained: Vec<NodeId> = after.iter().copied().filter(|node| !before.contains(node)).collect();
        // Both sorts are stable: within a group the order of preference stays.
        lost.sort_by_key(|&node| !self.shrinks[position(node)]);
        gained.sort_by_key(|&node| self.grows[position(node)]);
        pairs.extend(lost.into_iter().zip(gained));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_have_a_reason_where_they_can() {
        // 0 leaves, 5 joins, the others stay.
        let is = |node: usize| (0..6).map(|at| at == node).collect();
        let roles = Roles { shrinks: is(0), grows: is(5) };
        let paired = |before: &[NodeId], after: &[NodeId]| {
            let mut pairs = Vec::new();
            roles.pair(before, after, &mut pairs);
            pairs
        };
        assert_eq!(paired(&[1], &[1]), []);
        assert_eq!(paired(&[1], &[2]), [(1, 2)]);
        assert_eq!(paired(&[1, 2, 3], &[3, 1, 2]), []);
        // Both pairs have a reason, though the order of preference would give 0 to 5 and 1 to 2.
        assert_eq!(paired(&[0, 1, 3], &[5, 3, 2]), [(0, 2), (1, 5)]);
        assert_eq!(paired(&[1, 0], &[2, 5]), [(0, 2), (1, 5)]);
    }
}
