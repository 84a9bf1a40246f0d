//! How long a run takes its time.

use std::time::Duration;

/// Rounds, chunks and budgets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Every number that is random follows from it.
    pub(crate) seed: u64,
    /// How often everybody has a turn.
    pub(crate) rounds: u64,
    /// The timed chunks of a turn, at most.
    pub(crate) chunks: usize,
    /// The timed part of a turn of a slow subject, which has three chunks at least.
    pub(crate) turn: Duration,
    /// The untimed look-ups that bring a subject's memory back into the caches, at most.
    pub(crate) warming: Duration,
    /// What each measure of a probe may take beyond its first repetition.
    pub(crate) probing: Duration,
    /// The longest build that is waited for.
    pub(crate) patience: Duration,
    /// Keys by which each claim to the paper's jump function is tried.
    pub(crate) claimed: u64,
}

impl Plan {
    pub(crate) const FULL: Self = Self {
        seed: 1,
        rounds: 41,
        chunks: 25,
        turn: Duration::from_millis(8),
        warming: Duration::from_millis(3),
        probing: Duration::from_millis(300),
        patience: Duration::from_mins(1),
        claimed: 20_000_000,
    };

    pub(crate) const QUICK: Self = Self {
        rounds: 11,
        chunks: 9,
        turn: Duration::from_millis(2),
        warming: Duration::from_millis(2),
        probing: Duration::from_millis(20),
        patience: Duration::from_secs(3),
        claimed: 500_000,
        ..Self::FULL
    };

    /// The numbers of nodes of a run that is not told others.
    pub(crate) const FULL_NODES: &[u32] = &[10, 100, 1_000, 10_000, 100_000];
    pub(crate) const QUICK_NODES: &[u32] = &[10, 100, 1_000, 10_000];
}

/// The address space that a build may take: more is recorded and not run.
pub(crate) const MEMORY_LIMIT: u64 = 4 << 30;
