//! Which consumers may serve a key.

use annulus_core::{Digest, NodeIndex};

/// The part of a consumer's weight that counts, in units of 1/65,536: `WHOLE` is all of it.
pub const WHOLE: u32 = 1 << 16;

/// Which consumers of one membership may serve a key, and how much each counts.
///
/// ```
/// use annulus_core::{Digest, NodeIndex};
/// use annulus_router::{Available, WHOLE};
///
/// /// Only the first ten consumers.
/// struct FirstTen;
///
/// impl Available for FirstTen {
///     fn admits(&self, index: NodeIndex, _: Digest) -> bool {
///         index.get() < 10
///     }
///     fn part(&self, index: NodeIndex) -> u32 {
///         if index.get() < 10 { WHOLE } else { 0 }
///     }
///     fn live_weight(&self) -> Option<u64> {
///         Some(10 * u64::from(WHOLE)) // each has weight one
///     }
/// }
/// assert!(FirstTen.admits(NodeIndex::new(9), Digest::of_id(42)));
/// ```
///
/// [`HealthView`](crate::HealthView) implements it from what is known of each consumer, and [`Everyone`] admits all.
pub trait Available {
    /// Whether the consumer takes this key.
    fn admits(&self, index: NodeIndex, digest: Digest) -> bool;

    /// The part of the consumer's weight that counts, in units of 1/65,536; 0 if it takes no new keys.
    fn part(&self, index: NodeIndex) -> u32;

    /// The weights of all consumers, each multiplied by its [`part`](Self::part); `None` if every consumer counts in full.
    fn live_weight(&self) -> Option<u64>;
}

/// All consumers, at all times.
///
/// ```
/// use annulus_core::{Digest, NodeIndex};
/// use annulus_router::{Available, Everyone};
/// assert!(Everyone.admits(NodeIndex::new(3), Digest::of_id(42)) && Everyone.live_weight().is_none());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Everyone;

impl Available for Everyone {
    fn admits(&self, _: NodeIndex, _: Digest) -> bool {
        true
    }
    fn part(&self, _: NodeIndex) -> u32 {
        WHOLE
    }
    fn live_weight(&self) -> Option<u64> {
        None
    }
}

impl<A: Available + ?Sized> Available for &A {
    fn admits(&self, index: NodeIndex, digest: Digest) -> bool {
        (**self).admits(index, digest)
    }
    fn part(&self, index: NodeIndex) -> u32 {
        (**self).part(index)
    }
    fn live_weight(&self) -> Option<u64> {
        (**self).live_weight()
    }
}
