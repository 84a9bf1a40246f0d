//! Published figures, measured again at the sizes of the publications and held against the band in which theory has them.
//!
//! Two rows a figure: what is measured here, an error where it is outside its band; and under the same metric with
//! [`PUBLISHED`] before it what the authors wrote, with the same band, and a status that says why where it is not reproduced.

mod jump;
mod maglev;
mod multi_probe;

use statrs::distribution::{ContinuousCDF, Normal};

use crate::error::Error;
use crate::progress::Progress;
use crate::record::{Record, Status};
use crate::registry::{Algorithm, Registry};
use crate::scenario::Paper;
use crate::stats::family::Family;
use crate::stats::{Interval, Tail, float, intervals};

use super::Study;
use super::row::{Band, Cell};

const MEASURE: &str = "paper";

/// What stands before the metric in the row of a published figure.
pub const PUBLISHED: &str = "published_";

/// How many figures are held to a band of chance: for the ring three at four numbers of points, one of jump; two of slots
/// that rendezvous fills, two of slots hashed onto a ring and two of a ring's arcs; the CV of multi-probe.
const CHECKS: u64 = 3 * 4 + 1 + 2 + 2 + 2 + 1;

/// The nodes of all three publications.
const NODES: u64 = 1000;

/// Units of work of one of the parts, by a rough rule: nanoseconds.
const PART: u64 = 10_000_000_000;

/// The work of all parts.
pub(super) fn work() -> u64 {
    3 * PART
}

/// Measures all figures.
pub(super) fn measure(study: &Study<'_>, plan: &Paper, progress: &Progress) -> Result<Vec<Record>, Error> {
    let figures = Figures { study, plan, tail: Family::new(CHECKS, 1)?.tail() };
    let mut records = Vec::new();
    for (name, part) in [
        ("ring and jump", jump::measure as fn(&Figures<'_>) -> Result<Vec<Record>, Error>),
        ("Maglev", maglev::measure),
        ("multi-probe", multi_probe::measure),
    ] {
        progress.begin(format!("published figures of {name}"));
        records.extend(part(&figures)?);
        progress.advance(PART);
    }
    Ok(records)
}

/// What all parts share.
struct Figures<'a> {
    study: &'a Study<'a>,
    plan: &'a Paper,
    tail: Tail,
}

/// What was published: a figure, written to so many digits.
#[derive(Clone, Copy)]
struct Published {
    figure: f64,
    /// Half a unit of its last digit.
    rounding: f64,
    /// What is said where it is not reproduced.
    otherwise: &'static str,
}

impl Published {
    const fn new(figure: f64, rounding: f64) -> Self {
        Self { figure, rounding, otherwise: "the published figure lies outside the band" }
    }

    const fn otherwise(self, otherwise: &'static str) -> Self {
        Self { otherwise, ..self }
    }
}

impl Figures<'_> {
    fn seed(&self) -> u64 {
        self.study.scenario.seed
    }

    /// An algorithm of the built-in ones, with parameters.
    fn algorithm(text: &str) -> Result<Algorithm, Error> {
        Registry::builtin().resolve(text).map_err(Error::Usage)
    }

    fn cell(&self, algorithm: &Algorithm, keys: &str, key_count: usize) -> Cell {
        Cell::new(self.study, algorithm, NODES, keys, key_count, 0)
    }

    /// The rows of one figure. `case` names the publication and the reading of it.
    fn rows(cell: &Cell, case: &str, metric: &str, value: f64, band: &Band, published: Option<Published>) -> Vec<Record> {
        let mut rows =
            vec![cell.row(MEASURE, case, metric, "ratio").judged(value, &Band { is_gate: band.low.is_some(), ..*band })];
        if let Some(published) = published {
            let inside = band.low.is_some_and(|low| published.figure + published.rounding >= low)
                && band.high.is_some_and(|high| published.figure - published.rounding <= high);
            let row = cell.row(MEASURE, case, &format!("{PUBLISHED}{metric}"), "ratio");
            let row = row.judged(published.figure, &Band { is_gate: false, ..*band });
            let status = if inside { Status::Ok } else { Status::Skipped(format!("not reproduced: {}", published.otherwise)) };
            rows.push(Record { status, ..row });
        }
        rows
    }

    /// How many standard deviations one tail allows.
    fn deviations(&self) -> f64 {
        -Normal::standard().inverse_cdf(self.tail.probability())
    }

    /// A band about what theory expects, as wide as the scatter of the samples makes the error of their mean.
    fn about(&self, expected: f64, samples: &[f64]) -> Result<Interval, Error> {
        let level = 1.0 - 2.0 * self.tail.probability();
        let mean = intervals::mean(samples, level)?;
        let reach = mean.interval.high - mean.value;
        Ok(Interval { low: expected - reach, high: expected + reach })
    }
}

fn mean(samples: &[f64]) -> f64 {
    samples.iter().sum::<f64>() / float(samples.len())
}

/// The squared CV of shares.
fn square_cv(shares: &[f64]) -> f64 {
    let nodes = float(shares.len());
    shares.iter().map(|share| (share * nodes - 1.0).powi(2)).sum::<f64>() / nodes
}

/// The largest share over the mean.
fn largest(shares: &[f64]) -> f64 {
    shares.iter().copied().fold(0.0, f64::max) * float(shares.len())
}
