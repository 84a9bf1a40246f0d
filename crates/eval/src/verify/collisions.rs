//! Ties: a hasher cut to sixteen bits, so that what looks at half a word sees pairs of nodes as one.
//!
//! Counts of keys are blind to a circle of 32-bit points that drops one of two equal ones: up to a hundred nodes none are
//! equal. Here they are made so. All 64 bits together stay distinct, so that an algorithm that uses them has no tie.

use std::sync::{Arc, LazyLock};

use annulus_core::{Cluster, DependsOn, Digest, HashFn, KeyHasher, SipHash, mix, mix64};

use crate::algorithm::{Algorithm, SharedHasher, Subject};
use crate::known::Remainder;
use crate::stats::StatsError;

use super::cell::{Cell, compare, differing, differing_shares, equal};
use super::count::index;
use super::figure::Sheet;
use super::gate::Gate;
use super::order::arrivals;
use super::shares;

/// Three ways to cut, each by arrival, departures and shares, on keys aimed at the nodes' own numbers.
pub(super) struct Collisions;

/// Which word of a node has few bits in one half.
#[derive(Clone, Copy, Debug)]
enum Cut {
    UpperSeed,
    LowerSeed,
    UpperPoint,
}

/// How many members leave, each alone.
const DEPARTURES: usize = 8;

/// Random digests beside the aimed ones.
const DIGESTS: usize = 10_000;

impl Gate for Collisions {
    fn name(&self) -> &'static str {
        "collisions"
    }

    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64> {
        (nodes > 1 && algorithm.properties().depends_on != DependsOn::History).then_some(0)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        // Every cut makes pairs whatever the names, and nothing here is random: one seed is enough.
        if cell.repetition > 0 {
            return Ok(());
        }
        for cut in [Cut::UpperSeed, Cut::LowerSeed, Cut::UpperPoint] {
            match equal(cell.algorithm, Some(cut.hasher(cell.nodes)), &cell.names) {
                Ok(subject) => cut.judge(cell, &*subject, sheet),
                Err(refusal) => sheet.refused(cell.told(&refusal)),
            }
        }
        Ok(())
    }
}

impl Cut {
    /// A hasher whose nodes' seeds, or first points, have one half of sixteen bits, each value shared by two nodes or so.
    fn hasher(self, nodes: u64) -> SharedHasher {
        let values = nodes.div_ceil(2);
        let plain = SipHash::new();
        Arc::new(HashFn(move |name: &[u8]| {
            let hash = plain.hash(name);
            let cut = mix(hash % values, 0) >> 48;
            let rest = mix64(hash) & 0xffff_ffff;
            WORDS.hash_for(match self {
                Self::UpperSeed => cut << 48 | rest,
                Self::LowerSeed => rest << 32 | cut,
                Self::UpperPoint => WORDS.seed_for(cut << 48 | rest),
            })
        }))
    }

    fn judge(self, cell: &Cell<'_>, subject: &dyn Subject, sheet: &mut Sheet) {
        let digests = aimed(subject, cell.some_digests(DIGESTS));
        let owners = subject.owners(&digests);
        let ids = cell.names.len();
        shares::are_shares(subject, sheet);
        if cell.algorithm.properties().depends_on == DependsOn::Set {
            let order: Vec<usize> = (0..ids).rev().collect();
            let mut other = cell.algorithm.subject(Some(self.hasher(cell.nodes)));
            let refused = other.add(&arrivals(&cell.names, &order)).is_err();
            sheet.none(format!("{self:?}: orders of arrival refused"), u64::from(refused), "set");
            sheet.none(format!("{self:?}: answers that depend on arrival"), differing(&owners, &*other, &digests), "set");
            sheet.none(format!("{self:?}: shares that depend on arrival"), differing_shares(subject, &*other), "set");
        }
        for victim in (0..ids).rev().step_by(ids.div_ceil(DEPARTURES)) {
            let mut after = subject.boxed_clone();
            after.remove(&cell.names[victim]);
            let moves = compare(&owners, &*after, &digests, ids, |from, _| index(from) == victim);
            sheet.none(format!("{self:?}: keys of nobody"), moves.nobody, "dead node's share");
            if cell.algorithm.properties().minimal_remove_any {
                sheet.none(format!("{self:?}: keys moved needlessly"), moves.needless, "minimal");
            }
            let unlike = after.fresh().map_or(u64::MAX, |fresh| differing(&after.owners(&digests), &*fresh, &digests));
            sheet.none(format!("{self:?}: answers unlike a fresh build's"), unlike, "fresh build");
        }
    }
}

