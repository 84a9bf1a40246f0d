//! Which algorithms there are, what each promises, and how to build one for measuring.

use std::fmt;
use std::sync::Arc;

use annulus_core::{ChangeError, Cluster, Kernel, KeyHasher, Properties, SipHash, Weight};

use crate::builtin;
use crate::placement::{NodeId, Placement};
use crate::verify::{Oracle, SharedHasher, Subject};

/// The algorithms that a program knows, in the order in which they are shown.
///
/// A researcher's own program is one line:
///
/// ```no_run
/// # use annulus_core::{DependsOn, Kernel, NodeIndex, Nodes, Properties};
/// # #[derive(Clone, Default)] struct MyKernel;
/// # impl Kernel for MyKernel {
/// #     const PROPERTIES: Properties = Properties::new("mine", DependsOn::Set);
/// #     fn rebuild(&mut self, _: &Nodes) {}
/// #     fn lookup(&self, _: &Nodes, _: u64) -> NodeIndex { NodeIndex::default() }
/// # }
/// use annulus_eval::Registry;
///
/// fn main() -> std::process::ExitCode {
///     annulus_eval::cli(Registry::builtin().with::<MyKernel>("mine"))
/// }
/// ```
#[derive(Debug, Default)]
pub struct Registry {
    algorithms: Vec<Algorithm>,
}

impl Registry {
    /// None at all.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// The four algorithms of the Annulus crates, and `hash % N` as the baseline.
    #[must_use]
    pub fn builtin() -> Self {
        builtin::all().into_iter().fold(Self::empty(), Self::with_algorithm)
    }

    /// Adds the kernel `K` with its default parameters under `key`, which names it in lists, tables and records.
    ///
    /// An algorithm of the same key is replaced.
    #[must_use]
    pub fn with<K: Kernel + Default + Send + Sync + 'static>(self, key: &str) -> Self {
        self.with_algorithm(Algorithm::of(key, K::default()))
    }

    /// Adds an algorithm with all that is known of it. One of the same key is replaced.
    #[must_use]
    pub fn with_algorithm(mut self, algorithm: Algorithm) -> Self {
        match self.algorithms.iter_mut().find(|known| known.key == algorithm.key) {
            Some(known) => *known = algorithm,
            None => self.algorithms.push(algorithm),
        }
        self
    }

    /// The algorithm called `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Algorithm> {
        self.algorithms.iter().find(|algorithm| algorithm.key == key)
    }

    /// The algorithm that `text` names, with parameters where it gives some: `ring`, `ring:points=1000`, `maglev:slots=655373`.
    ///
    /// # Errors
    /// One line that says which name, parameter or value is unknown, and which are known.
    pub fn resolve(&self, text: &str) -> Result<Algorithm, String> {
        let (key, rest) = text.split_once(':').map_or((text, None), |(key, rest)| (key, Some(rest)));
        let known = self.get(key).ok_or_else(|| format!("`{key}` is no known algorithm; known are {}", self.known()))?;
        let Some(rest) = rest else { return Ok(known.clone()) };
        let configure = known.configure.ok_or_else(|| format!("`{key}` has no parameters; write it without `:{rest}`"))?;
        let mut parameters = Parameters::parse(rest)?;
        let algorithm = configure(text, &mut parameters).map_err(|error| format!("`{text}`: {error}"))?;
        match parameters.0.first() {
            None => Ok(algorithm),
            Some((name, _)) => Err(format!("`{name}` is no parameter of `{key}`; its parameters are as in {}", known.parameters)),
        }
    }

    /// All algorithms.
    pub fn iter(&self) -> std::slice::Iter<'_, Algorithm> {
        self.algorithms.iter()
    }

    /// All keys, for messages: `ring, jump`.
    #[must_use]
    pub fn known(&self) -> String {
        self.algorithms.iter().map(Algorithm::key).collect::<Vec<_>>().join(", ")
    }
}

impl<'a> IntoIterator for &'a Registry {
    type Item = &'a Algorithm;
    type IntoIter = std::slice::Iter<'a, Algorithm>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Which law of probability the shares of an algorithm's nodes follow: what measured balance is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Law {
    /// Every node expects the same: counts are multinomial.
    Uniform,
    /// Arcs between uniform points on a circle, so many points a node.
    Ring {
        /// Points of a node of weight one.
        points: u64,
    },
    /// A table in which the nodes' slots differ by one at most.
    Slots {
        /// Slots of the table.
        slots: u64,
    },
    /// Nothing is known, beyond exact shares where the kernel tells them.
    Unknown,
}

/// What is known of the keys that an algorithm moves, beyond what it promises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Moves {
    /// What it promises, and no more.
    #[default]
    AsPromised,
    /// The last node takes the place of the removed one: about twice the least.
    SwapLast,
    /// As `hash % N` does: nearly all keys.
    Modulo,
}

