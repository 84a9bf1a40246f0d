//! A study, run part by part.

use crate::progress::Progress;
use crate::record::Record;

use super::error::MeasureError;
use super::parts::PARTS;
use super::study::Study;

/// What keeps finished steps, so that a run can be interrupted.
pub trait Steps {
    /// The records of a step that was finished before.
    fn finished(&self, step: &str) -> Option<Vec<Record>>;

    /// Keeps the records of a step that is finished now.
    ///
    /// # Errors
    /// Why they cannot be kept.
    fn finish(&mut self, step: &str, records: &[Record]) -> Result<(), MeasureError>;
}

/// Keeps nothing.
struct Forgetful;

impl Steps for Forgetful {
    fn finished(&self, _: &str) -> Option<Vec<Record>> {
        None
    }

    fn finish(&mut self, _: &str, _: &[Record]) -> Result<(), MeasureError> {
        Ok(())
    }
}

impl Study<'_> {
    /// Measures everything but the [times](Self::times) of look-ups. What can run on all cores does; changes are timed alone.
    ///
    /// # Errors
    /// A law that cannot be had for these numbers. An algorithm that refuses a size is no error but a skipped row.
    pub fn run(&self, progress: &Progress) -> Result<Vec<Record>, MeasureError> {
        self.run_steps(&mut Forgetful, progress)
    }

    /// The same, a step at a time: a step that was finished before is taken from `steps`, every other one is handed to it. A step is a
    /// family of figures, at one size where it runs alone.
    ///
    /// # Errors
    /// As [`run`](Self::run), and what `steps` reports.
    pub fn run_steps(&self, steps: &mut dyn Steps, progress: &Progress) -> Result<Vec<Record>, MeasureError> {
        let checks = self.checks();
        let mut records = Vec::new();
        for part in PARTS.iter().filter(|part| part.is_shared()) {
            let measure = || part.run_shared(self, checks, progress);
            records.extend(step(steps, part.name, progress, part.work(self), measure)?);
        }
        for size in &self.grid {
            for part in PARTS.iter().filter(|part| part.is_alone()) {
                let (name, work) = (format!("{} of {}", part.name, size.nodes), part.work_at(self, size.nodes));
                let measure = || part.run_alone(self, size.nodes, progress);
                records.extend(step(steps, &name, progress, work, measure)?);
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

/// The records of one step, measured unless they were before.
fn step(
    steps: &mut dyn Steps,
    name: &str,
    progress: &Progress,
    work: u64,
    measure: impl FnOnce() -> Result<Vec<Record>, MeasureError>,
) -> Result<Vec<Record>, MeasureError> {
    if let Some(records) = steps.finished(name) {
        progress.advance(work);
        return Ok(records);
    }
    let records = measure()?;
    steps.finish(name, &records)?;
    Ok(records)
}
