//! The time of look-ups, by a method that holds up on shared machines.
//!
//! Chunks of microseconds, each timed by itself; everybody has a turn in each round, in random order; the median chunk of a turn is
//! kept. Every chunk asks for fresh keys, so that no branch is remembered; within a round they are the same for everybody.

use std::time::{Duration, Instant};

use annulus_core::NodeIndex;
use rand_chacha::ChaCha8Rng;

use crate::keys::{Chunk, Purpose, generator, shuffle};
use crate::plan::Plan;
use crate::stats;
use crate::subject::{Metric, SHORT_BATCH, Timed};

/// The look-ups of a chunk, at most: a power of two.
const LONGEST: usize = 2_048;

/// How long a chunk is to take.
const CHUNK: Duration = Duration::from_micros(8);

/// The chunks of a turn, at least.
const FEWEST: usize = 3;

/// The untimed look-ups before a turn's timed ones, at most.
const WARMING: usize = 1 << 16;

/// One way in which one subject is timed.
pub(crate) struct Contest<'a> {
    pub(crate) name: &'static str,
    pub(crate) metric: Metric,
    pub(crate) subject: &'a dyn Timed,
    /// The look-ups of a chunk.
    pub(crate) chunk: usize,
    /// The median chunk of each round, in nanoseconds a look-up.
    pub(crate) medians: Vec<f64>,
}

impl<'a> Contest<'a> {
    pub(crate) fn new(name: &'static str, metric: Metric, subject: &'a dyn Timed) -> Self {
        Self { name, metric, subject, chunk: 1, medians: Vec::new() }
    }
}

/// Times everybody in turn, round by round.
pub(crate) fn run(contests: &mut [Contest<'_>], plan: &Plan) {
    let mut clock = Clock { chunk: Chunk::default(), owners: vec![NodeIndex::default(); LONGEST] };
    for contest in &mut *contests {
        contest.chunk = clock.length(contest, plan.seed);
    }
    let mut rng = generator(plan.seed, Purpose::Order);
    let mut order: Vec<usize> = (0..contests.len()).collect();
    for round in 0..plan.rounds {
        shuffle(&mut rng, &mut order);
        for &turn in &order {
            let median = clock.turn(&contests[turn], plan, round);
            contests[turn].medians.push(median);
        }
    }
}

struct Clock {
    chunk: Chunk,
    owners: Vec<NodeIndex>,
}

impl Clock {
    /// How many look-ups take about as long as a chunk should: found by doubling.
    fn length(&mut self, contest: &Contest<'_>, seed: u64) -> usize {
        let mut rng = generator(seed, Purpose::Checking);
        let mut length = match contest.metric {
            // A look-up that chooses between two keys needs two.
            Metric::KeyLatency => 2,
            Metric::DigestShortBatch => SHORT_BATCH,
            _ => 1,
        };
        while length < LONGEST {
            let took = (0..3).map(|_| self.ask(contest.subject, contest.metric, length, &mut rng)).min().unwrap_or_default();
            if 2 * took > CHUNK {
                break;
            }
            length *= 2;
        }
        length
    }

    /// Untimed look-ups, then timed chunks, of which the median counts.
    fn turn(&mut self, contest: &Contest<'_>, plan: &Plan, round: u64) -> f64 {
        let mut rng = generator(plan.seed, Purpose::Timing(round));
        self.warm(contest, plan, &mut rng);
        let (mut spent, mut times) = (Duration::ZERO, Vec::with_capacity(plan.chunks));
        while times.len() < plan.chunks && (times.len() < FEWEST || spent < plan.turn) {
            let took = self.ask(contest.subject, contest.metric, contest.chunk, &mut rng);
            spent += took;
            times.push(stats::nanoseconds(took) / stats::float(contest.chunk as u64));
        }
        stats::median(&times)
    }

    /// Brings what others have driven out back into the caches: the memory by look-ups that do not wait for one another, whatever
    /// is timed afterwards, and the code by a chunk of what is timed.
    ///
    /// Batches are warmed by batches, and for as long as there is time: a processor that has left its widest vectors alone takes
    /// hundreds of chunks to run them at full speed, and single look-ups may not use them. Text is warmed by text, whose answers
    /// may read more than an index.
    fn warm(&mut self, contest: &Contest<'_>, plan: &Plan, rng: &mut ChaCha8Rng) {
        let Contest { subject, metric, chunk, .. } = *contest;
        let (warming, most) = match metric {
            Metric::DigestBatch | Metric::DigestShortBatch => (metric, usize::MAX),
            Metric::DigestLatency | Metric::DigestThroughput => (Metric::DigestThroughput, WARMING),
            Metric::KeyLatency | Metric::KeyThroughput => (Metric::KeyThroughput, WARMING),
        };
        let (mut spent, mut warmed) = (Duration::ZERO, 0);
        while warmed < most && spent < plan.warming {
            spent += self.ask(subject, warming, chunk, rng);
            warmed += chunk;
        }
        self.ask(subject, metric, chunk, rng);
    }

    /// One chunk of fresh keys, timed.
    fn ask(&mut self, subject: &dyn Timed, metric: Metric, length: usize, rng: &mut ChaCha8Rng) -> Duration {
        match metric {
            Metric::DigestLatency => timed(|digests| subject.chase_digests(digests), self.chunk.digests(length, rng)),
            Metric::DigestThroughput => timed(|digests| subject.stream_digests(digests), self.chunk.digests(length, rng)),
            Metric::DigestBatch => {
                let owners = &mut self.owners[..length];
                timed(|digests| subject.of_digests(digests, owners), self.chunk.batch(length, rng))
            }
            Metric::DigestShortBatch => {
                let owners = &mut self.owners[..length];
                timed(|digests| subject.short_batches(digests, owners), self.chunk.batch(length, rng))
            }
            Metric::KeyLatency => timed(|keys| subject.chase_keys(keys), self.chunk.keys(length, rng).as_slice()),
            Metric::KeyThroughput => timed(|keys| subject.stream_keys(keys), self.chunk.keys(length, rng).as_slice()),
        }
    }
}

fn timed<T: ?Sized>(look_up: impl FnOnce(&T) -> u64, keys: &T) -> Duration {
    let keys = std::hint::black_box(keys);
    let started = Instant::now();
    let sum = look_up(keys);
    let took = started.elapsed();
    std::hint::black_box(sum);
    took
}
