//! The first few of the preference order among up to a thousand consumers, on vectors.
//!
//! Every form equals this loop:
//!
//! ```text
//! best = []                                       // (draw, position), greatest draw first, then lowest position
//! for position in 0..len:
//!     insert (draw(s[position], t[position]), position) into best
//!     drop all but the first `wanted`
//! return the consumers at the positions in best
//! ```

use annulus_core::{Digest, NodeIndex};
use annulus_lanes::{Task, VectorTask, Vectors};

use crate::{
    draw::Query,
    key::{Kept, PLACE, fine_keys},
    plain::first_few,
    state::{Slices, State},
};

/// The most rows of vectors of which [`First`] finds the first few faster than
/// [`FirstOfMany`](crate::first_of_many::FirstOfMany) does.
pub(crate) const ROWS: usize = 64;

/// The first consumers of the preference order, for equal weights and up to [`SOME`](crate::owner::SOME) consumers.
///
/// Each lane keeps its `K` greatest keys in order. The greatest of all lanes is taken out until there are enough.
pub(crate) struct First<'a, const K: usize> {
    pub(crate) state: &'a State,
    pub(crate) digest: Digest,
    /// At most `K`.
    pub(crate) out: &'a mut [NodeIndex],
}

impl<const K: usize> Task for First<'_, K> {
    /// How many there are in `out`.
    type Output = usize;

    #[inline(always)]
    fn run(self) -> usize {
        first_few::<K>(self.state, self.digest, self.out)
    }
}

impl<const K: usize> VectorTask for First<'_, K> {
    #[inline(always)]
    fn run_on<V: Vectors>(self, v: V) -> usize {
        let Self { state, digest, out } = self;
        let found = out.len().min(state.len());
        let query = Query::new(digest).on(v);
        let filled = state.len().next_multiple_of(V::LANES);
        let Slices { index, s, t } = state.filled();
        let (s, t, index) = (&s[..filled], &t[..filled], &index[..filled]);
        let mut kept = Kept::<V::U32s, K>::new(v);
        for ((s, t), index) in s.chunks_exact(V::LANES).zip(t.chunks_exact(V::LANES)).zip(index.chunks_exact(V::LANES)) {
            kept.offer(v, fine_keys(v, query, s, t, index));
        }
        let mut before = u32::MAX;
        let mut in_doubt = false;
        for out in &mut out[..found] {
            let key = kept.take(v);
            *out = NodeIndex::new(key & PLACE);
            in_doubt |= key | PLACE == before;
            before = key | PLACE;
        }
        if in_doubt | v.any_at_least(kept.rest(v), v.splat(before & !PLACE)) {
            return first_few::<K>(state, digest, out);
        }
        found
    }
}
