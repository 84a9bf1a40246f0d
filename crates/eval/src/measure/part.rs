//! A part of a study: its name, how many of its figures are held to chance, its work, and how it is run.

use rayon::prelude::*;

use crate::algorithm::Algorithm;
use crate::progress::Progress;
use crate::record::{RANDOM_DIGESTS, Record};
use crate::scenario::Scenario;
use crate::stats::Tail;
use crate::stats::family::Family;

use super::error::MeasureError;
use super::row::Cell;
use super::study::Study;

pub(super) type Measured = Result<Vec<Record>, MeasureError>;

/// One part.
pub(super) struct Part {
    /// For the progress bar.
    pub(super) name: &'static str,
    pub(super) run: Run,
}

/// How a part is run.
pub(super) enum Run {
    /// In a way of its own, on all cores.
    Whole(Whole),
    /// On each algorithm at each size that its plan has, with keys of its own, on all cores.
    Cells(Cells),
    /// At each size, while no other thread runs or allocates.
    Alone(Alone),
    /// After all others and all sizes together, by a call of its own: about how many nanoseconds it takes.
    Last { work: fn(&Study<'_>) -> u64 },
}

pub(super) struct Whole {
    /// How many figures are held to a band of chance. A part with a family of its own counts none.
    pub(super) checks: fn(&Study<'_>) -> u64,
    /// About how many nanoseconds it takes.
    pub(super) work: fn(&Study<'_>) -> u64,
    /// `checks` is how many there are in the whole study.
    pub(super) run: fn(&Study<'_>, u64, &Progress) -> Measured,
}

pub(super) struct Cells {
    /// `None` where the scenario does not ask for it.
    pub(super) plan: fn(&Scenario) -> Option<Plan<'_>>,
    /// One algorithm at one size under one repetition.
    pub(super) measure: fn(&Scenario, &Cell, &Algorithm, u64, Tail) -> Measured,
}

/// What a scenario asks of a part.
pub(super) struct Plan<'a> {
    /// At which sizes; at all where it is empty.
    pub(super) nodes: &'a [u64],
    pub(super) key_count: usize,
    pub(super) repetitions: u32,
    /// How many figures of one cell are held to a band of chance.
    pub(super) checks: u64,
    /// About how many times each key is placed.
    pub(super) passes: u64,
}

pub(super) struct Alone {
    pub(super) is_asked: fn(&Scenario) -> bool,
    /// About how many nanoseconds one size takes.
    pub(super) work: fn(&Study<'_>, u64) -> u64,
    pub(super) run: fn(&Study<'_>, u64) -> Measured,
}

impl Part {
    /// How many figures are held to a band of chance.
    pub(super) fn checks(&self, study: &Study<'_>) -> u64 {
        match &self.run {
            Run::Whole(whole) => (whole.checks)(study),
            Run::Cells(cells) => (cells.plan)(study.scenario).map_or(0, |plan| plan.checks * plan.cells(study).len() as u64),
            Run::Alone(_) | Run::Last { .. } => 0,
        }
    }

    /// The work, in the units that are reported as done.
    pub(super) fn work(&self, study: &Study<'_>) -> u64 {
        match &self.run {
            Run::Whole(whole) => (whole.work)(study),
            Run::Cells(cells) => {
                (cells.plan)(study.scenario).map_or(0, |plan| plan.cells(study).iter().map(|&(nodes, _)| plan.work(nodes)).sum())
            }
            Run::Last { work } => work(study),
            Run::Alone(alone) => study.grid.iter().map(|size| alone.work_at(study, size.nodes)).sum(),
        }
    }

    /// Whether it runs beside others.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self.run, Run::Whole(_) | Run::Cells(_))
    }

    /// Whether it has to run alone, at each size.
    pub(super) fn is_alone(&self) -> bool {
        matches!(self.run, Run::Alone(_))
    }

    /// The work at one size of what has to run alone.
    pub(super) fn work_at(&self, study: &Study<'_>, nodes: u64) -> u64 {
        if let Run::Alone(alone) = &self.run { alone.work_at(study, nodes) } else { 0 }
    }

    /// Runs what does not have to run alone.
    pub(super) fn run_shared(&self, study: &Study<'_>, checks: u64, progress: &Progress) -> Measured {
        match &self.run {
            Run::Whole(whole) => (whole.run)(study, checks, progress),
            Run::Cells(cells) => cells.run(self.name, study, checks, progress),
            Run::Alone(_) | Run::Last { .. } => Ok(Vec::new()),
        }
    }

    /// Runs what has to run alone, at one size.
    pub(super) fn run_alone(&self, study: &Study<'_>, nodes: u64, progress: &Progress) -> Measured {
        let Run::Alone(alone) = &self.run else { return Ok(Vec::new()) };
        if !(alone.is_asked)(study.scenario) {
            return Ok(Vec::new());
        }
        progress.begin(format!("{} of {nodes} nodes", self.name));
        let records = (alone.run)(study, nodes)?;
        progress.advance(alone.work_at(study, nodes));
        Ok(records)
    }
}

impl Alone {
    fn work_at(&self, study: &Study<'_>, nodes: u64) -> u64 {
        if (self.is_asked)(study.scenario) { (self.work)(study, nodes) } else { 0 }
    }
}

impl Plan<'_> {
    fn cells<'a>(&self, study: &'a Study<'_>) -> Vec<(u64, &'a Algorithm)> {
        let sizes = study.grid.iter().filter(|size| self.nodes.is_empty() || self.nodes.contains(&size.nodes));
        sizes.flat_map(|size| size.algorithms.iter().map(|algorithm| (size.nodes, algorithm))).collect()
    }

    fn work(&self, nodes: u64) -> u64 {
        self.passes * self.key_count as u64 * (20 + nodes / 10) * u64::from(self.repetitions)
    }
}

impl Cells {
    fn run(&self, name: &str, study: &Study<'_>, checks: u64, progress: &Progress) -> Measured {
        let mut records = Vec::new();
        let Some(plan) = (self.plan)(study.scenario) else { return Ok(records) };
        let tail = Family::new(checks.max(1), u64::from(plan.repetitions))?.tail();
        for (nodes, algorithm) in plan.cells(study) {
            progress.begin(format!("{name} of {} on {nodes} nodes", algorithm.key()));
            let one = |repetition: u32| {
                let cell = Cell::new(study, algorithm, nodes, RANDOM_DIGESTS, plan.key_count, repetition);
                (self.measure)(study.scenario, &cell, algorithm, nodes, tail)
            };
            let measured = (0..plan.repetitions).into_par_iter().map(one).collect::<Result<Vec<_>, _>>()?;
            records.extend(measured.into_iter().flatten());
            progress.advance(plan.work(nodes));
        }
        Ok(records)
    }
}
