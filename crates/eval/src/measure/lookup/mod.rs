//! The time of look-ups, by a method that holds up on shared machines.
//!
//! Chunks of microseconds, each timed by itself; every subject has a turn in each round, in random order; the median
//! chunk of a turn, then the median over rounds with its interval. Every chunk asks for fresh digests or keys, so that no
//! branch is remembered. *Latency*: each look-up waits for the answer before. *Throughput*: none does. Answers are
//! summed inside the timed loop and held against untimed ones after it, so that nothing is optimised away or wrong.
//! Percentiles are of chunks, since no clock can time a single look-up.

mod chunk;
mod cold;
mod floors;

use std::time::Instant;

use annulus_core::SipHash;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::error::Error;
use crate::keys::KeySet;
use crate::keys::generated::{self, Purpose};
use crate::placement::{Placement, Timed};
use crate::record::{Checksum, Record};
use crate::scenario::Lookup;
use crate::stats::balance::quantile_of_sorted;
use crate::stats::intervals::Estimate;
use crate::stats::{Interval, Tail, float, intervals, remap, whole};

use super::row::Cell;
use super::{Study, index};
use chunk::{Chunk, Kind, Reference};
use floors::{EmptyLoop, HashAlone};

const MEASURE: &str = "lookup";

/// About what a cold chunk takes, nearly all of it to empty the caches.
pub(super) const NANOSECONDS_A_COLD_CHUNK: u64 = 15_000_000;

/// The level of the intervals of medians.
pub(super) const LEVEL: f64 = 0.95;

/// An algorithm with its nodes, or a floor.
enum Timee {
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
struct Subject {
    cell: Cell,
    timee: Timee,
    turns: Vec<Turns>,
}

/// All turns of one subject timed in one way.
struct Turns {
    kind: Kind,
    /// The median chunk of each, in nanoseconds a look-up.
    medians: Vec<f64>,
    /// All chunks, in nanoseconds a look-up.
    chunks: Vec<f64>,
    checksum: u64,
    /// Chunks whose answers were wrong.
    wrong: u64,
}

impl Subject {
    fn new(cell: Cell, timee: Timee, kinds: &[Kind]) -> Self {
        Self { cell, timee, turns: kinds.iter().copied().map(Turns::none).collect() }
    }
}

/// Times every algorithm and the floors in turn and records the medians in nanoseconds a look-up.
pub(super) fn measure(study: &Study<'_>, plan: &Lookup, nodes: u64) -> Result<Vec<Record>, Error> {
    let (mut subjects, mut records) = subjects(study, nodes, plan.rounds * plan.chunks * plan.chunk);
    let mut rng = generated::generator(study.scenario.seed, Purpose::Timing, 1);
    let mut chunk = Chunk::new(plan.chunk);
    let mut order: Vec<(usize, usize)> =
        (subjects.iter().enumerate()).flat_map(|(subject, of)| (0..of.turns.len()).map(move |turns| (subject, turns))).collect();
    for _ in 0..plan.rounds {
        order.shuffle(&mut rng);
        for &(subject, turns) in &order {
            let Subject { timee, turns: of_subject, .. } = &mut subjects[subject];
            of_subject[turns].take_one(timee, &mut chunk, study.keys, plan.chunks, &mut rng);
        }
    }
    for subject in &subjects {
        for turns in &subject.turns {
            records.extend(turns.records(&subject.cell)?);
        }
    }
    records.extend(cold::measure(&subjects, plan.cold, study.keys, &mut rng)?);
    Ok(records)
}

fn subjects(study: &Study<'_>, nodes: u64, look_ups: usize) -> (Vec<Subject>, Vec<Record>) {
    let keys = study.keys.name();
    let floor = |name, floor: Box<dyn Timed>, kinds: &[Kind]| {
        let cell = Cell::of_floor(study, name, nodes, keys, look_ups).of_keys(study.keys_checksum);
        Subject::new(cell, Timee::Floor(floor), kinds)
    };
    let mut subjects = vec![
        floor("empty-loop", Box::new(EmptyLoop), &[Kind::DigestLatency, Kind::DigestThroughput]),
        floor("hash-alone", Box::new(HashAlone(SipHash::new())), &[Kind::StringLatency, Kind::StringThroughput]),
    ];
    let mut skipped = Vec::new();
    for (algorithm, built) in study.build_all(nodes) {
        let cell = Cell::new(study, algorithm, nodes, keys, look_ups, 0).of_keys(study.keys_checksum);
        match built {
            Ok(placement) => subjects.push(Subject::new(cell, Timee::Algorithm(placement), &Kind::ALL)),
            Err(refusal) => skipped.push(cell.refused(MEASURE, "", &refusal)),
        }
    }
    (subjects, skipped)
}

impl Turns {
    fn none(kind: Kind) -> Self {
        Self { kind, medians: Vec::new(), chunks: Vec::new(), checksum: 0, wrong: 0 }
    }

    /// One turn: a chunk that warms the caches, then `chunks` that count.
    fn take_one<'a>(&mut self, timee: &Timee, chunk: &mut Chunk<'a>, keys: &'a KeySet, chunks: usize, rng: &mut ChaCha8Rng) {
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
    fn time_one(&mut self, timee: &Timee, chunk: &mut Chunk<'_>) -> f64 {
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
    fn records(&self, cell: &Cell) -> Result<Vec<Record>, Error> {
        let (metric, case) = self.kind.names();
        let row = |metric: &str| cell.row(MEASURE, case, metric, "ns").checked(Checksum(self.checksum));
        if let Some(why) = self.fault() {
            return Ok(vec![row(metric).failed(why)]);
        }
        let median = intervals::median(&self.medians, LEVEL)?;
        let slow = slowest_hundredth(&self.chunks)?;
        let rows = [(metric.to_owned(), median), (format!("{metric}_p99"), slow)];
        Ok(rows.map(|(metric, of)| row(&metric).measured(of.value, Some(of.interval))).into())
    }

    /// Why the times say nothing.
    fn fault(&self) -> Option<String> {
        (self.wrong > 0).then(|| format!("the answers of {} timed chunks were wrong", self.wrong))
    }
}

/// The time that one chunk of a hundred exceeds, with the order statistics that cover it by the binomial law. Where there are
/// too few chunks for an upper end, it is the slowest of them.
fn slowest_hundredth(chunks: &[f64]) -> Result<Estimate, Error> {
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
