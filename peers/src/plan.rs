//! How much is timed and tried.

use std::time::Duration;

/// Sittings, rounds and budgets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Every number that is random follows from it.
    pub(crate) seed: u64,
    /// How often everybody is built again, with nodes of other names, and timed.
    pub(crate) sittings: u32,
    /// How often everybody has a turn in a sitting.
    pub(crate) rounds: u32,
    /// How often ours and the textbook's are changed in turn.
    pub(crate) changes: u32,
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
        sittings: 5,
        rounds: 5,
        changes: 41,
        probing: Duration::from_millis(300),
        patience: Duration::from_mins(1),
        claimed: 20_000_000,
    };

    pub(crate) const QUICK: Self = Self {
        sittings: 3,
        rounds: 3,
        changes: 11,
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

/// A build that takes longer is made once and used in all sittings.
pub(crate) const LONG_BUILD: Duration = Duration::from_secs(2);
