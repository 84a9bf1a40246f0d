//! Checks tables of both widths against a sorted map of points, at every level. The public interface cannot choose the level.

extern crate std;
use std::{collections::BTreeMap, format, string::String, vec, vec::Vec};

use annulus_core::{Cluster, ConsistentHashRing, NodeIndex, Nodes, Weight, mix};
use annulus_lanes::Level;

use crate::{
    kernel::RingKernel,
    line::Lane,
    points::Points,
    table::{Batch, Table},
};

/// Bits of a point to keep: all; only the top 16, so that many points are equal; the top 16 and the lowest 8, so that many points
/// differ but have equal remainders.
const MASKS: [u64; 3] = [u64::MAX, 0xffff << 48, 0xffff << 48 | 0xff];

fn cluster(size: u32, weight: fn(u32) -> u32) -> Cluster<RingKernel, ()> {
    let weight = |node| Weight::new(weight(node)).unwrap();
    let members: Vec<(String, Weight)> = (0..size).map(|node| (format!("node-{node}"), weight(node))).collect();
    let mut cluster = Cluster::with_kernel(RingKernel::with_points(1).unwrap());
    cluster.add_consumers(&mut members.iter().map(|(name, weight)| (name.as_str(), *weight, ()))).unwrap();
    cluster
}

/// Digests and their owners: at points, one before and one after, past the last, before the first, and random ones.
fn answers(nodes: &Nodes, points: Points) -> (Vec<u64>, Vec<NodeIndex>) {
    let of = |index| points.of_node(nodes, index).map(move |point| ((point, nodes.seed(index)), index));
    let textbook: BTreeMap<(u64, u64), NodeIndex> = nodes.indices().flat_map(of).collect();
    let (first, last) = (textbook.first_key_value().unwrap(), textbook.last_key_value().unwrap());
    let at_points = textbook.keys().step_by(textbook.len().div_ceil(600)).map(|&(point, _)| point);
    let edges = at_points.chain([first.0.0, last.0.0]).flat_map(|point| [point.wrapping_sub(1), point, point.wrapping_add(1)]);
    let past = (0..50).map(|i| last.0.0 | mix(6, i) >> 20);
    let mut digests: Vec<u64> = (0..2_000).map(|i| mix(5, i)).chain(edges).chain(past).chain([0, u64::MAX]).collect();
    digests.sort_unstable_by_key(|&digest| mix(9, digest));
    let owner = |&digest: &u64| *textbook.range((digest, 0)..).next().unwrap_or(first).1;
    let owners = digests.iter().map(owner).collect();
    (digests, owners)
}

/// Compares single look-ups, and batches shorter and longer than the prefetch distance.
fn compare<L: Lane>(table: &Table<L>, nodes: &Nodes, points: Points, context: &str) {
    let (digests, owners) = answers(nodes, points);
    for (&digest, &owner) in digests.iter().zip(&owners) {
        assert_eq!(table.lookup(nodes, &points, digest), owner, "{context}, digest {digest:#x}");
    }
    for level in Level::available() {
        for len in [digests.len(), 0, 1, 2, 31, 32, 33, 63, 64, 65, 1_000] {
            let mut out = vec![NodeIndex::default(); len];
            level.run(Batch { table, nodes, points: &points, digests: &digests[..len], out: &mut out });
            assert!(out == owners[..len], "{level:?}, {context}, a batch of {len}");
        }
        for (digest, owner) in digests.chunks(1).zip(&owners).take(500) {
            let mut out = [NodeIndex::default()];
            level.run(Batch { table, nodes, points: &points, digests: digest, out: &mut out });
            assert_eq!(out[0], *owner, "{level:?}, {context}, digest {:#x}", digest[0]);
        }
    }
}

/// Compares tables of both widths, from all lines crowded to most lines empty.
fn compare_both(size: u32, each: u32, weight: fn(u32) -> u32, points_per_line: &[u64]) {
    let cluster = cluster(size, weight);
    let nodes = cluster.roster().nodes();
    for mask in MASKS {
        let points = Points { points: each, unit: 1, mask };
        let total = points.total(nodes.census());
        for &per_line in points_per_line {
            let lines = usize::try_from(total.div_ceil(per_line)).unwrap();
            let context = format!("{size} consumers, {total} points of mask {mask:#x}, {lines} lines");
            compare(&Table::<u16>::new(lines, nodes, points, total), nodes, points, &format!("{context} of 16-bit lanes"));
            compare(&Table::<u32>::new(lines, nodes, points, total), nodes, points, &format!("{context} of 32-bit lanes"));
        }
    }
}

#[test]
fn tables_of_both_widths_answer_as_the_textbook_at_every_level() {
    for size in [1, 2, 10, 300] {
        compare_both(size, 160, |_| 1, &[1, 7, 40]);
    }
    compare_both(40, 30, |node| 1 + node % 10, &[7]);
    compare_both(20, 1, |node| if node == 7 { 1_000 } else { 1 }, &[7]);
}

/// Larger than a second-level cache, so that batches prefetch.
#[test]
fn large_tables_of_both_widths_answer_as_the_textbook_at_every_level() {
    compare_both(2_000, 160, |_| 1, &[7]);
}
