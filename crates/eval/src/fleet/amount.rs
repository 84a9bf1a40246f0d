//! Amounts of keys, and how evenly they lie.

use std::ops::{AddAssign, SubAssign};

use crate::members::Member;
use crate::stats::StatsError;
use crate::stats::balance::Loads;

/// Keys, and their load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Amount {
    pub(crate) load: u64,
    pub(crate) keys: u64,
}

impl Amount {
    /// One key of this load.
    pub(super) const fn key(load: u64) -> Self {
        Self { load, keys: 1 }
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, more: Self) {
        self.keys += more.keys;
        self.load += more.load;
    }
}

impl SubAssign for Amount {
    fn sub_assign(&mut self, less: Self) {
        self.keys -= less.keys;
        self.load -= less.load;
    }
}

impl std::iter::Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), |mut sum, amount| {
            sum += amount;
            sum
        })
    }
}

/// How evenly keys or load lie, each member's over what its weight gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) busiest: f64,
    pub(crate) idlest: f64,
    pub(crate) cv: f64,
}

impl Spread {
    pub(super) fn of(counts: &[u64], weights: &[f64]) -> Result<Self, StatsError> {
        let loads = Loads::weighted(counts, weights)?;
        Ok(Self { busiest: loads.max_over_mean(), idlest: loads.min_over_mean(), cv: loads.cv() })
    }

    /// Of keys, and of load.
    pub(super) fn of_both(amounts: &[Amount], weights: &[f64]) -> Result<[Self; 2], StatsError> {
        let keys: Vec<u64> = amounts.iter().map(|amount| amount.keys).collect();
        let loads: Vec<u64> = amounts.iter().map(|amount| amount.load).collect();
        Ok([Self::of(&keys, weights)?, Self::of(&loads, weights)?])
    }
}

/// The sum of the weights of members.
pub(super) fn total_weight(members: &[Member]) -> u64 {
    members.iter().map(|member| u64::from(member.weight.get())).sum()
}

/// The weights of members, as statistics take them.
pub(super) fn weights(members: &[Member]) -> Vec<f64> {
    members.iter().map(|member| f64::from(member.weight.get())).collect()
}
