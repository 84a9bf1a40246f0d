//! The time of look-ups, by the protocol of `annulus-clock`: every algorithm at every size, in sittings with names of their own.

mod cells;
mod chunks;
mod floors;

use std::io;

use annulus_clock::{Observed, Plan, Series, Sittings, Timings, median, time};
use annulus_core::ChangeError;

use crate::algorithm::Algorithm;
use crate::progress::Progress;
use crate::record::{Case, Checksum, Measure, Metric, Record, Unit};
use crate::scenario::Lookup;
use crate::stats::balance::quantile_of_sorted;
use crate::stats::intervals::Estimate;
use crate::stats::{Interval, Tail, remap, whole};

use super::count::index;
use super::error::MeasureError;
use super::part::{Part, Run};
use super::row::Cell;
use super::study::Study;
use cells::Subject;

const MEASURE: Measure = Measure::Lookup;

/// Run after all others, by [`Study::times`].
pub(super) const PART: Part = Part { name: "time of look-ups", run: Run::Last { work } };

/// The level of the intervals.
pub(crate) const LEVEL: f64 = 0.95;

/// A read of memory after the caches were emptied takes this many times one within the third-level cache, at least.
const EMPTIED: f64 = 2.0;

/// Nanoseconds of a turn and of its share of a cold round, by a rough rule.
const TURN: u64 = 12_000_000;
const COLD_CHUNK: u64 = 30_000_000;

/// Times, with what they were taken of.
#[derive(Debug)]
pub struct Times<'a> {
    subjects: Vec<Subject<'a>>,
    refusals: Vec<Option<ChangeError>>,
    timings: Timings,
}

/// The time of an algorithm's look-ups of one kind.
#[derive(Debug)]
pub struct Timed<'a> {
    /// The algorithm.
    pub algorithm: &'a Algorithm,
    /// The number of nodes.
    pub nodes: u64,
    /// `latency` or `throughput`.
    pub metric: &'static str,
    /// What is asked for.
    pub case: Case,
    /// The bytes of the algorithm's state.
    pub state_bytes: u64,
    /// Nanoseconds, over the sittings.
    pub sittings: Sittings,
}

/// Times everything that the study asks for. No other thread may run meanwhile.
fn measure<'a>(study: &'a Study<'_>, lookup: &Lookup, progress: &Progress) -> Times<'a> {
    let subjects = cells::subjects(study, lookup);
    let seed = study.scenario.seed;
    let plan = Plan { sittings: lookup.sittings, rounds: lookup.rounds, cold: lookup.cold, seed };
    let cells: Vec<_> = subjects.iter().map(|subject| subject.timed(lookup)).collect();
    let mut refusals = vec![None; subjects.len()];
    let build = |sitting: u32| {
        progress.begin(format!("time of look-ups, sitting {} of {}", sitting + 1, lookup.sittings));
        let built = subjects.iter().zip(&mut refusals).map(|(subject, refusal)| match subject.build(seed, sitting) {
            Ok(built) => built,
            Err(error) => {
                *refusal = Some(error);
                None
            }
        });
        built.collect()
    };
    let timings = time(&plan, &cells, build, || progress.advance(TURN));
    progress.advance(units_of_cold(subjects.len(), lookup));
    Times { subjects, refusals, timings }
}

/// The units of work that [`measure`] reports as done.
fn work(study: &Study<'_>) -> u64 {
    let Some(lookup) = &study.scenario.lookup else { return 0 };
    let subjects = cells::subjects(study, lookup).len();
    subjects as u64 * u64::from(lookup.sittings * lookup.rounds) * TURN + units_of_cold(subjects, lookup)
}

fn units_of_cold(subjects: usize, lookup: &Lookup) -> u64 {
    subjects as u64 * u64::from(lookup.sittings * lookup.cold) * COLD_CHUNK
}

impl Study<'_> {
    /// Times look-ups, if the scenario asks for it. No other thread may run meanwhile.
    #[must_use]
    pub fn times(&self, progress: &Progress) -> Option<Times<'_>> {
        self.scenario.lookup.as_ref().map(|lookup| measure(self, lookup, progress))
    }

    /// The part of the [work](Self::work) that [`times`](Self::times) reports as done.
    #[must_use]
    pub fn timing_work(&self) -> u64 {
        work(self)
    }
}

