//! What look-ups take under these members and weights.

use annulus_clock::{Built, Cell, Kind, Observed, Plan, Sittings, Timings, time};

use crate::algorithm::{Algorithm, Placement};
use crate::members::Member;
use crate::progress::Progress;

use super::standing::build;

/// Sittings and rounds: an interval needs several, and one program's heap differs from the next.
const PLAN: (u32, u32) = (5, 3);

/// What is timed: by digest, and by a key of 16 bytes.
const KINDS: [Kind; 3] = [Kind::DigestLatency, Kind::DigestThroughput, Kind::KeyLatency(16)];

/// Times of all algorithms.
#[derive(Debug)]
pub(crate) struct Times {
    timings: Timings,
}

impl Times {
    /// How many steps [`take`](Self::take) reports as done.
    pub(crate) fn work(algorithms: &[Algorithm]) -> u64 {
        u64::from(PLAN.0 * PLAN.1) * algorithms.len() as u64
    }

    /// Times every algorithm on these members. No other thread may run meanwhile.
    pub(crate) fn take(algorithms: &[Algorithm], members: &[Member], seed: u64, progress: &Progress) -> Self {
        let (sittings, rounds) = PLAN;
        let cells = vec![Cell { kinds: KINDS.into(), is_cold: false }; algorithms.len()];
        let boxed = |placement: Box<dyn Placement>| -> Box<dyn annulus_clock::Timed> { placement };
        let subjects = |sitting: u32| -> Vec<Built<'static>> {
            progress.begin(format!("time of look-ups, sitting {} of {sittings}", sitting + 1));
            algorithms.iter().map(|algorithm| build(algorithm, members).ok().map(boxed)).collect()
        };
        let timings = time(&Plan { sittings, rounds, cold: 0, seed }, &cells, subjects, || progress.advance(1));
        Self { timings }
    }

    /// Nanoseconds of an algorithm's look-ups of one kind; nothing where it was refused or its timed answers were wrong.
    pub(crate) fn of(&self, algorithm: usize, kind: Kind) -> Option<Sittings> {
        let series = self.timings.series.iter().find(|series| series.cell == algorithm && series.kind == kind)?;
        (series.wrong == 0).then(|| self.timings.estimate(series)).flatten()
    }

    /// What was seen of the machine meanwhile.
    pub(crate) fn observed(&self) -> Observed {
        self.timings.observed
    }

    /// What look-ups are divided by: nanoseconds of a multiplication that waits for the one before.
    pub(crate) fn chain(&self) -> f64 {
        self.timings.chain()
    }
}
