//! What is checked and changed: digests, short strings and nodes, the same for everybody. The clock draws keys of its own.

use annulus_core::Digest;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::subject::KEY_BYTES;

/// What a stream of keys is for, so that no two uses see the same ones.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// The order of turns.
    Order,
    /// Look-ups whose answers are checked.
    Checking,
    /// Nodes that are to leave.
    Leaving,
}

/// The generator for a purpose: the same numbers everywhere and always.
pub(crate) fn generator(seed: u64, purpose: Purpose) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(match purpose {
        Purpose::Order => 0,
        Purpose::Checking => 1,
        Purpose::Leaving => 2,
    });
    rng
}

/// A random number below `bound`.
pub(crate) fn below(rng: &mut ChaCha8Rng, bound: usize) -> usize {
    let scaled = (u128::from(rng.next_u64()) * bound as u128) >> 64;
    usize::try_from(scaled).expect("below the bound")
}

/// Shuffles `items`.
pub(crate) fn shuffle<T>(rng: &mut ChaCha8Rng, items: &mut [T]) {
    for last in (1..items.len()).rev() {
        items.swap(last, below(rng, last + 1));
    }
}

/// Look-ups: digests and, spelt in 16 hexadecimal digits each, text.
#[derive(Default)]
pub(crate) struct Chunk {
    digests: Vec<Digest>,
    text: Vec<u8>,
}

impl Chunk {
    /// `length` fresh digests.
    pub(crate) fn digests(&mut self, length: usize, rng: &mut ChaCha8Rng) -> &[Digest] {
        self.digests.clear();
        self.digests.extend((0..length).map(|_| Digest::of_hash(rng.next_u64())));
        &self.digests
    }

    /// `length` fresh strings.
    pub(crate) fn keys(&mut self, length: usize, rng: &mut ChaCha8Rng) -> Vec<&str> {
        let bytes = usize::from(KEY_BYTES);
        self.text.resize(length * bytes, 0);
        for key in self.text.chunks_exact_mut(bytes) {
            hex::encode_to_slice(rng.next_u64().to_be_bytes(), key).expect("8 bytes are 16 digits");
        }
        let keys = self.text.chunks_exact(bytes);
        keys.map(|key| str::from_utf8(key).expect("digits are ASCII")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_the_same_for_everybody_and_fresh_in_every_chunk() {
        let (mut one, mut other) = (generator(1, Purpose::Checking), generator(1, Purpose::Checking));
        let (mut chunk, mut again) = (Chunk::default(), Chunk::default());
        let first = chunk.keys(100, &mut one).join(" ");
        assert_eq!(first, again.keys(100, &mut other).join(" "));
        assert_ne!(first, again.keys(100, &mut other).join(" "));
        assert_eq!(first.len(), 100 * 17 - 1);
        assert_ne!(chunk.digests(10, &mut one), again.digests(10, &mut generator(1, Purpose::Leaving)));
    }

    #[test]
    fn shuffling_keeps_everybody() {
        let mut items: Vec<u32> = (0..50).collect();
        shuffle(&mut generator(1, Purpose::Order), &mut items);
        assert_ne!(items, (0..50).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..50).collect::<Vec<_>>());
    }
}
