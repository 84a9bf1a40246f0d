//! The secret under which a repetition hashes its keys, as the command line prints and takes it.

use std::fmt;
use std::str::FromStr;

use annulus_core::SipHash;

const NAME: &str = "siphash";

/// A secret of SipHash-1-3: two words of 64 bits.
///
/// ```
/// use annulus_eval::keys::Secret;
/// assert_eq!(Secret::of(1, 5).to_string(), "siphash:k0=1,k1=5");
/// assert_eq!("siphash:k0=1,k1=5".parse(), Ok(Secret::of(1, 5)));
/// assert_eq!("siphash".parse(), Ok(Secret::of(1, 0)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Secret {
    k0: u64,
    k1: u64,
}

impl Secret {
    /// The secret of one repetition: none, which is zero twice, in repetition 0; then the seed and the repetition.
    #[must_use]
    pub fn of(seed: u64, repetition: u32) -> Self {
        if repetition == 0 { Self::default() } else { Self { k0: seed, k1: u64::from(repetition) } }
    }

    /// The hasher under this secret.
    #[must_use]
    pub fn hasher(self) -> SipHash {
        SipHash::with_keys(self.k0, self.k1)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{NAME}:k0={},k1={}", self.k0, self.k1)
    }
}

/// Parses `siphash`, or `siphash:k0=1,k1=5`.
impl FromStr for Secret {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let words = |parameters: &str| {
            let (k0, k1) = parameters.strip_prefix("k0=")?.split_once(",k1=")?;
            Some(Self { k0: k0.parse().ok()?, k1: k1.parse().ok()? })
        };
        match text.split_once(':') {
            None if text == NAME => Some(Self::default()),
            Some((NAME, parameters)) => words(parameters),
            _ => None,
        }
        .ok_or_else(|| {
            "write siphash, or siphash:k0=1,k1=5 with two whole numbers for the secret, as `annulus digests --secret` prints it"
                .to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use annulus_core::KeyHasher;

    use super::*;

    #[test]
    fn what_is_printed_is_read_again() {
        for secret in [Secret::of(1, 0), Secret::of(u64::MAX, u32::MAX), Secret::of(0, 7)] {
            assert_eq!(secret.to_string().parse(), Ok(secret));
        }
        assert_eq!(Secret::of(9, 0).hasher().digest(b"k"), SipHash::new().digest(b"k"));
        assert_eq!(Secret::of(9, 2).hasher().digest(b"k"), SipHash::with_keys(9, 2).digest(b"k"));
    }

    #[test]
    fn what_is_no_secret_is_refused() {
        for text in ["", "xxh3", "siphash:", "siphash:k0=1", "siphash:k0=1,k1=x", "siphash:k1=1,k0=2", "siphash:k0=1,k1=2,k2=3"] {
            assert!(text.parse::<Secret>().is_err(), "{text}");
        }
    }
}
