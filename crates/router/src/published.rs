//! What is told of updates and of the copies that they need.

/// An update that was published.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Changes, Shared};
///
/// let caches = Shared::new(HashRing::from_consumers([("a", 1), ("b", 2)])?);
/// let published = caches.update(Changes::new().remove("b").replace("cache-a", 9))?;
/// assert_eq!(published.version, 1);
/// assert_eq!(*published.ignored, ["cache-a".into()]); // no consumer has this name: a typing error?
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Published {
    /// The version of the snapshot that has it. If nothing changed, nothing was published, and it is the version before.
    pub version: u64,
    /// How many updates were published with it, this one included.
    pub merged: usize,
    /// The names of changes without effect, since no consumer of this name was there: of removals, weights and data.
    pub ignored: Box<[Box<str>]>,
}

/// The copies of a shared ring, and what they cost so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CopyCounts {
    /// The rings there are now: the published one, the spare, and those that readers hold.
    pub copies: usize,
    /// The former rings that readers and snapshots hold.
    pub held: usize,
    /// How often a ring was cloned.
    pub clones: u64,
    /// How often a copy replayed what it missed.
    pub replays: u64,
}
