//! Which algorithms there are, and which one a text names.

use annulus_core::Kernel;

use super::definition::Algorithm;

/// The algorithms that a program knows, in the order in which they are shown.
///
/// A researcher's own program is one line:
///
/// ```no_run
/// # use annulus_core::{DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties};
/// # #[derive(Clone, Default)] struct MyKernel;
/// # impl Kernel for MyKernel {
/// #     const PROPERTIES: Properties = Properties::new("mine", DependsOn::Set);
/// #     fn rebuild(&mut self, _: &Nodes) {}
/// #     fn lookup(&self, _: &Nodes, _: Digest) -> NodeIndex { NodeIndex::default() }
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
        match self.algorithms.iter_mut().find(|known| known.key() == algorithm.key()) {
            Some(known) => *known = algorithm,
            None => self.algorithms.push(algorithm),
        }
        self
    }

    /// The algorithm called `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Algorithm> {
        self.algorithms.iter().find(|algorithm| algorithm.key() == key)
    }

    /// The algorithm that `text` names, with parameters where it gives some, in the grammar of [`Spec`](annulus::Spec):
    /// `NAME`, `NAME:points=1000`, `NAME:hash=xxh3`.
    ///
    /// Every algorithm takes a memory limit, `NAME:points=1000,memory=2GB`. It changes no answer, so the key is without it. Of
    /// ours, the key is the shortest text that means the same: where 160 points are the default, that of `NAME:points=160` is
    /// `NAME`.
    ///
    /// # Errors
    /// One line that says which name, parameter or value is unknown, and which are known.
    pub fn resolve(&self, text: &str) -> Result<Algorithm, String> {
        let (key, rest) = text.split_once(':').map_or((text, None), |(key, rest)| (key, Some(rest)));
        let known = self.get(key).ok_or_else(|| {
            format!(
                "`{text}` names no algorithm; write one of {}, and parameters after a colon, as NAME:parameter=value",
                self.known()
            )
        })?;
        rest.map_or_else(|| Ok(known.clone()), |rest| known.configured_by(rest))
    }

    /// All algorithms.
    pub fn iter(&self) -> std::slice::Iter<'_, Algorithm> {
        self.algorithms.iter()
    }

    /// All keys, for messages: `one, other`.
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

#[cfg(test)]
mod tests {
    use annulus_core::DEFAULT_MEMORY_LIMIT;

    use super::*;
    use crate::algorithm::Law;
    use crate::known::Remainder;

    #[test]
    fn parameters_are_taken_by_name_and_anything_else_is_refused() {
        let registry = Registry::builtin();
        let algorithm = registry.resolve("ring:points=1000").unwrap();
        assert_eq!((algorithm.key(), algorithm.parameters()), ("ring:points=1000", "points=1000"));
        assert_eq!(algorithm.law(), Law::Arcs { points: 1_000 });
        assert_eq!(registry.resolve("jump").unwrap().key(), "jump");
        for (text, says) in [
            (
                "rign",
                "`rign` names no algorithm; write one of ring, jump, rendezvous, maglev, slots, modulo, and parameters after a colon, as \
                 NAME:parameter=value",
            ),
            ("slots:points=1", "`slots:points=1`: `slots` has no parameter `points`; write bits, cap, hash or memory"),
            ("jump:points=1", "`jump:points=1`: `jump` has no parameter `points`; write hash or memory"),
            ("ring:slots=7", "`ring:slots=7`: `ring` has no parameter `slots`; write points, hash or memory"),
            ("modulo:slots=7", "`modulo:slots=7`: `modulo` has no parameter `slots`; write hash or memory"),
            ("ring:points", "`ring:points`: `points` is no parameter; write name=value, as points=160"),
            ("ring:points=1,points=2", "`ring:points=1,points=2`: `points` is there twice; write it once"),
            (
                "ring:points=many",
                "`ring:points=many`: `points=many`: write a whole number, as points=160, or points=160/16000 for 160 points for each \
                 16000 units of weight",
            ),
            (
                "ring:memory=4gb",
                "`ring:memory=4gb`: `memory=4gb`: `4gb` is no size of memory; write a whole number with B, kB, MB, GB, TB, KiB, MiB or \
                 GiB, as 4GB",
            ),
            ("modulo:memory", "`modulo:memory`: `memory` is no parameter; write name=value, as points=160"),
            ("maglev:slots=65536", "`maglev:slots=65536`: `slots=65536`: 65536 slots is not a prime number; the next is 65537"),
        ] {
            assert_eq!(registry.resolve(text).unwrap_err(), says);
        }
    }

    #[test]
    fn every_algorithm_takes_a_memory_limit_which_is_no_part_of_its_key_or_parameters() {
        let registry = Registry::builtin().with::<Remainder>("mine");
        let told = |text: &str| {
            let algorithm = registry.resolve(text).unwrap();
            (algorithm.key().to_owned(), algorithm.parameters().to_owned(), algorithm.memory_limit())
        };
        for (text, key, parameters, limit) in [
            ("ring", "ring", "points=160", DEFAULT_MEMORY_LIMIT),
            ("ring:memory=4GB", "ring", "points=160", 4_000_000_000),
            ("ring:points=1000,memory=2GB", "ring:points=1000", "points=1000", 2_000_000_000),
            ("ring:memory=1GiB,points=160/16000", "ring:points=160/16000", "points=160/16000", 1 << 30),
            ("maglev:memory=7,slots=5003", "maglev:slots=5003", "slots=5003", 7),
            ("jump:memory=1GB", "jump", "", 1_000_000_000),
            ("modulo:memory=0", "modulo", "", 0),
            ("mine:memory=5kB", "mine", "", 5_000),
        ] {
            assert_eq!(told(text), (key.to_owned(), parameters.to_owned(), limit), "{text}");
        }
    }

    #[test]
    fn an_algorithm_of_the_same_name_takes_the_place_of_the_first() {
        let registry = Registry::builtin().with::<Remainder>("ring").with::<Remainder>("sixth");
        assert_eq!(registry.known(), "ring, jump, rendezvous, maglev, slots, modulo, sixth");
        assert_eq!(registry.get("ring").map(|algorithm| algorithm.properties().algorithm), Some("modulo"));
        assert!(registry.get("no-such").is_none());
    }

    #[test]
    fn a_kernel_that_promises_to_be_uniform_is_held_to_the_uniform_law() {
        let laws: Vec<Law> = Registry::builtin().iter().map(Algorithm::law).collect();
        let (maglev, slots) = (Law::Slots { slots: 65_537 }, Law::Dealt { slots: 65_536 });
        let expected = [Law::Arcs { points: 160 }, Law::Uniform, Law::Uniform, maglev, slots, Law::Uniform];
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
