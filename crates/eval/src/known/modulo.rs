//! `hash % N`, the baseline: perfectly even, nothing to store, and nearly every key moves when N changes.

use annulus_core::{DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties};

use crate::algorithm::{Algorithm, Moves};

use super::entry::Known;
use super::look::{Look, Marker};

pub(super) const NAME: &str = "modulo";

pub(super) const KNOWN: Known = Known {
    name: NAME,
    describe: |algorithm, _| algorithm,
    look: Look { colour: (0, 0, 0), dark: (230, 230, 230), marker: Marker::Cross },
    parameter: None,
    is_baseline: true,
    of_least_weight: None,
    search: None,
};

/// The law's name in records.
pub(crate) const MOVES_FORMULA: &str = "modulo";

/// The baseline, which no crate has.
pub(crate) fn algorithm() -> Algorithm {
    Algorithm::of(NAME, Remainder).with_title("hash % N, the baseline").with_moves(Moves::Remainder)
}

/// `digest % N` over the list of nodes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Remainder;

impl Kernel for Remainder {
    const PROPERTIES: Properties = Properties::new(NAME, DependsOn::Order).uniform();

    fn rebuild(&mut self, _: &Nodes) {}

    #[inline]
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        // There is at least one node, so the divisor is not zero; and fewer than 2³², so the index fits.
        let count = u64::try_from(nodes.len()).unwrap_or(u64::MAX).max(1);
        u32::try_from(digest.bits() % count).map(NodeIndex::new).unwrap_or_default()
    }
}
