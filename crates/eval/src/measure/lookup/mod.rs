//! The time of look-ups, by a method that holds up on shared machines.
//!
//! Chunks of microseconds, each timed by itself; every subject has a turn in each round, in random order; the median
//! chunk of a turn, then the median over rounds with its interval. Every chunk asks for fresh digests or keys, so that no
//! branch is remembered. *Latency*: each look-up waits for the answer before. *Throughput*: none does. Answers are
//! summed inside the timed loop and held against untimed ones after it, so that nothing is optimised away or wrong.
//! Percentiles are of chunks, since no clock can time a single look-up.

mod chunk;
mod cold;
mod floors;
mod turns;

use annulus_core::SipHash;
use rand::seq::SliceRandom;

use crate::algorithm::Timed;
use crate::keys::generated::{self, Purpose};
use crate::record::{Case, Floor, Record};

use super::part::{Alone, Measured, Part, Run};
use super::row::Cell;
use super::study::Study;
use chunk::{Chunk, Kind};
use floors::{EmptyLoop, HashAlone};
use turns::{MEASURE, Subject, Timee};

pub(super) use turns::LEVEL;

/// About what a cold chunk takes, nearly all of it to empty the caches.
const NANOSECONDS_A_COLD_CHUNK: u64 = 15_000_000;

pub(super) const PART: Part = Part {
    name: "time of look-ups",
    run: Run::Alone(Alone { is_asked: |scenario| scenario.lookup.is_some(), work, run: measure }),
};

fn work(study: &Study<'_>, nodes: u64) -> u64 {
    study.scenario.lookup.as_ref().map_or(0, |lookup| {
        let warm = (lookup.rounds * lookup.chunks * lookup.chunk) as u64 * (100 + nodes);
        study.algorithms(nodes).len() as u64 * (warm + lookup.cold as u64 * NANOSECONDS_A_COLD_CHUNK)
    })
}

/// Times every algorithm and the floors in turn and records the medians in nanoseconds a look-up.
fn measure(study: &Study<'_>, nodes: u64) -> Measured {
    let Some(plan) = &study.scenario.lookup else { return Ok(Vec::new()) };
    let (mut subjects, mut records) = subjects(study, nodes, plan.rounds * plan.chunks * plan.chunk);
    let mut rng = generated::generator(study.scenario.seed, Purpose::Timing, 1);
    let mut chunk = Chunk::new(plan.chunk);
    let mut order: Vec<(usize, usize)> =
        (subjects.iter().enumerate()).flat_map(|(subject, of)| (0..of.turns.len()).map(move |turns| (subject, turns))).collect();
    for _ in 0..plan.rounds {
        order.shuffle(&mut rng);
        for &(subject, turns) in &order {
            let Subject { timee, turns: of_subject, .. } = &mut subjects[subject];
            of_subject[turns].take_one(timee, &mut chunk, study.keys, plan.chunks, &mut rng);
        }
    }
    for subject in &subjects {
        for turns in &subject.turns {
            records.extend(turns.records(&subject.cell)?);
        }
    }
    records.extend(cold::measure(&subjects, plan.cold, study.keys, &mut rng)?);
    Ok(records)
}

fn subjects(study: &Study<'_>, nodes: u64, look_ups: usize) -> (Vec<Subject>, Vec<Record>) {
    let keys = study.keys.name();
    let floor = |which, floor: Box<dyn Timed>, kinds: &[Kind]| {
        let cell = Cell::of_floor(study, which, nodes, keys, look_ups).of_keys(study.keys_checksum);
        Subject::new(cell, Timee::Floor(floor), kinds)
    };
    let mut subjects = vec![
        floor(Floor::EmptyLoop, Box::new(EmptyLoop), &[Kind::DigestLatency, Kind::DigestThroughput]),
        floor(Floor::HashAlone, Box::new(HashAlone(SipHash::new())), &[Kind::StringLatency, Kind::StringThroughput]),
    ];
    let mut skipped = Vec::new();
    for (algorithm, built) in study.build_all(nodes) {
        let cell = Cell::new(study, algorithm, nodes, keys, look_ups, 0).of_keys(study.keys_checksum);
        match built {
            Ok(placement) => subjects.push(Subject::new(cell, Timee::Algorithm(placement), &Kind::ALL)),
            Err(refusal) => skipped.push(cell.refused(MEASURE, Case::Only, &refusal)),
        }
    }
    (subjects, skipped)
}
