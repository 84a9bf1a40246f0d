//! The algorithms as a textbook has them: short, plain, slow. They are what target ratios are to, and oracles of the fast forms.
//!
//! Ring and table start from Annulus's own seeds, so that both forms give the same answers. Rendezvous hashes a node's name
//! together with the key, as most published code does, and is another mapping; its oracle draws for every node instead.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::hash::Hasher;

use annulus_clock::LookUp;
use annulus_core::{Digest, KeyHasher, SipHash, mix, mix64};
use siphasher::sip::SipHasher13;

use crate::cell::{Algorithm, Cell, POINTS, node_name};
use crate::jump_loop::jump_loop;
use crate::ours;
use crate::subject::{Applied, Change, Entry, Role, SINGLE, Subject};

/// The name in tables.
pub(crate) const TEXTBOOK: &str = "textbook";

/// `hash % N`: what consistent hashing replaces.
pub(crate) const MODULO: &str = "hash % N";

pub(crate) fn entries(algorithm: Algorithm) -> Vec<Entry> {
    let entry = |name, how, build| Entry { name, package: None, role: Role::Textbook, kinds: SINGLE, how, build };
    let textbook = match algorithm {
        Algorithm::Ring => {
            entry(TEXTBOOK, "`BTreeMap::range` over 160 points a node", |cell| Ok(Box::new(TreeRing::new(&ours::seeds(cell)))))
        }
        Algorithm::Jump => entry(TEXTBOOK, "the paper's loop in double precision", |cell| Ok(Box::new(JumpLoop(cell.nodes)))),
        Algorithm::Rendezvous => {
            entry(TEXTBOOK, "the greatest SipHash of name and key", |cell| Ok(Box::new(NamedScores::new(cell))))
        }
        Algorithm::WeightedRendezvous => entry(TEXTBOOK, "the least −ln(u)/w, u from the SipHash of name and key", |cell| {
            Ok(Box::new(WeightedScores::new(cell)))
        }),
        Algorithm::Maglev => entry(TEXTBOOK, "`Vec<usize>`, `digest % M`", |cell| {
            Ok(Box::new(SlotTable::new(&ours::seeds(cell), u64::from(cell.slots()))))
        }),
    };
    let modulo = entry(MODULO, "a division, and no consistency", |cell| Ok(Box::new(Modulo(u64::from(cell.nodes)))));
    vec![textbook, Entry { role: Role::Floor, ..modulo }]
}

/// The digest of a key that is text.
#[inline]
fn digest(key: &str) -> Digest {
    SipHash::new().digest(key.as_bytes())
}

/// The hash ring as a sorted map.
pub(crate) struct TreeRing {
    points: BTreeMap<u64, u32>,
    /// How many points each node has.
    sizes: BTreeMap<u32, u32>,
}

impl TreeRing {
    /// A ring of nodes 0, 1, 2, … with these seeds, 160 points each.
    pub(crate) fn new(seeds: &[u64]) -> Self {
        let mut ring = Self { points: BTreeMap::new(), sizes: BTreeMap::new() };
        for (node, &seed) in (0..).zip(seeds) {
            ring.resize(node, seed, POINTS);
        }
        ring
    }

    /// Gives a node this number of points: those it lacks are added, those it has beyond are removed. With none it leaves.
    pub(crate) fn resize(&mut self, node: u32, seed: u64, points: u32) {
        let before = if points == 0 { self.sizes.remove(&node) } else { self.sizes.insert(node, points) };
        for i in before.unwrap_or(0)..points {
            self.points.insert(mix(seed, u64::from(i)), node);
        }
        for i in points..before.unwrap_or(0) {
            self.points.remove(&mix(seed, u64::from(i)));
        }
    }
}

impl LookUp for TreeRing {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        let next = self.points.range(digest.bits()..).next().or_else(|| self.points.first_key_value());
        next.map_or(0, |(_, &node)| u64::from(node))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.owner(digest(key))
    }
}

impl Subject for TreeRing {
    fn apply(&mut self, change: Change) -> Applied {
        match change {
            Change::Add(node) => self.resize(node, ours::seed(node), POINTS),
            Change::Remove(node) => self.resize(node, ours::seed(node), 0),
        }
        Applied::InPlace
    }

    fn oracle(&self, digest: Digest) -> Option<u64> {
        Some(self.owner(digest))
    }
}

struct JumpLoop(u32);

impl LookUp for JumpLoop {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        u64::from(jump_loop(digest.bits(), self.0))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.owner(digest(key))
    }
}

impl Subject for JumpLoop {
    fn oracle(&self, digest: Digest) -> Option<u64> {
        Some(self.owner(digest))
    }
}

/// Annulus's draw of a digest for a node, by its definition; the greatest wins, and of equals the smaller seed.
#[expect(clippy::cast_possible_truncation, reason = "halves of words")]
fn draw(digest: Digest, seed: u64) -> u32 {
    let (digest, seed) = (mix64(digest.bits()), mix64(seed));
    let x = ((digest >> 32) as u32).wrapping_add((seed >> 32) as u32);
    (x ^ (x >> 15)).wrapping_mul(digest as u32 | 1).wrapping_add(seed as u32)
}

/// The hash of a node's name and a key.
#[inline]
fn score(name: &str, key: &[u8]) -> u64 {
    let mut hasher = SipHasher13::new();
    hasher.write(name.as_bytes());
    hasher.write(key);
    hasher.finish()
}

