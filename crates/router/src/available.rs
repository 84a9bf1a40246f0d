//! Which consumers may serve a key, and the search for the first that may.

use std::{error, fmt, ops::ControlFlow};

use annulus_core::{ByDigest, Digest, NodeIndex};

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

/// A consumer that `take` took, and how many were offered.
pub(crate) struct Taken<X> {
    pub(crate) index: NodeIndex,
    pub(crate) got: X,
    pub(crate) tries: usize,
}

/// The first consumer in the preference order that `take` takes, within `tries`. In most cases it is the owner, and the order is
/// not walked.
#[inline]
pub(crate) fn first<R: ByDigest + ?Sized, X>(
    ring: &R,
    digest: Digest,
    tries: usize,
    mut take: impl FnMut(NodeIndex) -> Option<X>,
) -> Option<Taken<X>> {
    let owner = if tries == 0 { None } else { ring.locate(digest) }?;
    match take(owner) {
        Some(got) => Some(Taken { index: owner, got, tries: 1 }),
        None => further(ring, digest, tries, &mut take),
    }
}

/// The search past the owner.
#[cold]
fn further<R: ByDigest + ?Sized, X>(
    ring: &R,
    digest: Digest,
    tries: usize,
    take: &mut impl FnMut(NodeIndex) -> Option<X>,
) -> Option<Taken<X>> {
    let (mut taken, mut offered) = (None, 0);
    let tries = tries.min(ring.roster().len());
    if tries > 1 {
        ring.walk(digest, &mut |index| {
            offered += 1;
            // The owner was asked before.
            taken = if offered == 1 { None } else { take(index).map(|got| Taken { index, got, tries: offered }) };
            if taken.is_some() || offered == tries { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
    }
    taken
}

/// One of the first `over` consumers in the preference order that take the key: the one at `turn` modulo their number.
pub(crate) fn nth<R, A>(ring: &R, available: &A, digest: Digest, over: usize, turn: u64) -> Result<NodeIndex, NoneUp>
where
    R: ByDigest + ?Sized,
    A: Available + ?Sized,
{
    let place = |over: usize| usize::try_from(turn % over as u64).unwrap_or_default();
    let (mut passed, mut wanted) = (0, place(over));
    let find = |passed: &mut usize, wanted: usize| {
        first(ring, digest, usize::MAX, |index| {
            *passed += usize::from(available.admits(index, digest));
            (*passed == wanted + 1).then_some(())
        })
    };
    let mut found = find(&mut passed, wanted);
    if found.is_none() && passed > 0 {
        // Fewer than `over` are available, and now it is known how many.
        wanted = place(passed);
        found = find(&mut 0, wanted);
    }
    found
        .or_else(|| first(ring, digest, usize::MAX, |index| (available.part(index) > 0).then_some(())))
        .map(|taken| taken.index)
        .ok_or_else(|| none(ring, digest))
}

/// Why nobody serves the key, after all were tried.
pub(crate) fn none<R: ByDigest + ?Sized>(ring: &R, digest: Digest) -> NoneUp {
    match ring.locate(digest) {
        Some(owner) => NoneUp::Out { owner, reserve: None, tried: ring.roster().len(), cut: false },
        None => NoneUp::Empty,
    }
}
