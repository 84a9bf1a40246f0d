//! The nodes of one algorithm that give most and get most, and the others together by what happens to them.

use std::collections::BTreeMap;

use crate::fleet::plan::{Kind, Node, Outcome};

/// How many nodes stand by themselves on each side where there are more than can.
const SHOWN: usize = 7;

/// Up to this number of nodes, all stand by themselves.
const FEW: usize = 11;

/// A node, or others to which the same happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// The node; nothing of several.
    pub(super) node: Option<usize>,
    pub(super) kind: Kind,
    /// How many nodes it is.
    pub(super) nodes: usize,
    pub(super) copies: u64,
}

/// What moves from one group to another: for a reason, and without one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ribbon {
    pub(super) needed: u64,
    pub(super) needless: u64,
}

/// Both sides, and what moves between them.
#[derive(Clone, Debug)]
pub(super) struct Groups {
    pub(super) givers: Vec<Group>,
    pub(super) takers: Vec<Group>,
    /// By the positions of giver and taker.
    pub(super) ribbons: BTreeMap<(usize, usize), Ribbon>,
}

impl Groups {
    pub(super) fn of(outcome: &Outcome, nodes: &[Node]) -> Self {
        let (come, gone) = outcome.in_and_out();
        let kinds: Vec<Kind> = nodes.iter().map(|node| node.kind).collect();
        let side = |amounts: &[crate::fleet::Amount]| {
            let copies: Vec<u64> = amounts.iter().map(|amount| amount.keys).collect();
            side(&copies, &kinds)
        };
        let ((givers, giver_of), (takers, taker_of)) = (side(&gone), side(&come));
        let mut ribbons: BTreeMap<(usize, usize), Ribbon> = BTreeMap::new();
        for flow in &outcome.flows {
            let ribbon = ribbons.entry((giver_of[flow.from], taker_of[flow.to])).or_default();
            *(if flow.is_needed { &mut ribbon.needed } else { &mut ribbon.needless }) += flow.amount.keys;
        }
        Self { givers, takers, ribbons }
    }
}

/// The groups of one side, the largest nodes first and the others last, and the group of each node.
fn side(copies: &[u64], kinds: &[Kind]) -> (Vec<Group>, Vec<usize>) {
    let mut order: Vec<usize> = (0..copies.len()).filter(|&at| copies[at] > 0).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(copies[at]));
    let alone = if order.len() <= FEW { order.len() } else { SHOWN };
    let mut groups: Vec<Group> = Vec::new();
    let mut of = vec![usize::MAX; copies.len()];
    for &at in &order[..alone] {
        of[at] = groups.len();
        groups.push(Group { node: Some(at), kind: kinds[at], nodes: 1, copies: copies[at] });
    }
    let mut rest: BTreeMap<Kind, Vec<usize>> = BTreeMap::new();
    order[alone..].iter().for_each(|&at| rest.entry(kinds[at]).or_default().push(at));
    for (kind, nodes) in rest {
        nodes.iter().for_each(|&at| of[at] = groups.len());
        let node = Some(nodes[0]).filter(|_| nodes.len() == 1);
        groups.push(Group { node, kind, nodes: nodes.len(), copies: nodes.iter().map(|&at| copies[at]).sum() });
    }
    (groups, of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_stand_alone_and_the_others_together_by_what_happens_to_them() {
        let copies: Vec<u64> = (0..20).collect();
        let kinds: Vec<Kind> = (0..20).map(|at| if at < 3 { Kind::Leaves } else { Kind::Stays }).collect();
        let (groups, of) = side(&copies, &kinds);
        assert_eq!(groups.len(), SHOWN + 2);
        assert_eq!(groups[0], Group { node: Some(19), kind: Kind::Stays, nodes: 1, copies: 19 });
        assert_eq!(groups[SHOWN], Group { node: None, kind: Kind::Leaves, nodes: 2, copies: 3 });
        assert_eq!(groups[SHOWN + 1], Group { node: None, kind: Kind::Stays, nodes: 10, copies: (3..13).sum() });
        assert_eq!((of[19], of[13], of[12], of[2], of[1]), (0, 6, SHOWN + 1, SHOWN, SHOWN));
        let (few, _) = side(&copies[..12], &kinds[..12]);
        assert!(few.len() == 11 && few.iter().all(|group| group.node.is_some()));
    }
}
