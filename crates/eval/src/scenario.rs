//! What is measured, as data: embedded scenarios, and the user's own in TOML.

use std::path::Path;
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::registry::{Algorithm, Registry};

/// The most nodes that a scenario may ask for.
pub const MOST_NODES: u64 = 1_000_000;

/// The word for the keys that are compiled in.
pub const EMBEDDED_KEYS: &str = "embedded";

/// The scenarios that are compiled in, by name.
const EMBEDDED: [(&str, &str); 4] = [
    ("standard", include_str!("../scenarios/standard.toml")),
    ("quick", include_str!("../scenarios/quick.toml")),
    ("full", include_str!("../scenarios/full.toml")),
    ("paper", include_str!("../scenarios/paper.toml")),
];

/// One evaluation: which algorithms, how many nodes, which keys, how thoroughly.
///
/// Written as TOML; a key that is not known is an error that names it. The files under `scenarios/` in this crate are
/// documented examples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name, which names records and the default output folder.
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
    /// The algorithms, as `ring` or `ring:points=1000`; all there are where it is empty.
    #[serde(default)]
    pub algorithms: Vec<String>,
    /// How many times the keys are placed, each time on other node names and hashed under another secret.
    pub repetitions: u32,
    /// How many nodes are removed, one at a time, to see what the removal of any moves.
    pub victims: usize,
    /// Further algorithms at sizes of their own, such as one algorithm's parameter over its range.
    #[serde(default, rename = "sweep")]
    pub sweeps: Vec<Sweep>,
    /// Random digests beside the keys.
    pub synthetic: Option<Synthetic>,
    /// Nodes that fail; not measured where it is missing, like all that follow.
    pub failure: Option<Failure>,
    /// Replica sets.
    pub replicas: Option<Replicas>,
    /// Nodes of unequal weight.
    pub weights: Option<Weights>,
    /// Keys and names with a pattern.
    pub patterns: Option<Patterns>,
    /// Keys of unequal popularity.
    pub zipf: Option<Zipf>,
    /// The published figures.
    pub paper: Option<Paper>,
    /// How look-ups are timed; not at all where it is missing.
    pub lookup: Option<Lookup>,
    /// How changes are timed; not at all where it is missing.
    pub change: Option<Change>,
}

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
}

/// How building and changing are timed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Rounds; every algorithm has a turn in each, in random order.
    pub rounds: usize,
}

fn embedded_keys() -> String {
    EMBEDDED_KEYS.to_owned()
}

fn first_seed() -> u64 {
    1
}

