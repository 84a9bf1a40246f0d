//! The ring, held to the textbook: a sorted map of points, and the first at or after the digest.

use std::collections::BTreeMap;

use annulus_core::mix;
use annulus_ring::{
    ByDigest, ConsistentHashRing, DEFAULT_MEMORY_LIMIT, Digest, HashRing, NodeIndex, Refusal, RingKernel, Weight,
};

fn ring(size: u32, points: u32, weight: impl Fn(u32) -> u32) -> HashRing<()> {
    let weight = |node| Weight::new(weight(node)).expect("not zero");
    let members: Vec<(String, Weight)> = (0..size).map(|node| (format!("node-{node}"), weight(node))).collect();
    let mut ring = HashRing::with_kernel(RingKernel::with_points(points).expect("some points"));
    ring.add_consumers(&mut members.iter().map(|(name, weight)| (name.as_str(), *weight, ()))).expect("room for all");
    ring
}

/// Every point of the ring, by the definition in `README.md`.
fn textbook(ring: &HashRing<()>, points: u64) -> BTreeMap<(u64, u64), NodeIndex> {
    let nodes = ring.roster().nodes();
    let of = |index| {
        let seed = nodes.seed(index);
        (0..points * u64::from(nodes.weight(index).get())).map(move |i| ((mix(seed, i), seed), index))
    };
    nodes.indices().flat_map(of).collect()
}

fn owner(textbook: &BTreeMap<(u64, u64), NodeIndex>, digest: u64) -> Option<NodeIndex> {
    textbook.range((digest, 0)..).next().or(textbook.first_key_value()).map(|(_, &index)| index)
}

/// Compares alone and in a batch at random digests, and at points, one before and one after: every edge of every comparison.
fn compare(ring: &HashRing<()>, points: u64, samples: u64, context: &str) {
    let textbook = textbook(ring, points);
    let at_points = textbook
        .keys()
        .step_by(textbook.len().div_ceil(300))
        .flat_map(|&(point, _)| [point.wrapping_sub(1), point, point.wrapping_add(1)]);
    let digests: Vec<u64> = (0..samples).map(|i| mix(5, i)).chain(at_points).chain([0, u64::MAX]).collect();
    let all_asked: Vec<Digest> = digests.iter().copied().map(Digest::of_hash).collect();
    let mut batch = vec![NodeIndex::default(); digests.len()];
    assert_eq!(ring.locate_batch(&all_asked, &mut batch), digests.len());
    for (&digest, in_batch) in digests.iter().zip(batch) {
        let owner = owner(&textbook, digest);
        assert_eq!(
            (ring.locate(Digest::of_hash(digest)), Some(in_batch)),
            (owner, owner),
            "{context}, digest {digest:#x}, alone and in a batch"
        );
    }
}

#[test]
fn equals_the_textbook_for_every_size_to_300() {
    for size in 1..=300 {
        compare(&ring(size, 160, |_| 1), 160, 300, &format!("{size} consumers"));
    }
}

#[test]
fn equals_the_textbook_for_samples_beyond() {
    for (size, points) in [(1, 1), (2, 1), (1_000, 1), (3, 5_000), (2_000, 160), (70_000, 3)] {
        compare(&ring(size, points, |_| 1), u64::from(points), 20_000, &format!("{size} consumers of {points} points"));
    }
}

#[test]
fn equals_the_textbook_with_weights() {
    for size in [1, 2, 17, 100] {
        compare(&ring(size, 40, |node| 1 + node % 10), 40, 10_000, &format!("{size} weighted consumers"));
    }
    // Weights so far apart that lines are crowded by one consumer.
    compare(&ring(20, 1, |node| if node == 7 { 50_000 } else { 1 }), 1, 20_000, "one heavy consumer");
}

#[test]
fn equals_the_textbook_through_growth_and_decline() {
    let mut ring = ring(1, 160, |_| 1);
    for node in 1..200 {
        ring.add_consumer(&format!("node-{node}"), ()).expect("room for it");
        compare(&ring, 160, 50, &format!("grown to {}", node + 1));
    }
    for node in 0..199 {
        // Now the first, now one in the middle, now the last of the list.
        let victim = ring.roster().iter().nth(node * 31 % ring.roster().len()).expect("it is there").name.to_owned();
        ring.remove_consumer(&victim).expect("it was there");
        compare(&ring, 160, 50, &format!("without {victim}"));
    }
}

