//! Jump consistent hash as a bucket function.

use annulus_core::{BucketFunction, BucketKernel, Digest, NodeIndex};
use annulus_lanes::Level;

use crate::{batch::jump_all, hash::jump};

/// Jump consistent hash: the bucket is the consumer's index. It has neither parameters nor state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Jump;

/// The placement of jump consistent hash.
pub type JumpKernel = BucketKernel<Jump>;

impl Jump {
    /// The bucket of each digest among `buckets` buckets, on the vectors of `level` instead of the widest available, to measure
    /// what wider vectors gain.
    ///
    /// Answers are the same at every level. Stops at the end of the shorter slice. Writes nothing if `buckets` is 0.
    ///
    /// ```
    /// use annulus_jump::{Digest, Jump, NodeIndex, jump_hash};
    /// use annulus_lanes::Level;
    ///
    /// for level in Level::available() {
    ///     let mut buckets = [NodeIndex::default(); 3];
    ///     Jump.fill_at(level, &[1, 2, 3].map(Digest::of_hash), 10, &mut buckets);
    ///     assert_eq!(buckets.map(|bucket| Some(bucket.get())), [1, 2, 3].map(|digest| jump_hash(digest, 10)));
    /// }
    /// ```
    pub fn fill_at(self, level: Level, digests: &[Digest], buckets: u32, out: &mut [NodeIndex]) {
        let len = if buckets == 0 { 0 } else { digests.len().min(out.len()) };
        jump_all(level, &Digest::bits_of(digests)[..len], buckets, &mut out[..len]);
    }
}

impl BucketFunction for Jump {
    const ALGORITHM: &'static str = "jump";
    /// The paper's range.
    const MOST: u32 = (1 << 31) - 1;
    const MINIMAL: bool = true;
    const UNIFORM: bool = true;

    #[inline]
    fn bucket(&self, digest: Digest, buckets: u32) -> u32 {
        jump(digest.bits(), buckets)
    }

    fn fill(&self, digests: &[Digest], buckets: u32, out: &mut [NodeIndex]) {
        self.fill_at(Level::detect(), digests, buckets, out);
    }
}
