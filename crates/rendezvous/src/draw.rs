//! The draw of one consumer for one digest. Digest and seed are mixed in advance, so a pair takes one multiplication.

use annulus_core::{Digest, mix64};
use annulus_lanes::Vectors;

/// The shift by which a sum is folded onto itself before it is multiplied.
const SHIFT: u32 = 15;

/// A digest, mixed once per look-up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Query {
    add: u32,
    multiply: u32,
}

/// The two halves of a word.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the halves are what is wanted")]
const fn halves(word: u64) -> (u32, u32) {
    ((word >> 32) as u32, word as u32)
}

/// The halves of [`mix64`]. The upper one is calculated beside the lower, not from it, because a look-up waits for it: a cycle less.
#[inline(always)]
const fn mixed(word: u64) -> (u32, u32) {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let (_, low) = halves(word ^ (word >> 31));
    let (_, high) = halves((word >> 32) ^ (word >> 63));
    (high, low)
}

impl Query {
    #[inline]
    pub(crate) const fn new(digest: Digest) -> Self {
        let (add, multiply) = mixed(digest.bits());
        Self { add, multiply: multiply | 1 }
    }

    /// The draw for a consumer of these premixed halves; the greatest wins.
    #[inline(always)]
    pub(crate) const fn draw(self, s: u32, t: u32) -> u32 {
        let x = self.add.wrapping_add(s);
        (x ^ (x >> SHIFT)).wrapping_mul(self.multiply).wrapping_add(t)
    }

    /// The draw above `low`, in one word.
    #[inline(always)]
    pub(crate) const fn above(self, s: u32, t: u32, low: u32) -> u64 {
        let x = self.add.wrapping_add(s);
        let product = (x ^ (x >> SHIFT)) as u64;
        product.wrapping_mul((self.multiply as u64) << 32).wrapping_add((t as u64) << 32 | low as u64)
    }
}

/// A [`Query`] in every lane.
#[derive(Clone, Copy)]
pub(crate) struct Queries<W> {
    add: W,
    multiply: W,
}

impl Query {
    /// The query for vectors.
    #[inline(always)]
    pub(crate) fn on<V: Vectors>(self, v: V) -> Queries<V::U32s> {
        Queries { add: v.splat(self.add), multiply: v.splat(self.multiply) }
    }
}

impl<W: Copy> Queries<W> {
    /// [`Query::draw`], lane by lane.
    #[inline(always)]
    pub(crate) fn draw<V: Vectors<U32s = W>>(self, v: V, s: W, t: W) -> W {
        let x = v.add(self.add, s);
        v.add(v.mul(v.xor(x, v.shr(x, SHIFT)), self.multiply), t)
    }
}

/// A consumer's seed, mixed once when it joins. Without either premix, sequential seeds or digests show in the results.
#[inline]
pub(crate) const fn premix(seed: u64) -> (u32, u32) {
    halves(mix64(seed))
}
