//! The preference order: the owners of the points from the digest on, each once.

use core::ops::{ControlFlow, Range};

use annulus_core::{
    NodeIndex, Nodes,
    order::{self, Seen, Visited},
};

use crate::{line::Lane, points::Points, table::Table};

/// Visits every consumer in the order of its first point at or after `digest`, until the visitor breaks.
///
/// O(points) at most. The first 32 consumers allocate nothing.
pub(crate) fn walk<L: Lane>(
    table: &Table<L>,
    nodes: &Nodes,
    points: Points,
    digest: u64,
    mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let (start, before) = table.position(nodes, points, digest);
    let mut seen = Seen::new();
    let mut place = Place { at: start, turn: 0, before };
    let lines = table.lines();
    // The start line is read twice: first from the digest on, and at the end up to the digest.
    while place.turn <= lines {
        let stretch = table.stretch(place.at);
        for lane in place.lanes(stretch.len(), lines) {
            let owner = stretch.owner(lane);
            if seen.is_full() && !seen.as_slice().contains(&owner) {
                return Beyond::new(table, nodes, points, digest, &seen).walk(place, visit);
            }
            if seen.insert(owner) {
                visit(owner)?;
                if seen.as_slice().len() == nodes.len() {
                    return ControlFlow::Continue(());
                }
            }
        }
        place.advance(lines);
    }
    ControlFlow::Continue(())
}

/// A walk's position: line `at`, which is the `turn`th line of the walk.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    turn: usize,
    /// The number of lanes of the start line before the digest.
    before: usize,
}

impl Place {
    /// The lanes of this line to read now.
    #[inline]
    fn lanes(self, len: usize, lines: usize) -> Range<usize> {
        match self.turn {
            0 => self.before..len,
            turn if turn == lines => 0..self.before,
            _ => 0..len,
        }
    }

    #[inline]
    fn advance(&mut self, lines: usize) {
        self.turn += 1;
        self.at = if self.at + 1 == lines { 0 } else { self.at + 1 };
    }
}

/// A walk past the first 32 consumers.
///
/// It reads points in order until that has cost as much as computing the points of all unvisited consumers. The last few of many
/// consumers are found sooner by their own points than by continuing around the ring.
struct Beyond<'a, L> {
    table: &'a Table<L>,
    nodes: &'a Nodes,
    points: Points,
    digest: u64,
    visited: Visited,
    /// The number of points of all unvisited consumers.
    left: u64,
}

impl<'a, L: Lane> Beyond<'a, L> {
    #[cold]
    fn new(table: &'a Table<L>, nodes: &'a Nodes, points: Points, digest: u64, seen: &Seen) -> Self {
        let mut visited = Visited::new(nodes.len());
        let mut left = points.total(nodes.census());
        for &index in seen.as_slice() {
            visited.insert(index);
            left -= points.count(nodes.weight(index));
        }
        Self { table, nodes, points, digest, visited, left }
    }

    fn walk(mut self, mut place: Place, mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>) -> ControlFlow<()> {
        let lines = self.table.lines();
        let mut read = 0;
        while place.turn <= lines && self.left > read {
            let stretch = self.table.stretch(place.at);
            for lane in place.lanes(stretch.len(), lines) {
                let owner = stretch.owner(lane);
                if self.visited.insert(owner) {
                    visit(owner)?;
                    self.left -= self.points.count(self.nodes.weight(owner));
                }
            }
            read += stretch.len() as u64;
            place.advance(lines);
        }
        self.rest(visit)
    }

    /// Visits the unvisited consumers in the order of their nearest points. Equal points go by lower seed.
    fn rest(self, mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>) -> ControlFlow<()> {
        let Self { nodes, points, digest, visited, .. } = self;
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
}
