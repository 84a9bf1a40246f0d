//! The table: the owner of each slot, in entries as narrow as the number of consumers allows.
//!
//! ```text
//! digest    0 ─────────────────────────────────────── 2⁶⁴
//! slot      │  0  │  1  │  2  │  3  │  …  │ slots − 1 │    // slot = the upper bits of the digest
//! entry     │  b  │  a  │  a  │  c  │  …  │     b     │    // the index of the owner
//! ```

use alloc::{vec, vec::Vec};

use annulus_core::{Digest, NodeIndex};

/// An owner in as many bytes as it needs.
pub(crate) trait Entry: Copy + Eq {
    /// The entry of an index that fits.
    fn narrow(index: u32) -> Self;

    /// Its index.
    fn widen(self) -> u32;
}

impl Entry for u8 {
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "the width is chosen for the number of consumers")]
    fn narrow(index: u32) -> Self {
        index as Self
    }

    #[inline(always)]
    fn widen(self) -> u32 {
        self.into()
    }
}

impl Entry for u16 {
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "as above")]
    fn narrow(index: u32) -> Self {
        index as Self
    }

    #[inline(always)]
    fn widen(self) -> u32 {
        self.into()
    }
}

impl Entry for u32 {
    #[inline(always)]
    fn narrow(index: u32) -> Self {
        index
    }

    #[inline(always)]
    fn widen(self) -> u32 {
        self
    }
}

/// The owner of each slot. One byte a slot serves 256 consumers, two serve 65,536.
#[derive(Clone, Debug)]
pub(crate) enum Table {
    Narrow(Vec<u8>),
    Middle(Vec<u16>),
    Wide(Vec<u32>),
}

/// Runs `$body` on the entries, whichever width they have.
macro_rules! either {
    ($table:expr, $entries:ident => $body:expr) => {
        match $table {
            $crate::table::Table::Narrow($entries) => $body,
            $crate::table::Table::Middle($entries) => $body,
            $crate::table::Table::Wide($entries) => $body,
        }
    };
}
pub(crate) use either;

/// Bytes per entry for `nodes` consumers.
pub(crate) const fn entry_bytes(nodes: usize) -> u64 {
    match nodes {
        0..=0x100 => 1,
        0x101..=0x1_0000 => 2,
        _ => 4,
    }
}

impl Table {
    /// No slots, for no consumers.
    pub(crate) const fn empty() -> Self {
        Self::Narrow(Vec::new())
    }

    /// A table for `nodes` consumers, all of it owned by the first.
    pub(crate) fn new(slots: u32, nodes: usize) -> Self {
        match entry_bytes(nodes) {
            1 => Self::Narrow(vec![0; slots as usize]),
            2 => Self::Middle(vec![0; slots as usize]),
            _ => Self::Wide(vec![0; slots as usize]),
        }
    }

    /// Whether this is a table as wide as `nodes` consumers have it.
    pub(crate) fn serves(&self, nodes: usize) -> bool {
        let bytes = match self {
            Self::Narrow(entries) if entries.is_empty() => 0,
            Self::Narrow(_) => 1,
            Self::Middle(_) => 2,
            Self::Wide(_) => 4,
        };
        nodes > 0 && bytes == entry_bytes(nodes)
    }

    /// The owner of slot `slot`.
    #[inline]
    pub(crate) fn owner(&self, slot: usize) -> NodeIndex {
        NodeIndex::new(either!(self, entries => entries[slot].widen()))
    }

    /// Each consumer's part of the slots.
    pub(crate) fn shares(&self, nodes: usize) -> Vec<f64> {
        let mut held = vec![0_u32; nodes];
        let slots = either!(self, entries => {
            entries.iter().for_each(|entry| held[entry.widen() as usize] += 1);
            entries.len()
        });
        let slots = f64::from(u32::try_from(slots).unwrap_or(u32::MAX));
        held.into_iter().map(|held| f64::from(held) / slots).collect()
    }

    /// The owner of each digest. The entry width is decided once for all.
    pub(crate) fn owners(&self, bits: u32, digests: &[Digest], out: &mut [NodeIndex]) {
        either!(self, entries => {
            for (owner, &digest) in out.iter_mut().zip(digests) {
                *owner = NodeIndex::new(entries[slot_of(digest, bits)].widen());
            }
        });
    }
}

/// The slot of a digest: its upper bits.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "at most 24 bits are left")]
pub(crate) const fn slot_of(digest: Digest, bits: u32) -> usize {
    (digest.bits() >> (64 - bits)) as usize
}

/// The last digest of each slot but the last.
pub(crate) fn ends(bits: u32) -> Vec<Digest> {
    (1_u64..1 << bits).map(|slot| Digest::of_hash((slot << (64 - bits)) - 1)).collect()
}
