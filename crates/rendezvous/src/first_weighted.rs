//! The first few of the preference order among unequal consumers.
//!
//! Vectors find the few with the least estimates, exact costs put them in order, and the first are certain if none of them can cost
//! more than the next estimate.

use core::ops::Range;

use annulus_core::Digest;
use annulus_lanes::{Task, VectorTask, Vectors};

use crate::{
    draw::Query,
    estimates::{DRAWS, Estimates, FLAW, HALVED, estimate, lower},
    key::{Kept, PLACE, PLACES},
    state::{Slices, State},
};

/// The positions of the least estimates of a block of at most [`PLACES`] consumers, and a bound that no other cost divided by weight
/// of the block is below.
pub(crate) struct LeastFew<'a, const K: usize> {
    pub(crate) state: &'a State,
    pub(crate) digest: Digest,
    /// The positions of the block.
    pub(crate) block: Range<usize>,
    /// At most `K` and not more than there are in the block.
    pub(crate) wanted: usize,
}

/// Terms of an estimate. The cost of the last of a few is not near zero, as the winner's is: with two terms, a fifth of all look-ups
/// among ten consumers would be in doubt.
const TERMS: usize = 4;

impl<const K: usize> Task for LeastFew<'_, K> {
    type Output = ([usize; K], f64);

    #[inline(always)]
    fn run(self) -> Self::Output {
        least_few(&self)
    }
}

impl<const K: usize> VectorTask for LeastFew<'_, K> {
    #[inline(always)]
    fn run_on<V: Vectors>(self, v: V) -> Self::Output {
        let Self { state, digest, block, wanted } = self;
        let filled = block.start..block.end.next_multiple_of(V::LANES);
        let Slices { s, t, .. } = state.filled();
        let (s, t, inverse) = (&s[filled.clone()], &t[filled.clone()], &state.filled_inverse()[filled]);
        let (mut estimates, mut kept) = (Estimates::<V, TERMS>::new(v, Query::new(digest)), Kept::<V::U32s, K>::new(v));
        for ((s, t), inverse) in s.chunks_exact(V::LANES).zip(t.chunks_exact(V::LANES)).zip(inverse.chunks_exact(V::LANES)) {
            kept.offer(v, estimates.next(v, s, t, inverse));
        }
        debug_assert!(block.len() <= PLACES, "a key tells no more apart");
        let (mut positions, mut is_padding) = ([0; K], false);
        for position in &mut positions[..wanted] {
            let found = block.start + (kept.take(v) & PLACE) as usize;
            is_padding |= found >= block.end;
            *position = found.min(block.end - 1);
        }
        // Padding repeats the last consumer. Its estimate is among the least only if the draw is the greatest of all and the estimate
        // 0. Then nothing is certain.
        let rest = if is_padding { 0.0 } else { lower(v.top(kept.rest(v))) };
        (positions, f64::from(rest) * f64::from(V::UNIT))
    }
}

/// Consumers that the plain form estimates together.
const FEW: usize = 32;

/// The plain form. Out of line, so that a call on vectors saves no registers for it.
#[inline(never)]
fn least_few<const K: usize>(task: &LeastFew<'_, K>) -> ([usize; K], f64) {
    let LeastFew { state, digest, ref block, wanted } = *task;
    let (query, Slices { s, t, .. }, inverse) = (Query::new(digest), state.filled(), state.filled_inverse());
    let (s, t, inverse) = (&s[block.clone()], &t[block.clone()], &inverse[block.clone()]);
    let (mut least, mut next) = ([(f32::INFINITY, 0); K], f32::INFINITY);
    for (from, ((s, t), inverse)) in (block.start..).step_by(FEW).zip(s.chunks(FEW).zip(t.chunks(FEW)).zip(inverse.chunks(FEW))) {
        let mut estimates = [f32::INFINITY; FEW];
        for (slot, ((&s, &t), &inverse)) in estimates.iter_mut().zip(s.iter().zip(t).zip(inverse)) {
            *slot = estimate::<TERMS>(query.draw(s, t), inverse);
        }
        if estimates.iter().fold(f32::INFINITY, |least, &estimate| if estimate < least { estimate } else { least }) >= next {
            continue;
        }
        for (position, &estimate) in (from..block.end).zip(&estimates) {
            let mut new = (estimate, position);
            for kept in &mut least[..wanted] {
                if new.0 < kept.0 {
                    core::mem::swap(kept, &mut new);
                }
            }
            next = if new.0 < next { new.0 } else { next };
        }
    }
    (least.map(|(_, position)| position), f64::from(next) * f64::from(HALVED))
}

/// The first consumers, by their exact costs and weights: least cost divided by weight first.
pub(crate) struct Priced<const K: usize> {
    first: [(u64, u64, usize); K],
    count: usize,
}

impl<const K: usize> Priced<K> {
    #[inline]
    pub(crate) const fn new() -> Self {
        Self { first: [(0, 1, 0); K], count: 0 }
    }

    /// Inserts a consumer with its cost, weight and position, and drops the last if there are too many.
    #[inline]
    pub(crate) fn offer(&mut self, new: (u64, u64, usize)) {
        let mut at = self.count;
        while at > 0 && is_before(&new, &self.first[at - 1]) {
            if at < K {
                self.first[at] = self.first[at - 1];
            }
            at -= 1;
        }
        if at < K {
            self.first[at] = new;
        }
        self.count = K.min(self.count + 1);
    }

    /// Whether none of the first `count`, which are there, can cost as much as `rest`, in draws.
    #[inline]
    #[expect(clippy::cast_precision_loss, reason = "with slack")]
    pub(crate) fn are_below(&self, count: usize, rest: f64) -> bool {
        // A cost is a binary logarithm in units of 2⁻⁵⁸, an estimate a natural one in units of a draw.
        const UNIT: f64 = core::f64::consts::LN_2 * DRAWS / (1_u64 << 58) as f64;
        let (cost, weight, _) = self.first[count - 1];
        cost as f64 * UNIT * (1.0 + FLAW) < rest * (1.0 - FLAW) * weight as f64
    }

    /// The positions.
    #[inline]
    pub(crate) fn positions(&self) -> impl Iterator<Item = usize> + '_ {
        self.first.iter().map(|&(.., position)| position)
    }
}

/// Whether one consumer, with its cost and weight, is before another. Ties go to the lower position.
#[inline]
pub(crate) fn is_before(a: &(u64, u64, usize), b: &(u64, u64, usize)) -> bool {
    (u128::from(a.0) * u128::from(b.1), a.2) < (u128::from(b.0) * u128::from(a.1), b.2)
}
