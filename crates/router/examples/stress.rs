//! Two readers and one writer: each answer must be that of a membership that existed during the call.
//!
//! `cargo run --release -p annulus-router --example stress [-- SECONDS [UPDATES_PER_SECOND]]` runs for 30 seconds with 400
//! updates a second, and as long again as a control, in which the third thread computes and changes nothing. It prints how long
//! the slowest look-ups took in each.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts and times, far below 2^52"
)]

use std::{
    error::Error,
    hint::black_box,
    iter,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use annulus::HashRing;
use annulus_router::{Changes, Shared, Snapshot};

/// The consumers that may be members: as many as a word has bits.
const POOL: u32 = 64;
/// The keys that are looked up.
const KEYS: u64 = 4_096;

/// For each key, all consumers of the pool in its order of preference. On a ring the owner among any members is the first of them.
fn orders() -> Result<Vec<Vec<u32>>, Box<dyn Error>> {
    let all = HashRing::from_consumers((0..POOL).map(|i| (format!("node-{i}"), i)))?;
    Ok((0..KEYS).map(|key| all.candidates(key).map(|member| *member.info).collect()).collect())
}

/// What the writer did: the members of each version as bits, and two bounds on what readers can see.
struct History {
    members: Vec<AtomicU64>,
    /// The version that is published at least.
    published: AtomicU64,
    /// The version that may be published at most.
    begun: AtomicU64,
}

/// How long look-ups took, in classes of 1/16 of a power of two.
struct Times(Vec<u64>);

impl Times {
    fn class(nanos: u64) -> usize {
        let power = nanos.max(16).ilog2();
        (power as usize) * 16 + ((nanos.max(16) >> (power - 4)) & 15) as usize
    }

    /// The time that this part of the look-ups did not exceed, in ns.
    fn at(&self, part: f64) -> u64 {
        let all: u64 = self.0.iter().sum();
        let mut left = (all as f64 * part) as u64;
        let class = self.0.iter().position(|&count| {
            let is_there = left < count;
            left = left.saturating_sub(count);
            is_there
        });
        let class = class.unwrap_or_else(|| self.0.iter().rposition(|&count| count > 0).unwrap_or_default());
        ((16 + class as u64 % 16 + 1) << (class / 16)) >> 4
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let seconds: u64 = arguments.next().map_or(Ok(30), |text| text.parse())?;
    let rate: u64 = arguments.next().map_or(Ok(400), |text| text.parse())?;
    println!(
        "{:<8} {:>9} {:>12} {:>8} {:>8} {:>12} {:>12}",
        "run", "updates", "look-ups", "median", "p99", "1 in 100,000", "slowest"
    );
    for (name, rate) in [("changes", rate), ("control", 0)] {
        run(name, Duration::from_secs(seconds), rate)?;
    }
    println!("times in ns, each with its two clock readings; every answer was that of a membership that existed during the call");
    Ok(())
}

fn run(name: &str, duration: Duration, rate: u64) -> Result<(), Box<dyn Error>> {
    let orders = orders()?;
    let first = (0..POOL / 2).map(|i| (format!("node-{i}"), i));
    let shared = Shared::new(HashRing::from_consumers(first)?);
    let versions = 2 + duration.as_secs() * rate;
    let history = History {
        members: iter::repeat_with(AtomicU64::default).take(usize::try_from(versions)?).collect(),
        published: AtomicU64::new(0),
        begun: AtomicU64::new(0),
    };
    history.members[0].store((1 << (POOL / 2)) - 1, Ordering::Relaxed);
    let is_over = AtomicBool::new(false);
    let (mut times, updates) = thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|seed| {
                let (shared, history, orders, is_over) = (&shared, &history, &orders, &is_over);
                scope.spawn(move || read(shared, history, orders, is_over, seed))
            })
            .collect();
        let updates = write(&shared, &history, duration, rate);
        is_over.store(true, Ordering::Relaxed);
        let times: Vec<_> = readers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        (times, updates)
    });
    let mut all = Times(vec![0; 64 * 16]);
    for times in times.drain(..) {
        let times = times.map_err(|_| "a reader has found an answer of no membership")?;
        all.0.iter_mut().zip(times.0).for_each(|(all, count)| *all += count);
    }
    let look_ups: u64 = all.0.iter().sum();
    println!(
        "{name:<8} {updates:>9} {look_ups:>12} {:>8} {:>8} {:>12} {:>12}",
        all.at(0.5),
        all.at(0.99),
        all.at(1.0 - 1e-5),
        all.at(1.0)
    );
    Ok(())
}

/// Looks up keys until it is over, and checks each answer.
fn read(shared: &Shared<HashRing<u32>>, history: &History, orders: &[Vec<u32>], is_over: &AtomicBool, seed: u64) -> Times {
    let mut reader = shared.reader();
    let (mut times, mut key) = (Times(vec![0; 64 * 16]), seed);
    while !is_over.load(Ordering::Relaxed) {
        key = (key + 1_237) % KEYS;
        let published = history.published.load(Ordering::SeqCst);
        let start = Instant::now();
        let snapshot: &Snapshot<_> = reader.get();
        let owner = black_box(snapshot.owner(key));
        let took = start.elapsed();
        let version = snapshot.version();
        let begun = history.begun.load(Ordering::SeqCst);
        assert!((published..=begun).contains(&version), "version {version} is not within {published} to {begun}");
        let members = history.members[version as usize].load(Ordering::SeqCst);
        let expected = orders[key as usize].iter().find(|&&consumer| members >> consumer & 1 == 1);
        assert_eq!(owner.map(|owner| owner.info), expected, "key {key} at version {version}");
        times.0[Times::class(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX))] += 1;
    }
    times
}

/// Adds and removes consumers at this rate and computes in between, or only computes. Returns the number of updates.
fn write(shared: &Shared<HashRing<u32>>, history: &History, duration: Duration, rate: u64) -> u64 {
    let (began, mut version, mut members) = (Instant::now(), 0, history.members[0].load(Ordering::Relaxed));
    let mut work = 1_u64;
    while began.elapsed() < duration {
        work = (0..1_000).fold(work, |work, _| black_box(annulus::mix(work, 1)));
        let is_due = version < u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX) * rate / 1_000;
        if !is_due || version as usize + 1 == history.members.len() {
            continue;
        }
        // At least one stays.
        let consumer = u32::try_from(annulus::mix(7, work) % u64::from(POOL - 1)).unwrap_or_default() + 1;
        let next = members ^ (1 << consumer);
        let name = format!("node-{consumer}");
        let changes = if next > members { Changes::new().add(name, consumer) } else { Changes::new().remove(name) };
        history.members[version as usize + 1].store(next, Ordering::SeqCst);
        history.begun.store(version + 1, Ordering::SeqCst);
        // Readers that were stopped by the system may hold all copies: then it is tried again.
        if shared.update(changes).is_ok() {
            version += 1;
            members = next;
            history.published.store(version, Ordering::SeqCst);
        }
    }
    version
}
