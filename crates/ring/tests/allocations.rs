//! A look-up allocates nothing, whichever way it is asked, and the state takes what is predicted.

use annulus_core::Kernel;
use annulus_core::conformance::{
    Outcome,
    allocations::{look_ups_allocate_nothing, memory_is_as_predicted},
};
use annulus_ring::{ConsistentHashRing, HashRing, RestoreError, RingKernel, SavedMember, SipHash, Weight};

/// The most bytes that a point may take, all told.
const A_POINT: u64 = 24;

fn points(points: u32) -> RingKernel {
    RingKernel::with_points(points).expect("some points")
}

fn ring(points: u32, size: u32, weight: impl Fn(u32) -> u32) -> HashRing<()> {
    let mut ring = HashRing::with_kernel(self::points(points));
    let names: Vec<String> = (0..size).map(|node| format!("node-{node}")).collect();
    let weight = |node| Weight::new(weight(node)).expect("not zero");
    ring.add_consumers(&mut (0..).zip(&names).map(|(node, name)| (name.as_str(), weight(node), ()))).expect("room for all");
    ring
}

#[test]
fn a_look_up_allocates_nothing() -> Outcome {
    look_ups_allocate_nothing(&RingKernel::default(), |run| allocation_counter::measure(run).count_total)
}

#[test]
fn the_state_takes_what_is_predicted() -> Outcome {
    let live = |run: &mut dyn FnMut()| allocation_counter::measure(run).bytes_current;
    memory_is_as_predicted(&RingKernel::default(), 1_000, live)?;
    // Rings of few points, and of enough that lanes are wide where weights differ.
    memory_is_as_predicted(&points(1), 100, live)?;
    memory_is_as_predicted(&points(16), 10_000, live)?;
    memory_is_as_predicted(&points(2_000), 100, live)
}

#[test]
fn a_point_takes_24_bytes_at_most_whatever_has_happened() {
    // Past 65,536 consumers, and points past 4,096 of one of them, make lanes wide.
    for (points, most, weight) in [(160, 1_000, 1), (8, 80_000, 1), (160, 300, 30)] {
        let mut ring = ring(points, 100, |node| 1 + node % weight);
        let bearable = |ring: &HashRing<()>| {
            let total: u64 = ring.roster().iter().map(|member| ring.kernel().points(member.weight)).sum();
            assert!(ring.heap_bytes() <= A_POINT * total, "{} bytes for {total} points", ring.heap_bytes());
        };
        for node in 100..most {
            let weight = Weight::new(1 + node % weight).expect("not zero");
            ring.add_weighted_consumer(&format!("node-{node}"), weight, ()).expect("room for it");
            if node % 97 == 0 {
                bearable(&ring);
            }
        }
        for node in (100..most).rev() {
            ring.remove_consumer(&format!("node-{node}")).expect("it is there");
            if node % 97 == 0 {
                bearable(&ring);
            }
        }
        bearable(&ring);
    }
}

#[test]
fn making_a_ring_takes_no_more_and_an_old_one_is_gone_by_then() {
    for (points, size) in [(160, 1_000), (5_000, 100)] {
        let ring = ring(points, size, |_| 1);
        let (nodes, total) = (ring.roster().nodes(), u64::from(points) * u64::from(size));
        let mut kernel = self::points(points);
        let fresh = allocation_counter::measure(|| kernel.rebuild(nodes));
        assert!(fresh.bytes_max <= A_POINT * total, "{} bytes for {total} points", fresh.bytes_max);
        // Above what was there already, only the points that are sorted: less than half of them at 16 bytes.
        let again = allocation_counter::measure(|| kernel.rebuild(nodes));
        assert_eq!(again.bytes_current, 0);
        assert!(again.bytes_max <= 9 * total, "{} bytes for {total} points", again.bytes_max);
    }
}

/// A million members are refused from their counts and weights: nothing is made of them first.
#[test]
fn what_is_saved_and_too_large_is_refused_before_anything_is_built() {
    let mut small = HashRing::new();
    small.add_consumer("node", 0_u32).expect("one consumer");
    let mut saved = small.save().expect("the set decides");
    let member = saved.members[0].clone();
    saved.members.extend((0..1_000_000).map(|node| SavedMember { name: format!("node-{node}"), ..member.clone() }));
    // Only what has the fingerprint of its members gets so far: a forger's, or that of a router with more memory.
    let restored = HashRing::restore_within(saved.clone(), RingKernel::default(), SipHash::new(), 1_000_000).map(|_| ());
    let Err(RestoreError::Fingerprint { found, .. }) = restored else { panic!("{restored:?}") };
    saved.fingerprint = found;
    let mut answer = None;
    let counted = allocation_counter::measure(|| {
        answer = Some(HashRing::restore_within(saved, RingKernel::default(), SipHash::new(), 1_000_000).map(|_| ()));
    });
    let refused = answer.expect("it was run").expect_err("a gigabyte");
    assert!(refused.to_string().contains("and the memory limit is 1 MB; allow more with `restore_within`"), "{refused}");
    assert!(counted.bytes_max < 100_000, "{} bytes for refusing", counted.bytes_max);
}
