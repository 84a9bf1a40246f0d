//! Eisenbud et al. 2016, <https://www.usenix.org/conference/nsdi16/technical-sessions/presentation/eisenbud>: tables of
//! 65,537 and 655,373 slots at 1000 nodes, their balance beside tables that a ring or rendezvous fills, and what failures
//! move.

use annulus_core::Digest;
use rayon::prelude::*;

use crate::error::Error;
use crate::keys::generated;
use crate::record::Record;
use crate::registry::Algorithm;
use crate::stats::balance::Loads;
use crate::stats::maglev::TableLaw;
use crate::stats::multinomial::UniformLaw;
use crate::stats::ring::RingLaw;
use crate::stats::{Interval, float};

use super::super::index;
use super::super::row::Band;
use super::super::side::Side;
use super::super::tally::{BLOCK, Tally};
use super::{Figures, NODES, Published, largest, mean};

/// Sets of names of which a figure of a whole table is the mean: a build of the larger one takes its time.
const TABLES: u32 = 5;

/// Digests that tell what moved; their chance adds a hundredth to the smallest figure.
const DIGESTS: usize = 1_000_000;

/// What is known of one size of table.
struct Table {
    slots: u64,
    /// How much more than the mean the busiest node had where rendezvous and where a ring filled the table.
    rendezvous: Published,
    ring: Published,
    /// The fraction of all keys that moves between survivors after so many failures of 1000, from a simulation of the
    /// paper's table; the paper draws a curve and gives no numbers.
    collateral: [(usize, f64); 5],
}

const NOT_THIS_READING: &str = "the paper does not say how the ring filled the table, and this reading gives more";

const TABLES_OF_THE_PAPER: [Table; 2] = [
    Table {
        slots: 65_537,
        rendezvous: Published::new(1.495, 5e-4),
        ring: Published::new(1.297, 5e-4).otherwise(NOT_THIS_READING),
        collateral: [(1, 0.005_77), (5, 0.018), (10, 0.023), (50, 0.033), (100, 0.036)],
    },
    Table {
        slots: 655_373,
        rendezvous: Published::new(1.123, 5e-4),
        ring: Published::new(1.103, 5e-4).otherwise(NOT_THIS_READING),
        collateral: [(1, 0.003_27), (5, 0.0046), (10, 0.0057), (50, 0.0090), (100, 0.0103)],
    },
];

pub(super) fn measure(figures: &Figures<'_>) -> Result<Vec<Record>, Error> {
    let mut records = Vec::new();
    for table in &TABLES_OF_THE_PAPER {
        records.extend(balance(figures, table)?);
        records.extend(rendezvous(figures, table)?);
        records.extend(ring_of_slots(figures, table)?);
        records.extend(ring_of_hashed_slots(figures, table)?);
        records.extend(ring_of_points(figures, table)?);
        records.extend(failures(figures, table)?);
    }
    Ok(records)
}

fn maglev(table: &Table) -> Result<Algorithm, Error> {
    Figures::algorithm(&format!("maglev:slots={}", table.slots))
}

fn case(reading: &str) -> String {
    format!("maglev paper, {reading}")
}

/// The largest share of a table, which is the same whatever the names.
fn balance(figures: &Figures<'_>, table: &Table) -> Result<Vec<Record>, Error> {
    let algorithm = maglev(table)?;
    let names = generated::node_names(figures.seed(), 0, index(NODES));
    let Some(shares) = algorithm.build(&names).ok().and_then(|placement| placement.shares()) else { return Ok(Vec::new()) };
    let exact = TableLaw::new(NODES, table.slots)?.max_over_mean();
    let band = Band::expect("table-slots", exact).within(Interval { low: exact, high: exact }.widened(1e-9));
    Ok(Figures::rows(&figures.cell(&algorithm, "", 0), &case("balance"), "max_over_mean", largest(&shares), &band, None))
}

