//! The table as a kernel.

use alloc::{string::String, vec::Vec};
use core::{error::Error, fmt, ops::ControlFlow};

use annulus_core::{Census, DependsOn, Digest, Gone, Kernel, NodeIndex, Nodes, Properties, Refusal, Weight};
use annulus_lanes::Level;

use crate::{
    admission::{self, FEWEST, MOST},
    build,
    change::{join, release},
    contest::{Equal, Weighted, are_equal},
    field::{Field, Orders},
    order::{Order, Space},
    ranking::{self, FIRST, place_of},
    table::{Table, either, entry_bytes, slot_of},
};

/// 65,536 slots.
const DEFAULT_BITS: u32 = 16;

/// The most changes of one call that are made one by one.
const STEPS: usize = 20;

/// Up to this many consumers, a rebuild is cheaper than to compare a newcomer at every slot.
const REBUILT: usize = 16;

/// More than one newcomer in this many consumers make a rebuild cheaper than a walk each.
const JOINERS: usize = 4;

/// A table whose slots go to the consumer that ranks them first: one memory read a key, and every change moves the least.
///
/// It has one parameter, the number of bits that choose a slot.
#[derive(Clone)]
pub struct SlotsKernel {
    space: Space,
    level: Level,
    orders: Orders,
    table: Table,
    /// At least the cost divided by the weight of every owner at its slot.
    bound: f64,
}

impl SlotsKernel {
    /// A table of 2 to the power of `bits` slots, from 8 bits to 24. The default is 16: 65,536 slots.
    ///
    /// Each bit more divides the spread of shares by √2, and doubles memory and the time of a build. There should be at least a few
    /// hundred slots a consumer; the least that is admitted is 0.61·ln N + 9.
    ///
    /// # Errors
    /// [`BitsError`] if `bits` is below 8 or above 24.
    ///
    /// ```
    /// use annulus_slots::SlotsKernel;
    /// assert_eq!(SlotsKernel::with_bits(20).unwrap().slots(), 1_048_576);
    /// assert_eq!(SlotsKernel::with_bits(32).unwrap_err().to_string(), "bits must be from 8 to 24, and they are 32");
    /// ```
    pub fn with_bits(bits: u32) -> Result<Self, BitsError> {
        if (FEWEST..=MOST).contains(&bits) { Ok(Self::made(bits)) } else { Err(BitsError { bits }) }
    }

    /// The same table, built and changed on the vectors of `level` instead of the widest available, to measure what wider vectors
    /// gain.
    ///
    /// Answers are the same at every level.
    ///
    /// ```
    /// use annulus_slots::{ByDigest, Cluster, Digest, Level, SlotTable, SlotsKernel};
    ///
    /// let mut widest = SlotTable::<()>::new();
    /// let mut narrowest = Cluster::<_, ()>::with_kernel(SlotsKernel::default().with_level(Level::PORTABLE));
    /// for name in ["cache-1", "cache-2", "cache-3"] {
    ///     widest.add_consumer(name, ())?;
    ///     narrowest.add_consumer(name, ())?;
    /// }
    /// assert!((0..1_000).map(Digest::of_id).all(|digest| narrowest.locate(digest) == widest.locate(digest)));
    /// # Ok::<(), annulus_slots::ChangeError>(())
    /// ```
    #[must_use]
    pub const fn with_level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    fn made(bits: u32) -> Self {
        Self { space: Space::new(bits), level: Level::detect(), orders: Orders::new(), table: Table::empty(), bound: 0.0 }
    }

    /// The number of bits of a digest that choose its slot: the upper ones.
    #[must_use]
    pub const fn bits(&self) -> u32 {
        self.space.bits()
    }

    /// The number of slots.
    #[must_use]
    pub const fn slots(&self) -> u32 {
        self.space.slots()
    }

    /// The owner of slot `slot`. `None` past the last slot, or if there is no consumer.
    ///
    /// ```
    /// use annulus_slots::{ConsistentHashRing, SlotTable, SlotsKernel};
    /// let mut table = SlotTable::with_kernel(SlotsKernel::with_bits(12)?);
    /// table.extend(["a", "b"])?;
    /// let owner = |slot| table.kernel().owner_of_slot(table.roster().nodes(), slot);
    /// let of_a = (0..4096).filter(|&slot| owner(slot) == table.roster().index_of("a")).count();
    /// assert!(of_a > 1_900 && of_a < 2_200);
    /// assert_eq!(owner(4096), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn owner_of_slot(&self, nodes: &Nodes, slot: u32) -> Option<NodeIndex> {
        if nodes.is_empty() || slot >= self.slots() { None } else { Some(self.table.owner(slot as usize)) }
    }

    pub(crate) const fn space_and_level(&self) -> (Space, Level) {
        (self.space, self.level)
    }

    fn order(&self, nodes: &Nodes, index: NodeIndex) -> [u32; 5] {
        Order::of(nodes.seed(index), self.space).to_row()
    }

    /// Gives what `this` has to the best of all, and what `last` has to `this`.
    fn release(&mut self, nodes: &Nodes, this: NodeIndex, last: NodeIndex) {
        let field = Field::new(self.space, self.level, nodes, &self.orders);
        let greatest = either!(&mut self.table, entries => {
            if are_equal(nodes) {
                release(field, Equal(nodes), entries, this.get(), last.get())
            } else {
                release(field, Weighted(nodes), entries, this.get(), last.get())
            }
        });
        self.bound = greatest.max(self.bound);
    }

    /// Gives a consumer the slots at which it comes before the owner.
    fn join(&mut self, nodes: &Nodes, this: NodeIndex) {
        let field = Field::new(self.space, self.level, nodes, &self.orders);
        let bound = self.bound;
        self.bound = either!(&mut self.table, entries => {
            if are_equal(nodes) {
                join(field, Equal(nodes), entries, this.get(), bound)
            } else {
                join(field, Weighted(nodes), entries, this.get(), bound)
            }
        });
    }

    fn field<'a>(&'a self, nodes: &'a Nodes) -> Field<'a> {
        Field::new(self.space, self.level, nodes, &self.orders)
    }
}

/// A number of bits below 8 or above 24.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BitsError {
    /// The number requested.
    pub bits: u32,
}

impl fmt::Display for BitsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bits must be from {FEWEST} to {MOST}, and they are {}", self.bits)
    }
}

impl Error for BitsError {}

/// What a table and its consumers' orders take of the heap.
fn heap_bytes(bits: u32, nodes: usize) -> u64 {
    (entry_bytes(nodes) << bits) + Orders::heap_bytes(nodes)
}

impl Default for SlotsKernel {
    fn default() -> Self {
        Self::made(DEFAULT_BITS)
    }
}

// Prints the number of bits, not the owners of the slots.
impl fmt::Debug for SlotsKernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SlotsKernel").field("bits", &self.bits()).finish_non_exhaustive()
    }
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

    fn parameters(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bits={}", self.bits())
    }
}
