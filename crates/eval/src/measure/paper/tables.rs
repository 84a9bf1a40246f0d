//! Tables of slots at 1000 nodes, their balance beside tables that draws or arcs fill, and what failures move.

use annulus_core::Digest;
use rayon::prelude::*;

use crate::algorithm::Algorithm;
use crate::keys::generated;
use crate::known::{TABLES_PAPER, Table, arcs_with_points};
use crate::record::{Metric, RANDOM_DIGESTS, Record};
use crate::stats::arcs::ArcsLaw;
use crate::stats::balance::Loads;
use crate::stats::multinomial::UniformLaw;
use crate::stats::slots::TableLaw;
use crate::stats::{Interval, float};

use super::super::count::index;
use super::super::error::MeasureError;
use super::super::row::Band;
use super::super::side::Side;
use super::super::tally::{BLOCK, Tally};
use super::figures::{Figures, NODES, largest, mean};

/// Sets of names of which a figure of a whole table is the mean: a build of the larger one takes its time.
const TABLES: u32 = 5;

/// Points a node of a circle on which slots lie.
const POINTS: u64 = 1000;

/// Digests that tell what moved; their chance adds a hundredth to the smallest figure.
const DIGESTS: usize = 1_000_000;

pub(super) fn measure(figures: &Figures<'_>) -> Result<Vec<Record>, MeasureError> {
    let mut records = Vec::new();
    for table in TABLES_PAPER.tables {
        records.extend(balance(figures, table)?);
        records.extend(by_draws(figures, table)?);
        records.extend(spaced(figures, table)?);
        records.extend(hashed(figures, table)?);
        records.extend(pointed(figures, table)?);
        records.extend(failures(figures, table)?);
    }
    Ok(records)
}

fn algorithm(table: &Table) -> Result<Algorithm, MeasureError> {
    Figures::algorithm(&(TABLES_PAPER.algorithm)(table.slots))
}

fn case(reading: &str) -> String {
    format!("{}, {reading}", TABLES_PAPER.case)
}

/// The largest share of a table, which is the same whatever the names.
fn balance(figures: &Figures<'_>, table: &Table) -> Result<Vec<Record>, MeasureError> {
    let algorithm = algorithm(table)?;
    let names = generated::node_names(figures.seed(), 0, index(NODES));
    let Some(shares) = algorithm.build(&names).ok().and_then(|placement| placement.shares()) else { return Ok(Vec::new()) };
    let exact = TableLaw::new(NODES, table.slots)?.max_over_mean();
    let band = Band::expect("table-slots", exact).within(Interval { low: exact, high: exact }.widened(1e-9));
    Ok(Figures::rows(&figures.cell(&algorithm, "", 0), &case("balance"), Metric::MaxOverMean, largest(&shares), &band, None))
}

/// A table whose slots draws fill, each on its own.
fn by_draws(figures: &Figures<'_>, table: &Table) -> Result<Vec<Record>, MeasureError> {
    let algorithm = Figures::algorithm(TABLES_PAPER.draws)?;
    let names = generated::node_names(figures.seed(), 0, index(NODES));
    let Ok(placement) = algorithm.build(&names) else { return Ok(Vec::new()) };
    let slots = generated::digests(figures.seed(), 0, index(table.slots));
    let most = Loads::equal(&Tally::of(placement.as_ref(), &slots).counts)?.max_over_mean();
    let law = UniformLaw::new(NODES, table.slots)?;
    let middle = float(law.max_quantile(0.5)) / law.mean_load();
    let band = Band::expect("multinomial-maximum", middle).within(law.max_band(figures.tail));
    let cell = figures.cell(&algorithm, "slots", slots.len());
    let case = case(&format!("{} {}", table.slots, TABLES_PAPER.drawn));
    Ok(Figures::rows(&cell, &case, Metric::MaxOverMean, most, &band, Some(table.by_draws)))
}

/// A table whose slots lie evenly spaced on a circle of 1000 points a node. No law is known: the band is the range of all
/// circles.
fn spaced(figures: &Figures<'_>, table: &Table) -> Result<Vec<Record>, MeasureError> {
    let algorithm = Figures::algorithm(&arcs_with_points(POINTS))?;
    let step = u128::from(u64::MAX) / u128::from(table.slots);
    let slot = |slot| Digest::of_hash(u64::try_from(slot * step).unwrap_or(u64::MAX));
    let slots: Vec<Digest> = (0..u128::from(table.slots)).map(slot).collect();
    let maxima = maxima(figures, |repetition| {
        let names = generated::node_names(figures.seed(), repetition, index(NODES));
        let placement = algorithm.build(&names).ok()?;
        Loads::equal(&Tally::of(placement.as_ref(), &slots).counts).ok().map(|loads| loads.max_over_mean())
    });
    let range =
        Interval { low: maxima.iter().copied().fold(f64::INFINITY, f64::min), high: maxima.iter().copied().fold(0.0, f64::max) };
    let band = Band { formula: "range-of-rings", ..Band::NONE }.within(range);
    let cell = figures.cell(&algorithm, "slots", slots.len());
    let case = case(&format!("{} {}", table.slots, TABLES_PAPER.spaced));
    Ok(Figures::rows(&cell, &case, Metric::MaxOverMean, mean(&maxima), &band, Some(table.by_arcs)))
}

