//! Why a change of membership was refused.

use alloc::boxed::Box;
use core::{error::Error, fmt};

use crate::{NodeIndex, Weight};

/// Why a membership was refused. Nothing has changed when one of these is returned.
///
/// The message says what to do. The fields are for programs that react by themselves. Variants may be added, so end a `match`
/// with `_`.
///
/// ```
/// use annulus_core::Refusal;
///
/// fn should_retry_with_more_memory(refusal: &Refusal) -> bool {
///     matches!(refusal, Refusal::TooLarge { bytes, .. } if *bytes < 1 << 30)
/// }
/// let refusal = Refusal::TooLarge { bytes: 4096, limit: 1024, remedy: None };
/// assert!(should_retry_with_more_memory(&refusal));
/// assert!(refusal.to_string().ends_with("allow more with `with_memory_limit`"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// A consumer of this name already exists. `consumer_mut` changes its data, `set_weight` its weight.
    Duplicate,
    /// Another name hashes to the same 64-bit seed, so the two could not be told apart.
    ///
    /// With a good hasher this takes about 2³² names. If it happens earlier, the hasher is weak.
    SeedCollision {
        /// The name of the other consumer with this seed, in the roster or earlier in the same call.
        with: Box<str>,
    },
    /// This algorithm supports only weight one.
    WeightUnsupported {
        /// The weight requested.
        weight: Weight,
    },
    /// The state would need more memory than the cluster's limit allows.
    TooLarge {
        /// Bytes that the algorithm's state would take.
        bytes: u64,
        /// Bytes allowed.
        limit: u64,
        /// What to do to stay within the limit, if the algorithm knows.
        remedy: Option<Box<str>>,
    },
    /// The allocator could not provide the memory.
    OutOfMemory {
        /// Bytes requested.
        bytes: u64,
    },
    /// There would be more consumers than the algorithm can place.
    TooManyNodes {
        /// The number of consumers there would be.
        nodes: u64,
        /// The most consumers allowed.
        limit: u64,
        /// What to do to make room for all, if the algorithm knows.
        remedy: Option<Box<str>>,
    },
    /// The consumer's share is below the algorithm's resolution, so it would get nothing or too little.
    NoShare {
        /// The consumer's index in the roster. Members given in the same call have the indices after the end of the roster.
        node: NodeIndex,
        /// Its weight.
        weight: Weight,
        /// The least weight with which it would get a share, if all others stay as they are.
        least: u64,
        /// What else would give it a share, if the algorithm knows.
        remedy: Option<Box<str>>,
    },
    /// The change would leave another, existing consumer with too small a share.
    Starves {
        /// That consumer's name.
        consumer: Box<str>,
        /// Its weight.
        weight: Weight,
        /// The least weight with which it would then get a share.
        least: u64,
        /// What else would give it a share, if the algorithm knows.
        remedy: Option<Box<str>>,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate => f.write_str(
                "a consumer of this name is there already, or is given twice; change its data with `consumer_mut` or its weight with \
                 `set_weight`",
            ),
            Self::SeedCollision { with } => {
                write!(f, "its name hashes to the same seed as {}; rename one of them, or use a better hasher", Quoted(with))
            }
            Self::WeightUnsupported { weight } => write!(
                f,
                "its weight is {weight}, and this algorithm serves equal consumers only; use weight 1 or another algorithm"
            ),
            Self::TooLarge { bytes, limit, remedy } => {
                write!(f, "the state would take {}, and the memory limit is {}; ", Size::Needed(*bytes), Size::Allowed(*limit))?;
                if let Some(remedy) = remedy {
                    write!(f, "{remedy}; or ")?;
                }
                f.write_str("allow more with `with_memory_limit`")
            }
            Self::OutOfMemory { bytes } => {
                write!(f, "the system could not provide {} more; free memory, or use smaller parameters", Size::Needed(*bytes))
            }
            Self::TooManyNodes { nodes, limit, remedy } => write!(
                f,
                "there would be {nodes} consumers, and there is room for {limit}; {}",
                remedy.as_deref().unwrap_or("use another algorithm")
            ),
            Self::NoShare { weight, least, remedy, .. } => write!(
                f,
                "its weight is {weight}, and the least that gets a share here is {least}; raise it, or {}",
                remedy.as_deref().unwrap_or("use another algorithm")
            ),
            Self::Starves { consumer, weight, least, remedy } => write!(
                f,
                "it would leave {}, of weight {weight}, without a share, for which the least would be {least}; raise that weight, or {}",
                Quoted(consumer),
                remedy.as_deref().unwrap_or("use another algorithm")
            ),
        }
    }
}

