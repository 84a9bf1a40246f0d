//! Maglev's table as a kernel.

use alloc::{boxed::Box, format, string::String, vec, vec::Vec};
use core::{error::Error, fmt, ops::ControlFlow};

use annulus_core::{Census, DEFAULT_MEMORY_LIMIT, DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties, Refusal, order};

use crate::{
    build::{self, scale},
    prime::{is_prime, next_prime, previous_prime},
    table::{Table, entry_bytes},
};

/// The recommended number of slots per consumer.
const GOOD: u64 = 100;

/// The paper's smaller table.
const DEFAULT_SLOTS: u32 = 65_537;

/// Maglev: a table with a prime number of slots, filled by the consumers in turn and read once per key.
///
/// It has one parameter, the number of slots.
#[derive(Clone)]
pub struct MaglevKernel {
    slots: u32,
    table: Table,
}

impl MaglevKernel {
    /// A table of `slots` slots. The number must be prime, and should be at least 100 times the number of consumers. The default
    /// is 65,537.
    ///
    /// More slots even out the shares and move fewer keys needlessly, but take more memory and a longer build.
    ///
    /// # Errors
    /// [`SlotsError`] if `slots` is not prime: the walks would then miss slots.
    ///
    /// ```
    /// use annulus_maglev::MaglevKernel;
    /// assert_eq!(MaglevKernel::with_slots(655_373).unwrap().slots(), 655_373);
    /// assert_eq!(MaglevKernel::with_slots(65_536).unwrap_err().to_string(), "65536 slots is not a prime number; the next is 65537");
    /// ```
    pub fn with_slots(slots: u32) -> Result<Self, SlotsError> {
        if is_prime(slots) { Ok(Self { slots, table: Table::empty() }) } else { Err(SlotsError { slots }) }
    }

    /// The number of slots.
    #[must_use]
    pub const fn slots(&self) -> u32 {
        self.slots
    }

    /// The owner of slot `slot`. `None` past the last slot, or if there is no consumer.
    ///
    /// ```
    /// use annulus_maglev::{ConsistentHashRing, Maglev, MaglevKernel};
    /// let mut maglev = Maglev::with_kernel(MaglevKernel::with_slots(101)?);
    /// maglev.add_consumer("a", ())?;
    /// maglev.add_consumer("b", ())?;
    /// let owner = |slot| maglev.kernel().owner_of_slot(maglev.roster().nodes(), slot);
    /// let of_a = (0..101).filter(|&slot| owner(slot) == maglev.roster().index_of("a")).count();
    /// assert!(of_a == 50 || of_a == 51); // as even as 101 slots can be
    /// assert_eq!(owner(101), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn owner_of_slot(&self, nodes: &Nodes, slot: u32) -> Option<NodeIndex> {
        if nodes.is_empty() || slot >= self.slots { None } else { Some(self.table.owner(slot)) }
    }
}

/// The advice in an error when there are too few slots.
fn more_slots(slots: u64, nodes: usize) -> Option<Box<str>> {
    let slots = next_prime(u32::try_from(slots).ok()?)?;
    let bytes = u64::from(slots) * entry_bytes(nodes);
    let room = if bytes > DEFAULT_MEMORY_LIMIT { format!(", with {bytes} bytes by `with_memory_limit`") } else { String::new() };
    Some(format!("use slots={slots} (`MaglevKernel::with_slots({slots})`) or more{room}, the same on every router").into())
}

/// A number of slots that is not prime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SlotsError {
    /// The number requested.
    pub slots: u32,
}

impl fmt::Display for SlotsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} slots is not a prime number", self.slots)?;
        match next_prime(self.slots) {
            Some(next) => write!(f, "; the next is {next}"),
            None => write!(f, "; the greatest below 2^32 is 4294967291"),
        }
    }
}

impl Error for SlotsError {}

impl Default for MaglevKernel {
    fn default() -> Self {
        Self { slots: DEFAULT_SLOTS, table: Table::empty() }
    }
}

