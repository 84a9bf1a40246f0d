//! The fleet as a whole: members and keys, and every algorithm on them.

use crate::algorithm::Algorithm;
use crate::members::Member;
use crate::progress::Progress;
use crate::stats::StatsError;

use super::amount::total_weight;
use super::chance::Chance;
use super::leaving::Victims;
use super::placed::Placed;
use super::standing::Side;

/// Members and keys, with what every algorithm makes of them.
#[derive(Debug)]
pub(crate) struct Fleet {
    pub(crate) members: Vec<Member>,
    pub(crate) placed: Placed,
    /// The sums of all weights and of all loads.
    pub(super) total_weight: u64,
    pub(crate) total_load: u64,
    /// What chance alone would do.
    pub(crate) chance: Chance,
    /// Who was made to leave, of algorithms that have to be rebuilt for it.
    pub(crate) victims: Victims,
    pub(crate) sides: Vec<Side>,
}

impl Fleet {
    /// How many steps [`measure`](Self::measure) reports as done.
    pub(crate) fn work(algorithms: &[Algorithm]) -> u64 {
        1 + 2 * algorithms.len() as u64
    }

    /// Places the keys by each algorithm, and lets every member leave once.
    ///
    /// # Errors
    /// Members or keys of which no statistic can be had.
    pub(crate) fn measure(
        members: Vec<Member>,
        placed: Placed,
        algorithms: &[Algorithm],
        seed: u64,
        progress: &Progress,
    ) -> Result<Self, StatsError> {
        progress.begin("what chance alone would do".to_owned());
        let chance = Chance::of(&members, &placed, seed)?;
        progress.advance(1);
        let victims = Victims::among(members.len());
        let side = |algorithm| Side::measure(algorithm, &members, &placed, &victims, progress);
        let sides = algorithms.iter().map(side).collect::<Result<Vec<_>, _>>()?;
        let (total_weight, total_load) = (total_weight(&members), placed.total_load());
        Ok(Self { members, placed, total_weight, total_load, chance, victims, sides })
    }
}
