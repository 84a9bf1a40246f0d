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

use annulus_core::{Digest, NodeIndex};
use annulus_lanes::{MOST, Task};

use crate::{
    draw::Query,
    state::{Slices, State},
};

/// Columns are padded to a multiple of this, the lanes of the widest vectors.
pub(crate) const WIDTH: usize = MOST;

/// The lanes of arrays that the compiler turns into vectors.
pub(crate) const LANES: usize = STEP as usize;
const STEP: u32 = 8;

/// Consumers per block. With more than a few blocks, only the greatest draw of each is kept: keeping its position costs half as
/// much as the draw.
const BLOCK: usize = 64;

/// A full chunk as an array.
#[inline(always)]
pub(crate) fn array<T: Copy + Default>(chunk: &[T]) -> [T; LANES] {
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
        if s.len() <= 2 * BLOCK {
            return first_greatest(query, s, t);
        }
        let block = best_block(BLOCK, s, t, |s, t| greatest(query, s, t));
        block.start + first_greatest(query, &s[block.clone()], &t[block])
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
fn greatest(query: Query, s: &[u32], t: &[u32]) -> u32 {
    unsigned(s.iter().zip(t).map(|(&s, &t)| signed(query.draw(s, t))).fold(i32::MIN, i32::max))
}

/// Returns its argument. Keeps the compiler from splitting the lanes inside the preceding loop.
#[inline(always)]
pub(crate) fn whole<T>(lanes: T) -> T {
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
fn key(draw: u32, position: u32) -> u64 {
    u64::from(draw) << 32 | u64::from(!position)
}

/// The position within a key.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the low half of a key is its position")]
pub(crate) fn position_of(key: u64) -> usize {
    !(key as u32) as usize
}

/// Consumers per block of [`first_few`]. Each is checked once for a draw among the best.
const FEW: usize = 32;

/// Fills `out`, at most `K` long, with the first consumers of the preference order. Returns their number. Out of line, so that a call
/// on vectors saves no registers for it.
#[inline(never)]
pub(crate) fn first_few<const K: usize>(state: &State, digest: Digest, out: &mut [NodeIndex]) -> usize {
    let (query, Slices { s, t, .. }) = (Query::new(digest), state.as_slices());
    let mut best = Falling::<K>::new();
    for (from, (s, t)) in (0..).step_by(FEW).zip(s.chunks(FEW).zip(t.chunks(FEW))) {
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
    best.write(state, out)
}

/// The keys of the best draws so far, greatest first, then 0 if there are fewer than `K`.
pub(crate) struct Falling<const K: usize>([u64; K]);

impl<const K: usize> Falling<K> {
    #[inline(always)]
    pub(crate) const fn new() -> Self {
        Self([0; K])
    }

    /// Inserts a draw in order, without a branch.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "a position is below the number of consumers, which fits")]
    pub(crate) fn offer(&mut self, draw: u32, position: usize) {
        let mut offered = key(draw, position as u32);
        for kept in &mut self.0 {
            (*kept, offered) = ((*kept).max(offered), (*kept).min(offered));
        }
    }

    /// The least of the draws.
    #[inline(always)]
    pub(crate) const fn least(&self) -> u32 {
        (self.0[K - 1] >> 32) as u32
    }

    /// Writes the first consumers, as many as there are and `out` has room for. Returns their number.
    #[inline(always)]
    pub(crate) fn write(self, state: &State, out: &mut [NodeIndex]) -> usize {
        let found = out.len().min(state.len());
        for (out, key) in out[..found].iter_mut().zip(self.0) {
            *out = state.consumer(position_of(key));
        }
        found
    }
}
