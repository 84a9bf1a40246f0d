//! One algorithm with its parameters, and what it does for the system that is asked about.

use crate::algorithm::Algorithm;

/// How a figure came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The algorithm promises it, and `annulus verify` holds it to that.
    Promised,
    /// By a law of probability.
    Law(&'static str),
    /// By building states and counting.
    Counted {
        /// The sets of names, or the nodes that left.
        samples: u32,
    },
    /// Timed now, on this machine.
    Timed,
}

/// A figure and the number of nodes at which it is worst.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Worst {
    pub(crate) value: f64,
    pub(crate) nodes: usize,
    pub(crate) source: Source,
}

impl Worst {
    /// The greater of two.
    pub(crate) fn or(self, other: Self) -> Self {
        if other.value > self.value { other } else { self }
    }
}

/// What is known of an algorithm that meets the requirements.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    /// The busiest node over its part, exceeded by one set of names in a thousand.
    pub(crate) busiest: Worst,
    /// Copies of the busiest node over its part, under any algorithm. Nothing for keys without copies.
    pub(crate) copies: Option<Worst>,
    /// Keys that one change moves over the least possible.
    pub(crate) moved: Worst,
    /// Keys moved needlessly in a month, as a part of all keys.
    pub(crate) extra: f64,
    /// Bytes of the state.
    pub(crate) bytes: Worst,
    /// Nanoseconds of a look-up with the fewest and with the most nodes.
    pub(crate) lookup: Option<[f64; 2]>,
}

impl Figures {
    /// The slower of the look-ups; nothing where they were not timed.
    pub(crate) fn slowest(&self) -> f64 {
        self.lookup.map_or(f64::NAN, |[now, later]| now.max(later))
    }
}

/// An algorithm that meets the requirements.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) algorithm: Algorithm,
    /// How many parameters it has.
    pub(crate) parameters: usize,
    pub(crate) figures: Figures,
}

/// A requirement that is not met.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Miss {
    /// Weights are refused.
    Weights,
    /// Routers that share nothing but the set of nodes would not agree.
    Order,
    /// Routers would have to share what happened.
    History,
    /// The busiest node has too much.
    Busiest(Worst),
    /// Copies lie too unevenly, under any algorithm.
    Copies(Worst),
    /// A change moves too much.
    Moved(Worst),
    /// The state is too large.
    Bytes(Worst),
    /// Look-ups are too slow.
    Lookup(Worst),
}

impl Miss {
    /// Whether no parameters can help.
    pub(crate) const fn is_of_promises(self) -> bool {
        matches!(self, Self::Weights | Self::Order | Self::History | Self::Copies(_))
    }
}

/// One set of parameters that was tried, and what it misses; nothing where it meets all.
#[derive(Clone, Debug)]
pub(crate) struct Tried {
    pub(crate) text: String,
    pub(crate) miss: Option<Miss>,
    /// What the nodes of a fleet, or one of them, were refused for.
    pub(crate) refusal: Option<String>,
}

/// What became of one algorithm.
#[derive(Debug)]
pub(crate) struct Considered {
    /// Its name, and what it is.
    pub(crate) name: String,
    pub(crate) title: String,
    /// What was tried, in order.
    pub(crate) tried: Vec<Tried>,
    /// The least parameters that meet all requirements but the look-up's.
    pub(crate) found: Option<Candidate>,
}
