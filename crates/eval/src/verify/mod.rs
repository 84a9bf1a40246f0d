//! `annulus verify`: acceptance gates, a file each, that an algorithm is held to by what it promises.
//!
//! Figures without chance in them must hold exactly. Random figures are counted before anything runs, and each tail of
//! each gets its part of one false alarm in a thousand runs; values that are too good fail as well. Some intervals were
//! calibrated by simulation instead (see [`stats::maglev`](crate::stats::maglev)); they stand outside that count.

mod arcs;
mod boundaries;
mod cell;
mod collisions;
mod figure;
mod movement;
mod names;
mod oracle;
mod order;
mod over_seeds;
mod places;
mod replicas;
mod shares;
mod slots;
mod subject;
mod uniform;
mod weights;

use rayon::prelude::*;

use crate::error::Error;
use crate::progress::Progress;
use crate::refusal;
use crate::registry::Algorithm;
use crate::stats::family::Family;

use cell::Cell;
use figure::Sheet;
use over_seeds::{OVER_SEEDS, Pearson};

pub use figure::Figure;
pub use oracle::{Answers, Oracle};
pub(crate) use subject::{SharedHasher, Subject};

/// One family of checks.
trait Gate: Sync {
    /// Its name in the table.
    fn name(&self) -> &'static str;

    /// How many random figures it judges on each seed; `None` where the algorithm promises nothing of the kind.
    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64>;

    /// Judges one algorithm at one size under one seed.
    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), Error>;
}

/// All gates, in the order in which they are shown.
const GATES: [&dyn Gate; 13] = [
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

/// What is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Numbers of nodes, each at least 1.
    pub nodes: Vec<u64>,
    /// On how many seeds everything is judged, at least 1.
    pub seeds: u32,
    /// Random digests of each seed.
    pub keys: usize,
    /// The seed of all seeds.
    pub seed: u64,
}

impl Plan {
    /// Digests over all seeds in the thorough plan: enough to see a spread of shares of 1 % at a thousand nodes.
    const KEYS: usize = 10_000_000;
    /// The least number for one seed: with two hundred seeds they stay affordable, and add up to a hundred million.
    const LEAST_KEYS: usize = 500_000;
    /// Digests of each seed in the quick plan.
    const QUICK_KEYS: usize = 1_000_000;

    /// The plan of `annulus verify`: ten million digests or more in all, sizes with laws of their own among the nodes.
    #[must_use]
    pub fn thorough(seeds: u32) -> Self {
        let keys = cell::position(u64::from(seeds.max(1)));
        Self { nodes: vec![1, 2, 10, 30, 100, 1000], seeds, keys: (Self::KEYS / keys).max(Self::LEAST_KEYS), seed: 1 }
    }

    /// The plan of `annulus verify --quick`: a million digests and fewer sizes.
    #[must_use]
    pub fn quick(seeds: u32) -> Self {
        Self { nodes: vec![1, 2, 10, 100], seeds, keys: Self::QUICK_KEYS, seed: 1 }
    }
}

/// What one gate says of one algorithm at one size, over all seeds.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The gate.
    pub gate: &'static str,
    /// The algorithm's key.
    pub algorithm: String,
    /// The number of nodes.
    pub nodes: u64,
    /// How many figures were judged.
    pub judged: u64,
    /// Those that do not hold.
    pub failures: Vec<Figure>,
    /// The figure nearest to an end of its interval, or outside.
    pub closest: Option<Figure>,
    /// What the algorithm refused, so that part of the gate or all of it could not be judged.
    pub refusal: Option<String>,
}

impl Outcome {
    /// Whether all figures hold.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.failures.is_empty()
    }
}

/// One algorithm at one size under one seed.
type Turn<'a> = (&'a Algorithm, u64, u32);

/// Holds each algorithm to every gate that its promises call for, at each size and on each seed.
///
/// # Errors
/// A plan without nodes or seeds, or a law asked for what it cannot give.
pub fn verify(algorithms: &[&Algorithm], plan: &Plan, progress: &Progress) -> Result<Vec<Outcome>, Error> {
    let family = family(algorithms, plan)?;
    // The greatest first, so that no core is left with one of them at the end.
    let mut turns: Vec<Turn<'_>> = Vec::new();
    for &nodes in &plan.nodes {
        for seed in 0..plan.seeds {
            turns.extend(algorithms.iter().map(|&algorithm| (algorithm, nodes, seed)));
        }
    }
    turns.sort_by_key(|&(_, nodes, _)| std::cmp::Reverse(nodes));
    let sheets = turns
        .par_iter()
        .with_max_len(1)
        .map(|turn| {
            let sheets = take(turn, plan, family);
            progress.advance(1);
            sheets
        })
        .collect::<Result<Vec<_>, _>>()?;
    gather(algorithms, plan, &turns, sheets, family)
}

/// How many turns [`verify`] takes: the units of its progress.
#[must_use]
pub fn work(algorithms: &[&Algorithm], plan: &Plan) -> u64 {
    cell::length(algorithms.len() * plan.nodes.len()) * u64::from(plan.seeds)
}

