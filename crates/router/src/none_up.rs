//! The answer if nobody is up.

use std::{error, fmt};

use annulus_core::NodeIndex;

/// No consumer may serve the key now. The placement still knows whose key it is.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Beside, Health, NoneUp, State};
///
/// let ring = HashRing::from_consumers(["a", "b"])?;
/// let health = Health::new();
/// health.set_all([("a", State::Down), ("b", State::Draining)]);
/// let view = health.view(&ring);
///
/// let answer = view.owner(&ring, ring.digest_of("user:42"));
/// let NoneUp::Out { owner, reserve, .. } = answer.unwrap_err() else { panic!("there are consumers") };
/// assert_eq!(Some(owner), ring.owner("user:42").map(|member| member.index)); // try it all the same?
/// assert_eq!(reserve, ring.roster().index_of("b")); // draining, but it answers
/// # Ok::<(), annulus::ChangeError>(())
/// ```
///
/// The last resort is the caller's: ask [`last_resort`](Self::last_resort), a tier of spares ([`first_tier`](crate::first_tier)),
/// or fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub enum NoneUp {
    /// There is no consumer.
    Empty,
    /// Every consumer was tried, or as many as allowed, and none may serve the key.
    Out {
        /// The consumer that the key belongs to, down or not.
        owner: NodeIndex,
        /// The first consumer found that is not down: it is draining, or warming up and does not take this key yet.
        reserve: Option<NodeIndex>,
        /// How many consumers of the order cannot serve the key: as many as there are, or as many as were allowed.
        tried: usize,
        /// Whether the allowed tries ended before the consumers did.
        cut: bool,
    },
}

impl NoneUp {
    /// The consumer to ask if the caller would rather try than fail: the reserve, else the owner. `None` if there is no consumer.
    #[must_use]
    pub fn last_resort(&self) -> Option<NodeIndex> {
        match *self {
            Self::Empty => None,
            Self::Out { owner, reserve, .. } => Some(reserve.unwrap_or(owner)),
        }
    }
}

impl fmt::Display for NoneUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("there is no consumer; add one"),
            Self::Out { tried, cut: true, .. } => {
                write!(f, "none of the first {tried} consumers is up; allow more tries, or ask the last resort")
            }
            Self::Out { .. } => f.write_str("no consumer is up; ask the last resort, or a tier of spares"),
        }
    }
}

impl error::Error for NoneUp {}
