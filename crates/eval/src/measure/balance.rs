//! How evenly the keys lie on the nodes, beside what the algorithm's own law expects.

use annulus_core::Digest;

use crate::algorithm::Placement;
use crate::record::Record;
use crate::stats::balance::Loads;
use crate::stats::{float, multinomial};

use super::bands::Bands;
use super::error::MeasureError;
use super::row::{Band, Cell};
use super::tally::Tally;

const MEASURE: &str = "balance";

/// Quantiles of the loads that are recorded, in percent.
const QUANTILES: [(&str, f64); 5] =
    [("load_p01", 0.01), ("load_p05", 0.05), ("load_p50", 0.5), ("load_p95", 0.95), ("load_p99", 0.99)];

/// Places every digest and records how evenly they fall; then the exact shares, where the algorithm tells them.
pub(super) fn measure(
    cell: &Cell,
    placement: &dyn Placement,
    digests: &[Digest],
    bands: &Bands,
) -> Result<Vec<Record>, MeasureError> {
    of_tally(cell, placement.shares(), &Tally::of(placement, digests), bands)
}

/// The same of digests that were counted before.
pub(super) fn of_tally(cell: &Cell, shares: Option<Vec<f64>>, tally: &Tally, bands: &Bands) -> Result<Vec<Record>, MeasureError> {
    if tally.invalid > 0 {
        let why = format!("{} answers name no node", tally.invalid);
        return Ok(vec![cell.row(MEASURE, "", "invalid", "keys").failed(why)]);
    }
    let mut records = of_counts(cell, tally, bands)?;
    if let Some(shares) = shares {
        records.extend(of_shares(cell, &shares, tally, bands)?);
    }
    Ok(records)
}

/// Figures of the counts alone.
fn of_counts(cell: &Cell, tally: &Tally, bands: &Bands) -> Result<Vec<Record>, MeasureError> {
    let loads = Loads::equal(&tally.counts)?;
    let row = |metric: &str, unit: &str, value: f64, band: &Band| {
        cell.row(MEASURE, "", metric, unit).judged(value, band).checked(tally.checksum)
    };
    let mut records = vec![
        row("variance", "keys²", loads.variance(), &bands.variance),
        row("cv", "ratio", loads.cv(), &bands.cv),
        row("max_over_mean", "ratio", loads.max_over_mean(), &bands.max_over_mean),
        row("min_over_mean", "ratio", loads.min_over_mean(), &bands.min_over_mean),
        row("signed_excess_variance", "ratio", loads.signed_excess_variance(), &bands.signed_excess_variance),
        row("chi_square", "ratio", loads.chi_square(), &bands.chi_square),
        row("total_variation", "fraction", loads.total_variation(), &Band::NONE),
        row("gini", "ratio", loads.gini(), &Band::NONE),
        row("jain", "ratio", loads.jain(), &Band::NONE),
    ];
    let quantiles = loads.quantiles(&QUANTILES.map(|(_, probability)| probability));
    records.extend(QUANTILES.iter().zip(quantiles).map(|((name, _), load)| row(name, "ratio", load, &Band::NONE)));
    Ok(records)
}

/// Figures of the exact shares, without the noise of keys; and the counts held against those shares, without the
/// unevenness that the shares explain.
fn of_shares(cell: &Cell, shares: &[f64], tally: &Tally, bands: &Bands) -> Result<Vec<Record>, MeasureError> {
    let row = |metric: &str, unit: &str| cell.row(MEASURE, "", metric, unit);
    let nodes = float(shares.len());
    let most = shares.iter().copied().fold(0.0, f64::max) * nodes;
    let least = shares.iter().copied().fold(f64::INFINITY, f64::min) * nodes;
    if !shares.iter().all(|&share| share > 0.0) {
        return Ok(vec![row("share_min_over_mean", "ratio").failed("a node has no share at all")]);
    }
    let cv = (shares.iter().map(|share| (share * nodes - 1.0).powi(2)).sum::<f64>() / nodes).sqrt();
    let mut records = vec![
        row("share_cv", "ratio").judged(cv, &bands.share_cv),
        row("share_max_over_mean", "ratio").judged(most, &bands.share_max_over_mean),
        row("share_min_over_mean", "ratio").judged(least, &bands.share_min_over_mean),
    ];
    if let Some(slots) = bands.slots {
        let odd = slots.odd_counts(shares);
        records.push(row("slots_off", "nodes").judged(float(odd), &Band::zero("slots-floor-or-ceiling")));
    }
    records.push(against_shares(cell, shares, tally, bands)?);
    Ok(records)
}

/// X² of the counts against the exact shares: what is left to it is the hash alone.
fn against_shares(cell: &Cell, shares: &[f64], tally: &Tally, bands: &Bands) -> Result<Record, MeasureError> {
    let keys = float(tally.counts.iter().sum::<u64>());
    let expected: Vec<f64> = shares.iter().map(|share| share * keys).collect();
    let pooled = multinomial::pooled_chi_square(&tally.counts, &expected)?;
    let degrees = float(pooled.cells.saturating_sub(1));
    // Two cells are far from continuous: even halves, X² = 0, are no defect.
    let band = Band::expect("chi-square", degrees).within(pooled.band(bands.tail));
    let band = Band { is_gate: bands.are_distinct, ..band }.only_if(pooled.cells > 2);
    let row = cell.row(MEASURE, "", "chi_square_given_shares", "ratio");
    Ok(row.judged(pooled.statistic, &band).checked(tally.checksum))
}
