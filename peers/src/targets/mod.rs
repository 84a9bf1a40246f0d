//! The targets: most are ratios to a textbook form in the same run, one is a time, some are bytes.

mod limits;
mod list;

use crate::cell::{Cell, POINTS};
use crate::ours::{OURS, State};
use crate::results::Results;
use crate::stats::{self, Estimate};
use crate::subject::Measure;
use crate::textbook::TEXTBOOK;

pub(crate) use list::targets;

/// What is to be reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Bound {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

/// What is bounded.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Figure {
    /// The textbook's time over ours; ours over the textbook's where the bound is from above.
    Ratio { ours: (&'static str, Measure), textbook: (&'static str, Measure), floor: Option<&'static str> },
    /// The nanoseconds of a build in a process of its own, on one core: the one figure that depends on the machine.
    Build,
    /// The bytes of state for each of these.
    State(Unit),
}

/// What state is kept for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Node,
    Point,
    Slot,
}

/// One target.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) row: &'static str,
    pub(crate) cell: Cell,
    pub(crate) figure: Figure,
    /// What is to be reached; without one the row is listed for its figures.
    pub(crate) bound: Option<Bound>,
    /// Whether this processor has the vectors that it is about.
    pub(crate) available: bool,
}

/// What came of a target.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reached {
    /// What the bound is held against.
    pub(crate) figure: Estimate,
    pub(crate) parts: Parts,
}

/// What the figure is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Parts {
    /// Nanoseconds.
    Times { ours: Estimate, textbook: Option<Estimate>, floor: Option<Estimate> },
    /// Bytes.
    State(State),
}

impl Bound {
    /// Whether the figure is what it is to be.
    pub(crate) fn is_met(self, figure: f64) -> bool {
        match self {
            Self::AtLeast(least) => figure >= least,
            Self::AtMost(most) => figure <= most,
        }
    }

    /// By how much of itself it is missed; negative where it is passed.
    pub(crate) fn missed_by(self, figure: f64) -> f64 {
        match self {
            Self::AtLeast(least) => 1.0 - figure / least,
            Self::AtMost(most) => figure / most - 1.0,
        }
    }
}

impl Unit {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Point => "point",
            Self::Slot => "slot",
        }
    }

    /// How many there are in a cell.
    fn count(self, cell: Cell) -> f64 {
        match self {
            Self::Node => f64::from(cell.nodes),
            Self::Point => f64::from(cell.nodes) * f64::from(POINTS),
            Self::Slot => f64::from(cell.slots()),
        }
    }
}

impl Target {
    /// What keeps it from more; known of those that have a target.
    pub(crate) fn limit(&self) -> &'static str {
        self.bound.and_then(|_| limits::limit(self.row, self.cell)).unwrap_or("–")
    }

    /// The figures, if the run had this cell and the processor these vectors.
    pub(crate) fn reached(&self, results: &Results) -> Option<Reached> {
        if !self.available {
            return None;
        }
        match self.figure {
            Figure::Ratio { ours, textbook, floor } => self.ratio(results, ours, textbook, floor),
            Figure::Build => {
                let built = |name| Some(certain(results.subject(self.cell, name)?.outcome.build?.nanoseconds));
                let ours = built(OURS)?;
                Some(Reached { figure: ours, parts: Parts::Times { ours, textbook: built(TEXTBOOK), floor: None } })
            }
            Figure::State(unit) => {
                let state = results.subject(self.cell, OURS)?.state?;
                let figure = certain(stats::float(state.told) / unit.count(self.cell));
                Some(Reached { figure, parts: Parts::State(state) })
            }
        }
    }

    fn ratio(
        &self,
        results: &Results,
        (ours, measure): (&str, Measure),
        (textbook, its_measure): (&str, Measure),
        floor: Option<&str>,
    ) -> Option<Reached> {
        let subject = |name| results.subject(self.cell, name);
        let (mine, its) = (subject(ours)?, subject(textbook)?);
        let figure = match self.bound {
            Some(Bound::AtLeast(_)) | None => its.over(its_measure, mine, measure)?,
            Some(Bound::AtMost(_)) => mine.over(measure, its, its_measure)?,
        };
        // A floor is timed one look-up at a time, as the textbook form is.
        let floor = floor.and_then(|floor| subject(floor)?.time(its_measure));
        let parts = Parts::Times { ours: mine.time(measure)?, textbook: its.time(its_measure), floor };
        Some(Reached { figure, parts })
    }
}

/// A figure that was had once.
const fn certain(value: f64) -> Estimate {
    Estimate { value, low: value, high: value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_know_their_side() {
        assert!(Bound::AtLeast(2.0).is_met(2.0) && !Bound::AtLeast(2.0).is_met(1.9));
        assert!(Bound::AtMost(2.0).is_met(2.0) && !Bound::AtMost(2.0).is_met(2.1));
        assert!((Bound::AtLeast(2.0).missed_by(1.5) - 0.25).abs() < 1e-12);
        assert!((Bound::AtMost(2.0).missed_by(3.0) - 0.5).abs() < 1e-12);
    }
}
