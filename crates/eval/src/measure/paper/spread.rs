//! The spread of arcs, and of an even algorithm on keys, as one publication gives them.

use rayon::prelude::*;

use crate::keys::generated;
use crate::known::{Published, SPREAD_PAPER, arcs_with_points};
use crate::record::{Metric, RANDOM_DIGESTS, Record};
use crate::stats::arcs::ArcsLaw;
use crate::stats::balance::Loads;
use crate::stats::multinomial::UniformLaw;
use crate::stats::{Interval, Tail, float, whole};

use super::super::count::index;
use super::super::error::MeasureError;
use super::super::row::Band;
use super::super::tally::Tally;
use super::figures::{Figures, NODES, mean, square_cv};

/// What lies outside the 99 % interval on either side.
const OUTSIDE: f64 = 0.005;

pub(super) fn measure(figures: &Figures<'_>) -> Result<Vec<Record>, MeasureError> {
    let mut records = Vec::new();
    for &(points, error, low, high) in SPREAD_PAPER.arcs {
        records.extend(arcs(figures, points, error, (low, high))?);
    }
    records.extend(even(figures)?);
    Ok(records)
}

/// The arcs under many sets of names.
fn arcs(
    figures: &Figures<'_>,
    points: u64,
    error: Published,
    (low, high): (Published, Published),
) -> Result<Vec<Record>, MeasureError> {
    let algorithm = Figures::algorithm(&arcs_with_points(points))?;
    let cell = figures.cell(&algorithm, "", 0);
    let shares_of = |repetition: u32| {
        let names = generated::node_names(figures.seed(), repetition, index(NODES));
        algorithm.build(&names).ok().and_then(|placement| placement.shares()).unwrap_or_default()
    };
    let all: Vec<Vec<f64>> = (0..figures.plan.rings).into_par_iter().map(shares_of).collect();
    let squares: Vec<f64> = all.iter().map(|shares| square_cv(shares)).collect();
    let mut shares: Vec<f64> = all.into_iter().flatten().map(|share| share * float(NODES)).collect();
    shares.sort_by(f64::total_cmp);

    let law = ArcsLaw::new(NODES, points)?;
    let band = Band::expect("ring-beta", law.share_cv()).within(error_band(figures, points, law));
    let mut records = Figures::rows(&cell, SPREAD_PAPER.case, Metric::StandardError, mean(&squares).sqrt(), &band, Some(error));
    for (metric, probability, published) in [(Metric::ShareLow99, OUTSIDE, low), (Metric::ShareHigh99, 1.0 - OUTSIDE, high)] {
        let position = whole(probability * float(shares.len() - 1));
        let band = quantile_band(figures, law, probability, shares.len())?;
        records.extend(Figures::rows(&cell, SPREAD_PAPER.case, metric, shares[index(position)], &band, Some(published)));
    }
    Ok(records)
}

/// The band of the root of the mean CV² over T circles.
///
/// Arcs are Gamma(V) laws over their sum. CV² of N of them has, by the delta method, the variance
/// (μ₄ − σ⁴ − 4σ²μ₃ + 4σ⁶)/N = (2/V²)(1 + 1/V)/N, with the moments of Gamma(V)/V.
fn error_band(figures: &Figures<'_>, points: u64, law: ArcsLaw) -> Interval {
    let samples = float(NODES) * f64::from(figures.plan.rings);
    let reach = figures.deviations() * (2.0 * (1.0 + 1.0 / float(points)) / samples).sqrt();
    Interval { low: (1.0 - reach).max(0.0).sqrt(), high: (1.0 + reach).sqrt() }.scaled(law.share_cv())
}

/// The band of a quantile of that many arcs: the quantiles between which the rank of the sample's can lie.
fn quantile_band(figures: &Figures<'_>, law: ArcsLaw, probability: f64, samples: usize) -> Result<Band, MeasureError> {
    let reach = figures.deviations() * (probability * (1.0 - probability) / float(samples)).sqrt();
    let quantile = |probability: f64| -> Result<f64, MeasureError> {
        let tail = probability.min(1.0 - probability).max(1e-9);
        let band = law.share_band(Tail::new(tail)?);
        Ok(if probability < 0.5 { band.low } else { band.high })
    };
    let band = Interval { low: quantile(probability - reach)?, high: quantile(probability + reach)? };
    Ok(Band::expect("ring-beta", quantile(probability)?).within(band))
}

/// The even algorithm on keys.
fn even(figures: &Figures<'_>) -> Result<Vec<Record>, MeasureError> {
    let (text, published) = SPREAD_PAPER.even;
    let algorithm = Figures::algorithm(text)?;
    let cell = figures.cell(&algorithm, RANDOM_DIGESTS, figures.plan.digests);
    let digests = generated::digests(figures.seed(), 0, figures.plan.digests);
    let names = generated::node_names(figures.seed(), 0, index(NODES));
    let Ok(placement) = algorithm.build(&names) else { return Ok(Vec::new()) };
    let tally = Tally::of(placement.as_ref(), &digests);
    let law = UniformLaw::new(NODES, digests.len() as u64)?;
    let band = Band::expect("multinomial", law.cv()).within(law.cv_band(figures.tail));
    Ok(Figures::rows(&cell, SPREAD_PAPER.case, Metric::StandardError, Loads::equal(&tally.counts)?.cv(), &band, Some(published)))
}
