//! What is verified: sizes, seeds and keys.

use super::count::position;

/// What is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Numbers of nodes, each at least 1.
    pub nodes: Vec<u64>,
    /// On how many seeds everything is judged, at least 1.
    pub seeds: u32,
    /// Random digests of each seed.
    pub keys: usize,
    /// The seed of all seeds.
    pub seed: u64,
}

impl Plan {
    /// Digests over all seeds in the thorough plan: enough to see a spread of shares of 1 % at a thousand nodes.
    const KEYS: usize = 10_000_000;
    /// The least number for one seed: with two hundred seeds they stay affordable, and add up to a hundred million.
    const LEAST_KEYS: usize = 500_000;
    /// Digests of each seed in the quick plan.
    const QUICK_KEYS: usize = 1_000_000;

    /// The plan of `annulus verify`: ten million digests or more in all, sizes with laws of their own and one just above a power of two
    /// among the nodes.
    #[must_use]
    pub fn thorough(seeds: u32) -> Self {
        let keys = position(u64::from(seeds.max(1)));
        Self { nodes: vec![1, 2, 10, 30, 65, 100, 1000], seeds, keys: (Self::KEYS / keys).max(Self::LEAST_KEYS), seed: 1 }
    }

    /// The plan of `annulus verify --quick`: a million digests and fewer sizes.
    #[must_use]
    pub fn quick(seeds: u32) -> Self {
        Self { nodes: vec![1, 2, 10, 100], seeds, keys: Self::QUICK_KEYS, seed: 1 }
    }
}
