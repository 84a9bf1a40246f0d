//! What routers exchange to find out whether they agree.

use std::{error::Error, fmt};

use annulus_core::{Ring, mix64};

/// The first byte on the wire.
const FORMAT: u8 = 1;

/// The longest algorithm's name on the wire.
const LONGEST: usize = 255;

/// What decides where a router sends keys, in a few bytes to compare with another router's.
///
/// ```
/// use annulus::HashRing;
/// use annulus_router::{Disagreement, Fingerprint};
///
/// let here = HashRing::from_consumers(["a", "b"])?;
/// let there = HashRing::from_consumers(["b", "a"])?; // the order does not matter to a ring
/// let message = Fingerprint::of(&there).to_bytes(); // 14 bytes: send them
///
/// let theirs = Fingerprint::from_bytes(&message)?;
/// assert_eq!(Fingerprint::of(&here).agrees(&theirs), Ok(()));
/// assert_eq!(theirs.to_string(), format!("ring/1/{:016x}", there.fingerprint()));
///
/// let grown = HashRing::from_consumers(["a", "b", "c"])?;
/// assert_eq!(Fingerprint::of(&grown).agrees(&theirs), Err(Disagreement::Mapping));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # On the wire
///
/// | bytes | what |
/// |---|---|
/// | 1 | the format, 1 |
/// | 1 | the length of the algorithm's name, n |
/// | n | the algorithm's name: `ring`, `jump`; a to z, 0 to 9 and hyphens |
/// | 8 | the ring's fingerprint, most significant byte first |
///
/// Nothing follows. A release that changes what the eight bytes mean changes the format. Equal fingerprints mean that all keys
/// are placed the same; see [`Cluster::fingerprint`](annulus_core::Cluster::fingerprint) for the two hashers that it cannot tell
/// apart. It finds mistakes, not forgeries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    algorithm: Box<str>,
    bits: u64,
}

impl Fingerprint {
    /// The fingerprint of a ring. O(N).
    #[must_use]
    pub fn of<T>(ring: &(impl Ring<T> + ?Sized)) -> Self {
        let text = ring.algorithm();
        let name = text.split(':').next().unwrap_or_default();
        Self { algorithm: name.into(), bits: ring.fingerprint() }
    }

    /// The same, mixed with a number that stands for other state that decides where keys go, such as which consumers are down.
    /// Both sides must mix in the same numbers, in the same order.
    #[must_use]
    pub fn with_state(mut self, state: u64) -> Self {
        self.bits = mix64(mix64(self.bits) ^ state);
        self
    }

    /// The algorithm's name.
    #[must_use]
    pub fn algorithm(&self) -> &str {
        &self.algorithm
    }

    /// The number that covers members, weights, parameters, hasher and, if answers depend on it, order or history.
    #[must_use]
    pub fn bits(&self) -> u64 {
        self.bits
    }

    /// Whether both place all keys the same.
    ///
    /// # Errors
    /// [`Disagreement`]: what differs.
    pub fn agrees(&self, theirs: &Self) -> Result<(), Disagreement> {
        if self.algorithm != theirs.algorithm {
            let (here, there) = (self.algorithm.clone(), theirs.algorithm.clone());
            return Err(Disagreement::Algorithm { here, there });
        }
        if self.bits == theirs.bits { Ok(()) } else { Err(Disagreement::Mapping) }
    }

    /// The bytes to send.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // A kernel's name is a word; a longer one is cut, as it is nowhere else.
        let name = &self.algorithm.as_bytes()[..self.algorithm.len().min(LONGEST)];
        let mut bytes = vec![FORMAT, u8::try_from(name.len()).unwrap_or(u8::MAX)];
        bytes.extend_from_slice(name);
        bytes.extend_from_slice(&self.bits.to_be_bytes());
        bytes
    }

    /// What was received.
    ///
    /// # Errors
    /// [`FingerprintError`] if these are not the bytes of a fingerprint.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FingerprintError> {
        let (&format, rest) = bytes.split_first().ok_or(FingerprintError::Length { found: 0 })?;
        if format != FORMAT {
            return Err(FingerprintError::Format { found: format });
        }
        let wrong_length = FingerprintError::Length { found: bytes.len() };
        let (&length, rest) = rest.split_first().ok_or(wrong_length)?;
        let Some((name, bits)) = rest.split_at_checked(length.into()) else { return Err(wrong_length) };
        let bits = <[u8; 8]>::try_from(bits).map_err(|_| wrong_length)?;
        let is_word = !name.is_empty() && name.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        let name = std::str::from_utf8(name).ok().filter(|_| is_word).ok_or(FingerprintError::Name)?;
        Ok(Self { algorithm: name.into(), bits: u64::from_be_bytes(bits) })
    }
}

/// For logs: the algorithm, the format and the number.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{FORMAT}/{:016x}", self.algorithm, self.bits)
    }
}

/// How two routers differ.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Disagreement {
    /// They place keys by different algorithms.
    Algorithm {
        /// This router's.
        here: Box<str>,
        /// The other's.
        there: Box<str>,
    },
    /// Members, weights, parameters, the hasher or its secret, order, history or mixed-in state differ.
    Mapping,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Algorithm { here, there } => {
                write!(f, "the other router places keys by `{there}`, and this one by `{here}`; configure both alike")
            }
            Self::Mapping => f.write_str(
                "the other router differs in its members, weights, parameters, hasher or state; exchange the members (`Ring::save`) \
                 to find out in what",
            ),
        }
    }
}

impl Error for Disagreement {}

/// Why received bytes are no fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FingerprintError {
    /// They have another format.
    Format {
        /// The first byte.
        found: u8,
    },
    /// There are too few or too many.
    Length {
        /// How many.
        found: usize,
    },
    /// The algorithm's name is no word of a to z, 0 to 9 and hyphens.
    Name,
}

impl fmt::Display for FingerprintError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format { found } => {
                write!(f, "the fingerprint has format {found}, and this release reads {FORMAT}; run the same release on both")
            }
            Self::Length { found } => write!(f, "{found} bytes are no fingerprint: some are missing, or too many"),
            Self::Name => f.write_str("these bytes are no fingerprint: they name no algorithm"),
        }
    }
}

impl Error for FingerprintError {}
