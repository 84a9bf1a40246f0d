//! One flat row per figure: what the measures write, and all that reports and plots read, in one vocabulary.

mod case;
mod row;
mod status;
mod words;

pub use case::Case;
pub use row::{Record, read_csv, write_csv};
pub use status::{Checksum, Status};
pub use words::{Floor, Measure, Metric, PUBLISHED, RANDOM_DIGESTS, RANDOM_NAMES, Unit};
