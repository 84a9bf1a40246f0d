//! The table under a cap as a kernel.

use alloc::{string::String, vec::Vec};
use core::{fmt, ops::ControlFlow};

use annulus_core::{Census, DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties, Refusal, order};
use annulus_lanes::Level;

use crate::{
    SlotsKernel, admission,
    cap::{Cap, CapError},
    contest::{Equal, Weighted, are_equal},
    field::{Field, Orders},
    matching,
    order::{Order, Space},
    table::{Table, either, ends, entry_bytes, slot_of},
};

/// A table in which no consumer has more slots than the cap times what it is due, in whole slots.
///
/// It gives up minimal movement for balance: with a cap of 1, shares are as even as Maglev's. The greater the cap, the fewer keys move
/// needlessly.
///
/// ```
/// use annulus_slots::{Cluster, ConsistentHashRing, SlotsKernel};
/// let mut even = Cluster::<_, ()>::with_kernel(SlotsKernel::with_bits(16)?.with_cap(1, 1)?);
/// even.extend(["a", "b", "c"])?;
/// assert!(even.shares().unwrap().iter().all(|share| (share * 65_536.0 - 65_536.0 / 3.0).abs() < 1.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct CappedSlotsKernel {
    space: Space,
    level: Level,
    cap: Cap,
    table: Table,
}

impl SlotsKernel {
    /// The table under a cap of `numerator`/`denominator`: no consumer gets more than that many times what it is due.
    ///
    /// # Errors
    /// [`CapError`] if the cap is below 1, or the denominator is zero.
    ///
    /// ```
    /// use annulus_slots::SlotsKernel;
    /// assert_eq!(SlotsKernel::default().with_cap(102, 100).unwrap().cap(), (51, 50));
    /// assert_eq!(SlotsKernel::default().with_cap(98, 100).unwrap_err().to_string(), "a cap must be at least 1, and it is 98/100");
    /// ```
    pub fn with_cap(self, numerator: u32, denominator: u32) -> Result<CappedSlotsKernel, CapError> {
        let (space, level) = self.space_and_level();
        Ok(CappedSlotsKernel { space, level, cap: Cap::new(numerator, denominator)?, table: Table::empty() })
    }
}

impl CappedSlotsKernel {
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

    /// The cap as a numerator and a denominator, in lowest terms.
    #[must_use]
    pub const fn cap(&self) -> (u32, u32) {
        self.cap.fraction()
    }

    /// The owner of slot `slot`. `None` past the last slot, or if there is no consumer.
    #[must_use]
    pub fn owner_of_slot(&self, nodes: &Nodes, slot: u32) -> Option<NodeIndex> {
        if nodes.is_empty() || slot >= self.slots() { None } else { Some(self.table.owner(slot as usize)) }
    }
}

/// 65,536 slots and a cap of 1: as even as can be.
impl Default for CappedSlotsKernel {
    fn default() -> Self {
        let (space, level) = SlotsKernel::default().space_and_level();
        Self { space, level, cap: Cap::EVEN, table: Table::empty() }
    }
}

// Prints the parameters, not the owners of the slots.
impl fmt::Debug for CappedSlotsKernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CappedSlotsKernel")
            .field("bits", &self.bits())
            .field("cap", &format_args!("{}", self.cap))
            .finish_non_exhaustive()
    }
}

impl Kernel for CappedSlotsKernel {
    const PROPERTIES: Properties = Properties::new("slots", DependsOn::Set).scale_free();

    fn rebuild(&mut self, nodes: &Nodes) {
        // Free the old table before the new one is allocated.
        self.table = Table::empty();
        if nodes.is_empty() {
            return;
        }
        self.table = Table::new(self.slots(), nodes.len());
        let mut orders = Orders::new();
        orders.refill(nodes.seeds().iter().map(|&seed| Order::of(seed, self.space).to_row()));
        let field = Field::new(self.space, self.level, nodes, &orders);
        let rooms = self.cap.rooms(nodes, self.slots());
        either!(&mut self.table, entries => {
            if are_equal(nodes) {
                matching::fill(field, Equal(nodes), entries, rooms);
            } else {
                matching::fill(field, Weighted(nodes), entries, rooms);
            }
        });
    }

    #[inline]
    fn lookup(&self, _: &Nodes, digest: Digest) -> NodeIndex {
        self.table.owner(slot_of(digest, self.space.bits()))
    }

    /// As without a cap.
    fn admit(&self, candidate: &Nodes) -> Result<(), Refusal> {
        admission::admit(self.bits(), candidate)
    }

    /// The owner, then the owners of salted digests, by [`order::by_lookup`]. Each position is as even as the slots are.
    fn walk(&self, nodes: &Nodes, digest: Digest, visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let _ = order::by_lookup(nodes, digest, |digest| self.lookup(nodes, digest), visit);
    }

    fn lookup_batch(&self, _: &Nodes, digests: &[Digest], out: &mut [NodeIndex]) {
        self.table.owners(self.bits(), digests, out);
    }

    fn heap_bytes(&self, census: &Census) -> u64 {
        if census.is_empty() { 0 } else { entry_bytes(census.len()) << self.bits() }
    }

    fn scratch_bytes(&self, census: &Census) -> u64 {
        matching::scratch_bytes(self.slots(), census.len())
    }

    fn remedy(&self, census: &Census, limit: u64) -> Option<String> {
        admission::fewer_bits(self.bits(), census, |bits| entry_bytes(census.len()) << bits <= limit)
    }

    /// Each consumer's slots, counted in the table, divided by all slots. Digests reach each slot equally often.
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        Some(self.table.shares(nodes.len()))
    }

    fn ends(&self, _: &Nodes) -> Option<Vec<Digest>> {
        Some(ends(self.bits()))
    }

    fn parameters(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bits={},cap={}", self.bits(), self.cap)
    }
}
