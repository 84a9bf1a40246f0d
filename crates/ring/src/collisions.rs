//! Colliding points, forced: what the public interface cannot show with 64-bit points.

extern crate std;
use core::ops::ControlFlow;
use std::{collections::BTreeSet, format, string::String, vec::Vec};

use annulus_core::{Cluster, ConsistentHashRing, Member, Weight, mix};

use crate::{kernel::RingKernel, points::Points};

/// Keeps the top 16 bits of a point only, so that hundreds of them collide.
const MASK: u64 = 0xffff << 48;

fn colliding() -> Cluster<RingKernel, String> {
    let points = Points { points: 160, unit: 1, cap: 1 << 28, mask: MASK };
    Cluster::with_kernel(RingKernel::made(points))
}

/// Every point there is, in the order of (point, seed), with its owner's name.
fn all_points(ring: &Cluster<RingKernel, String>) -> BTreeSet<(u64, u64, &str)> {
    let of = |member: Member<'_, String>| {
        let seed = ring.roster().nodes().seed(member.index);
        let count = 160 * u64::from(member.weight.get());
        (0..count).map(move |i| (mix(seed, i) & MASK, seed))
    };
    ring.roster().iter().flat_map(|member| of(member).map(move |(point, seed)| (point, seed, member.name))).collect()
}

/// Holds the ring to the definition: the first point at or after the digest, or the first of all.
fn check(ring: &Cluster<RingKernel, String>, context: &str) {
    let all = all_points(ring);
    for i in 0..4_000 {
        // Half of the digests lie on a point, where every tie shows.
        let digest = if i % 2 == 0 { mix(7, i) } else { mix(7, i) & MASK };
        let naive = all.range((digest, 0, "")..).next().or(all.first()).unwrap().2;
        let owner = ring.locate(digest).and_then(|index| ring.roster().info(index)).unwrap();
        assert_eq!(owner, naive, "{context}, digest {digest:#x}");
    }
    // And the preference order: owners of the points from the digest on, each once.
    for i in 0..50 {
        let digest = mix(8, i) & MASK;
        let mut naive: Vec<&str> = Vec::new();
        for point in all.range((digest, 0, "")..).chain(all.range(..(digest, 0, ""))) {
            if !naive.contains(&point.2) {
                naive.push(point.2);
            }
        }
        let mut walked = Vec::new();
        ring.walk(digest, &mut |index| {
            walked.push(ring.roster().get(index).unwrap().name);
            ControlFlow::Continue(())
        });
        assert_eq!(walked, naive, "{context}, digest {digest:#x}");
    }
}

#[test]
fn colliding_points_are_kept_apart_through_any_history() {
    let mut ring = colliding();
    for node in 0..60 {
        let name = format!("node-{node}");
        ring.add_weighted_consumer(&name, Weight::new(1 + node % 3).unwrap(), name.clone()).unwrap();
        check(&ring, &format!("after the addition of {name}"));
    }
    for node in (0..60).step_by(7) {
        ring.remove_consumer(&format!("node-{node}"));
        check(&ring, &format!("after the removal of node-{node}"));
    }
    ring.set_weight("node-1", Weight::new(9).unwrap()).unwrap();
    check(&ring, "after a change of weight");
}

#[test]
fn removing_one_of_two_colliding_consumers_leaves_the_other_whole() {
    let mut ring = colliding();
    for node in 0..100 {
        ring.add_consumer(&format!("node-{node}"), format!("node-{node}")).unwrap();
    }
    let points = |name: &str| -> BTreeSet<u64> {
        let seed = ring.roster().nodes().seed(ring.roster().index_of(name).unwrap());
        (0..160).map(|i| mix(seed, i) & MASK).collect()
    };
    let (one, two) = (0..100)
        .flat_map(|a| (0..a).map(move |b| (format!("node-{a}"), format!("node-{b}"))))
        .find(|(a, b)| !points(a).is_disjoint(&points(b)))
        .expect("16,000 points on 65,536 places collide");
    let before = ring.shares().unwrap()[ring.roster().index_of(&two).unwrap().as_usize()];
    ring.remove_consumer(&one).unwrap();
    let after = ring.shares().unwrap()[ring.roster().index_of(&two).unwrap().as_usize()];
    assert!(after >= before, "{two} lost keys to the removal of {one}");
    check(&ring, "after the removal");
}
