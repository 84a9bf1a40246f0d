//! The tables of a scenario: what each measure is told.

use serde::{Deserialize, Serialize};

/// Algorithms at sizes of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sweep {
    /// The algorithms, as `ring:points=1000`.
    pub algorithms: Vec<String>,
    /// Numbers of nodes.
    pub nodes: Vec<u64>,
}

/// Nodes that fail, one after another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// At which numbers of nodes of the scenario; at all where it is empty.
    #[serde(default)]
    pub nodes: Vec<u64>,
    /// How many random digests stand for keys.
    pub digests: usize,
    /// How many times, each time with other names, digests and failing nodes.
    pub repetitions: u32,
    /// After how many failures the survivors are looked at.
    pub failed: Vec<usize>,
}

/// Several nodes that join at once, nodes that are replaced one after another, and a node whose weight doubles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Churn {
    /// At which numbers of nodes of the scenario; at all where it is empty.
    #[serde(default)]
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

/// Replica sets: the first nodes of each key's preference order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replicas {
    /// At which numbers of nodes of the scenario; at all where it is empty.
    #[serde(default)]
    pub nodes: Vec<u64>,
    /// How many random digests stand for keys.
    pub digests: usize,
    /// How many times, each time with other names and digests.
    pub repetitions: u32,
    /// Sizes of the sets.
    pub counts: Vec<usize>,
}

/// Nodes of the weights 1, 2, … 10, 1, 2, … in the order of their names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// At which numbers of nodes of the scenario; at all where it is empty.
    #[serde(default)]
    pub nodes: Vec<u64>,
    /// How many random digests stand for keys.
    pub digests: usize,
    /// How many times, each time with other names and digests.
    pub repetitions: u32,
}

/// Keys and names with a pattern: sequential numbers, shared prefixes, IPv4 addresses, UUIDs, dates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patterns {
    /// At which numbers of nodes of the scenario; at all where it is empty.
    #[serde(default)]
    pub nodes: Vec<u64>,
    /// How many keys of each pattern.
    pub keys: usize,
}

/// Keys whose popularity falls with their rank as rank^−exponent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zipf {
    /// At which numbers of nodes of the scenario; at all where it is empty.
    #[serde(default)]
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

/// Steps of look-ups, counted where theory has their law.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// At which numbers of nodes of the scenario; at all where it is empty.
    #[serde(default)]
    pub nodes: Vec<u64>,
    /// How many random digests stand for keys.
    pub digests: usize,
    /// How many times, each time with other digests.
    pub repetitions: u32,
}

/// How thoroughly the published figures are looked at; their sizes are those of the publications.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// How many sets of node names each figure is the mean of.
    pub rings: u32,
    /// How many random digests stand for keys where keys are needed.
    pub digests: usize,
}

/// Random digests that stand for keys.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Synthetic {
    /// How many.
    pub digests: usize,
    /// How many times, each time on other node names and with other digests.
    pub repetitions: u32,
    /// How many nodes are removed, one at a time.
    pub victims: usize,
}

/// How look-ups are timed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// Rounds; every algorithm has a turn in each, in random order.
    pub rounds: usize,
    /// Chunks in a turn; the median of them stands for the turn.
    pub chunks: usize,
    /// Look-ups in a chunk: a power of two.
    pub chunk: usize,
    /// Chunks of each algorithm that find the caches cold; none where it is missing.
    #[serde(default)]
    pub cold: usize,
}

/// How building and changing are timed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Rounds; every algorithm has a turn in each, in random order.
    pub rounds: usize,
}
