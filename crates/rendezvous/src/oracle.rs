//! The winner, held to the rule without lanes, blocks and pruning, at every level: what the public interface cannot show.

use alloc::{format, string::String, vec, vec::Vec};
use core::{cmp::Ordering, ops::ControlFlow};

use annulus_core::{Cluster, ConsistentHashRing, NodeIndex, Nodes, Weight, lanes::Level, mix};

use crate::{
    cost::cost,
    draw::{Query, premix},
    kernel::RendezvousKernel,
    scan::{Best, Plain, WIDTH},
};

/// What weights go by.
type Pattern = fn(u32) -> u32;

const PATTERNS: [Pattern; 6] =
    [|_| 1, |i| 1 + i % 10, |i| 10_u32.pow(i % 10), |i| if i == 0 { u32::MAX } else { 1 }, |i| u32::MAX - i, |i| 1 + i % 2];

/// All consumers by rising cost for their weight, compared exactly, ties by rising seed.
fn order(nodes: &Nodes, digest: u64) -> Vec<NodeIndex> {
    let query = Query::new(digest);
    let price = |index: NodeIndex| {
        let (s, t) = premix(nodes.seed(index));
        (u128::from(cost(query.draw(s, t))), u128::from(nodes.weight(index).get()), nodes.seed(index), index)
    };
    let mut order: Vec<_> = nodes.indices().map(price).collect();
    order.sort_by(|a, b| -> Ordering { (a.0 * b.1).cmp(&(b.0 * a.1)).then(a.2.cmp(&b.2)) });
    order.into_iter().map(|(.., index)| index).collect()
}

/// A cluster of `size` consumers for each kind of vectors that this processor has.
fn clusters(size: u32, weight: Pattern) -> Vec<(Level, Cluster<RendezvousKernel, ()>)> {
    let members: Vec<(String, Weight)> = (0..size).map(|i| (format!("node-{i}"), Weight::new(weight(i)).unwrap())).collect();
    let cluster = |level| {
        let mut cluster = Cluster::with_kernel(RendezvousKernel::with_level(level));
        cluster.add_consumers(&mut members.iter().map(|(name, weight)| (name.as_str(), *weight, ()))).unwrap();
        (level, cluster)
    };
    Level::available().map(cluster).collect()
}

/// Compares owners, one by one and as a batch, and for every eighth digest the first few and a hundred of the order.
fn compare(size: u32, weight: Pattern, digests: u64) {
    let digests: Vec<u64> = (0..digests).map(|i| mix(u64::from(size), i)).collect();
    let clusters = clusters(size, weight);
    let orders: Vec<Vec<NodeIndex>> = digests.iter().map(|&digest| order(clusters[0].1.roster().nodes(), digest)).collect();
    let owners: Vec<NodeIndex> = orders.iter().map(|order| order[0]).collect();
    for (level, cluster) in &clusters {
        let context = format!("{level:?}, {size} consumers");
        let mut batch = vec![NodeIndex::default(); digests.len()];
        assert_eq!(cluster.locate_batch(&digests, &mut batch), digests.len());
        assert_eq!(batch, owners, "{context}, batch");
        for (which, (&digest, order)) in digests.iter().zip(&orders).enumerate() {
            assert_eq!(cluster.locate(digest), Some(order[0]), "{context}, digest {digest:#x}");
            if which % 8 == 0 {
                compare_order(cluster, digest, order, &context);
            }
        }
    }
}

fn compare_order(cluster: &Cluster<RendezvousKernel, ()>, digest: u64, order: &[NodeIndex], context: &str) {
    for wanted in [1, 2, 3, 7, 8, 9] {
        let mut first = vec![NodeIndex::default(); wanted];
        let found = cluster.locate_n(digest, &mut first);
        assert_eq!(first[..found], order[..wanted.min(order.len())], "{context}, the first {wanted} for digest {digest:#x}");
    }
    // Eight are found in each pass, so a hundred tell of all.
    let mut walked = Vec::new();
    cluster.walk(digest, &mut |index| {
        walked.push(index);
        if walked.len() == 100 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(walked, order[..order.len().min(100)], "{context}, digest {digest:#x}");
}

#[test]
fn answers_equal_the_rule_at_every_level() {
    for pattern in PATTERNS {
        (1..=300).for_each(|size| compare(size, pattern, 24));
        [511, 512, 513, 520, 521, 1_000].into_iter().for_each(|size| compare(size, pattern, 100));
    }
}

#[test]
fn answers_equal_the_rule_for_thousands_at_every_level() {
    for pattern in PATTERNS {
        compare(5_000, pattern, 200);
        compare(70_001, pattern, 9);
    }
}

/// Seven different draws among all: equal ones stand in the same lane, in others, in other blocks and in the filling.
#[test]
fn of_equal_draws_the_first_wins_at_every_level() {
    for len in [1, 7, 8, 9, 31, 32, 33, 255, 512, 520, 521, 1_000, 5_000] {
        for i in 0..50 {
            let query = Query::new(mix(1, i));
            let halves = |position: usize| premix(mix(2, mix(i, position as u64) % 7));
            let (mut s, mut t): (Vec<u32>, Vec<u32>) = (0..len).map(halves).unzip();
            let filled = len.next_multiple_of(WIDTH);
            s.resize(filled, s[len - 1]);
            t.resize(filled, t[len - 1]);
            let mut expected: Vec<(u32, usize)> =
                (0..len).map(|position| (query.draw(s[position], t[position]), position)).collect();
            expected.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
            for level in Level::available() {
                assert_eq!(level.run_on_vectors(Plain { query, s: &s, t: &t }), expected[0].1, "{level:?}, {len}");
                for wanted in [1, 3, 8] {
                    let mut best = vec![(0, 0); wanted];
                    let found = level.run(Best { query, s: &s, t: &t, len, best: &mut best });
                    assert_eq!(best[..found], expected[..wanted.min(len)], "{level:?}, {wanted} of {len}");
                }
            }
        }
    }
}
