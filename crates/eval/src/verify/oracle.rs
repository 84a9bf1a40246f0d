//! Plain forms of known algorithms, answer for answer.

use annulus_core::{Digest, Weight};

use crate::algorithm::{Algorithm, Oracle};
use crate::keys::generated;
use crate::stats::StatsError;

use super::cell::{self, Cell};
use super::count::{index, length, position};
use super::figure::Sheet;
use super::gate::Gate;
use super::ranks::firsts;

/// The algorithm against its oracle.
///
/// Ten million random keys are blind to a lost bit of a random word of 31 bits, and to an exact quotient in the place of a
/// rounded one: both change one answer in 2³⁰ or so. Keys at the edges of integers see them.
pub(super) struct AgainstOracle;

impl Gate for AgainstOracle {
    fn name(&self) -> &'static str {
        "oracle"
    }

    fn random_figures(&self, algorithm: &Algorithm, _: u64) -> Option<u64> {
        algorithm.oracle().map(|_| 0)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        const DIGESTS: usize = 20_000;
        let Some(oracle) = cell.algorithm.oracle() else { return Ok(()) };
        let answers = oracle.answers(&cell.subject.seeds());
        let ids = cell.subject.ids();
        let wrong = |digests: &[Digest]| {
            let owners = cell.subject.owners(digests);
            let right = |(&digest, owner): (&Digest, &u32)| ids.get(answers(digest)) == Some(owner);
            length(digests.iter().zip(&owners).filter(|&pair| !right(pair)).count())
        };
        sheet.none("other answers on random digests", wrong(cell.some_digests(DIGESTS)), oracle.name());
        let ends = [0, 1, u64::MAX - 1, u64::MAX].map(Digest::of_hash);
        sheet.none("other answers on the ends of the range", wrong(&ends), oracle.name());
        let probes = oracle.probes(cell.nodes);
        sheet.none("other answers on digests at edges", wrong(&probes), oracle.name());
        unequal(cell, oracle, sheet);
        if cell.repetition == 0 {
            published(cell, oracle, sheet);
        }
        Ok(())
    }
}

/// Weights of 1 to 10, at each slot of a table if there are not too many.
fn unequal(cell: &Cell<'_>, oracle: &Oracle, sheet: &mut Sheet) {
    // The plain form looks at all members for each digest.
    const LOOKED_AT: u64 = 20_000_000;
    let weight = |at: usize| Weight::new(u32::try_from(at % 10).unwrap_or(0) + 1).unwrap_or(Weight::ONE);
    // Where the algorithm refuses, the gate of weights says so.
    let Ok(subject) = cell::weighted(cell.algorithm, None, &cell.names, weight) else { return };
    let (ids, seeds) = (subject.ids(), subject.seeds());
    let members: Vec<(u64, u32)> = ids.iter().zip(seeds).map(|(&id, seed)| (seed, weight(index(id)).get())).collect();
    let Some(answers) = oracle.weighted_answers(&members) else { return };
    let most = (LOOKED_AT / cell.nodes).max(1);
    let digests = match cell.algorithm.law().table() {
        Some(slots) => firsts(slots, most),
        None => cell.some_digests(position(most)).to_vec(),
    };
    let owners = subject.owners(&digests);
    let wrong = digests.iter().zip(owners).filter(|&(&digest, owner)| ids.get(answers(digest)) != Some(&owner));
    sheet.none("other answers with weights", length(wrong.count()), oracle.name());
}

/// Judges the published answers for this number of nodes or, once, at the smallest size, for all numbers.
fn published(cell: &Cell<'_>, oracle: &Oracle, sheet: &mut Sheet) {
    if cell.plan.nodes.iter().min() != Some(&cell.nodes) || oracle.vectors().is_empty() {
        return;
    }
    let mut wrong = 0;
    for &(bits, nodes, expected) in oracle.vectors() {
        let names = generated::node_names(cell.plan.seed, 0, position(nodes));
        let answer = cell::equal(cell.algorithm, None, &names).map(|subject| subject.owners(&[Digest::of_hash(bits)]));
        // Ids are positions, and nobody was removed: they are indices.
        wrong += u64::from(answer.ok().and_then(|owners| owners.first().map(|&id| u64::from(id))) != Some(expected));
    }
    sheet.none("other answers than published", wrong, "golden vectors");
}
