//! The result of a history: which member holds which bucket, and which buckets are free.

use alloc::{vec, vec::Vec};
use core::{error::Error, fmt};

/// The state that an algorithm needs to resume, if it depends on its history: the bucket of each member, and the free buckets.
///
/// It is saved with the members and is part of the fingerprint. Two clusters with the same members, parameters, hasher and
/// history give the same answers, also after the same further changes.
///
/// ```
/// use annulus_core::History;
/// // Of four buckets the first was freed last, so it is taken next.
/// let history = History::new(4, vec![2, 1], vec![3, 0]);
/// assert_eq!(history.check(2), Ok(()));
/// assert_eq!(history.check(3).unwrap_err().to_string(), "it names the buckets of 2 members, and there are 3");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct History {
    /// The number of buckets. All bucket numbers below are less than this.
    pub capacity: u32,
    /// The bucket that each member holds, in index order.
    pub held: Vec<u32>,
    /// The free buckets, in the order in which they were freed.
    pub freed: Vec<u32>,
}

impl History {
    /// A history from its parts.
    #[must_use]
    pub const fn new(capacity: u32, held: Vec<u32>, freed: Vec<u32>) -> Self {
        Self { capacity, held, freed }
    }

    /// Checks that it can be the history of `members` members: every bucket exists, and none is held twice or both held and free.
    ///
    /// O(M) for M buckets held or free, whatever the capacity.
    ///
    /// # Errors
    /// [`HistoryError`] if no history leads to it.
    pub fn check(&self, members: usize) -> Result<(), HistoryError> {
        if self.held.len() != members {
            return Err(HistoryError::Members { told: self.held.len(), members });
        }
        let named = self.held.len() + self.freed.len();
        let capacity = usize::try_from(self.capacity).unwrap_or(usize::MAX);
        if named > capacity {
            return Err(HistoryError::TooMany { named, capacity: self.capacity });
        }
        let mut all: Vec<u32> = Vec::with_capacity(named);
        all.extend(self.held.iter().chain(&self.freed));
        all.sort_unstable();
        if let Some(&bucket) = all.last().filter(|&&bucket| bucket >= self.capacity) {
            return Err(HistoryError::NoSuchBucket { bucket, capacity: self.capacity });
        }
        match all.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(HistoryError::Twice { bucket: pair[0] }),
            None => Ok(()),
        }
    }

    /// Whether every bucket is listed as held or free. Most algorithms must require this before they resume.
    ///
    /// ```
    /// use annulus_core::History;
    /// assert!(History::new(3, vec![2, 0], vec![1]).is_complete());
    /// assert!(!History::new(3, vec![2, 0], vec![]).is_complete());
    /// ```
    #[must_use]
    pub fn is_complete(&self) -> bool {
        u32::try_from(self.held.len() + self.freed.len()).is_ok_and(|named| named == self.capacity)
    }

    /// For each bucket below `capacity`, the position of the member that holds it; `None` if no member does.
    ///
    /// For a [`Kernel`](crate::Kernel) that resumes. Allocates 8 bytes a bucket.
    ///
    /// ```
    /// use annulus_core::History;
    /// assert_eq!(History::new(3, vec![2, 0], vec![1]).holders(), [Some(1), None, Some(0)]);
    /// ```
    #[must_use]
    pub fn holders(&self) -> Vec<Option<u32>> {
        let mut holders = vec![None; self.capacity as usize];
        for (member, &bucket) in (0..).zip(&self.held) {
            if let Some(holder) = holders.get_mut(bucket as usize) {
                *holder = Some(member);
            }
        }
        holders
    }
}

/// Why a history cannot be resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HistoryError {
    /// The algorithm depends on its history, but none was saved.
    Missing,
    /// A history was saved, but the algorithm has none.
    Unexpected,
    /// It lists buckets for another number of members.
    Members {
        /// The number of members it lists buckets for.
        told: usize,
        /// The number of members.
        members: usize,
    },
    /// It lists more buckets than there are.
    TooMany {
        /// The number of buckets it lists, held and free.
        named: usize,
        /// The number of buckets.
        capacity: u32,
    },
    /// It lists a bucket that does not exist.
    NoSuchBucket {
        /// The bucket.
        bucket: u32,
        /// The number of buckets.
        capacity: u32,
    },
    /// It lists a bucket twice.
    Twice {
        /// The bucket.
        bucket: u32,
    },
    /// No history of this algorithm leads to this state.
    Impossible {
        /// The rule that it breaks, as a clause: `a hundred buckets are the fewest`.
        rule: &'static str,
    },
}

impl fmt::Display for HistoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("it has no history, and this algorithm's answers depend on one"),
            Self::Unexpected => f.write_str("it has a history, and this algorithm keeps none"),
            Self::Members { told, members } => write!(f, "it names the buckets of {told} members, and there are {members}"),
            Self::TooMany { named, capacity } => write!(f, "it names {named} buckets, and there are {capacity}"),
            Self::NoSuchBucket { bucket, capacity } => {
                write!(f, "it names bucket {bucket}, and the buckets are numbered from 0 to below {capacity}")
            }
            Self::Twice { bucket } => write!(f, "it names bucket {bucket} twice"),
            Self::Impossible { rule } => write!(f, "no history leads to it: {rule}"),
        }
    }
}

impl Error for HistoryError {}
