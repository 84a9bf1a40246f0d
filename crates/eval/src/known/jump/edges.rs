//! Keys on which jump hash falls just beside an integer: a bit lost in its random word, or another rounding of its
//! quotient, moves them, and hardly any other key.

use rand::Rng;

use crate::keys::generated::{self, Purpose};
use crate::textbook::bucket_loop::bucket_loop;

/// The factor of jump hash's generator, whose step is `key · FACTOR + 1`, and its inverse modulo 2⁶⁴.
const FACTOR: u64 = 2_862_933_555_777_941_757;
const INVERSE: u64 = inverse(FACTOR);

/// The bits of the random word, which are the upper ones of the generator's state.
const WORD: u32 = 31;

/// The largest bucket from which, and to which, a jump is aimed.
const FROM: u64 = 64;
const TO: u64 = 256;

/// How many states are tried for one that comes from where it should: B² are enough for most.
const TRIES: u64 = 20_000;

/// Keys whose first or second jump, among `nodes` buckets, falls on an integer or just beside it.
pub(super) fn keys(nodes: u64) -> Vec<u64> {
    let mut rng = generated::generator(1, Purpose::Digests, 0);
    let mut found = Vec::new();
    for to in 2..=nodes.min(TO) {
        // The first jump is from bucket 0, whose quotient is that of the word alone.
        found.extend(words(1, to).map(|word| before(state(word, rng.next_u64()))));
        // From an odd multiple the quotient is rounded before it is multiplied: there forms differ.
        let froms = (3..=FROM.min(to - 1)).step_by(2).filter(|_| to.is_power_of_two() || to % 5 == 0);
        for from in froms {
            let mut low = || rng.next_u64();
            found.extend(words(from, to).filter_map(|word| from_bucket(from - 1, word, &mut low)));
        }
    }
    found
}

/// The words on both sides of the edge at which a jump from bucket `from − 1` reaches `to`.
fn words(from: u64, to: u64) -> impl Iterator<Item = u64> {
    // A jump lands at ⌊from · 2³¹ / (word + 1)⌋.
    let edge = (from << WORD) / to;
    [edge.saturating_sub(2), edge - 1, edge].into_iter().filter(|word| word >> WORD == 0)
}

/// The state with this word on top and random bits below.
fn state(word: u64, random: u64) -> u64 {
    let below = u64::BITS - WORD;
    word << below | random >> WORD
}

/// The state one step before.
fn before(state: u64) -> u64 {
    state.wrapping_sub(1).wrapping_mul(INVERSE)
}

/// A key whose first jump is to `bucket`, and whose second draws `word`.
fn from_bucket(bucket: u64, word: u64, random: &mut impl FnMut() -> u64) -> Option<u64> {
    let buckets = u32::try_from(bucket + 1).ok()?;
    let candidates = (0..TRIES).map(|_| before(before(state(word, random()))));
    // Among bucket + 1 buckets it ends there; in one jump, if its first word says so.
    candidates.into_iter().find(|&key| lands_at_once(key, bucket) && u64::from(bucket_loop(key, buckets)) == bucket)
}

/// Whether the first word alone leads to `bucket`.
fn lands_at_once(key: u64, bucket: u64) -> bool {
    let word = key.wrapping_mul(FACTOR).wrapping_add(1) >> (u64::BITS - WORD);
    (1 << WORD) / (word + 1) == bucket
}

/// The inverse of an odd number modulo 2⁶⁴, by Newton's iteration: each step doubles the bits that are right.
const fn inverse(odd: u64) -> u64 {
    let mut inverse = odd;
    let mut step = 0;
    while step < 5 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(inverse)));
        step += 1;
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_undone() {
        assert_eq!(FACTOR.wrapping_mul(INVERSE), 1);
        for word in [0, 1, 12_345, (1 << WORD) - 1] {
            let key = before(state(word, u64::MAX));
            assert_eq!(key.wrapping_mul(FACTOR).wrapping_add(1) >> 33, word);
        }
    }

    #[test]
    fn keys_are_found_for_every_size() {
        for (nodes, least) in [(1, 0), (2, 2), (10, 20), (100, 500)] {
            assert!(keys(nodes).len() >= least, "{nodes}: {}", keys(nodes).len());
        }
    }
}
