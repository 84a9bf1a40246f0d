//! The words with which questions are answered.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// Which nodes leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Leaves {
    /// Any of them: servers fail in no order
    Any,
    /// The last of the list alone
    Last,
    /// Nobody
    None,
}

/// What a moved key costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MovedKey {
    /// Nothing, as of a balancer that tracks connections
    Nothing,
    /// A miss, as of a cache or of a session that starts again
    Miss,
    /// A copy of data, as of a store
    Copy,
}

impl MovedKey {
    /// The most keys that a change may move, over the least possible, where nobody says.
    pub(crate) const fn usual_limit(self) -> f64 {
        match self {
            Self::Nothing => 10.0,
            Self::Miss => 1.5,
            Self::Copy => 1.1,
        }
    }

    /// What is looked at first where nobody says.
    pub(crate) const fn usual_worry(self) -> Worry {
        match self {
            Self::Nothing => Worry::Lookup,
            Self::Miss | Self::Copy => Worry::Moved,
        }
    }
}

/// What routers have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Routers {
    /// The same list of nodes, in the same order
    Order,
    /// The same nodes, each router in its own order
    List,
    /// Nothing: each router finds the nodes by itself, and sees changes at its own time
    Nothing,
}

/// What is looked at first among algorithms that meet all requirements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Worry {
    /// Keys moved needlessly in a month
    Moved,
    /// The busiest node
    Balance,
    /// The time of a look-up
    Lookup,
    /// Bytes of a router
    Memory,
}

impl Worry {
    /// All, in the order in which they are looked at.
    pub(crate) const ALL: [Self; 4] = [Self::Moved, Self::Balance, Self::Lookup, Self::Memory];

    /// This one first, then the others in their order.
    pub(crate) fn first(self) -> impl Iterator<Item = Self> {
        std::iter::once(self).chain(Self::ALL.into_iter().filter(move |other| *other != self))
    }
}
