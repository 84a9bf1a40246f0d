//! Which law of probability the shares of an algorithm's nodes follow.

/// Which law of probability the shares of an algorithm's nodes follow: what measured balance is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Law {
    /// Every node expects the same: counts are multinomial.
    Uniform,
    /// Arcs between uniform points on a circle, the same number of points for each node.
    Arcs {
        /// Points of a node of weight one.
        points: u64,
    },
    /// A table in which the nodes' slots differ by one at most.
    Slots {
        /// Slots of the table.
        slots: u64,
    },
    /// A table whose slots rank the nodes, where each node has every rank once.
    Dealt {
        /// Slots of the table.
        slots: u64,
    },
    /// The same under a cap: no node has more slots than a multiple of what it is due.
    Capped {
        /// Slots of the table.
        slots: u64,
        /// The multiple, as a fraction.
        cap: (u32, u32),
    },
    /// One point a node on a circle, and several probes a key, of which the one nearest to its successor counts.
    Probes {
        /// Probes of a key.
        probes: u32,
    },
    /// Nothing is known, beyond exact shares where the kernel tells them.
    Unknown,
}

impl Law {
    /// The slots of a table whose slot follows from a digest's upper bits; nothing of what has no table.
    pub(crate) fn table(self) -> Option<u64> {
        match self {
            Self::Slots { slots } | Self::Dealt { slots } | Self::Capped { slots, .. } => Some(slots),
            _ => None,
        }
    }
}
