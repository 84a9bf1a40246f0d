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

/// Places at which digests may begin within a line of the cache, and answers, which are half as wide.
const PLACES: usize = 8;

/// Room for the inputs and the answers of a chunk.
///
/// Each chunk begins at another place within a line of the cache. Where an allocator puts a buffer is an accident of the process, and
/// batches over wide vectors take up to a quarter longer if their inputs straddle lines; the median chunk has usual luck.
#[derive(Debug, Default)]
pub(crate) struct Input {
    digests: Vec<Digest>,
    text: Vec<u8>,
    owners: Vec<NodeIndex>,
    look_ups: usize,
    /// Where this chunk begins.
    start: usize,
}

impl Input {
    /// Draws `look_ups` inputs of a kind.
    pub(crate) fn refill(&mut self, kind: Kind, look_ups: usize, rng: &mut ChaCha8Rng) {
        match kind.key_bytes() {
            None => {
                (self.look_ups, self.start) = (look_ups, (self.start + 1) % PLACES);
                self.digests.resize(look_ups + PLACES, Digest::of_hash(0));
                self.digests[self.start..][..look_ups].fill_with(|| Digest::of_hash(rng.next_u64()));
                self.owners.resize(look_ups + 2 * PLACES, NodeIndex::default());
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
        let Self { digests, owners, text, look_ups, start } = self;
        let (digests, owners) = match kind.key_bytes() {
            None => (&digests[*start..][..*look_ups], &mut owners[2 * *start..][..*look_ups]),
            Some(_) => (&[][..], &mut [][..]),
        };
        match kind {
            Kind::DigestLatency => with(Request::ChaseDigests(digests)),
            Kind::DigestThroughput => with(Request::StreamDigests(digests)),
            Kind::Batch => with(Request::Batch(digests, owners)),
            Kind::ShortBatch => with(Request::ShortBatches(digests, owners)),
            Kind::FirstThree => with(Request::FirstThree(digests)),
            Kind::KeyLatency(bytes) | Kind::KeyThroughput(bytes) => {
                let keys = text.chunks_exact(usize::from(bytes)).map(|key| str::from_utf8(key).unwrap_or_default());
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
    fn chunks_begin_at_every_place_of_a_line_and_hold_what_was_drawn() {
        let mut input = Input::default();
        let mut rng = generator(1, Purpose::Warming);
        let mut places = std::collections::HashSet::new();
        for _ in 0..PLACES {
            input.refill(Kind::Batch, 5, &mut rng);
            input.request(Kind::Batch, |request| {
                let Request::Batch(digests, owners) = request else { panic!("{request:?}") };
                assert_eq!((digests.len(), owners.len()), (5, 5));
                assert!(digests.iter().all(|digest| digest.bits() > 0));
                places.insert(digests.as_ptr().addr() % 64);
            });
        }
        assert_eq!(places.len(), PLACES);
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
