//! What chance alone would do: keys thrown at members by their weights.

use rand::Rng;
use rayon::prelude::*;

use crate::keys::generated::{self, Purpose};
use crate::members::Member;
use crate::stats::StatsError;

use super::amount::{Amount, Spread, weights};
use super::placed::Placed;

/// Keys that are thrown in all, and how many times each is at least and at most. The numbers are odd, so that there is a median.
const THROWS: usize = 20_000_000;
const FEWEST: usize = 11;
const MOST: usize = 101;

/// How evenly the same keys lie if each goes to a member at random, in proportion to the weights: the median of many trials.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Chance {
    pub(crate) trials: usize,
    pub(crate) keys: Spread,
    pub(crate) load: Spread,
    /// The least and the most of the busiest member's keys over all trials.
    pub(crate) busiest: [f64; 2],
}

impl Chance {
    pub(super) fn of(members: &[Member], placed: &Placed, seed: u64) -> Result<Self, StatsError> {
        let trials = (THROWS / placed.len().max(1)).clamp(FEWEST, MOST) | 1;
        let weights = weights(members);
        let ends: Vec<u64> = members
            .iter()
            .scan(0, |end, member| {
                *end += u64::from(member.weight.get());
                Some(*end)
            })
            .collect();
        let numbers = 0..u32::try_from(trials).unwrap_or(u32::MAX);
        let spreads = (numbers.into_par_iter())
            .map(|trial| Spread::of_both(&thrown(&ends, placed, seed, trial), &weights))
            .collect::<Result<Vec<_>, _>>()?;
        let busiest = spreads.iter().map(|both| both[0].busiest);
        let busiest = busiest.fold([f64::INFINITY, 0.0], |[least, most], busiest| [least.min(busiest), most.max(busiest)]);
        let [keys, load] = [0, 1].map(|of| median(spreads.iter().map(|both| both[of])));
        Ok(Self { trials, keys, load, busiest })
    }
}

/// One trial. `ends` are the sums of the weights up to each member.
fn thrown(ends: &[u64], placed: &Placed, seed: u64, trial: u32) -> Vec<Amount> {
    let mut rng = generated::generator(seed, Purpose::Ideal, trial);
    let total = ends.last().copied().unwrap_or(0);
    let mut amounts = vec![Amount::default(); ends.len()];
    for position in 0..placed.len() {
        // Below the total, and so never past the last end.
        let place = (u128::from(rng.next_u64()) * u128::from(total)) >> 64;
        let member = ends.partition_point(|&end| u128::from(end) <= place);
        amounts[member] += Amount::key(placed.load(position));
    }
    amounts
}

/// The median of each figure.
fn median(spreads: impl Iterator<Item = Spread>) -> Spread {
    let spreads: Vec<Spread> = spreads.collect();
    let of = |figure: fn(&Spread) -> f64| {
        let mut figures: Vec<f64> = spreads.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    };
    Spread { busiest: of(|spread| spread.busiest), idlest: of(|spread| spread.idlest), cv: of(|spread| spread.cv) }
}
