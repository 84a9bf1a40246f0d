//! Patterned names and keys, as people give them: a hash that is good only for random ones shows here.

use annulus_core::Digest;

use crate::algorithm::{Algorithm, Law};
use crate::keys::patterns::Pattern;
use crate::stats::StatsError;

use super::cell::{Cell, count, equal, expected_shares};
use super::count::length;
use super::figure::Sheet;
use super::gate::Gate;
use super::{arcs, shares, slots, uniform};

/// Each pattern of names by the law of the algorithm, with the keys of the same pattern, both tails.
pub(super) struct Names;

/// Keys of each pattern.
const KEYS: u32 = 200_000;

impl Gate for Names {
    fn name(&self) -> &'static str {
        "names"
    }

    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64> {
        let counts = u64::from(nodes > 1 && (uniform::is_uniform(algorithm) || algorithm.tells_shares()));
        let each = counts + arcs::figures(algorithm, nodes).unwrap_or(0);
        Some(each * length(Pattern::ALL.len()))
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        // There is hardly anything of a seed in patterns: once is enough.
        if cell.repetition > 0 {
            return Ok(());
        }
        Pattern::ALL.into_iter().try_for_each(|pattern| judge(pattern, cell, sheet))
    }
}

fn judge(pattern: Pattern, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
    let seed = cell.plan.seed;
    let names: Vec<String> = (0..u32::MAX).take(cell.names.len()).map(|at| pattern.node(seed, at)).collect();
    let subject = match equal(cell.algorithm, None, &names) {
        Ok(subject) => subject,
        Err(refusal) => {
            sheet.refused(cell.told(&refusal));
            return Ok(());
        }
    };
    let digests: Vec<Digest> = (0..KEYS).map(|at| subject.digest(&pattern.text(seed, at))).collect();
    let (counts, nobody) = count(&subject.owners(&digests), names.len());
    sheet.none(format!("{pattern}: keys of nobody"), nobody, "valid answers");
    match (cell.algorithm.law(), subject.shares()) {
        (Law::Arcs { points }, Some(shares)) => arcs::judge(&shares, points, cell.tail, sheet)?,
        (Law::Slots { slots }, Some(shares)) => slots::judge(&shares, slots, sheet)?,
        _ => {}
    }
    if cell.nodes < 2 {
        return Ok(());
    }
    let name = format!("{pattern}: X² of keys");
    if uniform::is_uniform(cell.algorithm) {
        let (pearson, band) = uniform::chi_square(&counts, cell.tail)?;
        sheet.both_tails(&name, pearson.statistic, band, "multinomial");
    } else if let Some(expected) = expected_shares(cell.algorithm, &*subject) {
        shares::against(&counts, &expected, cell.tail, &name, sheet)?;
    }
    Ok(())
}
