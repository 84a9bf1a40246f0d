//! Two builds of rendezvous hashing in one process: their answers are compared, and their look-ups timed in turn.

use std::hint::black_box;
use std::time::Instant;

/// The same look-ups of one build.
macro_rules! build {
    ($name:ident, $rendezvous:ident, $lanes:ident) => {
        mod $name {
            use std::hint::black_box;

            use $lanes::Level;
            use $rendezvous::{ByDigest, Cluster, ConsistentHashRing as _, Digest, NodeIndex, RendezvousKernel, Weight};

            pub type Consumers = Cluster<RendezvousKernel, u32>;

            /// Consumers of these names on the `level`-th of the processor's levels.
            pub fn build(level: usize, names: &[String], weight: fn(usize) -> u32) -> Consumers {
                let level = Level::available().take(level + 1).last().unwrap();
                let mut consumers = Consumers::with_kernel(RendezvousKernel::with_level(level));
                let members = names.iter().enumerate();
                let members = members.map(|(i, name)| (name.as_str(), Weight::new(weight(i)).unwrap(), 0));
                consumers.add_consumers(&mut members.into_iter()).unwrap();
                consumers
            }

            // Not inlined: a caller's loop may or may not decide outside how a look-up goes.
            #[inline(never)]
            fn owner(consumers: &Consumers, digest: u64) -> u64 {
                consumers.locate(Digest::of_hash(digest)).map_or(0, |index| u64::from(index.get()))
            }

            #[inline(never)]
            pub fn latency(consumers: &Consumers, digests: &[u64]) -> u64 {
                let (mut before, mut sum) = (0, 0_u64);
                for digest in digests {
                    before = owner(consumers, digest.wrapping_add(before));
                    sum = sum.wrapping_add(before);
                }
                black_box(sum)
            }

            #[inline(never)]
            pub fn throughput(consumers: &Consumers, digests: &[u64]) -> u64 {
                black_box(digests.iter().map(|&digest| owner(consumers, digest)).sum())
            }

            #[inline(never)]
            pub fn batch(consumers: &Consumers, digests: &[u64]) -> u64 {
                let digests: Vec<Digest> = digests.iter().copied().map(Digest::of_hash).collect();
                let mut owners = vec![NodeIndex::default(); digests.len()];
                consumers.locate_batch(&digests, &mut owners);
                black_box(owners.iter().map(|index| u64::from(index.get())).sum())
            }

            /// The first `K`, each counted by its place.
            #[inline(never)]
            pub fn first<const K: usize>(consumers: &Consumers, digests: &[u64]) -> u64 {
                let of = |&digest: &u64| {
                    let mut first = [NodeIndex::default(); K];
                    let found = consumers.locate_n(Digest::of_hash(digest), &mut first);
                    (1..).zip(&first[..found]).map(|(place, index)| place * u64::from(index.get())).sum::<u64>()
                };
                black_box(digests.iter().map(of).sum())
            }
        }
    };
}

build!(former, former_rendezvous, former_lanes);
build!(new, new_rendezvous, new_lanes);

type Ask<C> = fn(&C, &[u64]) -> u64;

const KINDS: [(&str, Ask<former::Consumers>, Ask<new::Consumers>); 5] = [
    ("latency", former::latency, new::latency),
    ("throughput", former::throughput, new::throughput),
    ("batch", former::batch, new::batch),
    ("first three", former::first::<3>, new::first::<3>),
    ("first eight", former::first::<8>, new::first::<8>),
];

/// Weights, by what they are called.
const WEIGHTS: [(&str, fn(usize) -> u32); 4] =
    [("equal", |_| 1), ("1 to 10", |i| 1 + i as u32 % 10), ("4, 8, 16", |i| [4, 8, 16][i % 3]), ("two heavy", |i| {
        if i < 2 { u32::MAX } else { 1 }
    })];

fn mix(word: u64) -> u64 {
    new_rendezvous::mix64(word.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Times one cell, three builds of other names and 25 rounds each, and prints a line of it.
fn cell(level: usize, nodes: usize, (called, weight): (&str, fn(usize) -> u32)) {
    let chunk = (400_000 / nodes.max(200)).clamp(16, 2_048);
    let mut times = vec![(vec![], vec![]); KINDS.len()];
    for build in 0..3_u64 {
        let names: Vec<String> = (0..nodes).map(|i| format!("{build}-{i}")).collect();
        let (former, new) = (former::build(level, &names, weight), new::build(level, &names, weight));
        for round in 0..25 {
            for (kind, (of_former, of_new)) in (0_u64..).zip(KINDS.map(|(_, of_former, of_new)| (of_former, of_new))) {
                let digests = |side: u64| -> Vec<u64> {
                    (0..chunk as u64).map(|i| mix(i | round << 20 | kind << 30 | build << 40 | side << 50)).collect()
                };
                let time = |ask: &dyn Fn(&[u64]) -> u64| {
                    // Once to warm, once to time.
                    ask(&digests(0));
                    let digests = digests(1);
                    let began = Instant::now();
                    let answers = black_box(ask(&digests));
                    (began.elapsed().as_nanos() as f64 / chunk as f64, answers)
                };
                // Who begins alternates.
                let (one, other) = if round % 2 == 0 {
                    (time(&|digests| of_former(&former, digests)), time(&|digests| of_new(&new, digests)))
                } else {
                    let new = time(&|digests| of_new(&new, digests));
                    (time(&|digests| of_former(&former, digests)), new)
                };
                assert_eq!(one.1, other.1, "{called}, {nodes} consumers, {}", KINDS[kind as usize].0);
                times[kind as usize].0.push(one.0);
                times[kind as usize].1.push(other.0);
            }
        }
    }
    print!("| {} | {called} | {nodes} |", ["portable", "AVX2", "AVX-512"][level]);
    for (former, new) in times {
        let (former, new) = (median(former), median(new));
        print!(" {former:.1} → {new:.1} ({:.2}) |", former / new);
    }
    println!();
}

fn main() {
    for level in 0..new_lanes::Level::available().count() {
        for nodes in [2, 4, 5, 10, 16, 32, 64, 100, 128, 200, 500, 1_000, 1_024, 1_025, 2_000, 10_000] {
            cell(level, nodes, WEIGHTS[0]);
        }
        for nodes in [2, 3, 10, 32, 100, 500, 1_000, 1_025, 10_000] {
            cell(level, nodes, WEIGHTS[1]);
        }
        cell(level, 500, WEIGHTS[2]);
        for nodes in [3, 10, 1_000] {
            cell(level, nodes, WEIGHTS[3]);
        }
    }
}
