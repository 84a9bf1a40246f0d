//! What became of a figure, and the checksum of answers: each one cell of text.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What became of a figure. Written as `ok`, `error: …` or `skipped: …`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// The figure stands.
    #[default]
    Ok,
    /// What must hold did not: the text says what.
    Error(String),
    /// There is no figure: the text says why.
    Skipped(String),
}

impl Status {
    /// Whether a law was broken.
    #[must_use]
    pub fn is_error(&self) -> bool {
        matches!(self, Self::Error(_))
    }

    /// Whether there is no figure.
    #[must_use]
    pub fn is_skipped(&self) -> bool {
        matches!(self, Self::Skipped(_))
    }

    /// Whether the figure stands.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        matches!(self, Self::Ok)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok => f.write_str("ok"),
            Self::Error(why) => write!(f, "error: {why}"),
            Self::Skipped(why) => write!(f, "skipped: {why}"),
        }
    }
}

impl FromStr for Status {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(": ") {
            None if text == "ok" => Ok(Self::Ok),
            Some(("error", why)) => Ok(Self::Error(why.to_owned())),
            Some(("skipped", why)) => Ok(Self::Skipped(why.to_owned())),
            _ => Err(format!("status `{text}` is none of `ok`, `error: …`, `skipped: …`")),
        }
    }
}

/// A checksum of many answers, written as sixteen hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Checksum(pub u64);

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Checksum {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match u64::from_str_radix(text, 16) {
            Ok(value) if text.len() == 16 => Ok(Self(value)),
            _ => Err(format!("checksum `{text}` is not sixteen hexadecimal digits")),
        }
    }
}

/// Serialises through `Display` and back through `FromStr`: one cell of text in the file.
macro_rules! serde_as_text {
    ($type:ty) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    };
}
serde_as_text!(Status);
serde_as_text!(Checksum);