/// When indices no longer fit 16 bits, the table is rebuilt with wider lanes and keeps them. One consumer of this many is seen at
/// its own points only, so every point is asked for.
#[test]
fn equals_the_textbook_across_65_536_consumers() {
    let mut ring = ring(65_534, 2, |_| 1);
    let every_point = |ring: &HashRing<()>, context: &str| {
        for (&(point, _), &index) in &textbook(ring, 2) {
            assert_eq!(ring.locate(Digest::of_hash(point)), Some(index), "{context}, point {point:#x}");
        }
        compare(ring, 2, 2_000, context);
    };
    for node in 65_534..65_539 {
        ring.add_consumer(&format!("node-{node}"), ()).expect("room for it");
        every_point(&ring, &format!("{} consumers", node + 1));
    }
    for node in (65_535..65_539).chain([0, 7]) {
        ring.remove_consumer(&format!("node-{node}")).expect("it was there");
        every_point(&ring, &format!("without node-{node}"));
    }
}

#[test]
fn the_preference_order_is_the_order_of_points() {
    for size in [1, 2, 31, 32, 33, 34, 100, 400] {
        let ring = ring(size, 20, |_| 1);
        let textbook = textbook(&ring, 20);
        for i in 0..40 {
            let digest = mix(6, i);
            let mut expected = Vec::new();
            for (_, &index) in textbook.range((digest, 0)..).chain(textbook.range(..(digest, 0))) {
                if !expected.contains(&index) {
                    expected.push(index);
                }
            }
            let mut walked = vec![NodeIndex::default(); size as usize];
            assert_eq!(ring.locate_n(Digest::of_hash(digest), &mut walked), size as usize);
            assert_eq!(walked, expected, "{size} consumers, digest {digest:#x}");
        }
    }
}

#[test]
fn points_may_stand_for_many_units_of_weight() {
    let per_thousand = RingKernel::with_points_per(160, 1_000).expect("some points");
    let points = |weight| per_thousand.points(Weight::new(weight).expect("not zero"));
    assert_eq!((points(4_000), points(6), points(4), points(3)), (640, 1, 1, 0));
    let mut ring = HashRing::with_kernel(per_thousand);
    ring.add_weighted_consumer("large", Weight::new(8_000).expect("not zero"), ()).expect("1,280 points");
    let error = ring.add_weighted_consumer("tiny", Weight::new(3).expect("not zero"), ()).expect_err("no point");
    assert!(matches!(error.reason, Refusal::NoShare { least: 4, .. }), "{error}");
    assert!(RingKernel::with_points(0).is_err() && RingKernel::with_points_per(1, 0).is_err());
}

#[test]
fn too_many_points_are_refused_before_allocating_with_the_name_and_what_to_do() {
    let mut ring = HashRing::<()>::new();
    ring.add_consumer("small", ()).expect("160 points");
    let error = ring.add_weighted_consumer("huge", Weight::new(u32::MAX).expect("not zero"), ()).expect_err("beyond the limit");
    assert!(matches!(error.reason, Refusal::TooLarge { limit: DEFAULT_MEMORY_LIMIT, .. }), "{error}");
    assert_eq!((&*error.name, ring.roster().len()), ("huge", 1));

    // Disks of 16,000 GB each, on a ring of 160 points for each unit of weight.
    let mut disks = HashRing::<()>::new();
    let names: Vec<String> = (0..100).map(|disk| format!("disk-{disk}")).collect();
    let gigabytes = Weight::new(16_000).expect("not zero");
    let add = |ring: &mut HashRing<()>| ring.add_consumers(&mut names.iter().map(|name| (name.as_str(), gigabytes, ())));
    let error = add(&mut disks).expect_err("256 million points").to_string();
    assert!(error.starts_with("consumer \"disk-99\" was refused: the state would take 4.7"), "{error}");
    assert!(error.contains("and the memory limit is 256 MB; use points=160/16000 (`RingKernel::with_points_per(160, 16000)`), which takes the least weight"), "{error}");
    assert!(error.ends_with("or allow more with `with_memory_limit`"), "{error}");
    let advised = RingKernel::with_points_per(160, 16_000).expect("some points");
    add(&mut HashRing::with_kernel(advised)).expect("what was advised");
}

#[test]
fn heap_bytes_per_point_stay_below_ten() {
    let ring = ring(1_000, 160, |_| 1);
    let bytes_of_ten_points = ring.heap_bytes() * 10 / 160_000;
    assert!((85..=95).contains(&bytes_of_ten_points), "{} bytes", ring.heap_bytes());
}
