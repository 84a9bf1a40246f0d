//! When something happened: seconds, or a date.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// A time as it was written, and what it is ordered by.
#[derive(Clone, Debug)]
pub struct Time {
    text: String,
    seconds: f64,
}

impl Time {
    /// Seconds: the number that was written, or those of a date since 1970.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.seconds
    }
}

/// What is no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoTime;

impl FromStr for Time {
    type Err = NoTime;

    /// A number, as `1435004012` or `0.5`, or a date, as `2026-01-31`, `2026-01-31T12:00:00` (of UTC) or `2026-01-31T12:00:00+02:00`.
    fn from_str(text: &str) -> Result<Self, NoTime> {
        let number = || text.parse::<f64>().ok().filter(|seconds| seconds.is_finite());
        let stamp = || text.parse::<Timestamp>().ok();
        // A date with a place behind it would also parse as one without.
        let local = || text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(|date| date.at(0, 0, 0, 0))).ok();
        let of_utc = || TimeZone::UTC.to_timestamp(local()?).ok();
        let of_date = || stamp().or_else(of_utc).map(|stamp| stamp.as_duration().as_secs_f64());
        let seconds = number().or_else(of_date).ok_or(NoTime)?;
        Ok(Self { text: text.to_owned(), seconds })
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_are_times_and_words_are_not() {
        for (text, seconds) in [
            ("1435004012", 1_435_004_012.0),
            ("-0.5", -0.5),
            ("1970-01-02", 86_400.0),
            ("1970-01-01T00:01:00", 60.0),
            ("1970-01-01T00:00:01Z", 1.0),
            ("1970-01-01T02:00:00+02:00", 0.0),
        ] {
            let time: Time = text.parse().unwrap();
            assert_eq!((time.seconds(), time.to_string()), (seconds, text.to_owned()));
        }
        for text in ["", "noon", "NaN", "inf", "2026-13-01", "1,5"] {
            assert!(text.parse::<Time>().is_err(), "{text}");
        }
    }
}
