//! What a state may take, and whether it is there to be had.

use alloc::vec::Vec;
use core::hint::black_box;

use crate::{Census, Cluster, Kernel, KeyHasher, Refusal};

/// What a [`Cluster`]'s state may take, unless [`with_memory_limit`](Cluster::with_memory_limit) says otherwise: 256 MB.
///
/// | algorithm | reaches it at |
/// |---|---|
/// | ring, 160 points a consumer | about 86,000 consumers |
/// | rendezvous | 21 million equal consumers, 16 million unequal ones |
/// | Maglev | 256 million slots to 256 consumers, 128 million to 65,536, 64 million beyond |
/// | jump | never: it has no state |
///
/// On a ring each unit of weight costs 160 points, so a weight in gigabytes, 16,000 say, takes 47 MB a consumer: set the unit of points.
pub const DEFAULT_MEMORY_LIMIT: u64 = 256_000_000;

/// Less than this is not asked for beforehand: a system that has no megabyte left is past refusing.
const LARGE: u64 = 1 << 20;

impl<K: Kernel, T, H: KeyHasher> Cluster<K, T, H> {
    /// What the state for `census` takes at most: as it is after the change, or rebuilt, in which case it may be larger.
    ///
    /// So what is admitted can be restored under the same limit.
    pub(crate) fn predicted(&self, census: &Census) -> u64 {
        self.kernel.heap_bytes(census).max(self.blank.heap_bytes(census))
    }

    /// Whether a state for `census` may take `bytes`. A state that is over the limit already may take as much as it does, `taken`.
    pub(crate) fn check_limit(&self, census: &Census, bytes: u64, taken: u64) -> Result<(), Refusal> {
        let limit = self.memory_limit();
        if bytes <= limit.max(taken) {
            return Ok(());
        }
        Err(Refusal::TooLarge { bytes, limit, remedy: self.blank.remedy(census, limit).map(Into::into) })
    }

    /// Whether the allocator has what a change to `census` takes: the growth of the state from `taken` to `bytes`, and what the
    /// change takes while it lasts.
    ///
    /// It is asked for and given back at once, so another thread may still be faster. What is over-committed by the system is not
    /// known to be missing.
    pub(crate) fn check_room(&self, census: &Census, bytes: u64, taken: u64) -> Result<(), Refusal> {
        let bytes = bytes.saturating_sub(taken).saturating_add(self.kernel.scratch_bytes(census));
        if bytes < LARGE {
            return Ok(());
        }
        let mut room = Vec::<u8>::new();
        let had = usize::try_from(bytes).is_ok_and(|bytes| room.try_reserve_exact(bytes).is_ok());
        // Or the compiler would leave an allocation out that nothing uses.
        black_box(&room);
        if had { Ok(()) } else { Err(Refusal::OutOfMemory { bytes }) }
    }
}
