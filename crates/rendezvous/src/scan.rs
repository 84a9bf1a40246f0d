//! The pass over all consumers, in loops over lanes.
//!
//! With equal weights every form equals this loop:
//!
//! ```text
//! best = 0
//! for position in 1..len:
//!     if draw(position) > draw(best): best = position
//! ```
//!
//! With weights, this one, in exact integers:
//!
//! ```text
//! best = 0
//! for position in 1..len:
//!     if cost(draw(position)) · weight(best) < cost(draw(best)) · weight(position): best = position
//! ```

use core::{hint::black_box, ops::Range};

use annulus_core::cost::{LEAST, cost};
use annulus_lanes::{MOST, Task, VectorTask, Vectors};

use crate::draw::Query;

/// Columns are padded to a multiple of this, the lanes of the widest vectors.
pub(crate) const WIDTH: usize = MOST;

/// The lanes of arrays that the compiler turns into vectors.
const LANES: usize = STEP as usize;
const STEP: u32 = 8;

/// Consumers per block. With more than a few blocks, only the greatest draw of each is kept.
const BLOCK: usize = 256;

/// [`BLOCK`] for the plain form. There, keeping the position of the greatest draw costs half as much as the draw.
const PLAIN_BLOCK: usize = 64;

/// A full chunk as an array.
#[inline(always)]
fn array<T: Copy + Default>(chunk: &[T]) -> [T; LANES] {
    chunk.try_into().unwrap_or_default()
}

/// The position of the greatest draw. Ties go to the lower position.
pub(crate) struct Plain<'a> {
    pub(crate) query: Query,
    pub(crate) s: &'a [u32],
    pub(crate) t: &'a [u32],
}

impl Task for Plain<'_> {
    type Output = usize;

    #[inline(always)]
    fn run(self) -> usize {
        let Self { query, s, t } = self;
        if s.len() <= 2 * PLAIN_BLOCK {
            return first_greatest(query, s, t);
        }
        let block = best_block(PLAIN_BLOCK, s, t, |s, t| greatest(query, s, t));
        block.start + first_greatest(query, &s[block.clone()], &t[block])
    }
}

impl VectorTask for Plain<'_> {
    #[inline(always)]
    fn run_on<V: Vectors>(self, v: V) -> usize {
        let Self { query, s, t } = self;
        if s.len() <= 4 * BLOCK {
            return first_greatest_on(v, query, s, t);
        }
        let block = best_block(BLOCK, s, t, |s, t| greatest_on(v, query, s, t));
        block.start + first_greatest_on(v, query, &s[block.clone()], &t[block])
    }
}

/// The first block of `size` that has the greatest draw. `greatest` gives the greatest draw of a part of the columns.
#[inline(always)]
fn best_block(size: usize, s: &[u32], t: &[u32], greatest: impl Fn(&[u32], &[u32]) -> u32) -> Range<usize> {
    let (mut best, mut from) = (0, 0);
    for (block, (s, t)) in s.chunks(size).zip(t.chunks(size)).enumerate() {
        let greatest = greatest(s, t);
        if greatest > best {
            (best, from) = (greatest, block * size);
        }
    }
    from..s.len().min(from + size)
}

/// [`greatest`] on vectors.
#[inline(always)]
fn greatest_on<V: Vectors>(v: V, query: Query, s: &[u32], t: &[u32]) -> u32 {
    let query = query.on(v);
    let rows = s.chunks_exact(V::LANES).zip(t.chunks_exact(V::LANES));
    let best = rows.fold(v.splat(0), |best, (s, t)| v.max(best, query.draw(v, v.load(s), v.load(t))));
    v.to_array(v.greatest(best))[0]
}

