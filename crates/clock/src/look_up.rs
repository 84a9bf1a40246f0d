//! What is timed, and the loops around it.

use std::hint::black_box;

use annulus_core::{Digest, NodeIndex};

use crate::kind::SHORT_BATCH;

/// Anything that answers digests and keys with numbers. Implement it for what you want to time.
///
/// Answers are summed inside the timed loops, so that no look-up can be left out.
pub trait LookUp {
    /// The owner of a digest.
    fn owner(&self, digest: Digest) -> u64;

    /// The owner of a key.
    fn owner_of_key(&self, key: &str) -> u64;

    /// The owners of many digests and their sum, by the interface for many if there is one. `owners` is as long as `digests`.
    fn owners(&self, digests: &[Digest], owners: &mut [NodeIndex]) -> u64 {
        let _ = owners;
        digests.iter().fold(0, |sum, &digest| sum.wrapping_add(self.owner(digest)))
    }

    /// The sum of the first three of the preference order.
    fn first_three(&self, digest: Digest) -> u64 {
        self.owner(digest)
    }

    /// The bytes that a look-up may read: how long it takes to bring the state into the caches follows from it.
    fn state_bytes(&self) -> u64 {
        0
    }

    /// The owner of a digest, found in another way: timed answers are checked against it.
    fn checked_owner(&self, digest: Digest) -> u64 {
        self.owner(digest)
    }

    /// The owner of a key, found in another way.
    fn checked_owner_of_key(&self, key: &str) -> u64 {
        self.owner_of_key(key)
    }

    /// The sum of the first three, found in another way.
    fn checked_first_three(&self, digest: Digest) -> u64 {
        self.first_three(digest)
    }
}

/// What a chunk asks for.
#[derive(Debug)]
pub enum Request<'a> {
    /// Each digest is the given one plus the answer before.
    ChaseDigests(&'a [Digest]),
    /// Independent digests.
    StreamDigests(&'a [Digest]),
    /// All digests in one call. The second slice is room for as many answers.
    Batch(&'a [Digest], &'a mut [NodeIndex]),
    /// Digests in calls of [`SHORT_BATCH`] each.
    ShortBatches(&'a [Digest], &'a mut [NodeIndex]),
    /// The first three of each digest's preference order.
    FirstThree(&'a [Digest]),
    /// Which key is next depends on the answer before; each is asked for once.
    ChaseKeys(&'a [&'a str]),
    /// Independent keys.
    StreamKeys(&'a [&'a str]),
}

/// The loops, compiled together with the look-ups of one type. Implemented for every [`LookUp`].
pub trait Timed {
    /// Answers the request and returns the sum of the answers.
    fn ask(&self, request: Request<'_>) -> u64;

    /// The same sum, found in another way and untimed.
    fn expected(&self, request: Request<'_>) -> u64;

    /// The bytes that a look-up may read.
    fn state_bytes(&self) -> u64;
}

impl<L: LookUp> Timed for L {
    fn ask(&self, request: Request<'_>) -> u64 {
        match request {
            Request::ChaseDigests(digests) => chase_digests(self, digests),
            Request::StreamDigests(digests) => stream_digests(self, digests),
            Request::Batch(digests, owners) => black_box(self.owners(digests, owners)),
            Request::ShortBatches(digests, owners) => short_batches(self, digests, owners),
            Request::FirstThree(digests) => first_three(self, digests),
            Request::ChaseKeys(keys) => chase_keys(self, keys),
            Request::StreamKeys(keys) => stream_keys(self, keys),
        }
    }

    fn expected(&self, request: Request<'_>) -> u64 {
        let checked = Checked(self);
        match request {
            Request::ChaseDigests(digests) => chase_digests(&checked, digests),
            Request::StreamDigests(digests) | Request::Batch(digests, _) | Request::ShortBatches(digests, _) => {
                stream_digests(&checked, digests)
            }
            Request::FirstThree(digests) => first_three(&checked, digests),
            Request::ChaseKeys(keys) => chase_keys(&checked, keys),
            Request::StreamKeys(keys) => stream_keys(&checked, keys),
        }
    }

    fn state_bytes(&self) -> u64 {
        LookUp::state_bytes(self)
    }
}

/// The same look-ups, answered in the other way.
struct Checked<'a, L>(&'a L);

impl<L: LookUp> LookUp for Checked<'_, L> {
    fn owner(&self, digest: Digest) -> u64 {
        self.0.checked_owner(digest)
    }

