//! What ends measuring.

use crate::keys::KeyError;
use crate::stats::StatsError;

/// What measuring cannot go on from.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// A law of probability that was asked for what it cannot give.
    #[error("statistics: {0}")]
    Stats(#[from] StatsError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The scenario asks for what there is not.
    #[error("{0}")]
    Request(String),
}
