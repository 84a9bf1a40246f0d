//! `hash % N`, the baseline: perfectly even, nothing to store, and nearly every key moves when N changes.

use annulus_core::{DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties};

/// `digest % N` over the list of nodes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Modulo;

impl Kernel for Modulo {
    const PROPERTIES: Properties = Properties::new("modulo", DependsOn::Order).uniform();

    fn rebuild(&mut self, _: &Nodes) {}

    #[inline]
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        // There is at least one node, so the divisor is not zero; and fewer than 2³², so the index fits.
        let count = u64::try_from(nodes.len()).unwrap_or(u64::MAX).max(1);
        u32::try_from(digest.bits() % count).map(NodeIndex::new).unwrap_or_default()
    }
}
