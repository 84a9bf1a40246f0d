//! Which consumers may serve a key.

use annulus_core::{Digest, NodeIndex, Nodes};

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
/// }
/// assert!(FirstTen.admits(NodeIndex::new(9), Digest::of_id(42)));
/// ```
///
/// [`HealthView`](crate::HealthView) implements it from what is known of each consumer, and [`Everyone`] admits all. To leave out
/// a few consumers of either, wrap it in [`Except`]; to leave out many, in [`Only`].
pub trait Available {
    /// Whether the consumer takes this key before others do.
    ///
    /// If no consumer admits a key, one whose [`part`](Self::part) is not 0 takes it all the same: one that is warming up and
    /// whose share does not have this key yet. All look-ups of this crate do so.
    fn admits(&self, index: NodeIndex, digest: Digest) -> bool;

    /// The part of the consumer's weight that counts, in units of 1/65,536; 0 if it takes no new keys.
    fn part(&self, index: NodeIndex) -> u32;

    /// Whether the consumer serves what it has begun, such as a session. If not given: whether its part is not 0.
    fn answers(&self, index: NodeIndex) -> bool {
        self.part(index) > 0
    }

    /// The weights of all consumers, each multiplied by its [`part`](Self::part). If not given, they are added up, which is O(N)
    /// for each request that [`Relative`](crate::Relative) or [`Locked`](crate::Locked) caps admit.
    fn live_weight(&self, nodes: &Nodes) -> u64 {
        let counts = |(index, weight): (NodeIndex, &annulus_core::Weight)| u64::from(weight.get()) * u64::from(self.part(index));
        nodes.indices().zip(nodes.weights()).map(counts).fold(0, u64::saturating_add)
    }
}

/// All consumers, at all times.
///
/// ```
/// use annulus_core::{Digest, NodeIndex};
/// use annulus_router::{Available, Everyone};
/// assert!(Everyone.admits(NodeIndex::new(3), Digest::of_id(42)));
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
    fn live_weight(&self, nodes: &Nodes) -> u64 {
        nodes.total_weight().saturating_mul(WHOLE.into())
    }
}

impl<A: Available + ?Sized> Available for &A {
    fn admits(&self, index: NodeIndex, digest: Digest) -> bool {
        (**self).admits(index, digest)
    }
    fn part(&self, index: NodeIndex) -> u32 {
        (**self).part(index)
    }
    fn answers(&self, index: NodeIndex) -> bool {
        (**self).answers(index)
    }
    fn live_weight(&self, nodes: &Nodes) -> u64 {
        (**self).live_weight(nodes)
    }
}

/// All that are available but a few, such as those that refused this request.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Beside, Except, Health, Loads};
///
/// let ring = HashRing::from_consumers(["a", "b", "c"])?;
/// let (up, load) = (Health::new().view(&ring), Loads::relative(1.25)?.view(&ring));
/// let digest = ring.digest_of("user:42");
/// let first = load.acquire(&ring, &up, digest)?;
/// let refused = [first.index()]; // its connection was refused
/// let second = load.acquire(&ring, &Except::of(&up, &refused), digest)?;
/// assert_ne!(second.name(), first.name());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A question costs O(k) more for k consumers left out.
#[derive(Clone, Copy, Debug)]
pub struct Except<'a, A: ?Sized> {
    available: &'a A,
    left_out: &'a [NodeIndex],
}

impl<'a, A: Available + ?Sized> Except<'a, A> {
    /// All that are `available` but those `left_out`.
    #[must_use]
    pub fn of(available: &'a A, left_out: &'a [NodeIndex]) -> Self {
        Self { available, left_out }
    }
}

impl<A: Available + ?Sized> Available for Except<'_, A> {
    fn admits(&self, index: NodeIndex, digest: Digest) -> bool {
        !self.left_out.contains(&index) && self.available.admits(index, digest)
    }
    fn part(&self, index: NodeIndex) -> u32 {
        if self.left_out.contains(&index) { 0 } else { self.available.part(index) }
    }
    fn answers(&self, index: NodeIndex) -> bool {
        !self.left_out.contains(&index) && self.available.answers(index)
    }
    fn live_weight(&self, nodes: &Nodes) -> u64 {
        let once = self.left_out.iter().enumerate().filter(|(at, index)| !self.left_out[..*at].contains(index));
        let weight = |index: NodeIndex| nodes.weights().get(index.as_usize()).map_or(0, |weight| u64::from(weight.get()));
        let gone = once.map(|(_, &index)| weight(index) * u64::from(self.available.part(index)));
        gone.fold(self.available.live_weight(nodes), u64::saturating_sub)
    }
}

/// All that are available and that a closure takes, such as those of one data centre.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Beside, Everyone, Loads, Only};
///
/// let ring = HashRing::from_consumers([("a", "east"), ("b", "west"), ("c", "west")])?;
/// let load = Loads::fixed(100).view(&ring);
/// let west = Only::of(&Everyone, |index| ring.roster().info(index) == Some(&"west"));
/// for key in 0..10_u64 {
///     assert_ne!(load.acquire(&ring, &west, ring.digest_of(key))?.name(), "a");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// With caps by the total, each admission asks the closure for every consumer, to add up their weights: O(N).
#[derive(Clone, Copy, Debug)]
pub struct Only<'a, A: ?Sized, F> {
    available: &'a A,
    takes: F,
}

impl<'a, A: Available + ?Sized, F: Fn(NodeIndex) -> bool> Only<'a, A, F> {
    /// Those that are `available` and that `takes` is true for.
    #[must_use]
    pub fn of(available: &'a A, takes: F) -> Self {
        Self { available, takes }
    }
}

impl<A: Available + ?Sized, F: Fn(NodeIndex) -> bool> Available for Only<'_, A, F> {
    fn admits(&self, index: NodeIndex, digest: Digest) -> bool {
        (self.takes)(index) && self.available.admits(index, digest)
    }
    fn part(&self, index: NodeIndex) -> u32 {
        if (self.takes)(index) { self.available.part(index) } else { 0 }
    }
    fn answers(&self, index: NodeIndex) -> bool {
        (self.takes)(index) && self.available.answers(index)
    }
}
