//! What is timed: somebody's nodes in a cell, and the loops around their look-ups.

use std::hint::black_box;

use annulus_core::{Digest, NodeIndex};
use serde::{Deserialize, Serialize};

use crate::cell::Cell;

/// The digests of a short batch, as a user has them who handles one request at a time.
pub(crate) const SHORT_BATCH: usize = 16;

/// A change of membership.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    /// The node of this number joins.
    Add(u32),
    /// The node of this number, which is there, leaves.
    Remove(u32),
}

/// How a change is made by what an interface offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Applied {
    /// A method for it.
    InPlace,
    /// Everything is built again.
    Rebuilt,
    /// There is nothing to change, or no way to.
    Nothing,
}

/// Nodes as somebody's crate keeps them, asked the way a user of that crate would ask.
///
/// Answers are numbers of nodes. They are summed inside the timed loops, so that no look-up can be left out.
pub(crate) trait Subject {
    /// The owner of a key that is a number, or of a digest where the interface has such.
    fn of_digest(&self, digest: u64) -> u64;

    /// The owner of a key that is text.
    fn of_key(&self, key: &str) -> u64;

    /// The owners of many digests and their sum, by an interface for many where there is one; `owners` is as long as `digests`.
    fn of_digests(&self, digests: &[Digest], owners: &mut [NodeIndex]) -> u64 {
        owners.iter_mut().zip(digests).fold(0, |sum, (owner, &digest)| {
            let answer = self.of_digest(digest.bits());
            *owner = NodeIndex::new(u32::try_from(answer).unwrap_or(u32::MAX));
            sum.wrapping_add(answer)
        })
    }

    /// One node more or less.
    fn apply(&mut self, change: Change) -> Applied {
        let _ = change;
        Applied::Nothing
    }

    /// What Annulus must answer, where this is a textbook form that knows.
    fn oracle(&self, digest: u64) -> Option<u64> {
        let _ = digest;
        None
    }
}

/// Loops for the clock, compiled together with the look-ups of one subject. Each returns the sum of the answers.
pub(crate) trait Timed: Subject {
    /// Each look-up waits for the answer before: its digest is the next one plus that answer.
    fn chase_digests(&self, digests: &[u64]) -> u64;

    /// Look-ups that do not wait for one another.
    fn stream_digests(&self, digests: &[u64]) -> u64;

    /// Look-ups in batches of [`SHORT_BATCH`], one call after the other.
    fn short_batches(&self, digests: &[Digest], owners: &mut [NodeIndex]) -> u64;

    /// Each look-up waits for the answer before, which decides between this key and its neighbour.
    fn chase_keys(&self, keys: &[&str]) -> u64;

    /// Look-ups by text that do not wait for one another.
    fn stream_keys(&self, keys: &[&str]) -> u64;
}

impl<S: Subject> Timed for S {
    fn chase_digests(&self, digests: &[u64]) -> u64 {
        let (mut sum, mut before) = (0_u64, 0);
        for &digest in digests {
            before = self.of_digest(digest.wrapping_add(before));
            sum = sum.wrapping_add(before);
        }
        black_box(sum)
    }

    fn stream_digests(&self, digests: &[u64]) -> u64 {
        black_box(digests.iter().fold(0, |sum, &digest| sum.wrapping_add(self.of_digest(digest))))
    }

    fn short_batches(&self, digests: &[Digest], owners: &mut [NodeIndex]) -> u64 {
        let batches = digests.chunks(SHORT_BATCH).zip(owners.chunks_mut(SHORT_BATCH));
        black_box(batches.fold(0, |sum, (digests, owners)| sum.wrapping_add(self.of_digests(digests, owners))))
    }

    fn chase_keys(&self, keys: &[&str]) -> u64 {
        let (mut sum, mut before) = (0_u64, 0);
        for pair in keys.chunks_exact(2) {
            for at in [0, 1] {
                // An index, not a choice: a branch would be guessed, and nothing would wait.
                let bit = usize::try_from(before & 1).expect("a bit");
                before = self.of_key(pair[bit ^ at]);
                sum = sum.wrapping_add(before);
            }
        }
        black_box(sum)
    }

