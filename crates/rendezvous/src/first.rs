//! The pass that finds the first few consumers, in loops over lanes.
//!
//! Every form equals this loop:
//!
//! ```text
//! best = []                                       // (draw, position), greatest draw first, then lowest position
//! for position in 0..len:
//!     insert (draw(s[position], t[position]), position) into best
//!     drop all but the first `wanted`
//! return the positions in best
//! ```

use annulus_lanes::{Task, VectorTask, Vectors};

use crate::{
    draw::{Queries, Query},
    scan::{greatest, key, position_of},
};

/// The positions of the greatest draws, greatest first; equal draws go by lower position. If there are fewer than `K` consumers,
/// or fewer are wanted, the rest of the output is meaningless.
///
/// One pass. Individual draws are examined only in blocks that have a draw among the best so far. Such blocks soon become rare,
/// but they are unpredictable, and a mispredicted branch costs as much as dozens of draws. So the code has few branches.
pub(crate) struct First<'a, const K: usize> {
    pub(crate) query: Query,
    pub(crate) s: &'a [u32],
    pub(crate) t: &'a [u32],
    /// The number of consumers. What follows in the columns is padding.
    pub(crate) len: usize,
    /// How many positions are wanted, at most `K`.
    pub(crate) wanted: usize,
}

/// Consumers per block in the plain form. Each block is checked once for a draw among the best.
const BLOCK: usize = 32;

/// Rows of vectors per group. Each lane of a group has one bit in a word.
const GROUP: usize = 4;

/// Groups per step. Each has one bit in a word.
const GROUPS: usize = 32;

impl<const K: usize> Task for First<'_, K> {
    type Output = [usize; K];

    #[inline(always)]
    fn run(self) -> [usize; K] {
        let Self { query, s, t, len, .. } = self;
        let mut best = Falling::new();
        let blocks = s[..len].chunks(BLOCK).zip(t[..len].chunks(BLOCK));
        for (from, (s, t)) in (0..).step_by(BLOCK).zip(blocks) {
            let least = best.least();
            // Positions rise, so an equal draw loses the tie.
            if from > 0 && greatest(query, s, t) <= least {
                continue;
            }
            for (position, (&s, &t)) in (from..).zip(s.iter().zip(t)) {
                let draw = query.draw(s, t);
                if from == 0 || draw > least {
                    best.offer(draw, position);
                }
            }
        }
        best.positions()
    }
}

impl<const K: usize> VectorTask for First<'_, K> {
    #[inline(always)]
    fn run_on<V: Vectors>(self, v: V) -> [usize; K] {
        self.in_groups(v)
    }
}

/// [`First`] for at most [`FEW`] consumers. It is a separate task, because a function with both forms keeps less in registers and
/// is slower.
pub(crate) struct FirstOfFew<'a, const K: usize>(pub(crate) First<'a, K>);

/// The most consumers that have one bit each in the widest word.
pub(crate) const FEW: usize = 128;

impl<const K: usize> Task for FirstOfFew<'_, K> {
    type Output = [usize; K];

    #[inline(always)]
    fn run(self) -> [usize; K] {
        self.0.run()
    }
}

impl<const K: usize> VectorTask for FirstOfFew<'_, K> {
    #[inline(always)]
    fn run_on<V: Vectors>(self, v: V) -> [usize; K] {
        match self.0.len.div_ceil(V::LANES) {
            ..=2 => self.0.in_rows::<V, 2>(v),
            3..=4 => self.0.in_rows::<V, 4>(v),
            5..=8 => self.0.in_rows::<V, 8>(v),
            // Only vectors of eight lanes have this many rows.
            _ => self.0.in_rows::<V, 16>(v),
        }
    }
}

impl<const K: usize> First<'_, K> {
    /// Keeps all draws, of at most [`FEW`] consumers, and takes out the greatest until there are enough.
    #[inline(always)]
    fn in_rows<V: Vectors, const ROWS: usize>(self, v: V) -> [usize; K] {
        let Self { query, s, t, len, wanted } = self;
        let query = query.on(v);
        let mut rows = [v.splat(0); ROWS];
        for (row, (s, t)) in rows.iter_mut().zip(s.chunks_exact(V::LANES).zip(t.chunks_exact(V::LANES))) {
            *row = query.draw(v, v.load(s), v.load(t));
        }
        let (mut positions, mut found) = ([0; K], 0);
        // One bit per position not found yet. It excludes padding, and draws already found: those are set to 0, which is also a
        // valid draw.
        let mut free = u128::MAX >> (FEW - len);
        while found < wanted && free != 0 {
            let mut equal = free & take_greatest(v, &mut rows);
            free &= !equal;
            while equal != 0 && found < wanted {
                positions[found] = equal.trailing_zeros() as usize;
                found += 1;
                equal &= equal - 1;
            }
        }
        positions
    }

    /// Computes all draws, but keeps only the greatest of each lane per group of rows. Few groups reach the threshold `least`,
    /// and only for these are the draws computed again.
    ///
    /// ```text
    /// for each step of GROUPS groups:
    ///     greatest[g] = the greatest draws of group g, one per lane
    ///     in the first step: least = the wanted-th greatest draw of all lanes
    ///     for each group g with a lane of greatest[g] >= least:
    ///         offer every draw of g that is >= least to best
    ///     least = max(least, the least draw in best)
    /// ```
    #[inline(always)]
    fn in_groups<V: Vectors>(self, v: V) -> [usize; K] {
        let Self { query, s, t, len, wanted } = self;
        let lanes = query.on(v);
        let (mut best, mut least) = (Falling::new(), v.splat(0));
        let (mut groups, group) = ([v.splat(0); GROUPS], GROUP * V::LANES);
        for from in (0..len).step_by(GROUPS * group) {
            let columns = from..s.len().min(from + GROUPS * group);
            let (s, t) = (&s[columns.clone()], &t[columns]);
            let mut top = v.splat(0);
            for (greatest, (s, t)) in groups.iter_mut().zip(s.chunks(group).zip(t.chunks(group))) {
                *greatest = greatest_on(v, lanes, s, t);
                top = v.max(top, *greatest);
            }
            if from == 0 {
                least = nth_greatest(v, top, wanted);
            } else if !any_at_least(v, top, least) {
                continue;
            }
            let mut with_any = groups_at_least(v, &groups[..s.len().div_ceil(group)], least);
            while with_any != 0 {
                let begin = with_any.trailing_zeros() as usize * group;
                with_any &= with_any - 1;
                let columns = begin..s.len().min(begin + group);
                let mut bits = at_least(v, lanes, &s[columns.clone()], &t[columns], least) & low_bits(len - from - begin);
                while bits != 0 {
                    let position = begin + bits.trailing_zeros() as usize;
                    best.offer(query.draw(s[position], t[position]), from + position);
                    bits &= bits - 1;
                }
            }
            least = v.max(least, v.splat(best.least()));
        }
        best.positions()
    }
}

