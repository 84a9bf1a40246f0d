//! The preference order: the owners of the points from the digest on, each once.

use core::ops::ControlFlow;

use annulus_core::{
    NodeIndex, Nodes,
    order::{self, Visited},
};

use crate::{line::Lane, points::Points, table::Table};

/// Visits every consumer in the order of its first point at or after `digest`, until the visitor breaks. O(points) at most, and the
/// first 32 allocate nothing.
///
/// Points are read in their order until that has cost as much as making the points of all who are left: the last consumers of many
/// are found sooner by their own points than by going on around the ring.
pub(crate) fn walk<L: Lane>(
    table: &Table<L>,
    nodes: &Nodes,
    points: Points,
    digest: u64,
    mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let (start, before) = table.position(nodes, points, digest);
    let mut visited = Visited::new(nodes.len());
    let mut left = None;
    let mut read = 0;
    let lines = table.lines();
    let mut at = start;
    // The start line is met twice: from the digest on, and at the end up to the digest.
    for turn in 0..=lines {
        let stretch = table.stretch(at);
        let lanes = match turn {
            0 => before..stretch.len(),
            turn if turn == lines => 0..before,
            _ => 0..stretch.len(),
        };
        read += lanes.len() as u64;
        for lane in lanes {
            let owner = stretch.owner(lane);
            if visited.insert(owner) {
                visit(owner)?;
                left = left.map(|left| left - points.count(nodes.weight(owner)));
                if visited.is_all() {
                    return ControlFlow::Continue(());
                }
            }
        }
        if visited.has_spread() {
            let left = *left.get_or_insert_with(|| points_left(nodes, points, &visited));
            if left <= read {
                return rest(nodes, points, digest, &visited, visit);
            }
        }
        at = if at + 1 == lines { 0 } else { at + 1 };
    }
    ControlFlow::Continue(())
}

/// The points of all who have not been visited.
fn points_left(nodes: &Nodes, points: Points, visited: &Visited) -> u64 {
    nodes.indices().filter(|&index| !visited.contains(index)).map(|index| points.count(nodes.weight(index))).sum()
}

/// Visits those who have not been visited by their nearest points; of points in one place, the lesser seed's comes first.
fn rest(
    nodes: &Nodes,
    points: Points,
    digest: u64,
    visited: &Visited,
    mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let index = |position| NodeIndex::from_usize(position).unwrap_or_default();
    let rank = |position| {
        let index = index(position);
        if visited.contains(index) {
            return None;
        }
        let distance = points.of_node(nodes, index).map(|point| point.wrapping_sub(digest)).min()?;
        Some((distance, nodes.seed(index)))
    };
    order::by_rank_after(visited.len(), nodes.len(), rank, |a, b| a < b, |position| visit(index(position)))
}
