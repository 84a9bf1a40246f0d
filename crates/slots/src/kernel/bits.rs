//! What is said of a number of bits that no table has.

use core::{error::Error, fmt};

use crate::admission::{FEWEST, MOST};

/// A number of bits below 8 or above 24.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BitsError {
    /// The number requested.
    pub bits: u32,
}

impl fmt::Display for BitsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bits must be from {FEWEST} to {MOST}, and they are {}", self.bits)
    }
}

impl Error for BitsError {}
