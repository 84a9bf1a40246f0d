//! Who takes part: somebody's nodes in a cell, asked the way a user of that crate would ask.

use annulus_clock::{Kind, LookUp, Timed};
use annulus_core::Digest;
use serde::{Deserialize, Serialize};

use crate::cell::Cell;
use crate::stats::Repeated;

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

/// Nodes as somebody's crate keeps them. The clock asks them by [`Timed`], everything else by [`LookUp`].
///
/// A digest is a key that is a number where the interface takes no digest. Answers are numbers of nodes.
pub(crate) trait Subject: LookUp + Timed {
    /// One node more or less.
    fn apply(&mut self, change: Change) -> Applied {
        let _ = change;
        Applied::Nothing
    }

    /// What Annulus must answer, where this is a textbook form that knows.
    fn oracle(&self, digest: Digest) -> Option<u64> {
        let _ = digest;
        None
    }
}

/// What a build answers: somebody's nodes, or why the interface cannot have them.
pub(crate) type Built = Result<Box<dyn Subject>, String>;

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

/// The length of keys that are text, in bytes.
pub(crate) const KEY_BYTES: u16 = 16;

/// Look-ups by text.
pub(crate) const KEY_LATENCY: Kind = Kind::KeyLatency(KEY_BYTES);
pub(crate) const KEY_THROUGHPUT: Kind = Kind::KeyThroughput(KEY_BYTES);

/// Those of one digest or one key, that most interfaces can be timed in.
pub(crate) const DIGEST: &[Kind] = &[Kind::DigestLatency, Kind::DigestThroughput];
pub(crate) const KEY: &[Kind] = &[KEY_LATENCY, KEY_THROUGHPUT];
pub(crate) const SINGLE: &[Kind] = &[Kind::DigestLatency, Kind::DigestThroughput, KEY_LATENCY, KEY_THROUGHPUT];

/// Those and batches.
pub(crate) const EVERY: &[Kind] =
    &[Kind::DigestLatency, Kind::DigestThroughput, Kind::Batch, Kind::ShortBatch, KEY_LATENCY, KEY_THROUGHPUT];

/// What a row in batches adds to the name of its subject.
pub(crate) const fn in_batches(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Batch => Some(", batch"),
        Kind::ShortBatch => Some(", batches of 16"),
        _ => None,
    }
}

/// What has a time of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Measure {
    LookUp(Kind),
    Add,
    Remove,
    Reweigh,
    Build,
}

impl Measure {
    /// What its figures are of.
    pub(crate) const fn repeated(self) -> Repeated {
        if matches!(self, Self::LookUp(_)) { Repeated::Sittings } else { Repeated::Rounds }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::LookUp(Kind::DigestLatency) => "digest-latency",
            Self::LookUp(Kind::DigestThroughput) => "digest-throughput",
            Self::LookUp(Kind::Batch) => "digest-batch",
            Self::LookUp(Kind::ShortBatch) => "digest-batch-16",
            Self::LookUp(Kind::FirstThree) => "first-three",
            Self::LookUp(Kind::KeyLatency(_)) => "string-latency",
            Self::LookUp(Kind::KeyThroughput(_)) => "string-throughput",
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
    pub(crate) kinds: &'static [Kind],
    /// How it is built and asked.
    pub(crate) how: &'static str,
    /// Builds it, or says why its interface cannot.
    pub(crate) build: fn(Cell) -> Built,
}

impl Entry {
    /// A crate of the same algorithm.
    pub(crate) const fn peer(package: &'static str, how: &'static str, build: fn(Cell) -> Built) -> Self {
        Self { name: package, package: Some(package), role: Role::Peer, kinds: SINGLE, how, build }
    }

    /// A crate of another algorithm.
    pub(crate) const fn reference(package: &'static str, how: &'static str, build: fn(Cell) -> Built) -> Self {
        Self { role: Role::Reference, ..Self::peer(package, how, build) }
    }
}
