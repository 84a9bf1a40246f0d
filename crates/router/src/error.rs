//! Why an update was not published.

use std::{error::Error, fmt};

use annulus_core::{ChangeError, Refusal};

/// Why an update was not published. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpdateError {
    /// The ring refused a change. The position counts the changes of the batch, from zero.
    Refused(ChangeError),
    /// Readers and snapshots hold all copies that [`Settings::max_copies`](crate::Settings::max_copies) allows. Without a limit
    /// this does not occur.
    Behind(Behind),
    /// Code of the ring, of its data or of the state beside it panicked while the update was applied.
    Interrupted,
}

/// Readers and snapshots hold all copies that [`Settings::max_copies`](crate::Settings::max_copies) allows, and did not let go
/// within the patience.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Behind {
    /// The most copies allowed.
    pub max_copies: usize,
    /// The version that is published.
    pub version: u64,
    /// The oldest version that a reader holds.
    pub oldest: u64,
}

impl fmt::Display for UpdateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => refused(error, f),
            Self::Behind(behind) => behind.fmt(f),
            Self::Interrupted => {
                f.write_str("a panic in code of the ring or of its data interrupted the update; it was not published")
            }
        }
    }
}

/// The ring's message, with the position in the batch, and in terms of [`Changes`](crate::Changes).
fn refused(error: &ChangeError, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if error.position > 0 {
        write!(f, "change {} of the batch: ", error.position + 1)?;
    }
    let (message, reason) = (error.to_string(), error.reason.to_string());
    match (&error.reason, message.strip_suffix(&reason)) {
        (Refusal::Duplicate, Some(who)) => write!(
            f,
            "{who}a consumer of this name is there already, or is added twice; use `Changes::replace` for other data, \
             `Changes::reweight` for another weight, or remove it before"
        ),
        _ => f.write_str(&message),
    }
}

impl fmt::Display for Behind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { max_copies, version, oldest } = self;
        write!(
            f,
            "readers hold all {max_copies} copies (version {version} is published, and one still holds version {oldest}); call \
             `Reader::release` before a reader idles, drop kept snapshots, or allow more with `Settings::max_copies`"
        )
    }
}

// The messages include their reasons, so these are no `source`: a chain of messages would print them twice.
impl Error for UpdateError {}
impl Error for Behind {}
