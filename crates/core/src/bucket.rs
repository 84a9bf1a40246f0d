//! Algorithms that number their consumers: a function from a digest and a number of buckets to a bucket.

use core::{fmt, ops::ControlFlow};

use crate::{DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties, Refusal, order};

/// A function from a digest and a number of buckets to a bucket, such as jump consistent hash. [`BucketKernel`] turns it into a
/// [`Kernel`]: the consumer at index *i* of the roster holds bucket *i*, so answers depend on the order of the list
/// ([`DependsOn::Order`]).
///
/// ```
/// use annulus_core::{BucketFunction, BucketKernel, Cluster, Digest};
///
/// #[derive(Clone, Default)]
/// struct Modulo;
///
/// impl BucketFunction for Modulo {
///     const ALGORITHM: &'static str = "modulo";
///     const MOST: u32 = u32::MAX;
///     const UNIFORM: bool = true;
///
///     fn bucket(&self, digest: Digest, buckets: u32) -> u32 {
///         u32::try_from(digest.bits() % u64::from(buckets)).unwrap()
///     }
/// }
///
/// let mut shards = Cluster::<BucketKernel<Modulo>, u16>::new();
/// shards.add_consumer("shard-0", 6379)?;
/// assert_eq!(shards.get_consumer("user:42"), Some(&6379));
/// # Ok::<(), annulus_core::ChangeError>(())
/// ```
pub trait BucketFunction: Clone {
    /// The algorithm's name: one word of a to z, 0 to 9 and hyphens.
    const ALGORITHM: &'static str;

    /// The most buckets it supports. The conformance suite needs 50.
    const MOST: u32;

    /// Whether adding a bucket moves keys only to it, and removing the last moves only its keys: the promises
    /// [`minimal_add`](Properties::minimal_add) and [`minimal_remove_last`](Properties::minimal_remove_last).
    const MINIMAL: bool = false;

    /// Whether every bucket is exactly equally likely: the promise [`uniform`](Properties::uniform).
    const UNIFORM: bool = false;

    /// Returns the bucket of `digest`, whose 64 bits are evenly spread, below `buckets`. `buckets` is at least 1 and at most [`MOST`](Self::MOST).
    fn bucket(&self, digest: Digest, buckets: u32) -> u32;

    /// Writes the bucket of each digest, the same as [`bucket`](Self::bucket) gives. `out` is as long as `digests`, and `buckets`
    /// is at least 1.
    ///
    /// Provided: one digest after the other.
    fn fill(&self, digests: &[Digest], buckets: u32, out: &mut [NodeIndex]) {
        for (bucket, &digest) in out.iter_mut().zip(digests) {
            *bucket = NodeIndex::new(self.bucket(digest, buckets));
        }
    }

    /// Writes the parameters, as [`Kernel::parameters`] does. Provided: writes nothing.
    ///
    /// # Errors
    /// The formatter's errors.
    fn parameters(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let _ = f;
        Ok(())
    }
}

/// The [`Kernel`] of a [`BucketFunction`]: the consumer at index *i* is bucket *i*. It has no state.
///
/// The preference order looks up salted digests ([`order::by_lookup`]), so each position is as even as the owners are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BucketKernel<F>(F);

impl<F: BucketFunction> BucketKernel<F> {
    /// The kernel of this function.
    #[must_use]
    pub const fn of(function: F) -> Self {
        Self(function)
    }

    /// The function.
    pub const fn function(&self) -> &F {
        &self.0
    }

    #[inline]
    fn owner(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        NodeIndex::new(self.0.bucket(digest, buckets(nodes)))
    }
}

impl<F: BucketFunction + Default> BucketKernel<F> {
    /// The kernel of the function with its default parameters.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

/// One bucket per consumer. `admit` ensures at most [`BucketFunction::MOST`].
#[inline]
fn buckets(nodes: &Nodes) -> u32 {
    u32::try_from(nodes.len()).unwrap_or(u32::MAX)
}

impl<F: BucketFunction> Kernel for BucketKernel<F> {
    const PROPERTIES: Properties = {
        let properties = Properties::new(F::ALGORITHM, DependsOn::Order);
        let properties = if F::MINIMAL { properties.minimal_on_addition().minimal_on_last_removal() } else { properties };
        if F::UNIFORM { properties.uniform() } else { properties }
    };

    fn rebuild(&mut self, _: &Nodes) {}

    #[inline]
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        self.owner(nodes, digest)
    }

    fn lookup_batch(&self, nodes: &Nodes, digests: &[Digest], out: &mut [NodeIndex]) {
        self.0.fill(digests, buckets(nodes), out);
    }

    fn admit(&self, candidate: &Nodes) -> Result<(), Refusal> {
        let (nodes, limit) = (candidate.len() as u64, u64::from(F::MOST));
        if nodes > limit { Err(Refusal::TooManyNodes { nodes, limit, remedy: None }) } else { Ok(()) }
    }

    fn walk(&self, nodes: &Nodes, digest: Digest, visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let _ = order::by_lookup(nodes, digest, |digest| self.owner(nodes, digest), visit);
    }

    fn parameters(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.parameters(f)
    }
}
