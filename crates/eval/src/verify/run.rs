//! Every gate on every turn, and one outcome for each.

use rayon::prelude::*;

use crate::algorithm::{Algorithm, refusal};
use crate::progress::Progress;
use crate::stats::StatsError;
use crate::stats::family::Family;

use super::cell::Cell;
use super::count::length;
use super::figure::Sheet;
use super::gate::Gate;
use super::gates::{GATES, OVER_SEEDS};
use super::outcome::Outcome;
use super::pearson::Pearson;
use super::plan::Plan;

/// One algorithm at one size under one seed.
type Turn<'a> = (&'a Algorithm, u64, u32);

/// Holds each algorithm to every gate that its promises call for, at each size and on each seed.
///
/// # Errors
/// A plan without nodes or seeds, or a law asked for what it cannot give.
pub fn verify(algorithms: &[&Algorithm], plan: &Plan, progress: &Progress) -> Result<Vec<Outcome>, StatsError> {
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
    length(algorithms.len() * plan.nodes.len()) * u64::from(plan.seeds)
}

/// The family of all random figures of a plan, counted without running anything.
///
/// # Errors
/// No seeds.
pub fn family(algorithms: &[&Algorithm], plan: &Plan) -> Result<Family, StatsError> {
    let each = |algorithm: &Algorithm, nodes| -> u64 {
        let of_each_seed: u64 = GATES.iter().filter_map(|gate| gate.random_figures(algorithm, nodes)).sum();
        // One figure of all seeds counts as one of each, which is stricter than need be.
        let of_all: u64 = OVER_SEEDS.iter().map(|gate| gate.random_figures(algorithm, nodes, plan.seeds)).sum();
        of_each_seed + of_all
    };
    let cells = algorithms.iter().flat_map(|&algorithm| plan.nodes.iter().map(move |&nodes| (algorithm, nodes)));
    let checks: u64 = cells.map(|(algorithm, nodes)| each(algorithm, nodes)).sum();
    Family::new(checks.max(1), u64::from(plan.seeds))
}

/// Every gate on one turn: `None` where it does not apply.
fn take(turn: &Turn<'_>, plan: &Plan, family: Family) -> Result<Vec<Option<Sheet>>, StatsError> {
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
) -> Result<Vec<Outcome>, StatsError> {
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
            outcomes.extend(Outcome::of(gate.name(), key, nodes, own.iter().filter_map(|sheets| sheets[number].as_ref())));
        }
    }
    for gate in &OVER_SEEDS {
        for (key, nodes) in cells() {
            // At most one gate of each seed leaves an X², so that seeds are independent.
            let found: Vec<Pearson> = own(key, nodes).into_iter().flatten().flatten().filter_map(|sheet| sheet.pearson).collect();
            let sheet = gate.judged(&found, family.tail())?;
            outcomes.extend(Outcome::of(gate.name, key, nodes, sheet.iter()));
        }
    }
    Ok(outcomes)
}
