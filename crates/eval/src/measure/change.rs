//! The time that building, adding one node and removing one take, in sittings with names of their own.

use std::time::Instant;

use annulus_clock::{Sittings, chain, median, nanoseconds};
use rand::Rng;
use rand::seq::SliceRandom;

use crate::algorithm::{Algorithm, NodeId, Placement};
use crate::keys::generated::{self, Purpose};
use crate::record::{Case, Measure, Metric, Record, Unit};

use super::count::index;
use super::lookup::LEVEL;
use super::part::{Alone, Measured, Part, Run};
use super::row::Cell;
use super::study::Study;

const MEASURE: Measure = Measure::Change;

pub(super) const PART: Part = Part {
    name: "time of changes",
    run: Run::Alone(Alone { is_asked: |scenario| scenario.change.is_some(), work, run: measure }),
};

fn work(study: &Study<'_>, nodes: u64) -> u64 {
    let turns = study.scenario.change.as_ref().map_or(0, |change| u64::from(change.sittings * change.rounds));
    study.algorithms(nodes).len() as u64 * turns * (1_000_000 + nodes * 10_000)
}

/// The three figures, in the order in which a turn takes them.
const METRICS: [Metric; 3] = [Metric::Build, Metric::AddOne, Metric::RemoveOne];

/// Changes of a turn before those that count, and those that count.
const UNTIMED: usize = 1;
const TIMED: usize = 5;

/// One algorithm, and the figures of the sittings so far, in units of the floor.
struct Subject<'a> {
    algorithm: &'a Algorithm,
    figures: [Vec<f64>; 3],
}

/// Gives every algorithm a turn in each round of each sitting, in random order.
fn measure(study: &Study<'_>, nodes: u64) -> Measured {
    let Some(change) = &study.scenario.change else { return Ok(Vec::new()) };
    let mut subjects = Vec::new();
    let mut records = Vec::new();
    for (algorithm, built) in study.build_all(nodes) {
        match built {
            Ok(_) => subjects.push(Subject { algorithm, figures: Default::default() }),
            Err(refusal) => records.push(Cell::new(study, algorithm, nodes, "", 0, 0).refused(MEASURE, Case::Only, &refusal)),
        }
    }
    let mut rng = generated::generator(study.scenario.seed, Purpose::Timing, 0);
    let mut chains = Vec::new();
    for sitting in 0..change.sittings {
        let names = generated::node_names(study.scenario.seed, sitting, index(nodes) + UNTIMED + TIMED);
        let mut order: Vec<usize> = (0..subjects.len()).collect();
        let mut times: Vec<[Vec<f64>; 3]> = subjects.iter().map(|_| Default::default()).collect();
        for _ in 0..change.rounds {
            order.shuffle(&mut rng);
            let victims: Vec<usize> = (0..UNTIMED + TIMED).map(|_| index(rng.next_u64() % nodes)).collect();
            for &turn in &order {
                let floor = chain();
                chains.push(floor);
                let took = take_turn(subjects[turn].algorithm, names.split_at(index(nodes)), &victims);
                for (times, took) in times[turn].iter_mut().zip(took) {
                    times.extend(took.map(|took| took / floor));
                }
            }
        }
        for (subject, times) in subjects.iter_mut().zip(&mut times) {
            for (figures, times) in subject.figures.iter_mut().zip(times) {
                figures.extend((!times.is_empty()).then(|| median(times)));
            }
        }
    }
    let floor = median(&mut chains);
    records.extend(subjects.iter().flat_map(|subject| subject.records(study, nodes, floor)));
    Ok(records)
}

/// What a build, an addition and a removal take. The first of each is not counted: it meets cold caches.
fn take_turn(algorithm: &Algorithm, (names, newcomers): (&[String], &[String]), victims: &[usize]) -> [Option<f64>; 3] {
    let _ = algorithm.build(names);
    let start = Instant::now();
    let built = algorithm.build(names);
    let build = nanoseconds(start.elapsed());
    let Ok(mut placement) = built else { return [None; 3] };
    let (mut additions, mut removals) = (Vec::new(), Vec::new());
    for (newcomer, &victim) in newcomers.iter().zip(victims) {
        additions.extend(timed(|| placement.add(&[(newcomer, NodeId::MAX)]).is_ok()));
        placement.remove(newcomer);
        removals.extend(removed(&mut *placement, &names[victim]));
    }
    let counted = |times: &[f64]| {
        let mut times = times.get(UNTIMED..).unwrap_or_default().to_vec();
        (!times.is_empty()).then(|| median(&mut times))
    };
    [Some(build), counted(&additions), counted(&removals)]
}

/// What it takes to remove a node, which is then added again.
fn removed(placement: &mut dyn Placement, victim: &str) -> Option<f64> {
    let took = timed(|| placement.remove(victim));
    // It was there a moment ago, so there is room for it.
    let _ = placement.add(&[(victim, NodeId::MAX)]);
    took
}

/// What a change takes, unless it is refused.
fn timed(change: impl FnOnce() -> bool) -> Option<f64> {
    let start = Instant::now();
    let is_done = change();
    let took = nanoseconds(start.elapsed());
    is_done.then_some(took)
}

impl Subject<'_> {
    fn records(&self, study: &Study<'_>, nodes: u64, floor: f64) -> Vec<Record> {
        let cell = Cell::new(study, self.algorithm, nodes, "", 0, 0);
        let row = |(&metric, figures): (&Metric, &Vec<f64>)| {
            let figures: Vec<f64> = figures.iter().map(|figure| figure * floor).collect();
            match Sittings::of(&figures) {
                Some(sittings) => cell.row(MEASURE, Case::Only, metric, Unit::Nanoseconds).of_sittings(&sittings, LEVEL),
                None => cell.skipped(MEASURE, metric, "every change was refused"),
            }
        };
        METRICS.iter().zip(&self.figures).map(row).collect()
    }
}
