//! Replicas in different zones: the preference order, less nodes of a zone that is taken.

use std::collections::HashMap;
use std::ops::ControlFlow;

use annulus_core::{Digest, NodeIndex};

use super::placement::{NodeId, Placement};

/// The zone of each node, as a number, by the node's id.
#[derive(Clone, Debug)]
pub(crate) struct Zones {
    of_node: Vec<usize>,
    count: usize,
}

impl Zones {
    /// Those of these names, one a node.
    pub(crate) fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let number = |name| {
            let next = numbers.len();
            *numbers.entry(name).or_insert(next)
        };
        let of_node = names.into_iter().map(number).collect();
        Self { of_node, count: numbers.len() }
    }

    /// How many different ones there are.
    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    /// Fills `owners` with the first nodes of a digest's preference order whose zones all differ. `taken` is room to work in.
    pub(crate) fn pick(
        &self,
        placement: &dyn Placement,
        ids: &[NodeId],
        digest: Digest,
        owners: &mut [NodeIndex],
        taken: &mut Vec<usize>,
    ) {
        taken.clear();
        placement.walk(digest, &mut |node| {
            let zone = self.of_node[usize::try_from(ids[node.as_usize()]).unwrap_or(usize::MAX)];
            if !taken.contains(&zone) {
                owners[taken.len()] = node;
                taken.push(zone);
            }
            if taken.len() == owners.len() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
    }
}