/// Digests at the nodes' seeds and first points, beside them, and with their lower half empty and full.
fn aimed(subject: &dyn Subject, random: &[Digest]) -> Vec<Digest> {
    const LOWER: u64 = 0xffff_ffff;
    let around = |word: u64| [word.wrapping_sub(1), word, word.wrapping_add(1), word & !LOWER, word | LOWER];
    let words = subject.seeds().into_iter().flat_map(|seed| [seed, mix(seed, 0), mix(seed, 1)]);
    words.flat_map(around).map(Digest::of_hash).chain(random.iter().copied()).collect()
}

/// What turns a wanted seed into the hash of a name that leads to it.
struct Words {
    /// What a cluster mixes into the hash of a name.
    domain: u64,
    /// The step between the numbers of a stream.
    step: u64,
}

/// Found out from a cluster and a stream, not written down again.
static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut cluster = Cluster::<Remainder, (), _>::with(Remainder, HashFn(|_: &[u8]| 0));
    // One node of weight one is never refused; and a wrong domain only makes other seeds.
    let _ = cluster.add_consumer("", ());
    Words { domain: unmix64(cluster.roster().nodes().seeds().first().copied().unwrap_or(0)), step: unmix64(mix(0, 0)) }
});

impl Words {
    /// The hash of a name that leads to this seed.
    fn hash_for(&self, seed: u64) -> u64 {
        unmix64(seed) ^ self.domain
    }

    /// The seed of which this is the first point.
    fn seed_for(&self, point: u64) -> u64 {
        unmix64(point).wrapping_sub(self.step)
    }
}

/// The inverse of [`mix64`]: its steps backwards, its factors inverted among words of 64 bits.
fn unmix64(word: u64) -> u64 {
    let word = unshift(word, 31).wrapping_mul(0x3196_42b2_d24d_8ec3);
    let word = unshift(word, 27).wrapping_mul(0x96de_1b17_3f11_9089);
    unshift(word, 30)
}

/// The inverse of `word ^ (word >> by)`, for `by` of 22 and more.
fn unshift(word: u64, by: u32) -> u64 {
    word ^ (word >> by) ^ (word >> (2 * by))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixing_is_undone() {
        for word in (0..10_000).map(|i| mix(1, i)).chain([0, 1, u64::MAX]) {
            assert_eq!(unmix64(mix64(word)), word);
            assert_eq!(mix64(unmix64(word)), word);
        }
    }

    #[test]
    fn cut_hashers_make_pairs_in_one_half_and_none_in_the_whole() {
        let names = crate::keys::generated::node_names(1, 0, 100);
        let registry = crate::Registry::builtin();
        let distinct = |words: Vec<u64>| words.into_iter().collect::<std::collections::HashSet<_>>().len();
        for cut in [Cut::UpperSeed, Cut::LowerSeed, Cut::UpperPoint] {
            let subject = equal(registry.get("jump").unwrap(), Some(cut.hasher(100)), &names).unwrap();
            let seeds = subject.seeds();
            let halves: Vec<u64> = match cut {
                Cut::UpperSeed => seeds.iter().map(|seed| seed >> 32).collect(),
                Cut::LowerSeed => seeds.iter().map(|seed| seed & 0xffff_ffff).collect(),
                Cut::UpperPoint => seeds.iter().map(|&seed| mix(seed, 0) >> 32).collect(),
            };
            assert_eq!(distinct(seeds), 100);
            assert!(distinct(halves) <= 50, "{cut:?}");
        }
    }
}