/// Parameters as the command line gives them: `points=1000`, each taken once.
#[derive(Debug)]
pub struct Parameters(Vec<(String, u32)>);

impl Parameters {
    fn parse(text: &str) -> Result<Self, String> {
        let parameter = |item: &str| {
            let (name, value) = item.split_once('=').ok_or_else(|| format!("`{item}` is no parameter; write name=value"))?;
            let number = value.parse().map_err(|_| format!("`{value}` of `{item}` is no number from 0 to {}", u32::MAX))?;
            Ok((name.to_owned(), number))
        };
        text.split(',').map(parameter).collect::<Result<_, String>>().map(Self)
    }

    /// Takes the value of the parameter `name`, if it is given.
    pub fn take(&mut self, name: &str) -> Option<u32> {
        let position = self.0.iter().position(|(given, _)| given == name)?;
        Some(self.0.swap_remove(position).1)
    }
}

/// Makes an algorithm, under the given key, of the parameters that it takes.
pub type Configure = fn(&str, &mut Parameters) -> Result<Algorithm, String>;

/// An algorithm with one set of parameters.
#[derive(Clone)]
pub struct Algorithm {
    key: String,
    title: String,
    parameters: String,
    reference: String,
    properties: Properties,
    law: Law,
    moves: Moves,
    configure: Option<Configure>,
    oracle: Option<Arc<Oracle>>,
    empty: Arc<dyn Fn() -> Box<dyn Placement> + Send + Sync>,
    subject: Arc<dyn Fn(Option<SharedHasher>) -> Box<dyn Subject> + Send + Sync>,
}

