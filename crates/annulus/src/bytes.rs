//! Sizes of memory as people write them: `256MB`, `4GB`, `2GiB`.

use alloc::boxed::Box;
use core::{error::Error, fmt, str::FromStr};

use annulus_core::DEFAULT_MEMORY_LIMIT;

use crate::shown::Shown;

/// A number of bytes. Its text is a whole number with `B`, `kB`, `MB`, `GB`, `TB`, `KiB`, `MiB` or `GiB`; a bare number is bytes.
///
/// ```
/// use annulus::Bytes;
/// assert_eq!("4GB".parse(), Ok(Bytes(4_000_000_000)));
/// assert_eq!(Bytes(256_000_000).to_string(), "256MB");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes(pub u64);

/// The units and the bytes of each. The decimal units come first, smallest first.
const UNITS: [(&str, u64); 8] = [
    ("B", 1),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
];

/// How many of the units are decimal.
const DECIMAL: usize = 5;

impl Bytes {
    /// `bytes` rounded up to whole B, kB, MB, GB or TB, in the largest of these that is not above `bytes`. For advice in messages.
    #[must_use]
    pub fn at_least(bytes: u64) -> Self {
        let unit = UNITS[..DECIMAL].iter().map(|&(_, unit)| unit).filter(|&unit| unit <= bytes).max().unwrap_or(1);
        Self(bytes.div_ceil(unit).checked_mul(unit).unwrap_or(bytes))
    }
}

impl Default for Bytes {
    /// The default memory limit.
    fn default() -> Self {
        Self(DEFAULT_MEMORY_LIMIT)
    }
}

/// A text that is not a memory size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BytesError {
    text: Box<str>,
    too_many: bool,
}

impl fmt::Display for BytesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Shown(&self.text);
        if self.too_many {
            return write!(f, "`{text}` is more memory than can be counted; write at most 18446744TB");
        }
        write!(f, "`{text}` is no size of memory; write a whole number with B, kB, MB, GB, TB, KiB, MiB or GiB, as 4GB")
    }
}

impl Error for BytesError {}

impl FromStr for Bytes {
    type Err = BytesError;

    fn from_str(text: &str) -> Result<Self, BytesError> {
        let error = |too_many| BytesError { text: text.into(), too_many };
        let (number, unit) = text.split_at(text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len()));
        let unit = if unit.is_empty() { Some(1) } else { UNITS.iter().find(|(name, _)| *name == unit).map(|&(_, bytes)| bytes) };
        let unit = unit.filter(|_| !number.is_empty()).ok_or_else(|| error(false))?;
        let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
        bytes.map(Self).ok_or_else(|| error(true))
    }
}

/// The shortest exact text.
impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = UNITS.iter().filter(|(_, unit)| self.0 % unit == 0);
        let (name, unit) = exact.min_by_key(|(_, unit)| self.0 / unit).unwrap_or(&UNITS[0]);
        // Zero is a multiple of every unit, so it needs its own case.
        if self.0 == 0 { f.write_str("0B") } else { write!(f, "{}{name}", self.0 / unit) }
    }
}

#[cfg(feature = "serde")]
mod form {
    use alloc::string::ToString;
    use core::fmt;

    use serde::{
        Deserialize, Deserializer, Serialize, Serializer,
        de::{Error, Visitor},
    };

    use super::Bytes;

    impl Serialize for Bytes {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }

    impl<'de> Deserialize<'de> for Bytes {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Text;

            impl Visitor<'_> for Text {
                type Value = Bytes;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("a size of memory such as \"4GB\"")
                }

                fn visit_str<E: Error>(self, text: &str) -> Result<Bytes, E> {
                    text.parse().map_err(E::custom)
                }

                fn visit_u64<E: Error>(self, bytes: u64) -> Result<Bytes, E> {
                    Ok(Bytes(bytes))
                }

                // TOML numbers are signed.
                fn visit_i64<E: Error>(self, bytes: i64) -> Result<Bytes, E> {
                    bytes.to_string().parse().map_err(E::custom)
                }
            }

            deserializer.deserialize_any(Text)
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::ToString};

    use super::*;

    #[test]
    fn sizes_are_whole_numbers_with_or_without_a_unit() {
        for (text, bytes) in [
            ("0", 0),
            ("17", 17),
            ("17B", 17),
            ("3kB", 3_000),
            ("256MB", 256_000_000),
            ("4GB", 4_000_000_000),
            ("2TB", 2_000_000_000_000),
            ("1KiB", 1 << 10),
            ("1MiB", 1 << 20),
            ("2GiB", 1 << 31),
            ("18446744TB", 18_446_744_000_000_000_000),
        ] {
            assert_eq!(text.parse(), Ok(Bytes(bytes)), "{text}");
        }
    }

    #[test]
    fn anything_else_is_an_error_that_says_what_to_write() {
        for text in ["", "GB", "4gb", "4G", "4 GB", "-4GB", "+4GB", "1.5GB", "4GBs", "4TiB", "many"] {
            let message = text.parse::<Bytes>().unwrap_err().to_string();
            assert!(message.starts_with(&format!("`{text}` is no size of memory; write a whole number with B, kB")), "{message}");
        }
        for text in ["18446745TB", "18446744073709551616"] {
            assert!(text.parse::<Bytes>().unwrap_err().to_string().contains("is more memory than can be counted"), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_short_and_reads_as_the_same() {
        for (bytes, text) in
            [(0, "0B"), (1, "1B"), (1_500, "1500B"), (256_000_000, "256MB"), (1 << 30, "1GiB"), (5_000_000_000, "5GB")]
        {
            assert_eq!(Bytes(bytes).to_string(), text);
            assert_eq!(text.parse(), Ok(Bytes(bytes)));
        }
    }

    #[test]
    fn what_is_recommended_is_round_and_enough() {
        for (bytes, text) in
            [(0, "0B"), (999, "999B"), (4_733_445_381, "5GB"), (256_000_001, "257MB"), (u64::MAX, "18446744073709551615B")]
        {
            let round = Bytes::at_least(bytes);
            assert!(round.0 >= bytes);
            assert_eq!(round.to_string(), text);
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn toml_has_them_as_text_or_as_a_number() {
        let read = |text: &str| toml::from_str::<alloc::collections::BTreeMap<alloc::string::String, Bytes>>(text);
        assert_eq!(read("a = \"4GB\"").unwrap()["a"], Bytes(4_000_000_000));
        assert_eq!(read("a = 4096").unwrap()["a"], Bytes(4_096));
        for (text, says) in [("a = \"4gb\"", "`4gb` is no size"), ("a = -1", "`-1` is no size"), ("a = 1.5", "a size of memory")]
        {
            assert!(read(text).unwrap_err().to_string().contains(says), "{text}");
        }
    }
}
