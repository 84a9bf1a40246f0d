//! Names, keys, digests and choices made from a seed by a value-stable generator: the same on every machine and release.

use annulus_core::{Digest, mix};
use rand::distr::Distribution;
use rand::distr::weighted::{self, WeightedIndex};
use rand::seq::{SliceRandom, index};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::stats::float;

/// What random numbers are for. Each purpose draws from a stream of its own, so that a longer list of one changes no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Names of nodes.
    Names = 1,
    /// Digests that stand for keys.
    Digests = 2,
    /// Keys as text.
    Strings = 3,
    /// Which nodes are removed.
    Victims = 4,
    /// The order in which things are timed, and what each timed chunk asks for.
    Timing = 5,
    /// Another order of arrival.
    Order = 6,
    /// Which keys are asked for.
    Requests = 7,
    /// Placements that put each key anywhere.
    Ideal = 8,
    /// Who leaves in a long history of changes.
    History = 9,
}

/// The generator of `purpose` under `seed`, for the given repetition.
#[must_use]
pub fn generator(seed: u64, purpose: Purpose, repetition: u32) -> ChaCha8Rng {
    let stream = (u64::from(repetition) << 8) | (purpose as u64);
    ChaCha8Rng::seed_from_u64(mix(seed, stream))
}

/// `count` random 64-bit digests.
#[must_use]
pub fn digests(seed: u64, repetition: u32, count: usize) -> Vec<Digest> {
    all_digests(seed, repetition).take(count).collect()
}

/// The same without end, for those who do not hold them.
pub fn all_digests(seed: u64, repetition: u32) -> impl Iterator<Item = Digest> {
    let mut rng = generator(seed, Purpose::Digests, repetition);
    std::iter::repeat_with(move || Digest::of_hash(rng.next_u64()))
}

/// `count` random node names, distinct, each `node-` and sixteen hexadecimal digits.
#[must_use]
pub fn node_names(seed: u64, repetition: u32, count: usize) -> Vec<String> {
    distinct(generator(seed, Purpose::Names, repetition), count, |word| format!("node-{word:016x}"))
}

/// `count` random keys, distinct, of 16 hexadecimal digits each.
#[must_use]
pub fn strings(seed: u64, repetition: u32, count: usize) -> Vec<String> {
    distinct(generator(seed, Purpose::Strings, repetition), count, |word| format!("{word:016x}"))
}

fn distinct(mut rng: ChaCha8Rng, count: usize, spell: impl Fn(u64) -> String) -> Vec<String> {
    let mut seen = std::collections::HashSet::with_capacity(count);
    let mut words = Vec::with_capacity(count);
    while words.len() < count {
        let word = rng.next_u64();
        if seen.insert(word) {
            words.push(spell(word));
        }
    }
    words
}

/// How often each of `keys` keys is asked for in that many requests, whose popularity falls with the rank as rank^−exponent.
///
/// # Errors
/// An exponent with which nothing can be drawn.
pub fn requests(seed: u64, repetition: u32, keys: usize, requests: u64, exponent: f64) -> Result<Vec<u64>, weighted::Error> {
    let ranks = WeightedIndex::new((1..=keys).map(|rank| float(rank).powf(-exponent)))?;
    let mut rng = generator(seed, Purpose::Requests, repetition);
    let mut asked = vec![0; keys];
    (0..requests).for_each(|_| asked[ranks.sample(&mut rng)] += 1);
    Ok(asked)
}

/// `count` distinct positions below `length`, or all of them where there are fewer, in random order.
#[must_use]
pub fn victims(seed: u64, repetition: u32, length: usize, count: usize) -> Vec<usize> {
    let mut rng = generator(seed, Purpose::Victims, repetition);
    let mut chosen = index::sample(&mut rng, length, count.min(length)).into_vec();
    chosen.shuffle(&mut rng);
    chosen
}

/// The positions below `length` in another, random order.
#[must_use]
pub fn another_order(seed: u64, repetition: u32, length: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..length).collect();
    order.shuffle(&mut generator(seed, Purpose::Order, repetition));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_and_repetitions_draw_from_streams_of_their_own() {
        let purposes = [Purpose::Names, Purpose::Digests, Purpose::Strings, Purpose::Victims, Purpose::Timing];
        let mut first: Vec<u64> = purposes
            .into_iter()
            .flat_map(|purpose| (0..3).map(move |repetition| generator(7, purpose, repetition).next_u64()))
            .collect();
        first.sort_unstable();
        first.dedup();
        assert_eq!(first.len(), 15);
    }

    #[test]
    fn a_longer_list_begins_with_the_shorter() {
        assert_eq!(node_names(1, 0, 1000)[..10], node_names(1, 0, 10));
        assert_eq!(digests(1, 0, 1000)[..10], digests(1, 0, 10));
    }

    /// Written down from the first run: a change of the generator would silently change every recorded figure.
    #[test]
    fn values_are_stable() {
        assert_eq!(Digest::bits_of(&digests(1, 0, 2)), VALUES);
        assert_eq!(node_names(1, 0, 1), ["node-ad21da65dbaed6f1"]);
        assert_eq!(victims(1, 0, 1000, 3), [157, 17, 372]);
    }
    const VALUES: [u64; 2] = [952_153_160_531_421_734, 11_198_082_368_278_369_554];

    #[test]
    fn victims_are_distinct_and_never_too_many() {
        let mut all = victims(3, 0, 10, 99);
        all.sort_unstable();
        assert_eq!(all, (0..10).collect::<Vec<_>>());
        assert!(victims(3, 0, 0, 5).is_empty());
    }
}
