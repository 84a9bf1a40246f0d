//! How evenly slots are shared: the busiest node, the spread, and the spread of nodes of unequal weight.

use annulus_core::Weight;

use super::super::cell::Cell;
use super::super::count::length;
use super::super::figure::Sheet;
use super::super::gate::Gate;
use super::tables::{of_set, set, slots_of, whole_slots};
use crate::algorithm::Algorithm;
use crate::stats::dealt::{Alike, DealtLaw};
use crate::stats::multinomial::chi_square_band;
use crate::stats::{Interval, StatsError, float};

/// Exact shares against their law, without keys.
pub(in super::super) struct Ranks;

/// Tables of unequal nodes on each seed, and the first set of names.
const TABLES: u32 = 16;
const FIRST_SET: u32 = 3_000_001;

impl Gate for Ranks {
    fn name(&self) -> &'static str {
        "ranks"
    }

    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64> {
        slots_of(algorithm).filter(|&slots| (2..=slots).contains(&nodes)).map(|_| 3)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        let (Some(slots), Some(shares)) = (slots_of(cell.algorithm), cell.subject.shares()) else { return Ok(()) };
        let law = DealtLaw::equal(cell.nodes, slots)?;
        let mean = float(slots) / float(cell.nodes);
        let most = whole_slots(&shares, slots).fold(0.0, f64::max) / mean;
        let band = Interval { low: 1.0 - 1e-9, high: law.quantile(cell.tail.probability()) };
        sheet.random("largest share over mean", most, band, "dealt-maximum");
        let squares: f64 = whole_slots(&shares, slots).map(|own| (own / mean - 1.0).powi(2)).sum();
        let cv = (squares / float(cell.nodes)).sqrt();
        sheet.random("CV of shares", cv, law.share_cv_band(cell.tail), "dealt-ranks");
        unequal(cell, slots, sheet)
    }
}

/// Weights of 1 to 10: squared deviations over their variances, in the mean over nodes and tables.
fn unequal(cell: &Cell<'_>, slots: u64, sheet: &mut Sheet) -> Result<(), StatsError> {
    // The law was measured within a few parts in a hundred.
    const WITHIN: f64 = 0.03;
    let weight = |at: usize| Weight::new(u32::try_from(at % 10).unwrap_or(0) + 1).unwrap_or(Weight::ONE);
    let total: f64 = (0..cell.names.len()).map(|at| f64::from(weight(at).get())).sum();
    let parts = (0..cell.names.len()).map(|at| Alike { nodes: 1, part: f64::from(weight(at).get()) / total });
    let law = DealtLaw::new(slots, &parts.collect::<Vec<_>>())?;
    let mut sum = 0.0;
    for table in 0..TABLES {
        match of_set(cell, set(cell, FIRST_SET, TABLES, table), weight) {
            Ok(subject) => sum += law.deviance(&subject.shares().unwrap_or_default()),
            Err(refusal) => {
                sheet.refused(format!("of weights 1 to 10, {}", cell.told(&refusal)));
                return Ok(());
            }
        }
    }
    // All slots together are fixed, which takes a degree of freedom from each table.
    let degrees = u64::from(TABLES) * (cell.nodes - 1);
    let band = chi_square_band(degrees, cell.tail).scaled(1.0 / float(degrees)).widened(WITHIN);
    let mean = sum / f64::from(TABLES) / float(length(cell.names.len()));
    sheet.both_tails("mean squared deviation over its variance, weights 1 to 10", mean, band, "dealt-weights");
    Ok(())
}
