//! Two memberships, node by node.

use std::collections::{BTreeSet, HashMap};

use annulus_core::Weight;

use crate::algorithm::{NodeId, Zones};
use crate::members::Member;

/// A node of either side.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) name: String,
    /// What it is before, and after; nothing where it holds no keys.
    pub(crate) before: Option<Standing>,
    pub(crate) after: Option<Standing>,
    pub(crate) kind: Kind,
}

/// A node on one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) weight: Weight,
    pub(crate) zone: Option<String>,
}

/// What happens to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Joins,
    Returns,
    Leaves,
    Drained,
    Heavier,
    Lighter,
    Moved,
    Stays,
}

impl Kind {
    /// The word of a row.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Joins => "joins",
            Self::Returns => "returns",
            Self::Leaves => "leaves",
            Self::Drained => "is drained",
            Self::Heavier => "gets heavier",
            Self::Lighter => "gets lighter",
            Self::Moved => "changes its zone",
            Self::Stays => "stays",
        }
    }

    /// The same of several.
    pub(crate) const fn of_several(self) -> &'static str {
        match self {
            Self::Joins => "join",
            Self::Returns => "return",
            Self::Leaves => "leave",
            Self::Drained => "are drained",
            Self::Heavier => "get heavier",
            Self::Lighter => "get lighter",
            Self::Moved => "change their zone",
            Self::Stays => "stay",
        }
    }
}

/// A change of a running router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    Leave(String),
    Weigh(String, Weight),
    Join(String, Weight),
}

impl Op {
    pub(super) fn node(&self) -> &str {
        match self {
            Self::Leave(node) | Self::Weigh(node, _) | Self::Join(node, _) => node,
        }
    }
}

/// Two memberships: a node's id is its position among the nodes.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) nodes: Vec<Node>,
    /// The nodes of each side, in the order of its list.
    pub(super) before: Vec<NodeId>,
    pub(super) after: Vec<NodeId>,
    /// How a running router gets from one to the other, where that is asked for.
    pub(super) ops: Option<Vec<Op>>,
}

impl Change {
    /// From one list of members to another. Of nodes that hold no keys on one side, `known` says which are only drained.
    pub(crate) fn new(before: &[Member], after: &[Member], known: &BTreeSet<String>) -> Self {
        let mut nodes: Vec<Node> = Vec::new();
        let mut ids: HashMap<String, NodeId> = HashMap::new();
        let mut list = |members: &[Member], is_after: bool| -> Vec<NodeId> {
            let id = |member: &Member| {
                let id = *ids.entry(member.name.clone()).or_insert_with(|| {
                    nodes.push(Node { name: member.name.clone(), before: None, after: None, kind: Kind::Stays });
                    NodeId::try_from(nodes.len() - 1).unwrap_or(NodeId::MAX)
                });
                let node = &mut nodes[position(id)];
                let standing = Some(Standing { weight: member.weight, zone: member.zone.clone() });
                *(if is_after { &mut node.after } else { &mut node.before }) = standing;
                id
            };
            members.iter().map(id).collect()
        };
        let (before, after) = (list(before, false), list(after, true));
        for node in &mut nodes {
            node.kind = kind(node, known.contains(&node.name));
        }
        Self { nodes, before, after, ops: None }
    }

    /// The same by these changes of a running router.
    pub(crate) fn replayed(mut self, ops: Vec<Op>) -> Self {
        self.ops = Some(ops);
        self
    }

    /// What a running router does to get from one list to the other: who leaves, in the order of the list; other weights; who joins, in the order of the new list.
    pub(crate) fn ops_of_lists(&self) -> Vec<Op> {
        let nodes = |ids: &[NodeId]| ids.iter().map(|&id| &self.nodes[position(id)]).collect::<Vec<_>>();
        let leaves = nodes(&self.before).into_iter().filter(|node| node.after.is_none()).map(|node| Op::Leave(node.name.clone()));
        let weight = |node: &Node| node.after.as_ref().map(|after| after.weight);
        let other = |node: &&Node| node.before.as_ref().map(|before| before.weight) != weight(node);
        let weighs = nodes(&self.before).into_iter().filter(other);
        let weighs = weighs.filter_map(|node| Some(Op::Weigh(node.name.clone(), weight(node)?)));
        let joins = nodes(&self.after).into_iter().filter(|node| node.before.is_none());
        let joins = joins.filter_map(|node| Some(Op::Join(node.name.clone(), weight(node)?)));
        leaves.chain(weighs).chain(joins).collect()
    }

