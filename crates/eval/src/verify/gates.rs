//! All gates: those of each seed, and those of all seeds together.

use super::gate::Gate;
use super::over_seeds::{self, OverSeeds};
use super::{arcs, asking, balance, collisions, heirs, history, instances, movement, names, oracle, order};
use super::{places, probes, ranks, replicas, shares, slots, together, uniform, weights, widths};

/// All gates, in the order in which they are shown.
pub(super) const GATES: [&dyn Gate; 26] = [
    &uniform::Uniform,
    &shares::Shares,
    &arcs::Arcs,
    &slots::Slots,
    &slots::Collateral,
    &ranks::Ranks,
    &ranks::TwoNodes,
    &ranks::Pairs,
    &ranks::First,
    &ranks::UnderCap,
    &probes::Probes,
    &balance::Balance,
    &widths::Widths,
    &movement::Movement,
    &history::History,
    &weights::Weights,
    &together::Together,
    &order::Order,
    &instances::Instances,
    &asking::Asking,
    &replicas::Replicas,
    &places::Places,
    &heirs::Heirs,
    &oracle::AgainstOracle,
    &names::Names,
    &collisions::Collisions,
];

/// What is judged of all seeds together, shown after them.
pub(super) const OVER_SEEDS: [OverSeeds; 2] = [over_seeds::EXCESS, over_seeds::SPREAD];
