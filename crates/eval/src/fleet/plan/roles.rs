//! Which nodes are a reason to move keys, and who gives a copy to whom.

use super::change::{Change, Kind, Node, position};
use crate::algorithm::NodeId;

/// Which nodes are a reason to move keys away from them, and to them.
#[derive(Clone, Debug)]
pub(super) struct Roles {
    shrinks: Vec<bool>,
    grows: Vec<bool>,
    /// Where zones count, that of each node before and after.
    zones: Option<Vec<[Option<String>; 2]>>,
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
            zones: has_zones.then(|| change.nodes.iter().map(zones).collect()),
        }
    }

    /// Whether one of the two is a reason to move a copy from the first to the second.
    pub(super) fn is_reason(&self, from: NodeId, to: NodeId) -> bool {
        self.shrinks[position(from)] || self.grows[position(to)]
    }

    /// Which node of a set gives a copy to which: nodes that are only in the set before, each with one that is only in the set after. They
    /// are paired so that as many pairs as possible have a reason. Where zones count, those of one zone are paired first.
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
        if self.zones.is_some() {
            self.pair_within_zones(&mut lost, &mut gained, pairs);
        }
        // Both sorts are stable: within a group the order of preference stays.
        lost.sort_by_key(|&node| !self.shrinks[position(node)]);
        gained.sort_by_key(|&node| self.grows[position(node)]);
        pairs.extend(lost.into_iter().zip(gained));
    }

    /// Takes out the pairs of one zone: a copy that leaves a zone is replaced by the one that comes to it. No zone has two copies, so that
    /// each node has at most one other of its zone.
    fn pair_within_zones(&self, lost: &mut Vec<NodeId>, gained: &mut Vec<NodeId>, pairs: &mut Vec<(NodeId, NodeId)>) {
        lost.retain(|&from| {
            let place = gained.iter().position(|&to| self.is_one_zone(from, to));
            pairs.extend(place.map(|place| (from, gained.remove(place))));
            place.is_none()
        });
    }

    fn is_one_zone(&self, from: NodeId, to: NodeId) -> bool {
        let zone = |node: NodeId, side: usize| self.zones.as_ref().and_then(|zones| zones[position(node)][side].as_deref());
        zone(from, 0).is_some_and(|before| zone(to, 1) == Some(before))
    }
}

/// The zone of a node before, and after.
fn zones(node: &Node) -> [Option<String>; 2] {
    [&node.before, &node.after].map(|side| side.as_ref().and_then(|side| side.zone.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_have_a_reason_where_they_can() {
        // 0 leaves, 5 joins, the others stay.
        let is = |node: usize| (0..6).map(|at| at == node).collect();
        let roles = Roles { shrinks: is(0), grows: is(5), zones: None };
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

    #[test]
    fn a_copy_that_leaves_a_zone_is_replaced_by_the_one_that_comes_to_it() {
        // 0 leaves, 5 joins, the others stay.
        let is = |node: usize| (0..6).map(|at| at == node).collect();
        let zones = ["x", "y", "z", "x", "z", "y"].map(|zone| [Some(zone.to_owned()), Some(zone.to_owned())]);
        let roles = Roles { shrinks: is(0), grows: is(5), zones: Some(zones.to_vec()) };
        let paired = |before: &[NodeId], after: &[NodeId]| {
            let mut pairs = Vec::new();
            roles.pair(before, after, &mut pairs);
            pairs
        };
        assert_eq!(paired(&[0, 1, 2], &[4, 5, 3]), [(0, 3), (1, 5), (2, 4)]);
        // What finds no other of its zone is paired by its reason.
        assert_eq!(paired(&[0, 2], &[4, 1]), [(2, 4), (0, 1)]);
    }
}