impl Error for Refusal {}

/// Why a change of membership was refused, and for which consumer. Nothing has changed when it is returned.
///
/// ```
/// use annulus_core::{ChangeError, Refusal};
/// let error = ChangeError::new("cache-a", 2, Refusal::Duplicate);
/// assert!(error.to_string().starts_with("consumer \"cache-a\" was refused: a consumer of this name is there already"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangeError {
    /// The name of the consumer that was refused. If the membership as a whole is too large, it is the heaviest of those given,
    /// the last one on a tie; among equal ones, no single one is at fault.
    pub name: Box<str>,
    /// Its position among those given, from zero.
    pub position: usize,
    /// The reason.
    pub reason: Refusal,
}

impl ChangeError {
    /// An error for the consumer called `name`, at `position` of those given.
    #[must_use]
    pub fn new(name: impl Into<Box<str>>, position: usize, reason: Refusal) -> Self {
        Self { name: name.into(), position, reason }
    }
}

impl fmt::Display for ChangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "consumer {} was refused: {}", Quoted(&self.name), self.reason)
    }
}

// The message includes the reason's, so the reason is no `source`: a chain of messages would print it twice.
impl Error for ChangeError {}

/// A name in quotes, escaped and truncated, so that messages stay on one line.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 60;
        match self.0.char_indices().nth(MOST) {
            None => write!(f, "{:?}", self.0),
            Some((end, _)) => write!(f, "{:?}…", &self.0[..end]),
        }
    }
}

/// A number of bytes for people, in thousandths of a unit: `11.834 GB`. Needed bytes are rounded up and available bytes down, so
/// the former always reads as more.
pub(crate) enum Size {
    Needed(u64),
    Allowed(u64),
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 7] = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"];
        let (bytes, up) = match *self {
            Self::Needed(bytes) => (bytes, true),
            Self::Allowed(bytes) => (bytes, false),
        };
        let power = (0..6).take_while(|&power| bytes / 1_000_u64.pow(power) >= 1_000).count();
        let (name, unit) = (UNITS[power], (0..power).fold(1_u128, |unit, _| unit * 1_000));
        let scaled = u128::from(bytes) * 1_000;
        let thousandths = if up { scaled.div_ceil(unit) } else { scaled / unit };
        match (thousandths / 1_000, thousandths % 1_000) {
            (whole, 0) => write!(f, "{whole} {name}"),
            (whole, part) if part % 100 == 0 => write!(f, "{whole}.{} {name}", part / 100),
            (whole, part) => write!(f, "{whole}.{part:03} {name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn sizes_are_read_at_a_glance_and_never_look_equal() {
        for (bytes, needed, allowed) in [
            (0, "0 bytes", "0 bytes"),
            (999, "999 bytes", "999 bytes"),
            (1_000, "1 kB", "1 kB"),
            (65_537, "65.537 kB", "65.537 kB"),
            (256_000_001, "256.001 MB", "256 MB"),
            (11_833_252_716, "11.834 GB", "11.833 GB"),
            (1_500_000_000_000, "1.5 TB", "1.5 TB"),
            (u64::MAX, "18.447 EB", "18.446 EB"),
        ] {
            assert_eq!((Size::Needed(bytes).to_string().as_str(), Size::Allowed(bytes).to_string().as_str()), (needed, allowed));
        }
    }
}
