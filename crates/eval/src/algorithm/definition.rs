//! An algorithm with one set of parameters: what it promises, and how to build it for measuring.

use std::fmt;
use std::sync::Arc;

use annulus::{Hash, Parameters};
use annulus_core::{ChangeError, DEFAULT_MEMORY_LIMIT, Kernel, KeyHasher, Properties, Weight};

use super::empties::Empties;
use super::law::Law;
use super::moves::Moves;
use super::oracle::Oracle;
use super::placement::{NodeId, Placement};
use super::steps::Steps;
use super::subject::{SharedHasher, Subject};

/// Makes an algorithm, under the given key, of the parameters that it takes.
pub type Configure = fn(&str, &mut Parameters) -> Result<Algorithm, String>;

/// Makes an algorithm of its whole text, as `name:parameter=value`.
pub(crate) type Grammar = fn(&str) -> Result<Algorithm, String>;

/// An algorithm with one set of parameters.
#[derive(Clone)]
pub struct Algorithm {
    pub(super) key: String,
    title: String,
    pub(super) parameters: String,
    reference: String,
    properties: Properties,
    law: Law,
    moves: Moves,
    pub(super) configure: Option<Configure>,
    /// How its whole text is read, where a grammar of its own reads it.
    pub(super) grammar: Option<Grammar>,
    oracle: Option<Arc<Oracle>>,
    steps: Option<Steps>,
    /// Its own memory limit, if it has one.
    pub(super) memory: Option<u64>,
    pub(super) empties: Empties,
    /// The same under a hash that its text names; `None` where it has a hasher of its own.
    pub(super) hashed: Option<Arc<dyn Fn(Hash) -> Empties + Send + Sync>>,
}

/// A kernel's parameters as text.
struct Text<'a, K>(&'a K);

impl<K: Kernel> fmt::Display for Text<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.parameters(f)
    }
}

