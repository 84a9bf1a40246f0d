//! The hash ring as a kernel.

use alloc::{string::String, vec::Vec};
use core::{
    error::Error,
    fmt,
    ops::{ControlFlow, RangeInclusive},
};

use annulus_core::{Census, DependsOn, Digest, Gone, Kernel, NodeIndex, Nodes, Properties, Refusal, Weight};
use annulus_lanes::Level;

use crate::{
    arcs,
    points::Points,
    remedy,
    table::{Batch, Table},
    walk,
};

/// 160 points: the spread of shares, 1/√160 = 7.9 %, stays within 8 % for any number of consumers.
const DEFAULT_POINTS: u32 = 160;

/// Average points per line of a fresh table. At 7, one line in 400 is crowded.
const POINTS_PER_LINE: u64 = 7;

/// The average points per line at which a table is kept; outside this range it is rebuilt. Wide lines are twice as large: with
/// fewer than 6 points each they would take more than 24 bytes a point.
const BEARABLE_NARROW: RangeInclusive<u64> = 4..=9;
const BEARABLE_WIDE: RangeInclusive<u64> = 6..=9;

/// The limits of 16-bit lanes: the most consumers, and the most points of one consumer.
const NARROW_NODES: usize = 1 << 16;
const NARROW_POINTS: u64 = 1 << 12;

/// A hash ring: each consumer has points on the circle of all digests, and a key belongs to the first point at or after its
/// digest.
///
/// A consumer's points depend only on its name and weight. Adding or removing it moves no key between other consumers.
#[derive(Clone)]
pub struct RingKernel {
    points: Points,
    /// The number of points.
    total: u64,
    table: Lanes,
}

/// The table, with lanes as narrow as the membership allows.
#[derive(Clone)]
enum Lanes {
    Narrow(Table<u16>),
    Wide(Table<u32>),
}

/// Runs `$body` on the table, whichever width its lanes have.
macro_rules! either {
    ($lanes:expr, $table:ident => $body:expr) => {
        match $lanes {
            Lanes::Narrow($table) => $body,
            Lanes::Wide($table) => $body,
        }
    };
}

impl RingKernel {
    /// A ring with `points` points per unit of weight. The default is 160.
    ///
    /// The spread of shares (their coefficient of variation) is √((N−1)/(N·points+1)), about 1/√points.
    ///
    /// # Errors
    /// [`PointsError`] if `points` is zero.
    ///
    /// ```
    /// use annulus_ring::{HashRing, RingKernel};
    /// let ring = HashRing::<()>::with_kernel(RingKernel::with_points(1000)?);
    /// # Ok::<(), annulus_ring::PointsError>(())
    /// ```
    pub fn with_points(points: u32) -> Result<Self, PointsError> {
        Self::with_points_per(points, 1)
    }

    /// A ring with `points` points per `unit` units of weight. The number of points is rounded to the nearest, halves up.
    ///
    /// Use it for weights in gigabytes, with 160 points per 1,000 GB, for example.
    ///
    /// # Errors
    /// [`PointsError`] if `points` or `unit` is zero.
    ///
    /// ```
    /// use annulus_ring::{RingKernel, Weight};
    /// let ring = RingKernel::with_points_per(160, 1000)?;
    /// assert_eq!(ring.points(Weight::new(500).unwrap()), 80);
    /// # Ok::<(), annulus_ring::PointsError>(())
    /// ```
    pub fn with_points_per(points: u32, unit: u32) -> Result<Self, PointsError> {
        if points == 0 || unit == 0 {
            return Err(PointsError { points, unit });
        }
        Ok(Self::made(Points { points, unit, mask: u64::MAX }))
    }

    /// The number of points of a consumer of this weight.
    #[must_use]
    pub fn points(&self, weight: Weight) -> u64 {
        self.points.count(weight)
    }

