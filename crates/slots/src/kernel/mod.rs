//! The table: its parameters, its state, and the two changes of it.

mod bits;
mod contract;

use core::fmt;

use annulus_core::{NodeIndex, Nodes};
use annulus_lanes::Level;

use crate::{
    admission::{FEWEST, MOST},
    change::{join, release},
    contest::{Equal, Weighted, are_equal},
    field::{Field, Orders},
    order::{Order, Space},
    table::{Table, either},
};

pub use bits::BitsError;

/// 65,536 slots.
const DEFAULT_BITS: u32 = 16;

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
