//! The parts of a study: one list.

use super::part::Part;
use super::{change, churn, failure, lookup, memory, paper, patterns, placements, popularity, replicas, weighted, work};

/// All parts, in the order of their records; those that run alone come last, size by size.
pub(super) const PARTS: [Part; 12] = [
    placements::PART,
    failure::PART,
    churn::PART,
    replicas::PART,
    weighted::PART,
    patterns::PART,
    popularity::PART,
    work::PART,
    paper::PART,
    memory::PART,
    change::PART,
    lookup::PART,
];
