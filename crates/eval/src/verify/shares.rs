//! Algorithms that tell exact shares: the shares are shares, and keys follow them.

use crate::algorithm::{Algorithm, Subject};
use crate::stats::multinomial::pooled_chi_square;
use crate::stats::{Interval, StatsError, Tail, float};

use super::cell::{Cell, expected_shares};
use super::count::length;
use super::figure::{POSITIVE, Sheet};
use super::gate::Gate;
use super::pearson::Pearson;
use super::uniform;

/// Every share above 0, all together 1, and X² of the counts against them.
pub(super) struct Shares;

impl Gate for Shares {
    fn name(&self) -> &'static str {
        "shares"
    }

    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64> {
        algorithm.tells_shares().then(|| u64::from(nodes > 1 && !uniform::is_uniform(algorithm)))
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        are_shares(cell.subject.as_ref(), sheet);
        if cell.nodes > 1
            && !uniform::is_uniform(cell.algorithm)
            && let Some(shares) = expected_shares(cell.algorithm, cell.subject.as_ref())
        {
            let pearson = against(&cell.counts, &shares, cell.tail, "X² of counts against shares", sheet)?;
            sheet.pearson = Some(pearson);
        }
        Ok(())
    }
}

/// Judges that what a subject tells, if anything, is one positive share for each member, and 1 in all.
pub(super) fn are_shares(subject: &dyn Subject, sheet: &mut Sheet) {
    // Rounding of a sum of that many shares, each below 1, stays far below.
    const ONE: Interval = Interval { low: 1.0 - 1e-9, high: 1.0 + 1e-9 };
    let Some(shares) = subject.shares() else { return };
    let missing = length(subject.ids().len().abs_diff(shares.len()));
    sheet.none("members without a share", missing, "exact shares");
    sheet.exact("least share", shares.iter().copied().fold(f64::INFINITY, f64::min), POSITIVE, "exact shares");
    sheet.exact("sum of shares", shares.iter().sum(), ONE, "exact shares");
}

/// Judges X² of counts against shares, both tails, and returns it. Keys that a member without
/// a share gets count as infinitely many.
pub(super) fn against(counts: &[u64], shares: &[f64], tail: Tail, name: &str, sheet: &mut Sheet) -> Result<Pearson, StatsError> {
    let total = counts.iter().sum();
    let keys = float(total);
    let cells = counts.iter().copied().zip(shares.iter().copied());
    let orphans: u64 = cells.clone().filter(|&(_, share)| share <= 0.0).map(|(count, _)| count).sum();
    let (counts, expected): (Vec<u64>, Vec<f64>) =
        cells.filter(|&(_, share)| share > 0.0).map(|(count, share)| (count, share * keys)).unzip();
    let mut pooled = pooled_chi_square(&counts, &expected)?;
    if orphans > 0 {
        pooled.statistic = f64::INFINITY;
    }
    // Two cells follow a binomial law, where small values of X² are not rare.
    let band = pooled.band(tail);
    let band = if pooled.cells <= 2 { Interval { low: 0.0, ..band } } else { band };
    sheet.both_tails(name, pooled.statistic, band, "chi-square");
    Ok(Pearson::new(&pooled, total))
}
