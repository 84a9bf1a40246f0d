//! The nodes of one algorithm that give most and get most, with the others together.

use std::collections::BTreeMap;

use crate::fleet::plan::Outcome;

/// How many nodes stand by themselves on each side.
const SHOWN: usize = 10;

/// A node, or all others together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// The node; nothing of the others.
    pub(super) node: Option<usize>,
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
    pub(super) fn of(outcome: &Outcome) -> Self {
        let (come, gone) = outcome.in_and_out();
        let sum = |amounts: &[crate::fleet::Amount]| amounts.iter().map(|amount| amount.keys).collect::<Vec<u64>>();
        let ((givers, giver_of), (takers, taker_of)) = (side(&sum(&gone)), side(&sum(&come)));
        let mut ribbons: BTreeMap<(usize, usize), Ribbon> = BTreeMap::new();
        for flow in &outcome.flows {
            let ribbon = ribbons.entry((giver_of[flow.from], taker_of[flow.to])).or_default();
            *(if flow.is_needed { &mut ribbon.needed } else { &mut ribbon.needless }) += flow.amount.keys;
        }
        Self { givers, takers, ribbons }
    }
}

/// The groups of one side, the largest first and the others last, and the group of each node.
fn side(copies: &[u64]) -> (Vec<Group>, Vec<usize>) {
    let mut order: Vec<usize> = (0..copies.len()).filter(|&at| copies[at] > 0).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(copies[at]));
    // One node more stands by itself, too: as `1 other` it would take as much room.
    let alone = if order.len() <= SHOWN + 1 { order.len() } else { SHOWN };
    let mut groups: Vec<Group> =
        order[..alone].iter().map(|&at| Group { node: Some(at), nodes: 1, copies: copies[at] }).collect();
    let rest = &order[alone..];
    if !rest.is_empty() {
        groups.push(Group { node: None, nodes: rest.len(), copies: rest.iter().map(|&at| copies[at]).sum() });
    }
    let mut of = vec![alone; copies.len()];
    order[..alone].iter().enumerate().for_each(|(group, &at)| of[at] = group);
    (groups, of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_stand_alone_and_the_others_together() {
        let copies: Vec<u64> = (0..20).collect();
        let (groups, of) = side(&copies);
        assert_eq!(groups.len(), SHOWN + 1);
        assert_eq!(groups[0], Group { node: Some(19), nodes: 1, copies: 19 });
        assert_eq!(groups[SHOWN], Group { node: None, nodes: 9, copies: 45 });
        assert_eq!((of[19], of[10], of[9], of[1]), (0, 9, SHOWN, SHOWN));
        let (few, _) = side(&copies[..12]);
        assert!(few.len() == 11 && few.iter().all(|group| group.node.is_some()));
    }
}
