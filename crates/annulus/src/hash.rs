//! The hashers that a line of configuration can name.

use core::{fmt, str::FromStr};

#[cfg(feature = "xxh3")]
use annulus_core::Xxh3;
use annulus_core::{KeyHasher, SipHash};

use crate::ParameterError;

/// The hash in a [`Spec`](crate::Spec): `hash=siphash` (the default), or `hash=xxh3` with the feature `xxh3`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hash {
    /// SipHash-1-3 with both keys zero: [`SipHash::new`].
    #[default]
    SipHash,
    /// XXH3 with 64 bits and seed zero: `Xxh3::new`.
    #[cfg(feature = "xxh3")]
    Xxh3,
}

impl Hash {
    /// All that are compiled in.
    pub const ALL: &[Self] = &[
        Self::SipHash,
        #[cfg(feature = "xxh3")]
        Self::Xxh3,
    ];

    /// Its name in a [`Spec`](crate::Spec).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SipHash => "siphash",
            #[cfg(feature = "xxh3")]
            Self::Xxh3 => "xxh3",
        }
    }

    /// The hasher.
    #[must_use]
    pub fn hasher(self) -> Hasher {
        match self {
            Self::SipHash => Hasher(Kind::SipHash(SipHash::new())),
            #[cfg(feature = "xxh3")]
            Self::Xxh3 => Hasher(Kind::Xxh3(Xxh3::new())),
        }
    }
}

/// Parses a name.
impl FromStr for Hash {
    type Err = ParameterError;

    fn from_str(word: &str) -> Result<Self, ParameterError> {
        Self::ALL.iter().copied().find(|hash| hash.name() == word).ok_or_else(|| {
            let write = if word == "xxh3" {
                "this program was built without it; build the crate `annulus` with the feature `xxh3`"
            } else if cfg!(feature = "xxh3") {
                "write siphash or xxh3; for a hasher of your own, or a secret, call `build_with`"
            } else {
                "write siphash; for a hasher of your own, or a secret, call `build_with`"
            };
            ParameterError::value("hash", word, write)
        })
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Any hasher that a [`Spec`](crate::Spec) can name. One type serves all hashers, so a program that chooses at run time contains the code
/// of each algorithm once, not once per hasher.
#[derive(Clone, Copy, Debug)]
pub struct Hasher(Kind);

#[derive(Clone, Copy, Debug)]
enum Kind {
    SipHash(SipHash),
    #[cfg(feature = "xxh3")]
    Xxh3(Xxh3),
}

impl Default for Hasher {
    fn default() -> Self {
        Hash::default().hasher()
    }
}

impl KeyHasher for Hasher {
    #[inline]
    fn hash(&self, bytes: &[u8]) -> u64 {
        match &self.0 {
            Kind::SipHash(hasher) => hasher.hash(bytes),
            #[cfg(feature = "xxh3")]
            Kind::Xxh3(hasher) => hasher.hash(bytes),
        }
    }
}
