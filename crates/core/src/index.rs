//! A consumer's position in the roster.

use core::fmt;

/// A consumer's position in the roster: dense, from zero, and **valid only until the next change of membership**.
///
/// In a [`Cluster`](crate::Cluster), removing a consumer moves the last one into the gap, as `Vec::swap_remove` does. An index
/// kept across a change may then refer to another consumer. Keep the name or the data instead.
///
/// ```
/// use annulus_core::NodeIndex;
/// let index = NodeIndex::new(7);
/// assert_eq!((index.get(), index.as_usize()), (7, 7));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct NodeIndex(u32);

// An index must fit a slice position on every target that the crates support.
const _: () = assert!(usize::BITS >= u32::BITS);

impl NodeIndex {
    /// The index of position `position`.
    #[inline]
    #[must_use]
    pub const fn new(position: u32) -> Self {
        Self(position)
    }

    /// The index of slice position `position`, or `None` past 2³² − 1.
    #[inline]
    #[must_use]
    pub fn from_usize(position: usize) -> Option<Self> {
        u32::try_from(position).ok().map(Self)
    }

    /// The position as a number.
    #[inline]
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The position as a slice position.
    #[inline]
    #[must_use]
    pub const fn as_usize(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for NodeIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
