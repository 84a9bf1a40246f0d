//! Algorithms in the examples of the program's help.

use super::{jump, maglev, modulo, rendezvous, ring, slots};

/// Names of algorithms, each of which an example names.
pub(crate) struct Examples {
    pub(crate) first: &'static str,
    /// Its answers depend on the order of the nodes.
    pub(crate) ordered: &'static str,
    /// It is asked for replicas.
    pub(crate) replicated: &'static str,
    /// It has a table.
    pub(crate) tabled: &'static str,
    /// It has a table in which changes move the least.
    pub(crate) ranked: &'static str,
}

pub(crate) const EXAMPLES: Examples =
    Examples { first: ring::NAME, ordered: jump::NAME, replicated: rendezvous::NAME, tabled: maglev::NAME, ranked: slots::NAME };

impl Examples {
    /// The names of all but the baseline.
    pub(crate) fn consistent(&self) -> [&'static str; 5] {
        [self.first, self.ordered, self.replicated, self.tabled, self.ranked]
    }

    /// The names of all, as a list of the command line.
    pub(crate) fn all(&self) -> String {
        format!("{},{}", self.consistent().join(","), modulo::NAME)
    }

    /// What the command line takes as a list of algorithms.
    pub(crate) fn help(&self) -> String {
        format!("Algorithms, as {} or {} [default: all]", self.all(), self.with_limit())
    }

    /// Two names, as a list of the command line.
    pub(crate) fn pair(&self) -> String {
        format!("{},{}", self.first, self.ordered)
    }

    /// One with a parameter.
    pub(crate) fn with_parameter(&self) -> String {
        format!("{}:points=1000", self.first)
    }

    /// One with a parameter and a limit of memory.
    pub(crate) fn with_limit(&self) -> String {
        format!("{},memory=2GB", self.with_parameter())
    }

    /// One for weights in gigabytes.
    pub(crate) fn with_unit(&self) -> String {
        format!("{}:points=160/16000", self.first)
    }

    /// One with its default parameter.
    pub(crate) fn with_default(&self) -> String {
        format!("{}:points=160", self.first)
    }

    /// One with slots.
    pub(crate) fn with_slots(&self) -> String {
        format!("{}:slots=655373", self.tabled)
    }

    /// One under another hash.
    pub(crate) fn with_hash(&self) -> String {
        format!("{}:hash=xxh3", self.ordered)
    }
}
