//! Algorithms that promise every node the same: counts of random keys are multinomial.

use crate::algorithm::{Algorithm, Law};
use crate::stats::multinomial::{UniformLaw, pooled_chi_square};
use crate::stats::{Interval, StatsError, Tail, float};

use super::cell::Cell;
use super::count::length;
use super::figure::Sheet;
use super::gate::Gate;
use super::pearson::Pearson;

/// X² of the counts, both tails.
pub(super) struct Uniform;

impl Gate for Uniform {
    fn name(&self) -> &'static str {
        "uniform"
    }

    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64> {
        is_uniform(algorithm).then(|| u64::from(nodes > 1))
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        sheet.none("keys of nobody", cell.nobody, "valid answers");
        if cell.nodes > 1 {
            let (pearson, band) = chi_square(&cell.counts, cell.tail)?;
            sheet.both_tails("X²", pearson.statistic, band, "multinomial");
            sheet.pearson = Some(pearson);
        }
        Ok(())
    }
}

/// Whether the algorithm says that all nodes expect the same.
pub(super) fn is_uniform(algorithm: &Algorithm) -> bool {
    algorithm.properties().uniform || algorithm.law() == Law::Uniform
}

/// X² of counts of equal nodes and its band; cells that expect too few keys are pooled.
pub(super) fn chi_square(counts: &[u64], tail: Tail) -> Result<(Pearson, Interval), StatsError> {
    const FEW: f64 = 5.0;
    let keys: u64 = counts.iter().sum();
    let mean = float(keys) / float(counts.len());
    let pooled = pooled_chi_square(counts, &vec![mean; counts.len()])?;
    // Two nodes take the exact binomial law, in which an X² of 0 is no defect.
    let band = if mean < FEW { pooled.band(tail) } else { UniformLaw::new(length(counts.len()), keys)?.chi_square_band(tail) };
    Ok((Pearson::new(&pooled, keys), band))
}
