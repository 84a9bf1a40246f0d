//! The ring as an array of lines: the high bits of a digest give the line, and 15 comparisons replace the search.
//!
//! Every look-up equals this loop:
//!
//! ```text
//! for (point, owner) in points, sorted by (point, seed of the owner):
//!     if point >= digest: return owner
//! return the owner of the first point             // past the last point: wrap around
//! ```
//!
//! What a look-up does instead, with a line of `n` points:
//!
//! ```text
//! digest · lines = line · 2⁶⁴ + low               // remainder: the top 16 (or 31) bits of low
//! lane           0   1  …  n−1   n  …  15
//! remainders    r₀ ≤ r₁ ≤ … rₙ₋₁ MAX … MAX
//! owners        o₀  o₁  …  oₙ₋₁  next … next      // next: the owner of the first point after this line
//! answer        owners[how many of the first 15 remainders are < remainder]
//! ```
//!
//! If the remainder in that lane equals the digest's, or the lane is 15 (a full or a crowded line), `resolve` decides.

use alloc::{boxed::Box, collections::BTreeSet, vec, vec::Vec};

use annulus_core::{NodeIndex, Nodes};
use annulus_lanes::Task;

use crate::{
    crowds::{self, Crowds},
    line::{CAPACITY, Lane, Line},
    points::{Points, Spelt},
};

/// The count that marks a crowded line, whose points are in a crowd.
const CROWDED: u8 = u8::MAX;

/// The most bytes of lines that fit a second-level cache beside other data. For larger tables, batches prefetch.
const IN_CACHE: usize = 1 << 20;

/// How many look-ups ahead a batch prefetches lines.
const AHEAD: usize = 32;

/// How many points a build sorts at a time, 64 MB of them.
const PART: u64 = 1 << 22;

/// The most parts of a build, because every part computes all points again. Past 2²⁵ points, parts grow instead.
const MOST_PARTS: u64 = 8;

/// The points of all consumers, in lines of equal stretches of the ring.
///
/// A line keeps only the top bits of each point's position within the stretch. Where those do not decide, the points are
/// recomputed from the seeds of the line's owners. A stretch with more points than a line holds keeps them in a crowd.
#[derive(Clone, Debug)]
pub(crate) struct Table<L> {
    lines: Vec<Line<L>>,
    /// The number of points in each line, or [`CROWDED`].
    counts: Vec<u8>,
    crowds: Crowds<L>,
}

/// A stretch of the ring, in order, as a walk reads it.
#[derive(Clone, Copy)]
pub(crate) enum Stretch<'a, L> {
    Line(&'a [L]),
    Crowd(&'a [(L, L)]),
}

impl<L: Lane> Stretch<'_, L> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Line(owners) => owners.len(),
            Self::Crowd(points) => points.len(),
        }
    }

    pub(crate) fn owner(&self, at: usize) -> NodeIndex {
        match self {
            Self::Line(owners) => NodeIndex::new(owners[at].index()),
            Self::Crowd(points) => NodeIndex::new(points[at].1.index()),
        }
    }

    /// Whether position `at` is the first of its owner from position `first` on.
    pub(crate) fn is_first(&self, first: usize, at: usize) -> bool {
        (first..at).all(|earlier| self.owner(earlier) != self.owner(at))
    }
}