impl Algorithm {
    /// The algorithm of `kernel`, called `key`.
    ///
    /// Its law is [`Law::Uniform`] where the kernel promises to be uniform, and [`Law::Unknown`] otherwise.
    #[must_use]
    pub fn of<K: Kernel + Send + Sync + 'static>(key: &str, kernel: K) -> Self {
        Self::hashed(key, kernel, SipHash::new())
    }

    /// The algorithm of `kernel` under a hasher of its own.
    #[must_use]
    pub fn hashed<K, H>(key: &str, kernel: K, hasher: H) -> Self
    where
        K: Kernel + Send + Sync + 'static,
        H: KeyHasher + Clone + Send + Sync + 'static,
    {
        let (placed, own) = (kernel.clone(), hasher.clone());
        Self {
            key: key.to_owned(),
            title: K::PROPERTIES.algorithm.to_owned(),
            parameters: String::new(),
            reference: String::new(),
            properties: K::PROPERTIES,
            law: if K::PROPERTIES.uniform { Law::Uniform } else { Law::Unknown },
            moves: Moves::default(),
            configure: None,
            oracle: None,
            empty: Arc::new(move || Box::new(Cluster::<K, NodeId, H>::with(placed.clone(), own.clone()))),
            subject: Arc::new(move |other| match other {
                None => Box::new(Cluster::<K, NodeId, H>::with(kernel.clone(), hasher.clone())),
                Some(other) => Box::new(Cluster::<K, NodeId, SharedHasher>::with(kernel.clone(), other)),
            }),
        }
    }

    /// Says its full name.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Says its parameters, as `points=160`.
    #[must_use]
    pub fn parameters(mut self, parameters: impl Into<String>) -> Self {
        self.parameters = parameters.into();
        self
    }

    /// Says where it is described.
    #[must_use]
    pub fn reference(mut self, reference: impl Into<String>) -> Self {
        self.reference = reference.into();
        self
    }

    /// Says which law its balance follows.
    #[must_use]
    pub fn law(mut self, law: Law) -> Self {
        self.law = law;
        self
    }

    /// Says what is known of the keys that it moves.
    #[must_use]
    pub fn moving(mut self, moves: Moves) -> Self {
        self.moves = moves;
        self
    }

    /// Says how to make it with other parameters, for `name:parameter=value` on the command line.
    #[must_use]
    pub fn configurable(mut self, configure: Configure) -> Self {
        self.configure = Some(configure);
        self
    }

    /// Gives answers that it must agree with.
    #[must_use]
    pub fn oracle(mut self, oracle: Oracle) -> Self {
        self.oracle = Some(Arc::new(oracle));
        self
    }

    /// The name in lists and records.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The full name.
    #[must_use]
    pub fn full_name(&self) -> &str {
        &self.title
    }

    /// The parameters as text; empty where there are none.
    #[must_use]
    pub fn parameter_text(&self) -> &str {
        &self.parameters
    }

    /// Where it is described; empty where nobody said.
    #[must_use]
    pub fn reference_text(&self) -> &str {
        &self.reference
    }

    /// What it promises.
    #[must_use]
    pub fn properties(&self) -> &Properties {
        &self.properties
    }

    /// The law of its balance.
    #[must_use]
    pub fn balance_law(&self) -> Law {
        self.law
    }

    /// What is known of the keys that it moves.
    #[must_use]
    pub fn moves(&self) -> Moves {
        self.moves
    }

    /// The answers that it must agree with, where they are known.
    #[must_use]
    pub fn known_answers(&self) -> Option<&Oracle> {
        self.oracle.as_deref()
    }

    /// A subject of the gates without nodes; under the algorithm's own hasher unless another is given.
    pub(crate) fn subject(&self, hasher: Option<SharedHasher>) -> Box<dyn Subject> {
        (self.subject)(hasher)
    }

    /// Whether it tells its nodes' exact shares.
    pub(crate) fn tells_shares(&self) -> bool {
        let mut subject = self.subject(None);
        // A single node of weight one is never refused; were it, there would be no shares.
        subject.add(&[("only", Weight::ONE, 0)]).is_ok() && subject.shares().is_some()
    }

    /// A placement of no nodes.
    #[must_use]
    pub fn empty(&self) -> Box<dyn Placement> {
        (self.empty)()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modulo::Modulo;

    #[test]
    fn parameters_are_taken_by_name_and_anything_else_is_refused() {
        let registry = Registry::builtin();
        let algorithm = registry.resolve("ring:points=1000").unwrap();
        assert_eq!((algorithm.key(), algorithm.parameter_text()), ("ring:points=1000", "points=1000"));
        assert_eq!(algorithm.balance_law(), Law::Ring { points: 1_000 });
        assert_eq!(registry.resolve("jump").unwrap().key(), "jump");
        for (text, says) in [
            ("rign", "`rign` is no known algorithm; known are ring, jump, rendezvous, maglev, modulo"),
            ("jump:points=1", "`jump` has no parameters; write it without `:points=1`"),
            ("ring:slots=7", "`slots` is no parameter of `ring`; its parameters are as in points=160"),
            ("ring:points", "`points` is no parameter; write name=value"),
            ("ring:points=many", "`many` of `points=many` is no number from 0 to 4294967295"),
            ("maglev:slots=65536", "`maglev:slots=65536`: 65536 slots is not a prime number; the next is 65537"),
        ] {
            assert_eq!(registry.resolve(text).unwrap_err(), says);
        }
    }

    #[test]
    fn an_algorithm_of_the_same_name_takes_the_place_of_the_first() {
        let registry = Registry::builtin().with::<Modulo>("ring").with::<Modulo>("sixth");
        assert_eq!(registry.known(), "ring, jump, rendezvous, maglev, modulo, sixth");
        assert_eq!(registry.get("ring").map(|algorithm| algorithm.properties().algorithm), Some("modulo"));
        assert!(registry.get("no-such").is_none());
    }

    #[test]
    fn a_kernel_that_promises_to_be_uniform_is_held_to_the_uniform_law() {
        let laws: Vec<Law> = Registry::builtin().iter().map(Algorithm::balance_law).collect();
        let expected = [Law::Ring { points: 160 }, Law::Uniform, Law::Uniform, Law::Slots { slots: 65_537 }, Law::Uniform];
        assert_eq!(laws, expected);
    }

    #[test]
    fn nodes_are_numbered_in_the_order_of_their_names() {
        let names = ["a", "b", "c"].map(str::to_owned);
        let registry = Registry::builtin();
        for algorithm in &registry {
            assert_eq!(algorithm.build(&names).unwrap().ids(), [0, 1, 2], "{}", algorithm.key());
        }
        let twice = ["a", "a"].map(str::to_owned);
        assert_eq!(registry.get("ring").unwrap().build(&twice).unwrap_err().position, 1);
    }
}
