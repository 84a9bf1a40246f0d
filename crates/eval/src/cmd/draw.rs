//! Which draw of a run is meant: the seed and the repetition.

use std::ops::RangeInclusive;

use clap::Args;

/// The seed and the repetition of a row of `records.csv`.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Draw {
    /// The seed of the run: column `seed` of records.csv
    #[arg(long, value_name = "N", default_value_t = 1, allow_hyphen_values = true, value_parser = seed)]
    pub(super) seed: u64,
    /// The repetition, from 0: column `repetition`
    #[arg(long, value_name = "R", default_value_t = 0, allow_hyphen_values = true, value_parser = repetition)]
    pub(super) repetition: u32,
}

fn seed(text: &str) -> Result<u64, String> {
    number_within(text, 0..=u64::MAX)
}

fn repetition(text: &str) -> Result<u32, String> {
    let number = number_within(text, 0..=u64::from(u32::MAX))?;
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}

/// A whole number of an option, with words for those who give another.
pub(super) fn number_within(text: &str, range: RangeInclusive<u64>) -> Result<u64, String> {
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| format!("give a whole number from {} to {}", range.start(), range.end()))
}
