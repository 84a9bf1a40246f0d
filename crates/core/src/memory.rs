//! The memory limit, and checks that memory is available.

use alloc::vec::Vec;
use core::hint::black_box;

use crate::{Census, Cluster, Kernel, KeyHasher, Refusal};

/// The default limit for a [`Cluster`]'s state: 256 MB. [`with_memory_limit`](Cluster::with_memory_limit) sets another.
///
/// | algorithm | reaches it at |
/// |---|---|
/// | ring, 160 points a consumer | about 86,000 consumers |
/// | rendezvous | 21 million equal consumers, 16 million unequal ones |
/// | Maglev | 256 million slots up to 256 consumers, 128 million up to 65,536, 64 million beyond |
/// | slots | never: 24 bits, the most there are, take 87 MB with the most consumers |
/// | jump | never: it has no state |
///
/// On a ring each unit of weight costs 160 points. A weight of 16,000, in gigabytes say, takes 47 MB per consumer, so set a
/// larger unit of points.
pub const DEFAULT_MEMORY_LIMIT: u64 = 256_000_000;

/// Smaller amounts are not requested beforehand: a system without a megabyte left cannot be helped by a refusal.
const LARGE: u64 = 1 << 20;

impl<K: Kernel, T, H: KeyHasher> Cluster<K, T, H> {
    /// An upper bound for the state for `census`: the larger of the state after the change and a rebuilt one.
    ///
    /// So an admitted membership can be restored under the same limit.
    pub(crate) fn predicted(&self, census: &Census) -> u64 {
        self.kernel.heap_bytes(census).max(self.blank.heap_bytes(census))
    }

    /// Checks that a state for `census` may take `bytes`. A state that is already over the limit may keep what it has, `taken`.
    pub(crate) fn check_limit(&self, census: &Census, bytes: u64, taken: u64) -> Result<(), Refusal> {
        let limit = self.memory_limit();
        if bytes <= limit.max(taken) {
            return Ok(());
        }
        Err(Refusal::TooLarge { bytes, limit, remedy: self.blank.remedy(census, limit).map(Into::into) })
    }

    /// Checks that the allocator has the memory for a change to `census`: the growth of the state from `taken` to `bytes`, plus
    /// temporary memory.
    ///
    /// The memory is allocated and freed at once, so another thread may still take it. On a system that over-commits, missing
    /// memory goes undetected.
    pub(crate) fn check_room(&self, census: &Census, bytes: u64, taken: u64) -> Result<(), Refusal> {
        let bytes = bytes.saturating_sub(taken).saturating_add(self.kernel.scratch_bytes(census));
        if bytes < LARGE {
            return Ok(());
        }
        let mut room = Vec::<u8>::new();
        let had = usize::try_from(bytes).is_ok_and(|bytes| room.try_reserve_exact(bytes).is_ok());
        // Keeps the compiler from removing the unused allocation.
        black_box(&room);
        if had { Ok(()) } else { Err(Refusal::OutOfMemory { bytes }) }
    }
}
