//! A look-up through a kept reader, beside the bare one and the plain handle. Every answer is checked first.
#![allow(missing_docs)]

use std::hint::black_box;

use annulus::{Digest, HashRing, Maglev, Ring};
use annulus_router::Shared;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const KEYS: u64 = 4_096;

fn algorithm<R>(criterion: &mut Criterion, ring: &R)
where
    R: Ring<u32> + Clone + 'static,
{
    let shared = Shared::new(ring.clone());
    let mut reader = shared.reader();
    let digests: Vec<Digest> = (0..KEYS).map(Digest::of_id).collect();
    let texts: Vec<String> = (0..KEYS).map(|key| format!("user:{key}")).collect();
    for (&digest, text) in digests.iter().zip(&texts) {
        assert_eq!(ring.locate(digest), reader.get().locate(digest));
        assert_eq!(ring.locate(digest), shared.snapshot().locate(digest));
        assert_eq!(ring.owner_of(text.as_bytes()), reader.get().owner_of(text.as_bytes()));
    }
    let mut group = criterion.benchmark_group(ring.algorithm());
    group.throughput(Throughput::Elements(KEYS));
    let ring = black_box(ring);
    group.bench_function("digest, bare", |timer| timer.iter(|| each(&digests, |&key| ring.locate(key))));
    group.bench_function("digest, reader", |timer| timer.iter(|| each(&digests, |&key| reader.get().locate(key))));
    group.bench_function("digest, handle", |timer| timer.iter(|| each(&digests, |&key| shared.snapshot().locate(key))));
    group.bench_function("string, bare", |timer| timer.iter(|| each(&texts, |key| ring.get_consumer(key).copied())));
    group.bench_function("string, reader", |timer| timer.iter(|| each(&texts, |key| reader.get().get_consumer(key).copied())));
    group.bench_function("string, handle", |timer| {
        timer.iter(|| each(&texts, |key| shared.snapshot().get_consumer(key).copied()));
    });
    group.finish();
}

/// Looks up all keys.
fn each<'k, K, A>(keys: &'k [K], mut look_up: impl FnMut(&'k K) -> A) {
    for key in keys {
        black_box(look_up(key));
    }
}

fn read(criterion: &mut Criterion) {
    let consumers = || (0..1_000).map(|i| (format!("node-{i}"), i));
    // Both have room for these.
    if let (Ok(ring), Ok(maglev)) = (HashRing::from_consumers(consumers()), Maglev::from_consumers(consumers())) {
        algorithm(criterion, &ring);
        algorithm(criterion, &maglev);
    }
}

criterion_group!(benches, read);
criterion_main!(benches);
