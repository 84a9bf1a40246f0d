//! The work of a look-up, counted and held against its law: no clock, and so the same on every machine.
//!
//! Jump is the one of the algorithms whose work is left to chance: it jumps from bucket to bucket, and comes by bucket j with
//! the probability 1/(j + 1), whatever the others. Rendezvous scores every node, a table is read once, and a ring's search
//! depends on how it is kept.

use annulus::JumpKernel;
use annulus_core::{Digest, Kernel};
use rayon::prelude::*;

use crate::keys::generated;
use crate::record::{Checksum, Record};
use crate::registry::Algorithm;
use crate::scenario::Work;
use crate::stats::{Interval, Tail, float};
use crate::textbook::jump_loop::jump_loop;

use super::ratio;
use super::row::{Band, Cell};
use super::tally::BLOCK;

const MEASURE: &str = "work";

/// Figures that are held to a band of chance: the mean number of steps.
pub(super) const CHECKS: u64 = 1;

/// Counts the steps of random digests; nothing for an algorithm whose steps have no law here.
pub(super) fn measure(cell: &Cell, algorithm: &Algorithm, plan: &Work, nodes: u64, tail: Tail) -> Vec<Record> {
    let Ok(buckets) = u32::try_from(nodes) else { return Vec::new() };
    if algorithm.properties().algorithm != JumpKernel::PROPERTIES.algorithm {
        return Vec::new();
    }
    let digests = generated::digests(cell.seed(), cell.repetition(), plan.digests);
    let of_block = |digests: &[Digest]| {
        digests
            .iter()
            .map(|&digest| u64::from(jumps(digest, buckets)))
            .fold((0, 0, 0), |(sum, most, chain), steps| (sum + steps, u64::max(most, steps), annulus_core::mix(chain, steps)))
    };
    let joined = |(sum, most, checksum): (u64, u64, u64), (more, steps, other): (u64, u64, u64)| {
        (sum + more, most.max(steps), checksum.wrapping_add(other))
    };
    let (sum, most, checksum) = digests.par_chunks(BLOCK).map(of_block).reduce(|| (0, 0, 0), joined);
    let row = |metric| cell.row(MEASURE, "", metric, "steps").checked(Checksum(checksum));
    let law = Jumps::new(nodes);
    let band = Band::expect("harmonic", law.mean).within(law.band(digests.len() as u64, tail)).gate();
    vec![row("steps").judged(ratio(sum, digests.len() as u64), &band), row("steps_max").judged(float(most), &Band::NONE)]
}

/// How often the loop of the paper runs: once for each bucket that the key comes by, of which the last is its own. The one
/// before the last is the key's own among as many buckets as the last one's number.
fn jumps(digest: Digest, buckets: u32) -> u32 {
    let (mut among, mut steps) = (buckets, 0);
    while among > 0 {
        among = jump_loop(digest.bits(), among);
        steps += 1;
    }
    steps
}

/// The law of the steps: N independent events of the probabilities 1, ½, … 1/N.
struct Jumps {
    mean: f64,
    variance: f64,
}

impl Jumps {
    fn new(nodes: u64) -> Self {
        let probabilities = || (1..=nodes).map(|number| 1.0 / float(number));
        Self { mean: probabilities().sum(), variance: probabilities().map(|p| p * (1.0 - p)).sum() }
    }

    /// The band of the mean over so many keys, by Bernstein's inequality, which supposes nothing of their number:
    /// P(sum − its mean ≥ t) ≤ exp(−½t²/(σ² + t/3)).
    fn band(&self, keys: u64, tail: Tail) -> Interval {
        let doubt = -tail.probability().ln();
        let keys = float(keys);
        let reach = doubt / 3.0 + (doubt * doubt / 9.0 + 2.0 * doubt * self.variance * keys).sqrt();
        let each = if self.variance > 0.0 { reach / keys } else { 0.0 };
        Interval { low: self.mean - each, high: self.mean + each }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The paper's loop, counting.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "the paper's own conversions")]
    fn counted(mut key: u64, buckets: u32) -> u32 {
        let (mut next, mut steps) = (0_i64, 0);
        while next < i64::from(buckets) {
            let bucket = next;
            key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
            next = ((bucket + 1) as f64 * ((1_i64 << 31) as f64 / ((key >> 33) + 1) as f64)) as i64;
            steps += 1;
        }
        steps
    }

    #[test]
    fn buckets_on_the_way_are_the_turns_of_the_loop() {
        for digest in generated::digests(1, 0, 2_000) {
            for buckets in [1, 2, 3, 10, 1000] {
                assert_eq!(jumps(digest, buckets), counted(digest.bits(), buckets), "{digest:#x} {buckets}");
            }
        }
    }

    #[test]
    fn the_law_is_the_harmonic_number() {
        let law = Jumps::new(10);
        assert!((law.mean - 2.928_968_253_968_254).abs() < 1e-12);
        assert!((law.variance - (2.928_968_253_968_254 - 1.549_767_731_166_540_7)).abs() < 1e-12);
        let alone = Jumps::new(1).band(1000, Tail::new(1e-6).unwrap());
        assert_eq!((alone.low, alone.high), (1.0, 1.0));
    }
}
