//! The first places of the slots' rankings.

use annulus_slots::{ByDigest, NodeIndex, SlotsKernel};

use crate::names::{equal, firsts};

const NODES: u32 = 100;
const SLOTS: u32 = 1 << 14;
const MOST: usize = 6;

pub(crate) fn print(times: u32) {
    println!("3. The first R places of a slot's ranking: 100 nodes, 16,384 slots. CV over nodes");
    println!("{:>3} {:>8} {:>9}", "R", "law", "measured");
    let (digests, tables) = (firsts(SLOTS), 10 * times);
    let mut squares = [0.0; MOST];
    for set in 0..tables {
        let table = equal(SlotsKernel::with_bits(14).expect("a number of bits"), set.into(), NODES);
        let mut counts = [[0.0; NODES as usize]; MOST];
        let mut order = [NodeIndex::default(); MOST];
        for &digest in &digests {
            table.locate_n(digest, &mut order);
            for places in 0..MOST {
                order[..=places].iter().for_each(|node| counts[places][node.as_usize()] += 1.0);
            }
        }
        for (places, counts) in counts.iter().enumerate() {
            let mean = f64::from(SLOTS) * (places as f64 + 1.0) / f64::from(NODES);
            squares[places] += counts.iter().map(|count| (count / mean - 1.0_f64).powi(2)).sum::<f64>();
        }
    }
    // C(2R, R)/4^R.
    let mut middle = 1.0;
    for (places, squares) in squares.iter().enumerate() {
        let (r, n) = (places as f64 + 1.0, f64::from(NODES));
        middle *= (2.0 * r - 1.0) / (2.0 * r);
        let law = (middle * n / (r * f64::from(SLOTS)) * (1.0 - r / n)).sqrt();
        println!("{r:>3} {law:>8.4} {:>9.4}", (squares / f64::from(tables) / n).sqrt());
    }
    println!();
}
