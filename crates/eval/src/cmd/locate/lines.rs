//! What a line of `--keys` stands for: a key, or a digest.

use annulus_core::{Digest, KeyHasher, SipHash};

use crate::algorithm::Placement;
use crate::keys::{Problem, Secret};

/// What lines are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lines {
    /// Keys, hashed as the algorithm hashes them.
    Keys,
    /// Keys, hashed under another hasher; node names are hashed as before.
    Hashed(SipHash),
    /// Digests, of 16 hexadecimal digits each.
    Digests,
}

impl Lines {
    pub(super) fn new(are_digests: bool, hash: Option<Secret>) -> Self {
        match hash {
            _ if are_digests => Self::Digests,
            Some(secret) => Self::Hashed(secret.hasher()),
            None => Self::Keys,
        }
    }

    /// The digest that a line stands for.
    pub(super) fn digest(self, line: &str, placement: &dyn Placement) -> Result<Digest, Problem> {
        match self {
            Self::Keys => Ok(placement.digest(line.as_bytes())),
            Self::Hashed(hasher) => Ok(hasher.digest(line.as_bytes())),
            Self::Digests => read(line).ok_or_else(|| Problem::NotADigest(line.to_owned())),
        }
    }
}

fn read(line: &str) -> Option<Digest> {
    let is_one = line.len() == 16 && line.bytes().all(|byte| byte.is_ascii_hexdigit());
    u64::from_str_radix(line, 16).ok().filter(|_| is_one).map(Digest::of_hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_sixteen_hexadecimal_digits_and_nothing_else() {
        assert_eq!(read("0d36c7ae1c0aa826").map(Digest::bits), Some(0x0d36_c7ae_1c0a_a826));
        assert_eq!(read("FFFFFFFFFFFFFFFF").map(Digest::bits), Some(u64::MAX));
        for line in ["", "1", "+d36c7ae1c0aa826", "0x36c7ae1c0aa826", "0d36c7ae1c0aa8260", "user:1", " d36c7ae1c0aa826"] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
