//! The owner among equal consumers.
//!
//! Every form equals this loop:
//!
//! ```text
//! best = 0
//! for position in 1..len:
//!     if draw(position) > draw(best): best = position
//! return index[best]
//! ```

use annulus_core::{Digest, NodeIndex, Nodes};
use annulus_lanes::{Bound, Level, Task, VectorFunction, VectorTask, Vectors};

use crate::{
    draw::{Queries, Query},
    key::{PLACES, TopTwo, keys},
    plain::{Plain, position_of},
    state::{Slices, State},
};

/// How an owner is found: chosen after each change, so that a look-up goes there at once.
pub(crate) type Find = Bound<State, Nodes, Digest, NodeIndex>;

/// The most consumers among which whole numbers find the owner faster than vectors.
pub(crate) const FEW: usize = 4;

/// The most consumers among which vectors find the owner in one pass over rows: a key has room for their indices.
pub(crate) const SOME: usize = PLACES;

/// The owner among 1 to [`FEW`] consumers, without vectors.
#[inline]
pub(crate) fn owner_of_few(state: &State, digest: Digest) -> NodeIndex {
    let query = Query::new(digest);
    let Slices { index, s, t } = state.filled();
    let (Some(s), Some(t)) = (s.first_chunk::<FEW>(), t.first_chunk::<FEW>()) else { return NodeIndex::default() };
    let key = |position: u32| query.above(s[position as usize], t[position as usize], !position);
    NodeIndex::new(index[position_of(key(0).max(key(1)).max(key(2).max(key(3))))])
}

/// The owner by the plain form, among any number of consumers. Out of line, so that a call on vectors saves no registers for it.
#[inline(never)]
pub(crate) fn exactly(state: &State, digest: Digest) -> NodeIndex {
    let Slices { s, t, .. } = state.filled();
    state.consumer(Plain { query: Query::new(digest), s, t }.run())
}

/// The owner among the consumers of `R` rows of vectors; if `R` is 0, of any number, up to [`SOME`] consumers.
pub(crate) struct OfRows<const R: usize>;

impl<const R: usize> VectorFunction<State, Nodes, Digest> for OfRows<R> {
    type Output = NodeIndex;

    fn run(state: &State, _: &Nodes, digest: Digest) -> NodeIndex {
        exactly(state, digest)
    }

    #[inline(always)]
    fn run_on<V: Vectors>(v: V, state: &State, _: &Nodes, digest: Digest) -> NodeIndex {
        owner_of_rows::<V, R>(v, state, digest)
    }
}

/// How to find the owner among up to [`SOME`] consumers.
pub(crate) fn find(level: Level, len: usize) -> Find {
    match len.div_ceil(level.lanes()) {
        _ if len <= FEW => Find::plain(|state, _, digest| owner_of_few(state, digest)),
        1 => level.bind::<OfRows<1>, _, _, _>(),
        2 => level.bind::<OfRows<2>, _, _, _>(),
        3 => level.bind::<OfRows<3>, _, _, _>(),
        4 => level.bind::<OfRows<4>, _, _, _>(),
        5 => level.bind::<OfRows<5>, _, _, _>(),
        6 => level.bind::<OfRows<6>, _, _, _>(),
        7 => level.bind::<OfRows<7>, _, _, _>(),
        8 => level.bind::<OfRows<8>, _, _, _>(),
        _ => level.bind::<OfRows<0>, _, _, _>(),
    }
}

/// A key is the upper bits of a draw and the consumer's index. Where these bits do not decide, the exact form does: among 1,000
/// consumers once in 4,000 look-ups with 22 bits and once in 66 with 16, and in proportion.
#[inline(always)]
fn owner_of_rows<V: Vectors, const R: usize>(v: V, state: &State, digest: Digest) -> NodeIndex {
    let (query, consumers) = (Query::new(digest).on(v), state.filled());
    let top = if R == 0 { of_many_rows(v, query, consumers, state.len()) } else { of_rows::<V, R>(v, query, consumers) };
    let (greatest, next) = top.winner(v);
    if v.any_at_least(next, v.splat(greatest & !V::LOW)) {
        return exactly(state, digest);
    }
    NodeIndex::new(greatest & V::LOW)
}

