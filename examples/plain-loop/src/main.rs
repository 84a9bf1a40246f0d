//! Times look-ups by digest with a plain loop: what `annulus run` says must be what anybody finds.
//!
//! `cargo run --release` prints nanoseconds of a look-up: the median of five sets of names, then the smallest and the largest.
//! Latency: each look-up waits for the one before. Throughput: none does.

use std::hint::black_box;
use std::time::{Duration, Instant};

use annulus::{ByDigest, Cluster, Digest, HashRing, JumpHash, Kernel, Maglev, Rendezvous, mix};

/// Sets of names. Each makes a table of its own, and the time of a look-up depends on the table.
const SETS: u32 = 5;

/// Look-ups of a chunk, and how long chunks are asked: untimed first, then timed.
const CHUNK: usize = 4_096;
const WARMING: Duration = Duration::from_millis(60);
const TIMING: Duration = Duration::from_millis(150);

fn main() {
    println!("| nodes | algorithm | latency, ns | throughput, ns |\n|---:|---|---:|---:|");
    for nodes in [10, 100, 1_000] {
        report(nodes, "ring", |set| filled(HashRing::new(), nodes, set));
        report(nodes, "jump", |set| filled(JumpHash::new(), nodes, set));
        report(nodes, "rendezvous", |set| filled(Rendezvous::new(), nodes, set));
        report(nodes, "maglev", |set| filled(Maglev::new(), nodes, set));
    }
}

fn filled<K: Kernel>(mut cluster: Cluster<K, u32>, nodes: u32, set: u32) -> Cluster<K, u32> {
    cluster.extend((0..nodes).map(|node| (format!("server-{set}-{node}"), node))).expect("there is room");
    cluster
}

fn report<K: Kernel>(nodes: u32, name: &str, build: impl Fn(u32) -> Cluster<K, u32>) {
    let (latency, throughput): (Vec<_>, Vec<_>) = (0..SETS).map(|set| times(&build(set))).unzip();
    println!("| {nodes} | {name} | {} | {} |", spread(latency), spread(throughput));
}

/// Latency and throughput of a cluster's look-ups.
fn times<K: Kernel>(cluster: &Cluster<K, u32>) -> (f64, f64) {
    let owner = |digest| cluster.locate(digest).map_or(0, |index| u64::from(index.get()));
    let latency =
        median(|digests| digests.iter().fold(0, |before, digest| owner(Digest::of_hash(digest.bits().wrapping_add(before)))));
    let throughput = median(|digests| digests.iter().fold(0, |sum: u64, &digest| sum.wrapping_add(owner(digest))));
    (latency, throughput)
}

/// The median of the sets, then the smallest and the largest.
fn spread(mut times: Vec<f64>) -> String {
    times.sort_by(f64::total_cmp);
    format!("{:.2} ({:.2}–{:.2})", times[times.len() / 2], times[0], times[times.len() - 1])
}

/// The median chunk, in nanoseconds of a look-up. Every chunk has digests of its own, so no branch is remembered.
fn median(look_up: impl Fn(&[Digest]) -> u64) -> f64 {
    let mut drawn = 0;
    let mut times = Vec::new();
    let started = Instant::now();
    while started.elapsed() < WARMING + TIMING {
        let digests: Vec<Digest> = (drawn..).take(CHUNK).map(|number| Digest::of_hash(mix(7, number))).collect();
        drawn += CHUNK as u64;
        let start = Instant::now();
        black_box(look_up(black_box(&digests)));
        let took = start.elapsed();
        if started.elapsed() > WARMING {
            times.push(took.as_secs_f64() * 1e9 / CHUNK as f64);
        }
    }
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
