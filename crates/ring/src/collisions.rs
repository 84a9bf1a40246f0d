//! Forces points to collide. Through the public interface, 64-bit points practically never do.

extern crate std;
use core::ops::ControlFlow;
use std::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use annulus_core::{ByDigest, Cluster, Digest, Member, NodeIndex, Weight, mix};

use crate::{kernel::RingKernel, points::Points};

/// Keeps only the top 16 bits of a point, so that hundreds of points are equal.
const EQUAL: u64 = 0xffff << 48;

/// Keeps the lowest 8 bits too, so that hundreds of points differ but have equal remainders.
const NEAR: u64 = EQUAL | 0xff;

/// Keeps only the top 9 bits: nearly every line is crowded.
const CROWDED: u64 = 0xff80 << 48;

/// Points per unit of weight: few enough for 16-bit lanes, and too many for them.
const NARROW: u32 = 160;
const WIDE: u32 = 4_097;

/// A ring whose points collide.
struct Colliding {
    points: Points,
    ring: Cluster<RingKernel, String>,
}

impl Colliding {
    fn new(points: u32, mask: u64) -> Self {
        let points = Points { points, unit: 1, mask };
        Self { points, ring: Cluster::with_kernel(RingKernel::made(points)) }
    }

    fn add(&mut self, name: &str, weight: u32) {
        self.ring.add_weighted_consumer(name, Weight::new(weight).unwrap(), name.to_string()).unwrap();
    }

    /// Every point in the order of (point, seed), with its owner's name.
    fn all_points(&self) -> Vec<(u64, u64, &str)> {
        let of = |member: Member<'_, String>| {
            let seed = self.ring.roster().nodes().seed(member.index);
            let count = u64::from(self.points.points) * u64::from(member.weight.get());
            (0..count).map(move |i| (mix(seed, i) & self.points.mask, seed))
        };
        let named = |member| of(member).map(move |(point, seed)| (point, seed, member.name));
        let mut all: Vec<_> = self.ring.roster().iter().flat_map(named).collect();
        all.sort_unstable();
        all
    }

    /// Checks the ring against the definition: the first point at or after the digest, else the first of all.
    fn check(&self, context: &str) {
        let all = self.all_points();
        // In a wide line, each digest near a point recomputes all points of the line's owners.
        let few = if self.points.points == WIDE { 60 } else { 400 };
        let on_points = all.iter().step_by(all.len().div_ceil(few)).map(|point| point.0);
        let edges = on_points.flat_map(|point| [point.wrapping_sub(1), point, point.wrapping_add(1)]);
        let ends = [0, 1, u64::MAX, all[0].0, all[all.len() - 1].0, all[all.len() - 1].0.wrapping_add(1)];
        let digests: Vec<u64> = (0..1_000).map(|i| mix(7, i)).chain(edges).chain(ends).collect();
        let all_asked: Vec<Digest> = digests.iter().copied().map(Digest::of_hash).collect();
        let mut batch = vec![NodeIndex::default(); digests.len()];
        assert_eq!(self.ring.locate_batch(&all_asked, &mut batch), digests.len());
        for (&digest, in_batch) in digests.iter().zip(batch) {
            let naive = all[all.partition_point(|point| point.0 < digest) % all.len()].2;
            let owner = self.ring.locate(Digest::of_hash(digest));
            assert_eq!(self.ring.roster().info(owner.unwrap()).unwrap(), naive, "{context}, digest {digest:#x}");
            assert_eq!(owner, Some(in_batch), "{context}, digest {digest:#x} in a batch");
        }
        self.check_order(&all, context);
    }

    /// Checks the preference order: owners of the points from the digest on, each once.
    fn check_order(&self, all: &[(u64, u64, &str)], context: &str) {
        for digest in (0..20).map(|i| mix(8, i) & self.points.mask) {
            let (before, after) = all.split_at(all.partition_point(|point| point.0 < digest));
            let mut naive: Vec<&str> = Vec::new();
            for point in after.iter().chain(before) {
                if naive.len() < self.ring.roster().len() && !naive.contains(&point.2) {
                    naive.push(point.2);
                }
            }
            let mut walked = Vec::new();
            self.ring.walk(Digest::of_hash(digest), &mut |index| {
                walked.push(self.ring.roster().get(index).unwrap().name);
                ControlFlow::Continue(())
            });
            assert_eq!(walked, naive, "{context}, digest {digest:#x}");
        }
    }
}

fn colliding_points_are_kept_apart(points: u32, mask: u64, nodes: u32) {
    let mut colliding = Colliding::new(points, mask);
    for node in 0..nodes {
        let name = format!("node-{node}");
        colliding.add(&name, 1 + node % 3);
        colliding.check(&format!("after the addition of {name}"));
    }
    for node in (0..nodes).step_by(7) {
        colliding.ring.remove_consumer(&format!("node-{node}"));
        colliding.check(&format!("after the removal of node-{node}"));
    }
    colliding.ring.set_weight("node-1", Weight::new(9).unwrap()).unwrap();
    colliding.check("after a change of weight");
    // Crowded lines become plain lines again, and the remaining crowds take over the freed numbers.
    for node in (2..nodes).filter(|node| node % 7 != 0) {
        colliding.ring.remove_consumer(&format!("node-{node}"));
        colliding.check(&format!("after the removal of node-{node}"));
    }
}

#[test]
fn equal_points_are_kept_apart_through_any_history() {
    colliding_points_are_kept_apart(NARROW, EQUAL, 60);
    colliding_points_are_kept_apart(WIDE, EQUAL, 8);
}

#[test]
fn crowds_of_equal_points_are_kept_apart_through_any_history() {
    colliding_points_are_kept_apart(NARROW, CROWDED, 60);
    colliding_points_are_kept_apart(WIDE, CROWDED, 3);
}

#[test]
fn points_nearer_than_remainders_tell_are_kept_apart_through_any_history() {
    colliding_points_are_kept_apart(NARROW, NEAR, 60);
    colliding_points_are_kept_apart(WIDE, NEAR, 8);
}

#[test]
fn removing_one_of_two_colliding_consumers_leaves_the_other_whole() {
    let mut colliding = Colliding::new(NARROW, EQUAL);
    (0..100).for_each(|node| colliding.add(&format!("node-{node}"), 1));
    let points = |name: &str| -> BTreeSet<u64> {
        let roster = colliding.ring.roster();
        let seed = roster.nodes().seed(roster.index_of(name).unwrap());
        (0..160).map(|i| mix(seed, i) & EQUAL).collect()
    };
    let (one, two) = (0..100)
        .flat_map(|a| (0..a).map(move |b| (format!("node-{a}"), format!("node-{b}"))))
        .find(|(a, b)| !points(a).is_disjoint(&points(b)))
        .expect("16,000 points on 65,536 places collide");
    let share = |ring: &Cluster<RingKernel, String>| ring.shares().unwrap()[ring.roster().index_of(&two).unwrap().as_usize()];
    let before = share(&colliding.ring);
    colliding.ring.remove_consumer(&one);
    assert!(share(&colliding.ring) >= before, "{two} lost keys to the removal of {one}");
    colliding.check("after the removal");
}