    /// Whether it is done to a running router.
    pub(crate) const fn is_replayed(&self) -> bool {
        self.ops.is_some()
    }

    /// How many nodes hold keys before, and after.
    pub(crate) fn counts(&self) -> [usize; 2] {
        [self.before.len(), self.after.len()]
    }

    /// The zones of the nodes before, and after. Those that have none are one zone.
    pub(crate) fn zones(&self) -> [Zones; 2] {
        let of = |side: fn(&Node) -> Option<&Standing>| {
            Zones::of(self.nodes.iter().map(|node| side(node).and_then(|side| side.zone.as_deref()).unwrap_or_default()))
        };
        [of(|node| node.before.as_ref()), of(|node| node.after.as_ref())]
    }

    /// What happens, in numbers: `2 leave, 1 gets heavier, 9 stay`.
    pub(crate) fn told(&self) -> String {
        let kinds =
            [Kind::Joins, Kind::Returns, Kind::Leaves, Kind::Drained, Kind::Heavier, Kind::Lighter, Kind::Moved, Kind::Stays];
        let told = kinds.iter().filter_map(|&kind| {
            let count = self.nodes.iter().filter(|node| node.kind == kind).count();
            let verb = if count == 1 { kind.word() } else { kind.of_several() };
            (count > 0).then(|| format!("{count} {verb}"))
        });
        told.collect::<Vec<_>>().join(", ")
    }
}

/// What happens to a node, of which nothing else may be known where it holds no keys.
fn kind(node: &Node, is_known: bool) -> Kind {
    match (&node.before, &node.after) {
        (None, Some(_)) if is_known => Kind::Returns,
        (None, Some(_)) => Kind::Joins,
        (Some(_), None) if is_known => Kind::Drained,
        (Some(_), None) => Kind::Leaves,
        (Some(before), Some(after)) if after.weight > before.weight => Kind::Heavier,
        (Some(before), Some(after)) if after.weight < before.weight => Kind::Lighter,
        (Some(before), Some(after)) if after.zone != before.zone => Kind::Moved,
        _ => Kind::Stays,
    }
}

/// A node's id is its position among the nodes.
pub(super) fn position(id: NodeId) -> usize {
    usize::try_from(id).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(list: &[(&str, u32, &str)]) -> Vec<Member> {
        let member = |&(name, weight, zone): &(&str, u32, &str)| Member {
            name: name.to_owned(),
            weight: Weight::new(weight).unwrap(),
            zone: (!zone.is_empty()).then(|| zone.to_owned()),
            line: 1,
        };
        list.iter().map(member).collect()
    }

    #[test]
    fn every_node_of_either_side_is_told_once() {
        let before = members(&[("a", 1, ""), ("b", 2, ""), ("c", 3, "x"), ("d", 1, ""), ("e", 1, "")]);
        let after = members(&[("f", 1, ""), ("e", 1, ""), ("c", 3, "y"), ("b", 1, ""), ("a", 2, ""), ("g", 5, "")]);
        let known = BTreeSet::from(["d".to_owned(), "g".to_owned()]);
        let change = Change::new(&before, &after, &known);
        let seen: Vec<(&str, &str)> = change.nodes.iter().map(|node| (node.name.as_str(), node.kind.word())).collect();
        let expected = [
            ("a", "gets heavier"),
            ("b", "gets lighter"),
            ("c", "changes its zone"),
            ("d", "is drained"),
            ("e", "stays"),
            ("f", "joins"),
            ("g", "returns"),
        ];
        assert_eq!(seen, expected);
        assert_eq!((change.after.as_slice(), change.counts()), (&[5, 4, 2, 1, 0, 6][..], [5, 6]));
        let weight = |weight| Weight::new(weight).unwrap();
        let ops = [
            Op::Leave("d".into()),
            Op::Weigh("a".into(), weight(2)),
            Op::Weigh("b".into(), weight(1)),
            Op::Join("f".into(), weight(1)),
            Op::Join("g".into(), weight(5)),
        ];
        assert_eq!(change.ops_of_lists(), ops);
        let told = "1 joins, 1 returns, 1 is drained, 1 gets heavier, 1 gets lighter, 1 changes its zone, 1 stays";
        assert_eq!(change.told(), told);
    }
}