    fn owner_of_key(&self, key: &str) -> u64 {
        self.0.checked_owner_of_key(key)
    }

    fn first_three(&self, digest: Digest) -> u64 {
        self.0.checked_first_three(digest)
    }
}

// Each loop is a function of its own: inlined side by side, they would share registers and be laid out by one another's size.

#[inline(never)]
fn chase_digests<L: LookUp>(subject: &L, digests: &[Digest]) -> u64 {
    let (mut sum, mut before) = (0_u64, 0);
    for &digest in digests {
        before = subject.owner(Digest::of_hash(digest.bits().wrapping_add(before)));
        sum = sum.wrapping_add(before);
    }
    black_box(sum)
}

#[inline(never)]
fn stream_digests<L: LookUp>(subject: &L, digests: &[Digest]) -> u64 {
    black_box(digests.iter().fold(0, |sum, &digest| sum.wrapping_add(subject.owner(digest))))
}

#[inline(never)]
fn short_batches<L: LookUp>(subject: &L, digests: &[Digest], owners: &mut [NodeIndex]) -> u64 {
    let batches = digests.chunks(SHORT_BATCH).zip(owners.chunks_mut(SHORT_BATCH));
    black_box(batches.fold(0, |sum, (digests, owners)| sum.wrapping_add(subject.owners(digests, owners))))
}

#[inline(never)]
fn first_three<L: LookUp>(subject: &L, digests: &[Digest]) -> u64 {
    black_box(digests.iter().fold(0, |sum, &digest| sum.wrapping_add(subject.first_three(digest))))
}

#[inline(never)]
fn chase_keys<L: LookUp>(subject: &L, keys: &[&str]) -> u64 {
    // Zero, which the compiler does not know: the position of the next key depends on the answer before.
    let nothing = black_box(0_usize);
    let (mut sum, mut before) = (0_u64, 0);
    for position in 0..keys.len() {
        let wait = usize::try_from(before & 0xffff).unwrap_or(0) & nothing;
        before = subject.owner_of_key(keys[position + wait]);
        sum = sum.wrapping_add(before);
    }
    black_box(sum)
}

#[inline(never)]
fn stream_keys<L: LookUp>(subject: &L, keys: &[&str]) -> u64 {
    black_box(keys.iter().fold(0, |sum, key| sum.wrapping_add(subject.owner_of_key(key))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers that depend on each input, so that a sum tells which inputs were asked for.
    struct Low;

    impl LookUp for Low {
        fn owner(&self, digest: Digest) -> u64 {
            digest.bits() & 0xff
        }

        fn owner_of_key(&self, key: &str) -> u64 {
            key.parse().unwrap_or(0)
        }

        fn first_three(&self, digest: Digest) -> u64 {
            3 * self.owner(digest)
        }
    }

    #[test]
    fn every_loop_asks_for_every_input_once() {
        let digests: Vec<Digest> = (0..50).map(Digest::of_hash).collect();
        let texts: Vec<String> = (0..50).map(|number: u32| number.to_string()).collect();
        let keys: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut owners = [NodeIndex::default(); 50];
        let sum = 49 * 50 / 2;
        assert_eq!(Low.ask(Request::StreamDigests(&digests)), sum);
        assert_eq!(Low.ask(Request::Batch(&digests, &mut owners)), sum);
        assert_eq!(Low.ask(Request::ShortBatches(&digests, &mut owners)), sum);
        assert_eq!(Low.ask(Request::FirstThree(&digests)), 3 * sum);
        assert_eq!(Low.ask(Request::StreamKeys(&keys)), sum);
        assert_eq!(Low.ask(Request::ChaseKeys(&keys)), sum, "each key is asked for once, in order");
        let chased = digests.iter().fold((0, 0), |(sum, before), digest| {
            let owner = (digest.bits() + before) & 0xff;
            (sum + owner, owner)
        });
        assert_eq!(Low.ask(Request::ChaseDigests(&digests)), chased.0);
        assert_eq!(Low.expected(Request::ChaseDigests(&digests)), chased.0);
    }
}
