//! Why a member was refused.

use core::{error::Error, fmt};

use crate::{NodeIndex, Weight};

/// Why a membership was refused. Nothing has changed when one of these is returned.
///
/// Its words say what to do; its fields serve a program that acts by itself. Variants may be added, so a `match` ends with `_`.
///
/// ```
/// use annulus_core::Refusal;
///
/// fn should_retry_with_more_memory(refusal: &Refusal) -> bool {
///     matches!(refusal, Refusal::TooLarge { bytes, .. } if *bytes < 1 << 30)
/// }
/// let refusal = Refusal::TooLarge { bytes: 4096, limit: 1024 };
/// assert!(should_retry_with_more_memory(&refusal));
/// assert!(refusal.to_string().ends_with("raise the limit or take smaller parameters"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// A consumer of this name is there already. `consumer_mut` changes its data, `set_weight` its weight.
    Duplicate,
    /// Another name hashes to the same 64-bit seed, so the two could not be told apart.
    ///
    /// With a good hasher this takes about 2³² names; seen earlier, the hasher is weak.
    SeedCollision {
        /// The consumer that holds the seed: its index in the roster, or one past it and on for members given in the same call.
        with: NodeIndex,
    },
    /// This algorithm serves equal consumers only, and the weight is not one.
    WeightUnsupported {
        /// The weight asked for.
        weight: Weight,
    },
    /// The state would need more memory than the cluster's limit allows.
    TooLarge {
        /// Bytes that the algorithm's state would take.
        bytes: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// There would be more consumers than the algorithm can place.
    TooManyNodes {
        /// How many there would be.
        nodes: u64,
        /// How many there may be.
        limit: u64,
    },
    /// There would be more virtual nodes (ring points) than the limit allows.
    TooManyPoints {
        /// How many there would be.
        points: u64,
        /// How many there may be.
        limit: u64,
    },
    /// The consumer's share is too small for the algorithm's resolution, so it would get nothing or not what it is due.
    NoShare {
        /// The consumer: its index in the roster, or one past it and on for the members given.
        node: NodeIndex,
        /// Its weight.
        weight: Weight,
        /// The least weight that would get a share in this membership.
        least: u64,
    },
    /// The change would leave another consumer, one that is there already, with too small a share.
    Starves {
        /// That consumer's index in the roster.
        node: NodeIndex,
        /// Its weight.
        weight: Weight,
        /// The least weight that would then get a share.
        least: u64,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Duplicate => write!(f, "a consumer of this name is there already; change its data or its weight instead"),
            Self::SeedCollision { with } => write!(
                f,
                "its name hashes to the same seed as that of number {with}, counted from 0 through those there and those given; \
                 rename one of them, or take a better hasher"
            ),
            Self::WeightUnsupported { weight } => write!(
                f,
                "weight {weight} was asked for, and this algorithm serves equal consumers only; take weight 1 or another algorithm"
            ),
            Self::TooLarge { bytes, limit } => write!(
                f,
                "the state would take {bytes} bytes, and the limit is {limit}; raise the limit or take smaller parameters"
            ),
            Self::TooManyNodes { nodes, limit } => write!(
                f,
                "there would be {nodes} consumers, and there is room for {limit}; take larger parameters or another algorithm"
            ),
            Self::TooManyPoints { points, limit } => write!(
                f,
                "there would be {points} virtual nodes, and the limit is {limit}; take fewer points for a unit of weight"
            ),
            Self::NoShare { weight, least, .. } => {
                write!(
                    f,
                    "its weight is {weight}, and the least that gets a share here is {least}; raise it or take finer parameters"
                )
            }
            Self::Starves { node, weight, least } => write!(
                f,
                "the consumer at index {node}, of weight {weight}, would be left without a share, for which the least would be {least}; \
                 raise its weight or take finer parameters"
            ),
        }
    }
}

impl Error for Refusal {}

/// Why members were not added, or weights not set, and which of those given was refused.
///
/// ```
/// use annulus_core::{AddError, Refusal};
/// let error = AddError::new(2, Refusal::Duplicate);
/// assert!(error.to_string().starts_with("member 2 of those given was refused: a consumer of this name is there"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddError {
    /// The position, from zero, of the refused one among the members given; the last one's where the membership as a whole was
    /// refused.
    pub position: usize,
    /// Why.
    pub reason: Refusal,
}

impl AddError {
    /// The error that refuses the member at `position` of those given.
    #[must_use]
    pub const fn new(position: usize, reason: Refusal) -> Self {
        Self { position, reason }
    }
}

impl fmt::Display for AddError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "member {} of those given was refused: {}", self.position, self.reason)
    }
}

impl Error for AddError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.reason)
    }
}
