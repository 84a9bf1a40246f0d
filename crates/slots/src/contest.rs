//! Who is first at a slot: exactly, and a bound by which most consumers are ruled out.
//!
//! ```text
//! equal weights    the least word
//! weights          the least cost(!word) / weight        // cost: −log₂ of a draw, as in `annulus_core::cost`
//! ties             the least seed
//! ```
//!
//! A cost rises strictly with the word. So equal weights of any size have the order of no weights.

use annulus_core::{NodeIndex, Nodes, cost::cost};

/// The rules of a slot. `Equal` and `Weighted` are the two.
///
/// Keys and ceilings are the same quantity, rounded down and up. So a consumer whose key is above the ceiling of another comes after
/// it, and hardly any rank has to be computed exactly.
pub(crate) trait Contest: Copy {
    /// What decides, for one consumer at one slot.
    type Rank: Copy;

    /// What the keys of a consumer need besides the word.
    type Scale: Copy;

    fn rank(self, index: u32, word: u32) -> Self::Rank;

    /// Whether `one` is before `other`. A strict total order.
    fn before(self, one: &Self::Rank, other: &Self::Rank) -> bool;

    /// The consumer of a rank.
    fn index(rank: &Self::Rank) -> u32;

    fn scale(self, index: usize) -> Self::Scale;

    /// The key of a word.
    fn key(scale: Self::Scale, word: u32) -> u32;

    /// The ceiling of a consumer with this key. It may be the greatest number, which decides nothing.
    fn ceiling_of_key(self, index: u32, key: u32) -> u32;

    /// The ceiling of a rank.
    fn ceiling(self, rank: &Self::Rank) -> u32;

    /// A ceiling as a cost divided by a weight, rounded up.
    fn price(self, ceiling: u32) -> f64;
}

/// Whether all weights are equal.
pub(crate) fn are_equal(nodes: &Nodes) -> bool {
    nodes.census().least_weight() == nodes.census().greatest_weight()
}

fn seed(nodes: &Nodes, index: u32) -> u64 {
    nodes.seed(NodeIndex::new(index))
}

fn weight(nodes: &Nodes, index: u32) -> u32 {
    nodes.weight(NodeIndex::new(index)).get()
}

/// The cost of a word divided by a weight, nearly.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
pub(crate) fn price(word: u32, weight: u32) -> f64 {
    cost(!word) as f64 / f64::from(weight)
}

/// Consumers of equal weight. A key is the word, so ties are all that it does not decide.
#[derive(Clone, Copy)]
pub(crate) struct Equal<'a>(pub(crate) &'a Nodes);

impl Contest for Equal<'_> {
    /// The word, and the consumer.
    type Rank = (u32, u32);

    type Scale = ();

    #[inline(always)]
    fn rank(self, index: u32, word: u32) -> Self::Rank {
        (word, index)
    }

    #[inline(always)]
    fn before(self, one: &Self::Rank, other: &Self::Rank) -> bool {
        one.0 < other.0 || (one.0 == other.0 && seed(self.0, one.1) < seed(self.0, other.1))
    }

    #[inline(always)]
    fn index(rank: &Self::Rank) -> u32 {
        rank.1
    }

    #[inline(always)]
    fn scale(self, _: usize) {}

    #[inline(always)]
    fn key((): (), word: u32) -> u32 {
        word
    }

    #[inline(always)]
    fn ceiling_of_key(self, _: u32, key: u32) -> u32 {
        key
    }

    #[inline(always)]
    fn ceiling(self, rank: &Self::Rank) -> u32 {
        rank.0
    }

    fn price(self, ceiling: u32) -> f64 {
        price(ceiling, weight(self.0, 0))
    }
}

/// Consumers of different weights. A key is an estimate of −ln(1 − u)/weight, where u is the word as a fraction. It is the bits of a
/// float: those of positive floats rise with the float.
#[derive(Clone, Copy)]
pub(crate) struct Weighted<'a>(pub(crate) &'a Nodes);

/// The unit of costs, 2⁻⁵⁸ of a binary logarithm, as a natural one.
const UNIT: f64 = core::f64::consts::LN_2 / 288_230_376_151_711_744.0;

/// The safety factor of a ceiling. It covers some hundred roundings of `f32`.
const SLACK: f32 = 1.000_01;

/// A key falls short of −ln(1 − u)/weight by less than this factor while u is below one half, where the key times the weight is below
/// `HALF`.
const SHORT: f32 = 1.02;
const HALF: f32 = 0.68;

impl Contest for Weighted<'_> {
    /// The cost, the weight, and the consumer.
    type Rank = (u64, u32, u32);

    /// One over the weight.
    type Scale = f32;

    #[inline(always)]
    fn rank(self, index: u32, word: u32) -> Self::Rank {
        (cost(!word), weight(self.0, index), index)
    }

    /// Exact, in 128 bits.
    #[inline(always)]
    fn before(self, one: &Self::Rank, other: &Self::Rank) -> bool {
        let (mine, others) = (u128::from(one.0) * u128::from(other.1), u128::from(other.0) * u128::from(one.1));
        mine < others || (mine == others && seed(self.0, one.2) < seed(self.0, other.2))
    }

    #[inline(always)]
    fn index(rank: &Self::Rank) -> u32 {
        rank.2
    }

    #[inline(always)]
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn scale(self, index: usize) -> f32 {
        1.0 / self.0.weights()[index].get() as f32
    }

    /// The first terms of u + u²/2 + u³/3 + …, all of which are positive.
    ///
    /// The lowest bit of the word is dropped, because signed numbers convert in one instruction.
    #[inline(always)]
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_wrap, reason = "an estimate, of 31 bits")]
    fn key(scale: f32, word: u32) -> u32 {
        let u = (word >> 1) as i32 as f32 * (1.0 / 2_147_483_648.0);
        (u * (1.0 + u * (0.5 + u * (1.0 / 3.0 + u * 0.25))) * scale).to_bits()
    }

    #[inline(always)]
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn ceiling_of_key(self, index: u32, key: u32) -> u32 {
        // Below 2⁻²³, what was dropped of the word would count.
        const LEAST: f32 = 1e-5;
        let (estimate, weight) = (f32::from_bits(key), weight(self.0, index) as f32);
        let is_near = (LEAST..HALF).contains(&(estimate * weight));
        if is_near { (estimate * SHORT).to_bits() } else { u32::MAX }
    }

    #[inline(always)]
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "an estimate, with slack")]
    fn ceiling(self, rank: &Self::Rank) -> u32 {
        ((rank.0 as f64 * UNIT / f64::from(rank.1)) as f32 * SLACK).to_bits()
    }

    fn price(self, ceiling: u32) -> f64 {
        f64::from(f32::from_bits(ceiling)) / UNIT
    }
}
