//! A million consumers: what the smaller tests cannot reach.

use annulus_core::mix;
use annulus_ring::{ByDigest, ConsistentHashRing, Digest, HashRing, NodeIndex, Refusal, RingKernel, Weight};

#[test]
fn a_million_consumers_are_placed_as_the_definition_says() {
    const SIZE: u32 = 1_000_000;
    let names: Vec<String> = (0..SIZE).map(|node| format!("node-{node}")).collect();
    let mut ring = HashRing::with_kernel(RingKernel::with_points(2).expect("some points"));
    ring.add_consumers(&mut names.iter().map(|name| (name.as_str(), Weight::ONE, ()))).expect("room for all");

    let nodes = ring.roster().nodes();
    let mut points: Vec<_> =
        nodes.indices().flat_map(|index| [0, 1].map(|i| (mix(nodes.seed(index), i), nodes.seed(index), index))).collect();
    points.sort_unstable();
    let edges = points.iter().step_by(997).flat_map(|point| [point.0.wrapping_sub(1), point.0, point.0.wrapping_add(1)]);
    let digests: Vec<u64> = (0..20_000).map(|i| mix(9, i)).chain(edges).chain([0, u64::MAX]).collect();
    let all_asked: Vec<Digest> = digests.iter().copied().map(Digest::of_hash).collect();
    let mut batch = vec![NodeIndex::default(); digests.len()];
    assert_eq!(ring.locate_batch(&all_asked, &mut batch), digests.len());
    for (&digest, in_batch) in digests.iter().zip(batch) {
        let owner = points[points.partition_point(|point| point.0 < digest) % points.len()].2;
        assert_eq!(
            (ring.locate(Digest::of_hash(digest)), in_batch),
            (Some(owner), owner),
            "digest {digest:#x}, alone and in a batch"
        );
    }

    // One comes, one goes: what moves is theirs.
    let sample: Vec<_> = (0..200_000).map(|i| mix(10, i)).map(|digest| (digest, ring.locate(Digest::of_hash(digest)))).collect();
    ring.add_consumer("one more", ()).expect("room for it");
    ring.remove_consumer("one more").expect("it is there");
    assert!(sample.iter().all(|&(digest, owner)| ring.locate(Digest::of_hash(digest)) == owner));
}

#[test]
fn rings_that_nobody_could_hold_are_refused_with_the_figure() {
    let heaviest = Weight::new(u32::MAX).expect("not zero");
    for (points, weight, members) in
        [(u32::MAX, u32::MAX, 1), (u32::MAX, u32::MAX, 3), (1 << 30, u32::MAX, 4), (1 << 31, 925_048_100, 1)]
    {
        let mut ring = HashRing::<()>::with_kernel(RingKernel::with_points(points).expect("some points"));
        let weight = Weight::new(weight).unwrap_or(heaviest);
        let names: Vec<String> = (0..members).map(|node| format!("node-{node}")).collect();
        let error = ring.add_consumers(&mut names.iter().map(|name| (name.as_str(), weight, ()))).expect_err("too large");
        assert!(matches!(error.reason, Refusal::TooLarge { bytes, limit, .. } if bytes > limit && bytes > 1 << 62), "{error}");
        assert!(ring.roster().is_empty());
    }
}
