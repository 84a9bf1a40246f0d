//! Algorithms whose shares are arcs between random points on a circle.

use crate::algorithm::{Algorithm, Law};
use crate::stats::arcs::ArcsLaw;
use crate::stats::balance::Loads;
use crate::stats::{Interval, StatsError, Tail, float, whole};

use super::cell::Cell;
use super::count::length;
use super::figure::Sheet;
use super::gate::Gate;

/// The largest arc and the spread of all, exactly, without keys. Keys against arcs are the gate of shares.
pub(super) struct Arcs;

impl Gate for Arcs {
    fn name(&self) -> &'static str {
        "arcs"
    }

    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64> {
        figures(algorithm, nodes)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        match (cell.algorithm.law(), cell.subject.shares()) {
            (Law::Arcs { points }, Some(shares)) => judge(&shares, points, cell.tail, sheet),
            _ => Ok(()),
        }
    }
}

/// How many random figures there are; `None` where shares are no arcs or are not told, or one node has the whole circle.
pub(super) fn figures(algorithm: &Algorithm, nodes: u64) -> Option<u64> {
    match algorithm.law() {
        Law::Arcs { .. } if nodes > 1 && algorithm.tells_shares() => Some(2),
        _ => None,
    }
}

/// Judges exact shares by the laws of arcs.
pub(super) fn judge(shares: &[f64], points: u64, tail: Tail, sheet: &mut Sheet) -> Result<(), StatsError> {
    if shares.len() < 2 {
        return Ok(());
    }
    let gate = ArcsLaw::new(length(shares.len()), points)?.arc_gate(tail);
    let mean = 1.0 / float(shares.len());
    let largest = shares.iter().copied().fold(0.0, f64::max) / mean;
    // Upwards only: how little the largest arc may be is the business of the spread.
    let band = Interval { low: 1.0 - 1e-9, high: gate.max_over_mean };
    sheet.random("largest share over mean", largest, band, "ring-beta");
    if let Some(band) = gate.share_cv {
        sheet.random("CV of shares", cv(shares)?, band, "ring-chi");
    }
    Ok(())
}

/// The coefficient of variation of shares, by way of counts of 2⁵² imagined keys.
fn cv(shares: &[f64]) -> Result<f64, StatsError> {
    const KEYS: f64 = 4_503_599_627_370_496.0;
    let counts: Vec<u64> = shares.iter().map(|share| whole(share * KEYS)).collect();
    Ok(Loads::equal(&counts)?.cv())
}
