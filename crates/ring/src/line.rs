//! One cache line of the ring: up to 15 neighbouring points, searched by comparing all of them at once.

use annulus_lanes::{prefetch, sorted_below, sorted_below_wide};

/// The integer in a lane: a point's remainder within its line, or a consumer's index.
pub(crate) trait Lane: Copy + Default + Ord {
    /// The greatest remainder.
    const MAX: Self;
    /// The top bits of a word, as a remainder.
    fn top(word: u64) -> Self;
    /// The number of remainders strictly below `bound`, 15 if all are. `sorted` is in ascending order.
    fn below(sorted: &[Self; LANES], bound: Self) -> usize;
    /// Converts an index, which must fit.
    fn from_index(index: u32) -> Self;
    /// Converts back to an index.
    fn index(self) -> u32;
}

impl Lane for u16 {
    const MAX: Self = Self::MAX;

    #[inline]
    fn top(word: u64) -> Self {
        (word >> 48) as Self
    }

    #[inline(always)]
    fn below(sorted: &[Self; LANES], bound: Self) -> usize {
        sorted_below(sorted, bound)
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a narrow table holds indices below 2^16 only")]
    fn from_index(index: u32) -> Self {
        index as Self
    }

    #[inline]
    fn index(self) -> u32 {
        u32::from(self)
    }
}

/// Remainders have 31 bits because vectors compare signed numbers faster.
impl Lane for u32 {
    const MAX: Self = Self::MAX >> 1;

    #[inline]
    fn top(word: u64) -> Self {
        (word >> 33) as Self
    }

    #[inline(always)]
    fn below(sorted: &[Self; LANES], bound: Self) -> usize {
        sorted_below_wide(sorted, bound)
    }

    #[inline]
    fn from_index(index: u32) -> Self {
        index
    }

    #[inline]
    fn index(self) -> u32 {
        self
    }
}

/// The lanes of a line.
pub(crate) const LANES: usize = 16;

/// The most points in a line. The last lane holds the owner of the next point.
pub(crate) const CAPACITY: usize = LANES - 1;

/// The points of one stretch of the ring in order, and the owner of the first point after them.
///
/// Lanes past the points hold the greatest remainder and the owner of the next point. So an empty line and a digest past the last
/// point need no special case. With `u16` lanes it is one cache line: 8 bytes a point when half full.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(crate) struct Line<L> {
    remainders: [L; LANES],
    owners: [L; LANES],
}

impl<L: Lane> Line<L> {
    /// A line without points, whose next owner is not set yet.
    pub(crate) fn empty() -> Self {
        Self { remainders: [L::MAX; LANES], owners: [L::default(); LANES] }
    }

    /// The number of lanes strictly below `remainder`. The last lane never counts, so the result is at most 15.
    #[inline(always)]
    pub(crate) fn below(&self, remainder: L) -> usize {
        L::below(&self.remainders, remainder)
    }

    /// Prefetches the line for a later look-up.
    #[inline(always)]
    pub(crate) fn prefetch(&self) {
        prefetch(&self.remainders);
        // With 32-bit lanes the owners are in a second cache line.
        if size_of::<Self>() > 64 {
            prefetch(&self.owners);
        }
    }

    /// The owner in lane `lane`; `None` where the remainder there does not decide.
    #[inline(always)]
    pub(crate) fn decided(&self, lane: usize, remainder: L) -> Option<u32> {
        // Lane 15 means a full line, or a crowded one.
        if lane == CAPACITY || self.remainders[lane] == remainder { None } else { Some(self.owners[lane].index()) }
    }

    /// All lanes except the last: the points of a full line.
    pub(crate) fn points(&self) -> [(L, L); CAPACITY] {
        core::array::from_fn(|lane| (self.remainders[lane], self.owners[lane]))
    }

    /// The owners of the line's points.
    pub(crate) fn owners(&self, count: usize) -> &[L] {
        &self.owners[..count]
    }

    /// The owner of the first point after this line.
    pub(crate) fn next(&self) -> L {
        self.owners[CAPACITY]
    }

    /// Inserts a point in order, before equal remainders, into a line of `count` points, fewer than 15. Returns whether there
    /// were equal remainders.
    pub(crate) fn insert(&mut self, count: usize, remainder: L, owner: L) -> bool {
        let at = self.remainders[..count].partition_point(|&lane| lane < remainder);
        let tied = at < count && self.remainders[at] == remainder;
        self.remainders[at..=count].rotate_right(1);
        self.owners[at..=count].rotate_right(1);
        (self.remainders[at], self.owners[at]) = (remainder, owner);
        tied
    }

    /// Removes every point of `owner` and returns how many are left.
    pub(crate) fn remove(&mut self, count: usize, owner: L) -> usize {
        let mut kept = 0;
        for lane in 0..count {
            if self.owners[lane] != owner {
                self.remainders[kept] = self.remainders[lane];
                self.owners[kept] = self.owners[lane];
                kept += 1;
            }
        }
        self.pad(kept, self.next());
        kept
    }

    /// Changes the owner of every point of `from` to `to`.
    pub(crate) fn relabel(&mut self, count: usize, from: L, to: L) {
        for owner in self.owners[..count].iter_mut().filter(|owner| **owner == from) {
            *owner = to;
        }
    }

    /// Overwrites the line with points in order, 15 at most, and returns their number.
    pub(crate) fn write(&mut self, points: &[(L, L)]) -> usize {
        let next = self.next();
        for (lane, &(remainder, owner)) in points.iter().enumerate() {
            (self.remainders[lane], self.owners[lane]) = (remainder, owner);
        }
        self.pad(points.len(), next);
        points.len()
    }

    /// Sends every look-up of this line to a crowd: every lane except the last gets the least remainder. The crowd's number is
    /// stored in the owners' lanes, 16 bits a lane.
    pub(crate) fn divert(&mut self, crowd: usize) {
        self.remainders[..CAPACITY].fill(L::default());
        for (part, lane) in (0..).zip(&mut self.owners[..size_of::<usize>() / 2]) {
            *lane = L::from_index(u32::try_from(crowd >> (16 * part) & 0xffff).unwrap_or_default());
        }
    }

    /// The number of the crowd that this line sends look-ups to.
    pub(crate) fn crowd(&self) -> usize {
        self.owners[..size_of::<usize>() / 2].iter().rev().fold(0, |number, lane| number << 16 | lane.index() as usize)
    }

    /// Sets the owner of the next point, for a line of `count` points.
    pub(crate) fn set_next(&mut self, count: usize, next: L) {
        self.owners[count..].fill(next);
    }

    fn pad(&mut self, count: usize, next: L) {
        self.remainders[count..].fill(L::MAX);
        self.owners[count..].fill(next);
    }
}
