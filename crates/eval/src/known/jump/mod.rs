//! Jump consistent hash: from bucket to bucket, each number of them by chance.

mod edges;

use std::any::Any;

use annulus::{JumpKernel, Kernel};
use annulus_core::Digest;

use crate::algorithm::{Algorithm, Moves, Oracle, Steps};
use crate::stats::float;
use crate::textbook::bucket_loop::bucket_loop;

use super::entry::Known;
use super::look::{Look, Marker};
use super::published::{Published, Spread};

pub(super) const NAME: &str = JumpKernel::PROPERTIES.algorithm;

pub(super) const KNOWN: Known = Known {
    name: NAME,
    describe,
    look: Look { colour: (213, 94, 0), dark: (255, 140, 60), marker: Marker::Triangle },
    parameter: None,
    is_baseline: false,
    of_least_weight: None,
    search: None,
};

fn describe(algorithm: Algorithm, kernel: &dyn Any) -> Algorithm {
    if !kernel.is::<JumpKernel>() {
        return algorithm;
    }
    algorithm.with_moves(Moves::SwapLast).with_oracle(oracle()).with_steps(STEPS)
}

/// The loop as the paper prints it, with keys at the edges of its integers, and published answers.
fn oracle() -> Oracle {
    Oracle::new("the paper's loop", |seeds| {
        let buckets = u32::try_from(seeds.len()).unwrap_or(u32::MAX);
        Box::new(move |digest| usize::try_from(bucket_loop(digest.bits(), buckets)).unwrap_or(usize::MAX))
    })
    .with_probes(|nodes| edges::keys(nodes).into_iter().map(Digest::of_hash).collect())
    .with_vectors(&VECTORS)
}

/// Published answers on which the quotient's exact form (the second of each pair of comments) differs from the paper's.
const VECTORS: [(u64, u64, u64); 8] = [
    (0xceb1_3748_0c7f_7142, 64, 63),   // not 48
    (0x940b_15cc_5e07_a7f8, 64, 63),   // not 48
    (0x24ce_9cb0_08f6_53ef, 128, 127), // not 97
    (0xbc6f_2c0a_2edd_798a, 128, 127), // not 102
    (0, 100, 0),
    (1, 100, 55),
    (2, 100, 62),
    (5_208_417_278_016_242_273, 2048, 2047),
];

/// A key comes by bucket j with the probability 1/(j + 1), whatever the others.
const STEPS: Steps =
    Steps { count: jumps, probabilities: |nodes| (1..=nodes).map(|number| 1.0 / float(number)).collect(), formula: "harmonic" };

/// How often the loop of the paper runs: once for each bucket that the key comes by, of which the last is its own. The one
/// before the last is the key's own among as many buckets as the last one's number.
fn jumps(digest: Digest, buckets: u32) -> u32 {
    let (mut among, mut steps) = (buckets, 0);
    while among > 0 {
        among = bucket_loop(digest.bits(), among);
        steps += 1;
    }
    steps
}

/// Lamping and Veach 2014, <https://doi.org/10.48550/arXiv.1406.2294>: the spread of a ring's arcs and of jump at 1000 nodes.
pub(crate) const SPREAD_PAPER: Spread = Spread {
    what: "ring and jump",
    case: "jump paper",
    arcs: &ARCS,
    even: (
        NAME,
        Published::new(7.64e-9, 5e-12).otherwise(
            "it is computed over all 2^64 digests, and no sample of keys can show it: K keys alone spread by sqrt((N-1)/K)",
        ),
    ),
};

/// What the paper gives of a ring: points a node, standard error, 99 % interval of a node's share over the mean.
const ARCS: [(u64, Published, Published, Published); 4] = [
    (1, Published::new(0.998, 5e-4), Published::new(0.005, 5e-4), Published::new(5.25, 5e-3)),
    (10, Published::new(0.315, 5e-4), Published::new(0.37, 5e-3), Published::new(1.98, 5e-3)),
    (100, Published::new(0.0997, 5e-5), Published::new(0.76, 5e-3), Published::new(1.28, 5e-3)),
    (1000, Published::new(0.0316, 5e-5), Published::new(0.92, 5e-3), Published::new(1.09, 5e-3)),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::generated;

    #[test]
    fn the_papers_loop_gives_the_published_answers() {
        for (digest, nodes, bucket) in VECTORS {
            assert_eq!(u64::from(bucket_loop(digest, u32::try_from(nodes).unwrap())), bucket, "{digest:#x}");
        }
    }

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
}
