//! What is timed, and what its turns took.

use std::time::Instant;

use rand_chacha::ChaCha8Rng;

use crate::algorithm::{Placement, Timed};
use crate::keys::KeySet;
use crate::record::{Checksum, Measure, Metric, Record, Unit};
use crate::stats::balance::quantile_of_sorted;
use crate::stats::intervals::Estimate;
use crate::stats::{Interval, Tail, float, intervals, remap, whole};

use super::super::count::index;
use super::super::error::MeasureError;
use super::super::row::Cell;
use super::chunk::{Chunk, Kind, Reference};

pub(super) const MEASURE: Measure = Measure::Lookup;

/// The level of the intervals of medians.
pub(in super::super) const LEVEL: f64 = 0.95;

/// An algorithm with its nodes, or a floor.
pub(super) enum Timee {
    Algorithm(Box<dyn Placement>),
    Floor(Box<dyn Timed>),
}

impl Timee {
    fn loops(&self) -> &dyn Timed {
        match self {
            Self::Algorithm(placement) => placement.as_ref(),
            Self::Floor(floor) => floor.as_ref(),
        }
    }
}

/// Something that is timed in several ways.
pub(super) struct Subject {
    pub(super) cell: Cell,
    pub(super) timee: Timee,
    pub(super) turns: Vec<Turns>,
}

/// All turns of one subject timed in one way.
pub(super) struct Turns {
    pub(super) kind: Kind,
    /// The median chunk of each, in nanoseconds a look-up.
    pub(super) medians: Vec<f64>,
    /// All chunks, in nanoseconds a look-up.
    pub(super) chunks: Vec<f64>,
    pub(super) checksum: u64,
    /// Chunks whose answers were wrong.
    pub(super) wrong: u64,
}

impl Subject {
    pub(super) fn new(cell: Cell, timee: Timee, kinds: &[Kind]) -> Self {
        Self { cell, timee, turns: kinds.iter().copied().map(Turns::none).collect() }
    }
}

impl Turns {
    pub(super) fn none(kind: Kind) -> Self {
        Self { kind, medians: Vec::new(), chunks: Vec::new(), checksum: 0, wrong: 0 }
    }

    /// One turn: a chunk that warms the caches, then `chunks` that count.
    pub(super) fn take_one<'a>(
        &mut self,
        timee: &Timee,
        chunk: &mut Chunk<'a>,
        keys: &'a KeySet,
        chunks: usize,
        rng: &mut ChaCha8Rng,
    ) {
        let mut times = Vec::with_capacity(chunks);
        for number in 0..=chunks {
            chunk.refill(self.kind, keys, rng);
            let time = self.time_one(timee, chunk);
            if number > 0 {
                times.push(time);
            }
        }
        self.chunks.extend_from_slice(&times);
        times.sort_by(f64::total_cmp);
        self.medians.push(times[times.len() / 2]);
    }

    /// Asks one chunk; answers the nanoseconds a look-up.
    pub(super) fn time_one(&mut self, timee: &Timee, chunk: &mut Chunk<'_>) -> f64 {
        let start = Instant::now();
        let sum = chunk.ask(timee.loops(), self.kind);
        let elapsed = start.elapsed();
        if let Timee::Algorithm(placement) = timee {
            self.wrong += u64::from(sum != chunk.ask(&Reference(placement.as_ref()), self.kind));
        }
        self.checksum = annulus_core::mix(self.checksum, sum);
        let nanoseconds = float(u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX));
        nanoseconds / float(chunk.digests.len())
    }

    /// The median turn, and the 99th percentile of the chunks.
    pub(super) fn records(&self, cell: &Cell) -> Result<Vec<Record>, MeasureError> {
        let (metric, case) = self.kind.names();
        let row = |metric: Metric| cell.row(MEASURE, case, metric, Unit::Nanoseconds).checked(Checksum(self.checksum));
        if let Some(why) = self.fault() {
            return Ok(vec![row(metric).failed(why)]);
        }
        let median = intervals::median(&self.medians, LEVEL)?;
        let slow = slowest_hundredth(&self.chunks)?;
        let slowest = if metric == Metric::Latency { Metric::LatencyP99 } else { Metric::ThroughputP99 };
        let rows = [(metric, median), (slowest, slow)];
        Ok(rows.map(|(metric, of)| row(metric).measured(of.value, Some(of.interval))).into())
    }

    /// Why the times say nothing.
    pub(super) fn fault(&self) -> Option<String> {
        (self.wrong > 0).then(|| format!("the answers of {} timed chunks were wrong", self.wrong))
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
