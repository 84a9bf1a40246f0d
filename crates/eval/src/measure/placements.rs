//! Balance and movement of the keys, for each set of names.

use rayon::prelude::*;

use crate::algorithm::Algorithm;
use crate::keys::generated;
use crate::progress::Progress;
use crate::record::{Measure, Record};
use crate::stats::Tail;
use crate::stats::family::Family;

use super::bands::Bands;
use super::count::index;
use super::error::MeasureError;
use super::part::{Measured, Part, Run, Whole};
use super::row::Cell;
use super::study::{DigestSet, Study};
use super::{balance, remap};

pub(super) const PART: Part = Part { name: "placements", run: Run::Whole(Whole { checks, work, run }) };

/// How many figures of one algorithm at one size on one set of keys are held to a band of chance: X² against the ideal
/// and against exact shares, the largest and the smallest load, CV and largest of the exact shares, keys taken by a
/// newcomer, the median of a table's collateral.
const CHECKS_PER_CELL: u64 = 8;

fn checks(study: &Study<'_>) -> u64 {
    let cells: usize = study.grid.iter().map(|size| size.algorithms.len()).sum();
    CHECKS_PER_CELL * (cells * study.sets.len()) as u64
}

fn work(study: &Study<'_>) -> u64 {
    let of_set = |nodes: u64, set: &DigestSet<'_>| units_of_pass(nodes, set) * u64::from(set.repetitions);
    let placed = |nodes: u64| -> u64 { study.sets.iter().map(|set| of_set(nodes, set)).sum() };
    study.grid.iter().map(|size| placed(size.nodes) * size.algorithms.len() as u64).sum()
}

fn run(study: &Study<'_>, checks: u64, progress: &Progress) -> Measured {
    let mut records = Vec::new();
    for size in &study.grid {
        for set in &study.sets {
            let tail = Family::new(checks, u64::from(set.repetitions))?.tail();
            for algorithm in &size.algorithms {
                progress.begin(format!("{} on {} nodes, {}", algorithm.key(), size.nodes, set.name));
                let place = Place { study, algorithm, nodes: size.nodes, set, tail };
                records.extend(place.measure(progress)?);
            }
        }
    }
    Ok(records)
}

/// One algorithm at one size on one set of keys.
struct Place<'a> {
    study: &'a Study<'a>,
    algorithm: &'a Algorithm,
    nodes: u64,
    set: &'a DigestSet<'a>,
    /// The level of one tail of one check on these keys.
    tail: Tail,
}

impl Place<'_> {
    /// Each set of names, and what all of them show together.
    fn measure(&self, progress: &Progress) -> Measured {
        let bands = Bands::new(self.algorithm.law(), self.nodes, self.set.len(), self.tail)?;
        let repetitions: Vec<u32> = (0..self.set.repetitions).collect();
        let measured: Vec<Vec<Record>> = repetitions
            .into_par_iter()
            .map(|repetition| {
                let records = self.one_set_of_names(&bands, &self.cell(repetition));
                progress.advance(units_of_pass(self.nodes, self.set));
                records
            })
            .collect::<Result<_, MeasureError>>()?;
        let mut records: Vec<Record> = measured.into_iter().flatten().collect();
        records.extend(remap::median_collateral(&self.cell(0), self.algorithm, self.nodes, &records));
        Ok(records)
    }

    fn cell(&self, repetition: u32) -> Cell {
        let cell = Cell::new(self.study, self.algorithm, self.nodes, self.set.name, self.set.len(), repetition);
        if self.set.keys.is_some() { cell.of_keys(self.study.keys_checksum) } else { cell }
    }

    fn one_set_of_names(&self, bands: &Bands, cell: &Cell) -> Measured {
        let (seed, repetition) = (self.study.scenario.seed, cell.repetition());
        // One name more than there are nodes: the newcomer's.
        let mut names = generated::node_names(seed, repetition, index(self.nodes) + 1);
        let newcomer = names.pop().unwrap_or_default();
        let placement = match self.algorithm.build(&names) {
            Ok(placement) => placement,
            Err(refusal) => return Ok(cell.all_refused(&[Measure::Balance, Measure::Remap], &refusal)),
        };
        let digests = self.set.digests(seed, repetition);
        let mut records = balance::measure(cell, placement.as_ref(), &digests, bands)?;
        let members =
            remap::Members { names, newcomer, seed, repetition, repetitions: self.set.repetitions, victims: self.set.victims };
        records.extend(remap::measure(cell, self.algorithm, placement.as_ref(), &members, &digests, bands)?);
        Ok(records)
    }
}

/// One set of names on one set of keys: some passes over the keys, whose cost grows with the nodes for some algorithms.
fn units_of_pass(nodes: u64, set: &DigestSet<'_>) -> u64 {
    set.len() as u64 * (4 + set.victims as u64) * (20 + nodes / 10)
}
