//! The first places of the slots' rankings together: how evenly replicas, or retries, are spread over the nodes.

use annulus_core::Weight;

use super::super::cell::Cell;
use super::super::count::{index, length};
use super::super::figure::Sheet;
use super::super::gate::Gate;
use super::tables::{firsts, of_set, set, slots_of, tables};
use crate::algorithm::Algorithm;
use crate::stats::dealt::share_cv_of_first;
use crate::stats::multinomial::chi_square_band;
use crate::stats::{StatsError, float};

/// How many slots have each node among the first two and three of their ranking.
pub(in super::super) struct First;

const FIRST_SET: u32 = 3_300_001;

const PLACES: [usize; 2] = [2, 3];

/// A ranking costs a pass over all nodes.
const MOST_NODES: u64 = 100;

impl Gate for First {
    fn name(&self) -> &'static str {
        "first places"
    }

    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64> {
        let judged = length(PLACES.iter().filter(|&&places| length(places) < nodes).count());
        slots_of(algorithm).filter(|_| (3..=MOST_NODES).contains(&nodes)).map(|_| judged)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        // Nearly a χ² law; the rankings were measured within this.
        const WITHIN: f64 = 0.03;
        let Some(slots) = slots_of(cell.algorithm) else { return Ok(()) };
        let digests = firsts(slots, slots);
        let count = tables(slots, 1 << 19, 1, 32);
        let mut squares = [0.0; PLACES.len()];
        for table in 0..count {
            let subject = match of_set(cell, set(cell, FIRST_SET, count, table), |_| Weight::ONE) {
                Ok(subject) => subject,
                Err(refusal) => {
                    sheet.refused(cell.told(&refusal));
                    return Ok(());
                }
            };
            let mut counts = [(); PLACES.len()].map(|()| vec![0_u64; cell.names.len()]);
            for &digest in &digests {
                for (place, id) in subject.preference(digest, PLACES[PLACES.len() - 1]).into_iter().enumerate() {
                    let within = counts.iter_mut().zip(PLACES).filter(|&(_, places)| place < places);
                    within.for_each(|(counts, _)| counts.get_mut(index(id)).into_iter().for_each(|count| *count += 1));
                }
            }
            for ((squares, counts), places) in squares.iter_mut().zip(&counts).zip(PLACES) {
                let mean = float(slots) * float(length(places)) / float(cell.nodes);
                *squares += counts.iter().map(|&count| (float(count) / mean - 1.0).powi(2)).sum::<f64>();
            }
        }
        let degrees = u64::from(count) * (cell.nodes - 1);
        let band = chi_square_band(degrees, cell.tail).scaled(1.0 / float(degrees)).widened(WITHIN);
        for (squares, places) in squares.into_iter().zip(PLACES).filter(|&(_, places)| length(places) < cell.nodes) {
            let expected = share_cv_of_first(cell.nodes, slots, length(places)).powi(2) * f64::from(count) * float(cell.nodes);
            let name = format!("squared CV of the first {places} places over its mean");
            sheet.both_tails(&name, squares / expected, band, "dealt-places");
        }
        Ok(())
    }
}
