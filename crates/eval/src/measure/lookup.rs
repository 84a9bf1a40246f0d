//! The time of look-ups, by a method that holds up on shared machines.
//!
//! Chunks of microseconds, each timed by itself; every subject has a turn in each round, in random order; the median
//! chunk of a turn, then the median over rounds with its interval. Every chunk asks for fresh digests or keys, so that no
//! branch is remembered. *Latency*: each look-up waits for the answer before. *Throughput*: none does. Answers are
//! summed inside the timed loop and held against untimed ones after it, so that nothing is optimised away or wrong.

use std::hint::black_box;
use std::time::Instant;

use annulus_core::{KeyHasher, NodeIndex, SipHash};
use rand::seq::SliceRandom;
use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;

use crate::error::Error;
use crate::keys::KeySet;
use crate::keys::generated::{self, Purpose};
use crate::placement::{Lookup as Answers, Placement, Timed};
use crate::record::{Checksum, Record};
use crate::scenario::Lookup;
use crate::stats::{float, intervals};

use super::Study;
use super::row::Cell;

const MEASURE: &str = "lookup";

/// The level of the intervals of medians.
pub(super) const LEVEL: f64 = 0.95;

/// What is timed of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    DigestLatency,
    DigestThroughput,
    Batch,
    StringLatency,
    StringThroughput,
}

impl Kind {
    const ALL: [Self; 5] =
        [Self::DigestLatency, Self::DigestThroughput, Self::Batch, Self::StringLatency, Self::StringThroughput];

    /// The metric and the case under which it is recorded.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::DigestLatency => ("latency", "digest"),
            Self::DigestThroughput => ("throughput", "digest"),
            Self::Batch => ("throughput", "batch"),
            Self::StringLatency => ("latency", "string"),
            Self::StringThroughput => ("throughput", "string"),
        }
    }
}

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
    checksum: u64,
    /// Chunks whose answers were wrong.
    wrong: u64,
}

impl Subject {
    fn new(cell: Cell, timee: Timee, kinds: &[Kind]) -> Self {
        let turns = kinds.iter().map(|&kind| Turns { kind, medians: Vec::new(), checksum: 0, wrong: 0 });
        Self { cell, timee, turns: turns.collect() }
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
            records.push(turns.record(&subject.cell)?);
        }
    }
    Ok(records)
}

fn subjects(study: &Study<'_>, nodes: u64, look_ups: usize) -> (Vec<Subject>, Vec<Record>) {
    let keys = study.keys.name();
    let floor = |name, floor: Box<dyn Timed>, kinds: &[Kind]| {
        Subject::new(Cell::of_floor(study, name, nodes, keys, look_ups), Timee::Floor(floor), kinds)
    };
    let mut subjects = vec![
        floor("empty-loop", Box::new(EmptyLoop), &[Kind::DigestLatency, Kind::DigestThroughput]),
        floor("hash-alone", Box::new(HashAlone(SipHash::new())), &[Kind::StringLatency, Kind::StringThroughput]),
    ];
    let mut skipped = Vec::new();
    for (algorithm, built) in study.build_all(nodes) {
        let cell = Cell::new(study, algorithm, nodes, keys, look_ups, 0);
        match built {
            Ok(placement) => subjects.push(Subject::new(cell, Timee::Algorithm(placement), &Kind::ALL)),
            Err(refusal) => skipped.push(cell.skipped(MEASURE, "", &refusal.reason.to_string())),
        }
    }
    (subjects, skipped)
}

impl Turns {
    /// One turn: a chunk that warms the caches, then `chunks` that count.
    fn take_one<'a>(&mut self, timee: &Timee, chunk: &mut Chunk<'a>, keys: &'a KeySet, chunks: usize, rng: &mut ChaCha8Rng) {
        let mut times = Vec::with_capacity(chunks);
        for number in 0..=chunks {
            chunk.refill(self.kind, keys, rng);
            let start = Instant::now();
            let sum = chunk.ask(timee.loops(), self.kind);
            let elapsed = start.elapsed();
            if let Timee::Algorithm(placement) = timee {
                self.wrong += u64::from(sum != chunk.ask(&Reference(placement.as_ref()), self.kind));
            }
            self.checksum = annulus_core::mix(self.checksum, sum);
            if number > 0 {
                let nanoseconds = float(u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX));
                times.push(nanoseconds / float(chunk.digests.len()));
            }
        }
        times.sort_by(f64::total_cmp);
        self.medians.push(times[times.len() / 2]);
    }

    fn record(&self, cell: &Cell) -> Result<Record, Error> {
        let (metric, case) = self.kind.names();
        let row = cell.row(MEASURE, case, metric, "ns").checked(Checksum(self.checksum));
        if self.wrong > 0 {
            return Ok(row.failed(format!("the answers of {} timed chunks were wrong", self.wrong)));
        }
        let median = intervals::median(&self.medians, LEVEL)?;
        Ok(row.measured(median.value, Some(median.interval)))
    }
}

/// What one chunk asks for.
struct Chunk<'a> {
    digests: Vec<u64>,
    keys: Vec<&'a str>,
    owners: Vec<NodeIndex>,
}

impl<'a> Chunk<'a> {
    fn new(length: usize) -> Self {
        Self { digests: vec![0; length], keys: vec![""; length], owners: vec![NodeIndex::default(); length] }
    }

    /// Fresh digests, or fresh keys whose text is brought into the cache.
    fn refill(&mut self, kind: Kind, keys: &'a KeySet, rng: &mut ChaCha8Rng) {
        match kind {
            Kind::DigestLatency | Kind::DigestThroughput | Kind::Batch => {
                self.digests.fill_with(|| rng.next_u64());
            }
            Kind::StringLatency | Kind::StringThroughput => {
                self.keys.fill_with(|| keys.get(rng.random_range(0..keys.len())));
                black_box(self.keys.iter().flat_map(|key| key.bytes()).fold(0, |all, byte| all ^ byte));
            }
        }
    }

    fn ask(&mut self, loops: &dyn Timed, kind: Kind) -> u64 {
        match kind {
            Kind::DigestLatency => loops.chase(&self.digests),
            Kind::DigestThroughput => loops.stream(&self.digests),
            Kind::Batch => loops.batch(&self.digests, &mut self.owners),
            Kind::StringLatency => loops.chase_strings(&self.keys),
            Kind::StringThroughput => loops.stream_strings(&self.keys),
        }
    }
}

/// The same answers, asked for one at a time through the batch: what timed answers are held against.
struct Reference<'a>(&'a dyn Placement);

impl Answers for Reference<'_> {
    fn owner(&self, digest: u64) -> u64 {
        let mut owner = [NodeIndex::default()];
        self.0.locate_batch(&[digest], &mut owner);
        u64::from(owner[0].get())
    }

    fn digest(&self, key: &str) -> u64 {
        SipHash::new().hash(key.as_bytes())
    }
}

/// The floor of the method: the loop and the clock, with a digest's low bits for an answer.
struct EmptyLoop;

impl Answers for EmptyLoop {
    #[inline]
    fn owner(&self, digest: u64) -> u64 {
        digest & 0xffff
    }

    fn digest(&self, key: &str) -> u64 {
        key.len() as u64
    }
}

/// The floor of look-ups by key: the hash, with its low bits for an answer.
struct HashAlone(SipHash);

impl Answers for HashAlone {
    #[inline]
    fn owner(&self, digest: u64) -> u64 {
        digest & 0xffff
    }

    #[inline]
    fn digest(&self, key: &str) -> u64 {
        self.0.hash(key.as_bytes())
    }
}
