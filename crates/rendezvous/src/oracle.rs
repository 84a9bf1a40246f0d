//! The winner, held to the rule without lanes, blocks and pruning, at every level: what the public interface cannot show.

use alloc::{format, vec, vec::Vec};
use core::{cmp::Ordering, ops::ControlFlow};

use annulus_core::{Cluster, ConsistentHashRing, NodeIndex, Nodes, Weight, lanes::Level, mix};

use crate::{
    cost::cost,
    draw::{Query, premix},
    kernel::RendezvousKernel,
    scan::{Best, LANES, Plain},
};

/// All consumers by rising cost for their weight, compared exactly, ties by rising seed.
fn order(nodes: &Nodes, digest: u64) -> Vec<NodeIndex> {
    let query = Query::new(digest);
    let price = |index: NodeIndex| {
        let (s, t) = premix(nodes.seed(index));
        (u128::from(cost(query.draw(s, t))), u128::from(nodes.weight(index).get()))
    };
    let compare = |&a: &NodeIndex, &b: &NodeIndex| -> Ordering {
        let ((cost_a, weight_a), (cost_b, weight_b)) = (price(a), price(b));
        (cost_a * weight_b).cmp(&(cost_b * weight_a)).then(nodes.seed(a).cmp(&nodes.seed(b)))
    };
    let mut order: Vec<NodeIndex> = nodes.indices().collect();
    order.sort_by(compare);
    order
}

/// A cluster of `size` consumers for each kind of vectors that this processor has.
fn clusters(size: u32, weight: fn(u32) -> u32) -> impl Iterator<Item = Cluster<RendezvousKernel, ()>> {
    Level::available().map(move |level| {
        let mut cluster = Cluster::with_kernel(RendezvousKernel::with_level(level));
        for i in 0..size {
            cluster.add_weighted_consumer(&format!("node-{i}"), Weight::new(weight(i)).unwrap(), ()).unwrap();
        }
        cluster
    })
}

#[test]
fn answers_equal_the_rule_at_every_level() {
    let patterns: [fn(u32) -> u32; 6] =
        [|_| 1, |i| 1 + i % 10, |i| 10_u32.pow(i % 10), |i| if i == 0 { u32::MAX } else { 1 }, |i| u32::MAX - i, |i| 1 + i % 2];
    for pattern in patterns {
        for size in (1..=40).chain([64, 65, 255, 256, 257, 300, 511, 512, 513, 520, 521, 1_000]) {
            for cluster in clusters(size, pattern) {
                for i in 0..100 {
                    let digest = mix(u64::from(size), i);
                    let order = order(cluster.roster().nodes(), digest);
                    assert_eq!(cluster.locate(digest), Some(order[0]), "{cluster:?}, {size} consumers, digest {digest:#x}");
                    if i < 3 {
                        let mut walked = Vec::new();
                        cluster.walk(digest, &mut |index| {
                            walked.push(index);
                            ControlFlow::Continue(())
                        });
                        assert_eq!(walked, order, "{size} consumers, digest {digest:#x}");
                        for wanted in [1, 2, 3, 7, 8, 9] {
                            let mut first = vec![NodeIndex::default(); wanted];
                            let found = cluster.locate_n(digest, &mut first);
                            assert_eq!(
                                first[..found],
                                order[..wanted.min(order.len())],
                                "{wanted} of {size}, digest {digest:#x}"
                            );
                        }
                    }
                }
            }
        }
    }
}

/// Seven different draws among all: equal ones stand in the same lane, in others, in other blocks and in the filling.
#[test]
fn of_equal_draws_the_first_wins_at_every_level() {
    for len in [1, 7, 8, 9, 31, 32, 33, 255, 512, 520, 521, 1_000] {
        for i in 0..50 {
            let query = Query::new(mix(1, i));
            let halves = |position: usize| premix(mix(2, mix(i, position as u64) % 7));
            let (mut s, mut t): (Vec<u32>, Vec<u32>) = (0..len).map(halves).unzip();
            let filled = len.next_multiple_of(LANES);
            s.resize(filled, s[len - 1]);
            t.resize(filled, t[len - 1]);
            let mut expected: Vec<(u32, usize)> =
                (0..len).map(|position| (query.draw(s[position], t[position]), position)).collect();
            expected.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
            for level in Level::available() {
                assert_eq!(level.run(Plain { query, s: &s, t: &t }), expected[0].1, "{level:?}, {len}");
                for wanted in [1, 3, 8] {
                    let mut best = vec![(0, 0); wanted];
                    let found = level.run(Best { query, s: &s, t: &t, len, best: &mut best });
                    assert_eq!(best[..found], expected[..wanted.min(len)], "{level:?}, {wanted} of {len}");
                }
            }
        }
    }
}
