//! Prints what health, zones, shards and hot keys cost.
//!
//! ```text
//! cargo run --release -p annulus-router --example serving_costs
//! ```
#![allow(missing_docs, clippy::cast_precision_loss)]

use std::{hint::black_box, time::Instant};

use annulus::{ByDigest, Digest, NodeIndex, Ring, Spec, mix};
use annulus_router::{Beside, Everyone, Health, HotKeys, Loads, Shard, State, Zones, spread};

/// The least time of a call in nanoseconds, over five runs.
fn time(calls: u64, mut call: impl FnMut(Digest) -> usize) -> f64 {
    let run = |_| {
        let start = Instant::now();
        for i in 0..calls {
            black_box(call(Digest::of_hash(mix(7, i))));
        }
        start.elapsed().as_nanos() as f64 / calls as f64
    };
    (0..5).map(run).fold(f64::INFINITY, f64::min)
}

fn fleet(spec: &str, n: usize) -> Result<Box<dyn Ring<usize>>, Box<dyn std::error::Error>> {
    let mut ring: Box<dyn Ring<usize>> = spec.parse::<Spec>()?.build();
    ring.extend((0..n).map(|i| (format!("server-{i}"), i % 3)))?;
    Ok(ring)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("# Look-ups that skip what is down, ns\n");
    println!("| consumers | order | bare | all up | 50 % down | 90 % | 99 % | all but one | all |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for n in [1_000, 10_000] {
        for spec in ["ring", "rendezvous", "maglev:slots=655373"] {
            let ring = fleet(spec, n)?;
            let health = Health::new();
            let view = health.view(&*ring);
            print!("| {n} | {spec} | {:.1} |", time(20_000, |digest| usize::from(ring.locate(digest).is_some())));
            for up in [n, n / 2, n / 10, n / 100, 1, 0] {
                let state = |i| {
                    if mix(3, i as u64) % n as u64 >= up as u64 && up > 1 || up == 1 && i > 0 || up == 0 {
                        State::Down
                    } else {
                        State::Up
                    }
                };
                health.set_all((0..n).map(|i| (format!("server-{i}"), state(i))));
                let calls = if up == n { 20_000 } else { 300 };
                print!(" {:.1} |", time(calls, |digest| usize::from(view.owner(&*ring, digest).is_ok())));
            }
            println!();
        }
    }

    println!("\n# Changes, µs\n");
    println!("| consumers | set one | view of health, first | after a change | view of loads, first | after a change |");
    println!("|---|---|---|---|---|---|");
    for n in [1_000, 10_000, 100_000] {
        let ring = fleet("rendezvous", n)?;
        let (health, loads, micro) =
            (Health::new(), Loads::relative(1.25)?, |start: Instant| start.elapsed().as_nanos() as f64 / 1e3);
        let start = Instant::now();
        let view = health.view(&*ring);
        let first = micro(start);
        let start = Instant::now();
        let _again = health.view(&*ring);
        let again = micro(start);
        drop(_again);
        let start = Instant::now();
        let load = loads.view(&*ring);
        let load_first = micro(start);
        let start = Instant::now();
        drop(loads.view(&*ring));
        let load_again = micro(start);
        let mut turn = 0;
        let set = time(100, |_| {
            turn += 1;
            usize::from(health.set(&format!("server-{}", turn * 7_919 % n), State::Down) == State::Up)
        });
        println!("| {n} | {:.1} | {first:.0} | {again:.0} | {load_first:.0} | {load_again:.0} |", set / 1e3);
        drop((view, load));
    }

    println!("\n# Replicas, shards, hot keys, ns (1,000 consumers)\n");
    for spec in ["ring", "rendezvous"] {
        let ring = fleet(spec, 1_000)?;
        let health = Health::new();
        let (up, zones) = (health.view(&*ring), Zones::by(|zone: &usize| *zone).view(&*ring));
        let mut replicas = [NodeIndex::default(); 3];
        let mut placed = |digest| zones.replicas(&*ring, &up, digest, &mut replicas).replicas;
        println!("{spec}: 3 replicas in 3 zones: {:.0}", time(5_000, &mut placed));
        health.set_all((0..1_000).filter(|i| i % 3 == 1).map(|i| (format!("server-{i}"), State::Down)));
        println!("{spec}: 3 replicas, one zone of three down: {:.0}", time(1_000, &mut placed));
        println!(
            "{spec}: spread over 4: {:.0}",
            time(5_000, |digest| spread(&*ring, &Everyone, digest, 4, digest.bits()).map_or(0, NodeIndex::as_usize))
        );
        println!("{spec}: a shard of 8: {:.0}", time(2_000, |digest| Shard::of(&*ring, digest, 8).members().len()));
        let shard = Shard::of(&*ring, ring.digest(b"acme"), 8);
        println!(
            "{spec}: a key in a shard of 8: {:.0}",
            time(20_000, |digest| shard.owner(&*ring, &Everyone, digest).map_or(0, NodeIndex::as_usize))
        );
    }
    for share in [0.05, 0.001] {
        let mut hot = HotKeys::new(share)?;
        let counted = time(200_000, |digest| {
            // Half of the requests are for ten keys.
            let key = if digest.bits() % 2 == 0 { Digest::of_id(digest.bits() >> 8 & 7) } else { digest };
            hot.count(key);
            1
        });
        println!("a request counted, heavy from {share}: {counted:.0}");
    }
    Ok(())
}
