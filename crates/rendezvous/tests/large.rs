//! Thousands of consumers to a million: what the smaller tests cannot reach.

mod definition;

use annulus_core::mix;
use annulus_lanes::Level;
use annulus_rendezvous::{ByDigest, Cluster, ConsistentHashRing, Digest, NodeIndex, RendezvousKernel, Weight};

fn rendezvous(level: Level, size: u32, weight: impl Fn(u32) -> u32) -> Cluster<RendezvousKernel, ()> {
    let weight = |node| Weight::new(weight(node)).expect("not zero");
    let members: Vec<(String, Weight)> = (0..size).map(|node| (format!("node-{node}"), weight(node))).collect();
    let mut rendezvous = Cluster::with_kernel(RendezvousKernel::with_level(level));
    rendezvous.add_consumers(&mut members.iter().map(|(name, weight)| (name.as_str(), *weight, ()))).expect("room for all");
    rendezvous
}

/// The orders of a few digests, and every first few of them that a pass or passes can give.
///
/// Among a million draws of 32 bits, one pair in 8,600 ties at the top; the smaller seed wins.
#[test]
fn a_million_consumers_are_placed_as_the_definition_says_at_every_level() {
    let digests: Vec<u64> = (0..10).map(|i| mix(9, i)).chain([0, u64::MAX]).collect();
    let mut orders: Vec<Vec<NodeIndex>> = Vec::new();
    for level in Level::available() {
        let rendezvous = rendezvous(level, 1_000_000, |_| 1);
        if orders.is_empty() {
            let first = |&digest| definition::order(rendezvous.roster().nodes(), digest)[..20].to_vec();
            orders = digests.iter().map(first).collect();
        }
        let all_asked: Vec<Digest> = digests.iter().copied().map(Digest::of_hash).collect();
        let mut batch = vec![NodeIndex::default(); digests.len()];
        assert_eq!(rendezvous.locate_batch(&all_asked, &mut batch), digests.len());
        for ((&digest, order), owner) in digests.iter().zip(&orders).zip(batch) {
            assert_eq!(
                (rendezvous.locate(Digest::of_hash(digest)), owner),
                (Some(order[0]), order[0]),
                "{level:?}, digest {digest:#x}"
            );
            // Past eight the walk goes on, in passes without vectors.
            let wanted: &[usize] = if digest % 4 == 0 { &[1, 2, 3, 7, 8, 9, 20] } else { &[1, 3, 8] };
            for &wanted in wanted {
                let mut first = vec![NodeIndex::default(); wanted];
                assert_eq!(rendezvous.locate_n(Digest::of_hash(digest), &mut first), wanted);
                assert_eq!(first, order[..wanted], "{level:?}, the first {wanted} for digest {digest:#x}");
            }
        }
    }
}

/// −ln(u)/w of every consumer in double precision, u being the draw's part of all draws.
fn scores(rendezvous: &Cluster<RendezvousKernel, ()>, digest: u64) -> Vec<f64> {
    let nodes = rendezvous.roster().nodes();
    let score = |index| {
        // From the distance to the greatest draw, where the winners are: 1 − u is exact there and u is not.
        let distance = (f64::from(!definition::draw(digest, nodes.seed(index))) + 0.5) / 4_294_967_296.0;
        -(-distance).ln_1p() / f64::from(nodes.weight(index).get())
    };
    nodes.indices().map(score).collect()
}

/// The kernel's logarithm is within 2.2·10⁻⁸ of exact, so its k-th consumer's exact score is within twice that of the k-th exact
/// score, and names the same consumer unless two are as near.
#[test]
fn weights_are_served_as_by_the_logarithm_at_every_level() {
    const ERROR: f64 = 4.5e-8;
    let patterns: [fn(u32) -> u32; 4] = [
        |node| 1 + node % 10,
        |node| 10_u32.pow(node % 10),
        |node| if node % 1_000 == 0 { 100_000 } else { 1 },
        |node| u32::MAX - node,
    ];
    for (which, pattern) in patterns.into_iter().enumerate() {
        for (size, digests) in [(1_001, 400), (5_000, 200), (100_000, 6)] {
            let all: Vec<_> = Level::available().map(|level| (level, rendezvous(level, size, pattern))).collect();
            for digest in (0..digests).map(|i| mix(12, i)) {
                let scores = scores(&all[0].1, digest);
                let mut least = scores.clone();
                least.sort_unstable_by(f64::total_cmp);
                for (level, rendezvous) in &all {
                    let mut first = [NodeIndex::default(); 3];
                    assert_eq!(rendezvous.locate_n(Digest::of_hash(digest), &mut first), 3);
                    assert_eq!(rendezvous.locate(Digest::of_hash(digest)), Some(first[0]));
                    assert!(first[0] != first[1] && first[0] != first[2] && first[1] != first[2]);
                    for (found, least) in first.iter().zip(&least) {
                        let error = scores[found.as_usize()] / least - 1.0;
                        let context = format!("{level:?}, {size} consumers of pattern {which}, digest {digest:#x}");
                        assert!(error.abs() < ERROR, "{context}: {found:?} is off by {error:e}");
                    }
                }
            }
        }
    }
}
