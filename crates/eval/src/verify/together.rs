//! Several weights that change at once: as much moves as the change of the weights calls for, and nothing against it.

use annulus_core::Weight;

use super::cell::{Cell, compare, weighted};
use super::count::{index, length};
use super::figure::Sheet;
use super::gate::Gate;
use super::ranks::firsts;
use super::uniform::is_uniform;
use crate::algorithm::{Algorithm, Law};
use crate::keys::generated;
use crate::stats::dealt::kept;
use crate::stats::{StatsError, float, remap};

/// Every other node gets another weight.
pub(super) struct Together;

const SETS: u32 = 8;
const FIRST_SET: u32 = 3_500_001;

/// Digests of each set: one of each slot of a table, or random ones.
const DIGESTS: u64 = 1 << 16;

const MOST_NODES: u64 = 100;

impl Gate for Together {
    fn name(&self) -> &'static str {
        "reweighting"
    }

    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64> {
        let properties = algorithm.properties();
        let is_race = is_uniform(algorithm) || matches!(algorithm.law(), Law::Dealt { .. });
        let is_promised = properties.weighted && properties.minimal_reweight && properties.scale_free;
        (is_race && is_promised && (3..=MOST_NODES).contains(&nodes)).then_some(1)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        let digests = match cell.algorithm.law().table() {
            Some(slots) => firsts(slots, DIGESTS),
            None => cell.some_digests(usize::try_from(DIGESTS).unwrap_or(usize::MAX)).to_vec(),
        };
        let (before, after) = (weights(cell, old), weights(cell, new));
        // What a node's weight grows by, beside that of others.
        let grows = |id: u32| after[index(id)] / before[index(id)];
        let (mut moved, mut against) = (0, 0);
        for set in 0..SETS {
            let number = FIRST_SET.wrapping_add(cell.repetition.wrapping_mul(SETS)).wrapping_add(set);
            let names = generated::node_names(cell.plan.seed, number, cell.names.len());
            let subject = weighted(cell.algorithm, None, &names, old).and_then(|old| {
                let mut changed = old.boxed_clone();
                for (at, name) in names.iter().enumerate() {
                    changed.reweigh(name, new(at))?;
                }
                Ok((old, changed))
            });
            match subject {
                Ok((old, changed)) => {
                    let moves =
                        compare(&old.owners(&digests), &*changed, &digests, names.len(), |from, to| grows(to) > grows(from));
                    moved += moves.moved;
                    against += moves.needless;
                }
                Err(refusal) => {
                    sheet.refused(cell.told(&refusal));
                    return Ok(());
                }
            }
        }
        sheet.none("keys moved against the change of weights", against, "minimal");
        // Ranks that are dealt vary less than draws.
        let (all, chance) = (u64::from(SETS) * length(digests.len()), 1.0 - kept(&before, &after));
        let band = remap::binomial_band(all, chance, cell.tail).scaled(1.0 / float(all));
        sheet.random("keys moved by several weights at once", float(moved) / float(all), band, "weights-similarity");
        Ok(())
    }
}

/// From 1 to 10 by position.
fn old(at: usize) -> Weight {
    Weight::new(u32::try_from(at % 10).unwrap_or(0) + 1).unwrap_or(Weight::ONE)
}

/// Every other one has another weight, from 1 to 7.
fn new(at: usize) -> Weight {
    let changed = u32::try_from(at * 5 % 7).unwrap_or(0) + 1;
    if at.is_multiple_of(2) { Weight::new(changed).unwrap_or(Weight::ONE) } else { old(at) }
}

fn weights(cell: &Cell<'_>, of: impl Fn(usize) -> Weight) -> Vec<f64> {
    (0..cell.names.len()).map(|at| f64::from(of(at).get())).collect()
}
