//! The table: one consumer per slot, in entries as narrow as the number of consumers allows.
//!
//! ```text
//! digest    0 ─────────────────────────────────────── 2⁶⁴
//! slot      │  0  │  1  │  2  │  3  │  …  │ slots − 1 │    // slot = floor(digest · slots / 2⁶⁴)
//! entry     │  b  │  a  │  a  │  c  │  …  │     b     │    // the index of the owner
//! ```

use alloc::{vec, vec::Vec};

use annulus_core::{Digest, NodeIndex, Nodes};

use crate::build::{fill, scale};

/// The owner of each slot. One byte a slot serves 256 consumers, two serve 65,536.
#[derive(Clone, Debug)]
pub(crate) enum Table {
    Narrow(Vec<u8>),
    Middle(Vec<u16>),
    Wide(Vec<u32>),
}

/// Bytes per entry for `nodes` consumers.
pub(crate) const fn entry_bytes(nodes: usize) -> u64 {
    match nodes {
        0..=0x100 => 1,
        0x101..=0x1_0000 => 2,
        _ => 4,
    }
}

/// The entries of a table filled for `nodes`. `narrow` converts an index to an entry, which it fits.
fn entries<E: Copy + Default>(nodes: &Nodes, slots: u32, narrow: impl Fn(u32) -> E) -> Vec<E> {
    let mut entries = vec![E::default(); slots as usize];
    fill(nodes, slots, |slot, node| entries[slot] = narrow(node.get()));
    entries
}

impl Table {
    /// No slots, for no consumers.
    pub(crate) const fn empty() -> Self {
        Self::Narrow(Vec::new())
    }

    #[expect(clippy::cast_possible_truncation, reason = "each index fits the entry chosen for the number of consumers")]
    pub(crate) fn new(nodes: &Nodes, slots: u32) -> Self {
        if nodes.is_empty() {
            return Self::empty();
        }
        match entry_bytes(nodes.len()) {
            1 => Self::Narrow(entries(nodes, slots, |index| index as u8)),
            2 => Self::Middle(entries(nodes, slots, |index| index as u16)),
            _ => Self::Wide(entries(nodes, slots, |index| index)),
        }
    }

    /// The owner of slot `slot`.
    #[inline]
    pub(crate) fn owner(&self, slot: u32) -> NodeIndex {
        let slot = slot as usize;
        NodeIndex::new(match self {
            Self::Narrow(entries) => u32::from(entries[slot]),
            Self::Middle(entries) => u32::from(entries[slot]),
            Self::Wide(entries) => entries[slot],
        })
    }

    /// The owner of each digest. The entry width is decided once for all.
    pub(crate) fn owners(&self, slots: u32, digests: &[Digest], out: &mut [NodeIndex]) {
        fn each<E: Copy + Into<u32>>(entries: &[E], slots: u32, digests: &[Digest], out: &mut [NodeIndex]) {
            for (owner, &digest) in out.iter_mut().zip(digests) {
                *owner = NodeIndex::new(entries[scale(digest.bits(), slots) as usize].into());
            }
        }
        match self {
            Self::Narrow(entries) => each(entries, slots, digests, out),
            Self::Middle(entries) => each(entries, slots, digests, out),
            Self::Wide(entries) => each(entries, slots, digests, out),
        }
    }
}
