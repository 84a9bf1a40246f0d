//! Answers that are more than a number or a word: weights, and rates of change.

use std::fmt;
use std::str::FromStr;

use annulus_core::Weight;
use serde::{Deserialize, Serialize};

/// Weights of nodes, which get them in turn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Weights(pub(super) Vec<Weight>);

impl FromStr for Weights {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let weight = |item: &str| {
            let weight = item.trim().parse().ok().and_then(Weight::new);
            weight.ok_or_else(|| format!("`{item}` is no weight; give whole numbers from 1 to {}, as 4,8,16", u32::MAX))
        };
        text.split(',').map(weight).collect::<Result<_, _>>().map(Self)
    }
}

impl Serialize for Weights {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|weight| weight.get()))
    }
}

impl<'de> Deserialize<'de> for Weights {
    /// A list, or a text as on the command line.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "expected weights as [4, 8, 16]")]
        enum Written {
            List(Vec<u32>),
            Text(String),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::List(list) => list.iter().map(u32::to_string).collect::<Vec<_>>().join(","),
            Written::Text(text) => text,
        };
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Changes in a month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rate(pub(super) f64);

/// How many of each there are in a month.
const PERIODS: [(&str, f64); 5] = [("hour", 730.5), ("day", 30.4375), ("week", 4.348_214), ("month", 1.0), ("year", 1.0 / 12.0)];

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, period) = text.split_once('/').unwrap_or((text, "month"));
        let wrong = || format!("`{text}` is no rate; write a number and per hour, day, week, month or year, as 4/month");
        let number: f64 = number.trim().parse().map_err(|_| wrong())?;
        let (_, each) = PERIODS.iter().find(|(name, _)| *name == period.trim()).ok_or_else(wrong)?;
        if number.is_finite() && number >= 0.0 { Ok(Self(number * each)) } else { Err(wrong()) }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_whole = |each: f64| (self.0 / each - (self.0 / each).round()).abs() < 1e-6;
        let (period, each) = PERIODS.into_iter().take(4).find(|(_, each)| is_whole(*each)).unwrap_or(("month", 1.0));
        write!(f, "{}/{period}", if is_whole(each) { (self.0 / each).round() } else { self.0 })
    }
}

impl Serialize for Rate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_written_as_they_were_given() {
        for text in ["4/month", "50/day", "3/week", "7/hour", "1.5/month"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn rates_are_told_by_month() {
        let of = |text: &str| text.parse::<Rate>().map(|rate| rate.0);
        assert_eq!((of("4"), of("4/month"), of("12/year")), (Ok(4.0), Ok(4.0), Ok(1.0)));
        assert!((of("2/day").unwrap() - 60.875).abs() < 1e-9);
        for wrong in ["", "x", "4/fortnight", "-1/day", "inf"] {
            assert!(of(wrong).unwrap_err().contains("as 4/month"), "{wrong}");
        }
    }
}
