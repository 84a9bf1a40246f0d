//! A consumer's order of the slots: a permutation that it has from its seed alone.
//!
//! Slots and ranks have `bits` bits and stand in the upper bits of 32. All arithmetic wraps at 32 bits.
//!
//! ```text
//! fold = ⌈bits / 2⌉        TOP = the upper `bits` bits
//!
//! v    = (slot + a) · m1                     // a, m1, c, m2, b: the consumer's own; m1 and m2 are odd, a and c within TOP
//! v    = (v ^ (v >> fold & TOP)) · MIDDLE
//! v    =  v ^ (v >> fold & TOP) ^ c
//! word = v · m2 + b                          // the upper bits: the slot's rank; the lower bits: those of b
//! ```
//!
//! The lower bits of `v` are zero throughout, so each step permutes the upper ones, and the steps can be taken back.

use annulus_core::mix;

/// The multiplier between the two of a consumer.
const MIDDLE: u32 = 0x2c1b_3c6d;

/// The number of slots, 2 to the power of `bits`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Space {
    bits: u32,
    fold: u32,
    top: u32,
}

impl Space {
    /// `bits` is from 1 to 31.
    pub(crate) const fn new(bits: u32) -> Self {
        Self { bits, fold: bits.div_ceil(2), top: u32::MAX << (32 - bits) }
    }

    #[inline(always)]
    pub(crate) const fn bits(self) -> u32 {
        self.bits
    }

    /// The number of slots.
    #[inline(always)]
    pub(crate) const fn slots(self) -> u32 {
        1 << self.bits
    }

    /// A slot or a rank in the upper bits.
    #[inline(always)]
    pub(crate) const fn raise(self, number: u32) -> u32 {
        number << (32 - self.bits)
    }

    /// What is in the upper bits, as a number.
    #[inline(always)]
    pub(crate) const fn lower(self, word: u32) -> u32 {
        word >> (32 - self.bits)
    }

    /// Folds the upper half of the upper bits onto their lower half. Twice is nothing.
    #[inline(always)]
    const fn folded(self, v: u32) -> u32 {
        v ^ (v >> self.fold & self.top)
    }
}

/// A consumer's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    a: u32,
    m1: u32,
    c: u32,
    m2: u32,
    b: u32,
}

/// The two halves of a word.
#[expect(clippy::cast_possible_truncation, reason = "the halves are what is wanted")]
const fn halves(word: u64) -> (u32, u32) {
    ((word >> 32) as u32, word as u32)
}

impl Order {
    /// The order of a consumer with this seed.
    pub(crate) const fn of(seed: u64, space: Space) -> Self {
        let ((a, m1), (b, m2), (c, _)) = (halves(mix(seed, 0)), halves(mix(seed, 1)), halves(mix(seed, 2)));
        Self { a: a & space.top, m1: m1 | 1, c: c & space.top, m2: m2 | 1, b }
    }

    /// The numbers as a row of columns.
    pub(crate) const fn to_row(self) -> [u32; 5] {
        [self.a, self.m1, self.c, self.m2, self.b]
    }

    #[inline(always)]
    pub(crate) const fn from_row([a, m1, c, m2, b]: [u32; 5]) -> Self {
        Self { a, m1, c, m2, b }
    }

    /// The word of a slot, which is in the upper bits: its rank above, and below it what breaks ties of rank.
    #[inline(always)]
    pub(crate) const fn word(self, space: Space, slot: u32) -> u32 {
        let v = space.folded(slot.wrapping_add(self.a).wrapping_mul(self.m1)).wrapping_mul(MIDDLE);
        (space.folded(v) ^ self.c).wrapping_mul(self.m2).wrapping_add(self.b)
    }

    /// The lower bits of all its words.
    #[inline(always)]
    pub(crate) const fn low(self, space: Space) -> u32 {
        self.b & !space.top
    }

    /// What takes a rank back to its slot.
    pub(crate) const fn inverse(self) -> Inverse {
        Inverse { m1: inverse(self.m1), m2: inverse(self.m2) }
    }

    /// The slot of a rank; both are in the upper bits.
    #[inline(always)]
    pub(crate) const fn slot(self, inverse: Inverse, space: Space, rank: u32) -> u32 {
        let v = rank.wrapping_sub(self.b & space.top).wrapping_mul(inverse.m2) ^ self.c;
        let v = space.folded(v).wrapping_mul(const { self::inverse(MIDDLE) });
        space.folded(v).wrapping_mul(inverse.m1).wrapping_sub(self.a)
    }
}

/// The inverses of a consumer's multipliers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inverse {
    pub(crate) m1: u32,
    pub(crate) m2: u32,
}

/// The inverse of an odd number modulo 2³², by Newton's steps. Each doubles the correct bits, of which an odd number itself has three.
const fn inverse(odd: u32) -> u32 {
    let mut found = odd;
    let mut step = 0;
    while step < 4 {
        found = found.wrapping_mul(2_u32.wrapping_sub(odd.wrapping_mul(found)));
        step += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    /// For every number of bits that is allowed up to 18, and for the greatest.
    #[test]
    fn every_rank_is_dealt_once_and_taken_back_to_its_slot() {
        for bits in (8..=18).chain([24]) {
            let space = Space::new(bits);
            for seed in 0..if bits > 18 { 1 } else { 5 } {
                let order = Order::of(mix(seed, 7), space);
                let inverse = order.inverse();
                let mut dealt = vec![false; space.slots() as usize];
                for slot in 0..space.slots() {
                    let word = order.word(space, space.raise(slot));
                    assert_eq!(word & !space.top, order.low(space));
                    let rank = space.lower(word);
                    assert!(!core::mem::replace(&mut dealt[rank as usize], true), "{bits} bits: rank {rank} twice");
                    assert_eq!(order.slot(inverse, space, space.raise(rank)), space.raise(slot), "{bits} bits, rank {rank}");
                }
            }
        }
    }

    #[test]
    fn an_inverse_is_one() {
        for i in 0..10_000 {
            let odd = halves(mix(1, i)).0 | 1;
            assert_eq!(odd.wrapping_mul(inverse(odd)), 1, "{odd}");
        }
    }
}
