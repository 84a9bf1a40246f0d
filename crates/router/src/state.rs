//! What is known of a consumer: up, warming, draining, down.

use std::{error, fmt};

use crate::WHOLE;

/// The word of a draining consumer. Its part of the weight is none.
pub(crate) const DRAINING: u32 = 1 << 31;

/// What is known of a consumer, beside its membership.
///
/// ```
/// use annulus_router::{Share, State};
/// let tenth = Share::new(0.1)?;
/// assert_eq!(State::Warming(tenth).to_string(), "warming, 10 % of its keys");
/// assert_eq!(State::default(), State::Up);
/// # Ok::<(), annulus_router::ShareError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// It takes all its keys.
    #[default]
    Up,
    /// It takes a share of its keys, always the same ones. They stay when the share grows. The others go to the next consumers in
    /// their order. **If no other consumer takes a key, one that is warming up does**, so that no key is lost.
    Warming(Share),
    /// It takes no new keys, and serves the sessions that it has: see [`HealthView::keep`](crate::HealthView::keep).
    Draining,
    /// It takes no keys.
    Down,
}

/// A share of a consumer's keys: more than 0 and less than 1, in steps of 1/65,536.
///
/// ```
/// use annulus_router::Share;
/// assert_eq!(Share::new(0.25)?.get(), 0.25);
/// assert!(Share::new(1.5).unwrap_err().to_string().contains("and 1.5 is not"));
/// # Ok::<(), annulus_router::ShareError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(u16);

impl Share {
    /// The share `share`, rounded up to the next step, and to the greatest step below 1.
    ///
    /// # Errors
    /// [`ShareError`] unless it is more than 0 and less than 1.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 65,535")]
    pub fn new(share: f64) -> Result<Self, ShareError> {
        if share > 0.0 && share < 1.0 {
            Ok(Self((share * f64::from(WHOLE)).ceil().min(f64::from(u16::MAX)) as u16))
        } else {
            Err(ShareError(share))
        }
    }

    /// The share as a number.
    #[must_use]
    pub fn get(self) -> f64 {
        f64::from(self.0) / f64::from(WHOLE)
    }
}

/// A share that is not between 0 and 1.
///
/// ```
/// let error = annulus_router::Share::new(0.0).unwrap_err();
/// assert!(error.to_string().contains("for none `State::Draining` or `State::Down`"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShareError(f64);

impl fmt::Display for ShareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = self.0;
        write!(
            f,
            "a share must be more than 0 and less than 1, and {share} is not; for all keys use `State::Up`, for none `State::Draining` or \
             `State::Down`"
        )
    }
}

impl error::Error for ShareError {}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Up => f.write_str("up"),
            Self::Warming(share) => write!(f, "warming, {} of its keys", Percent(share.get())),
            Self::Draining => f.write_str("draining"),
            Self::Down => f.write_str("down"),
        }
    }
}

/// A share in per cent, without needless zeros.
struct Percent(f64);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", (self.0 * 1_000.0).round() / 10.0)
    }
}

impl State {
    /// In one word, as views hold it: the part of the weight, or a mark for draining.
    pub(crate) fn word(self) -> u32 {
        match self {
            Self::Up => WHOLE,
            Self::Warming(share) => share.0.into(),
            Self::Draining => DRAINING,
            Self::Down => 0,
        }
    }

    pub(crate) fn of(word: u32) -> Self {
        match word {
            0 => Self::Down,
            DRAINING => Self::Draining,
            part => u16::try_from(part).map_or(Self::Up, |part| Self::Warming(Share(part))),
        }
    }
}
