//! Hash functions that systems place points with, unmixed, and a ring of plain points to see what each does.

use annulus_core::{KeyHasher, SipHash, Xxh3};

/// A hash of text.
pub type Hash = fn(&str) -> u64;

/// Hashes by name; each spreads its bits over the whole circle.
pub const HASHES: [(&str, Hash); 5] = [
    ("Java's `String.hashCode`", |text| {
        widened(text.bytes().fold(0u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into())))
    }),
    ("FNV-1a, 32 bits", |text| {
        widened(text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)))
    }),
    ("FNV-1a, 64 bits", |text| {
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }),
    ("xxh3", |text| Xxh3::new().hash(text.as_bytes())),
    ("SipHash-1-3", |text| SipHash::new().hash(text.as_bytes())),
];

fn widened(hash: u32) -> u64 {
    u64::from(hash) << 32
}

/// The arc of the busiest node over the mean, on a ring whose points are hashes of `NAME#NUMBER`.
pub fn busiest_arc(hash: Hash, names: &[String], points: usize) -> f64 {
    let of_node = |(node, name): (usize, &String)| (0..points).map(|i| (hash(&format!("{name}#{i}")), node)).collect::<Vec<_>>();
    let mut circle: Vec<(u64, usize)> = names.iter().enumerate().flat_map(of_node).collect();
    circle.sort_unstable();
    let mut arcs = vec![0.0; names.len()];
    let mut last = circle[circle.len() - 1].0;
    for &(point, node) in &circle {
        arcs[node] += point.wrapping_sub(last) as f64 / 2f64.powi(64);
        last = point;
    }
    arcs.iter().copied().fold(0.0, f64::max) * names.len() as f64
}
