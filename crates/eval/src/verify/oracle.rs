//! Plain forms of known algorithms, answer for answer.

use std::fmt;

use annulus_core::Digest;

use crate::error::Error;
use crate::registry::Algorithm;
use crate::textbook::drawn_scores::drawn_scores;
use crate::textbook::jump_loop::jump_loop;
use crate::textbook::slot_table::SlotTable;
use crate::textbook::tree_ring::TreeRing;

use super::boundaries;
use super::cell::{Cell, index, length};
use super::figure::Sheet;
use super::{Gate, cell};
use crate::keys::generated;

/// From a digest to a position among the members.
pub type Answers = Box<dyn Fn(Digest) -> usize + Send + Sync>;

type Build = Box<dyn Fn(&[u64]) -> Answers + Send + Sync>;
type Probes = Box<dyn Fn(u64) -> Vec<Digest> + Send + Sync>;

/// What an algorithm must answer: a plain form of it over the members' seeds, digests on which faults show, and answers
/// that others have published.
///
/// ```
/// use annulus_eval::Algorithm;
/// use annulus_eval::modulo::Modulo;
/// use annulus_eval::verify::Oracle;
///
/// let oracle = Oracle::new("remainder", |seeds| {
///     let nodes = seeds.len() as u64;
///     Box::new(move |digest| (digest.bits() % nodes) as usize)
/// });
/// let modulo = Algorithm::of("modulo", Modulo).oracle(oracle.vectors(&[(17, 10, 7)]));
/// # assert_eq!(modulo.key(), "modulo");
/// ```
pub struct Oracle {
    name: &'static str,
    build: Build,
    probes: Probes,
    vectors: &'static [(u64, u64, u64)],
}

impl Oracle {
    /// A plain form: from the members' seeds in index order to a function from digests to indices. It is asked only where
    /// there are members.
    #[must_use]
    pub fn new(name: &'static str, build: impl Fn(&[u64]) -> Answers + Send + Sync + 'static) -> Self {
        Self { name, build: Box::new(build), probes: Box::new(|_| Vec::new()), vectors: &[] }
    }

    /// Digests on which faults show, for a number of members; random ones are asked for anyway.
    #[must_use]
    pub fn probing(mut self, probes: impl Fn(u64) -> Vec<Digest> + Send + Sync + 'static) -> Self {
        self.probes = Box::new(probes);
        self
    }

    /// Published answers: bits of a digest, number of members, index.
    #[must_use]
    pub fn vectors(mut self, vectors: &'static [(u64, u64, u64)]) -> Self {
        self.vectors = vectors;
        self
    }

    /// The ring of so many points a node, as a sorted map.
    #[must_use]
    pub fn ring(points: u64) -> Self {
        Self::new("sorted map", move |seeds| {
            let ring = TreeRing::new(seeds, points);
            Box::new(move |digest| index(ring.lookup(digest)))
        })
    }

    /// Jump hash as the paper prints it, with keys at the edges of its integers, and published answers.
    #[must_use]
    pub fn jump() -> Self {
        Self::new("the paper's loop", |seeds| {
            let buckets = u32::try_from(seeds.len()).unwrap_or(u32::MAX);
            Box::new(move |digest| index(jump_loop(digest.bits(), buckets)))
        })
        .probing(|nodes| boundaries::jump(nodes).into_iter().map(Digest::of_hash).collect())
        .vectors(&JUMP_VECTORS)
    }

    /// Rendezvous hashing, one draw after the other.
    #[must_use]
    pub fn rendezvous() -> Self {
        Self::new("greatest draw", |seeds| {
            let seeds = seeds.to_vec();
            Box::new(move |digest| drawn_scores(&seeds, digest))
        })
    }

    /// Maglev's table of so many slots as the paper's pseudocode fills it, every slot of it asked for.
    #[must_use]
    pub fn maglev(slots: u64) -> Self {
        Self::new("the paper's table", move |seeds| {
            let table = SlotTable::new(seeds, slots);
            // The slot is the digest scaled to the table by its high bits.
            let slot = move |digest: Digest| usize::try_from((u128::from(digest.bits()) * u128::from(slots)) >> 64).unwrap_or(0);
            Box::new(move |digest| table.owners()[slot(digest)])
        })
        .probing(move |_| (0..slots).map(|slot| first_digest(slot, slots)).collect())
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }
}