/// The nodes' names and, for the oracle, their seeds.
struct NamedScores {
    names: Vec<String>,
    seeds: Vec<u64>,
}

impl NamedScores {
    fn new(cell: Cell) -> Self {
        Self { names: cell.members().map(node_name).collect(), seeds: ours::seeds(cell) }
    }

    #[inline]
    fn greatest(&self, key: &[u8]) -> u64 {
        (0..).zip(&self.names).max_by_key(|(_, name)| score(name, key)).map_or(0, |(node, _)| node)
    }
}

impl LookUp for NamedScores {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.greatest(&digest.bits().to_le_bytes())
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.greatest(key.as_bytes())
    }
}

impl Subject for NamedScores {
    fn oracle(&self, digest: Digest) -> Option<u64> {
        (0..).zip(&self.seeds).max_by_key(|&(_, &seed)| (draw(digest, seed), Reverse(seed))).map(|(node, _)| node)
    }
}

/// Nodes with weights.
struct WeightedScores {
    nodes: Vec<(String, f64)>,
    seeds: Vec<u64>,
}

impl WeightedScores {
    fn new(cell: Cell) -> Self {
        let nodes = cell.members().map(|node| (node_name(node), f64::from(cell.weight(node)))).collect();
        Self { nodes, seeds: ours::seeds(cell) }
    }

    #[inline]
    fn least(&self, key: &[u8]) -> u64 {
        let cost = |(name, weight): &(String, f64)| -uniform(score(name, key)).ln() / weight;
        (0..).zip(&self.nodes).min_by(|(_, a), (_, b)| cost(a).total_cmp(&cost(b))).map_or(0, |(node, _)| node)
    }
}

/// A hash as a number strictly between 0 and 1.
#[inline]
#[expect(clippy::cast_precision_loss, reason = "53 bits fit a double")]
fn uniform(hash: u64) -> f64 {
    ((hash >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

impl LookUp for WeightedScores {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.least(&digest.bits().to_le_bytes())
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.least(key.as_bytes())
    }
}

impl Subject for WeightedScores {
    /// In double precision, which tells any two costs apart that differ by more than Annulus's own rounding, 2·10⁻⁸.
    fn oracle(&self, digest: Digest) -> Option<u64> {
        let cost = |weight: f64, seed: u64| {
            let distance = (f64::from(!draw(digest, seed)) + 0.5) / 4_294_967_296.0;
            -(-distance).ln_1p() / weight
        };
        let costs = (0..).zip(&self.nodes).zip(&self.seeds).map(|((node, (_, weight)), &seed)| (node, cost(*weight, seed)));
        costs.min_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(node, _)| node)
    }
}

/// Maglev's table as the paper's pseudocode fills it (Eisenbud et al., NSDI 2016), a remainder for each step.
pub(crate) struct SlotTable {
    owners: Vec<usize>,
}

impl SlotTable {
    /// Fills a table of `slots` slots, a prime number, for at least one and at most as many seeds.
    pub(crate) fn new(seeds: &[u64], slots: u64) -> Self {
        let mut order: Vec<usize> = (0..seeds.len()).collect();
        order.sort_by_key(|&node| seeds[node]);
        let walks: Vec<(u64, u64)> =
            seeds.iter().map(|&seed| (scale(mix(seed, 0), slots), scale(mix(seed, 1), slots - 1) + 1)).collect();
        let mut next = vec![0; seeds.len()];
        let mut owners = vec![usize::MAX; slot_position(slots)];
        let mut free = slots;
        while free > 0 {
            for &node in &order {
                let (offset, skip) = walks[node];
                let slot = loop {
                    let slot = slot_position((offset + next[node] * skip) % slots);
                    next[node] += 1;
                    if owners[slot] == usize::MAX {
                        break slot;
                    }
                };
                owners[slot] = node;
                free -= 1;
                if free == 0 {
                    break;
                }
            }
        }
        Self { owners }
    }
}

/// `word` scaled to `0..range` by its high bits.
fn scale(word: u64, range: u64) -> u64 {
    u64::try_from((u128::from(word) * u128::from(range)) >> 64).expect("the high half of a product")
}

/// A slot as a position in a table that is in memory.
#[inline]
fn slot_position(slot: u64) -> usize {
    usize::try_from(slot).expect("the table is in memory")
}

impl LookUp for SlotTable {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.owners[slot_position(digest.bits() % self.owners.len() as u64)] as u64
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.owner(digest(key))
    }
}

impl Subject for SlotTable {
    /// Annulus reads the same table, at the slot that the digest's high bits tell.
    fn oracle(&self, digest: Digest) -> Option<u64> {
        Some(self.owners[slot_position(scale(digest.bits(), self.owners.len() as u64))] as u64)
    }
}

struct Modulo(u64);

impl LookUp for Modulo {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        digest.bits() % self.0
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        digest(key).bits() % self.0
    }
}

impl Subject for Modulo {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_answer_with_nodes_that_are_there() {
        for algorithm in Algorithm::ALL {
            let cell = Cell::new(algorithm, 10);
            for entry in entries(algorithm) {
                let subject = (entry.build)(cell).unwrap();
                let answers: Vec<u64> = (0..2_000).map(|i| subject.owner(Digest::of_hash(mix(1, i)))).collect();
                for node in 0..10 {
                    assert!(answers.contains(&node), "{algorithm}: {} never answers {node}", entry.name);
                }
                assert!(answers.iter().all(|&node| node < 10));
            }
        }
    }
}
