//! What the evaluation knows of each algorithm: a file for each, and one list.

mod entry;
mod examples;
mod jump;
mod look;
mod maglev;
mod modulo;
mod multi_probe;
mod published;
mod rendezvous;
mod ring;
mod search;
mod slots;

use annulus::{DEFAULT_MEMORY_LIMIT, Kernel, Spec, Visitor, catalogue};

use crate::algorithm::{Algorithm, Registry};
use entry::Known;

pub(crate) use examples::EXAMPLES;
pub(crate) use jump::SPREAD_PAPER;
pub(crate) use look::{Look, Marker};
pub(crate) use maglev::TABLES_PAPER;
pub use modulo::Remainder;
pub(crate) use modulo::{MOVES_FORMULA as REMAINDER_FORMULA, algorithm as baseline};
pub use multi_probe::MultiProbe;
pub(crate) use multi_probe::PROBES_PAPER;
pub(crate) use published::{Published, Table};
pub(crate) use ring::with_points as arcs_with_points;
pub(crate) use search::{Search, Weighing};

/// All that are built in. A new one is a file and a line here.
const ALL: [Known; 6] = [ring::KNOWN, jump::KNOWN, rendezvous::KNOWN, maglev::KNOWN, slots::KNOWN, modulo::KNOWN];

impl Registry {
    /// The algorithms of the Annulus crates with their default parameters, and `hash % N` as the baseline.
    #[must_use]
    pub fn builtin() -> Self {
        let ours = catalogue().into_iter().filter_map(|entry| entry.name.parse().ok()).map(|spec| of_spec(&spec));
        ours.chain([baseline()]).fold(Self::empty(), Self::with_algorithm)
    }
}

/// How an algorithm looks; `None` of one that is not built in.
pub(crate) fn look(name: &str) -> Option<Look> {
    ALL.iter().find(|known| known.name == name).map(|known| known.look)
}

/// The text of the algorithm `name` for nodes whose least weight is `least`.
pub(crate) fn of_least_weight(name: &str, least: u32) -> String {
    let known = ALL.iter().find(|known| known.name == name).and_then(|known| known.of_least_weight);
    known.map_or_else(|| name.to_owned(), |text| text(least))
}

/// How the parameters of the algorithm `name` are searched; nothing where it has none, or is not built in.
pub(crate) fn search(name: &str) -> Option<Search> {
    ALL.iter().find(|known| known.name == name).and_then(|known| known.search)
}

/// What the parameter of an algorithm is, in words: those of an axis or a caption.
pub(crate) fn parameter(name: &str) -> Option<&'static str> {
    ALL.iter().find(|known| known.name == name).and_then(|known| known.parameter)
}

/// Whether an algorithm is there to compare with alone.
pub(crate) fn is_baseline(name: &str) -> bool {
    ALL.iter().any(|known| known.name == name && known.is_baseline)
}

/// The algorithm that a text describes, in the grammar of [`Spec`].
fn of_text(text: &str) -> Result<Algorithm, String> {
    text.parse::<Spec>().map(|spec| of_spec(&spec)).map_err(|error| error.to_string())
}

/// The algorithm that a spec describes. Its key is the shortest text for it, without a memory limit.
fn of_spec(spec: &Spec) -> Algorithm {
    struct Described(String);
    impl Visitor for Described {
        type Output = Algorithm;
        fn visit<K: Kernel + Send + Sync + 'static>(self, kernel: K) -> Algorithm {
            let plain = Algorithm::of(&self.0, kernel.clone());
            ALL.iter().fold(plain, |algorithm, known| (known.describe)(algorithm, &kernel))
        }
    }
    let plain = spec.clone().with_hash(annulus::Hash::default()).with_memory_limit(DEFAULT_MEMORY_LIMIT);
    let algorithm = spec.visit(Described(plain.to_string())).with_grammar(of_text);
    let algorithm = match catalogue().into_iter().find(|entry| entry.name == spec.name()) {
        Some(entry) => algorithm.with_title(entry.title).with_reference(entry.reference),
        None => algorithm,
    };
    // Under `of`, it has no hasher of its own, so that nothing is refused.
    algorithm.clone().under(spec.hash()).unwrap_or(algorithm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_have_other_promises_under_a_cap() {
        let registry = Registry::builtin();
        let told = |text: &str| {
            let algorithm = registry.resolve(text).unwrap();
            (algorithm.key().to_owned(), algorithm.parameters().to_owned(), algorithm.properties().minimal_add)
        };
        assert_eq!(told("slots"), ("slots".into(), "bits=16".into(), true));
        assert_eq!(told("slots:bits=20"), ("slots:bits=20".into(), "bits=20".into(), true));
        assert_eq!(told("slots:cap=1.02"), ("slots:cap=1.02".into(), "bits=16,cap=1.02".into(), false));
    }

    #[test]
    fn parameters_are_told_as_the_kernel_writes_them() {
        let texts: Vec<String> = Registry::builtin().iter().map(|algorithm| algorithm.parameters().to_owned()).collect();
        assert_eq!(texts, ["points=160", "", "", "slots=65537", "bits=16", ""]);
        let of = |text: &str| of_spec(&text.parse().unwrap());
        let coarse = of("ring:points=160/16000");
        assert_eq!((coarse.key(), coarse.parameters()), ("ring:points=160/16000", "points=160/16000"));
        assert_eq!((of("ring:points=160/1").key(), of("ring:points=160/1").parameters()), ("ring", "points=160"));
    }
}
