//! The five algorithms behind C functions, without `std`.
#![no_std]

use core::{ops::ControlFlow, panic::PanicInfo};

use annulus_jump::JumpHash;
use annulus_maglev::Maglev;
use annulus_rendezvous::Rendezvous;
use annulus_ring::{ByDigest, Digest, HashRing};
use annulus_slots::SlotTable;

/// A megabyte for everything: the largest is Maglev's table of 65,537 slots of two bytes.
#[global_allocator]
static ALLOCATOR: emballoc::Allocator<1_048_576> = emballoc::Allocator::new();

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    loop {}
}

/// Which of the consumers 0, 1 and 2 gets the digest; 99 stands for any failure.
fn owner(mut ring: impl ByDigest<ConsumerInfo = u32>, digest: u64) -> u32 {
    for (data, name) in (0..).zip(["a", "b", "c", "gone"]) {
        if ring.add_consumer(name, data).is_err() {
            return 99;
        }
    }
    ring.remove_consumer("gone");
    let mut owner = 99;
    // By a walk and not by `locate`, so that walks are linked too.
    ring.walk(Digest::of_hash(digest), &mut |index| {
        owner = ring.roster().info(index).copied().unwrap_or(99);
        ControlFlow::Break(())
    });
    owner
}

#[unsafe(no_mangle)]
pub extern "C" fn annulus_jump_owner(digest: u64) -> u32 {
    owner(JumpHash::new(), digest)
}

#[unsafe(no_mangle)]
pub extern "C" fn annulus_maglev_owner(digest: u64) -> u32 {
    owner(Maglev::new(), digest)
}

#[unsafe(no_mangle)]
pub extern "C" fn annulus_rendezvous_owner(digest: u64) -> u32 {
    owner(Rendezvous::new(), digest)
}

#[unsafe(no_mangle)]
pub extern "C" fn annulus_ring_owner(digest: u64) -> u32 {
    owner(HashRing::new(), digest)
}

#[unsafe(no_mangle)]
pub extern "C" fn annulus_slots_owner(digest: u64) -> u32 {
    owner(SlotTable::new(), digest)
}