    pub(crate) fn made(points: Points) -> Self {
        Self { points, total: 0, table: Lanes::Narrow(Table::new(0, &Nodes::default(), points, 0)) }
    }

    /// Whether 16-bit lanes are enough: every index fits, and a consumer's points are cheap to recompute where remainders tie.
    fn narrow_serves(&self, census: &Census) -> bool {
        let most = census.greatest_weight().map_or(0, |weight| self.points.count(weight));
        census.len() <= NARROW_NODES && most <= NARROW_POINTS
    }

    /// Whether the current table can serve these members with `total` points, without a rebuild.
    ///
    /// A wide table stays wide until the next rebuild, even if narrow lanes would be enough. Otherwise one heavy consumer that is
    /// added and removed repeatedly would cost a rebuild each time.
    fn serves(&self, census: &Census, total: u64) -> bool {
        let lines = either!(&self.table, table => table.lines() as u64);
        let (bearable, wide_enough) = match self.table {
            Lanes::Narrow(_) => (BEARABLE_NARROW, self.narrow_serves(census)),
            Lanes::Wide(_) => (BEARABLE_WIDE, true),
        };
        lines > 0 && (lines * bearable.start()..=lines * bearable.end()).contains(&total) && wide_enough
    }

    /// Whether the current table can serve the current members.
    fn fits(&self, nodes: &Nodes) -> bool {
        self.serves(nodes.census(), self.total)
    }
}

/// The bytes of a fresh ring of these members, as a function of its points.
pub(crate) fn fresh_bytes(census: &Census) -> impl Fn(Points) -> u64 {
    move |points| RingKernel::made(points).heap_bytes(census)
}

/// Parameters that make no ring: zero points, or a unit of zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PointsError {
    /// The points requested.
    pub points: u32,
    /// The units of weight requested.
    pub unit: u32,
}

impl fmt::Display for PointsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "points and units of weight must be at least 1, and they are {} and {}", self.points, self.unit)
    }
}

impl Error for PointsError {}

impl Default for RingKernel {
    fn default() -> Self {
        Self::made(Points { points: DEFAULT_POINTS, unit: 1, mask: u64::MAX })
    }
}

// Prints parameters and counts, not the points.
impl fmt::Debug for RingKernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Points { points, unit, .. } = self.points;
        f.debug_struct("RingKernel")
            .field("points", &points)
            .field("unit", &unit)
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}

impl Kernel for RingKernel {
    const PROPERTIES: Properties =
        Properties::new("ring", DependsOn::Set).minimal_on_addition().minimal_on_any_removal().minimal_on_reweighting();

    #[expect(clippy::cast_possible_truncation, reason = "the lines are about to be allocated, so they can be counted")]
    fn rebuild(&mut self, nodes: &Nodes) {
        self.total = self.points.total(nodes.census());
        let lines = self.total.div_ceil(POINTS_PER_LINE) as usize;
        // Free the old table before the new one is allocated.
        self.table = Lanes::Narrow(Table::new(0, nodes, self.points, 0));
        self.table = if self.narrow_serves(nodes.census()) {
            Lanes::Narrow(Table::new(lines, nodes, self.points, self.total))
        } else {
            Lanes::Wide(Table::new(lines, nodes, self.points, self.total))
        };
    }

