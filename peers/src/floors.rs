//! What nobody can pass: the loop and the clock, a memory access, the hash alone.

use annulus_core::{KeyHasher, SipHash, mix};
use xxhash_rust::xxh3::xxh3_64;

use crate::cell::Algorithm;
use crate::ours;
use crate::subject::{Entry, Metric, Role, Subject};

/// The loop with nothing in it.
pub(crate) const EMPTY_LOOP: &str = "empty loop";

/// One access to a table as large as ours.
pub(crate) const RANDOM_READ: &str = "one random read";

/// The random numbers that jump cannot do without.
pub(crate) const GENERATOR: &str = "the generator alone";

/// The default hasher.
pub(crate) const SIPHASH: &str = "SipHash alone";

/// The fast hasher.
pub(crate) const XXH3: &str = "xxh3 alone";

pub(crate) fn entries(algorithm: Algorithm) -> Vec<Entry> {
    let floor = |name, metrics, how, build| Entry { name, package: None, role: Role::Floor, metrics, how, build };
    let mut entries = vec![
        floor(EMPTY_LOOP, Metric::DIGEST, "the loop, the clock, an addition", |_| Ok(Box::new(EmptyLoop))),
        floor(SIPHASH, Metric::KEY, "SipHash-1-3 of the bytes in one call", |_| Ok(Box::new(Hash(SipHash::new())))),
        floor(XXH3, Metric::KEY, "xxh3 of the bytes in one call", |_| Ok(Box::new(Hash(annulus_core::HashFn(xxh3_64))))),
    ];
    if algorithm == Algorithm::Jump {
        let how = "as many steps of the paper's generator as jump takes on average, and nothing else";
        entries.push(floor(GENERATOR, Metric::DIGEST, how, |cell| Ok(Box::new(Generator::new(cell.nodes)))));
    } else {
        let how = "a read at random from a table as large as ours";
        entries.push(floor(RANDOM_READ, Metric::DIGEST, how, |cell| Ok(Box::new(RandomRead::new(ours::heap_bytes(cell)?)))));
    }
    entries
}

struct EmptyLoop;

impl Subject for EmptyLoop {
    #[inline]
    fn of_digest(&self, digest: u64) -> u64 {
        digest & 0xffff
    }

    #[inline]
    fn of_key(&self, key: &str) -> u64 {
        key.len() as u64
    }
}

struct Hash<H>(H);

impl<H: KeyHasher> Subject for Hash<H> {
    #[inline]
    fn of_digest(&self, digest: u64) -> u64 {
        self.0.hash(&digest.to_le_bytes()) & 0xffff
    }

    #[inline]
    fn of_key(&self, key: &str) -> u64 {
        self.0.hash(key.as_bytes()) & 0xffff
    }
}

/// A table of small numbers.
struct RandomRead(Vec<u16>);

impl RandomRead {
    fn new(bytes: u64) -> Self {
        let entries = (bytes / 2).max(1);
        Self((0..entries).map(|i| u16::try_from(mix(2, i) >> 48).expect("16 bits")).collect())
    }
}

impl Subject for RandomRead {
    #[inline]
    fn of_digest(&self, digest: u64) -> u64 {
        let at = (u128::from(digest) * self.0.len() as u128) >> 64;
        u64::from(self.0[usize::try_from(at).expect("below the length")])
    }

    #[inline]
    fn of_key(&self, key: &str) -> u64 {
        self.of_digest(key.len() as u64)
    }
}

/// The paper's generator, so many steps of it: its multiplications wait for one another, whatever is made of them.
struct Generator(u32);

impl Generator {
    /// As many as a look-up among `nodes` takes: ln n + 0.58 on average.
    fn new(nodes: u32) -> Self {
        let average = (f64::from(nodes).ln() + 0.58).round();
        Self((1..64).find(|&steps| f64::from(steps) >= average).unwrap_or(64))
    }
}

impl Subject for Generator {
    #[inline]
    fn of_digest(&self, digest: u64) -> u64 {
        (0..self.0).fold(digest, |key, _| key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1)) >> 48
    }

    #[inline]
    fn of_key(&self, key: &str) -> u64 {
        self.of_digest(key.len() as u64)
    }
}