/// [`first_greatest`] on vectors.
#[inline(always)]
fn first_greatest_on<V: Vectors>(v: V, query: Query, s: &[u32], t: &[u32]) -> usize {
    let query = query.on(v);
    let last = s.len() - V::LANES;
    let (mut best, mut at) = (query.draw(v, v.load(s), v.load(t)), v.splat(0));
    if last <= V::LANES {
        let (one, other) = (best, query.draw(v, v.load(&s[last..]), v.load(&t[last..])));
        let greatest = v.greatest(v.max(one, other));
        // With a single row, both are that row.
        let second = u64::from(v.equal(other, greatest)) << last;
        return (u64::from(v.equal(one, greatest)) | second).trailing_zeros() as usize;
    }
    let mut number = 0;
    for (s, t) in s[V::LANES..].chunks_exact(V::LANES).zip(t[V::LANES..].chunks_exact(V::LANES)) {
        number += 1;
        (best, at) = v.keep_greater((best, at), (query.draw(v, v.load(s), v.load(t)), number));
    }
    let (rows, mut winners) = (v.to_array(at), v.equal(best, v.greatest(best)));
    let place = |lane: u32| rows[lane as usize % MOST] as usize * V::LANES + lane as usize;
    let mut first = place(winners.trailing_zeros());
    winners &= winners - 1;
    while winners != 0 {
        first = first.min(place(winners.trailing_zeros()));
        winners &= winners - 1;
    }
    first
}

/// The draws of all consumers, a row of lanes at a time.
#[inline(always)]
fn draws(query: Query, s: &[u32], t: &[u32]) -> impl Iterator<Item = [u32; LANES]> {
    s.chunks_exact(LANES).zip(t.chunks_exact(LANES)).map(move |(s, t)| {
        let (s, t) = (array(s), array(t));
        core::array::from_fn(|lane| query.draw(s[lane], t[lane]))
    })
}

/// A draw as a signed number in the same order. SSE2 compares only signed numbers.
#[inline(always)]
const fn signed(draw: u32) -> i32 {
    i32::from_ne_bytes((draw ^ 1 << 31).to_ne_bytes())
}

/// The inverse of [`signed`].
#[inline(always)]
const fn unsigned(signed: i32) -> u32 {
    u32::from_ne_bytes(signed.to_ne_bytes()) ^ 1 << 31
}

/// The greatest draw.
#[inline(always)]
pub(crate) fn greatest(query: Query, s: &[u32], t: &[u32]) -> u32 {
    unsigned(s.iter().zip(t).map(|(&s, &t)| signed(query.draw(s, t))).fold(i32::MIN, i32::max))
}

/// Returns its argument. Keeps the compiler from splitting the lanes inside the preceding loop.
#[inline(always)]
fn whole<T>(lanes: T) -> T {
    black_box(lanes)
}

/// The position of the greatest draw; ties go to the lower position. Each lane keeps its own best, and the lanes are compared at
/// the end.
#[inline(always)]
fn first_greatest(query: Query, s: &[u32], t: &[u32]) -> usize {
    let (mut best, mut at) = ([0; LANES], [0_u32; LANES]);
    for (row, draws) in (0_u32..).zip(draws(query, s, t)) {
        for lane in 0..LANES {
            let greatest = best[lane].max(draws[lane]);
            at[lane] = if greatest == best[lane] { at[lane] } else { row };
            best[lane] = greatest;
        }
    }
    let (best, at) = whole((best, at));
    let mut keys = [0; LANES];
    for (lane, position) in (0..LANES).zip(0..) {
        keys[lane] = key(best[lane], at[lane] * STEP + position);
    }
    // As a tree, for a short dependency chain.
    for half in [4, 2, 1] {
        for lane in 0..half {
            keys[lane] = keys[lane].max(keys[lane + half]);
        }
    }
    position_of(keys[0])
}

/// A key that is greatest for the winner: the greatest draw, then the lowest position.
#[inline(always)]
pub(crate) fn key(draw: u32, position: u32) -> u64 {
    u64::from(draw) << 32 | u64::from(!position)
}

/// The position within a key.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the low half of a key is its position")]
pub(crate) fn position_of(key: u64) -> usize {
    !(key as u32) as usize
}

/// The position of the least cost divided by weight. Ties go to the lower position. `weight` gives the weight at a position.
pub(crate) struct Weighted<'a, W> {
    pub(crate) query: Query,
    pub(crate) s: &'a [u32],
    pub(crate) t: &'a [u32],
    /// One over each weight, approximately.
    pub(crate) inverse: &'a [f32],
    pub(crate) weight: W,
}

