//! The digests and keys of a chunk: fresh ones for every chunk, so that no branch is remembered.

use annulus_core::{Digest, NodeIndex};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::kind::Kind;
use crate::look_up::{Request, Timed};

/// What a generator is for, so that no two uses draw the same numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// The order of turns.
    Order,
    /// Warming and calibrating.
    Warming,
    /// Timed look-ups of a round.
    Timing { sitting: u32, round: u32 },
    /// Look-ups that find the caches cold.
    Cold { sitting: u32, round: u32 },
    /// Look-ups whose answers are checked: they depend on the seed alone.
    Checking { sitting: u32 },
}

/// The generator for a purpose: the same numbers everywhere and always.
pub(crate) fn generator(seed: u64, purpose: Purpose) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let of_round = |part: u64, sitting: u32, round: u32| part << 60 | u64::from(sitting) << 24 | u64::from(round);
    rng.set_stream(match purpose {
        Purpose::Order => 0,
        Purpose::Warming => 1,
        Purpose::Timing { sitting, round } => of_round(1, sitting, round),
        Purpose::Cold { sitting, round } => of_round(2, sitting, round),
        Purpose::Checking { sitting } => of_round(3, sitting, 0),
    });
    rng
}

/// Room for the inputs and the answers of a chunk.
#[derive(Debug, Default)]
pub(crate) struct Input {
    digests: Vec<Digest>,
    text: Vec<u8>,
    owners: Vec<NodeIndex>,
}

impl Input {
    /// Draws `look_ups` inputs of a kind.
    pub(crate) fn refill(&mut self, kind: Kind, look_ups: usize, rng: &mut ChaCha8Rng) {
        match kind.key_bytes() {
            None => {
                self.digests.clear();
                self.digests.extend((0..look_ups).map(|_| Digest::of_hash(rng.next_u64())));
                self.owners.resize(look_ups, NodeIndex::default());
            }
            Some(bytes) => {
                self.text.resize(look_ups * usize::from(bytes), 0);
                // Each word spells sixteen digits; a key of eight bytes has half of a word.
                for digits in self.text.chunks_mut(16) {
                    let word = rng.next_u64();
                    for (at, digit) in (0_u32..).zip(digits) {
                        *digit = b"0123456789abcdef"[usize::try_from(word >> (4 * at) & 15).unwrap_or(0)];
                    }
                }
            }
        }
    }

    /// Hands what was drawn to `with` as a request of this kind. What is done here is not timed.
    pub(crate) fn request<T>(&mut self, kind: Kind, with: impl FnOnce(Request<'_>) -> T) -> T {
        match kind {
            Kind::DigestLatency => with(Request::ChaseDigests(&self.digests)),
            Kind::DigestThroughput => with(Request::StreamDigests(&self.digests)),
            Kind::Batch => with(Request::Batch(&self.digests, &mut self.owners)),
            Kind::ShortBatch => with(Request::ShortBatches(&self.digests, &mut self.owners)),
            Kind::FirstThree => with(Request::FirstThree(&self.digests)),
            Kind::KeyLatency(bytes) | Kind::KeyThroughput(bytes) => {
                let keys = self.text.chunks_exact(usize::from(bytes)).map(|key| str::from_utf8(key).unwrap_or_default());
                let keys: Vec<&str> = keys.collect();
                if kind.is_latency() { with(Request::ChaseKeys(&keys)) } else { with(Request::StreamKeys(&keys)) }
            }
        }
    }

    /// Whether the subject answers what was drawn in this way as it does in the other, and the sum of the answers.
    pub(crate) fn check(&mut self, subject: &dyn Timed, kind: Kind) -> (bool, u64) {
        let sum = self.request(kind, |request| subject.ask(request));
        (sum == self.request(kind, |request| subject.expected(request)), sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purpose_has_numbers_of_its_own() {
        let purposes = [
            Purpose::Order,
            Purpose::Warming,
            Purpose::Timing { sitting: 0, round: 1 },
            Purpose::Timing { sitting: 1, round: 0 },
            Purpose::Cold { sitting: 0, round: 1 },
            Purpose::Checking { sitting: 1 },
        ];
        let mut first: Vec<u64> = purposes.iter().map(|&purpose| generator(1, purpose).next_u64()).collect();
        first.sort_unstable();
        first.dedup();
        assert_eq!(first.len(), purposes.len());
        assert_eq!(generator(1, Purpose::Order).next_u64(), generator(1, Purpose::Order).next_u64());
    }

    #[test]
    fn keys_have_the_length_that_was_asked_for() {
        let mut input = Input::default();
        let mut rng = generator(1, Purpose::Warming);
        for bytes in crate::kind::KEY_BYTES {
            input.refill(Kind::KeyThroughput(bytes), 5, &mut rng);
            input.request(Kind::KeyThroughput(bytes), |request| {
                let Request::StreamKeys(keys) = request else { panic!("{request:?}") };
                assert_eq!(keys.len(), 5);
                assert!(keys.iter().all(|key| key.len() == usize::from(bytes)), "{keys:?}");
                assert_ne!(keys[0], keys[1]);
            });
        }
    }
}
