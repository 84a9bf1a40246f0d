//! The ring as an array of lines: the top of a digest is the line, and a few comparisons are the search.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec,
    vec::Vec,
};

use annulus_core::{NodeIndex, Nodes, lanes::Task};

use crate::{
    line::{CAPACITY, Lane, Line},
    points::Points,
};

/// The count that marks a line whose points are in its crowd.
const CROWDED: u8 = u8::MAX;

/// The bytes of lines that a second-level cache holds beside all else.
const IN_CACHE: usize = 1 << 20;

/// How many look-ups ahead a batch asks for lines.
const AHEAD: usize = 32;

/// How many points are sorted together when a table is made.
const PART: u64 = 1 << 22;

/// A point that is spelt out: where it lies, and whose it is.
type Spelt = (u64, NodeIndex);

/// The points of all consumers, in lines of equal stretches of the ring.
///
/// A line keeps of each point only the top bits of where it lies within the stretch. Where those do not decide, the points are
/// made again from the seeds of the line's owners. A stretch with more points than a line holds keeps them spelt out, as a crowd.
#[derive(Clone, Debug)]
pub(crate) struct Table<L> {
    lines: Vec<Line<L>>,
    /// How many points each line holds, or that it is crowded.
    counts: Vec<u8>,
    crowds: BTreeMap<usize, Vec<Spelt>>,
}

/// A stretch of the ring, in order, as a walk meets it.
pub(crate) enum Stretch<'a, L> {
    Line(&'a [L]),
    Crowd(&'a [Spelt]),
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
            Self::Crowd(points) => points[at].1,
        }
    }
}

impl<L: Lane> Table<L> {
    /// `lines` lines with the points of every consumer, `total` in all.
    ///
    /// Points are made, sorted and written a part of the ring at a time, so that a large ring is built within the caches and
    /// with little memory beside its own.
    pub(crate) fn new(lines: usize, nodes: &Nodes, points: Points, total: u64) -> Self {
        let mut table = Self { lines: vec![Line::empty(); lines], counts: vec![0; lines], crowds: BTreeMap::new() };
        let parts = usize::try_from(total.div_ceil(PART)).unwrap_or(usize::MAX).max(1);
        let step = lines.div_ceil(parts).max(1);
        let mut part: Vec<Spelt> = Vec::new();
        for from in (0..lines).step_by(step) {
            let here = from..from + step;
            part.clear();
            for index in nodes.indices() {
                let its = points.of_node(nodes, index).filter(|&point| here.contains(&table.line_of(point)));
                part.extend(its.map(|point| (point, index)));
            }
            sort(nodes, &mut part);
            let mut rest = part.as_slice();
            while let Some(first) = rest.first() {
                let at = table.line_of(first.0);
                let end = rest.partition_point(|point| table.line_of(point.0) == at);
                table.write(at, &rest[..end]);
                rest = &rest[end..];
            }
        }
        table.announce_all();
        table
    }

    pub(crate) fn lines(&self) -> usize {
        self.lines.len()
    }

    /// The line of a digest, and its remainder there.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "the high half is below the number of lines, the low half is wanted")]
    fn locate(&self, digest: u64) -> (usize, L) {
        let product = u128::from(digest) * self.lines.len() as u128;
        ((product >> 64) as usize, L::top(product as u64))
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

    /// [`lookup`](Self::lookup) where the line's remainders do not decide.
    #[cold]
    #[inline(never)]
    fn resolve(&self, nodes: &Nodes, points: &Points, digest: u64, at: usize) -> NodeIndex {
        let next = NodeIndex::new(self.lines[at].next().index());
        if let Some(crowd) = self.crowds.get(&at) {
            return crowd.get(crowd.partition_point(|point| point.0 < digest)).map_or(next, |point| point.1);
        }
        // A full line, and the digest lies past all of it.
        let (_, remainder) = self.locate(digest);
        if self.lines[at].below(remainder) == CAPACITY {
            return next;
        }
        let after = self.spelt(nodes, *points, at).filter(|point| point.0 >= digest);
        let nearest = after.min_by_key(|point| (point.0, nodes.seed(point.1)));
        nearest.map_or(next, |point| point.1)
    }

    /// The points of a line that is not crowded, made again from its owners' seeds, in no order. Allocates nothing.
    fn spelt<'a>(&'a self, nodes: &'a Nodes, points: Points, at: usize) -> impl Iterator<Item = Spelt> + 'a {
        let owners = self.lines[at].owners(usize::from(self.counts[at]));
        let first = |&(lane, owner): &(usize, &L)| !owners[..lane].contains(owner);
        owners.iter().enumerate().filter(first).flat_map(move |(_, owner)| {
            let owner = NodeIndex::new(owner.index());
            let here = move |&point: &u64| self.locate(point).0 == at;
            points.of_node(nodes, owner).filter(here).map(move |point| (point, owner))
        })
    }

    /// The stretch of line `at`.
    pub(crate) fn stretch(&self, at: usize) -> Stretch<'_, L> {
        match self.crowds.get(&at).filter(|_| self.counts[at] == CROWDED) {
            Some(crowd) => Stretch::Crowd(crowd),
            None => Stretch::Line(self.lines[at].owners(usize::from(self.counts[at]))),
        }
    }

