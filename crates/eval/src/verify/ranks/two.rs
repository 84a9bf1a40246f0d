//! Two nodes, under many sets of names: the sharpest test of the orders of slots.
//!
//! The variance of slots depends on pairs of slots alone, and simple orders have it exactly right: as a mean of many tables that are far too
//! even and of few that are far off. The fourth moment tells them from good ones.

use annulus_core::Weight;

use super::super::cell::Cell;
use super::super::figure::Sheet;
use super::super::gate::Gate;
use super::tables::{of_set, set, slots_of, tables};
use crate::algorithm::Algorithm;
use crate::stats::dealt::DealtLaw;
use crate::stats::multinomial::chi_square_band;
use crate::stats::{Interval, StatsError, float, fourth};

/// Mean square, mean fourth power and the largest of z over tables of two nodes.
pub(in super::super) struct TwoNodes;

const FIRST_SET: u32 = 3_100_001;

impl Gate for TwoNodes {
    fn name(&self) -> &'static str {
        "two nodes"
    }

    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64> {
        slots_of(algorithm).filter(|_| nodes == 2).map(|_| 3)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        // A band of a few per cent of 1 is of what was measured of the order itself.
        const WITHIN: f64 = 0.02;
        let Some(slots) = slots_of(cell.algorithm) else { return Ok(()) };
        let count = tables(slots, 1 << 26, 64, 1_000);
        let deviation = DealtLaw::equal(2, slots)?.share_cv() / 2.0;
        let mut all = Vec::new();
        for table in 0..count {
            match of_set(cell, set(cell, FIRST_SET, count, table), |_| Weight::ONE) {
                Ok(subject) => all.extend(subject.shares().and_then(|shares| Some((shares.first()? - 0.5) / deviation))),
                Err(refusal) => {
                    sheet.refused(cell.told(&refusal));
                    return Ok(());
                }
            }
        }
        let mean = |power: i32| all.iter().map(|z: &f64| z.powi(power)).sum::<f64>() / float(all.len());
        let count = u64::from(count);
        let band = chi_square_band(count, cell.tail).scaled(1.0 / float(count)).widened(WITHIN);
        sheet.both_tails("mean square of z", mean(2), band, "dealt-ranks");
        let band = fourth::mean_band(count, cell.tail).widened(2.0 * WITHIN);
        sheet.random("mean fourth power of z", mean(4), band, "normal");
        let largest = all.iter().map(|z| z.abs()).fold(0.0, f64::max);
        let band = Interval { low: 0.0, high: fourth::largest(count, cell.tail) * (1.0 + WITHIN) };
        sheet.random("largest of z", largest, band, "normal");
        Ok(())
    }
}
