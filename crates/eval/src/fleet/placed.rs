//! What is placed: somebody's keys with their loads, or random digests.

use std::borrow::Cow;

use annulus_core::Digest;

use crate::algorithm::Placement;
use crate::keys::{LoadedKeys, generated};
use crate::record::RANDOM_DIGESTS;

/// Random digests for each member, and the fewest and the most of all.
const EACH: usize = 1_000;
const FEWEST: usize = 1_000_000;
const MOST: usize = 4_000_000;

/// How many random digests tell that many members apart.
pub(super) fn enough(members: usize) -> usize {
    members.saturating_mul(EACH).clamp(FEWEST, MOST)
}

/// Keys with their loads.
#[derive(Clone, Debug)]
pub(crate) enum Placed {
    Given(LoadedKeys),
    /// Each with a load of 1.
    Random(Vec<Digest>),
}

impl Placed {
    /// Enough random digests to tell that many members apart.
    pub(crate) fn random(seed: u64, members: usize) -> Self {
        Self::Random(generated::digests(seed, 0, enough(members)))
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Given(keys) => keys.keys().name(),
            Self::Random(_) => RANDOM_DIGESTS,
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Given(keys) => keys.keys().len(),
            Self::Random(digests) => digests.len(),
        }
    }

    /// The load of the key at this position.
    pub(crate) fn load(&self, position: usize) -> u64 {
        match self {
            Self::Given(keys) => keys.loads()[position],
            Self::Random(_) => 1,
        }
    }

    /// Whether the load is something else than the number of keys.
    pub(crate) fn has_loads(&self) -> bool {
        matches!(self, Self::Given(keys) if keys.loads().iter().any(|&load| load != 1))
    }

    /// The sum of all loads.
    pub(crate) fn total_load(&self) -> u64 {
        (0..self.len()).map(|position| self.load(position)).sum()
    }

    /// The digests, as this placement hashes keys.
    pub(super) fn digests(&self, placement: &dyn Placement) -> Cow<'_, [Digest]> {
        match self {
            Self::Given(keys) => Cow::Owned(keys.keys().iter().map(|key| placement.digest(key.as_bytes())).collect()),
            Self::Random(digests) => Cow::Borrowed(digests),
        }
    }
}