/// A table whose slots rendezvous fills, each on its own.
fn rendezvous(figures: &Figures<'_>, table: &Table) -> Result<Vec<Record>, Error> {
    let algorithm = Figures::algorithm("rendezvous")?;
    let names = generated::node_names(figures.seed(), 0, index(NODES));
    let Ok(placement) = algorithm.build(&names) else { return Ok(Vec::new()) };
    let slots = generated::digests(figures.seed(), 0, index(table.slots));
    let most = Loads::equal(&Tally::of(placement.as_ref(), &slots).counts)?.max_over_mean();
    let law = UniformLaw::new(NODES, table.slots)?;
    let middle = float(law.max_quantile(0.5)) / law.mean_load();
    let band = Band::expect("multinomial-maximum", middle).within(law.max_band(figures.tail));
    let cell = figures.cell(&algorithm, "slots", slots.len());
    let case = case(&format!("{} slots filled by rendezvous", table.slots));
    Ok(Figures::rows(&cell, &case, "max_over_mean", most, &band, Some(table.rendezvous)))
}

/// A table whose slots lie evenly spaced on a ring of 1000 points a node. No law is known: the band is the range of the rings.
fn ring_of_slots(figures: &Figures<'_>, table: &Table) -> Result<Vec<Record>, Error> {
    let algorithm = Figures::algorithm("ring:points=1000")?;
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
    let case = case(&format!("{} slots evenly spaced on a ring", table.slots));
    Ok(Figures::rows(&cell, &case, "max_over_mean", mean(&maxima), &band, Some(table.ring)))
}

/// A table whose slots lie at random on a ring of 1000 points a node, as if each were hashed.
fn ring_of_hashed_slots(figures: &Figures<'_>, table: &Table) -> Result<Vec<Record>, Error> {
    const POINTS: u64 = 1000;
    let algorithm = Figures::algorithm(&format!("ring:points={POINTS}"))?;
    let maxima = maxima(figures, |repetition| {
        let names = generated::node_names(figures.seed(), repetition, index(NODES));
        let slots = generated::digests(figures.seed(), repetition, index(table.slots));
        let placement = algorithm.build(&names).ok()?;
        Loads::equal(&Tally::of(placement.as_ref(), &slots).counts).ok().map(|loads| loads.max_over_mean())
    });
    let expected = RingLaw::new(NODES, POINTS)?.expected_count_max_over_mean(table.slots);
    // The law is good to 1.5 %, and with fewer than a hundred slots a node up to 6 % too high.
    let (low, high) = (if table.slots < 100 * NODES { 0.06 } else { 0.015 }, 0.015);
    let chance = figures.about(expected, &maxima)?;
    let band = Interval { low: chance.low - low * expected, high: chance.high + high * expected };
    let band = Band::expect("ring-gamma-maximum", expected).within(band);
    let cell = figures.cell(&algorithm, "slots", index(table.slots));
    let case = case(&format!("{} slots hashed onto a ring", table.slots));
    Ok(Figures::rows(&cell, &case, "max_over_mean", mean(&maxima), &band, Some(table.ring)))
}

/// A ring that has as many points in all as the table has slots.
fn ring_of_points(figures: &Figures<'_>, table: &Table) -> Result<Vec<Record>, Error> {
    let points = table.slots / NODES;
    let algorithm = Figures::algorithm(&format!("ring:points={points}"))?;
    let maxima = maxima(figures, |repetition| {
        let names = generated::node_names(figures.seed(), repetition, index(NODES));
        algorithm.build(&names).ok()?.shares().map(|shares| largest(&shares))
    });
    let expected = RingLaw::new(NODES, points)?.expected_max_over_mean();
    let band = Band::expect("ring-gamma-maximum", expected).within(figures.about(expected, &maxima)?);
    let cell = figures.cell(&algorithm, "", 0);
    let case = case(&format!("{} points in all on a ring", points * NODES));
    Ok(Figures::rows(&cell, &case, "max_over_mean", mean(&maxima), &band, Some(table.ring)))
}

fn maxima(figures: &Figures<'_>, of: impl Fn(u32) -> Option<f64> + Send + Sync) -> Vec<f64> {
    (0..figures.plan.rings).into_par_iter().filter_map(of).collect()
}

/// Keys that move between survivors when some of the nodes fail at once.
fn failures(figures: &Figures<'_>, table: &Table) -> Result<Vec<Record>, Error> {
    /// The simulated figures are the means of few tables, which at this size lie within a tenth of one another.
    const WITHIN: f64 = 0.15;
    let algorithm = maglev(table)?;
    let cell = figures.cell(&algorithm, "random-digests", DIGESTS);
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
        Figures::rows(&cell, &case(&format!("{failed} of 1000 failed")), "collateral", mean(samples), &band, None)
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