/// The family of all random figures of a plan, counted without running anything.
///
/// # Errors
/// No seeds.
pub fn family(algorithms: &[&Algorithm], plan: &Plan) -> Result<Family, Error> {
    let each = |algorithm: &Algorithm, nodes| -> u64 {
        let of_each_seed: u64 = GATES.iter().filter_map(|gate| gate.random_figures(algorithm, nodes)).sum();
        // One figure of all seeds counts as one of each, which is stricter than need be.
        let of_all: u64 = OVER_SEEDS.iter().map(|gate| gate.random_figures(algorithm, nodes, plan.seeds)).sum();
        of_each_seed + of_all
    };
    let cells = algorithms.iter().flat_map(|&algorithm| plan.nodes.iter().map(move |&nodes| (algorithm, nodes)));
    let checks: u64 = cells.map(|(algorithm, nodes)| each(algorithm, nodes)).sum();
    Ok(Family::new(checks.max(1), u64::from(plan.seeds))?)
}

/// Every gate on one turn: `None` where it does not apply.
fn take(turn: &Turn<'_>, plan: &Plan, family: Family) -> Result<Vec<Option<Sheet>>, Error> {
    let &(algorithm, nodes, seed) = turn;
    let cell = match Cell::new(algorithm, nodes, plan, seed, family.tail()) {
        Ok(cell) => cell,
        Err(refusal) => return Ok(refused(algorithm, nodes, seed, &refusal::of_node(&refusal, algorithm.key()))),
    };
    let judge = |gate: &&dyn Gate| {
        let Some(counted) = gate.random_figures(algorithm, nodes) else { return Ok(None) };
        let mut sheet = Sheet::new(seed);
        gate.judge(&cell, &mut sheet)?;
        debug_assert!(sheet.random <= counted, "{} judged {} random figures and counted {counted}", gate.name(), sheet.random);
        Ok(Some(sheet))
    };
    GATES.iter().map(judge).collect()
}

/// What is said where the membership as such is refused.
fn refused(algorithm: &Algorithm, nodes: u64, seed: u32, why: &str) -> Vec<Option<Sheet>> {
    let sheet = |gate: &&dyn Gate| {
        gate.random_figures(algorithm, nodes).map(|_| {
            let mut sheet = Sheet::new(seed);
            sheet.refused(why);
            sheet
        })
    };
    GATES.iter().map(sheet).collect()
}

/// One outcome for each gate, algorithm and size, from the sheets of all seeds.
fn gather(
    algorithms: &[&Algorithm],
    plan: &Plan,
    turns: &[Turn<'_>],
    sheets: Vec<Vec<Option<Sheet>>>,
    family: Family,
) -> Result<Vec<Outcome>, Error> {
    let sheets: Vec<(&Turn<'_>, Vec<Option<Sheet>>)> = turns.iter().zip(sheets).collect();
    let own = |key: &str, nodes: u64| -> Vec<&[Option<Sheet>]> {
        let own = sheets.iter().filter(|((of, size, _), _)| of.key() == key && *size == nodes);
        own.map(|(_, sheets)| sheets.as_slice()).collect()
    };
    let cells = || algorithms.iter().flat_map(|algorithm| plan.nodes.iter().map(|&nodes| (algorithm.key(), nodes)));
    let mut outcomes = Vec::new();
    for (number, gate) in GATES.iter().enumerate() {
        for (key, nodes) in cells() {
            let own = own(key, nodes);
            outcomes.extend(merge(gate.name(), key, nodes, own.iter().filter_map(|sheets| sheets[number].as_ref())));
        }
    }
    for gate in &OVER_SEEDS {
        for (key, nodes) in cells() {
            // At most one gate of each seed leaves an X², so that seeds are independent.
            let found: Vec<Pearson> = own(key, nodes).into_iter().flatten().flatten().filter_map(|sheet| sheet.pearson).collect();
            let sheet = gate.judged(&found, family.tail())?;
            outcomes.extend(merge(gate.name, key, nodes, sheet.iter()));
        }
    }
    Ok(outcomes)
}

fn merge<'a>(gate: &'static str, algorithm: &str, nodes: u64, sheets: impl Iterator<Item = &'a Sheet>) -> Option<Outcome> {
    let mut sheets = sheets.peekable();
    sheets.peek()?;
    let algorithm = algorithm.to_owned();
    let mut outcome = Outcome { gate, algorithm, nodes, judged: 0, failures: Vec::new(), closest: None, refusal: None };
    for sheet in sheets {
        outcome.judged += sheet.judged;
        outcome.failures.extend(sheet.failures.iter().cloned());
        let figures = outcome.closest.take().into_iter().chain(sheet.closest.clone());
        outcome.closest = figures.min_by(|a, b| a.margin().total_cmp(&b.margin()));
        outcome.refusal = outcome.refusal.or_else(|| sheet.refusal.clone());
    }
    Some(outcome)
}
