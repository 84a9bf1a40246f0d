//! The level of one check among many, so that all of them together raise a false alarm rarely enough.

use super::error::{StatsError, require};
use super::numeric::float;

/// The probability of one tail of one check, between 0 and ½ (both excluded).
///
/// A two-sided band at this level leaves out at most this much on either side.
///
/// ```
/// use annulus_eval::stats::Tail;
/// assert_eq!(Tail::new(1e-6)?.probability(), 1e-6);
/// assert!(Tail::new(0.7).is_err());
/// # Ok::<(), annulus_eval::stats::StatsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Tail(f64);

impl Tail {
    /// A tail of this probability.
    ///
    /// # Errors
    /// A probability that is not between 0 and ½.
    pub fn new(probability: f64) -> Result<Self, StatsError> {
        require(probability > 0.0 && probability < 0.5, "a tail's probability", "between 0 and 0.5", probability)?;
        Ok(Self(probability))
    }

    /// The probability.
    #[must_use]
    pub fn probability(self) -> f64 {
        self.0
    }

    /// The tail that each of several things may have, so that all together keep to this one (Bonferroni).
    #[must_use]
    pub fn shared_by(self, things: u64) -> Self {
        Self(self.0 / float(things.max(1)))
    }
}

/// A family of checks, counted before the run, that as a whole may fail for no reason with a stated probability.
///
/// ```
/// use annulus_eval::stats::family::Family;
/// // 500 two-sided checks on one seed: 10⁻³ / (2 · 500 · 1).
/// assert_eq!(Family::new(500, 1)?.tail().probability(), 1e-6);
/// # Ok::<(), annulus_eval::stats::StatsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Family {
    checks: u64,
    seeds: u64,
    tail: Tail,
}

impl Family {
    /// The probability that a whole evaluation of true algorithms fails: one in a thousand.
    pub const LEVEL: f64 = 1e-3;

    /// A family of that many checks, each made on that many seeds.
    ///
    /// # Errors
    /// No checks or no seeds.
    pub fn new(checks: u64, seeds: u64) -> Result<Self, StatsError> {
        require(checks > 0, "the number of checks", "at least 1", float(checks))?;
        require(seeds > 0, "the number of seeds", "at least 1", float(seeds))?;
        let tail = Tail::new(Self::LEVEL / (2.0 * float(checks) * float(seeds)))?;
        Ok(Self { checks, seeds, tail })
    }

    /// How many checks there are on each seed.
    #[must_use]
    pub fn checks(self) -> u64 {
        self.checks
    }

    /// On how many seeds each is made.
    #[must_use]
    pub fn seeds(self) -> u64 {
        self.seeds
    }

    /// The level of one tail of one check on one seed: [`LEVEL`](Self::LEVEL) / (2 · checks · seeds).
    #[must_use]
    pub fn tail(self) -> Tail {
        self.tail
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_family_spends_its_level_exactly() {
        let family = Family::new(37, 20).unwrap();
        let spent = family.tail().probability() * 2.0 * 37.0 * 20.0;
        assert!((spent - Family::LEVEL).abs() < 1e-18);
        assert_eq!((family.checks(), family.seeds()), (37, 20));
    }

    #[test]
    fn nothing_to_check_is_an_error_that_names_it() {
        assert_eq!(Family::new(0, 1).unwrap_err().to_string(), "the number of checks must be at least 1, not 0");
        assert!(Family::new(1, 0).is_err());
        for bad in [0.0, 0.5, -1.0, f64::NAN] {
            assert!(Tail::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_tail_is_shared_evenly() {
        assert_eq!(Tail::new(1e-3).unwrap().shared_by(10).probability(), 1e-4);
    }
}
