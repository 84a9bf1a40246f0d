//! A save without members builds no table, so it must not ask for one's temporary memory, whatever parameters it was forged with.

use std::alloc::System;

use annulus_maglev::{Maglev, MaglevKernel, SipHash};
use cap::Cap;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

#[test]
fn a_save_without_members_takes_no_memory() {
    let kernel = || MaglevKernel::with_slots(4_294_967_291).expect("a prime");
    let saved = Maglev::<()>::with_kernel(kernel()).save().expect("nothing is large");
    ALLOCATOR.set_limit(ALLOCATOR.allocated() + 100_000).expect("more than is taken");
    let restored = Maglev::restore_within(saved, kernel(), SipHash::new(), 0);
    ALLOCATOR.set_limit(usize::MAX).expect("no limit");
    assert!(restored.is_ok_and(|maglev| maglev.is_empty()));
}
