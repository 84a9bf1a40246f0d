//! What look-ups are divided by, and what tells of neighbours: a chain of multiplications, and walks through memory.

use std::hint::black_box;
use std::time::{Duration, Instant};

use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::estimate::{median, nanoseconds};

/// The chunks of a floor, of which the median counts.
const CHUNKS: usize = 15;

/// Multiplications of a chunk.
const STEPS: u32 = 1_000;

/// Hops of a chunk.
const HOPS: u32 = 500;

/// The bytes of a line of the cache, on usual processors.
pub(crate) const LINE: u64 = 64;

/// Nanoseconds of one step of a chain of multiplications, each of which waits for the one before. It always takes the same number of cycles and
/// touches no memory, so it tells the frequency of the processor.
#[must_use]
pub fn chain() -> f64 {
    let mut times: Vec<f64> = (0..CHUNKS).map(|_| nanoseconds(chained()) / f64::from(STEPS)).collect();
    median(&mut times)
}

fn chained() -> Duration {
    let (mut product, factor) = black_box((0x9e37_79b9_7f4a_7c15_u64, 0xff58_476d_1ce4_e5b9_u128));
    let start = Instant::now();
    for _ in 0..STEPS {
        // The high half: a chain of low halves has a short cut.
        product = u64::try_from(((u128::from(product) + 1) * factor) >> 64).unwrap_or(0);
    }
    black_box(product);
    start.elapsed()
}

/// A walk through memory in random order, a line at a time: each read tells where the next is.
#[derive(Debug)]
pub(crate) struct Walk {
    next: Vec<u32>,
    at: u32,
}

/// Numbers in a line.
const WIDTH: usize = 16;

impl Walk {
    /// A circle through `bytes` of memory.
    pub(crate) fn new(bytes: u64) -> Self {
        let lines = u32::try_from((bytes / LINE).max(2)).unwrap_or(u32::MAX / 16);
        let mut order: Vec<u32> = (0..lines).collect();
        order.shuffle(&mut ChaCha8Rng::seed_from_u64(bytes));
        let mut next = vec![0; order.len() * WIDTH];
        for (from, to) in order.iter().zip(order.iter().cycle().skip(1)) {
            next[position(*from) * WIDTH] = to * 16;
        }
        Self { next, at: order[0] * 16 }
    }

    /// That number of reads.
    pub(crate) fn hop(&mut self, hops: u32) -> Duration {
        let start = Instant::now();
        let mut at = self.at;
        for _ in 0..hops {
            at = self.next[position(at)];
        }
        self.at = black_box(at);
        start.elapsed()
    }

    /// Ten passes, which bring all of it into the caches that can hold it; fewer of what is large.
    pub(crate) fn warm(&mut self) {
        let lines = u32::try_from(self.next.len() / WIDTH).unwrap_or(u32::MAX);
        self.hop(lines.saturating_mul(10).min(600_000));
    }

    /// Nanoseconds of a read, once warmed.
    pub(crate) fn warmed(&mut self) -> f64 {
        self.warm();
        let mut times: Vec<f64> = (0..CHUNKS).map(|_| nanoseconds(self.hop(HOPS)) / f64::from(HOPS)).collect();
        median(&mut times)
    }
}

fn position(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_comes_by_every_line_once() {
        for lines in [2_u32, 3, 64, 1_000] {
            let mut walk = Walk::new(u64::from(lines) * LINE);
            let start = walk.at;
            let mut seen = std::collections::HashSet::new();
            for _ in 0..lines {
                assert!(seen.insert(walk.at), "{lines} lines: {} twice", walk.at);
                walk.hop(1);
            }
            assert_eq!(walk.at, start);
        }
    }
}
