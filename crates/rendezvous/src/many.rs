//! The owner among thousands of equal consumers, on vectors.
//!
//! To keep where a draw is from costs half as much as the draw. So the first pass keeps the greatest draw of each block only, and
//! the block with the greatest is passed again.

use annulus_core::{Digest, NodeIndex, Nodes};
use annulus_lanes::{MOST, Task, VectorFunction, VectorTask, Vectors};

use crate::{
    draw::{Queries, Query},
    owner::exactly,
    state::{Slices, State},
};

/// Consumers per block.
const BLOCK: usize = 256;

/// The owner among any number of consumers. Worth it for more than [`SOME`](crate::owner::SOME).
pub(crate) struct OwnerOfMany<'a>(pub(crate) &'a State, pub(crate) Digest);

impl Task for OwnerOfMany<'_> {
    type Output = NodeIndex;

    #[inline(always)]
    fn run(self) -> NodeIndex {
        exactly(self.0, self.1)
    }
}

impl VectorTask for OwnerOfMany<'_> {
    #[inline(always)]
    fn run_on<V: Vectors>(self, v: V) -> NodeIndex {
        let Self(state, digest) = self;
        let (query, Slices { s, t, .. }) = (Query::new(digest).on(v), state.filled());
        let (mut best, mut from) = (0, 0);
        for (block, (s, t)) in s.chunks(BLOCK).zip(t.chunks(BLOCK)).enumerate() {
            let greatest = greatest(v, query, s, t);
            if greatest > best {
                (best, from) = (greatest, block * BLOCK);
            }
        }
        let block = from..s.len().min(from + BLOCK);
        state.consumer(from + first_greatest(v, query, &s[block.clone()], &t[block]))
    }
}

/// [`OwnerOfMany`] as a function.
pub(crate) struct OfMany;

impl VectorFunction<State, Nodes, Digest> for OfMany {
    type Output = NodeIndex;

    fn run(state: &State, _: &Nodes, digest: Digest) -> NodeIndex {
        exactly(state, digest)
    }

    #[inline(always)]
    fn run_on<V: Vectors>(v: V, state: &State, _: &Nodes, digest: Digest) -> NodeIndex {
        OwnerOfMany(state, digest).run_on(v)
    }
}

/// The greatest draw of a block. Two rows at a time, because each waits for the greatest of the one before.
#[inline(always)]
fn greatest<V: Vectors>(v: V, query: Queries<V::U32s>, s: &[u32], t: &[u32]) -> u32 {
    let (mut even, mut odd, pair) = (v.splat(0), v.splat(0), 2 * V::LANES);
    for (s, t) in s.chunks_exact(pair).zip(t.chunks_exact(pair)) {
        even = v.max(even, query.draw(v, v.load(s), v.load(t)));
        odd = v.max(odd, query.draw(v, v.load(&s[V::LANES..]), v.load(&t[V::LANES..])));
    }
    let rest = s.len() / pair * pair;
    if rest < s.len() {
        even = v.max(even, query.draw(v, v.load(&s[rest..]), v.load(&t[rest..])));
    }
    v.top(v.max(even, odd))
}

/// The position of the greatest draw; ties go to the lower position.
#[inline(always)]
fn first_greatest<V: Vectors>(v: V, query: Queries<V::U32s>, s: &[u32], t: &[u32]) -> usize {
    let (mut best, mut at, mut number) = (query.draw(v, v.load(s), v.load(t)), v.splat(0), 0);
    for (s, t) in s[V::LANES..].chunks_exact(V::LANES).zip(t[V::LANES..].chunks_exact(V::LANES)) {
        number += 1;
        (best, at) = v.keep_greater((best, at), (query.draw(v, v.load(s), v.load(t)), number));
    }
    let (rows, mut winners) = (v.to_array(at), v.equal(best, v.greatest(best)));
    let mut first = usize::MAX;
    while winners != 0 {
        let lane = winners.trailing_zeros() as usize % MOST;
        first = first.min(rows[lane] as usize * V::LANES + lane);
        winners &= winners - 1;
    }
    first
}
