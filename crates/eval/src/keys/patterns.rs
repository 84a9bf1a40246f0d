//! Keys and node names with a pattern, as systems number and name things: what a weak hash places unevenly.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use annulus_core::mix;
use jiff::ToSpan;
use jiff::civil::date;

/// How a list of texts runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// `1`, `2`, `3` …
    Sequential,
    /// The same long beginning before a number of fixed width: `prod/eu-west-1/service/cache/item/0000001`.
    SharedPrefix,
    /// `10.0.0.1`, `10.0.0.2` … without a gap.
    Ipv4,
    /// Random UUIDs (version 4) as text.
    Uuid,
    /// Days in a row from 1970-01-01 on.
    Date,
}

impl Pattern {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Sequential, Self::SharedPrefix, Self::Ipv4, Self::Uuid, Self::Date];

    /// Its name in records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sequential => "sequential",
            Self::SharedPrefix => "shared-prefix",
            Self::Ipv4 => "ipv4",
            Self::Uuid => "uuid",
            Self::Date => "date",
        }
    }

    /// The text at `position`, from 0; `seed` matters to random patterns alone. No two positions share a text.
    #[must_use]
    pub fn text(self, seed: u64, position: u32) -> String {
        match self {
            Self::Sequential => (u64::from(position) + 1).to_string(),
            Self::SharedPrefix => format!("prod/eu-west-1/service/cache/item/{position:010}"),
            Self::Ipv4 => Ipv4Addr::from(0x0a00_0001_u32.wrapping_add(position)).to_string(),
            Self::Uuid => uuid(mix(seed, 2 * u64::from(position)), mix(seed, 2 * u64::from(position) + 1)),
            Self::Date => day(position),
        }
    }

    /// The name of a node with the text at `position`.
    #[must_use]
    pub fn node(self, seed: u64, position: u32) -> String {
        format!("node-{}", self.text(seed, position))
    }

    /// The first `count` texts.
    #[must_use]
    pub fn texts(self, seed: u64, count: usize) -> Vec<String> {
        (0..u32::MAX).take(count).map(|position| self.text(seed, position)).collect()
    }
}

/// Parses a name.
impl FromStr for Pattern {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || Self::ALL.map(Self::name).join(", ");
        Self::ALL.into_iter().find(|pattern| pattern.name() == text).ok_or_else(|| format!("write one of {}", names()))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A UUID of version 4 from 128 random bits, six of which are fixed (RFC 9562).
fn uuid(high: u64, low: u64) -> String {
    let high = (high & !0xf000) | 0x4000;
    let low = (low & !(0b11 << 62)) | (0b10 << 62);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

/// A day; after the year 9000 the count goes on within the day.
fn day(position: u32) -> String {
    const DAYS: u32 = 2_500_000;
    let day = date(1970, 1, 1).saturating_add(i64::from(position % DAYS).days());
    match position / DAYS {
        0 => day.to_string(),
        minute => format!("{day}T{minute}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_run_as_they_say() {
        let first = |pattern: Pattern| pattern.texts(1, 2);
        assert_eq!(first(Pattern::Sequential), ["1", "2"]);
        assert_eq!(first(Pattern::Ipv4), ["10.0.0.1", "10.0.0.2"]);
        assert_eq!(first(Pattern::Date), ["1970-01-01", "1970-01-02"]);
        assert_eq!(Pattern::Date.text(1, 31), "1970-02-01");
        assert_eq!(first(Pattern::SharedPrefix)[1], "prod/eu-west-1/service/cache/item/0000000001");
        let uuid = Pattern::Uuid.text(1, 0);
        assert_eq!((uuid.len(), &uuid[14..15]), (36, "4"));
        assert!(["8", "9", "a", "b"].contains(&&uuid[19..20]), "{uuid}");
        assert_ne!(uuid, Pattern::Uuid.text(2, 0));
    }

    #[test]
    fn no_text_comes_twice() {
        for pattern in Pattern::ALL {
            let mut texts = pattern.texts(1, 200_000);
            texts.sort_unstable();
            texts.dedup();
            assert_eq!(texts.len(), 200_000, "{pattern}");
        }
        assert_ne!(Pattern::Date.text(1, 7), Pattern::Date.text(1, 2_500_007));
    }
}
