//! Balance against movement, at equal memory.

use annulus_core::Kernel;
use annulus_maglev::MaglevKernel;
use annulus_ring::RingKernel;
use annulus_slots::SlotsKernel;

use crate::names::{equal, firsts, mean, owners};

/// Caps in thousandths.
const CAPS: [u32; 6] = [1_000, 1_005, 1_010, 1_020, 1_050, 1_100];

/// One algorithm at one size.
struct Found {
    /// The largest share over the mean.
    busiest: f64,
    /// Keys that move for each of a node that leaves, and the standard error.
    moved: (f64, f64),
}

/// Several tables, and a node that leaves each.
fn found<K: Kernel>(kernel: &K, nodes: u32, slots: u32, tables: u32) -> Found {
    let digests = firsts(slots);
    let (busiest, moved): (Vec<f64>, Vec<f64>) = (0..tables)
        .map(|set| {
            let before = equal(kernel.clone(), u64::from(set) + 1_000, nodes);
            let most = before.shares().expect("shares").into_iter().fold(0.0, f64::max) * f64::from(nodes);
            let mut after = before.clone();
            let gone = set * 31 % nodes;
            let name = before.roster().iter().find(|member| *member.info == gone).expect("a node").name.to_owned();
            after.remove_consumer(&name);
            let pairs = owners(&before, &digests).into_iter().zip(owners(&after, &digests));
            let (mut moved, mut own) = (0.0, 0.0);
            for (from, to) in pairs {
                own += f64::from(u8::from(from == gone));
                moved += f64::from(u8::from(from != to));
            }
            (most, moved / own)
        })
        .unzip();
    Found { busiest: mean(&busiest).0, moved: mean(&moved) }
}

fn line(name: &str, found: &Found) {
    // As wide as a page at most.
    let bar = "#".repeat((((found.moved.0 - 1.0) * 20.0).round() as usize).min(100));
    println!("{name:>20} {:>9.4} {:>9.3} ± {:<6.3} {bar}", found.busiest, found.moved.0, found.moved.1);
}

/// What is fitted: the excess of what moves at a cap, in thousandths.
fn fitted(nodes: u32, slots: u32, cap: u32) -> f64 {
    let (n, m) = (f64::from(nodes), f64::from(slots));
    let even = (0.3 + 0.1 * n.ln()) * n / m.sqrt();
    1.0 + even * (-1.9 * (f64::from(cap) / 1_000.0 - 1.0) * (2.0 * m / n).sqrt()).exp()
}

pub(crate) fn print(times: u32) {
    println!("5. Balance against movement, at equal memory: one node leaves. # is a twentieth moved needlessly");
    for (nodes, bits, prime, points) in
        [(100, 16, 65_537, 64), (200, 16, 65_537, 32), (1_000, 17, 131_071, 28), (100, 20, 1_048_583, 1_090)]
    {
        let (slots, tables) = (1_u32 << bits, if bits > 17 { 4 } else { 16 } * times);
        let plain = SlotsKernel::with_bits(bits).expect("a number of bits");
        println!("\n{nodes} nodes, {slots} slots, {tables} tables");
        println!("{:>20} {:>9} {:>9}", "", "busiest", "moved");
        let maglev = MaglevKernel::with_slots(prime).expect("a prime number");
        line("Maglev", &found(&maglev, nodes, prime, tables));
        for cap in CAPS {
            let kernel = plain.clone().with_cap(cap, 1_000).expect("at least 1");
            let found = found(&kernel, nodes, slots, tables);
            let name = format!("cap {}", f64::from(cap) / 1_000.0);
            line(&format!("{name} [{:.3}]", fitted(nodes, slots, cap)), &found);
        }
        line("slots, no cap", &found(&plain, nodes, slots, tables));
        line(&format!("ring, {points} points"), &found(&RingKernel::with_points(points).expect("points"), nodes, slots, tables));
        println!("{:>20} {:>9.4} {:>9.3}", "rendezvous, exactly", 1.0, 1.0);
    }
    println!("\n[…]: fitted to other tables, not derived.");
}
