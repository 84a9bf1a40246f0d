//! One family of checks.

use crate::algorithm::Algorithm;
use crate::stats::StatsError;

use super::cell::Cell;
use super::figure::Sheet;

/// One family of checks.
pub(super) trait Gate: Sync {
    /// Its name in the table.
    fn name(&self) -> &'static str;

    /// How many random figures it judges on each seed; `None` where the algorithm promises nothing of the kind.
    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64>;

    /// Judges one algorithm at one size under one seed.
    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError>;
}
