//! What one chunk asks for, and what its answers are held against.

use std::hint::black_box;

use annulus_core::{Digest, KeyHasher, NodeIndex, SipHash};
use rand::{Rng, RngExt};
use rand_chacha::ChaCha8Rng;

use crate::algorithm::{Lookup as Answers, Placement, Timed};
use crate::keys::KeySet;
use crate::record::{Case, Metric};

/// What is timed of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    DigestLatency,
    DigestThroughput,
    Batch,
    StringLatency,
    StringThroughput,
}

impl Kind {
    pub(super) const ALL: [Self; 5] =
        [Self::DigestLatency, Self::DigestThroughput, Self::Batch, Self::StringLatency, Self::StringThroughput];

    /// The metric and the case under which it is recorded.
    pub(super) fn names(self) -> (Metric, Case) {
        match self {
            Self::DigestLatency => (Metric::Latency, Case::Digest),
            Self::DigestThroughput => (Metric::Throughput, Case::Digest),
            Self::Batch => (Metric::Throughput, Case::Batch),
            Self::StringLatency => (Metric::Latency, Case::Text),
            Self::StringThroughput => (Metric::Throughput, Case::Text),
        }
    }
}

/// What one chunk asks for.
pub(super) struct Chunk<'a> {
    pub(super) digests: Vec<Digest>,
    keys: Vec<&'a str>,
    owners: Vec<NodeIndex>,
}

impl<'a> Chunk<'a> {
    pub(super) fn new(length: usize) -> Self {
        Self { digests: vec![Digest::of_hash(0); length], keys: vec![""; length], owners: vec![NodeIndex::default(); length] }
    }

    /// Fresh digests, or fresh keys whose text is brought into the cache.
    pub(super) fn refill(&mut self, kind: Kind, keys: &'a KeySet, rng: &mut ChaCha8Rng) {
        match kind {
            Kind::DigestLatency | Kind::DigestThroughput | Kind::Batch => {
                self.digests.fill_with(|| Digest::of_hash(rng.next_u64()));
            }
            Kind::StringLatency | Kind::StringThroughput => {
                self.keys.fill_with(|| keys.get(rng.random_range(0..keys.len())));
                black_box(self.keys.iter().flat_map(|key| key.bytes()).fold(0, |all, byte| all ^ byte));
            }
        }
    }

    pub(super) fn ask(&mut self, loops: &dyn Timed, kind: Kind) -> u64 {
        match kind {
            Kind::DigestLatency => loops.chase(&self.digests),
            Kind::DigestThroughput => loops.stream(&self.digests),
            Kind::Batch => loops.batch(&self.digests, &mut self.owners),
            Kind::StringLatency => loops.chase_strings(&self.keys),
            Kind::StringThroughput => loops.stream_strings(&self.keys),
        }
    }
}

/// The same answers, asked for one at a time through the batch: what timed answers are held against.
pub(super) struct Reference<'a>(pub(super) &'a dyn Placement);

impl Answers for Reference<'_> {
    fn owner(&self, digest: Digest) -> u64 {
        let mut owner = [NodeIndex::default()];
        self.0.locate_batch(&[digest], &mut owner);
        u64::from(owner[0].get())
    }

    fn digest(&self, key: &str) -> Digest {
        SipHash::new().digest(key.as_bytes())
    }
}