impl Times<'_> {
    /// What was seen of the machine meanwhile.
    #[must_use]
    pub fn observed(&self) -> Observed {
        self.timings.observed
    }

    /// What look-ups are divided by: nanoseconds of a multiplication that waits for the one before.
    #[must_use]
    pub fn chain(&self) -> f64 {
        self.timings.chain()
    }

    /// Nanoseconds of a read from memory after the caches were emptied, if cold look-ups were timed.
    #[must_use]
    pub fn cold_read(&self) -> Option<f64> {
        Sittings::of(&self.timings.cold_figures(None)).map(|read| read.value())
    }

    /// The times of algorithms, without those of floors.
    #[must_use]
    pub fn timed(&self) -> Vec<Timed<'_>> {
        let of_series = |series: &Series| {
            let subject = &self.subjects[series.cell];
            let Subject::Algorithm { algorithm, nodes, .. } = *subject else { return None };
            Some(Timed {
                algorithm,
                nodes,
                metric: series.kind.metric(),
                case: subject.case(series.kind),
                state_bytes: self.timings.state_bytes[series.cell],
                sittings: self.timings.estimate(series)?,
            })
        };
        self.timings.series.iter().filter_map(of_series).collect()
    }

    /// Writes the raw times of chunks as CSV, compressed by zstd.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn write_chunks(&self, out: impl io::Write) -> Result<(), csv::Error> {
        chunks::write(out, &self.subjects, &self.timings)
    }

    /// Rows of all figures.
    ///
    /// # Errors
    /// A quantile that cannot be had.
    pub fn records(&self, study: &Study<'_>) -> Result<Vec<Record>, MeasureError> {
        let mut records = Vec::new();
        for (at, (subject, refusal)) in self.subjects.iter().zip(&self.refusals).enumerate() {
            if let Some(refusal) = refusal {
                records.extend(subject.refused(study, refusal));
            }
            for cell in subject.rows(study) {
                for series in self.timings.series.iter().filter(|series| series.cell == at) {
                    records.extend(self.rows(&cell, subject.case(series.kind), series)?);
                }
                records.extend(self.cold_row(&cell, at));
            }
        }
        Ok(records)
    }

    /// The figure of a series, and the 99th percentile of its chunks.
    fn rows(&self, cell: &Cell, case: Case, series: &Series) -> Result<Vec<Record>, MeasureError> {
        let is_latency = series.kind.is_latency();
        let metric = if is_latency { Metric::Latency } else { Metric::Throughput };
        let slowest = if is_latency { Metric::LatencyP99 } else { Metric::ThroughputP99 };
        let row = |metric| cell.row(MEASURE, case, metric, Unit::Nanoseconds).checked(Checksum(series.checksum));
        if series.wrong > 0 {
            return Ok(vec![row(metric).failed(format!("the answers of {} timed chunks were wrong", series.wrong))]);
        }
        let mut rows = Vec::new();
        if let Some(sittings) = self.timings.estimate(series) {
            rows.push(row(metric).of_sittings(&sittings, LEVEL));
        }
        let chunks: Vec<f64> = series.turns.iter().flat_map(|turn| &turn.chunks).copied().collect();
        if !chunks.is_empty() {
            let slow = slowest_hundredth(&chunks)?;
            rows.push(row(slowest).measured(slow.value, Some(slow.interval)));
        }
        Ok(rows)
    }

    fn cold_row(&self, cell: &Cell, at: usize) -> Option<Record> {
        let sittings = Sittings::of(&self.timings.cold_figures(Some(at)))?;
        let far = median(&mut self.timings.floors.iter().map(|floor| floor.far).collect::<Vec<_>>());
        let read = self.cold_read().unwrap_or(0.0);
        if read < EMPTIED * far {
            let why = format!("the caches could not be emptied: a read took {read:.0} ns after it, and {far:.0} ns before");
            return Some(cell.skipped(MEASURE, Case::Cold, &why));
        }
        Some(cell.row(MEASURE, Case::Cold, Metric::Latency, Unit::Nanoseconds).of_sittings(&sittings, LEVEL))
    }
}

/// The time that one chunk of a hundred exceeds, with the order statistics that cover it by the binomial law. Where there are
/// too few chunks for an upper end, it is the slowest of them.
fn slowest_hundredth(chunks: &[f64]) -> Result<Estimate, MeasureError> {
    const QUANTILE: f64 = 0.99;
    let mut sorted = chunks.to_vec();
    sorted.sort_by(f64::total_cmp);
    let below = remap::binomial_band(sorted.len() as u64, QUANTILE, Tail::new((1.0 - LEVEL) / 2.0)?);
    let (low, high) = (whole(below.low).saturating_sub(1), whole(below.high));
    let at = |rank: u64| sorted[index(rank).min(sorted.len() - 1)];
    // Between few chunks the percentile is interpolated, and may lie below both.
    let value = quantile_of_sorted(&sorted, QUANTILE);
    Ok(Estimate { value, interval: Interval { low: at(low).min(value), high: at(high) } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_chunk_of_a_hundred_is_slower_than_the_percentile() {
        let chunks: Vec<f64> = (1..=1000_u32).rev().map(f64::from).collect();
        let slow = slowest_hundredth(&chunks).unwrap();
        assert!((slow.value - 990.01).abs() < 1e-9, "{slow:?}");
        // 990 ± 1.96·3.1 chunks are below it.
        assert!((982.0..=985.0).contains(&slow.interval.low) && (995.0..=998.0).contains(&slow.interval.high), "{slow:?}");
        let few = slowest_hundredth(&[2.0, 1.0]).unwrap();
        assert!(few.interval.low == few.value && few.interval.high == 2.0, "{few:?}");
    }
}
