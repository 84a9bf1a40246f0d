//! What sharing costs: a read through a kept reader beside the bare look-up, and updates of one among many consumers.
//!
//! `cargo run --release -p annulus-router --example copies [-- quick]` prints two tables. Every read is checked against the bare
//! look-up. Updates come every 2 ms; readers look up all the time.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts and times, far below 2^52"
)]

use std::{
    error::Error,
    hint::black_box,
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use annulus::{ByDigest, Digest, HashRing, Maglev, Ring};
use annulus_router::{Changes, Shared};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

const KEYS: u64 = 4_096;

fn main() -> Result<(), Box<dyn Error>> {
    let is_quick = std::env::args().nth(1).as_deref() == Some("quick");
    let consumers = |n: u32| (0..n).map(|i| (format!("node-{i}"), i));
    println!("reads, ns: medians of rounds on two threads at once, 1,000 consumers");
    println!("{:<26} {:>6} {:>6} {:>6} {:>7} {:>7}", "", "bare", "reader", "handle", "reader/", "handle/");
    let rounds = if is_quick { 51 } else { 501 };
    reads(&HashRing::from_consumers(consumers(1_000))?, rounds);
    reads(&Maglev::from_consumers(consumers(1_000))?, rounds);

    println!("\nupdates of one consumer, ring; times in µs; memory as a multiple of one ring with its names");
    println!(
        "{:>9} {:<22} {:>7} {:>8} {:>8} {:>9} {:>6} {:>7} {:>6} {:>6}",
        "consumers", "readers", "updates", "median", "p99", "slowest", "clones", "replays", "behind", "memory"
    );
    let sizes: &[(u32, u32)] =
        if is_quick { &[(1_000, 200), (10_000, 100)] } else { &[(1_000, 3_000), (10_000, 3_000), (100_000, 1_500)] };
    for &(n, count) in sizes {
        for readers in [Readers::busy(0), Readers::busy(2), Readers::busy(8), Readers { busy: 7, gone: 1 }] {
            // The thread of the ring before may still free its copies.
            thread::sleep(Duration::from_millis(500));
            let before = ALLOCATED.current_usage();
            let mut ring = HashRing::new().with_memory_limit(1 << 30);
            ring.extend(consumers(n))?;
            let one = ALLOCATED.current_usage() - before;
            updates(ring, readers, count, before, one)?;
        }
    }
    Ok(())
}

/// Times reads in three ways, with digests and with text.
fn reads<R: Ring<u32> + Clone + 'static>(ring: &R, rounds: usize) {
    let digests: Vec<Digest> = (0..KEYS).map(Digest::of_id).collect();
    let texts: Vec<String> = (0..KEYS).map(|key| format!("user:{key}")).collect();
    // Indices are summed, and the three sums must agree.
    let locate = |ring: &R, key: &Digest| ring.locate(*key).map_or(0, |index| u64::from(index.get()));
    let own = |ring: &R, key: &String| ring.get_consumer(key).map_or(0, |&data| u64::from(data));
    ways(&format!("{}, digest", ring.algorithm()), ring, &digests, locate, rounds);
    ways(&format!("{}, string", ring.algorithm()), ring, &texts, own, rounds);
}

fn ways<R, K>(name: &str, ring: &R, keys: &[K], look_up: impl Fn(&R, &K) -> u64 + Copy + Send + Sync, rounds: usize)
where
    R: Ring<u32> + Clone + 'static,
    K: Sync,
{
    let (shared, bare, together) = (Shared::new(ring.clone()), Arc::new(ring.clone()), Barrier::new(2));
    let one = || {
        let mut reader = shared.reader();
        let mut times = [(); 3].map(|()| Vec::with_capacity(rounds));
        together.wait();
        for _ in 0..rounds {
            let mut sums = [0; 3];
            let mut start = Instant::now();
            let mut lap = |way: usize, sum: u64| {
                sums[way] = sum;
                times[way].push(start.elapsed().as_secs_f64() * 1e9 / keys.len() as f64);
                start = Instant::now();
            };
            lap(0, keys.iter().map(|key| look_up(black_box(&bare), key)).sum());
            lap(1, keys.iter().map(|key| look_up(black_box(&mut reader).get(), key)).sum());
            lap(2, keys.iter().map(|key| look_up(&black_box(&shared).snapshot(), key)).sum());
            assert!(sums == [sums[0]; 3], "the ways disagree");
        }
        times
    };
    let times = thread::scope(|scope| {
        let other = scope.spawn(one);
        let mut times = one();
        if let Ok(others) = other.join() {
            times.iter_mut().zip(others).for_each(|(times, others)| times.extend(others));
        }
        times
    });
    let [bare, reader, handle] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    });
    println!("{name:<26} {bare:>6.2} {reader:>6.2} {handle:>6.2} {:>7.2} {:>7.2}", reader / bare, handle / bare);
}

/// How many readers look up all the time, and how many never come back after their first look-up.
#[derive(Clone, Copy)]
struct Readers {
    busy: usize,
    gone: usize,
}

impl Readers {
    fn busy(busy: usize) -> Self {
        Self { busy, gone: 0 }
    }
}

fn updates(ring: HashRing<u32>, readers: Readers, count: u32, before: usize, one: usize) -> Result<(), Box<dyn Error>> {
    let n = ring.len();
    let shared = Shared::new(ring);
    while !shared.prepare() {
        thread::sleep(Duration::from_millis(1));
    }
    let is_over = AtomicBool::new(false);
    let (mut times, mut behind, mut most) = (Vec::new(), 0, 0);
    let mut gone = vec![shared.reader(); readers.gone];
    for reader in &mut gone {
        black_box(reader.get());
    }
    thread::scope(|scope| {
        for _ in 0..readers.busy {
            let (mut reader, is_over) = (shared.reader(), &is_over);
            scope.spawn(move || {
                let mut id = 0;
                while !is_over.load(Ordering::Relaxed) {
                    id += 1;
                    assert!(reader.get().locate(Digest::of_id(id)).is_some());
                }
            });
        }
        let began = Instant::now();
        for i in 0..count {
            let due = Duration::from_millis(2) * i;
            thread::sleep(due.saturating_sub(began.elapsed()));
            let name = format!("more-{}", i / 2);
            let changes = if i % 2 == 0 { Changes::new().add(name, i) } else { Changes::new().remove(name) };
            let start = Instant::now();
            match shared.update(changes) {
                Ok(_) => times.push(start.elapsed().as_secs_f64() * 1e6),
                Err(_) => behind += 1,
            }
            most = most.max(ALLOCATED.current_usage());
        }
        is_over.store(true, Ordering::Relaxed);
    });
    times.sort_by(f64::total_cmp);
    let at = |part: f64| {
        times.get(((times.len() as f64 * part) as usize).min(times.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
    };
    let counts = shared.copy_counts();
    let readers = match readers {
        Readers { busy, gone: 0 } => format!("{busy}"),
        Readers { busy, gone } => format!("{}, {gone} never back", busy + gone),
    };
    println!(
        "{n:>9} {readers:<22} {count:>7} {:>8.1} {:>8.1} {:>9.1} {:>6} {:>7} {behind:>6} {:>5.2}x",
        at(0.5),
        at(0.99),
        at(1.0),
        counts.clones,
        counts.replays,
        most.saturating_sub(before) as f64 / one as f64
    );
    Ok(())
}
