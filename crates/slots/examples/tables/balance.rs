//! How evenly slots are shared, beside the law and beside independent draws.

use annulus_core::mix;
use annulus_slots::SlotsKernel;

use crate::names::{cluster, equal, mean};

const BITS: u32 = 12;
const SLOTS: f64 = 4096.0;

/// The expected greatest of N normal variables.
const GREATEST: [(u32, f64); 6] = [(2, 0.564), (3, 0.846), (5, 1.163), (10, 1.539), (50, 2.249), (200, 2.746)];

fn kernel() -> SlotsKernel {
    SlotsKernel::with_bits(BITS).expect("a number of bits")
}

/// Squared CV and largest share over the mean.
fn figures(shares: &[f64]) -> (f64, f64) {
    let nodes = shares.len() as f64;
    let squares: f64 = shares.iter().map(|share| (share * nodes - 1.0).powi(2)).sum();
    (squares / nodes, shares.iter().copied().fold(0.0, f64::max) * nodes)
}

/// Shares where each node draws a number for each slot, and the least wins.
fn drawn(set: u64, nodes: u32) -> Vec<f64> {
    let seeds: Vec<u64> = (0..nodes).map(|node| mix(set, node.into())).collect();
    let mut shares = vec![0.0; seeds.len()];
    for slot in 0..1 << BITS {
        let first = (0..seeds.len()).min_by_key(|&node| mix(seeds[node], slot)).expect("nodes");
        shares[first] += 1.0 / SLOTS;
    }
    shares
}

pub(crate) fn print(times: u32) {
    println!("1. Balance: 4,096 slots. CV of shares, and the busiest node over the mean");
    println!(
        "{:>6} {:>9} {:>9} {:>11} {:>11} {:>10} {:>10}",
        "nodes", "CV, law", "measured", "draws, law", "measured", "busiest", "measured"
    );
    for (nodes, greatest) in GREATEST {
        let tables = u64::from((2_000 / nodes).clamp(40, 400) * times);
        let (squares, most): (Vec<f64>, Vec<f64>) =
            (0..tables).map(|set| figures(&equal(kernel(), set, nodes).shares().expect("slots"))).unzip();
        let draws: Vec<f64> = (0..tables / 2).map(|set| figures(&drawn(set, nodes)).0).collect();
        let n = f64::from(nodes);
        let cv = (n - 1.0) / ((2.0 * n - 1.0) * SLOTS).sqrt();
        let skewness = 0.471 / (SLOTS / n).sqrt();
        // Slots that one node wins are lost by the others, which matters among few.
        let busiest = 1.0 + cv * (n / (n - 1.0)).sqrt() * (greatest + skewness * (greatest * greatest - 1.0) / 6.0);
        println!(
            "{nodes:>6} {cv:>9.5} {:>9.5} {:>11.5} {:>11.5} {busiest:>10.4} {:>10.4}",
            mean(&squares).0.sqrt(),
            ((n - 1.0) / SLOTS).sqrt(),
            mean(&draws).0.sqrt(),
            mean(&most).0
        );
    }
    println!();
}

pub(crate) fn print_weighted(times: u32) {
    println!("2. Weights: 65,536 slots. Share over what the weight gives, and the variance of slots over its law");
    println!("{:>36} {:>18} {:>18} {:>10}", "nodes and weights", "lightest", "heaviest", "variance");
    type Weights = fn(u32) -> u32;
    let sets: [(&str, u32, Weights); 3] = [
        ("2, of 1 and 10", 2, |node| [1, 10][node as usize]),
        ("20, of 1 to 10", 20, |node| 1 + node % 10),
        ("26: 20 of 1, 5 of 100, one of 1,000", 26, |node| {
            if node < 20 {
                1
            } else if node < 25 {
                100
            } else {
                1_000
            }
        }),
    ];
    for (what, nodes, weight) in sets {
        let weights: Vec<f64> = (0..nodes).map(|node| f64::from(weight(node))).collect();
        let total: f64 = weights.iter().sum();
        let parts: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
        let odds = |p: f64| p / (2.0 - p);
        let all: f64 = parts.iter().copied().map(odds).sum();
        let law = |p: f64| 65_536.0 * (p * (1.0 - p) / (2.0 - p) - p * p * (all - odds(p)));
        let (mut light, mut heavy, mut squares) = (Vec::new(), Vec::new(), Vec::new());
        for set in 0..u64::from(200 * times) {
            let shares = cluster(SlotsKernel::default(), set, nodes, weight).shares().expect("slots");
            light.push(shares[0] / parts[0]);
            heavy.push(shares[shares.len() - 1] / parts[parts.len() - 1]);
            let over = |(share, part): (&f64, &f64)| ((share - part) * 65_536.0).powi(2) / law(*part);
            squares.push(shares.iter().zip(&parts).map(over).sum::<f64>() / f64::from(nodes));
        }
        let shown = |values: &[f64]| format!("{:.4} ± {:.4}", mean(values).0, mean(values).1);
        println!("{what:>36} {:>18} {:>18} {:>10.3}", shown(&light), shown(&heavy), mean(&squares).0);
    }
    println!();
}