/// A scenario that cannot be had, or asks for what cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// It is neither embedded nor a file that can be read.
    #[error("scenario `{name}` is not built in ({known}) and cannot be read as a file: {source}", known = embedded_names())]
    Missing {
        /// What was asked for.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no scenario.
    #[error("scenario {name}: {reason}")]
    Syntax {
        /// The file.
        name: String,
        /// What is wrong, on one line.
        reason: String,
    },
    /// A value that makes no sense.
    #[error("scenario {name}: {field} {reason}")]
    Value {
        /// The scenario's name.
        name: String,
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

fn embedded_names() -> String {
    EMBEDDED.map(|(name, _)| name).join(", ")
}

impl Scenario {
    /// The scenario that is built in under `name`, or else the file of that path.
    ///
    /// # Errors
    /// Neither is there, or the file is no scenario.
    pub fn load(name: &str) -> Result<Self, ScenarioError> {
        let text = match EMBEDDED.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => (*text).to_owned(),
            None => {
                fs::read_to_string(Path::new(name)).map_err(|source| ScenarioError::Missing { name: name.to_owned(), source })?
            }
        };
        Self::parse(name, &text)
    }

    /// Reads a scenario from TOML; `name` is what errors call it.
    ///
    /// # Errors
    /// Text that is no scenario: the line and what is wrong there.
    pub fn parse(name: &str, text: &str) -> Result<Self, ScenarioError> {
        toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| text[..span.start].matches('\n').count() + 1);
            let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
            ScenarioError::Syntax { name: name.to_owned(), reason: format!("{place}{}", error.message().replace('\n', "; ")) }
        })
    }

    /// The scenario as TOML.
    ///
    /// # Errors
    /// None for what can be built: every field has a form in TOML.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string_pretty(self)
    }

    /// Checks all values that have nothing to do with algorithms.
    ///
    /// # Errors
    /// The first field that makes no sense, and why.
    pub fn validate(&self) -> Result<(), ScenarioError> {
        self.require(!self.name.is_empty(), "name", "is empty")?;
        let is_empty = self.nodes.is_empty() && self.paper.is_none();
        self.require(!is_empty, "nodes", "is empty; give at least one number of nodes")?;
        self.require_nodes("nodes", &self.nodes)?;
        self.require(all_distinct(&self.algorithms), "algorithms", "names one twice")?;
        self.require(self.repetitions > 0, "repetitions", "must be at least 1")?;
        self.require(self.victims > 0, "victims", "must be at least 1")?;
        for sweep in &self.sweeps {
            self.require(!sweep.nodes.is_empty(), "sweep.nodes", "is empty; give at least one number of nodes")?;
            self.require_nodes("sweep.nodes", &sweep.nodes)?;
            self.require(!sweep.algorithms.is_empty(), "sweep.algorithms", "is empty; name at least one algorithm")?;
        }
        self.validate_keys()?;
        self.validate_times()
    }

    /// Checks how many keys are placed, and where.
    fn validate_keys(&self) -> Result<(), ScenarioError> {
        let at_least_one = |field, number: usize| self.require(number > 0, field, "must be at least 1");
        let repeated = |field, number: u32| self.require(number > 0, field, "must be at least 1");
        if let Some(synthetic) = &self.synthetic {
            at_least_one("synthetic.digests", synthetic.digests)?;
            repeated("synthetic.repetitions", synthetic.repetitions)?;
            at_least_one("synthetic.victims", synthetic.victims)?;
        }
        if let Some(failure) = &self.failure {
            at_least_one("failure.digests", failure.digests)?;
            repeated("failure.repetitions", failure.repetitions)?;
            self.require_counts("failure.failed", &failure.failed)?;
            self.require_nodes("failure.nodes", &failure.nodes)?;
        }
        if let Some(replicas) = &self.replicas {
            at_least_one("replicas.digests", replicas.digests)?;
            repeated("replicas.repetitions", replicas.repetitions)?;
            self.require_counts("replicas.counts", &replicas.counts)?;
            self.require_nodes("replicas.nodes", &replicas.nodes)?;
        }
        if let Some(weights) = &self.weights {
            at_least_one("weights.digests", weights.digests)?;
            repeated("weights.repetitions", weights.repetitions)?;
            self.require_nodes("weights.nodes", &weights.nodes)?;
        }
        if let Some(patterns) = &self.patterns {
            at_least_one("patterns.keys", patterns.keys)?;
            self.require_nodes("patterns.nodes", &patterns.nodes)?;
        }
        if let Some(zipf) = &self.zipf {
            at_least_one("zipf.keys", zipf.keys)?;
            self.require(zipf.requests > 0, "zipf.requests", "must be at least 1")?;
            repeated("zipf.repetitions", zipf.repetitions)?;
            let fit = zipf.exponents.iter().all(|exponent| (0.0..=10.0).contains(exponent));
            self.require(fit && !zipf.exponents.is_empty(), "zipf.exponents", "must be some numbers from 0 to 10")?;
            self.require_nodes("zipf.nodes", &zipf.nodes)?;
        }
        if let Some(paper) = &self.paper {
            self.require(paper.rings >= 2, "paper.rings", "must be at least 2")?;
            at_least_one("paper.digests", paper.digests)?;
        }
        Ok(())
    }

    /// Checks how times are taken.
    fn validate_times(&self) -> Result<(), ScenarioError> {
        if let Some(lookup) = &self.lookup {
            self.require(lookup.rounds > 0, "lookup.rounds", "must be at least 1")?;
            self.require(lookup.chunks > 0, "lookup.chunks", "must be at least 1")?;
            let fits = lookup.chunk.is_power_of_two() && (2..=1 << 20).contains(&lookup.chunk);
            self.require(fits, "lookup.chunk", "must be a power of two from 2 to 1048576")?;
        }
        if let Some(change) = &self.change {
            self.require(change.rounds > 0, "change.rounds", "must be at least 1")?;
        }
        Ok(())
    }

    /// Which algorithms are measured at which sizes, each with its parameters.
    ///
    /// # Errors
    /// An algorithm or a parameter that the registry does not know; one that is asked for twice at one size.
    pub fn grid(&self, registry: &Registry) -> Result<Vec<Size>, ScenarioError> {
        let all: Vec<String> = registry.iter().map(|algorithm| algorithm.key().to_owned()).collect();
        let head = if self.algorithms.is_empty() { &all } else { &self.algorithms };
        let mut grid = Vec::new();
        self.extend(&mut grid, registry, "algorithms", head, &self.nodes)?;
        for sweep in &self.sweeps {
            self.extend(&mut grid, registry, "sweep.algorithms", &sweep.algorithms, &sweep.nodes)?;
        }
        Ok(grid)
    }

    fn extend(
        &self,
        grid: &mut Vec<Size>,
        registry: &Registry,
        field: &'static str,
        texts: &[String],
        nodes: &[u64],
    ) -> Result<(), ScenarioError> {
        let resolve =
            |text: &String| registry.resolve(text).map_err(|reason| self.error(field, format!("has `{text}`: {reason}")));
        let algorithms = texts.iter().map(resolve).collect::<Result<Vec<_>, _>>()?;
        for &nodes in nodes {
            let position = grid.iter().position(|size| size.nodes == nodes).unwrap_or_else(|| {
                grid.push(Size { nodes, algorithms: Vec::new() });
                grid.len() - 1
            });
            let size = &mut grid[position];
            for algorithm in &algorithms {
                let is_new = size.algorithms.iter().all(|known| known.key() != algorithm.key());
                self.require(is_new, field, format!("names {} twice at {nodes} nodes", algorithm.key()))?;
                size.algorithms.push(algorithm.clone());
            }
        }
        Ok(())
    }

    fn require_nodes(&self, field: &'static str, numbers: &[u64]) -> Result<(), ScenarioError> {
        for nodes in numbers {
            let fits = (1..=MOST_NODES).contains(nodes);
            self.require(fits, field, format!("has {nodes}; a number of nodes is 1 to {MOST_NODES}"))?;
        }
        self.require(all_distinct(numbers), field, "names a number twice")
    }

    fn require_counts(&self, field: &'static str, counts: &[usize]) -> Result<(), ScenarioError> {
        let fit = !counts.is_empty() && counts.iter().all(|&count| count > 0) && all_distinct(counts);
        self.require(fit, field, "must be some different numbers of at least 1")
    }

    fn require(&self, holds: bool, field: &'static str, reason: impl Into<String>) -> Result<(), ScenarioError> {
        if holds { Ok(()) } else { Err(self.error(field, reason)) }
    }

    fn error(&self, field: &'static str, reason: impl Into<String>) -> ScenarioError {
        ScenarioError::Value { name: self.name.clone(), field, reason: reason.into() }
    }
}