    /// The line of `digest`, and how many of its points lie before the digest.
    pub(crate) fn position(&self, nodes: &Nodes, points: Points, digest: u64) -> (usize, usize) {
        let (at, remainder) = self.locate(digest);
        let line = &self.lines[at];
        let lane = line.below(remainder);
        let before = match self.crowds.get(&at) {
            Some(crowd) => crowd.partition_point(|point| point.0 < digest),
            None if line.decided(lane, remainder).is_some() => lane.min(usize::from(self.counts[at])),
            None => self.spelt(nodes, points, at).filter(|point| point.0 < digest).count(),
        };
        (at, before)
    }

    /// Puts in the points of the consumer at `index` and tells the lines before them.
    pub(crate) fn insert(&mut self, nodes: &Nodes, points: Points, index: NodeIndex) {
        self.place(nodes, points, index);
        for point in points.of_node(nodes, index) {
            self.announce(self.locate(point).0);
        }
    }

    /// Puts in the points of the consumer at `index`; the lines before them are not told yet.
    fn place(&mut self, nodes: &Nodes, points: Points, index: NodeIndex) {
        let owner = L::from_index(index.get());
        let mut undecided = BTreeSet::new();
        for point in points.of_node(nodes, index) {
            let (at, remainder) = self.locate(point);
            match usize::from(self.counts[at]) {
                count if count < CAPACITY => {
                    if self.lines[at].insert(count, remainder, owner) {
                        undecided.insert(at);
                    }
                    self.counts[at] += 1;
                }
                CAPACITY => self.crowd(nodes, points, at, index),
                _ => insert_spelt(self.crowds.entry(at).or_default(), nodes, (point, index)),
            }
        }
        for at in undecided {
            if self.counts[at] != CROWDED {
                let mut spelt: Vec<Spelt> = self.spelt(nodes, points, at).collect();
                sort(nodes, &mut spelt);
                self.write(at, &spelt);
            }
        }
    }

    /// Makes a full line crowded, with all points of its owners and of the consumer at `newcomer`.
    fn crowd(&mut self, nodes: &Nodes, points: Points, at: usize, newcomer: NodeIndex) {
        let mut crowd: Vec<Spelt> = self.spelt(nodes, points, at).filter(|point| point.1 != newcomer).collect();
        let new = points.of_node(nodes, newcomer).filter(|&point| self.locate(point).0 == at);
        crowd.extend(new.map(|point| (point, newcomer)));
        sort(nodes, &mut crowd);
        self.write(at, &crowd);
    }

    /// Writes the stretch of line `at` anew from points in order, as a line where they fit and as a crowd where they do not.
    fn write(&mut self, at: usize, spelt: &[Spelt]) {
        if spelt.len() > CAPACITY {
            self.lines[at].divert();
            self.counts[at] = CROWDED;
            self.crowds.insert(at, spelt.to_vec());
        } else {
            let lanes = self.lanes_of(spelt);
            let count = self.lines[at].write(&lanes[..spelt.len()]);
            self.counts[at] = u8::try_from(count).unwrap_or(CROWDED);
            self.crowds.remove(&at);
        }
    }

