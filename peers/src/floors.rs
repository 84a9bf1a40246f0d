//! Lower bounds: the loop and the clock, a memory access, the hash alone.

use annulus_clock::{Kind, LookUp};
use annulus_core::{Digest, KeyHasher, SipHash, Xxh3, mix};

use crate::cell::Algorithm;
use crate::ours;
use crate::subject::{DIGEST, Entry, KEY, Role, Subject};

/// The loop with nothing in it.
pub(crate) const EMPTY_LOOP: &str = "empty loop";

/// One access to a table as large as ours.
pub(crate) const RANDOM_READ: &str = "one random read";

/// The chain that jump cannot do without.
pub(crate) const MULTIPLICATIONS: &str = "one multiplication a step";

/// The default hasher.
pub(crate) const SIPHASH: &str = "SipHash alone";

/// The fast hasher.
pub(crate) const XXH3: &str = "xxh3 alone";

pub(crate) fn entries(algorithm: Algorithm) -> Vec<Entry> {
    let floor = |name, kinds: &'static [Kind], how, build| Entry { name, package: None, role: Role::Floor, kinds, how, build };
    let mut entries = vec![
        floor(EMPTY_LOOP, DIGEST, "the loop, the clock, an addition", |_| Ok(Box::new(EmptyLoop))),
        floor(SIPHASH, KEY, "core's `SipHash` of the bytes in one call", |_| Ok(Box::new(Hash(SipHash::new())))),
        floor(XXH3, KEY, "core's `Xxh3` of the bytes in one call", |_| Ok(Box::new(Hash(Xxh3::new())))),
    ];
    if algorithm == Algorithm::Jump {
        let how = "a chain of as many multiplications as jump takes steps on average, and nothing else";
        entries.push(floor(MULTIPLICATIONS, DIGEST, how, |cell| Ok(Box::new(Multiplications::new(cell.nodes)))));
    } else {
        let how = "a read at random from a table as large as ours";
        entries.push(floor(RANDOM_READ, DIGEST, how, |cell| Ok(Box::new(RandomRead::new(ours::state(cell)?.told)))));
    }
    entries
}

struct EmptyLoop;

impl LookUp for EmptyLoop {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        digest.bits() & 0xffff
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        key.len() as u64
    }
}

impl Subject for EmptyLoop {}

struct Hash<H>(H);

impl<H: KeyHasher> LookUp for Hash<H> {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.0.hash(&digest.bits().to_le_bytes()) & 0xffff
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.0.hash(key.as_bytes()) & 0xffff
    }
}

impl<H: KeyHasher> Subject for Hash<H> {}

/// A table of small numbers.
struct RandomRead(Vec<u16>);

impl RandomRead {
    fn new(bytes: u64) -> Self {
        let entries = (bytes / 2).max(1);
        Self((0..entries).map(|i| u16::try_from(mix(2, i) >> 48).expect("16 bits")).collect())
    }
}

impl LookUp for RandomRead {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        let at = (u128::from(digest.bits()) * self.0.len() as u128) >> 64;
        u64::from(self.0[usize::try_from(at).expect("below the length")])
    }

    fn state_bytes(&self) -> u64 {
        2 * self.0.len() as u64
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.owner(Digest::of_hash(key.len() as u64))
    }
}

impl Subject for RandomRead {}

/// As many steps as a look-up takes, each of which does the least that jump's must: the next bucket is the one before times a
/// quotient, rounded down.
///
/// Roundings do not compose, so each multiplication waits for the one before. The paper's generator is no such bound: it can be
/// leapt ahead.
struct Multiplications(u32);

impl Multiplications {
    /// As many as a look-up among `nodes` takes: ln n + 0.58 on average.
    fn new(nodes: u32) -> Self {
        let average = (f64::from(nodes).ln() + 0.58).round();
        Self((1..64).find(|&steps| f64::from(steps) >= average).unwrap_or(64))
    }
}

impl LookUp for Multiplications {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        let step =
            |bucket: u64, _| u64::try_from(((u128::from(bucket) + 1) * u128::from(digest.bits())) >> 64).expect("a high half");
        (0..self.0).fold(digest.bits(), step) >> 48
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        self.owner(Digest::of_hash(key.len() as u64))
    }
}

impl Subject for Multiplications {}