impl<L: Lane> Table<L> {
    /// `lines` lines with the points of every consumer, `total` in all.
    ///
    /// Points are computed, sorted and written one part of the ring at a time, so that building a large ring takes little extra
    /// memory. Each part takes one pass over all points, to find its own: eight passes at most.
    pub(crate) fn new(lines: usize, nodes: &Nodes, points: Points, total: u64) -> Self {
        let mut table = Self { lines: vec![Line::empty(); lines], counts: vec![0; lines], crowds: Crowds::new() };
        let step = lines.div_ceil(usize::try_from(Self::parts(total)).unwrap_or(usize::MAX)).max(1);
        let mut part: Vec<Spelt> = Vec::with_capacity(usize::try_from(Self::room(total)).unwrap_or_default());
        for from in (0..lines).step_by(step) {
            let here = table.start(from)..=table.start(from + step).wrapping_sub(1);
            part.clear();
            nodes.indices().for_each(|index| points.push_within(nodes, index, &here, &mut part));
            sort(nodes, &mut part);
            let mut rest = part.as_slice();
            while let Some(first) = rest.first() {
                let at = table.line_of(first.0);
                let end = rest.iter().position(|point| table.line_of(point.0) != at).unwrap_or(rest.len());
                table.write(at, &rest[..end]);
                rest = &rest[end..];
            }
        }
        table.announce_all();
        table
    }

    /// The number of parts that a table of `total` points is built in. At least two, or four with wide lanes, so that the table
    /// and the points of one part together stay below 24 bytes a point. More for many points.
    fn parts(total: u64) -> u64 {
        total.div_ceil(PART).min(MOST_PARTS).max(size_of::<L>() as u64)
    }

    /// Capacity for the points of one part: the expected number, plus eight times its standard deviation.
    fn room(total: u64) -> u64 {
        let expected = total.div_ceil(Self::parts(total));
        expected.saturating_add(8 * expected.isqrt()).min(total)
    }

    /// Extra heap bytes while a table of `total` points is built: the points of one part in full.
    pub(crate) fn scratch_bytes(total: u64) -> u64 {
        Self::room(total).saturating_mul(size_of::<Spelt>() as u64)
    }

    pub(crate) fn lines(&self) -> usize {
        self.lines.len()
    }

    /// An upper bound for the heap bytes of `lines` lines with `total` points: the lines, a count for each, and crowds.
    pub(crate) fn heap_bytes(lines: u64, total: u64) -> u64 {
        let line = size_of::<Line<L>>() as u64 + 1;
        // Saturates, so that a ring too large for any machine still gets a figure, which exceeds the limit.
        lines.saturating_mul(line).saturating_add(crowds::heap_bytes::<L>(lines, total))
    }

    /// The line of a digest, and its remainder in that line.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "the high half is below the number of lines, the low half is wanted")]
    fn locate(&self, digest: u64) -> (usize, L) {
        let product = u128::from(digest) * self.lines.len() as u128;
        ((product >> 64) as usize, L::top(product as u64))
    }

    /// The first digest of line `at`; 0 for any line past the last.
    #[expect(clippy::cast_possible_truncation, reason = "2^64, the end of the ring, is its start")]
    fn start(&self, at: usize) -> u64 {
        let lines = self.lines.len() as u128;
        ((at.min(self.lines.len()) as u128) << 64).div_ceil(lines) as u64
    }

    /// The line of a point or digest.
    pub(crate) fn line_of(&self, point: u64) -> usize {
        self.locate(point).0
    }

    /// The owner of the first point at or after `digest`.
    #[inline(always)]
    pub(crate) fn lookup(&self, nodes: &Nodes, points: &Points, digest: u64) -> NodeIndex {
        let (at, remainder) = self.locate(digest);
        let line = &self.lines[at];
        match line.decided(line.below(remainder), remainder) {
            Some(owner) => NodeIndex::new(owner),
            None => self.resolve(nodes, points, digest, at),
        }
    }

    /// The slow path of [`lookup`](Self::lookup), for when the line's remainders do not decide.
    #[cold]
    #[inline(never)]
    fn resolve(&self, nodes: &Nodes, points: &Points, digest: u64, at: usize) -> NodeIndex {
        let next = NodeIndex::new(self.lines[at].next().index());
        let (_, remainder) = self.locate(digest);
        if let Some(crowd) = self.crowd(at) {
            match crowd.get(below(crowd, remainder)) {
                None => return next,
                Some(&(lane, owner)) if lane != remainder => return NodeIndex::new(owner.index()),
                // Equal remainders: undecided, as in a line.
                Some(_) => {}
            }
        } else if self.lines[at].below(remainder) == CAPACITY {
            // A full line, and the digest is past all of its points.
            return next;
        }
        let after = self.spelt(nodes, *points, at).filter(|point| point.0 >= digest);
        let nearest = after.min_by_key(|point| (point.0, nodes.seed(point.1)));
        nearest.map_or(next, |point| point.1)
    }