impl fmt::Debug for Oracle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oracle").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Published answers on which the quotient's exact form (the second of each pair of comments) differs from the paper's.
const JUMP_VECTORS: [(u64, u64, u64); 8] = [
    (0xceb1_3748_0c7f_7142, 64, 63),   // not 48
    (0x940b_15cc_5e07_a7f8, 64, 63),   // not 48
    (0x24ce_9cb0_08f6_53ef, 128, 127), // not 97
    (0xbc6f_2c0a_2edd_798a, 128, 127), // not 102
    (0, 100, 0),
    (1, 100, 55),
    (2, 100, 62),
    (5_208_417_278_016_242_273, 2048, 2047),
];

/// The least digest that falls on `slot`.
fn first_digest(slot: u64, slots: u64) -> Digest {
    Digest::of_hash(u64::try_from((u128::from(slot) << 64).div_ceil(u128::from(slots.max(1)))).unwrap_or(u64::MAX))
}

/// The algorithm against its oracle.
///
/// Ten million random keys are blind to a lost bit of jump's random word, and to an exact quotient in it: both change one
/// answer in 2³⁰ or so. Keys at the edges of integers see them.
pub(super) struct AgainstOracle;

impl Gate for AgainstOracle {
    fn name(&self) -> &'static str {
        "oracle"
    }

    fn random_figures(&self, algorithm: &Algorithm, _: u64) -> Option<u64> {
        algorithm.known_answers().map(|_| 0)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), Error> {
        const DIGESTS: usize = 20_000;
        let Some(oracle) = cell.algorithm.known_answers() else { return Ok(()) };
        let answers = (oracle.build)(&cell.subject.seeds());
        let ids = cell.subject.ids();
        let wrong = |digests: &[Digest]| {
            let owners = cell.subject.owners(digests);
            let right = |(&digest, owner): (&Digest, &u32)| ids.get(answers(digest)) == Some(owner);
            length(digests.iter().zip(&owners).filter(|&pair| !right(pair)).count())
        };
        sheet.none("other answers on random digests", wrong(cell.some_digests(DIGESTS)), oracle.name);
        let ends = [0, 1, u64::MAX - 1, u64::MAX].map(Digest::of_hash);
        sheet.none("other answers on the ends of the range", wrong(&ends), oracle.name);
        let probes = (oracle.probes)(cell.nodes);
        sheet.none("other answers on digests at edges", wrong(&probes), oracle.name);
        if cell.repetition == 0 {
            published(cell, oracle, sheet);
        }
        Ok(())
    }
}

/// Judges the published answers for this number of nodes or, once, at the smallest size, for all numbers.
fn published(cell: &Cell<'_>, oracle: &Oracle, sheet: &mut Sheet) {
    if cell.plan.nodes.iter().min() != Some(&cell.nodes) || oracle.vectors.is_empty() {
        return;
    }
    let mut wrong = 0;
    for &(bits, nodes, expected) in oracle.vectors {
        let names = generated::node_names(cell.plan.seed, 0, cell::position(nodes));
        let answer = cell::equal(cell.algorithm, None, &names).map(|subject| subject.owners(&[Digest::of_hash(bits)]));
        // Ids are positions, and nobody was removed: they are indices.
        wrong += u64::from(answer.ok().and_then(|owners| owners.first().map(|&id| u64::from(id))) != Some(expected));
    }
    sheet.none("other answers than published", wrong, "golden vectors");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_has_its_first_digest() {
        for slots in [1, 7, 65_537] {
            let slot = |digest: u64| (u128::from(digest) * u128::from(slots)) >> 64;
            for wanted in 0..slots {
                let digest = first_digest(wanted, slots).bits();
                assert_eq!(slot(digest), u128::from(wanted));
                assert!(digest == 0 || slot(digest - 1) + 1 == u128::from(wanted));
            }
        }
    }

    #[test]
    fn the_papers_loop_gives_the_published_answers() {
        for (digest, nodes, bucket) in JUMP_VECTORS {
            assert_eq!(u64::from(jump_loop(digest, u32::try_from(nodes).unwrap())), bucket, "{digest:#x}");
        }
    }
}
