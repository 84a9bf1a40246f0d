//! Which algorithms there are, what each promises, and how to build one for measuring.

use std::fmt;

use annulus_core::{AddError, Cluster, Kernel, Properties, SipHash, Weight};
use annulus_jump::JumpKernel;
use annulus_maglev::MaglevKernel;
use annulus_rendezvous::RendezvousKernel;
use annulus_ring::RingKernel;

use crate::modulo::Modulo;
use crate::placement::{NodeId, Placement};

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
        let ring = RingKernel::default();
        let points = ring.points(Weight::ONE);
        let maglev = MaglevKernel::default();
        Self::empty()
            .with_algorithm(
                Algorithm::of("ring", ring)
                    .title("Hash ring with virtual nodes")
                    .parameters(format!("points={points}"))
                    .law(Law::Ring { points })
                    .reference("Karger et al. 1997, https://doi.org/10.1145/258533.258660"),
            )
            .with_algorithm(
                Algorithm::of("jump", JumpKernel::new())
                    .title("Jump consistent hash")
                    .moving(Moves::SwapLast)
                    .reference("Lamping and Veach 2014, https://doi.org/10.48550/arXiv.1406.2294"),
            )
            .with_algorithm(
                Algorithm::of("rendezvous", RendezvousKernel::default())
                    .title("Rendezvous hashing (highest random weight)")
                    .reference("Thaler and Ravishankar 1998, https://doi.org/10.1109/90.663936"),
            )
            .with_algorithm(
                Algorithm::of("maglev", maglev.clone())
                    .title("Maglev hashing")
                    .parameters(format!("slots={}", maglev.slots()))
                    .law(Law::Slots { slots: u64::from(maglev.slots()) })
                    .reference(
                        "Eisenbud et al. 2016, https://www.usenix.org/conference/nsdi16/technical-sessions/presentation/eisenbud",
                    ),
            )
            .with_algorithm(Algorithm::of("modulo", Modulo).title("hash % N, the baseline").moving(Moves::Modulo))
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

/// An algorithm with one set of parameters.
pub struct Algorithm {
    key: String,
    title: String,
    parameters: String,
    reference: String,
    properties: Properties,
    law: Law,
    moves: Moves,
    empty: Box<dyn Fn() -> Box<dyn Placement> + Send + Sync>,
}

impl Algorithm {
    /// The algorithm of `kernel`, called `key`.
    ///
    /// Its law is [`Law::Uniform`] where the kernel promises to be uniform, and [`Law::Unknown`] otherwise.
    #[must_use]
    pub fn of<K: Kernel + Send + Sync + 'static>(key: &str, kernel: K) -> Self {
        Self {
            key: key.to_owned(),
            title: K::PROPERTIES.algorithm.to_owned(),
            parameters: String::new(),
            reference: String::new(),
            properties: K::PROPERTIES,
            law: if K::PROPERTIES.uniform { Law::Uniform } else { Law::Unknown },
            moves: Moves::default(),
            empty: Box::new(move || Box::new(Cluster::<K, NodeId, SipHash>::with_kernel(kernel.clone()))),
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

    /// A placement of no nodes.
    #[must_use]
    pub fn empty(&self) -> Box<dyn Placement> {
        (self.empty)()
    }

    /// A placement of nodes of these names; a node's id is its position.
    ///
    /// # Errors
    /// The first that is refused, and why.
    pub fn build(&self, names: &[String]) -> Result<Box<dyn Placement>, AddError> {
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
