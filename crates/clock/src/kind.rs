//! The ways in which look-ups are timed.

use std::fmt;

/// The digests of a short batch, as somebody has them who handles one request at a time.
pub const SHORT_BATCH: usize = 16;

/// The lengths of keys that have rows of their own, in bytes.
pub const KEY_BYTES: [u16; 4] = [8, 16, 64, 1_024];

/// One way in which look-ups are timed.
///
/// *Latency*: each look-up waits for the answer before. *Throughput*: none does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One digest after the other, each of which depends on the answer before.
    DigestLatency,
    /// Digests that do not wait for one another, one call each.
    DigestThroughput,
    /// A chunk of digests in one call.
    Batch,
    /// Digests in calls of [`SHORT_BATCH`] each.
    ShortBatch,
    /// The first three of the preference order.
    FirstThree,
    /// Keys of that many bytes, each of which depends on the answer before.
    KeyLatency(u16),
    /// Keys of that many bytes that do not wait for one another.
    KeyThroughput(u16),
}

impl Kind {
    /// All of them, by digest and by keys of every length of [`KEY_BYTES`].
    #[must_use]
    pub fn all() -> Vec<Self> {
        let keys = KEY_BYTES.iter().flat_map(|&bytes| [Self::KeyLatency(bytes), Self::KeyThroughput(bytes)]);
        Self::DIGEST.into_iter().chain(keys).collect()
    }

    /// Those that ask by digest.
    pub const DIGEST: [Self; 5] = [Self::DigestLatency, Self::DigestThroughput, Self::Batch, Self::ShortBatch, Self::FirstThree];

    /// Whether each look-up waits for the answer before.
    #[must_use]
    pub const fn is_latency(self) -> bool {
        matches!(self, Self::DigestLatency | Self::KeyLatency(_))
    }

    /// The bytes of a key; `None` where digests are asked for.
    #[must_use]
    pub const fn key_bytes(self) -> Option<u16> {
        match self {
            Self::KeyLatency(bytes) | Self::KeyThroughput(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The most look-ups of a chunk. The text of a longer chunk would not stay in the first-level cache.
    pub(crate) const fn longest(self) -> usize {
        if self.key_bytes().is_some() { 1_024 } else { 4_096 }
    }

    /// `latency` or `throughput`.
    #[must_use]
    pub const fn metric(self) -> &'static str {
        if self.is_latency() { "latency" } else { "throughput" }
    }

    /// What is asked for: `digest`, `batch`, `batch-16`, `first-three`, `key-16`.
    #[must_use]
    pub fn case(self) -> String {
        match self {
            Self::DigestLatency | Self::DigestThroughput => "digest".to_owned(),
            Self::Batch => "batch".to_owned(),
            Self::ShortBatch => format!("batch-{SHORT_BATCH}"),
            Self::FirstThree => "first-three".to_owned(),
            Self::KeyLatency(bytes) | Self::KeyThroughput(bytes) => format!("key-{bytes}"),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.metric(), self.case())
    }
}
