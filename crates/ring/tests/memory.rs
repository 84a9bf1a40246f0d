//! Where memory cannot be had, a change is refused and changes nothing; nothing aborts.

use std::alloc::System;

use annulus_ring::{HashRing, Refusal, Weight};
use cap::Cap;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Millions of points, and from nothing to more than enough memory for them, 10 MB at a time.
#[test]
fn a_ring_is_built_or_refused_whatever_memory_there_is() {
    let heavy = Weight::new(30_000).expect("not zero");
    let (mut built, mut refused) = (0, 0);
    for megabytes in (0..200).step_by(10) {
        let mut ring = HashRing::new();
        ring.add_consumer("light", 1).expect("160 points");
        ALLOCATOR.set_limit(ALLOCATOR.allocated() + megabytes * 1_000_000 + 100_000).expect("more than is taken");
        let answer = ring.add_weighted_consumer("heavy", heavy, 2);
        ALLOCATOR.set_limit(usize::MAX).expect("no limit");
        match answer {
            Ok(()) => built += 1,
            Err(error) => {
                assert!(matches!(error.reason, Refusal::OutOfMemory { bytes } if bytes > 90_000_000), "{error}");
                assert_eq!((ring.roster().len(), ring.get_consumer("key")), (1, Some(&1)));
                refused += 1;
            }
        }
    }
    assert!(built >= 3 && refused >= 9, "{built} built, {refused} refused");
}
