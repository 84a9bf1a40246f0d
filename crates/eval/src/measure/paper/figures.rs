//! What all published figures share: the study, the level of a check, and how rows are written.

use statrs::distribution::{ContinuousCDF, Normal};

use crate::algorithm::{Algorithm, Registry};
use crate::known::Published;
use crate::record::{Measure, Metric, PUBLISHED, Record, Status, Unit};
use crate::scenario::Paper;
use crate::stats::{Interval, Tail, float, intervals};

use super::super::error::MeasureError;
use super::super::row::{Band, Cell};
use super::super::study::Study;

const MEASURE: Measure = Measure::Paper;

/// What is said of a published figure that chance may have given, though theory's own value does not round to it.
const WITHIN_THE_BAND: &str = "in the band: theory's own value rounds to another figure";

/// The nodes of all publications.
pub(super) const NODES: u64 = 1000;

pub(super) struct Figures<'a> {
    pub(super) study: &'a Study<'a>,
    pub(super) plan: &'a Paper,
    pub(super) tail: Tail,
}

impl Figures<'_> {
    pub(super) fn seed(&self) -> u64 {
        self.study.scenario.seed
    }

    /// An algorithm of the built-in ones, with parameters.
    pub(super) fn algorithm(text: &str) -> Result<Algorithm, MeasureError> {
        Registry::builtin().resolve(text).map_err(MeasureError::Request)
    }

    pub(super) fn cell(&self, algorithm: &Algorithm, keys: &str, key_count: usize) -> Cell {
        Cell::new(self.study, algorithm, NODES, keys, key_count, 0)
    }

    /// The rows of one figure. `case` names the publication and the reading of it.
    pub(super) fn rows(
        cell: &Cell,
        case: &str,
        metric: Metric,
        value: f64,
        band: &Band,
        published: Option<Published>,
    ) -> Vec<Record> {
        let mut rows =
            vec![cell.row(MEASURE, case, metric, Unit::Ratio).judged(value, &Band { is_gate: band.low.is_some(), ..*band })];
        if let Some(published) = published {
            let inside = band.low.is_some_and(|low| published.figure + published.rounding >= low)
                && band.high.is_some_and(|high| published.figure - published.rounding <= high);
            let row = Record { metric: format!("{PUBLISHED}{metric}"), ..cell.row(MEASURE, case, metric, Unit::Ratio) };
            let row = row.judged(published.figure, &Band { is_gate: false, ..*band });
            // By half a unit of the last printed digit, with room for how that is written in binary.
            let rounds = |theory: f64| (theory - published.figure).abs() <= published.rounding * (1.0 + 1e-9);
            let status = if band.expected.is_some_and(rounds) {
                Status::Ok
            } else if inside {
                Status::Skipped(WITHIN_THE_BAND.to_owned())
            } else {
                Status::Skipped(format!("not reproduced: {}", published.otherwise))
            };
            rows.push(Record { status, ..row });
        }
        rows
    }

    /// How many standard deviations one tail allows.
    pub(super) fn deviations(&self) -> f64 {
        -Normal::standard().inverse_cdf(self.tail.probability())
    }

    /// A band about what theory expects, as wide as the scatter of the samples makes the error of their mean.
    pub(super) fn about(&self, expected: f64, samples: &[f64]) -> Result<Interval, MeasureError> {
        let level = 1.0 - 2.0 * self.tail.probability();
        let mean = intervals::mean(samples, level)?;
        let reach = mean.interval.high - mean.value;
        Ok(Interval { low: expected - reach, high: expected + reach })
    }
}

pub(super) fn mean(samples: &[f64]) -> f64 {
    samples.iter().sum::<f64>() / float(samples.len())
}

/// The squared CV of shares.
pub(super) fn square_cv(shares: &[f64]) -> f64 {
    let nodes = float(shares.len());
    shares.iter().map(|share| (share * nodes - 1.0).powi(2)).sum::<f64>() / nodes
}

/// The largest share over the mean.
pub(super) fn largest(shares: &[f64]) -> f64 {
    shares.iter().copied().fold(0.0, f64::max) * float(shares.len())
}
