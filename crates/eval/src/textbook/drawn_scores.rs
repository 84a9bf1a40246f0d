//! The highest draw wins, by the draws that our crate defines, one node after the other.

use annulus_core::{Digest, mix64};

/// The position of the node with the greatest draw; of equal draws, that of the smaller seed. 0 where there are none.
#[must_use]
pub fn drawn_scores(seeds: &[u64], digest: Digest) -> usize {
    let (a, b) = halves(mix64(digest.bits()));
    let draw = |seed: u64| {
        let (s, t) = halves(mix64(seed));
        let x = a.wrapping_add(s);
        (x ^ (x >> 15)).wrapping_mul(b | 1).wrapping_add(t)
    };
    (0..seeds.len()).max_by_key(|&node| (draw(seeds[node]), std::cmp::Reverse(seeds[node]))).unwrap_or(0)
}

/// The upper and the lower half of a word.
#[expect(clippy::cast_possible_truncation, reason = "the halves are what is wanted")]
fn halves(word: u64) -> (u32, u32) {
    ((word >> 32) as u32, word as u32)
}
