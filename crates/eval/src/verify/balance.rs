//! Algorithms of which nothing is known or promised about balance: it is shown, and not judged.

use crate::algorithm::{Algorithm, Law};
use crate::stats::multinomial::UniformLaw;
use crate::stats::{StatsError, float};

use super::cell::Cell;
use super::count::length;
use super::figure::Sheet;
use super::gate::Gate;
use super::uniform;

/// The busiest node beside that of an ideal placement.
pub(super) struct Balance;

impl Gate for Balance {
    fn name(&self) -> &'static str {
        "balance"
    }

    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64> {
        let is_judged_elsewhere = uniform::is_uniform(algorithm) || algorithm.tells_shares() || algorithm.law() != Law::Unknown;
        (!is_judged_elsewhere && nodes > 1).then_some(0)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        let keys: u64 = cell.counts.iter().sum();
        let mean = float(keys) / float(cell.counts.len());
        let busiest = cell.counts.iter().copied().max().unwrap_or(0);
        let ideal = float(UniformLaw::new(length(cell.counts.len()), keys.max(1))?.max_quantile(0.5)) / mean;
        sheet.refused(format!(
            "nothing is promised of its balance and no law is named: the busiest node has {:.3} times the mean, where keys thrown at \
             random give {ideal:.3}",
            float(busiest) / mean,
        ));
        Ok(())
    }
}