/// A table whose slots lie at random on a circle of 1000 points a node, as if each were hashed.
fn hashed(figures: &Figures<'_>, table: &Table) -> Result<Vec<Record>, MeasureError> {
    let algorithm = Figures::algorithm(&arcs_with_points(POINTS))?;
    let maxima = maxima(figures, |repetition| {
        let names = generated::node_names(figures.seed(), repetition, index(NODES));
        let slots = generated::digests(figures.seed(), repetition, index(table.slots));
        let placement = algorithm.build(&names).ok()?;
        Loads::equal(&Tally::of(placement.as_ref(), &slots).counts).ok().map(|loads| loads.max_over_mean())
    });
    let expected = ArcsLaw::new(NODES, POINTS)?.expected_count_max_over_mean(table.slots);
    // The law is good to 1.5 %, and with fewer than a hundred slots a node up to 6 % too high.
    let (low, high) = (if table.slots < 100 * NODES { 0.06 } else { 0.015 }, 0.015);
    let chance = figures.about(expected, &maxima)?;
    let band = Interval { low: chance.low - low * expected, high: chance.high + high * expected };
    let band = Band::expect("ring-gamma-maximum", expected).within(band);
    let cell = figures.cell(&algorithm, "slots", index(table.slots));
    let case = case(&format!("{} {}", table.slots, TABLES_PAPER.hashed));
    Ok(Figures::rows(&cell, &case, Metric::MaxOverMean, mean(&maxima), &band, Some(table.by_arcs)))
}

/// A circle that has as many points in all as the table has slots.
fn pointed(figures: &Figures<'_>, table: &Table) -> Result<Vec<Record>, MeasureError> {
    let points = table.slots / NODES;
    let algorithm = Figures::algorithm(&arcs_with_points(points))?;
    let maxima = maxima(figures, |repetition| {
        let names = generated::node_names(figures.seed(), repetition, index(NODES));
        algorithm.build(&names).ok()?.shares().map(|shares| largest(&shares))
    });
    let expected = ArcsLaw::new(NODES, points)?.expected_max_over_mean();
    let band = Band::expect("ring-gamma-maximum", expected).within(figures.about(expected, &maxima)?);
    let cell = figures.cell(&algorithm, "", 0);
    let case = case(&format!("{} {}", points * NODES, TABLES_PAPER.pointed));
    Ok(Figures::rows(&cell, &case, Metric::MaxOverMean, mean(&maxima), &band, Some(table.by_arcs)))
}

fn maxima(figures: &Figures<'_>, of: impl Fn(u32) -> Option<f64> + Send + Sync) -> Vec<f64> {
    (0..figures.plan.rings).into_par_iter().filter_map(of).collect()
}

/// Keys that move between survivors when some of the nodes fail at once.
fn failures(figures: &Figures<'_>, table: &Table) -> Result<Vec<Record>, MeasureError> {
    /// The simulated figures are the means of few tables, which at this size lie within a tenth of one another.
    const WITHIN: f64 = 0.15;
    let algorithm = algorithm(table)?;
    let cell = figures.cell(&algorithm, RANDOM_DIGESTS, DIGESTS);
    let mut measured = vec![Vec::new(); table.collateral.len()];
    for repetition in 0..TABLES.min(figures.plan.rings) {
        let names = generated::node_names(figures.seed(), repetition, index(NODES));
        let digests = generated::digests(figures.seed(), repetition, DIGESTS);
        let victims = generated::victims(figures.seed(), repetition, names.len(), names.len());
        let Ok(placement) = algorithm.build(&names) else { return Ok(Vec::new()) };
        let before = Side::new(placement.boxed_clone());
        for ((failed, _), samples) in table.collateral.iter().zip(&mut measured) {
            // All at once: a table that is filled again after each failure would be filled a hundred times.
            let dead: Vec<usize> = victims[..*failed].to_vec();
            let members: Vec<(&str, u32)> =
                (names.iter().map(String::as_str).zip(0..)).filter(|&(_, id)| !dead.contains(&(id as usize))).collect();
            let mut after = algorithm.empty();
            if after.add(&members).is_ok() {
                samples.push(collateral(&before, &Side::new(after), &dead, &digests));
            }
        }
    }
    let rows = table.collateral.iter().zip(&measured).flat_map(|(&(failed, expected), samples)| {
        let band = Interval { low: expected, high: expected }.widened(WITHIN);
        let band = Band::expect("table-simulated", expected).within(band);
        Figures::rows(&cell, &case(&format!("{failed} of 1000 failed")), Metric::Collateral, mean(samples), &band, None)
    });
    Ok(rows.collect())
}

/// The fraction of all digests that move though their node lives.
fn collateral(before: &Side, after: &Side, dead: &[usize], digests: &[Digest]) -> f64 {
    let of_block = |digests: &[Digest]| {
        let moved = before
            .owners(digests)
            .into_iter()
            .zip(after.owners(digests))
            .filter(|&(from, to)| from != to && from.is_none_or(|from| !dead.contains(&(from as usize))));
        moved.count()
    };
    float(digests.par_chunks(BLOCK).map(of_block).sum::<usize>()) / float(digests.len())
}
