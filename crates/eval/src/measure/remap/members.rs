//! The nodes whose membership changes.

/// About how many digests, over all sets of names, are asked for again of a fresh build, of a change undone and of another order
/// of arrival. They double the work, and what they look for does not hide among a million.
const ASKED_AGAIN: usize = 1 << 20;

/// Who is there, who joins, and who is taken out.
#[derive(Debug)]
pub(in super::super) struct Members {
    pub(in super::super) names: Vec<String>,
    pub(in super::super) newcomer: String,
    pub(in super::super) seed: u64,
    pub(in super::super) repetition: u32,
    pub(in super::super) repetitions: u32,
    pub(in super::super) victims: usize,
}

impl Members {
    /// How many of these digests are asked for again.
    pub(super) fn asked_again(&self, digests: usize) -> usize {
        digests.min(ASKED_AGAIN / usize::try_from(self.repetitions).unwrap_or(usize::MAX).max(1)).max(1)
    }
}
