//! Many keys at once, for vectors with masks: unfinished chains are packed together, and new keys fill the free lanes.
//!
//! Every answer equals this loop, which is the paper's:
//!
//! ```text
//! for each key:
//!     bucket = 0.0, next = 0.0
//!     while next < buckets:
//!         bucket = next
//!         key    = key · MULTIPLIER + 1            // modulo 2⁶⁴
//!         next   = floor((bucket + 1) · (2³¹ / ((key >> 33) + 1)))
//!     answer = bucket
//! ```
//!
//! How the stream runs it:
//!
//! ```text
//! until all keys have begun and no chain waits:
//!     advance all waiting chains by STEPS steps, a few vectors at a time
//!     while there is room and a key has not begun: begin the next few keys, and advance them by `first` steps
//!     write the answers of the finished chains; the unfinished ones wait, packed together
//! ```

use annulus_core::NodeIndex;
use annulus_lanes::{DoubleTask, Doubles, Task};

use crate::{
    batch::Chunks,
    hash::{MULTIPLIER, RANGE},
};

/// Vectors side by side: enough to hide the latency of a step, few enough to stay in registers.
const ROWS: usize = 4;

/// The most lanes of any vector, and the number of each lane in the high half of a word, where places are kept.
const WIDEST: usize = 32;
const NUMBERS: [u64; WIDEST] = {
    let mut numbers = [0; WIDEST];
    let mut lane = 0;
    while lane < WIDEST {
        numbers[lane] = (lane as u64) << 32;
        lane += 1;
    }
    numbers
};

/// The most chains that wait for their next steps.
const ROOM: usize = 256;

/// Steps of a chain between two checks whether it is done, after the first check.
const STEPS: u32 = 2;

/// The fewest keys and buckets for which streaming pays. With few keys, the last chains run in ever emptier vectors; with few
/// buckets, chains are done so soon that checks cost more than they save.
const MANY_KEYS: usize = 256;
const MANY_BUCKETS: u32 = 4;

/// The most keys of one stream. A place has 32 bits; the limit is lower so that a test can exceed it.
const LONGEST: usize = 1 << 20;

impl DoubleTask for Chunks<'_> {
    #[inline(always)]
    fn run_on<D: Doubles>(self, d: D) {
        let Self { keys, buckets, out } = self;
        for (keys, out) in keys.chunks(LONGEST).zip(out.chunks_mut(LONGEST)) {
            if keys.len() < MANY_KEYS || buckets < MANY_BUCKETS {
                Chunks { keys, buckets, out }.run();
            } else {
                Stream::new(d, buckets).run(d, keys, out);
            }
        }
    }
}

/// One vector of chains, with one field per part.
#[derive(Clone, Copy)]
struct Row<D: Doubles> {
    key: D::U64s,
    /// The next bucket of the chain.
    next: D::F64s,
    /// The last bucket below the number of buckets.
    bucket: D::F64s,
    /// The position of the answer in the output, in the high half.
    place: D::U64s,
    /// A bit per lane that has a chain.
    lanes: u32,
}

/// Unfinished chains, and the answers of finished ones.
struct Stream<D: Doubles> {
    buckets: D::F64s,
    /// Steps of a new chain before the first check whether it is done.
    first: u32,
    key: [u64; ROOM],
    next: [u64; ROOM],
    place: [u64; ROOM],
    /// Places in the high half, buckets in the low.
    answers: [u64; ROOM],
}

/// How many chains are unfinished, and how many are done.
#[derive(Clone, Copy, Default)]
struct Count {
    kept: usize,
    done: usize,
}

impl<D: Doubles> Stream<D> {
    #[inline(always)]
    fn new(d: D, buckets: u32) -> Self {
        // A chain has ln N + 0.58 steps on average, about 0.7·log₂ N. Running on a little past the end costs less than checking.
        let first = buckets.ilog2().midpoint(5);
        let none = [0; ROOM];
        let buckets = d.of_bits(d.splat(f64::from(buckets).to_bits()));
        Self { buckets, first, key: none, next: none, place: none, answers: none }
    }

    #[inline(always)]
    fn run(mut self, d: D, keys: &[u64], out: &mut [NodeIndex]) {
        let group = ROWS * D::LANES;
        let (mut begun, mut waiting) = (0, 0);
        while begun < keys.len() || waiting > 0 {
            let mut count = Count::default();
            for from in (0..waiting).step_by(group) {
                let rows = self.waiting(d, from, waiting);
                count = self.go_on(d, rows, STEPS, count);
            }
            while begun < keys.len() && count.kept.max(count.done) + group <= ROOM {
                let end = keys.len().min(begun + group);
                let rows = Self::new_rows(d, &keys[begun..end], begun);
                count = self.go_on(d, rows, self.first, count);
                begun = end;
            }
            for &answer in &self.answers[..count.done] {
                out[(answer >> 32) as usize] = low(answer);
            }
            waiting = count.kept;
        }
    }

    /// The rows of waiting chains from position `from` on, of `waiting` in all.
    #[inline(always)]
    fn waiting(&self, d: D, from: usize, waiting: usize) -> [Row<D>; ROWS] {
        let mut rows = [Row::none(d); ROWS];
        for (row, from) in rows.iter_mut().zip((from..).step_by(D::LANES)) {
            row.key = d.load(&self.key[from..]);
            row.next = d.of_bits(d.load(&self.next[from..]));
            row.place = d.load(&self.place[from..]);
            row.lanes = first_lanes::<D>(waiting.saturating_sub(from));
        }
        rows
    }

