//! Where memory cannot be had, a change is refused and changes nothing; nothing aborts.

use std::alloc::System;

use annulus_maglev::{Maglev, MaglevKernel, Refusal};
use cap::Cap;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// Ten million slots, and from nothing to more than enough memory for them, 1 MB at a time.
#[test]
fn a_table_is_built_or_refused_whatever_memory_there_is() {
    let (mut built, mut refused) = (0, 0);
    for megabytes in 0..20 {
        let mut maglev = Maglev::with_kernel(MaglevKernel::with_slots(10_000_019).expect("a prime"));
        ALLOCATOR.set_limit(ALLOCATOR.allocated() + megabytes * 1_000_000 + 100_000).expect("more than is taken");
        let answer = maglev.add_consumer("backend", 1);
        ALLOCATOR.set_limit(usize::MAX).expect("no limit");
        match answer {
            Ok(()) => built += 1,
            Err(error) => {
                assert!(matches!(error.reason, Refusal::OutOfMemory { bytes } if bytes > 10_000_000), "{error}");
                assert_eq!((maglev.roster().len(), maglev.get_consumer("key")), (0, None));
                refused += 1;
            }
        }
    }
    assert!(built >= 8 && refused >= 10, "{built} built, {refused} refused");
}
