//! The owner among unequal consumers, exactly: what decides where estimates cannot.

use annulus_core::{
    Digest, NodeIndex, Nodes,
    cost::{LEAST, cost},
};
use annulus_lanes::Task;

use crate::{
    draw::Query,
    state::{Slices, State},
};

/// The position of the least cost divided by weight, exactly. Ties go to the lower position.
pub(crate) struct Exact<'a, W> {
    pub(crate) state: &'a State,
    pub(crate) digest: Digest,
    /// A position that is likely to win, so that hardly any other has to be priced.
    pub(crate) likely: usize,
    /// The weight at a position.
    pub(crate) weight: W,
}

/// The owner among unequal consumers, exactly. Out of line, so that what calls it seldom saves no registers for it.
#[cold]
#[inline(never)]
pub(crate) fn owner_by_price(state: &State, nodes: &Nodes, digest: Digest, likely: usize) -> NodeIndex {
    let weight = |position: usize| u64::from(nodes.weight(state.consumer(position)).get());
    state.consumer(state.level.run(Exact { state, digest, likely, weight }))
}

/// The safety factor of a bound. It covers hundreds of `f32` roundings.
const SLACK: f32 = 1.000_1;

/// Consumers per block. A block is skipped if none of its consumers could win.
const BLOCK: usize = 64;

/// A consumer's distance from the greatest draw divided by its weight, approximately and never too large.
///
/// The distance is 2·!draw + 1. Its lowest bits are dropped, because signed numbers convert in one instruction.
#[inline(always)]
#[expect(clippy::cast_precision_loss, clippy::cast_possible_wrap, reason = "an estimate, of 31 bits")]
fn nearness(query: Query, s: u32, t: u32, inverse: f32) -> f32 {
    let quarter = (!query.draw(s, t) >> 1) as i32;
    (4.0 * quarter as f32 + 1.0) * inverse
}

impl<W: Fn(usize) -> u64> Task for Exact<'_, W> {
    type Output = usize;

    #[inline(always)]
    #[expect(clippy::cast_precision_loss, reason = "a bound, taken wider")]
    fn run(self) -> usize {
        let Self { state, digest, likely: mut best, weight: weight_at } = self;
        let query = Query::new(digest);
        let (Slices { s, t, .. }, inverse) = (state.as_slices(), &state.filled_inverse()[..state.len()]);
        let price = |position: usize| (cost(query.draw(s[position], t[position])), weight_at(position));
        let (mut least, mut weight) = price(best);
        // As cost ≥ LEAST·distance, a consumer whose distance/weight exceeds this bound has a cost/weight above the best.
        let bound = least as f32 / (LEAST as f32 * weight as f32) * SLACK;
        let near = |s, t, inverse| nearness(query, s, t, inverse) <= bound;
        for (block, ((s, t), inverse)) in s.chunks(BLOCK).zip(t.chunks(BLOCK)).zip(inverse.chunks(BLOCK)).enumerate() {
            let lanes = s.iter().zip(t).zip(inverse);
            // No early exit, so that the comparison runs over lanes. Few blocks have a near consumer.
            if !lanes.clone().fold(false, |any, ((&s, &t), &inverse)| any | near(s, t, inverse)) {
                continue;
            }
            for (lane, ((&s, &t), &inverse)) in lanes.enumerate() {
                let position = block * BLOCK + lane;
                if near(s, t, inverse) && position != best {
                    let (cost, its) = price(position);
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