// Prints the number of slots, not their owners.
impl fmt::Debug for MaglevKernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaglevKernel").field("slots", &self.slots).finish_non_exhaustive()
    }
}

impl Kernel for MaglevKernel {
    const PROPERTIES: Properties = Properties::new("maglev", DependsOn::Set).scale_free();

    fn rebuild(&mut self, nodes: &Nodes) {
        // Free the old table before the new one is allocated.
        self.table = Table::empty();
        self.table = Table::new(nodes, self.slots);
    }

    #[inline]
    fn lookup(&self, _: &Nodes, digest: Digest) -> NodeIndex {
        self.table.owner(scale(digest.bits(), self.slots))
    }

    /// A consumer's exact share must be at least one slot. This stays true when any other consumer leaves.
    fn admit(&self, candidate: &Nodes) -> Result<(), Refusal> {
        let (nodes, slots, total) = (candidate.len() as u64, u64::from(self.slots), candidate.total_weight());
        if nodes > slots {
            return Err(Refusal::TooManyNodes {
                nodes,
                limit: slots,
                remedy: more_slots(nodes.saturating_mul(GOOD), candidate.len()),
            });
        }
        let weight = |index: NodeIndex| u64::from(candidate.weight(index).get());
        // Search from the end, so that a new consumer is named before an old one.
        match candidate.indices().rev().find(|&index| weight(index) * slots < total) {
            Some(node) => Err(Refusal::NoShare {
                node,
                weight: candidate.weight(node),
                // Its own weight is part of the total.
                least: (total - weight(node)).div_ceil(slots - 1),
                remedy: more_slots(total.div_ceil(weight(node)), candidate.len()),
            }),
            None => Ok(()),
        }
    }

    /// The owner, then the owners of salted digests, by [`order::by_lookup`]. Each position is as even as the slots are.
    fn walk(&self, nodes: &Nodes, digest: Digest, visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let _ = order::by_lookup(nodes, digest, |digest| self.table.owner(scale(digest.bits(), self.slots)), visit);
    }

    fn lookup_batch(&self, _: &Nodes, digests: &[Digest], out: &mut [NodeIndex]) {
        self.table.owners(self.slots, digests, out);
    }

    fn heap_bytes(&self, census: &Census) -> u64 {
        if census.is_empty() { 0 } else { u64::from(self.slots) * entry_bytes(census.len()) }
    }

    /// One bit per slot, and a turn, a quota and a walk per consumer, while the table is filled.
    fn scratch_bytes(&self, census: &Census) -> u64 {
        build::scratch_bytes(self.slots, census.len())
    }

    fn remedy(&self, census: &Census, limit: u64) -> Option<String> {
        let most = u32::try_from(limit / entry_bytes(census.len())).ok()?;
        let slots = previous_prime(most).filter(|&slots| slots as usize >= census.len())?;
        Some(format!("use at most slots={slots} (`MaglevKernel::with_slots({slots})`), the same on every router"))
    }

    /// Each consumer's slots, counted in the table, divided by all slots. Digests reach each slot equally often, to one part in
    /// 2⁶⁴/M.
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        let mut held = vec![0_u32; nodes.len()];
        if !nodes.is_empty() {
            (0..self.slots).for_each(|slot| held[self.table.owner(slot).as_usize()] += 1);
        }
        Some(held.into_iter().map(|held| f64::from(held) / f64::from(self.slots)).collect())
    }

    /// The last digest of each slot but the last.
    #[expect(clippy::cast_possible_truncation, reason = "below 2^64, as all but the last slot end there")]
    fn ends(&self, _: &Nodes) -> Option<Vec<Digest>> {
        let slots = u128::from(self.slots);
        let ends = (1..slots).map(|slot| ((slot << 64).div_ceil(slots) - 1) as u64);
        Some(ends.map(Digest::of_hash).collect())
    }

    fn parameters(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "slots={}", self.slots)
    }
}