/// Algorithms that are measured at one number of nodes.
#[derive(Clone, Debug)]
pub struct Size {
    /// The number of nodes.
    pub nodes: u64,
    /// The algorithms, each once.
    pub algorithms: Vec<Algorithm>,
}

fn all_distinct<T: Ord + Clone>(values: &[T]) -> bool {
    let mut sorted = values.to_vec();
    sorted.sort();
    sorted.windows(2).all(|pair| pair[0] != pair[1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_scenarios_are_valid_and_named_as_they_are_called() {
        for (name, _) in EMBEDDED {
            let scenario = Scenario::load(name).unwrap();
            assert_eq!(scenario.name, name);
            scenario.validate().unwrap();
            let written = scenario.to_toml().unwrap();
            assert_eq!(Scenario::parse("again", &written).unwrap(), scenario);
        }
    }

    #[test]
    fn a_field_that_is_not_known_is_named_with_its_line() {
        let text = "name = \"x\"\nnodes = [1]\nrepetitions = 1\nvictims = 1\nnoses = 3\n";
        let message = Scenario::parse("mine.toml", text).unwrap_err().to_string();
        assert!(message.starts_with("scenario mine.toml: line 5: unknown field `noses`"), "{message}");
        assert!(!message.contains('\n'));
    }

    #[test]
    fn values_that_make_no_sense_are_refused_by_name() {
        let good = Scenario::load("quick").unwrap();
        let nodes = |nodes: &[u64]| Scenario { nodes: nodes.to_vec(), ..good.clone() }.validate().unwrap_err().to_string();
        assert_eq!(nodes(&[]), "scenario quick: nodes is empty; give at least one number of nodes");
        assert_eq!(nodes(&[10, 0]), "scenario quick: nodes has 0; a number of nodes is 1 to 1000000");
        assert_eq!(nodes(&[10, 10]), "scenario quick: nodes names a number twice");
        let chunk = Scenario { lookup: Some(Lookup { rounds: 1, chunks: 1, chunk: 100 }), ..good };
        assert!(chunk.validate().unwrap_err().to_string().contains("lookup.chunk must be a power of two"));
    }

    #[test]
    fn algorithms_take_parameters_and_sweeps_add_to_the_sizes() {
        let text = r#"
            name = "x"
            nodes = [10, 3]
            algorithms = ["ring", "ring:points=1000"]
            repetitions = 1
            victims = 1
            [[sweep]]
            algorithms = ["maglev:slots=655373"]
            nodes = [3, 5]
        "#;
        let scenario = Scenario::parse("x", text).unwrap();
        scenario.validate().unwrap();
        let grid = scenario.grid(&Registry::builtin()).unwrap();
        let keys = |size: &Size| size.algorithms.iter().map(Algorithm::key).collect::<Vec<_>>().join(" ");
        let cells: Vec<(u64, String)> = grid.iter().map(|size| (size.nodes, keys(size))).collect();
        let expected =
            [(10, "ring ring:points=1000"), (3, "ring ring:points=1000 maglev:slots=655373"), (5, "maglev:slots=655373")];
        assert_eq!(cells, expected.map(|(nodes, keys)| (nodes, keys.to_owned())));
        let twice = Scenario { sweeps: vec![Sweep { algorithms: vec!["ring".into()], nodes: vec![3] }], ..scenario.clone() };
        let message = twice.grid(&Registry::builtin()).unwrap_err().to_string();
        assert_eq!(message, "scenario x: sweep.algorithms names ring twice at 3 nodes");
        let unknown = Scenario { algorithms: vec!["ring:slots=7".into()], ..scenario };
        let message = unknown.grid(&Registry::builtin()).unwrap_err().to_string();
        assert!(message.starts_with("scenario x: algorithms has `ring:slots=7`: `slots` is no parameter of `ring`"), "{message}");
    }

    #[test]
    fn a_field_of_a_table_that_is_not_known_is_named_too() {
        let table = |name: &str| format!("name = \"x\"\nnodes = [1]\nrepetitions = 1\nvictims = 1\n[{name}]\nnoses = 3\n");
        for name in ["[sweep]", "synthetic", "failure", "replicas", "weights", "patterns", "zipf", "paper", "lookup", "change"] {
            let message = Scenario::parse("mine.toml", &table(name)).unwrap_err().to_string();
            assert!(message.contains("line 6: unknown field `noses`"), "{name}: {message}");
        }
    }

    #[test]
    fn what_is_neither_built_in_nor_a_file_is_an_error_that_says_so() {
        let message = Scenario::load("no-such").unwrap_err().to_string();
        assert!(message.starts_with("scenario `no-such` is not built in (standard, quick, full, paper)"), "{message}");
    }
}
