//! Compares weighted look-ups with exact cross-products of costs and weights, on random cases at every level.
//!
//! ```text
//! cargo run --release -p annulus-rendezvous --example exact_weights -- 100000000
//! ```
//!
//! Weights are random over their whole range from 1 to 2³² − 1, many small and few large or all alike. The argument is the number of
//! look-ups, a million if it is left out.

#[path = "../tests/definition/mod.rs"]
#[expect(dead_code, reason = "only the draw is needed")]
mod definition;

use std::cmp::Ordering;

use annulus_core::{cost::cost, mix};
use annulus_lanes::Level;
use annulus_rendezvous::{ByDigest, Cluster, ConsistentHashRing, Digest, NodeIndex, RendezvousKernel, Weight};

/// Digests that one membership is asked for.
const DIGESTS: u64 = 500;

/// The weight of a member, in one of five patterns.
fn weight(membership: u64, member: u64) -> Weight {
    let word = mix(membership, member) >> 32;
    let number = match membership % 5 {
        // As many of each length.
        0 => word >> (mix(!membership, member) % 32),
        1 => word,
        2 => 1 + word % 10,
        // One or two outweigh all others.
        3 if member <= membership % 2 => u64::from(u32::MAX),
        3 => 1 + word % 3,
        _ => u64::from(u32::MAX) - word % 3,
    };
    Weight::new(u32::try_from(number.max(1)).expect("32 bits")).expect("not zero")
}

/// The first three by exact products. Ties go to the lower seed.
fn expected(prices: &mut [(u128, u128, u64, NodeIndex)]) -> Vec<NodeIndex> {
    prices.sort_by(|a, b| -> Ordering { (a.0 * b.1).cmp(&(b.0 * a.1)).then(a.2.cmp(&b.2)) });
    prices.iter().take(3).map(|price| price.3).collect()
}

fn main() {
    let wanted: u64 = std::env::args().nth(1).map_or(1_000_000, |text| text.parse().expect("a number of look-ups"));
    let (mut asked, mut membership) = (0, 0);
    while asked < wanted {
        // Two to forty members, now and then hundreds.
        let size = 2 + mix(1, membership) % if membership % 100 == 0 { 600 } else { 39 };
        let names: Vec<String> = (0..size).map(|member| format!("{membership}-{member}")).collect();
        let clusters: Vec<Cluster<RendezvousKernel, ()>> = Level::available()
            .map(|level| {
                let mut cluster = Cluster::with_kernel(RendezvousKernel::with_level(level));
                let members = (0..).zip(&names).map(|(member, name)| (name.as_str(), weight(membership, member), ()));
                cluster.add_consumers(&mut members.into_iter()).expect("distinct names");
                cluster
            })
            .collect();
        let nodes = clusters[0].roster().nodes();
        for i in 0..DIGESTS {
            let digest = mix(mix(2, membership), i);
            let price = |index| {
                let cost = cost(definition::draw(digest, nodes.seed(index)));
                (u128::from(cost), u128::from(nodes.weight(index).get()), nodes.seed(index), index)
            };
            let expected = expected(&mut nodes.indices().map(price).collect::<Vec<_>>());
            for cluster in &clusters {
                let mut first = [NodeIndex::default(); 3];
                let found = cluster.locate_n(Digest::of_hash(digest), &mut first);
                assert_eq!(cluster.locate(Digest::of_hash(digest)), Some(expected[0]), "{size} members, digest {digest:#x}");
                assert_eq!(first[..found], expected, "{size} members, digest {digest:#x}");
            }
        }
        asked += DIGESTS;
        membership += 1;
    }
    let levels = Level::available().count();
    println!(
        "{asked} look-ups in {membership} memberships, each at {levels} levels, and their first three: all as exact products say"
    );
}
