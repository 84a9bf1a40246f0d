//! Keys: a rank and a place in one word, so that one maximum finds both.
//!
//! The upper bits of a key are those of a draw, or of a cost's estimate; the lower ones tell whose it is. What is greatest among the
//! keys is the winner, unless another key has the same upper bits. The runner-up tells, and then an exact form decides.

use annulus_lanes::Vectors;

use crate::draw::Queries;

/// How many places the lower bits of a key tell apart.
pub(crate) const PLACES: usize = 1 << PLACE_BITS;

/// The lower bits of a key.
pub(crate) const PLACE: u32 = (1 << PLACE_BITS) - 1;

const PLACE_BITS: u32 = 10;

/// The keys of a row of equal consumers: the upper bits of their draws, all but [`Vectors::LOW`], and their indices.
#[inline(always)]
pub(crate) fn keys<V: Vectors>(v: V, query: Queries<V::U32s>, s: &[u32], t: &[u32], index: &[u32]) -> V::U32s {
    v.with_low(query.draw(v, v.load(s), v.load(t)), v.load(index))
}

/// The same, with the upper 22 bits at every level: for several winners, of which each is a chance of equal bits.
#[inline(always)]
pub(crate) fn fine_keys<V: Vectors>(v: V, query: Queries<V::U32s>, s: &[u32], t: &[u32], index: &[u32]) -> V::U32s {
    v.or(v.without(query.draw(v, v.load(s), v.load(t)), v.splat(PLACE)), v.load(index))
}

/// The greatest key of each lane, and the second.
#[derive(Clone, Copy)]
pub(crate) struct TopTwo<U> {
    first: U,
    second: U,
}

impl<U: Copy> TopTwo<U> {
    /// The keys of a row.
    #[inline(always)]
    pub(crate) fn of<V: Vectors<U32s = U>>(v: V, keys: U) -> Self {
        Self { first: keys, second: v.splat(0) }
    }

    /// Takes the keys of a row into account.
    #[inline(always)]
    pub(crate) fn offer<V: Vectors<U32s = U>>(&mut self, v: V, keys: U) {
        self.second = v.max(self.second, v.min(self.first, keys));
        self.first = v.max(self.first, keys);
    }

    /// Those of two sets of rows.
    #[inline(always)]
    pub(crate) fn merge<V: Vectors<U32s = U>>(mut self, v: V, other: Self) -> Self {
        self.second = v.max(self.second, other.second);
        self.offer(v, other.first);
        self
    }

    /// The greatest key, and what is next in each lane.
    ///
    /// Padding may repeat a key in other lanes. Equal keys are of one consumer, so it is not its own runner-up.
    #[inline(always)]
    pub(crate) fn winner<V: Vectors<U32s = U>>(self, v: V) -> (u32, U) {
        let greatest = v.top(self.first);
        (greatest, v.where_equal(self.first, v.splat(greatest), self.second, self.first))
    }
}

/// The `K` greatest keys of each lane, greatest first, and the greatest that was dropped.
pub(crate) struct Kept<U, const K: usize> {
    keys: [U; K],
    dropped: U,
}

impl<U: Copy, const K: usize> Kept<U, K> {
    #[inline(always)]
    pub(crate) fn new<V: Vectors<U32s = U>>(v: V) -> Self {
        Self { keys: [v.splat(0); K], dropped: v.splat(0) }
    }

    /// Takes the keys of a row into account.
    #[inline(always)]
    pub(crate) fn offer<V: Vectors<U32s = U>>(&mut self, v: V, mut offered: U) {
        for kept in &mut self.keys {
            (*kept, offered) = (v.max(*kept, offered), v.min(*kept, offered));
        }
        self.dropped = v.max(self.dropped, offered);
    }

    /// Takes the greatest key out, in every lane that has it.
    #[inline(always)]
    pub(crate) fn take<V: Vectors<U32s = U>>(&mut self, v: V) -> u32 {
        let (first, greatest) = (self.keys[0], v.greatest(self.keys[0]));
        for rank in 1..K {
            self.keys[rank - 1] = v.where_equal(first, greatest, self.keys[rank], self.keys[rank - 1]);
        }
        self.keys[K - 1] = v.where_equal(first, greatest, v.splat(0), self.keys[K - 1]);
        v.first(greatest)
    }

    /// The greatest key that is left in each lane.
    #[inline(always)]
    pub(crate) fn rest<V: Vectors<U32s = U>>(&self, v: V) -> U {
        v.max(self.keys[0], self.dropped)
    }
}