/// Replaces the greatest number by 0 wherever it occurs. Returns one bit per lane of each row: whether it occurred there.
#[inline(always)]
fn take_greatest<V: Vectors>(v: V, rows: &mut [V::U32s]) -> u128 {
    let mut greatest = v.splat(0);
    for row in rows.iter() {
        greatest = v.max(greatest, *row);
    }
    let (greatest, mut equal) = (v.greatest(greatest), 0);
    for (number, row) in rows.iter_mut().enumerate() {
        equal |= u128::from(v.equal(*row, greatest)) << (number * V::LANES);
        *row = v.unless_equal(*row, greatest);
    }
    equal
}

/// The `n`-th greatest of the distinct numbers in the lanes, in every lane; 0 if there are fewer.
///
/// At least `n` consumers draw this or more. The same consumer may occur twice, in its own lane and in padding, but then with
/// equal numbers, which count once.
#[inline(always)]
fn nth_greatest<V: Vectors>(v: V, mut lanes: V::U32s, n: usize) -> V::U32s {
    let mut greatest = v.splat(0);
    for _ in 0..n {
        greatest = v.greatest(lanes);
        lanes = v.unless_equal(lanes, greatest);
    }
    greatest
}

/// The greatest draw per lane.
#[inline(always)]
fn greatest_on<V: Vectors>(v: V, query: Queries<V::U32s>, s: &[u32], t: &[u32]) -> V::U32s {
    let mut greatest = v.splat(0);
    for (s, t) in s.chunks_exact(V::LANES).zip(t.chunks_exact(V::LANES)) {
        greatest = v.max(greatest, query.draw(v, v.load(s), v.load(t)));
    }
    greatest
}

/// Whether any lane's draw is at least `least`.
#[inline(always)]
fn any_at_least<V: Vectors>(v: V, draws: V::U32s, least: V::U32s) -> bool {
    v.equal(v.max(draws, least), draws) != 0
}

/// A bit per group: whether it has a draw of at least `least`.
#[inline(always)]
fn groups_at_least<V: Vectors>(v: V, groups: &[V::U32s], least: V::U32s) -> u64 {
    let mut bits = 0;
    for (number, &greatest) in groups.iter().enumerate() {
        bits |= u64::from(any_at_least(v, greatest, least)) << number;
    }
    bits
}

/// A bit per lane of a group: whether its draw is at least `least`.
#[inline(always)]
fn at_least<V: Vectors>(v: V, query: Queries<V::U32s>, s: &[u32], t: &[u32], least: V::U32s) -> u64 {
    let mut bits = 0;
    for (row, (s, t)) in s.chunks_exact(V::LANES).zip(t.chunks_exact(V::LANES)).enumerate() {
        let draws = query.draw(v, v.load(s), v.load(t));
        bits |= u64::from(v.equal(v.max(draws, least), draws)) << (row * V::LANES);
    }
    bits
}

/// A word with the `count` lowest bits set, or all 64.
#[inline(always)]
const fn low_bits(count: usize) -> u64 {
    if count < 64 { (1 << count) - 1 } else { u64::MAX }
}

/// The keys of the best draws so far, greatest first, then 0 if there are fewer than `K`.
struct Falling<const K: usize>([u64; K]);

impl<const K: usize> Falling<K> {
    #[inline(always)]
    const fn new() -> Self {
        Self([0; K])
    }

    /// Inserts a draw in order, without a branch.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "a position is below the number of consumers, which fits")]
    fn offer(&mut self, draw: u32, position: usize) {
        let mut offered = key(draw, position as u32);
        for kept in &mut self.0 {
            (*kept, offered) = ((*kept).max(offered), (*kept).min(offered));
        }
    }

    /// The least of the draws.
    #[inline(always)]
    const fn least(&self) -> u32 {
        (self.0[K - 1] >> 32) as u32
    }

    #[inline(always)]
    fn positions(self) -> [usize; K] {
        self.0.map(position_of)
    }
}
