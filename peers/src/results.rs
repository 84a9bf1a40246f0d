//! What a run found out: figures of sittings and rounds, and outcomes of probes, from which everything else is computed.

use std::collections::BTreeMap;

use annulus_clock::Kind;

use crate::cell::{Algorithm, Cell};
use crate::ours::State;
use crate::probe::Outcome;
use crate::seen::Seen;
use crate::stats::{self, Estimate};
use crate::subject::{Entry, Measure, Role};

/// One figure for each sitting of look-ups, or for each round of changes and builds.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    /// How many look-ups, changes or builds were timed at once.
    pub(crate) chunk: usize,
    /// In nanoseconds for one of them.
    pub(crate) figures: Vec<f64>,
}

/// A part of somebody's work that is timed by itself: its name in tables, and its series.
pub(crate) type Part = (&'static str, Vec<(Measure, Series)>);

/// One who took part in a cell.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) role: Role,
    /// What the process of its own found; floors have none.
    pub(crate) outcome: Outcome,
    /// Whether the instance that was timed answers as that in the other process.
    pub(crate) deterministic: Option<bool>,
    /// What the algorithm keeps beside names and data, where this is the contract's form of ours.
    pub(crate) state: Option<State>,
    /// Whether it was built once and used in all sittings.
    pub(crate) built_once: bool,
    pub(crate) series: BTreeMap<Measure, Series>,
}

impl Subject {
    pub(crate) fn new(entry: &Entry) -> Self {
        Self {
            name: entry.name,
            role: entry.role,
            outcome: Outcome::default(),
            deterministic: None,
            state: None,
            built_once: false,
            series: BTreeMap::new(),
        }
    }

    /// The time, over all sittings or rounds.
    pub(crate) fn time(&self, measure: Measure) -> Option<Estimate> {
        stats::estimate(measure.repeated(), self.figures(measure)?)
    }

    /// The time over that of another, by sittings or rounds.
    pub(crate) fn over(&self, measure: Measure, other: &Self, its_measure: Measure) -> Option<Estimate> {
        stats::ratio(measure.repeated(), self.figures(measure)?, other.figures(its_measure)?)
    }

    fn figures(&self, measure: Measure) -> Option<&[f64]> {
        self.series.get(&measure).map(|series| series.figures.as_slice())
    }
}

/// How a crate's claim to the paper's jump function fared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claimed {
    pub(crate) package: &'static str,
    pub(crate) keys: u64,
    pub(crate) differing: u64,
    pub(crate) edge_keys: u64,
    pub(crate) edge_differing: u64,
}

/// A run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Results {
    pub(crate) cells: BTreeMap<Cell, Vec<Subject>>,
    pub(crate) claims: Vec<Claimed>,
    /// What the clock saw of the machine.
    pub(crate) seen: Seen,
}

impl Results {
    pub(crate) fn subject(&self, cell: Cell, name: &str) -> Option<&Subject> {
        self.cells.get(&cell)?.iter().find(|subject| subject.name == name)
    }

    /// The cells of an algorithm, by their number of nodes.
    pub(crate) fn of(&self, algorithm: Algorithm) -> impl Iterator<Item = (Cell, &[Subject])> {
        self.cells
            .iter()
            .filter(move |(cell, _)| cell.algorithm == algorithm)
            .map(|(&cell, subjects)| (cell, subjects.as_slice()))
    }
}

/// The first of ours that was timed in one way: whom everybody is compared to.
pub(crate) fn baseline(subjects: &[Subject], kind: Kind) -> Option<&Subject> {
    subjects.iter().find(|subject| subject.role == Role::Ours && subject.series.contains_key(&Measure::LookUp(kind)))
}
