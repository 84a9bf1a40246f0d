//! The routers of both sides, and whom they name for keys.

use std::collections::HashMap;

use annulus_core::{ChangeError, Digest, NodeIndex, Weight};

use super::change::{Change, Op, position};
use crate::algorithm::{Algorithm, NodeId, Placement, Zones, refusal};

/// How many nodes hold a key, and what no two of them may share.
#[derive(Clone, Debug)]
pub(crate) struct Sets {
    pub(crate) replicas: usize,
    /// The zones before and after, where no two copies may share one.
    pub(crate) zones: Option<[Zones; 2]>,
}

/// One side of a change: a router, and which zones are whose on that side.
#[derive(Debug)]
pub(super) struct Router<'a> {
    pub(super) placement: Box<dyn Placement>,
    /// The node of each index.
    ids: Vec<NodeId>,
    zones: Option<&'a Zones>,
    replicas: usize,
}

impl<'a> Router<'a> {
    fn new(placement: Box<dyn Placement>, sets: &'a Sets, side: usize) -> Self {
        let zones = sets.zones.as_ref().map(|zones| &zones[side]);
        Self { ids: placement.ids(), placement, zones, replicas: sets.replicas }
    }

    /// The nodes that hold each key: the first replicas of its order, key after key.
    pub(super) fn holders(&self, digests: &[Digest], holders: &mut Vec<NodeId>) {
        let mut all = vec![NodeIndex::default(); self.replicas * digests.len()];
        let each = all.chunks_exact_mut(self.replicas).zip(digests);
        if let Some(zones) = self.zones {
            let mut taken = Vec::with_capacity(self.replicas);
            each.for_each(|(owners, &digest)| zones.pick(&*self.placement, &self.ids, digest, owners, &mut taken));
        } else if self.replicas > 1 {
            each.for_each(|(owners, &digest)| {
                self.placement.locate_n(digest, owners);
            });
        } else {
            self.placement.locate_batch(digests, &mut all);
        }
        holders.clear();
        holders.extend(all.iter().map(|index| self.ids[index.as_usize()]));
    }
}

/// The routers before and after: built afresh, or the second one changed from the first. Or why the algorithm refuses.
pub(super) fn both<'a>(change: &Change, sets: &'a Sets, algorithms: [&Algorithm; 2]) -> Result<[Router<'a>; 2], String> {
    let said = |side: &str, reason: String| format!("refused {side}: {reason}");
    let before = built(algorithms[0], change, &change.before, |at| change.nodes[at].before.as_ref().map(|side| side.weight));
    let before = before.map_err(|reason| said("before", reason))?;
    let after = match &change.ops {
        Some(ops) => replayed(&*before, change, ops)
            .map_err(|(node, error)| said("in the replay", told(&error, algorithms[1].key(), Some(&node)))),
        None => built(algorithms[1], change, &change.after, |at| change.nodes[at].after.as_ref().map(|side| side.weight))
            .map_err(|reason| said("after", reason)),
    }?;
    Ok([Router::new(before, sets, 0), Router::new(after, sets, 1)])
}

fn built(
    algorithm: &Algorithm,
    change: &Change,
    ids: &[NodeId],
    weight: impl Fn(usize) -> Option<Weight>,
) -> Result<Box<dyn Placement>, String> {
    let given: Vec<(&str, Weight, NodeId)> =
        ids.iter().filter_map(|&id| Some((change.nodes[position(id)].name.as_str(), weight(position(id))?, id))).collect();
    let mut placement = algorithm.empty();
    placement
        .add_weighted(&given)
        .map_err(|error| told(&error, algorithm.key(), given.get(error.position).map(|&(name, ..)| name)))?;
    Ok(placement)
}

/// The reason of a refusal, with the node that is at fault, if one is.
fn told(error: &ChangeError, key: &str, node: Option<&str>) -> String {
    let reason = refusal::in_run(error, key);
    let node = node.filter(|_| !refusal::is_of_all(&error.reason));
    node.map_or_else(|| reason.clone(), |node| format!("`{node}`: {reason}"))
}

/// A copy of a running router after these changes; those of one kind that follow one another are one call.
fn replayed(before: &dyn Placement, change: &Change, ops: &[Op]) -> Result<Box<dyn Placement>, (String, ChangeError)> {
    let ids: HashMap<&str, NodeId> = change.nodes.iter().map(|node| node.name.as_str()).zip(0..).collect();
    let mut router = before.boxed_clone();
    for calls in ops.chunk_by(|one, other| std::mem::discriminant(one) == std::mem::discriminant(other)) {
        let names: Vec<&str> = calls.iter().map(Op::node).collect();
        let weighed: Vec<(&str, Weight)> = calls
            .iter()
            .filter_map(|op| match op {
                Op::Leave(_) => None,
                Op::Weigh(node, weight) | Op::Join(node, weight) => Some((node.as_str(), *weight)),
            })
            .collect();
        let done = match calls.first() {
            Some(Op::Weigh(..)) => router.reweigh_all(&weighed),
            Some(Op::Join(..)) => {
                // Who comes and goes in between is no node of either side, and holds nothing in the end.
                let id = |name| ids.get(name).copied().unwrap_or(NodeId::MAX);
                let given: Vec<_> = weighed.iter().map(|&(name, weight)| (name, weight, id(name))).collect();
                router.add_weighted(&given)
            }
            _ => {
                router.remove_all(&names);
                Ok(())
            }
        };
        done.map_err(|error| (names.get(error.position).copied().unwrap_or_default().to_owned(), error))?;
    }
    Ok(router)
}
