//! The tables of a scenario: what each measure is told.
//!
//! What a table leaves out is as in the scenario `standard`, or for the published figures `paper`.

use serde::{Deserialize, Serialize};

/// Algorithms at sizes of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sweep {
    /// The algorithms, as `NAME:points=1000`.
    pub algorithms: Vec<String>,
    /// Numbers of nodes.
    pub nodes: Vec<u64>,
}

/// Nodes that fail, one after another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Failure {
    /// At which numbers of nodes of the scenario; at all where it is empty.
    pub nodes: Vec<u64>,
    /// How many random digests stand for keys.
    pub digests: usize,
    /// How many times, each time with other names, digests and failing nodes.
    pub repetitions: u32,
    /// After how many failures the survivors are looked at.
    pub failed: Vec<usize>,
}

impl Default for Failure {
    fn default() -> Self {
        Self { nodes: Vec::new(), digests: 1_000_000, repetitions: 3, failed: vec![1, 2, 5] }
    }
}

/// Several nodes that join at once, nodes that are replaced one after another, and a node whose weight doubles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Churn {
    /// At which numbers of nodes of the scenario; at all where it is empty.
    pub nodes: Vec<u64>,
    /// How many random digests stand for keys.
    pub digests: usize,
    /// How many times, each time with other names and digests.
    pub repetitions: u32,
    /// How many nodes join at once.
    pub joining: Vec<usize>,
    /// How many nodes a rolling replacement replaces, the oldest first.
    pub replaced: usize,
}

impl Default for Churn {
    fn default() -> Self {
        Self { nodes: Vec::new(), digests: 200_000, repetitions: 3, joining: vec![2, 5], replaced: 10 }
    }
}

/// Replica sets: the first nodes of each key's preference order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Replicas {
    /// At which numbers of nodes of the scenario; at all where it is empty.
    pub nodes: Vec<u64>,
    /// How many random digests stand for keys.
    pub digests: usize,
    /// How many times, each time with other names and digests.
    pub repetitions: u32,
    /// Sizes of the sets.
    pub counts: Vec<usize>,
}

impl Default for Replicas {
    fn default() -> Self {
        Self { nodes: Vec::new(), digests: 100_000, repetitions: 1, counts: vec![2, 3] }
    }
}

/// Nodes of the weights 1, 2, … 10, 1, 2, … in the order of their names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Weights {
    /// At which numbers of nodes of the scenario; at all where it is empty.
    pub nodes: Vec<u64>,
    /// How many random digests stand for keys.
    pub digests: usize,
    /// How many times, each time with other names and digests.
    pub repetitions: u32,
}

impl Default for Weights {
    fn default() -> Self {
        Self { nodes: Vec::new(), digests: 1_000_000, repetitions: 3 }
    }
}

/// Keys and names with a pattern: sequential numbers, shared prefixes, IPv4 addresses, UUIDs, dates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Patterns {
    /// At which numbers of nodes of the scenario; at all where it is empty.
    pub nodes: Vec<u64>,
    /// How many keys of each pattern.
    pub keys: usize,
}

impl Default for Patterns {
    fn default() -> Self {
        Self { nodes: Vec::new(), keys: 200_000 }
    }
}

/// Keys whose popularity falls with their rank as rank^−exponent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Zipf {
    /// At which numbers of nodes of the scenario; at all where it is empty.
    pub nodes: Vec<u64>,
    /// How many keys there are.
    pub keys: usize,
    /// How many requests are drawn.
    pub requests: u64,
    /// How many times, each time with other names, keys and requests.
    pub repetitions: u32,
    /// The exponents.
    pub exponents: Vec<f64>,
}

impl Default for Zipf {
    fn default() -> Self {
        Self { nodes: Vec::new(), keys: 1_000_000, requests: 1_000_000, repetitions: 1, exponents: vec![0.8, 0.99, 1.2] }
    }
}

/// Steps of look-ups, counted where theory has their law.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Work {
    /// At which numbers of nodes of the scenario; at all where it is empty.
    pub nodes: Vec<u64>,
    /// How many random digests stand for keys.
    pub digests: usize,
    /// How many times, each time with other digests.
    pub repetitions: u32,
}

impl Default for Work {
    fn default() -> Self {
        Self { nodes: Vec::new(), digests: 1_000_000, repetitions: 3 }
    }
}

/// How thoroughly the published figures are looked at; their sizes are those of the publications.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Paper {
    /// How many sets of node names each figure is the mean of.
    pub rings: u32,
    /// How many random digests stand for keys where keys are needed.
    pub digests: usize,
}

impl Default for Paper {
    fn default() -> Self {
        Self { rings: 51, digests: 10_000_000 }
    }
}

/// Random digests that stand for keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Synthetic {
    /// How many.
    pub digests: usize,
    /// How many times, each time on other node names and with other digests.
    pub repetitions: u32,
    /// How many nodes are removed, one at a time.
    pub victims: usize,
}

impl Default for Synthetic {
    fn default() -> Self {
        Self { digests: 10_000_000, repetitions: 1, victims: 2 }
    }
}

/// How look-ups are timed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lookup {
    /// Sittings, each with node names of its own. An interval needs two, and a useful one five.
    pub sittings: u32,
    /// Rounds of a sitting; every algorithm has a turn in each, in random order.
    pub rounds: u32,
    /// Chunks of each algorithm in a sitting that find the caches cold.
    pub cold: u32,
    /// The lengths of keys, in bytes: multiples of eight.
    pub keys: Vec<u16>,
    /// The greatest of the weights 1, 2, 3, … that nodes have, for algorithms that take weights.
    pub weights: Vec<u32>,
}

impl Default for Lookup {
    fn default() -> Self {
        Self { sittings: 5, rounds: 5, cold: 1, keys: vec![8, 16, 64, 1024], weights: vec![10, 1000] }
    }
}

/// How building and changing are timed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Change {
    /// Sittings, each with node names of its own.
    pub sittings: u32,
    /// Rounds of a sitting; every algorithm has a turn in each, in random order.
    pub rounds: u32,
}

impl Default for Change {
    fn default() -> Self {
        Self { sittings: 5, rounds: 3 }
    }
}