    fn stream_keys(&self, keys: &[&str]) -> u64 {
        black_box(keys.iter().fold(0, |sum, key| sum.wrapping_add(self.of_key(key))))
    }
}

/// Who takes part, and as what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// This workspace. The first of a cell that is timed in some way is what everybody is compared to in it.
    Ours,
    /// The same algorithm as a textbook has it.
    Textbook,
    /// A bound that nobody can pass: the loop, a memory access, the hash.
    Floor,
    /// A crate with the same algorithm.
    Peer,
    /// A crate with another algorithm for the same task.
    Reference,
}

/// A way in which look-ups are timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Metric {
    DigestLatency,
    DigestThroughput,
    /// Throughput by the interface for many digests at once, a chunk in one call.
    DigestBatch,
    /// The same, [`SHORT_BATCH`] digests a call.
    DigestShortBatch,
    KeyLatency,
    KeyThroughput,
}

impl Metric {
    /// The four ways that most interfaces can be timed in.
    pub(crate) const SINGLE: &[Self] = &[Self::DigestLatency, Self::DigestThroughput, Self::KeyLatency, Self::KeyThroughput];
    pub(crate) const DIGEST: &[Self] = &[Self::DigestLatency, Self::DigestThroughput];
    pub(crate) const KEY: &[Self] = &[Self::KeyLatency, Self::KeyThroughput];
    pub(crate) const ALL: &[Self] = &[
        Self::DigestLatency,
        Self::DigestThroughput,
        Self::DigestBatch,
        Self::DigestShortBatch,
        Self::KeyLatency,
        Self::KeyThroughput,
    ];

    /// What a row in batches adds to the name of its subject.
    pub(crate) const fn in_batches(self) -> Option<&'static str> {
        match self {
            Self::DigestBatch => Some(", batch"),
            Self::DigestShortBatch => Some(", batches of 16"),
            _ => None,
        }
    }
}

/// What has a time of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Measure {
    LookUp(Metric),
    Add,
    Remove,
    Reweigh,
    Build,
}

impl Measure {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::LookUp(Metric::DigestLatency) => "digest-latency",
            Self::LookUp(Metric::DigestThroughput) => "digest-throughput",
            Self::LookUp(Metric::DigestBatch) => "digest-batch",
            Self::LookUp(Metric::DigestShortBatch) => "digest-batch-16",
            Self::LookUp(Metric::KeyLatency) => "string-latency",
            Self::LookUp(Metric::KeyThroughput) => "string-throughput",
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Reweigh => "reweigh",
            Self::Build => "build",
        }
    }
}

/// One who takes part in the cells of an algorithm.
pub(crate) struct Entry {
    /// The name in tables.
    pub(crate) name: &'static str,
    /// The crate, where it is somebody else's.
    pub(crate) package: Option<&'static str>,
    pub(crate) role: Role,
    /// The ways it is timed in.
    pub(crate) metrics: &'static [Metric],
    /// How it is built and asked.
    pub(crate) how: &'static str,
    /// Builds it, or says why its interface cannot.
    pub(crate) build: fn(Cell) -> Result<Box<dyn Timed>, String>,
}

impl Entry {
    /// A crate of the same algorithm.
    pub(crate) const fn peer(
        package: &'static str,
        how: &'static str,
        build: fn(Cell) -> Result<Box<dyn Timed>, String>,
    ) -> Self {
        Self { name: package, package: Some(package), role: Role::Peer, metrics: Metric::SINGLE, how, build }
    }

    /// A crate of another algorithm.
    pub(crate) const fn reference(
        package: &'static str,
        how: &'static str,
        build: fn(Cell) -> Result<Box<dyn Timed>, String>,
    ) -> Self {
        Self { role: Role::Reference, ..Self::peer(package, how, build) }
    }
}