/// The safety factor of a bound. It covers hundreds of `f32` roundings.
const SLACK: f32 = 1.000_1;

/// Weighted consumers per block. A block is skipped if none of its consumers could win.
const WEIGHTED_BLOCK: usize = 64;

/// A consumer's distance from the greatest draw divided by its weight, approximately and never too large. Floating point only
/// decides which consumers are examined, never which one wins.
///
/// The distance is 2·!draw + 1. Its lowest bits are dropped, because signed numbers convert in one instruction.
#[inline(always)]
#[expect(clippy::cast_precision_loss, clippy::cast_possible_wrap, reason = "an estimate, of 31 bits")]
fn nearness(query: Query, s: u32, t: u32, inverse: f32) -> f32 {
    let quarter = (!query.draw(s, t) >> 1) as i32;
    (4.0 * quarter as f32 + 1.0) * inverse
}

impl<W: Fn(usize) -> u64> Weighted<'_, W> {
    /// The position with the least approximate distance divided by weight: almost always the winner.
    #[inline(always)]
    fn nearest(&self) -> usize {
        let (mut best, mut at) = ([f32::INFINITY; LANES], [0_u32; LANES]);
        let columns = self.s.chunks_exact(LANES).zip(self.t.chunks_exact(LANES)).zip(self.inverse.chunks_exact(LANES));
        for (row, ((s, t), inverse)) in (0..).zip(columns) {
            let (s, t, inverse) = (array(s), array(t), array(inverse));
            for lane in 0..LANES {
                let nearness = nearness(self.query, s[lane], t[lane], inverse[lane]);
                at[lane] = if nearness < best[lane] { row } else { at[lane] };
                best[lane] = if nearness < best[lane] { nearness } else { best[lane] };
            }
        }
        let (best, at) = whole((best, at));
        let nearest = (1..LANES).fold(0, |nearest, lane| if best[lane] < best[nearest] { lane } else { nearest });
        at[nearest] as usize * LANES + nearest
    }

    /// The cost of the draw at `position`, and its weight.
    #[inline(always)]
    fn price(&self, position: usize) -> (u64, u64) {
        (cost(self.query.draw(self.s[position], self.t[position])), (self.weight)(position))
    }
}

impl<W: Fn(usize) -> u64> Task for Weighted<'_, W> {
    type Output = usize;

    #[inline(always)]
    #[expect(clippy::cast_precision_loss, reason = "a bound, taken wider")]
    fn run(self) -> usize {
        let mut best = self.nearest();
        let (mut least, mut weight) = self.price(best);
        // As cost ≥ LEAST·distance, a consumer whose distance/weight exceeds this bound has a cost/weight above the best.
        let bound = least as f32 / (LEAST as f32 * weight as f32) * SLACK;
        let near = |s, t, inverse| nearness(self.query, s, t, inverse) <= bound;
        let blocks = self.s.chunks(WEIGHTED_BLOCK).zip(self.t.chunks(WEIGHTED_BLOCK)).zip(self.inverse.chunks(WEIGHTED_BLOCK));
        for (block, ((s, t), inverse)) in blocks.enumerate() {
            let lanes = s.iter().zip(t).zip(inverse);
            // No early exit, so that the comparison runs over lanes. Few blocks have a near consumer.
            if !lanes.clone().fold(false, |any, ((&s, &t), &inverse)| any | near(s, t, inverse)) {
                continue;
            }
            for (lane, ((&s, &t), &inverse)) in lanes.enumerate() {
                let position = block * WEIGHTED_BLOCK + lane;
                if near(s, t, inverse) && position != best {
                    let (cost, its) = self.price(position);
                    let (mine, others) = (u128::from(cost) * u128::from(weight), u128::from(least) * u128::from(its));
                    if (mine, position) < (others, best) {
                        (best, least, weight) = (position, cost, its);
                    }
                }
            }
        }
        best
    }
}
