//! A study, run part by part.

use crate::progress::Progress;
use crate::record::Record;

use super::error::MeasureError;
use super::parts::PARTS;
use super::study::Study;

impl Study<'_> {
    /// Measures everything but the [times](Self::times) of look-ups. What can run on all cores does; changes are timed alone.
    ///
    /// # Errors
    /// A law that cannot be had for these numbers. An algorithm that refuses a size is no error but a skipped row.
    pub fn run(&self, progress: &Progress) -> Result<Vec<Record>, MeasureError> {
        let checks = self.checks();
        let mut records = Vec::new();
        for part in &PARTS {
            records.extend(part.run_shared(self, checks, progress)?);
        }
        for size in &self.grid {
            for part in &PARTS {
                records.extend(part.run_alone(self, size.nodes, progress)?);
            }
        }
        Ok(records)
    }

    /// All checks of the run, counted before it begins.
    pub(super) fn checks(&self) -> u64 {
        PARTS.iter().map(|part| part.checks(self)).sum()
    }

    /// The whole work in the units that [`run`](Self::run) reports as done: nanoseconds by a rough rule.
    #[must_use]
    pub fn work(&self) -> u64 {
        PARTS.iter().map(|part| part.work(self)).sum()
    }
}
