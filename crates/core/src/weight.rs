//! The weight of a consumer.

use core::{fmt, num::NonZeroU32};

/// A consumer's weight: an integer of at least one. A consumer of weight 2 gets twice the keys of a consumer of weight 1.
///
/// Shares follow the ratios of weights, so any unit works (gigabytes, cores). There is no weight zero. To take keys away from a
/// consumer for a while, skip it in the preference order. To retire it, remove it.
///
/// ```
/// use annulus_core::Weight;
/// assert_eq!(Weight::new(4).map(Weight::get), Some(4));
/// assert_eq!(Weight::new(0), None);
/// assert_eq!(Weight::default(), Weight::ONE);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Weight(NonZeroU32);

impl Weight {
    /// The weight of a consumer added without one.
    pub const ONE: Self = Self(NonZeroU32::MIN);

    /// The weight `weight`, or `None` for zero.
    #[must_use]
    pub const fn new(weight: u32) -> Option<Self> {
        match NonZeroU32::new(weight) {
            Some(weight) => Some(Self(weight)),
            None => None,
        }
    }

    /// The weight as a number, at least one.
    #[inline]
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0.get()
    }
}

impl Default for Weight {
    fn default() -> Self {
        Self::ONE
    }
}

impl From<NonZeroU32> for Weight {
    fn from(weight: NonZeroU32) -> Self {
        Self(weight)
    }
}

impl From<Weight> for NonZeroU32 {
    fn from(weight: Weight) -> Self {
        weight.0
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
