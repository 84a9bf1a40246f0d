//! Which order of slots is good enough, by two nodes: z is how far the first node's slots are from half, over the law's deviation.

use annulus_core::mix;

const BITS: u32 = 12;
const TOP: u32 = u32::MAX << (32 - BITS);

/// A node's word at a slot, from its seed.
type Word = fn(u64, u32) -> u32;

fn fold(v: u32) -> u32 {
    v ^ ((v >> (BITS / 2)) & TOP)
}

/// Six numbers of a node.
fn numbers(seed: u64) -> [u32; 6] {
    let halves = |i| [(mix(seed, i) >> 32) as u32, mix(seed, i) as u32];
    let ([a, b], [c, d], [e, f]) = (halves(0), halves(1), halves(2));
    [a, b | 1, c, d | 1, e, f]
}

const ORDERS: [(&str, Word); 5] = [
    ("multiply by an odd number, add", |seed, slot| {
        let [a, m, ..] = numbers(seed);
        (slot << (32 - BITS)).wrapping_mul(m).wrapping_add(a)
    }),
    ("add, fold, multiply", |seed, slot| {
        let [a, m, b, ..] = numbers(seed);
        fold((slot << (32 - BITS)).wrapping_add(a & TOP)).wrapping_mul(m).wrapping_add(b)
    }),
    ("add, multiply, fold, multiply", |seed, slot| {
        let [a, m, b, n, ..] = numbers(seed);
        fold((slot << (32 - BITS)).wrapping_add(a & TOP).wrapping_mul(m)).wrapping_mul(n).wrapping_add(b)
    }),
    ("the order of this crate", |seed, slot| {
        let [a, m1, b, m2, c, _] = numbers(seed);
        let v = fold((slot << (32 - BITS)).wrapping_add(a & TOP).wrapping_mul(m1)).wrapping_mul(0x2c1b_3c6d);
        (fold(v) ^ (c & TOP)).wrapping_mul(m2).wrapping_add(b)
    }),
    ("independent draws", |seed, slot| (mix(seed, 1 << 40 | u64::from(slot)) >> 32) as u32),
];

pub(crate) fn print(times: u32) {
    println!("4. Orders of 4,096 slots, two nodes: a good one has 1 and 3");
    println!("{:>34} {:>10} {:>10} {:>10} {:>12}", "order", "rms of z", "kurtosis", "largest", "median of |z|");
    let deviation = (f64::from(1_u32 << BITS) / 12.0).sqrt();
    for (name, word) in ORDERS {
        let z = |pair: u64| {
            let (one, other) = (mix(7, 2 * pair), mix(7, 2 * pair + 1));
            let won = (0..1 << BITS).filter(|&slot| (word(one, slot), one) < (word(other, slot), other)).count();
            (won as f64 - f64::from(1_u32 << (BITS - 1))) / deviation
        };
        let mut all: Vec<f64> = (0..u64::from(2_000 * times)).map(|pair| z(pair).abs()).collect();
        all.sort_by(f64::total_cmp);
        let power = |power| all.iter().map(|z| z.powi(power)).sum::<f64>() / all.len() as f64;
        let square = power(2);
        println!(
            "{name:>34} {:>10.3} {:>10.2} {:>10.1} {:>12.3}",
            square.sqrt(),
            power(4) / (square * square),
            all[all.len() - 1],
            all[all.len() / 2]
        );
    }
    println!();
}
