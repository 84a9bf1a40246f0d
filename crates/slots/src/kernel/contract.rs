//! The table as a kernel: what a cluster asks of it.

use alloc::{string::String, vec::Vec};
use core::{fmt, ops::ControlFlow};

use annulus_core::{Census, DependsOn, Digest, Gone, Kernel, NodeIndex, Nodes, Properties, Refusal, Weight};

use super::SlotsKernel;
use crate::{
    admission, build,
    contest::{Equal, Weighted, are_equal},
    field::{Field, Orders},
    order::Order,
    ranking::{self, FIRST, place_of},
    table::{Table, either, ends, entry_bytes, slot_of},
};

/// The most changes of one call that are made one by one.
const STEPS: usize = 20;

/// Up to this many consumers, a rebuild is cheaper than to compare a newcomer at every slot.
const REBUILT: usize = 16;

/// More than one newcomer in this many consumers make a rebuild cheaper than a walk each.
const JOINERS: usize = 4;

/// What a table and its consumers' orders take of the heap.
fn heap_bytes(bits: u32, nodes: usize) -> u64 {
    (entry_bytes(nodes) << bits) + Orders::heap_bytes(nodes)
}

impl Kernel for SlotsKernel {
    const PROPERTIES: Properties = Properties::new("slots", DependsOn::Set)
        .minimal_on_addition()
        .minimal_on_any_removal()
        .minimal_on_reweighting()
        .scale_free();

    fn rebuild(&mut self, nodes: &Nodes) {
        // Free the old table before the new one is allocated.
        self.table = Table::empty();
        let (orders, space) = (&mut self.orders, self.space);
        orders.refill(nodes.seeds().iter().map(|&seed| Order::of(seed, space).to_row()));
        if nodes.is_empty() {
            return;
        }
        self.table = Table::new(self.slots(), nodes.len());
        let field = Field::new(self.space, self.level, nodes, &self.orders);
        self.bound = either!(&mut self.table, entries => build::fill(field, entries));
    }

    #[inline]
    fn lookup(&self, _: &Nodes, digest: Digest) -> NodeIndex {
        self.table.owner(slot_of(digest, self.space.bits()))
    }

    /// Each consumer must be due 0.61·ln N + 9 slots.
    fn admit(&self, candidate: &Nodes) -> Result<(), Refusal> {
        admission::admit(self.bits(), candidate)
    }

    /// The ranking of the digest's slot. Skipping a consumer equals removing it.
    ///
    /// A visitor that takes the owner costs a look-up, any other one a pass over all consumers.
    fn walk(&self, nodes: &Nodes, digest: Digest, mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        if visit(self.lookup(nodes, digest)).is_break() {
            return;
        }
        let (field, slot) = (self.field(nodes), place_of(digest, self.space));
        let _ = if are_equal(nodes) {
            ranking::visit_others(field, Equal(nodes), slot, visit)
        } else {
            ranking::visit_others(field, Weighted(nodes), slot, visit)
        };
    }

    fn lookup_n(&self, nodes: &Nodes, digest: Digest, out: &mut [NodeIndex]) -> usize {
        match out.len() {
            0 => 0,
            1 => {
                out[0] = self.lookup(nodes, digest);
                1
            }
            // Three, the usual number, take less work to keep in order than eight.
            2..=3 => ranking::first::<3>(self.field(nodes), place_of(digest, self.space), out),
            4..=FIRST => ranking::first::<FIRST>(self.field(nodes), place_of(digest, self.space), out),
            _ => {
                let mut found = 0;
                self.walk(nodes, digest, |index| {
                    out[found] = index;
                    found += 1;
                    if found == out.len() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
                });
                found
            }
        }
    }

    fn lookup_batch(&self, _: &Nodes, digests: &[Digest], out: &mut [NodeIndex]) {
        self.table.owners(self.bits(), digests, out);
    }

    fn added(&mut self, nodes: &Nodes, first: NodeIndex) {
        let joiners = nodes.len() - first.as_usize();
        if nodes.len() <= REBUILT || joiners * JOINERS > nodes.len() || !self.table.serves(nodes.len()) {
            return self.rebuild(nodes);
        }
        for index in nodes.indices().skip(first.as_usize()) {
            self.orders.insert(index.as_usize(), self.order(nodes, index));
            self.join(nodes, index);
        }
    }

    fn removed(&mut self, nodes: &Nodes, gone: Gone) {
        if !self.table.serves(nodes.len()) {
            return self.rebuild(nodes);
        }
        let last = self.orders.remove(nodes.len());
        if gone.index.as_usize() < nodes.len() {
            (0..).zip(last).for_each(|(column, number)| self.orders.set(column, gone.index.as_usize(), number));
        }
        self.release(nodes, gone.index, NodeIndex::from_usize(nodes.len()).unwrap_or_default());
    }

    fn reweighted(&mut self, nodes: &Nodes, index: NodeIndex, old: Weight) {
        if nodes.weight(index) < old {
            self.release(nodes, index, index);
        } else {
            self.join(nodes, index);
        }
    }

    /// A removal reads the whole table once, so a score of them costs as much as a build.
    fn steps(&self, nodes: &Nodes) -> usize {
        STEPS.min(nodes.len() / 8)
    }

    /// The table, and 20 bytes a consumer in whole cache lines.
    fn heap_bytes(&self, census: &Census) -> u64 {
        if census.is_empty() { 0 } else { heap_bytes(self.bits(), census.len()) }
    }

    fn scratch_bytes(&self, census: &Census) -> u64 {
        build::scratch_bytes(self.slots(), census.len())
    }

    fn remedy(&self, census: &Census, limit: u64) -> Option<String> {
        admission::fewer_bits(self.bits(), census, |bits| heap_bytes(bits, census.len()) <= limit)
    }

    /// Each consumer's slots, counted in the table, divided by all slots. Digests reach each slot equally often.
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        Some(self.table.shares(nodes.len()))
    }

    fn ends(&self, _: &Nodes) -> Option<Vec<Digest>> {
        Some(ends(self.bits()))
    }

    fn parameters(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bits={}", self.bits())
    }
}
