//! What one algorithm moves.

use super::super::amount::Amount;
use super::change::position;
use super::count::Tally;
use super::roles::Roles;
use crate::algorithm::NodeId;

/// Copies that go from one node to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flow {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) amount: Amount,
    /// Whether one of the two is a reason: the first goes or gets lighter, or the second comes or gets heavier.
    pub(crate) is_needed: bool,
}

/// What one algorithm moves. Amounts are of copies: a key with three replicas is three.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// Of each node.
    pub(crate) before: Vec<Amount>,
    pub(crate) after: Vec<Amount>,
    /// The largest first.
    pub(crate) flows: Vec<Flow>,
    pub(crate) moved: Amount,
    pub(crate) needed: Amount,
    /// Keys of which a copy moves, and of which more than one does.
    pub(crate) keys_moved: u64,
    pub(crate) keys_moved_more: u64,
}

impl Outcome {
    pub(super) fn new(tally: Tally, roles: &Roles) -> Self {
        let flow = |((from, to), amount): ((NodeId, NodeId), Amount)| {
            let is_needed = roles.is_reason(from, to);
            Flow { from: position(from), to: position(to), amount, is_needed }
        };
        let mut flows: Vec<Flow> = tally.flows.into_iter().map(flow).collect();
        flows.sort_by(|one, other| (other.amount, one.from, one.to).cmp(&(one.amount, other.from, other.to)));
        let moved = flows.iter().map(|flow| flow.amount).sum();
        let needed = flows.iter().filter(|flow| flow.is_needed).map(|flow| flow.amount).sum();
        let (keys_moved, keys_moved_more) = (tally.keys_moved, tally.keys_moved_more);
        Self { before: tally.before, after: tally.after, flows, moved, needed, keys_moved, keys_moved_more }
    }

    /// What moves though neither of the two nodes is a reason.
    pub(crate) fn needless(&self) -> Amount {
        let mut needless = self.moved;
        needless -= self.needed;
        needless
    }

    /// The least that leads from these loads before to these loads after: what nodes have more than before.
    pub(crate) fn least(&self) -> Amount {
        let more = |(before, after): (&Amount, &Amount)| Amount {
            keys: after.keys.saturating_sub(before.keys),
            load: after.load.saturating_sub(before.load),
        };
        self.before.iter().zip(&self.after).map(more).sum()
    }

    /// What comes to each node, and what goes from it.
    pub(crate) fn in_and_out(&self) -> (Vec<Amount>, Vec<Amount>) {
        let mut come = vec![Amount::default(); self.before.len()];
        let mut gone = come.clone();
        for flow in &self.flows {
            come[flow.to] += flow.amount;
            gone[flow.from] += flow.amount;
        }
        (come, gone)
    }
}
