//! Many keys at once: 16 or 8 chains of jumps side by side, until the longest is done. This form runs on every processor.

use annulus_core::NodeIndex;
use annulus_lanes::{Level, Task};

use crate::hash::{MULTIPLIER, RANGE, jump};

/// Keys that run in parallel: enough to hide the division's latency, few enough that none waits long for the longest chain.
const LANES: usize = 16;

/// Keys that run in parallel for a short remainder.
const HALF: usize = LANES / 2;

/// The fewest keys for which padded lanes cost less than running one key after another. The break-even is four on wide vectors,
/// six on others.
const WORTH: usize = 5;

/// A value past the last bucket, whatever their number.
const BEYOND: f64 = 4_294_967_296.0;

/// 2⁵². Adding it to a smaller number rounds that to a whole number, which is then in the low bits.
const WHOLE: f64 = 4_503_599_627_370_496.0;

/// Fills `out` with the bucket of each key, at the given level.
pub(crate) fn jump_all(level: Level, keys: &[u64], buckets: u32, out: &mut [NodeIndex]) {
    level.run_on_doubles(Chunks { keys, buckets, out });
}

pub(crate) struct Chunks<'a> {
    pub(crate) keys: &'a [u64],
    pub(crate) buckets: u32,
    pub(crate) out: &'a mut [NodeIndex],
}

impl Task for Chunks<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let mut keys = self.keys.chunks_exact(LANES);
        let mut out = self.out.chunks_exact_mut(LANES);
        for (keys, out) in keys.by_ref().zip(out.by_ref()) {
            if let Ok(keys) = keys.try_into() {
                out.copy_from_slice(&chains::<LANES>(keys, f64::from(self.buckets)));
            }
        }
        rest(keys.remainder(), self.buckets, out.into_remainder());
    }
}

/// Fewer keys than lanes: in the fewest lanes that hold them, or one by one.
#[inline(always)]
fn rest(keys: &[u64], buckets: u32, out: &mut [NodeIndex]) {
    if keys.len() > HALF {
        filled::<LANES>(keys, buckets, out);
    } else if keys.len() >= WORTH {
        filled::<HALF>(keys, buckets, out);
    } else {
        for (bucket, &key) in out.iter_mut().zip(keys) {
            *bucket = NodeIndex::new(jump(key, buckets));
        }
    }
}

/// At least one key, at most `LANES`. The spare lanes repeat the first key, so they finish with it.
#[inline(always)]
fn filled<const LANES: usize>(keys: &[u64], buckets: u32, out: &mut [NodeIndex]) {
    let mut lanes = [keys[0]; LANES];
    lanes[..keys.len()].copy_from_slice(keys);
    out.copy_from_slice(&chains(lanes, f64::from(buckets))[..keys.len()]);
}

/// The paper's loop on every lane, in the paper's arithmetic, until no lane is below `buckets`.
///
/// A lane past the last bucket stays there, because a quotient is never below one.
#[inline(always)]
fn chains<const LANES: usize>(mut keys: [u64; LANES], buckets: f64) -> [NodeIndex; LANES] {
    let (mut bucket, mut next) = ([0.0; LANES], [0.0; LANES]);
    loop {
        // No early exit, so that the comparison runs over lanes too.
        if next.iter().fold(0, |live, &next| live | u64::from(next < buckets)) == 0 {
            return bucket.map(index);
        }
        for lane in 0..LANES {
            keys[lane] = keys[lane].wrapping_mul(MULTIPLIER).wrapping_add(1);
            bucket[lane] = if next[lane] < buckets { next[lane] } else { bucket[lane] };
            next[lane] = whole((next[lane] + 1.0) * (RANGE / word(keys[lane])));
        }
    }
}

/// The random word of a key, its top 31 bits plus one, as a double. The bits become the low bits of the double 2⁵²; then 2⁵² − 1
/// is subtracted.
#[inline(always)]
const fn word(key: u64) -> f64 {
    f64::from_bits(key >> 33 | WHOLE.to_bits()) - (WHOLE - 1.0)
}

/// The whole part of a number below 2³², and 2³² for any larger one. Uses only arithmetic that every vector has.
#[inline(always)]
const fn whole(number: f64) -> f64 {
    let number = if number < BEYOND { number } else { BEYOND };
    let nearest = (number + WHOLE) - WHOLE;
    nearest - if nearest > number { 1.0 } else { 0.0 }
}

/// A whole number below 2³² as an index: its low bits after adding 2⁵².
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the low bits are wanted")]
const fn index(bucket: f64) -> NodeIndex {
    NodeIndex::new((bucket + WHOLE).to_bits() as u32)
}

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use annulus_core::mix;

    use super::*;
    use crate::oracle::edges;

    /// Enough keys for lanes to be reused.
    const MANY: usize = 270;

    #[test]
    fn every_level_answers_as_one_key_at_a_time() {
        let sizes = (1..=300).chain([1_000, 65_536, 65_537, 1_000_000, 1 << 24, (1 << 31) - 1]);
        for buckets in sizes {
            let keys: Vec<u64> = (0..500).map(|i| mix(u64::from(buckets), i)).chain([0, u64::MAX]).collect();
            let single: Vec<NodeIndex> = keys.iter().map(|&key| NodeIndex::new(jump(key, buckets))).collect();
            for level in Level::available() {
                for from in (0..LANES).chain([200, 245, 246, 247, 500]) {
                    let mut batch = vec![NodeIndex::default(); keys.len() - from];
                    jump_all(level, &keys[from..], buckets, &mut batch);
                    assert_eq!(batch, single[from..], "{level:?}, {buckets} buckets, from key {from}");
                }
            }
        }
    }

    /// Longer than one stream.
    #[test]
    fn every_level_answers_a_long_batch() {
        let keys: Vec<u64> = (0..(1 << 20) + 150).map(|i| mix(9, i)).collect();
        for level in Level::available() {
            let mut batch = vec![NodeIndex::default(); keys.len()];
            jump_all(level, &keys, 10, &mut batch);
            assert!(keys.iter().zip(batch).all(|(&key, found)| found.get() == jump(key, 10)), "{level:?}");
        }
    }

    /// Quotients that round to a whole number or next to one, which random keys do not reach. Every key runs in every lane.
    #[test]
    fn every_level_answers_as_published_at_the_edges() {
        for (key, buckets, bucket) in edges() {
            let bucket = NodeIndex::new(bucket);
            for level in Level::available() {
                for len in [HALF, LANES, MANY] {
                    let mut batch = [NodeIndex::default(); MANY];
                    jump_all(level, &[key; MANY][..len], buckets, &mut batch[..len]);
                    assert_eq!(batch[..len], [bucket; MANY][..len], "{level:?}, key {key} among {buckets}");
                }
            }
        }
    }

    #[test]
    fn whole_numbers_and_their_neighbours_are_cut_down() {
        for number in [1.0_f64, 2.0, 49.0, 65_536.0, 2_147_483_647.0, 4_294_967_295.0] {
            // The neighbours of a positive double are its neighbours in bits.
            let [below, above] = [number.to_bits() - 1, number.to_bits() + 1].map(f64::from_bits);
            assert!(whole(number) == number && whole(above) == number && whole(below) == number - 1.0, "{number}");
        }
        assert!(whole(BEYOND) == BEYOND && whole(1e18) == BEYOND);
    }
}
