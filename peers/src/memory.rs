//! Memory, as the system tells it.
//!
//! Not by an allocator that counts: it would weigh on every look-up that allocates, as those of three peers do, and some of them
//! copy where the system's grows in place. The books of the system allocator cost nothing until they are read.

use std::fs;

use malloc_info::info::{SystemType, TotalType};

/// What the system allocator has given away.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heap(u64);

impl Heap {
    /// Bytes in use now: 0 where the system does not tell.
    pub(crate) fn now() -> Self {
        let Ok(books) = malloc_info::malloc_info() else { return Self(0) };
        let total = |kind| books.total.iter().filter(|total| total.r#type == kind).map(|total| total.size as u64).sum::<u64>();
        let held: u64 =
            books.system.iter().filter(|system| system.r#type == SystemType::Current).map(|system| system.size as u64).sum();
        let free = total(TotalType::Fast) + total(TotalType::Rest);
        Self((held + total(TotalType::Mmap)).saturating_sub(free))
    }

    /// The same once reading the books takes no memory itself, which is at hand after a few times.
    pub(crate) fn settled() -> Self {
        for _ in 0..4 {
            let _ = Self::now();
        }
        Self::now()
    }

    /// Bytes more than `before`.
    pub(crate) fn since(&self, before: &Self) -> u64 {
        self.0.saturating_sub(before.0)
    }
}

/// Bytes of this process that are in memory.
pub(crate) fn resident() -> u64 {
    status("VmRSS:")
}

/// The most bytes of this process that ever were in memory.
pub(crate) fn peak() -> u64 {
    status("VmHWM:")
}

fn status(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix("kB")).and_then(|number| number.trim().parse().ok());
    kibibytes.unwrap_or(0_u64) * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn books_show_what_is_held_and_what_is_given_back() {
        // Other tests of this process allocate meanwhile, but far from a gibibyte. The block is never touched, so it takes no memory.
        const BLOCK: u64 = 1 << 30;
        const OTHERS: u64 = BLOCK / 4;
        let before = Heap::now();
        let block = std::hint::black_box(Vec::<u8>::with_capacity(usize::try_from(BLOCK).unwrap()));
        let held = Heap::now().since(&before);
        assert!((BLOCK - OTHERS..BLOCK + OTHERS).contains(&held), "{held}");
        drop(block);
        assert!(Heap::now().since(&before) < OTHERS);
    }

    #[test]
    fn the_peak_is_no_less_than_what_was_touched() {
        let block = std::hint::black_box(vec![1_u8; 50_000_000]);
        assert!(peak() > 50_000_000 && resident() > 0);
        drop(block);
    }
}
