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
const EMBEDDED: [(&str, &str); 2] =
    [("standard", include_str!("../scenarios/standard.toml")), ("quick", include_str!("../scenarios/quick.toml"))];

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
    pub nodes: Vec<u64>,
    /// The algorithms' names; all there are where it is empty.
    #[serde(default)]
    pub algorithms: Vec<String>,
    /// How many times the keys are placed, each time on other node names and hashed under another secret.
    pub repetitions: u32,
    /// How many nodes are removed, one at a time, to see what the removal of any moves.
    pub victims: usize,
    /// Random digests beside the keys.
    pub synthetic: Option<Synthetic>,
    /// How look-ups are timed; not at all where it is missing.
    pub lookup: Option<Lookup>,
    /// How changes are timed; not at all where it is missing.
    pub change: Option<Change>,
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
        self.require(!self.nodes.is_empty(), "nodes", "is empty; give at least one number of nodes")?;
        for &nodes in &self.nodes {
            let fits = (1..=MOST_NODES).contains(&nodes);
            self.require(fits, "nodes", format!("has {nodes}; a number of nodes is 1 to {MOST_NODES}"))?;
        }
        self.require(all_distinct(&self.nodes), "nodes", "names a number twice")?;
        self.require(all_distinct(&self.algorithms), "algorithms", "names one twice")?;
        self.require(self.repetitions > 0, "repetitions", "must be at least 1")?;
        self.require(self.victims > 0, "victims", "must be at least 1")?;
        if let Some(synthetic) = &self.synthetic {
            self.require(synthetic.digests > 0, "synthetic.digests", "must be at least 1")?;
            self.require(synthetic.repetitions > 0, "synthetic.repetitions", "must be at least 1")?;
            self.require(synthetic.victims > 0, "synthetic.victims", "must be at least 1")?;
        }
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

    /// The algorithms that the scenario names, in its order; all of the registry's where it names none.
    ///
    /// # Errors
    /// A name that the registry does not know; the message lists those it does.
    pub fn select<'a>(&self, registry: &'a Registry) -> Result<Vec<&'a Algorithm>, ScenarioError> {
        if self.algorithms.is_empty() {
            return Ok(registry.iter().collect());
        }
        let find = |key: &String| {
            registry.get(key).ok_or_else(|| {
                self.error("algorithms", format!("has `{key}`, which is not known; known are {}", registry.known()))
            })
        };
        self.algorithms.iter().map(find).collect()
    }

    fn require(&self, holds: bool, field: &'static str, reason: impl Into<String>) -> Result<(), ScenarioError> {
        if holds { Ok(()) } else { Err(self.error(field, reason)) }
    }

    fn error(&self, field: &'static str, reason: impl Into<String>) -> ScenarioError {
        ScenarioError::Value { name: self.name.clone(), field, reason: reason.into() }
    }
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
    fn what_is_neither_built_in_nor_a_file_is_an_error_that_says_so() {
        let message = Scenario::load("no-such").unwrap_err().to_string();
        assert!(message.starts_with("scenario `no-such` is not built in (standard, quick)"), "{message}");
    }
}