    #[inline]
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        either!(&self.table, table => table.lookup(nodes, &self.points, digest.bits()))
    }

    fn admit(&self, candidate: &Nodes) -> Result<(), Refusal> {
        let least = self.points.least_weight();
        let light = |weight: Weight| u64::from(weight.get()) < least;
        // Search for the consumer to name only once a refusal is certain.
        let refused = candidate.census().least_weight().is_some_and(light);
        let last_light = || candidate.indices().rev().find(|&index| light(candidate.weight(index)));
        if let Some(node) = if refused { last_light() } else { None } {
            let remedy = Some(remedy::finer(self.points, candidate.weight(node), fresh_bytes(candidate.census())).into());
            return Err(Refusal::NoShare { node, weight: candidate.weight(node), least, remedy });
        }
        Ok(())
    }

    /// The owners of the points from the digest on, each once. Skipping a consumer equals removing it.
    fn walk(&self, nodes: &Nodes, digest: Digest, visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let _ = either!(&self.table, table => walk::walk(table, nodes, self.points, digest.bits(), visit));
    }

    fn lookup_batch(&self, nodes: &Nodes, digests: &[Digest], out: &mut [NodeIndex]) {
        let digests = Digest::bits_of(digests);
        either!(&self.table, table => Level::detect().without_masks().run(Batch { table, nodes, points: &self.points, digests, out }));
    }

    fn added(&mut self, nodes: &Nodes, first: NodeIndex) {
        let new = || nodes.indices().skip(first.as_usize());
        self.total += new().map(|index| self.points.count(nodes.weight(index))).sum::<u64>();
        if !self.fits(nodes) {
            return self.rebuild(nodes);
        }
        let points = self.points;
        either!(&mut self.table, table => new().for_each(|index| table.insert(nodes, points, index)));
    }

    fn removed(&mut self, nodes: &Nodes, gone: Gone) {
        let points = self.points;
        self.total -= points.count(gone.weight);
        if !self.fits(nodes) {
            return self.rebuild(nodes);
        }
        let last = NodeIndex::from_usize(nodes.len()).unwrap_or_default();
        either!(&mut self.table, table => {
            table.remove(gone.index, points.of(gone.seed, gone.weight));
            if last != gone.index {
                table.relabel(last, gone.index, points.of_node(nodes, gone.index));
            }
        });
    }

    fn reweighted(&mut self, nodes: &Nodes, index: NodeIndex, old: Weight) {
        let points = self.points;
        self.total = self.total - points.count(old) + points.count(nodes.weight(index));
        if !self.fits(nodes) {
            return self.rebuild(nodes);
        }
        either!(&mut self.table, table => {
            table.remove(index, points.of(nodes.seed(index), old));
            table.insert(nodes, points, index);
        });
    }

    /// A single change touches the points of one or two consumers, scattered over the table. A rebuild writes the table in order.
    fn steps(&self, nodes: &Nodes) -> usize {
        nodes.len() / 8
    }

    /// The lines, and an upper bound for the crowds.
    ///
    /// With random points, one ring in 10¹² exceeds the bound, and actual use is only slightly below it. Names chosen to attack
    /// the hasher can exceed it.
    fn heap_bytes(&self, census: &Census) -> u64 {
        let total = self.points.total(census);
        let (lines, narrow) = if self.serves(census, total) {
            (either!(&self.table, table => table.lines() as u64), matches!(self.table, Lanes::Narrow(_)))
        } else {
            (total.div_ceil(POINTS_PER_LINE), self.narrow_serves(census))
        };
        if narrow { Table::<u16>::heap_bytes(lines, total) } else { Table::<u32>::heap_bytes(lines, total) }
    }

    /// The points of one part. A build sorts one part at a time.
    fn scratch_bytes(&self, census: &Census) -> u64 {
        let total = self.points.total(census);
        match (self.serves(census, total), self.narrow_serves(census)) {
            (true, _) => 0,
            (false, true) => Table::<u16>::scratch_bytes(total),
            (false, false) => Table::<u32>::scratch_bytes(total),
        }
    }

    fn remedy(&self, census: &Census, limit: u64) -> Option<String> {
        remedy::remedy(self.points, census, limit, fresh_bytes(census))
    }

    /// The arcs between points, in double precision.
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        Some(arcs::shares(nodes, self.points))
    }

    /// The points.
    fn ends(&self, nodes: &Nodes) -> Option<Vec<Digest>> {
        Some(arcs::ends(nodes, self.points))
    }

    fn parameters(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.points, f)
    }
}
