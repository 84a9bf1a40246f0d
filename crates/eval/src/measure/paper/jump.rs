//! Lamping and Veach 2014, <https://doi.org/10.48550/arXiv.1406.2294>: the spread of a ring's arcs and of jump at 1000 nodes.

use rayon::prelude::*;

use crate::error::Error;
use crate::keys::generated;
use crate::record::Record;
use crate::stats::balance::Loads;
use crate::stats::multinomial::UniformLaw;
use crate::stats::ring::RingLaw;
use crate::stats::{Interval, Tail, float, whole};

use super::super::index;
use super::super::row::Band;
use super::super::tally::Tally;
use super::{Figures, NODES, Published, mean, square_cv};

const CASE: &str = "jump paper";

/// What the paper gives of a ring: points a node, standard error, 99 % interval of a node's share over the mean.
const RINGS: [(u64, Published, Published, Published); 4] = [
    (1, Published::new(0.998, 5e-4), Published::new(0.005, 5e-4), Published::new(5.25, 5e-3)),
    (10, Published::new(0.315, 5e-4), Published::new(0.37, 5e-3), Published::new(1.98, 5e-3)),
    (100, Published::new(0.0997, 5e-5), Published::new(0.76, 5e-3), Published::new(1.28, 5e-3)),
    (1000, Published::new(0.0316, 5e-5), Published::new(0.92, 5e-3), Published::new(1.09, 5e-3)),
];

/// What lies outside the 99 % interval on either side.
const OUTSIDE: f64 = 0.005;

pub(super) fn measure(figures: &Figures<'_>) -> Result<Vec<Record>, Error> {
    let mut records = Vec::new();
    for (points, error, low, high) in RINGS {
        records.extend(ring(figures, points, error, (low, high))?);
    }
    records.extend(jump(figures)?);
    Ok(records)
}

/// The arcs of many rings.
fn ring(figures: &Figures<'_>, points: u64, error: Published, (low, high): (Published, Published)) -> Result<Vec<Record>, Error> {
    let algorithm = Figures::algorithm(&format!("ring:points={points}"))?;
    let cell = figures.cell(&algorithm, "", 0);
    let shares_of = |repetition: u32| {
        let names = generated::node_names(figures.seed(), repetition, index(NODES));
        algorithm.build(&names).ok().and_then(|placement| placement.shares()).unwrap_or_default()
    };
    let rings: Vec<Vec<f64>> = (0..figures.plan.rings).into_par_iter().map(shares_of).collect();
    let squares: Vec<f64> = rings.iter().map(|shares| square_cv(shares)).collect();
    let mut shares: Vec<f64> = rings.into_iter().flatten().map(|share| share * float(NODES)).collect();
    shares.sort_by(f64::total_cmp);

    let law = RingLaw::new(NODES, points)?;
    let band = Band::expect("ring-beta", law.share_cv()).within(error_band(figures, points, law));
    let mut records = Figures::rows(&cell, CASE, "standard_error", mean(&squares).sqrt(), &band, Some(error));
    for (metric, probability, published) in [("share_low_99", OUTSIDE, low), ("share_high_99", 1.0 - OUTSIDE, high)] {
        let position = whole(probability * float(shares.len() - 1));
        let band = quantile_band(figures, law, probability, shares.len())?;
        records.extend(Figures::rows(&cell, CASE, metric, shares[index(position)], &band, Some(published)));
    }
    Ok(records)
}

/// The band of the root of the mean CV² over T rings.
///
/// Arcs are Gamma(V) laws over their sum. CV² of N of them has, by the delta method, the variance
/// (μ₄ − σ⁴ − 4σ²μ₃ + 4σ⁶)/N = (2/V²)(1 + 1/V)/N, with the moments of Gamma(V)/V.
fn error_band(figures: &Figures<'_>, points: u64, law: RingLaw) -> Interval {
    let samples = float(NODES) * f64::from(figures.plan.rings);
    let reach = figures.deviations() * (2.0 * (1.0 + 1.0 / float(points)) / samples).sqrt();
    Interval { low: (1.0 - reach).max(0.0).sqrt(), high: (1.0 + reach).sqrt() }.scaled(law.share_cv())
}

/// The band of a quantile of so many arcs: the quantiles between which the rank of the sample's can lie.
fn quantile_band(figures: &Figures<'_>, law: RingLaw, probability: f64, samples: usize) -> Result<Band, Error> {
    let reach = figures.deviations() * (probability * (1.0 - probability) / float(samples)).sqrt();
    let quantile = |probability: f64| -> Result<f64, Error> {
        let tail = probability.min(1.0 - probability).max(1e-9);
        let band = law.share_band(Tail::new(tail)?);
        Ok(if probability < 0.5 { band.low } else { band.high })
    };
    let band = Interval { low: quantile(probability - reach)?, high: quantile(probability + reach)? };
    Ok(Band::expect("ring-beta", quantile(probability)?).within(band))
}

/// Jump on keys.
fn jump(figures: &Figures<'_>) -> Result<Vec<Record>, Error> {
    const FIGURE: Published = Published::new(7.64e-9, 5e-12).otherwise(
        "it is computed over all 2^64 digests, and no sample of keys can show it: K keys alone spread by sqrt((N-1)/K)",
    );
    let algorithm = Figures::algorithm("jump")?;
    let cell = figures.cell(&algorithm, "random-digests", figures.plan.digests);
    let digests = generated::digests(figures.seed(), 0, figures.plan.digests);
    let names = generated::node_names(figures.seed(), 0, index(NODES));
    let Ok(placement) = algorithm.build(&names) else { return Ok(Vec::new()) };
    let tally = Tally::of(placement.as_ref(), &digests);
    let law = UniformLaw::new(NODES, digests.len() as u64)?;
    let band = Band::expect("multinomial", law.cv()).within(law.cv_band(figures.tail));
    Ok(Figures::rows(&cell, CASE, "standard_error", Loads::equal(&tally.counts)?.cv(), &band, Some(FIGURE)))
}