    /// The rows of new chains for `keys`, whose places begin at `place`.
    #[inline(always)]
    fn new_rows(d: D, keys: &[u64], place: usize) -> [Row<D>; ROWS] {
        let mut padded = [0; WIDEST * ROWS];
        let whole = if keys.len() == ROWS * D::LANES {
            keys
        } else {
            padded[..keys.len()].copy_from_slice(keys);
            &padded
        };
        let mut rows = [Row::none(d); ROWS];
        for (row, from) in rows.iter_mut().zip((0..).step_by(D::LANES)) {
            row.key = d.load(&whole[from..]);
            row.place = d.add(d.load(&NUMBERS), d.splat(((place + from) as u64) << 32));
            row.lanes = first_lanes::<D>(keys.len().saturating_sub(from));
        }
        rows
    }

    /// Advances every chain by `steps` steps. Keeps the unfinished ones, and the answers of the finished ones.
    #[inline(always)]
    fn go_on(&mut self, d: D, mut rows: [Row<D>; ROWS], steps: u32, mut count: Count) -> Count {
        for _ in 0..steps {
            for row in &mut rows {
                row.step(d, self.buckets);
            }
        }
        for row in rows {
            let live = d.less(row.next, self.buckets) & row.lanes;
            let over = row.lanes & !live;
            let Count { kept, done } = count;
            d.store_those(live, row.key, &mut self.key, kept);
            d.store_those(live, d.to_bits(row.next), &mut self.next, kept);
            d.store_those(live, row.place, &mut self.place, kept);
            d.store_those(over, d.add(row.place, d.to_whole(row.bucket)), &mut self.answers, done);
            count = Count { kept: kept + live.count_ones() as usize, done: done + over.count_ones() as usize };
        }
        count
    }
}

impl<D: Doubles> Row<D> {
    /// Lanes without chains.
    #[inline(always)]
    fn none(d: D) -> Self {
        let (zero, start) = (d.splat(0), d.of_bits(d.splat(0)));
        Self { key: zero, next: start, bucket: start, place: zero, lanes: 0 }
    }

    /// One step of the paper's loop. A chain past the last bucket stays there, because a quotient is never below one.
    ///
    /// The paper divides 2³¹ by the word. That equals one over the word times a power of two, with the same rounding.
    #[inline(always)]
    fn step(&mut self, d: D, buckets: D::F64s) {
        self.key = d.add(d.mul(self.key, d.splat(MULTIPLIER)), d.splat(1));
        self.bucket = d.choose(d.less(self.next, buckets), self.next, self.bucket);
        let word = d.to_double(d.add(d.shr::<33>(self.key), d.splat(1)));
        let [one, range] = [1.0_f64, RANGE].map(|number| d.of_bits(d.splat(number.to_bits())));
        let quotient = d.times(d.reciprocal(word), range);
        self.next = d.floor(d.times(d.plus(self.next, one), quotient));
    }
}

/// Bits for the first `count` lanes.
#[inline(always)]
fn first_lanes<D: Doubles>(count: usize) -> u32 {
    if count >= D::LANES { u32::MAX >> (32 - D::LANES) } else { (1 << count) - 1 }
}

/// The bucket in the low half of an answer.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the low half is wanted")]
const fn low(answer: u64) -> NodeIndex {
    NodeIndex::new(answer as u32)
}

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use annulus_core::mix;
    use annulus_lanes::Arrays;

    use super::*;
    use crate::{hash::jump, oracle::edges};

    fn in_stream<D: Doubles>(d: D, buckets: u32, keys: &[u64]) -> Vec<u32> {
        let mut found = vec![NodeIndex::default(); keys.len()];
        Stream::new(d, buckets).run(d, keys, &mut found);
        found.into_iter().map(NodeIndex::get).collect()
    }

    /// Streams that end within a vector, within a group, and within the waiting room, for both vector widths.
    #[test]
    fn vectors_of_any_width_answer_as_one_key_at_a_time() {
        for buckets in (1..=40).chain([100, 1_000, 65_537, 1 << 24, (1 << 31) - 1]) {
            let keys: Vec<u64> = (0..700).map(|i| mix(u64::from(buckets), i)).collect();
            let single: Vec<u32> = keys.iter().map(|&key| jump(key, buckets)).collect();
            for len in [1, 7, 8, 9, 31, 32, 33, 255, 256, 257, 300, 700] {
                assert_eq!(in_stream(Arrays::<4>, buckets, &keys[..len]), single[..len], "{len} keys among {buckets}, 4 lanes");
                assert_eq!(in_stream(Arrays::<8>, buckets, &keys[..len]), single[..len], "{len} keys among {buckets}, 8 lanes");
            }
        }
    }

    #[test]
    fn vectors_answer_as_published_at_the_edges() {
        for (key, buckets, bucket) in edges() {
            assert_eq!(in_stream(Arrays::<8>, buckets, &[key; 9]), [bucket; 9], "key {key} among {buckets}");
        }
    }
}
