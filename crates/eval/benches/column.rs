//! A column of keys answered in one call, beside hashing alone and looking up alone, which it is made of.
//!
//! Each cell is a million keys `user:i:session` in one buffer, and each answers all of them. The sum of the first two is what the third may
//! take; `cargo bench -p annulus-eval --bench column` prints the three, and the last line of each group their ratio.

use std::hint::black_box;
use std::time::{Duration, Instant};

use annulus::{Digest, HashRing, JumpHash, KeyColumn, KeyHasher, Maglev, NodeIndex, Rendezvous, Ring, SipHash, Xxh3};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const KEYS: usize = 1_000_000;

/// The buffer and the offsets.
fn column() -> (String, Vec<i32>) {
    let mut text = String::new();
    let mut offsets = vec![0];
    for i in 0..KEYS {
        text.push_str(&format!("user:{i}:session"));
        offsets.push(i32::try_from(text.len()).expect("a small buffer"));
    }
    (text, offsets)
}

fn names(nodes: usize) -> impl Iterator<Item = (String, u32)> {
    (0..nodes).map(|node| format!("node-{node}")).zip(0..)
}

/// The least of several times: what the machine can do.
fn least(mut run: impl FnMut()) -> Duration {
    let time = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..7).map(time).min().expect("several")
}

fn compare(criterion: &mut Criterion, name: &str, ring: &dyn Ring<u32>, hasher: impl KeyHasher) {
    let (text, offsets) = column();
    let keys = KeyColumn::new(text.as_bytes(), &offsets).expect("a column");
    let (mut digests, mut owners) = (vec![Digest::of_hash(0); KEYS], vec![NodeIndex::default(); KEYS]);
    let mut hash = || {
        for (digest, span) in digests.iter_mut().zip(offsets.windows(2)) {
            let place = |end: i32| usize::try_from(end).expect("no negative offset");
            *digest = hasher.digest(&text.as_bytes()[place(span[0])..place(span[1])]);
        }
        black_box(&digests);
    };
    let hashed = least(&mut hash);
    let mut group = criterion.benchmark_group(format!("column/{name}"));
    group.sample_size(10).throughput(Throughput::Elements(KEYS as u64));
    group.bench_function("hash alone", |bencher| bencher.iter(&mut hash));
    let looked_up = least(|| assert_eq!(ring.locate_batch(black_box(&digests), &mut owners), KEYS));
    group.bench_function("look up alone", |bencher| bencher.iter(|| ring.locate_batch(black_box(&digests), &mut owners)));
    let expected = owners.clone();
    let together = least(|| assert_eq!(ring.owners_of(black_box(&keys), &mut owners), KEYS));
    group.bench_function("owners_of", |bencher| bencher.iter(|| ring.owners_of(black_box(&keys), &mut owners)));
    assert!(owners == expected, "a column is answered as its digests are");
    group.finish();
    let ratio = together.as_secs_f64() / (hashed + looked_up).as_secs_f64();
    println!("column/{name}: owners_of takes {ratio:.3} times hashing and looking up");
}

fn columns(criterion: &mut Criterion) {
    for nodes in [10, 1_000] {
        let members = || names(nodes);
        compare(criterion, &format!("ring/{nodes}"), &HashRing::from_consumers(members()).expect("room"), SipHash::new());
        compare(criterion, &format!("jump/{nodes}"), &JumpHash::from_consumers(members()).expect("room"), SipHash::new());
        compare(criterion, &format!("rendezvous/{nodes}"), &Rendezvous::from_consumers(members()).expect("room"), SipHash::new());
        compare(criterion, &format!("maglev/{nodes}"), &Maglev::from_consumers(members()).expect("room"), SipHash::new());
        let mut ring = HashRing::with_hasher(Xxh3::new());
        ring.extend(members()).expect("room");
        compare(criterion, &format!("ring with xxh3/{nodes}"), &ring, Xxh3::new());
    }
}

criterion_group!(benches, columns);
criterion_main!(benches);