    /// The points of line `at`, recomputed from its owners' seeds, unsorted. Allocates nothing.
    fn spelt<'a>(&'a self, nodes: &'a Nodes, points: Points, at: usize) -> impl Iterator<Item = Spelt> + 'a {
        let stretch = self.stretch(at);
        (0..stretch.len()).filter(move |&place| stretch.is_first(0, place)).flat_map(move |place| {
            let owner = stretch.owner(place);
            let here = move |&point: &u64| self.locate(point).0 == at;
            points.of_node(nodes, owner).filter(here).map(move |point| (point, owner))
        })
    }

    /// The points of line `at`, if it is crowded.
    fn crowd(&self, at: usize) -> Option<&[(L, L)]> {
        (self.counts[at] == CROWDED).then(|| self.crowds.lanes(self.lines[at].crowd()))
    }

    /// The stretch of line `at`.
    pub(crate) fn stretch(&self, at: usize) -> Stretch<'_, L> {
        match self.crowd(at) {
            Some(crowd) => Stretch::Crowd(crowd),
            None => Stretch::Line(self.lines[at].owners(usize::from(self.counts[at]))),
        }
    }

    /// The line of `digest`, and how many of that line's points lie before the digest.
    pub(crate) fn position(&self, nodes: &Nodes, points: Points, digest: u64) -> (usize, usize) {
        let (at, remainder) = self.locate(digest);
        let line = &self.lines[at];
        let (lane, decided) = match self.crowd(at) {
            Some(crowd) => {
                let lane = below(crowd, remainder);
                (lane, crowd.get(lane).is_none_or(|point| point.0 != remainder))
            }
            None => {
                let lane = line.below(remainder);
                (lane.min(usize::from(self.counts[at])), line.decided(lane, remainder).is_some())
            }
        };
        let before = if decided { lane } else { self.spelt(nodes, points, at).filter(|point| point.0 < digest).count() };
        (at, before)
    }

    /// Inserts the points of the consumer at `index` and updates `next` in the lines before them.
    pub(crate) fn insert(&mut self, nodes: &Nodes, points: Points, index: NodeIndex) {
        self.place(nodes, points, index);
        for point in points.of_node(nodes, index) {
            self.announce(self.locate(point).0);
        }
    }

    /// Inserts the points of the consumer at `index`, without updating `next` in the lines before them.
    fn place(&mut self, nodes: &Nodes, points: Points, index: NodeIndex) {
        let owner = L::from_index(index.get());
        let mut undecided = BTreeSet::new();
        for point in points.of_node(nodes, index) {
            let (at, remainder) = self.locate(point);
            let count = usize::from(self.counts[at]);
            let tied = if count < CAPACITY {
                self.counts[at] += 1;
                self.lines[at].insert(count, remainder, owner)
            } else {
                self.press_in(at, (remainder, owner))
            };
            if tied {
                undecided.insert(at);
            }
        }
        for at in undecided {
            let mut spelt: Vec<Spelt> = self.spelt(nodes, points, at).collect();
            sort(nodes, &mut spelt);
            self.write(at, &spelt);
        }
    }

    /// Inserts a point into a line that is full or crowded, before equal remainders. Returns whether there were any.
    fn press_in(&mut self, at: usize, point: (L, L)) -> bool {
        let full;
        let lanes = match self.crowd(at) {
            Some(crowd) => crowd,
            None => {
                full = self.lines[at].points();
                &full
            }
        };
        let place = below(lanes, point.0);
        let tied = lanes.get(place).is_some_and(|other| other.0 == point.0);
        let mut crowd = Vec::with_capacity(lanes.len() + 1);
        crowd.extend_from_slice(&lanes[..place]);
        crowd.push(point);
        crowd.extend_from_slice(&lanes[place..]);
        self.set_crowd(at, crowd.into());
        tied
    }

    /// Makes line `at` a crowd of these points, whether or not it was one.
    fn set_crowd(&mut self, at: usize, lanes: Box<[(L, L)]>) {
        if self.counts[at] == CROWDED {
            self.crowds.replace(self.lines[at].crowd(), lanes);
        } else {
            self.lines[at].divert(self.crowds.push(at, lanes));
            self.counts[at] = CROWDED;
        }
    }

    /// Makes line `at` a plain line of these points in order, 15 at most, whether or not it was crowded.
    fn set_line(&mut self, at: usize, lanes: &[(L, L)]) {
        if self.counts[at] == CROWDED {
            let number = self.lines[at].crowd();
            if let Some(moved) = self.crowds.remove(number) {
                self.lines[moved].divert(number);
            }
        }
        let count = self.lines[at].write(lanes);
        self.counts[at] = u8::try_from(count).unwrap_or(CROWDED);
    }

    /// Overwrites line `at` with points in order: as a plain line if they fit, else as a crowd.
    fn write(&mut self, at: usize, spelt: &[Spelt]) {
        let lane = |&(point, owner): &Spelt| (self.locate(point).1, L::from_index(owner.get()));
        if spelt.len() > CAPACITY {
            let lanes = spelt.iter().map(lane).collect();
            self.set_crowd(at, lanes);
        } else {
            let mut lanes = [(L::MAX, L::default()); CAPACITY];
            lanes.iter_mut().zip(spelt).for_each(|(to, point)| *to = lane(point));
            self.set_line(at, &lanes[..spelt.len()]);
        }
    }

    /// Removes the consumer at `index`, whose points are `its`.
    pub(crate) fn remove(&mut self, index: NodeIndex, its: impl Iterator<Item = u64>) {
        let owner = L::from_index(index.get());
        for point in its {
            let at = self.locate(point).0;
            if let Some(crowd) = self.crowd(at) {
                let left: Vec<(L, L)> = crowd.iter().copied().filter(|point| point.1 != owner).collect();
                if left.len() > CAPACITY { self.set_crowd(at, left.into()) } else { self.set_line(at, &left) }
            } else {
                let left = self.lines[at].remove(usize::from(self.counts[at]), owner);
                self.counts[at] = u8::try_from(left).unwrap_or(CROWDED);
            }
            self.announce(at);
        }
    }

    /// Changes the owner of the points `its` from index `from` to index `to`.
    pub(crate) fn relabel(&mut self, from: NodeIndex, to: NodeIndex, its: impl Iterator<Item = u64>) {
        let (old, new) = (L::from_index(from.get()), L::from_index(to.get()));
        for point in its {
            let at = self.locate(point).0;
            if self.counts[at] == CROWDED {
                let crowd = self.crowds.lanes_mut(self.lines[at].crowd());
                crowd.iter_mut().filter(|point| point.1 == old).for_each(|point| point.1 = new);
            } else {
                self.lines[at].relabel(usize::from(self.counts[at]), old, new);
            }
            self.announce(at);
        }
    }

    /// The owner of the first point at or after the start of line `at`.
    fn head(&self, at: usize) -> L {
        match self.crowd(at) {
            Some(crowd) => crowd[0].1,
            None if self.counts[at] == 0 => self.lines[at].next(),
            None => self.lines[at].owners(1)[0],
        }
    }

    /// Updates `next` in the lines before line `at`, back to the first that has points or is already right.
    fn announce(&mut self, at: usize) {
        let head = self.head(at);
        let mut before = at;
        for _ in 0..self.lines.len() {
            before = before.checked_sub(1).unwrap_or(self.lines.len() - 1);
            if self.lines[before].next() == head {
                break;
            }
            self.lines[before].set_next(usize::from(self.counts[before]).min(CAPACITY), head);
            if self.counts[before] > 0 {
                break;
            }
        }
    }

    /// Sets `next` in every line.
    fn announce_all(&mut self) {
        let Some(first) = (0..self.lines.len()).find(|&at| self.counts[at] > 0) else { return };
        let mut head = self.head(first);
        for at in (0..self.lines.len()).rev() {
            self.lines[at].set_next(usize::from(self.counts[at]).min(CAPACITY), head);
            head = self.head(at);
        }
    }
}