/// The owners of many digests among up to [`SOME`] consumers, in one call into a level.
pub(crate) struct Owners<'a> {
    pub(crate) state: &'a State,
    pub(crate) digests: &'a [Digest],
    /// As long as `digests`.
    pub(crate) out: &'a mut [NodeIndex],
}

impl Task for Owners<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let owner = if self.state.len() <= FEW { owner_of_few } else { exactly };
        for (out, &digest) in self.out.iter_mut().zip(self.digests) {
            *out = owner(self.state, digest);
        }
    }
}

impl VectorTask for Owners<'_> {
    #[inline(always)]
    fn run_on<V: Vectors>(self, v: V) {
        match self.state.len().div_ceil(V::LANES) {
            1 => self.of_rows::<V, 1>(v),
            2 => self.of_rows::<V, 2>(v),
            3 => self.of_rows::<V, 3>(v),
            4 => self.of_rows::<V, 4>(v),
            5 => self.of_rows::<V, 5>(v),
            6 => self.of_rows::<V, 6>(v),
            7 => self.of_rows::<V, 7>(v),
            8 => self.of_rows::<V, 8>(v),
            _ => self.of_rows::<V, 0>(v),
        }
    }
}

impl Owners<'_> {
    #[inline(always)]
    fn of_rows<V: Vectors, const R: usize>(self, v: V) {
        for (out, &digest) in self.out.iter_mut().zip(self.digests) {
            *out = owner_of_rows::<V, R>(v, self.state, digest);
        }
    }
}

/// The greatest two keys of each lane of `R` rows.
#[inline(always)]
fn of_rows<V: Vectors, const R: usize>(v: V, query: Queries<V::U32s>, consumers: Slices<'_>) -> TopTwo<V::U32s> {
    let filled = R * V::LANES;
    let (s, t, index) = (&consumers.s[..filled], &consumers.t[..filled], &consumers.index[..filled]);
    let mut tops = [TopTwo::of(v, v.splat(0)); R];
    for (row, top) in tops.iter_mut().enumerate() {
        let from = row * V::LANES;
        *top = TopTwo::of(v, keys(v, query, &s[from..], &t[from..], &index[from..]));
    }
    let mut left = R;
    while left > 1 {
        let half = left / 2;
        for row in 0..half {
            tops[row] = tops[row].merge(v, tops[left - 1 - row]);
        }
        left -= half;
    }
    tops[0]
}

/// The greatest two keys of each lane of any number of rows.
#[inline(always)]
fn of_many_rows<V: Vectors>(v: V, query: Queries<V::U32s>, consumers: Slices<'_>, len: usize) -> TopTwo<V::U32s> {
    // Without rows of padding only: in a lane, they would hide the runner-up of the last consumer.
    let filled = len.next_multiple_of(V::LANES);
    let (s, t, index) = (&consumers.s[..filled], &consumers.t[..filled], &consumers.index[..filled]);
    let pair = 2 * V::LANES;
    // Two at a time, because each row waits for the greatest of the one before.
    let (mut even, mut odd) = (TopTwo::of(v, v.splat(0)), TopTwo::of(v, v.splat(0)));
    for ((s, t), index) in s.chunks_exact(pair).zip(t.chunks_exact(pair)).zip(index.chunks_exact(pair)) {
        even.offer(v, keys(v, query, s, t, index));
        odd.offer(v, keys(v, query, &s[V::LANES..], &t[V::LANES..], &index[V::LANES..]));
    }
    let rest = filled / pair * pair;
    if rest < filled {
        even.offer(v, keys(v, query, &s[rest..], &t[rest..], &index[rest..]));
    }
    even.merge(v, odd)
}
