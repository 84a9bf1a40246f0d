//! All gates: one list.

use super::gate::Gate;
use super::{arcs, collisions, movement, names, oracle, order, places, replicas, shares, slots, uniform, weights};

/// All gates, in the order in which they are shown.
pub(super) const GATES: [&dyn Gate; 13] = [
    &uniform::Uniform,
    &shares::Shares,
    &arcs::Arcs,
    &slots::Slots,
    &slots::Collateral,
    &movement::Movement,
    &weights::Weights,
    &order::Order,
    &replicas::Replicas,
    &places::Places,
    &oracle::AgainstOracle,
    &names::Names,
    &collisions::Collisions,
];
