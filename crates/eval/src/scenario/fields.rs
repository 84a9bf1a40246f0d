//! The fields of a scenario.

use annulus::Bytes;
use serde::{Deserialize, Serialize};

use super::tables::{Change, Churn, Failure, Lookup, Paper, Patterns, Replicas, Sweep, Synthetic, Weights, Work, Zipf};

/// The most nodes that a scenario may ask for.
pub const MOST_NODES: u64 = 1_000_000;

/// The word for keys from standard input.
pub const STANDARD_INPUT: &str = "-";

/// The word for the keys that are compiled in.
pub const EMBEDDED_KEYS: &str = "embedded";

/// One evaluation: which algorithms, how many nodes, which keys, how thoroughly.
///
/// Written as TOML, in which only `nodes` is needed; a key that is not known is an error that names it. The files under
/// `scenarios/` in this crate are documented examples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name, which names records and the default output folder; that of the file where it is missing.
    #[serde(default)]
    pub name: String,
    /// What it is for, in a sentence.
    #[serde(default)]
    pub description: String,
    /// `embedded`, the path of a file of keys, or `-` for standard input.
    #[serde(default = "embedded_keys")]
    pub keys: String,
    /// The seed of everything random.
    #[serde(default = "first_seed")]
    pub seed: u64,
    /// Numbers of nodes.
    #[serde(default)]
    pub nodes: Vec<u64>,
    /// The algorithms, as `NAME` or `NAME:points=1000`; all there are where it is empty.
    #[serde(default)]
    pub algorithms: Vec<String>,
    /// How much memory each algorithm's state may take, unless the algorithm has a limit of its own: `NAME:memory=4GB`.
    #[serde(default)]
    pub memory: Bytes,
    /// How many times the keys are placed, each time on other node names and hashed under another secret.
    #[serde(default = "many_repetitions")]
    pub repetitions: u32,
    /// How many nodes are removed, one at a time, to see what the removal of any moves.
    #[serde(default = "some_victims")]
    pub victims: usize,
    /// Further algorithms at sizes of their own, such as one algorithm's parameter over its range.
    #[serde(default, rename = "sweep")]
    pub sweeps: Vec<Sweep>,
    /// Random digests beside the keys.
    pub synthetic: Option<Synthetic>,
    /// Nodes that fail; not measured where it is missing, like all that follow.
    pub failure: Option<Failure>,
    /// Changes beyond one node that joins or leaves.
    pub churn: Option<Churn>,
    /// Replica sets.
    pub replicas: Option<Replicas>,
    /// Nodes of unequal weight.
    pub weights: Option<Weights>,
    /// Keys and names with a pattern.
    pub patterns: Option<Patterns>,
    /// Keys of unequal popularity.
    pub zipf: Option<Zipf>,
    /// Steps of look-ups, counted.
    pub work: Option<Work>,
    /// The published figures.
    pub paper: Option<Paper>,
    /// How look-ups are timed; not at all where it is missing.
    pub lookup: Option<Lookup>,
    /// How changes are timed; not at all where it is missing.
    pub change: Option<Change>,
}

fn embedded_keys() -> String {
    EMBEDDED_KEYS.to_owned()
}

fn first_seed() -> u64 {
    1
}

fn many_repetitions() -> u32 {
    21
}

fn some_victims() -> usize {
    4
}

impl Scenario {
    /// One that times look-ups and nothing else; nodes are still to be said.
    #[must_use]
    pub fn of_look_ups(name: &str, lookup: Lookup) -> Self {
        Self {
            name: name.to_owned(),
            description: String::new(),
            keys: embedded_keys(),
            seed: first_seed(),
            nodes: Vec::new(),
            algorithms: Vec::new(),
            memory: Bytes::default(),
            repetitions: 1,
            victims: 1,
            sweeps: Vec::new(),
            synthetic: None,
            failure: None,
            churn: None,
            replicas: None,
            weights: None,
            patterns: None,
            zipf: None,
            work: None,
            paper: None,
            lookup: Some(lookup),
            change: None,
        }
    }
}
