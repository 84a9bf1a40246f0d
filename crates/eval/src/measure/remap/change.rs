//! One change: the nodes before and after it.

use annulus_core::ChangeError;

use crate::algorithm::{NodeId, Placement};
use crate::keys::generated;

use super::super::side::Side;
use super::kind::Kind;
use super::members::Members;

/// One change: the nodes after it, the same built afresh, and the nodes after it was undone.
pub(super) struct Change {
    /// The node that joins or leaves.
    pub(super) changed: NodeId,
    pub(super) after: Side,
    pub(super) rebuilt: Side,
    pub(super) undone: Side,
}

/// The changes of one kind; none where the only node would have to go.
pub(super) fn changes(kind: Kind, placement: &dyn Placement, members: &Members) -> Result<Vec<Change>, ChangeError> {
    let count = members.names.len();
    let last = count - 1;
    let victims = match kind {
        Kind::AddOne => return Ok(vec![addition(placement, members)?]),
        _ if count < 2 => return Ok(Vec::new()),
        Kind::RemoveLast => vec![last],
        Kind::RemoveAny => generated::victims(members.seed, members.repetition, count, members.victims),
    };
    victims.into_iter().map(|victim| removal(placement, &members.names[victim], victim)).collect()
}

fn addition(placement: &dyn Placement, members: &Members) -> Result<Change, ChangeError> {
    let id = node_id(members.names.len());
    let mut after = placement.boxed_clone();
    after.add(&[(&members.newcomer, id)])?;
    let mut undone = after.boxed_clone();
    undone.remove(&members.newcomer);
    Change::new(id, after, undone)
}

fn removal(placement: &dyn Placement, name: &str, position: usize) -> Result<Change, ChangeError> {
    let id = node_id(position);
    let mut after = placement.boxed_clone();
    after.remove(name);
    let mut undone = after.boxed_clone();
    undone.add(&[(name, id)])?;
    Change::new(id, after, undone)
}

impl Change {
    fn new(changed: NodeId, after: Box<dyn Placement>, undone: Box<dyn Placement>) -> Result<Self, ChangeError> {
        let rebuilt = Side::new(after.rebuilt()?);
        Ok(Self { changed, after: Side::new(after), rebuilt, undone: Side::new(undone) })
    }
}

/// Positions are below the million nodes that a scenario may ask for.
fn node_id(position: usize) -> NodeId {
    NodeId::try_from(position).unwrap_or(NodeId::MAX)
}
