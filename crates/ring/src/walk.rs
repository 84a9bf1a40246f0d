//! The preference order: the owners of the points from the digest on, each once.

use core::ops::ControlFlow;

use annulus_core::{NodeIndex, Nodes, order::Seen};

use crate::{line::Lane, points::Points, table::Table};

/// Visits every consumer in the order of its first point at or after `digest`, until the visitor breaks. Allocates nothing.
///
/// The first 32 are kept in a list. After those, a point counts if none of its owner's other points lies nearer.
pub(crate) fn walk<L: Lane>(
    table: &Table<L>,
    nodes: &Nodes,
    points: Points,
    digest: u64,
    mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let (start, before) = table.position(nodes, points, digest);
    let mut seen = Seen::new();
    let mut left = nodes.len();
    let lines = table.lines();
    // The start line is met twice: from the digest on, and at the end up to the digest.
    for turn in 0..=lines {
        let at = (start + turn) % lines;
        let stretch = table.stretch(at);
        let lanes = match turn {
            0 => before..stretch.len(),
            turn if turn == lines => 0..before,
            _ => 0..stretch.len(),
        };
        let first = lanes.start;
        for lane in lanes {
            let owner = stretch.owner(lane);
            let new = if seen.is_full() {
                !seen.as_slice().contains(&owner)
                    && stretch.is_first(first, lane)
                    && table.holds_nearest(nodes, points, digest, owner, at, turn == lines)
            } else {
                seen.insert(owner)
            };
            if new {
                visit(owner)?;
                left -= 1;
                if left == 0 {
                    return ControlFlow::Continue(());
                }
            }
        }
    }
    ControlFlow::Continue(())
}

impl<L: Lane> Table<L> {
    /// Whether the nearest point of `owner` at or after `digest` lies in line `at`; `wrapped` when the walk has come round to the
    /// start line.
    fn holds_nearest(&self, nodes: &Nodes, points: Points, digest: u64, owner: NodeIndex, at: usize, wrapped: bool) -> bool {
        let nearest = points.of_node(nodes, owner).min_by_key(|point| point.wrapping_sub(digest));
        nearest.is_some_and(|point| self.line_of(point) == at && (!wrapped || point < digest))
    }
}
