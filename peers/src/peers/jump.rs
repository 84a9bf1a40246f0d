//! Jump consistent hash, and two others that need nothing but a number of nodes.

use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

use annulus_clock::LookUp;
use annulus_core::Digest;
use hash_rings::jump::Ring as JumpRing;
use jumphash::{CustomJumpHasher, JumpHasher};
use rand_xoshiro::SplitMix64;
use rand_xoshiro::rand_core::SeedableRng;

use super::nodes;
use crate::cell::Cell;
use crate::subject::{Entry, Subject};

pub(super) fn entries() -> Vec<Entry> {
    vec![
        Entry::peer("jumpch", "`hash(digest, n)`; `nodes[JumpHasher<DefaultHasher>]` for text", |cell| {
            Ok(Numbered::boxed(cell, Jumpch(cell.nodes)))
        }),
        Entry::peer("jumpconsistenthash", "`jump_hash_from_u64`; `nodes[jump_hash_from_str]` for text", |cell| {
            Ok(Numbered::boxed(cell, JumpConsistentHash(cell.nodes)))
        }),
        Entry::peer("jumphash", "`JumpHasher::new().slot(&key, n)`, which hashes numbers too; `nodes[…]` for text", |cell| {
            Ok(Numbered::boxed(cell, Jumphash { hasher: JumpHasher::new(), nodes: cell.nodes }))
        }),
        Entry::peer("hash-rings", "`jump::Ring::get_node(&key)`, which hashes numbers too; `nodes[…]` for text", |cell| {
            Ok(Numbered::boxed(cell, HashRings(JumpRing::new(cell.nodes))))
        }),
        Entry::reference("jump-back-hash", "`bucket(SplitMix64, n)`; `nodes[…]` by `DefaultHasher` for text", |cell| {
            Ok(Numbered::boxed(cell, JumpBackHash(cell.nodes)))
        }),
        Entry::reference("fliphash", "`fliphash_64`; `nodes[fliphash_xxh3_64]` for text", |cell| {
            Ok(Numbered::boxed(cell, FlipHash(u64::from(cell.nodes).saturating_sub(1))))
        }),
    ]
}

/// A function that answers with a number, and the nodes that a user of it keeps: who asks by text wants a node.
struct Numbered<F> {
    function: F,
    nodes: Vec<u32>,
}

impl<F: LookUp + 'static> Numbered<F> {
    fn boxed(cell: Cell, function: F) -> Box<dyn Subject> {
        Box::new(Self { function, nodes: nodes(cell) })
    }
}

impl<F: LookUp> LookUp for Numbered<F> {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        self.function.owner(digest)
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        let number = usize::try_from(self.function.owner_of_key(key)).expect("a number of a node");
        u64::from(self.nodes[number])
    }
}

impl<F: LookUp> Subject for Numbered<F> {}

struct Jumpch(u32);

impl LookUp for Jumpch {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        u64::from(jumpch::hash(digest.bits(), self.0))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        let mut hasher = jumpch::JumpHasher::<DefaultHasher>::new(self.0);
        key.hash(&mut hasher);
        hasher.finish()
    }
}

struct JumpConsistentHash(u32);

impl LookUp for JumpConsistentHash {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        u64::from(jumpconsistenthash::jump_hash_from_u64(digest.bits(), self.0))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        u64::from(jumpconsistenthash::jump_hash_from_str(key, self.0))
    }
}

struct Jumphash {
    hasher: JumpHasher,
    nodes: u32,
}

impl LookUp for Jumphash {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        u64::from(self.hasher.slot(&digest.bits(), self.nodes))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        u64::from(self.hasher.slot(&key, self.nodes))
    }
}

struct HashRings(JumpRing);

impl LookUp for HashRings {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        u64::from(self.0.get_node(&digest.bits()))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        u64::from(self.0.get_node(&key))
    }
}

struct JumpBackHash(u32);

impl LookUp for JumpBackHash {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        u64::from(jump_back_hash::bucket(&mut SplitMix64::seed_from_u64(digest.bits()), self.0))
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        self.owner(Digest::of_hash(hasher.finish()))
    }
}

struct FlipHash(u64);

impl LookUp for FlipHash {
    #[inline]
    fn owner(&self, digest: Digest) -> u64 {
        fliphash::fliphash_64(digest.bits(), ..=self.0)
    }

    #[inline]
    fn owner_of_key(&self, key: &str) -> u64 {
        fliphash::fliphash_xxh3_64(key.as_bytes(), ..=self.0)
    }
}

/// A crate that says it has the paper's function.
pub(crate) struct Claim {
    pub(crate) package: &'static str,
    /// Its answer for a digest and a number of buckets, by whatever lets a digest through unhashed.
    pub(crate) function: fn(u64, u32) -> u32,
}

pub(crate) fn claims() -> Vec<Claim> {
    vec![
        Claim { package: "jumpch", function: |digest, buckets| jumpch::hash(digest, buckets) },
        Claim { package: "jumpconsistenthash", function: jumpconsistenthash::jump_hash_from_u64 },
        Claim {
            package: "jumphash",
            function: |digest, buckets| CustomJumpHasher::new(Unhashed::default()).slot(&digest, buckets),
        },
        Claim {
            package: "hash-rings",
            function: |digest, buckets| {
                JumpRing::with_hasher(BuildHasherDefault::<Unhashed>::default(), buckets).get_node(&digest)
            },
        },
    ]
}

/// A hasher that passes a number on.
#[derive(Clone, Copy, Default)]
struct Unhashed(u64);

impl Hasher for Unhashed {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |word, &byte| word << 8 | u64::from(byte));
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = word;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