    /// The remainders and owners of a line's points.
    fn lanes_of(&self, spelt: &[Spelt]) -> [(L, L); CAPACITY] {
        let mut lanes = [(L::MAX, L::default()); CAPACITY];
        for (lane, &(point, owner)) in lanes.iter_mut().zip(spelt) {
            *lane = (self.locate(point).1, L::from_index(owner.get()));
        }
        lanes
    }

    /// Takes out the consumer at `index`, whose points were `its`.
    pub(crate) fn remove(&mut self, index: NodeIndex, its: impl Iterator<Item = u64>) {
        let owner = L::from_index(index.get());
        for point in its {
            let at = self.locate(point).0;
            if let Some(mut crowd) = self.crowds.remove(&at) {
                crowd.retain(|point| point.1 != index);
                self.write(at, &crowd);
            } else {
                let left = self.lines[at].remove(usize::from(self.counts[at]), owner);
                self.counts[at] = u8::try_from(left).unwrap_or(CROWDED);
            }
            self.announce(at);
        }
    }

    /// Gives the points `its` of the consumer at `from` to the index `to`.
    pub(crate) fn relabel(&mut self, from: NodeIndex, to: NodeIndex, its: impl Iterator<Item = u64>) {
        let (old, new) = (L::from_index(from.get()), L::from_index(to.get()));
        for point in its {
            let at = self.locate(point).0;
            if let Some(crowd) = self.crowds.get_mut(&at) {
                crowd.iter_mut().filter(|point| point.1 == from).for_each(|point| point.1 = to);
            } else {
                self.lines[at].relabel(usize::from(self.counts[at]), old, new);
            }
            self.announce(at);
        }
    }

    /// The owner of the first point at or after the start of line `at`.
    fn head(&self, at: usize) -> L {
        match self.counts[at] {
            0 => self.lines[at].next(),
            CROWDED => {
                self.crowds.get(&at).and_then(|crowd| crowd.first()).map_or_else(L::default, |first| L::from_index(first.1.get()))
            }
            _ => self.lines[at].owners(1)[0],
        }
    }

    /// Tells the lines before line `at` who comes next, back to the first that has points or knows already.
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

    /// Tells every line who comes next.
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
        // Where the caches hold the table, nothing is to be asked for.
        let asked = if size_of_val(table.lines.as_slice()) < IN_CACHE { digests.len() } else { AHEAD.min(digests.len()) };
        let mut ahead = digests[asked..].iter();
        for (owner, &digest) in out.iter_mut().zip(digests) {
            if let Some(&later) = ahead.next() {
                table.lines[table.locate(later).0].prefetch();
            }
            *owner = table.lookup(nodes, points, digest);
        }
    }
}

/// Puts points in the order of the ring: ties go by seed, never by arrival.
fn sort(nodes: &Nodes, spelt: &mut [Spelt]) {
    // Seeds are looked up for equal points only.
    spelt.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| nodes.seed(a.1).cmp(&nodes.seed(b.1))));
}

/// Puts a point in its place, once.
fn insert_spelt(crowd: &mut Vec<Spelt>, nodes: &Nodes, point: Spelt) {
    let key = |point: &Spelt| (point.0, nodes.seed(point.1));
    let at = crowd.partition_point(|other| key(other) < key(&point));
    if crowd.get(at) != Some(&point) {
        crowd.insert(at, point);
    }
}

#[cfg(test)]
mod tests {
    use alloc::{format, vec};

    use annulus_core::{Cluster, ConsistentHashRing, lanes::Level, mix};

    use super::*;
    use crate::kernel::RingKernel;

    #[test]
    fn every_level_answers_as_one_digest_at_a_time() {
        let points = Points { points: 160, unit: 1, cap: u64::MAX, mask: u64::MAX };
        for size in [1, 2, 10, 300] {
            let mut cluster = Cluster::<RingKernel, ()>::new();
            (0..size).for_each(|node| cluster.add_consumer(&format!("node-{node}"), ()).unwrap());
            let nodes = cluster.roster().nodes();
            let total = points.total(nodes);
            let (narrow, wide) = (Table::<u16>::new(100, nodes, points, total), Table::<u32>::new(100, nodes, points, total));
            let digests: Vec<u64> = (0..50_000).map(|i| mix(4, i)).chain([0, u64::MAX]).collect();
            let single: Vec<_> = digests.iter().map(|&digest| cluster.locate(digest).unwrap()).collect();
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
