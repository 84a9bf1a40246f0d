//! The time that building, adding one node and removing one take.

use std::time::Instant;

use rand::Rng;
use rand::seq::SliceRandom;

use crate::algorithm::{Algorithm, NodeId, Placement};
use crate::keys::generated::{self, Purpose};
use crate::record::{Case, Measure, Metric, Record, Unit};
use crate::stats::{float, intervals};

use super::count::index;
use super::error::MeasureError;
use super::part::{Alone, Measured, Part, Run};
use super::row::Cell;
use super::study::Study;

const MEASURE: Measure = Measure::Change;

pub(super) const PART: Part = Part {
    name: "time of changes",
    run: Run::Alone(Alone { is_asked: |scenario| scenario.change.is_some(), work, run: measure }),
};

fn work(study: &Study<'_>, nodes: u64) -> u64 {
    let rounds = study.scenario.change.as_ref().map_or(0, |change| change.rounds);
    study.algorithms(nodes).len() as u64 * rounds as u64 * (1_000_000 + nodes * 10_000)
}

/// The three figures, in the order in which a turn takes them.
const METRICS: [Metric; 3] = [Metric::Build, Metric::AddOne, Metric::RemoveOne];

/// One algorithm with its nodes, and the times it took so far.
struct Subject<'a> {
    algorithm: &'a Algorithm,
    placement: Box<dyn Placement>,
    samples: [Vec<f64>; 3],
}

/// Gives every algorithm a turn in each round, in random order, and records the medians in nanoseconds.
fn measure(study: &Study<'_>, nodes: u64) -> Measured {
    let Some(change) = &study.scenario.change else { return Ok(Vec::new()) };
    let names = generated::node_names(study.scenario.seed, 0, index(nodes) + 1);
    let Some((newcomer, names)) = names.split_last() else { return Ok(Vec::new()) };
    let mut records = Vec::new();
    let mut subjects = Vec::new();
    for (algorithm, built) in study.build_all(nodes) {
        match built {
            Ok(placement) => subjects.push(Subject { algorithm, placement, samples: Default::default() }),
            Err(refusal) => {
                records.push(Cell::new(study, algorithm, nodes, "", 0, 0).refused(MEASURE, Case::Only, &refusal));
            }
        }
    }
    let mut rng = generated::generator(study.scenario.seed, Purpose::Timing, 0);
    let mut order: Vec<usize> = (0..subjects.len()).collect();
    for _ in 0..change.rounds {
        order.shuffle(&mut rng);
        for &turn in &order {
            let victim = &names[index(rng.next_u64() % nodes)];
            subjects[turn].take_turn(names, newcomer, victim);
        }
    }
    for subject in &subjects {
        records.extend(subject.records(study, nodes)?);
    }
    Ok(records)
}

impl Subject<'_> {
    fn take_turn(&mut self, names: &[String], newcomer: &str, victim: &str) {
        let [build, add, remove] = &mut self.samples;
        // The first build of a turn meets a cold cache and is not counted.
        let _ = self.algorithm.build(names);
        let start = Instant::now();
        let built = self.algorithm.build(names);
        build.push(nanoseconds(start));
        drop(built);

        let id = NodeId::MAX;
        let start = Instant::now();
        let added = self.placement.add(&[(newcomer, id)]);
        let took = nanoseconds(start);
        if added.is_ok() {
            add.push(took);
            self.placement.remove(newcomer);
        }

        let start = Instant::now();
        let removed = self.placement.remove(victim);
        let took = nanoseconds(start);
        if removed {
            remove.push(took);
            // It was there a moment ago, so there is room for it.
            let _ = self.placement.add(&[(victim, id)]);
        }
    }

    fn records(&self, study: &Study<'_>, nodes: u64) -> Result<Vec<Record>, MeasureError> {
        let cell = Cell::new(study, self.algorithm, nodes, "", 0, 0);
        let rows = METRICS.iter().zip(&self.samples).map(|(&metric, samples)| {
            let row = cell.row(MEASURE, Case::Only, metric, Unit::Nanoseconds);
            if samples.is_empty() {
                return Ok(cell.skipped(MEASURE, metric, "every change was refused"));
            }
            let median = intervals::median(samples, super::lookup::LEVEL)?;
            Ok(row.measured(median.value, Some(median.interval)))
        });
        rows.collect()
    }
}

fn nanoseconds(start: Instant) -> f64 {
    float(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX))
}
