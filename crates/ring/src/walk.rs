//! The preference order: the owners of the points from the digest on, each once.

use core::ops::ControlFlow;

use annulus_core::{NodeIndex, Nodes, order::Visited};

use crate::{line::Lane, points::Points, table::Table};

/// Visits every consumer in the order of its first point at or after `digest`, until the visitor breaks. O(points) at most; the first
/// 32 allocate nothing.
pub(crate) fn walk<L: Lane>(
    table: &Table<L>,
    nodes: &Nodes,
    points: Points,
    digest: u64,
    mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let (start, before) = table.position(nodes, points, digest);
    let mut visited = Visited::new(nodes.len());
    let lines = table.lines();
    // The start line is met twice: from the digest on, and at the end up to the digest.
    for turn in 0..=lines {
        let stretch = table.stretch((start + turn) % lines);
        let lanes = match turn {
            0 => before..stretch.len(),
            turn if turn == lines => 0..before,
            _ => 0..stretch.len(),
        };
        for lane in lanes {
            let owner = stretch.owner(lane);
            if visited.insert(owner) {
                visit(owner)?;
                if visited.is_all() {
                    return ControlFlow::Continue(());
                }
            }
        }
    }
    ControlFlow::Continue(())
}
