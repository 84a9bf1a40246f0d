//! Whole walks: everybody refused, as when all consumers are down. Beside them one pass of `mix64` over as many members.
//!
//! Every walk is held to visit each consumer once. Compare within one run only.

use std::hint::black_box;
use std::ops::ControlFlow;
use std::time::Duration;

use annulus::{JumpKernel, MaglevKernel, RendezvousKernel, RingKernel};
use annulus_core::{ByDigest, Cluster, ConsistentHashRing, Digest, Kernel, Weight, mix, mix64};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

const SIZES: [u32; 2] = [10_000, 70_000];

/// Slots with room for 70,000 consumers of weights 1 to 16, and some to spare.
const SLOTS: u32 = 1_000_003;

/// Weights from 1 to 16 in turn.
fn unequal(node: u32) -> u32 {
    1 + node % 16
}

fn cluster<K: Kernel>(kernel: K, size: u32, weigh: fn(u32) -> u32) -> Cluster<K, ()> {
    // A ring of 70,000 consumers with weights takes 1.8 GB.
    let mut cluster = Cluster::with_kernel(kernel).with_memory_limit(4_000_000_000);
    let members: Vec<(String, Weight)> =
        (0..size).map(|node| (format!("node-{node}"), Weight::new(weigh(node)).expect("not zero"))).collect();
    cluster.add_consumers(&mut members.iter().map(|(name, weight)| (name.as_str(), *weight, ()))).expect("room for all");
    cluster
}

/// The number of members that a walk visits, and the sum of their indices.
fn walk<K: Kernel>(cluster: &Cluster<K, ()>, digest: Digest) -> (u64, u64) {
    let (mut visits, mut sum) = (0, 0);
    cluster.walk(digest, &mut |index| {
        visits += 1;
        sum += u64::from(index.get());
        ControlFlow::Continue(())
    });
    (visits, sum)
}

fn bench<K: Kernel>(criterion: &mut Criterion, name: &str, size: u32, cluster: &Cluster<K, ()>) {
    let size = u64::from(size);
    for digest in (0..10).map(|i| Digest::of_hash(mix(3, i))) {
        assert_eq!(walk(cluster, digest), (size, size * (size - 1) / 2), "{name} of {size}");
    }
    let mut i = 0;
    criterion.benchmark_group("whole-walk").bench_function(BenchmarkId::new(name, size), |bencher| {
        bencher.iter(|| {
            i += 1;
            walk(cluster, black_box(Digest::of_hash(mix(4, i))))
        });
    });
}

fn pass(criterion: &mut Criterion, size: u32) {
    let seeds: Vec<u64> = (0..u64::from(size)).map(|i| mix(5, i)).collect();
    criterion.benchmark_group("whole-walk").bench_function(BenchmarkId::new("one pass of mix64", size), |bencher| {
        bencher.iter(|| black_box(&seeds).iter().fold(0, |greatest: u64, &seed| greatest.max(mix64(black_box(7) ^ seed))));
    });
}

fn walks(criterion: &mut Criterion) {
    let one: fn(u32) -> u32 = |_| 1;
    for size in SIZES {
        pass(criterion, size);
        bench(criterion, "ring", size, &cluster(RingKernel::default(), size, one));
        bench(criterion, "ring, weights 1 to 16", size, &cluster(RingKernel::default(), size, unequal));
        bench(criterion, "jump", size, &cluster(JumpKernel::new(), size, one));
        bench(criterion, "rendezvous", size, &cluster(RendezvousKernel::new(), size, one));
        bench(criterion, "rendezvous, weights 1 to 16", size, &cluster(RendezvousKernel::new(), size, unequal));
        let maglev = || MaglevKernel::with_slots(SLOTS).expect("a prime");
        bench(criterion, "maglev", size, &cluster(maglev(), size, one));
        bench(criterion, "maglev, weights 1 to 16", size, &cluster(maglev(), size, unequal));
    }
    // One consumer has nearly all points: the others are found only once around.
    let lopsided = cluster(RingKernel::default(), 10_000, |node| if node == 0 { 60_000 } else { 1 });
    bench(criterion, "ring, one weight of 60,000", 10_000, &lopsided);
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    targets = walks
}
criterion_main!(benches);