/// The owners of many digests, compiled for the processor's vectors.
pub(crate) struct Batch<'a, L> {
    pub(crate) table: &'a Table<L>,
    pub(crate) nodes: &'a Nodes,
    pub(crate) points: &'a Points,
    pub(crate) digests: &'a [u64],
    pub(crate) out: &'a mut [NodeIndex],
}

impl<L: Lane> Task for Batch<'_, L> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { table, nodes, points, digests, out } = self;
        let look_up = |(owner, &digest): (&mut NodeIndex, &u64)| *owner = table.lookup(nodes, points, digest);
        // A table that fits the caches needs no prefetching.
        if size_of_val(table.lines.as_slice()) < IN_CACHE {
            return out.iter_mut().zip(digests).for_each(look_up);
        }
        let mut ahead = digests.iter().skip(AHEAD);
        for pair in out.iter_mut().zip(digests) {
            if let Some(&later) = ahead.next() {
                table.lines[table.locate(later).0].prefetch();
            }
            look_up(pair);
        }
    }
}

/// Sorts points in ring order. Ties go by seed, never by arrival.
fn sort(nodes: &Nodes, spelt: &mut [Spelt]) {
    // Seeds are read for equal points only.
    spelt.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| nodes.seed(a.1).cmp(&nodes.seed(b.1))));
}

