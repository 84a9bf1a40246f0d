//! How evenly the keys lie on the nodes, beside what the algorithm's own law expects.

use annulus_core::Digest;

use crate::algorithm::Placement;
use crate::record::{Case, Measure, Metric, Record, Unit};
use crate::stats::balance::Loads;
use crate::stats::{float, multinomial};

use super::bands::Bands;
use super::error::MeasureError;
use super::row::{Band, Cell};
use super::tally::Tally;

const MEASURE: Measure = Measure::Balance;

/// Quantiles of the loads that are recorded, in percent.
const QUANTILES: [(Metric, f64); 5] =
    [(Metric::LoadP01, 0.01), (Metric::LoadP05, 0.05), (Metric::LoadP50, 0.5), (Metric::LoadP95, 0.95), (Metric::LoadP99, 0.99)];

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
        return Ok(vec![cell.row(MEASURE, Case::Only, Metric::Invalid, Unit::Keys).failed(why)]);
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
    let row = |metric: Metric, unit: Unit, value: f64, band: &Band| {
        cell.row(MEASURE, Case::Only, metric, unit).judged(value, band).checked(tally.checksum)
    };
    let mut records = vec![
        row(Metric::Variance, Unit::KeysSquared, loads.variance(), &bands.variance),
        row(Metric::Cv, Unit::Ratio, loads.cv(), &bands.cv),
        row(Metric::MaxOverMean, Unit::Ratio, loads.max_over_mean(), &bands.max_over_mean),
        row(Metric::MinOverMean, Unit::Ratio, loads.min_over_mean(), &bands.min_over_mean),
        row(Metric::SignedExcessVariance, Unit::Ratio, loads.signed_excess_variance(), &bands.signed_excess_variance),
        row(Metric::ChiSquare, Unit::Ratio, loads.chi_square(), &bands.chi_square),
        row(Metric::TotalVariation, Unit::Fraction, loads.total_variation(), &Band::NONE),
        row(Metric::Gini, Unit::Ratio, loads.gini(), &Band::NONE),
        row(Metric::Jain, Unit::Ratio, loads.jain(), &Band::NONE),
    ];
    let quantiles = loads.quantiles(&QUANTILES.map(|(_, probability)| probability));
    records.extend(QUANTILES.iter().zip(quantiles).map(|((metric, _), load)| row(*metric, Unit::Ratio, load, &Band::NONE)));
    Ok(records)
}

/// Figures of the exact shares, without the noise of keys; and the counts held against those shares, without the
/// unevenness that the shares explain.
fn of_shares(cell: &Cell, shares: &[f64], tally: &Tally, bands: &Bands) -> Result<Vec<Record>, MeasureError> {
    let row = |metric: Metric, unit: Unit| cell.row(MEASURE, Case::Only, metric, unit);
    let nodes = float(shares.len());
    let most = shares.iter().copied().fold(0.0, f64::max) * nodes;
    let least = shares.iter().copied().fold(f64::INFINITY, f64::min) * nodes;
    if !shares.iter().all(|&share| share > 0.0) {
        return Ok(vec![row(Metric::ShareMinOverMean, Unit::Ratio).failed("a node has no share at all")]);
    }
    let cv = (shares.iter().map(|share| (share * nodes - 1.0).powi(2)).sum::<f64>() / nodes).sqrt();
    let mut records = vec![
        row(Metric::ShareCv, Unit::Ratio).judged(cv, &bands.share_cv),
        row(Metric::ShareMaxOverMean, Unit::Ratio).judged(most, &bands.share_max_over_mean),
        row(Metric::ShareMinOverMean, Unit::Ratio).judged(least, &bands.share_min_over_mean),
    ];
    if let Some(slots) = bands.slots {
        let odd = slots.odd_counts(shares);
        records.push(row(Metric::SlotsOff, Unit::Nodes).judged(float(odd), &Band::zero("slots-floor-or-ceiling")));
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
    let row = cell.row(MEASURE, Case::Only, Metric::ChiSquareGivenShares, Unit::Ratio);
    Ok(row.judged(pooled.statistic, &band).checked(tally.checksum))
}