impl Algorithm {
    /// The algorithm of `kernel`, called `key`.
    ///
    /// Its parameters are as the kernel writes them. Its law is [`Law::Uniform`] where the kernel promises to be uniform, and [`Law::Unknown`] otherwise.
    #[must_use]
    pub fn of<K: Kernel + Send + Sync + 'static>(key: &str, kernel: K) -> Self {
        let again = kernel.clone();
        let hashed = move |hash: Hash| Empties::new(again.clone(), hash.hasher());
        Self { hashed: Some(Arc::new(hashed)), ..Self::hashed(key, kernel, Hash::default().hasher()) }
    }

    /// The algorithm of `kernel` under a hasher of its own.
    #[must_use]
    pub fn hashed<K, H>(key: &str, kernel: K, hasher: H) -> Self
    where
        K: Kernel + Send + Sync + 'static,
        H: KeyHasher + Clone + Send + Sync + 'static,
    {
        Self {
            key: key.to_owned(),
            title: K::PROPERTIES.algorithm.to_owned(),
            parameters: Text(&kernel).to_string(),
            reference: String::new(),
            properties: K::PROPERTIES,
            law: if K::PROPERTIES.uniform { Law::Uniform } else { Law::Unknown },
            moves: Moves::default(),
            configure: None,
            grammar: None,
            steps: None,
            oracle: None,
            memory: None,
            empties: Empties::new(kernel, hasher),
            hashed: None,
        }
    }

    /// Says how its whole text is read, hash and memory limit included.
    pub(crate) fn with_grammar(mut self, grammar: Grammar) -> Self {
        self.grammar = Some(grammar);
        self
    }

    /// Says its full name.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Says its parameters, as `points=160`, where the kernel itself writes none.
    #[must_use]
    pub fn with_parameters(mut self, parameters: impl Into<String>) -> Self {
        self.parameters = parameters.into();
        self
    }

    /// Says where it is described.
    #[must_use]
    pub fn with_reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = reference.into();
        self
    }

    /// Says which law its balance follows.
    #[must_use]
    pub fn with_law(mut self, law: Law) -> Self {
        self.law = law;
        self
    }

    /// Says what is known of the keys that it moves.
    #[must_use]
    pub fn with_moves(mut self, moves: Moves) -> Self {
        self.moves = moves;
        self
    }

    /// Says how to make it with other parameters, for `name:parameter=value` on the command line. `memory` is not among them: it
    /// is the limit of every algorithm's memory.
    #[must_use]
    pub fn with_configure(mut self, configure: Configure) -> Self {
        self.configure = Some(configure);
        self
    }

    /// Gives answers that it must agree with.
    #[must_use]
    pub fn with_oracle(mut self, oracle: impl Into<Arc<Oracle>>) -> Self {
        self.oracle = Some(oracle.into());
        self
    }

    /// Gives the steps of its look-ups and their law.
    #[must_use]
    pub fn with_steps(mut self, steps: Steps) -> Self {
        self.steps = Some(steps);
        self
    }

    /// Refuses nodes whose state would take more than `bytes` of memory, whatever the scenario says.
    #[must_use]
    pub fn with_memory_limit(mut self, bytes: u64) -> Self {
        self.memory = Some(bytes);
        self
    }

    /// The same, unless it has a limit of its own.
    #[must_use]
    pub(crate) fn or_memory_limit(mut self, bytes: u64) -> Self {
        self.memory.get_or_insert(bytes);
        self
    }

    /// The name in lists and records.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The full name.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The parameters as text; empty where there are none.
    #[must_use]
    pub fn parameters(&self) -> &str {
        &self.parameters
    }

    /// Where it is described; empty where nobody said.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// What it promises.
    #[must_use]
    pub fn properties(&self) -> &Properties {
        &self.properties
    }

    /// The law of its balance.
    #[must_use]
    pub fn law(&self) -> Law {
        self.law
    }

    /// What is known of the keys that it moves.
    #[must_use]
    pub fn moves(&self) -> Moves {
        self.moves
    }

    /// The answers that it must agree with, where they are known.
    #[must_use]
    pub fn oracle(&self) -> Option<&Arc<Oracle>> {
        self.oracle.as_ref()
    }

    /// The steps of its look-ups, where their law is known.
    #[must_use]
    pub fn steps(&self) -> Option<Steps> {
        self.steps
    }

    /// Bytes that its state may take.
    #[must_use]
    pub fn memory_limit(&self) -> u64 {
        self.memory.unwrap_or(DEFAULT_MEMORY_LIMIT)
    }

    /// A subject of the gates without nodes; under the algorithm's own hasher unless another is given.
    pub(crate) fn subject(&self, hasher: Option<SharedHasher>) -> Box<dyn Subject> {
        (self.empties.subject)(self.memory_limit(), hasher)
    }

    /// Whether it tells its nodes' exact shares.
    pub(crate) fn tells_shares(&self) -> bool {
        let mut subject = self.subject(None);
        // Where even a single node of weight one is refused, no node is there to have a share.
        subject.add(&[("only", Weight::ONE, 0)]).is_ok() && subject.shares().is_some()
    }

    /// A placement of no nodes.
    #[must_use]
    pub fn empty(&self) -> Box<dyn Placement> {
        (self.empties.placement)(self.memory_limit())
    }

    /// A placement of nodes of these names; a node's id is its position.
    ///
    /// # Errors
    /// The first that is refused, and why.
    pub fn build(&self, names: &[String]) -> Result<Box<dyn Placement>, ChangeError> {
        let members: Vec<(&str, NodeId)> = names.iter().map(String::as_str).zip(0..).collect();
        let mut placement = self.empty();
        placement.add(&members)?;
        Ok(placement)
    }
}

impl fmt::Debug for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Algorithm")
            .field("key", &self.key)
            .field("parameters", &self.parameters)
            .field("properties", &self.properties)
            .field("law", &self.law)
            .finish_non_exhaustive()
    }
}
