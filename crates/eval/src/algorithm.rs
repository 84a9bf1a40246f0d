//! An algorithm with one set of parameters: what it promises, and how to build it for measuring.

use std::fmt;
use std::sync::Arc;

use annulus::{Bytes, Hash, ParameterError, Parameters, Spec};
use annulus_core::{ChangeError, Cluster, DEFAULT_MEMORY_LIMIT, Kernel, KeyHasher, Properties, Weight};

use crate::builtin;
use crate::placement::{NodeId, Placement};
use crate::verify::{Oracle, SharedHasher, Subject};

/// Which law of probability the shares of an algorithm's nodes follow: what measured balance is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Law {
    /// Every node expects the same: counts are multinomial.
    Uniform,
    /// Arcs between uniform points on a circle, the same number of points for each node.
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
    /// Whether it is the project's own, which a [`Spec`] describes.
    is_ours: bool,
    oracle: Option<Arc<Oracle>>,
    /// Its own memory limit, if it has one.
    memory: Option<u64>,
    empties: Empties,
    /// The same under a hash that its text names; `None` where it has a hasher of its own.
    hashed: Option<Arc<dyn Fn(Hash) -> Empties + Send + Sync>>,
}

/// What it is measured with and what the gates judge, both without nodes.
#[derive(Clone)]
struct Empties {
    placement: Empty,
    subject: EmptySubject,
}

impl Empties {
    fn new<K, H>(kernel: K, hasher: H) -> Self
    where
        K: Kernel + Send + Sync + 'static,
        H: KeyHasher + Clone + Send + Sync + 'static,
    {
        let (placed, own) = (kernel.clone(), hasher.clone());
        Self {
            placement: Arc::new(move |bytes| {
                Box::new(Cluster::<K, NodeId, H>::with(placed.clone(), own.clone()).with_memory_limit(bytes))
            }),
            subject: Arc::new(move |bytes, other| match other {
                None => Box::new(Cluster::<K, NodeId, H>::with(kernel.clone(), hasher.clone()).with_memory_limit(bytes)),
                Some(other) => Box::new(Cluster::<K, NodeId, SharedHasher>::with(kernel.clone(), other).with_memory_limit(bytes)),
            }),
        }
    }
}

/// Makes an empty placement with a limit on its memory in bytes.
type Empty = Arc<dyn Fn(u64) -> Box<dyn Placement> + Send + Sync>;

