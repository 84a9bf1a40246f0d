//! Look-ups that find the caches cold.

use std::hint::black_box;

use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::keys::KeySet;
use crate::record::{Case, Checksum, Metric, Record, Unit};
use crate::stats::intervals;

use super::super::error::MeasureError;
use super::chunk::{Chunk, Kind};
use super::turns::{LEVEL, MEASURE, Subject, Turns};

/// Look-ups in a chunk: so few that hardly one finds what another has fetched, and enough for the clock.
const LOOK_UPS: usize = 16;

/// Bytes that are written between chunks: more than most processors' caches hold. Where one holds more, or other programs keep
/// theirs in it, a part of the algorithm's state may stay, and the figure is too low.
const WRITTEN: usize = 64 << 20;

/// A line of the cache, as the usual processors have it, in words.
const LINE: usize = 8;

/// Times `rounds` cold chunks of everything whose latency is timed, in turn. Its digests are drawn after the caches were
/// emptied, so that they alone are warm.
pub(super) fn measure(
    subjects: &[Subject],
    rounds: usize,
    keys: &KeySet,
    rng: &mut ChaCha8Rng,
) -> Result<Vec<Record>, MeasureError> {
    if rounds == 0 {
        return Ok(Vec::new());
    }
    let mut evictor = vec![1_u64; WRITTEN / size_of::<u64>()];
    let mut chunk = Chunk::new(LOOK_UPS);
    let is_timed = |subject: &&Subject| subject.turns.iter().any(|turns| turns.kind == Kind::DigestLatency);
    let mut timed: Vec<(&Subject, Turns)> =
        subjects.iter().filter(is_timed).map(|subject| (subject, Turns::none(Kind::DigestLatency))).collect();
    for _ in 0..rounds {
        timed.shuffle(rng);
        for (subject, turns) in &mut timed {
            empty_caches(&mut evictor);
            chunk.refill(turns.kind, keys, rng);
            let time = turns.time_one(&subject.timee, &mut chunk);
            turns.chunks.push(time);
        }
    }
    timed.sort_by_key(|(subject, _)| subjects.iter().position(|one| std::ptr::eq(one, *subject)));
    timed.iter().map(|(subject, turns)| record(subject, turns, rounds)).collect()
}

fn empty_caches(evictor: &mut [u64]) {
    for word in evictor.iter_mut().step_by(LINE) {
        *word = word.wrapping_mul(3);
    }
    black_box(evictor);
}

fn record(subject: &Subject, turns: &Turns, rounds: usize) -> Result<Record, MeasureError> {
    let row = subject.cell.row(MEASURE, Case::Cold, Metric::Latency, Unit::Nanoseconds).checked(Checksum(turns.checksum));
    let row = Record { key_count: (rounds * LOOK_UPS) as u64, ..row };
    if let Some(why) = turns.fault() {
        return Ok(row.failed(why));
    }
    let median = intervals::median(&turns.chunks, LEVEL)?;
    Ok(row.measured(median.value, Some(median.interval)))
}
