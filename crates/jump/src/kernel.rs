//! Jump consistent hash as a kernel.

use core::ops::ControlFlow;

use annulus_core::{DependsOn, Kernel, NodeIndex, Nodes, Properties, Refusal, lanes::Level, mix, order};

use crate::{batch::jump_all, hash::jump};

/// The most buckets of the paper's function.
const MOST: u64 = (1 << 31) - 1;

/// How many salted jumps look for further consumers before the general order takes over.
const TRIES: u64 = 96;

/// Jump consistent hash: the bucket is the consumer's index. It has neither parameters nor state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JumpKernel;

impl JumpKernel {
    /// The algorithm; it has no parameters.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }

    /// As [`Kernel::lookup_batch`], on the vectors of `level` in place of the widest that the processor has: to measure what they
    /// gain.
    ///
    /// Answers are the same at every level. As there, `nodes` is not empty and `out` is as long as `digests`.
    ///
    /// ```
    /// use annulus_core::lanes::Level;
    /// use annulus_jump::{ConsistentHashRing, JumpHash, NodeIndex, jump_hash};
    ///
    /// let mut jump = JumpHash::<()>::new();
    /// jump.add_consumer("cache-1", ())?;
    /// jump.add_consumer("cache-2", ())?;
    /// for level in Level::available() {
    ///     let mut owners = [NodeIndex::default(); 3];
    ///     jump.kernel().lookup_batch_at(level, jump.roster().nodes(), &[1, 2, 3], &mut owners);
    ///     assert_eq!(owners.map(|owner| Some(owner.get())), [1, 2, 3].map(|digest| jump_hash(digest, 2)));
    /// }
    /// # Ok::<(), annulus_jump::ChangeError>(())
    /// ```
    pub fn lookup_batch_at(&self, level: Level, nodes: &Nodes, digests: &[u64], out: &mut [NodeIndex]) {
        jump_all(level, digests, buckets(nodes), out);
    }
}

/// A bucket for each consumer: at most 2³¹ − 1, as [`Kernel::admit`] sees to.
#[inline]
fn buckets(nodes: &Nodes) -> u32 {
    u32::try_from(nodes.len()).unwrap_or(u32::MAX)
}

/// The owner of `digest` among `nodes`.
#[inline]
fn owner(nodes: &Nodes, digest: u64) -> NodeIndex {
    NodeIndex::new(jump(digest, buckets(nodes)))
}

impl Kernel for JumpKernel {
    const PROPERTIES: Properties =
        Properties::new("jump", DependsOn::Order).minimal_on_addition().minimal_on_last_removal().uniform();

    fn rebuild(&mut self, _: &Nodes) {}

    #[inline]
    fn lookup(&self, nodes: &Nodes, digest: u64) -> NodeIndex {
        owner(nodes, digest)
    }

    fn lookup_batch(&self, nodes: &Nodes, digests: &[u64], out: &mut [NodeIndex]) {
        self.lookup_batch_at(Level::detect(), nodes, digests, out);
    }

    fn admit(&self, candidate: &Nodes) -> Result<(), Refusal> {
        let nodes = candidate.len() as u64;
        if nodes > MOST { Err(Refusal::TooManyNodes { nodes, limit: MOST }) } else { Ok(()) }
    }

    /// The owner, then those that salted digests jump to, then everyone else by falling rendezvous score.
    fn walk(&self, nodes: &Nodes, digest: u64, mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let mut seen = order::Seen::new();
        for salt in 0..TRIES {
            let found = owner(nodes, if salt == 0 { digest } else { mix(digest, salt) });
            if seen.insert(found) && visit(found).is_break() {
                return;
            }
            if seen.is_full() || seen.as_slice().len() == nodes.len() {
                break;
            }
        }
        let _ = order::others(nodes, digest, seen.as_slice(), visit);
    }
}
