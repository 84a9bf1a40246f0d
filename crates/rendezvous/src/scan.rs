//! The pass over all consumers, in loops over lanes.

use annulus_core::{Weight, lanes::Task};

use crate::{
    cost::{LEAST, cost},
    draw::Query,
};

/// How many consumers are drawn for before their greatest draw is looked at.
const BLOCK: usize = 64;

/// The position of the greatest draw, the first of equals.
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
        let (mut best, mut best_block) = (0, 0);
        for (block, (s, t)) in s.chunks(BLOCK).zip(t.chunks(BLOCK)).enumerate() {
            let greatest = greatest(query, s, t);
            if greatest > best {
                (best, best_block) = (greatest, block);
            }
        }
        let from = best_block * BLOCK;
        let mut block = s[from..].iter().zip(&t[from..]);
        from + block.position(|(&s, &t)| query.draw(s, t) == best).unwrap_or(0)
    }
}

/// The greatest draw of a block.
#[inline(always)]
fn greatest(query: Query, s: &[u32], t: &[u32]) -> u32 {
    s.iter().zip(t).map(|(&s, &t)| query.draw(s, t)).fold(0, u32::max)
}

/// The position of the least cost for its weight, the first of equals.
pub(crate) struct Weighted<'a> {
    pub(crate) query: Query,
    pub(crate) s: &'a [u32],
    pub(crate) t: &'a [u32],
    pub(crate) weights: &'a [Weight],
}

/// How many weighted consumers are looked at together for one that could win.
const WEIGHTED_BLOCK: usize = 32;

/// The best so far among weighted consumers.
#[derive(Clone, Copy)]
struct Best {
    position: usize,
    cost: u64,
    weight: u64,
}

impl Best {
    /// Whether another of this cost and weight is strictly better: cost/weight is less, compared exactly.
    #[inline(always)]
    fn loses_to(&self, cost: u64, weight: u64) -> bool {
        u128::from(cost) * u128::from(self.weight) < u128::from(self.cost) * u128::from(weight)
    }

    /// What the distance to the greatest draw must stay below, for each unit of weight, to have a chance.
    ///
    /// cost ≥ LEAST·distance, so who has distance/weight > best cost/(LEAST·best weight) has lost. It is capped so that its product with
    /// a weight is below 2⁶³; what the cap rules out is more than any distance for a weight of four and more, and [`Weighted`] takes it
    /// for no bound at all.
    #[inline(always)]
    fn reach(&self) -> u64 {
        (self.cost / LEAST / self.weight + 1).min(NO_BOUND)
    }
}

/// The cap of a reach.
const NO_BOUND: u64 = (1 << 31) - 1;

impl Task for Weighted<'_> {
    type Output = usize;

    #[inline(always)]
    fn run(self) -> usize {
        let Self { query, s, t, weights } = self;
        let mut best = Best { position: 0, cost: u64::MAX, weight: 1 };
        let mut reach = NO_BOUND;
        let blocks = s.chunks(WEIGHTED_BLOCK).zip(t.chunks(WEIGHTED_BLOCK)).zip(weights.chunks(WEIGHTED_BLOCK));
        for (block, ((s, t), weights)) in blocks.enumerate() {
            let lanes = s.iter().zip(t).zip(weights);
            let near = |((&s, &t), weight): ((&u32, &u32), &Weight)| {
                let distance = 2 * u64::from(!query.draw(s, t)) + 1;
                distance < reach * u64::from(weight.get())
            };
            // Every lane is looked at, so that the comparison runs over lanes; most blocks have none near enough.
            if reach != NO_BOUND && !lanes.clone().fold(false, |any, lane| any | near(lane)) {
                continue;
            }
            for (lane, ((&s, &t), weight)) in lanes.enumerate() {
                let draw = query.draw(s, t);
                let weight = u64::from(weight.get());
                if reach == NO_BOUND || 2 * u64::from(!draw) + 1 < reach * weight {
                    let cost = cost(draw);
                    if best.loses_to(cost, weight) {
                        best = Best { position: block * WEIGHTED_BLOCK + lane, cost, weight };
                        reach = best.reach();
                    }
                }
            }
        }
        best.position
    }
}
