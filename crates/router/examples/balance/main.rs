//! Prints what bounded loads and the better of two cost, and how even they make it.
//!
//! ```text
//! cargo run --release -p annulus-router --example balance
//! ```
#![allow(missing_docs, clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]

mod simulate;

use std::{thread, time::Instant};

use annulus::Digest;
use annulus_router::{Beside, Everyone, Loads};
use simulate::{Choice, Numbers, bounded, coming_and_going, expected, fleet, sessions, weighted_fleet};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("# Fixed caps of (1+ε) times the mean, 100 consumers, keys in random order\n");
    println!("| keys a consumer | order | ε | overflow | expected | probes | expected | busiest/mean |");
    println!("|---|---|---|---|---|---|---|---|");
    for per in [10, 100, 1_000] {
        for order in ["ring:points=1", "ring:points=100", "rendezvous", "maglev", "jump"] {
            for factor in [1.05, 1.1, 1.25, 1.5, 2.0] {
                let outcome = bounded(order, 100, per, factor, if per == 1_000 { 5 } else { 20 });
                let (overflow, probes) = match expected(order, per, factor) {
                    Some((overflow, probes)) => (format!("{overflow:.4}"), format!("{probes:.2}")),
                    None => (String::new(), String::new()),
                };
                println!(
                    "| {per} | {order} | {:.2} | {:.4} | {overflow} | {:.3} | {probes} | {:.2} |",
                    factor - 1.0,
                    outcome.overflow,
                    outcome.probes,
                    outcome.busiest
                );
            }
        }
    }

    println!("\n# Caps of (1+ε) times the mean of the moment: requests come and go, 10,000 consumers of weights 1 to 10\n");
    println!("| requests a consumer | order | ε | overflow | probes |");
    println!("|---|---|---|---|---|");
    for per in [2, 20, 100] {
        for order in ["ring", "rendezvous"] {
            let ring = weighted_fleet(order, (0..10_000).map(|i| 1 + i % 10), 1);
            for factor in [1.05, 1.25, 2.0] {
                let outcome = coming_and_going(&*ring, factor, per, 50_000, 1)?;
                println!("| {per} | {order} | {:.2} | {:.4} | {:.3} |", factor - 1.0, outcome.overflow, outcome.probes);
            }
        }
    }

    println!("\n# Sessions: 40 a consumer, 10 requests a consumer at once, cap 1.25\n");
    println!("| consumers | choice | requests that change consumer | busiest total/mean | peak at once/mean |");
    println!("|---|---|---|---|---|");
    for n in [16, 100] {
        for (choice, factor) in [(Choice::Plain, 1_000.0), (Choice::Lower, 1.25), (Choice::Better, 1.25)] {
            let runs: Vec<_> = (0..10).map(|seed| sessions(choice, n, factor, 20_000 * n, seed)).collect();
            let mean = |of: fn(&simulate::Sessions) -> f64| runs.iter().map(of).sum::<f64>() / runs.len() as f64;
            let (changed, busiest, peak) = (mean(|run| run.changed), mean(|run| run.busiest), mean(|run| run.peak));
            println!("| {n} | {choice:?} | {:.1} % | {busiest:.2} | {peak:.2} |", 100.0 * changed);
        }
    }

    println!("\n# Time of an admission and its release, one thread, 1,000 consumers (look-up included)\n");
    let ring = fleet("ring", 1_000, 1);
    let mut numbers = Numbers::new(1);
    time("look-up alone", |ring| usize::from(ring.locate(numbers.digest()).is_some()), &*ring);
    let fixed = Loads::fixed(1_000_000).view(&*ring);
    let relative = Loads::relative(1_000.0)?.view(&*ring);
    let locked = Loads::locked(1_000.0)?.view(&*ring);
    time("fixed", |ring| fixed.acquire(ring, &Everyone, numbers.digest()).unwrap().tries(), &*ring);
    time("relative", |ring| relative.acquire(ring, &Everyone, numbers.digest()).unwrap().tries(), &*ring);
    let owned = |ring: &dyn annulus::Ring<()>| {
        usize::from(!relative.acquire(ring, &Everyone, numbers.digest()).unwrap().into_owned().name().is_empty())
    };
    time("relative, owned permit", owned, &*ring);
    time("locked", |ring| locked.acquire(ring, &Everyone, numbers.digest()).unwrap().tries(), &*ring);
    for threads in [2, 8] {
        let fixed = together(threads, |digest| fixed.acquire(&*ring, &Everyone, digest).unwrap().tries());
        let relative = together(threads, |digest| relative.acquire(&*ring, &Everyone, digest).unwrap().tries());
        println!("{threads} threads together, for each admission: fixed {fixed:.1} ns, relative {relative:.1} ns");
    }
    Ok(())
}

/// The time of all calls on several threads, divided by the number of calls. The least of five runs.
fn together(threads: u64, call: impl Fn(Digest) -> usize + Sync) -> f64 {
    const CALLS: u64 = 400_000;
    let run = |_| {
        let start = Instant::now();
        thread::scope(|scope| {
            for thread in 0..threads {
                let call = &call;
                scope.spawn(move || {
                    let mut numbers = Numbers::new(thread);
                    for _ in 0..CALLS / threads {
                        std::hint::black_box(call(numbers.digest()));
                    }
                });
            }
        });
        start.elapsed().as_nanos() as f64 / CALLS as f64
    };
    (0..5).map(run).fold(f64::INFINITY, f64::min)
}

/// The least time of a call, over 20 runs of 100,000.
fn time(what: &str, mut call: impl FnMut(&dyn annulus::Ring<()>) -> usize, ring: &dyn annulus::Ring<()>) {
    let mut least = f64::INFINITY;
    for _ in 0..20 {
        let start = Instant::now();
        let calls: usize = (0..100_000).map(|_| std::hint::black_box(call(ring)).min(1)).sum();
        least = least.min(start.elapsed().as_nanos() as f64 / calls as f64);
    }
    println!("{what}: {least:.1} ns");
}