/// The number of points of a crowd strictly below `remainder`.
fn below<L: Lane>(crowd: &[(L, L)], remainder: L) -> usize {
    crowd.partition_point(|point| point.0 < remainder)
}

#[cfg(test)]
mod tests {
    use alloc::{format, vec};

    use annulus_core::{ByDigest, Cluster, Digest, mix};
    use annulus_lanes::Level;

    use super::*;
    use crate::kernel::RingKernel;

    #[test]
    fn every_level_answers_as_one_digest_at_a_time() {
        let points = Points { points: 160, unit: 1, mask: u64::MAX };
        for size in [1, 2, 10, 300] {
            let mut cluster = Cluster::<RingKernel, ()>::new();
            (0..size).for_each(|node| cluster.add_consumer(&format!("node-{node}"), ()).unwrap());
            let nodes = cluster.roster().nodes();
            let total = points.total(nodes.census());
            let (narrow, wide) = (Table::<u16>::new(100, nodes, points, total), Table::<u32>::new(100, nodes, points, total));
            let digests: Vec<u64> = (0..50_000).map(|i| mix(4, i)).chain([0, u64::MAX]).collect();
            let single: Vec<_> = digests.iter().map(|&digest| cluster.locate(Digest::of_hash(digest)).unwrap()).collect();
            for level in Level::available() {
                let mut out = vec![NodeIndex::default(); digests.len()];
                level.run(Batch { table: &narrow, nodes, points: &points, digests: &digests, out: &mut out });
                assert_eq!(out, single, "{level:?}, {size} consumers, lines of 16-bit lanes");
                level.run(Batch { table: &wide, nodes, points: &points, digests: &digests, out: &mut out });
                assert_eq!(out, single, "{level:?}, {size} consumers, lines of 32-bit lanes");
            }
        }
    }
}
