//! Checks winners against a plain form without lanes, blocks and pruning, at every level.

use alloc::{format, string::String, vec, vec::Vec};
use core::{
    cmp::{Ordering, Reverse},
    ops::ControlFlow,
};

use annulus_core::{ByDigest, Cluster, ConsistentHashRing, Digest, NodeIndex, Nodes, Weight, cost::cost, mix};
use annulus_lanes::{Arrays, Level, Task, VectorTask};

use crate::{
    draw::{Query, premix},
    first::First,
    first_of_many::FirstOfMany,
    kernel::RendezvousKernel,
    many::OwnerOfMany,
    owner::{FEW, Owners, SOME, exactly, find, owner_of_few},
    state::State,
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

const LENGTHS: [usize; 15] = [301, 400, 511, 512, 513, 520, 521, 1_000, 1_022, 1_023, 1_024, 1_025, 2_047, 2_049, 5_000];

/// Only seven different draws, so equal ones occur in the same lane, in other lanes, in other blocks and in padding.
#[test]
fn of_equal_draws_the_first_wins_at_every_level() {
    for len in (1..=300).chain(LENGTHS) {
        for i in 0..if len > 300 { 20 } else { 5 } {
            let halves = |position: usize| premix(mix(2, mix(i, position as u64) % 7));
            compare_columns(Digest::of_hash(mix(1, i)), &(0..len).map(halves).collect::<Vec<_>>());
        }
    }
}

/// Draws that differ in their lower bits only, which a key does not have.
#[test]
fn draws_that_keys_cannot_tell_apart_are_told_at_every_level() {
    for len in (1..=300).chain(LENGTHS) {
        for i in 0..6 {
            let digest = Digest::of_hash(mix(7, i));
            let query = Query::new(digest);
            // A few draws are close together, near the top; the closest differ by one or are equal.
            let share = 1 + i * 7;
            let to_order = |position: usize| {
                let word = mix(mix(8, i), position as u64);
                let low = u32::try_from(word >> 40).unwrap();
                let draw = if word % share == 0 { 0xffff_f000 + low % 2_048 } else { low };
                let (s, _) = premix(word);
                (s, draw.wrapping_sub(query.draw(s, 0)))
            };
            compare_columns(digest, &(0..len).map(to_order).collect::<Vec<_>>());
        }
    }
}

/// Draws of 0, which empty lanes also hold, of the maximum, and a few others, at any position.
#[test]
fn draws_of_nothing_and_of_the_most_are_found_at_every_level() {
    for len in [1, 2, 3, 4, 5, 9, 16, 20, 33, 64, 100, 128, 129, 300, 1_000, 1_024, 2_100, 4_097] {
        for i in 0..20 {
            let digest = Digest::of_hash(mix(3, i));
            let query = Query::new(digest);
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
            compare_columns(digest, &(0..len).map(to_order).collect::<Vec<_>>());
        }
    }
}

/// Rising and falling draws: every draw is the best so far, or none is, and padding repeats the greatest or does not.
#[test]
fn the_first_are_found_in_any_order_of_draws() {
    for len in (1..=300).chain([511, 512, 513, 1_023, 1_025, 2_048, 2_049, 4_095, 4_096, 4_097, 9_000]) {
        let digest = Digest::of_hash(mix(5, len));
        let query = Query::new(digest);
        for rising in [true, false] {
            let to_order = |position: u64| {
                let rank = u32::try_from(if rising { position } else { len - position }).unwrap();
                let (s, _) = premix(mix(6, position));
                (s, u32::wrapping_sub(rank * 1_000, query.draw(s, 0)))
            };
            compare_columns(digest, &(0..len).map(to_order).collect::<Vec<_>>());
        }
    }
}

/// Compares the owner and the first few of consumers with these halves.
fn compare_columns(digest: Digest, halves: &[(u32, u32)]) {
    let (len, query) = (halves.len(), Query::new(digest));
    // The consumer at each position is another number, below the length.
    let consumer = |position: usize| u32::try_from(len - 1 - position).unwrap();
    let rows: Vec<[u32; 3]> = halves.iter().enumerate().map(|(position, &(s, t))| [consumer(position), s, t]).collect();
    let state = State::of(&rows, &[]);
    let mut expected: Vec<usize> = (0..len).collect();
    expected.sort_by_key(|&position| Reverse(query.draw(rows[position][1], rows[position][2])));
    let expected: Vec<NodeIndex> = expected.into_iter().map(|position| NodeIndex::new(consumer(position))).collect();
    compare_owner(&state, digest, expected[0]);
    for wanted in 1..=8 {
        let expected = &expected[..wanted.min(len)];
        if wanted <= 3 {
            compare_first::<3>(&state, digest, expected);
        }
        compare_first::<8>(&state, digest, expected);
    }
}

/// Compares all forms of the owner. The vector forms run on every target, at both widths.
fn compare_owner(state: &State, digest: Digest, expected: NodeIndex) {
    let len = state.len();
    // A batch of one.
    let among = |find: &dyn Fn(Owners<'_>)| {
        let mut out = [NodeIndex::default()];
        find(Owners { state, digests: &[digest], out: &mut out });
        out[0]
    };
    if len <= FEW {
        assert_eq!(owner_of_few(state, digest), expected, "{len}, among few");
    }
    assert_eq!(exactly(state, digest), expected, "{len}, plain form");
    for level in Level::available().flat_map(|level| [level, level.narrow()]) {
        assert_eq!(level.run_on_vectors(OwnerOfMany(state, digest)), expected, "{level:?}, {len}, among many");
        if len <= SOME {
            assert_eq!(find(level, len).call(state, &Nodes::default(), digest), expected, "{level:?}, {len}, among some");
            assert_eq!(among(&|owners| level.run_on_vectors(owners)), expected, "{level:?}, {len}, among some, batch");
        }
    }
    let many = [OwnerOfMany(state, digest).run_on(Arrays::<8>), OwnerOfMany(state, digest).run_on(Arrays::<16>)];
    assert_eq!(many, [expected; 2], "{len}, among many, on arrays");
    if len <= SOME {
        let some = [among(&|owners| owners.run_on(Arrays::<8>)), among(&|owners| owners.run_on(Arrays::<16>))];
        assert_eq!(some, [expected; 2], "{len}, among some, on arrays");
    }
}

/// Compares all forms of the first few.
fn compare_first<const K: usize>(state: &State, digest: Digest, expected: &[NodeIndex]) {
    let len = state.len();
    let check = |form: &str, find: &dyn Fn(&mut [NodeIndex]) -> usize| {
        // More room than there are consumers, if there are fewer than `K`.
        let room = if expected.len() == len { K } else { expected.len() };
        let mut out = vec![NodeIndex::default(); room];
        let found = find(&mut out);
        assert_eq!(out[..found], *expected, "{form}, room for {K}, {len} consumers");
    };
    check("plain form", &|out| First::<K> { state, digest, out }.run());
    check("many on 8 lanes", &|out| FirstOfMany::<K> { state, digest, out }.run_on(Arrays::<8>));
    check("many on 16 lanes", &|out| FirstOfMany::<K> { state, digest, out }.run_on(Arrays::<16>));
    if len <= SOME {
        check("8 lanes", &|out| First::<K> { state, digest, out }.run_on(Arrays::<8>));
        check("16 lanes", &|out| First::<K> { state, digest, out }.run_on(Arrays::<16>));
    }
    for level in Level::available() {
        check(&format!("many, {level:?}"), &|out| level.run_on_vectors(FirstOfMany::<K> { state, digest, out }));
        for level in [level, level.narrow()].into_iter().filter(|_| len <= SOME) {
            check(&format!("{level:?}"), &|out| level.run_on_vectors(First::<K> { state, digest, out }));
        }
    }
}
