//! Checks winners against a plain form without lanes, blocks and pruning, at every level.

use alloc::{format, string::String, vec, vec::Vec};
use core::{
    cmp::{Ordering, Reverse},
    ops::ControlFlow,
};

use annulus_core::{ByDigest, Cluster, ConsistentHashRing, Digest, NodeIndex, Nodes, Weight, cost::cost, mix};
use annulus_lanes::{Arrays, Column, Level, VectorTask};

use crate::{
    draw::{Query, premix},
    first::{FEW, First, FirstOfFew},
    kernel::RendezvousKernel,
    scan::Plain,
};

/// The weight of the i-th consumer.
type Pattern = fn(u32) -> u32;

const PATTERNS: [Pattern; 6] =
    [|_| 1, |i| 1 + i % 10, |i| 10_u32.pow(i % 10), |i| if i == 0 { u32::MAX } else { 1 }, |i| u32::MAX - i, |i| 1 + i % 2];

/// All consumers, sorted by cost divided by weight, least first, compared exactly. Ties go to the lower seed.
fn order(nodes: &Nodes, digest: Digest) -> Vec<NodeIndex> {
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

/// Compares owners, one by one and as a batch. For every eighth digest, also compares the first few and the first hundred of the
/// preference order.
fn compare(size: u32, weight: Pattern, digests: u64) {
    let digests: Vec<Digest> = (0..digests).map(|i| Digest::of_hash(mix(u64::from(size), i))).collect();
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

fn compare_order(cluster: &Cluster<RendezvousKernel, ()>, digest: Digest, order: &[NodeIndex], context: &str) {
    for wanted in 0..=9 {
        let mut first = vec![NodeIndex::default(); wanted];
        let found = cluster.locate_n(digest, &mut first);
        assert_eq!(first[..found], order[..wanted.min(order.len())], "{context}, the first {wanted} for digest {digest:#x}");
    }
    // Each pass finds eight, so a hundred cover many passes.
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

/// Only seven different draws, so equal ones occur in the same lane, in other lanes, in other blocks and in padding.
#[test]
fn of_equal_draws_the_first_wins_at_every_level() {
    for len in [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 512, 520, 521, 1_000, 2_047, 2_049, 5_000] {
        for i in 0..20 {
            let query = Query::new(Digest::of_hash(mix(1, i)));
            let halves = |position: usize| premix(mix(2, mix(i, position as u64) % 7));
            compare_columns(query, &(0..len).map(halves).collect::<Vec<_>>());
        }
    }
}

/// Draws of 0, which empty lanes also hold, of the maximum, and a few others, at any position.
#[test]
fn draws_of_nothing_and_of_the_most_are_found_at_every_level() {
    for len in [1, 2, 9, 16, 20, 33, 64, 100, 128, 129, 300, 1_000, 2_100, 4_097] {
        for i in 0..20 {
            let query = Query::new(Digest::of_hash(mix(3, i)));
            let to_order = |position: usize| {
                let word = mix(mix(4, i), position as u64);
                let draw = match word % (2 + i) {
                    0 if i % 3 == 0 => u32::MAX,
                    1 => 1,
                    _ => 0,
                };
                let (s, _) = premix(word);
                // The second half is added last, so it sets the draw.
                (s, u32::wrapping_sub(draw, query.draw(s, 0)))
            };
            compare_columns(query, &(0..len).map(to_order).collect::<Vec<_>>());
        }
    }
}

/// Rising and falling draws: every draw is the best so far, or none is, and padding repeats the greatest or does not.
#[test]
fn the_first_are_found_in_any_order_of_draws() {
    for len in (1..=300).chain([511, 512, 513, 1_023, 1_025, 2_048, 2_049, 4_095, 4_096, 4_097, 9_000]) {
        let query = Query::new(Digest::of_hash(mix(5, len)));
        for rising in [true, false] {
            let to_order = |position: u64| {
                let rank = u32::try_from(if rising { position } else { len - position }).unwrap();
                let (s, _) = premix(mix(6, position));
                (s, u32::wrapping_sub(rank * 1_000, query.draw(s, 0)))
            };
            compare_columns(query, &(0..len).map(to_order).collect::<Vec<_>>());
        }
    }
}

/// Compares the owner and the first few of consumers with these halves, on padded columns.
fn compare_columns(query: Query, halves: &[(u32, u32)]) {
    let len = halves.len();
    let (mut s, mut t) = (Column::new(), Column::new());
    s.refill(halves.iter().map(|half| half.0));
    t.refill(halves.iter().map(|half| half.1));
    let (s, t) = (s.filled(), t.filled());
    let mut expected: Vec<usize> = (0..len).collect();
    expected.sort_by_key(|&position| Reverse(query.draw(s[position], t[position])));
    // The vector forms run on every target too, at both widths.
    assert_eq!(Plain { query, s, t }.run_on(Arrays::<8>), expected[0], "{len}");
    assert_eq!(Plain { query, s, t }.run_on(Arrays::<16>), expected[0], "{len}");
    for level in Level::available() {
        assert_eq!(level.run_on_vectors(Plain { query, s, t }), expected[0], "{level:?}, {len}");
        for wanted in 1..=8 {
            let context = format!("{level:?}, {wanted} of {len}");
            let expected = &expected[..wanted.min(len)];
            if wanted <= 3 {
                compare_first(level, First::<3> { query, s, t, len, wanted }, expected, &context);
            }
            compare_first(level, First::<8> { query, s, t, len, wanted }, expected, &context);
        }
    }
}

/// Compares all forms of the pass.
fn compare_first<const K: usize>(level: Level, first: First<'_, K>, expected: &[usize], context: &str) {
    let among = 0..expected.len();
    let arrays = [First { ..first }.run_on(Arrays::<8>), First { ..first }.run_on(Arrays::<16>)];
    assert_eq!(arrays.each_ref().map(|found| &found[among.clone()]), [expected; 2], "{context}, room for {K}, on arrays");
    assert_eq!(level.run(First { ..first })[among.clone()], *expected, "{context}, room for {K}, plain form");
    assert_eq!(level.run_on_vectors(First { ..first })[among.clone()], *expected, "{context}, room for {K}, in groups");
    if first.len <= FEW {
        let arrays = [FirstOfFew(First { ..first }).run_on(Arrays::<8>), FirstOfFew(First { ..first }).run_on(Arrays::<16>)];
        assert_eq!(
            arrays.each_ref().map(|found| &found[among.clone()]),
            [expected; 2],
            "{context}, room for {K}, in rows of arrays"
        );
        assert_eq!(level.run_on_vectors(FirstOfFew(first))[among], *expected, "{context}, room for {K}, in rows");
    }
}