/// The same for the gates, under another hasher where one is given.
type EmptySubject = Arc<dyn Fn(u64, Option<SharedHasher>) -> Box<dyn Subject> + Send + Sync>;

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
            is_ours: false,
            oracle: None,
            memory: None,
            empties: Empties::new(kernel, hasher),
            hashed: None,
        }
    }

    /// Says that it is one of the project's own.
    pub(crate) fn ours(mut self) -> Self {
        self.is_ours = true;
        self
    }

    /// Says its full name.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Says its parameters, as `points=160`, where the kernel itself writes none.
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

    /// Says how to make it with other parameters, for `name:parameter=value` on the command line. `memory` is not among them: it
    /// is the limit of every algorithm's memory.
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

    /// Bytes that its state may take.
    #[must_use]
    pub fn memory_limit(&self) -> u64 {
        self.memory.unwrap_or(DEFAULT_MEMORY_LIMIT)
    }

    /// The same with the parameters that `text` gives: `points=1000,hash=xxh3,memory=2GB`.
    pub(crate) fn with(&self, text: &str) -> Result<Self, String> {
        let whole = format!("{}:{text}", self.key);
        let wrong = |error: ParameterError| format!("`{whole}`: {error}");
        let mut parameters = Parameters::parse(text).map_err(wrong)?;
        let memory = parameters.take("memory").map(|text| memory(&text)).transpose().map_err(wrong)?;
        let mut algorithm = if self.is_ours {
            builtin::of_spec(&whole.parse::<Spec>().map_err(|error| error.to_string())?)
        } else {
            let hash = parameters.take("hash").map(|word| word.parse::<Hash>()).transpose().map_err(wrong)?;
            let configured = if parameters.first().is_none() { self.clone() } else { self.configured(&mut parameters)? };
            configured.under(hash.unwrap_or_default())?
        };
        algorithm.memory = memory.or(algorithm.memory).or(self.memory);
        Ok(algorithm)
    }

    /// The same with these parameters, all of which it must take.
    fn configured(&self, parameters: &mut Parameters) -> Result<Self, String> {
        let (key, given) = (&self.key, parameters.to_string());
        let text = format!("{key}:{given}");
        let no_such = |name: &str, own: &str| format!("`{text}`: `{key}` has no parameter `{name}`; write {own}hash or memory");
        let Some(configure) = self.configure else { return Err(no_such(parameters.first().unwrap_or_default(), "")) };
        let algorithm = configure(&text, parameters).map_err(|error| format!("`{text}`: {error}"))?;
        match parameters.first() {
            None => Ok(algorithm),
            Some(name) => Err(no_such(name, &format!("parameters as in {}, or ", self.parameters))),
        }
    }

    /// The same under this hash, which then is part of its key and of its parameters.
    pub(crate) fn under(mut self, hash: Hash) -> Result<Self, String> {
        if hash == Hash::default() {
            return Ok(self);
        }
        let Some(hashed) = &self.hashed else {
            return Err(format!("`{}` has a hasher of its own; write it without `hash={hash}`", self.key));
        };
        self.empties = hashed(hash);
        let before = if self.parameters.is_empty() { "" } else { "," };
        self.parameters = format!("{}{before}hash={hash}", self.parameters);
        let before = if self.key.contains(':') { ',' } else { ':' };
        self.key = format!("{}{before}hash={hash}", self.key);
        Ok(self)
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

/// Bytes of memory, as a parameter gives them.
fn memory(text: &str) -> Result<u64, ParameterError> {
    text.parse::<Bytes>().map(|bytes| bytes.0).map_err(|error| ParameterError::value("memory", text, error.to_string()))
}

/// The text of the algorithm `key` with this memory limit: what a message tells to write.
pub(crate) fn with_memory(key: &str, limit: Bytes) -> String {
    let before = if key.contains(':') { ',' } else { ':' };
    format!("{key}{before}memory={limit}")
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
    use annulus_core::{Digest, NodeIndex, Refusal, SipHash};

    use super::*;
    use crate::modulo::Modulo;
    use crate::registry::Registry;

    #[test]
    fn an_algorithms_own_limit_goes_before_a_general_one() {
        let registry = Registry::builtin().with_algorithm(Algorithm::of("mine", Modulo).with_memory_limit(8));
        let limit = |text: &str| registry.resolve(text).unwrap().or_memory_limit(9).memory_limit();
        assert_eq!(["ring", "ring:memory=7", "mine", "mine:memory=7"].map(limit), [9, 7, 8, 7]);
    }

    #[test]
    fn what_a_message_tells_to_write_is_read_as_such() {
        assert_eq!(with_memory("ring", Bytes(5_000_000_000)), "ring:memory=5GB");
        assert_eq!(with_memory("ring:points=1000", Bytes(1 << 30)), "ring:points=1000,memory=1GiB");
    }

    #[test]
    fn any_algorithm_is_measured_under_a_hash_that_its_text_names() {
        let registry =
            Registry::builtin().with::<Modulo>("mine").with_algorithm(Algorithm::hashed("own", Modulo, SipHash::with_keys(1, 2)));
        let names: Vec<String> = (0..10).map(|node| format!("node-{node}")).collect();
        let owners = |text: &str| {
            let placement = registry.resolve(text).unwrap().build(&names).unwrap();
            let digests: Vec<Digest> = (0..100).map(Digest::of_id).collect();
            let mut owners = [NodeIndex::default(); 100];
            assert_eq!(placement.locate_batch(&digests, &mut owners), 100);
            owners.map(|owner| placement.ids()[owner.as_usize()])
        };
        for (text, key, parameters) in [
            ("ring:hash=xxh3", "ring:hash=xxh3", "points=160,hash=xxh3"),
            ("maglev:hash=xxh3,slots=5003", "maglev:slots=5003,hash=xxh3", "slots=5003,hash=xxh3"),
            ("mine:hash=xxh3", "mine:hash=xxh3", "hash=xxh3"),
            ("jump:hash=siphash", "jump", ""),
        ] {
            let algorithm = registry.resolve(text).unwrap();
            assert_eq!((algorithm.key(), algorithm.parameter_text()), (key, parameters));
        }
        assert_ne!(owners("ring"), owners("ring:hash=xxh3"), "points follow from the hash of names");
        assert_eq!(owners("mine"), owners("mine:hash=xxh3"), "a bucket follows from the digest alone");
        let refused = registry.resolve("own:hash=xxh3").unwrap_err();
        assert_eq!(refused, "`own` has a hasher of its own; write it without `hash=xxh3`");
    }

    #[test]
    fn a_limit_holds_for_what_is_built_and_for_what_is_built_again() {
        let names = ["a", "b"].map(str::to_owned);
        let ring = Registry::builtin().resolve("ring:memory=5kB").unwrap();
        // Two nodes of 160 points take four kilobytes, three more than five.
        let built = ring.build(&names).unwrap();
        for mut placement in [built.rebuilt().unwrap(), built] {
            let refused = placement.add(&[("c", 2)]).unwrap_err().reason;
            assert!(matches!(refused, Refusal::TooLarge { limit: 5_000, .. }), "{refused}");
        }
        let mut subject = ring.subject(None);
        subject.add(&[("a", Weight::ONE, 0), ("b", Weight::ONE, 1)]).unwrap();
        let refused = subject.fresh().unwrap().add(&[("c", Weight::ONE, 2)]).unwrap_err().reason;
        assert!(matches!(refused, Refusal::TooLarge { limit: 5_000, .. }), "{refused}");
        let hasher: SharedHasher = Arc::new(SipHash::new());
        assert!(ring.subject(Some(hasher)).add(&[("heavy", Weight::new(9).unwrap(), 0)]).is_err());
    }
}
