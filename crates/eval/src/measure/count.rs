//! Counts as positions and as fractions.

use crate::stats::float;

/// A number of nodes as a length. Scenarios allow a million at most.
pub(super) fn index(nodes: u64) -> usize {
    usize::try_from(nodes).unwrap_or(usize::MAX)
}

/// A fraction of counts.
pub(super) fn ratio(part: u64, whole: u64) -> f64 {
    float(part) / float(whole)
}
