//! Which keys move when the membership changes, against the least that must.

mod case;
mod change;
mod movement;

use annulus_core::{DependsOn, Properties};
use rand::seq::SliceRandom;
use rayon::prelude::*;

use crate::error::Error;
use crate::keys::generated::{self, Purpose};
use crate::placement::{NodeId, Placement};
use crate::record::{Checksum, Record};
use crate::registry::{Algorithm, Law};
use crate::stats::{Interval, float, intervals, maglev, remap};

use super::bands::Bands;
use super::ratio;
use super::row::{Band, Cell};
use super::side::Side;
use super::tally::BLOCK;
use case::Case;
use change::{Change, changes};
use movement::{Movement, differing, pass};

const MEASURE: &str = "remap";

/// About how many digests, over all sets of names, are asked for again of a fresh build, of a change undone and of another order
/// of arrival. They double the work, and what they look for does not hide among a million.
const ASKED_AGAIN: usize = 1 << 20;

/// Who is there, who joins, and who is taken out.
#[derive(Debug)]
pub(super) struct Members {
    pub(super) names: Vec<String>,
    pub(super) newcomer: String,
    pub(super) seed: u64,
    pub(super) repetition: u32,
    pub(super) repetitions: u32,
    pub(super) victims: usize,
}

impl Members {
    /// How many of these digests are asked for again.
    fn asked_again(&self, digests: usize) -> usize {
        digests.min(ASKED_AGAIN / usize::try_from(self.repetitions).unwrap_or(usize::MAX).max(1)).max(1)
    }
}

/// Adds one, removes the last, removes any; records what each moved.
pub(super) fn measure(
    cell: &Cell,
    algorithm: &Algorithm,
    placement: &dyn Placement,
    members: &Members,
    digests: &[u64],
    bands: &Bands,
) -> Result<Vec<Record>, Error> {
    let before = Side::new(placement.boxed_clone());
    let mut records = Vec::new();
    let mut possible = Vec::new();
    for case in Case::ALL {
        match changes(case, placement, members) {
            Ok(changes) if changes.is_empty() => {
                records.push(cell.skipped(MEASURE, case.name(), "the only node there is cannot be removed"));
            }
            Ok(changes) => possible.push((case, changes)),
            Err(refusal) => records.push(cell.skipped(MEASURE, case.name(), &refusal.reason.to_string())),
        }
    }
    let again = members.asked_again(digests.len());
    let all: Vec<&Change> = possible.iter().flat_map(|(_, changes)| changes).collect();
    let mut movements = pass(&before, &all, members.names.len() + 1, digests, again);
    for (case, changes) in &possible {
        let of_case = movements.drain(..changes.len()).collect::<Vec<_>>();
        let outcome = Outcome { case: *case, movements: of_case, keys: digests.len() as u64, again: again as u64 };
        records.extend(outcome.records(cell, algorithm, bands)?);
    }
    records.push(order_dependence(cell, algorithm, &before, members, &digests[..again]));
    Ok(records)
}

/// What all changes of one kind did.
struct Outcome {
    case: Case,
    movements: Vec<Movement>,
    /// How many keys each change was tried on, and how many of them were asked for again.
    keys: u64,
    again: u64,
}

impl Outcome {
    fn sum(&self, of: impl Fn(&Movement) -> u64) -> u64 {
        self.movements.iter().map(of).sum()
    }

    /// The fraction of all keys of all changes.
    fn fraction(&self, count: u64) -> f64 {
        ratio(count, self.keys * self.movements.len() as u64)
    }

    fn checksum(&self) -> Checksum {
        Checksum(self.movements.iter().fold(0, |sum, movement| sum.wrapping_add(movement.checksum)))
    }

    fn row(&self, cell: &Cell, metric: &str, unit: &str) -> Record {
        cell.row(MEASURE, self.case.name(), metric, unit).checked(self.checksum())
    }

    fn records(&self, cell: &Cell, algorithm: &Algorithm, bands: &Bands) -> Result<Vec<Record>, Error> {
        let least =
            self.movements.iter().map(|movement| remap::least(&movement.before, &movement.after)).sum::<Result<u64, _>>()?;
        let moved = self.sum(|movement| movement.moved);
        let invalid = self.sum(|movement| movement.invalid);
        if invalid > 0 {
            return Ok(vec![self.row(cell, "invalid", "keys").failed(format!("{invalid} answers name no node"))]);
        }
        if moved < least {
            let why = format!("{moved} keys moved, fewer than the {least} that must have: the counts are wrong");
            return Ok(vec![self.row(cell, "moved", "fraction").failed(why)]);
        }
        let mut records = self.movement(cell, algorithm, moved, least, bands)?;
        records.extend(self.faults(cell, algorithm.properties()));
        Ok(records)
    }

    /// How much moved, and how much had to.
    fn movement(&self, cell: &Cell, algorithm: &Algorithm, moved: u64, least: u64, bands: &Bands) -> Result<Vec<Record>, Error> {
        let nodes = self.movements[0].before.len() as u64 - 1;
        let own = self.sum(|movement| movement.own);
        let collateral = self.sum(|movement| movement.collateral);
        let is_minimal = self.case.is_minimal(algorithm.properties());
        let minimal = Band::expect("minimal", 1.0).within(Interval { low: 1.0, high: 1.0 }).gate();
        let none = Band::zero("minimal");
        let known = if is_minimal { none } else { case::collateral_band(algorithm, nodes) };
        // A node without a single key has nothing to move, and the ratio does not exist.
        let over = |metric, least, band: &Band| {
            let row = self.row(cell, metric, "ratio");
            if least == 0 { row } else { row.judged(ratio(moved, least), band) }
        };
        let needless = if is_minimal { minimal } else { self.case.needless_band(algorithm, nodes) };
        let fraction = |metric, count, band: &Band| self.row(cell, metric, "fraction").judged(self.fraction(count), band);
        Ok(vec![
            fraction("moved", moved, &self.case.moved_band(algorithm, nodes, self.keys, bands)?),
            fraction("least", least, &Band::NONE),
            over("moved_over_least", least, &minimal.only_if(is_minimal)),
            fraction("own", own, &Band::NONE),
            over("moved_over_own", own, &needless),
            fraction("collateral", collateral, &known),
            self.row(cell, "violations", "keys").judged(float(collateral), &none.only_if(is_minimal)),
        ])
    }

    /// What must not be at all.
    fn faults(&self, cell: &Cell, properties: &Properties) -> [Record; 2] {
        let row = |metric, unit| Record { key_count: self.again, ..self.row(cell, metric, unit) };
        let is_rebuilt = properties.depends_on != DependsOn::History;
        let returns = self.case.returns(properties);
        let not_fresh = self.sum(|movement| movement.not_fresh);
        let not_returned = ratio(self.sum(|movement| movement.not_returned), self.again * self.movements.len() as u64);
        [
            row("not_as_built_afresh", "keys").judged(float(not_fresh), &Band::zero("rebuild").only_if(is_rebuilt)),
            row("not_returned", "fraction").judged(not_returned, &Band::zero("round-trip").only_if(returns)),
        ]
    }
}

/// The median over sets of names of what one removal moves needlessly, for tables whose figure is known.
///
/// Single tables scatter too far for a gate, and their mean as well.
pub(super) fn median_collateral(cell: &Cell, algorithm: &Algorithm, nodes: u64, records: &[Record]) -> Option<Record> {
    let Law::Slots { slots } = algorithm.balance_law() else { return None };
    let interval = maglev::median_collateral_gate(nodes, slots)?;
    let is_sample = |record: &&Record| record.metric == "collateral" && record.case == Case::RemoveLast.name();
    let samples: Vec<f64> = records.iter().filter(is_sample).filter_map(|record| record.value).collect();
    if samples.len() < maglev::MEDIAN_COLLATERAL_TABLES {
        return None;
    }
    let median = intervals::median(&samples, 0.95).ok()?.value;
    let expected = f64::midpoint(interval.low, interval.high);
    let band = Band::expect("table-simulated", expected).within(interval).gate();
    Some(cell.row(MEASURE, Case::RemoveLast.name(), "collateral_median", "fraction").judged(median, &band))
}

/// The fraction of keys that another order of arrival sends elsewhere.
fn order_dependence(cell: &Cell, algorithm: &Algorithm, before: &Side, members: &Members, digests: &[u64]) -> Record {
    let row = Record { key_count: digests.len() as u64, ..cell.row(MEASURE, "", "order_dependence", "fraction") };
    let mut shuffled: Vec<(&str, NodeId)> = members.names.iter().map(String::as_str).zip(0..).collect();
    shuffled.shuffle(&mut generated::generator(members.seed, Purpose::Order, cell.repetition()));
    let mut placement = algorithm.empty();
    if let Err(refusal) = placement.add(&shuffled) {
        return row.failed(format!("another order of the same nodes was refused: {}", refusal.reason));
    }
    let after = Side::new(placement);
    let moved: u64 = digests.par_chunks(BLOCK).map(|digests| differing(&before.owners(digests), &after.owners(digests))).sum();
    let is_set = algorithm.properties().depends_on == DependsOn::Set;
    row.judged(ratio(moved, digests.len() as u64), &Band::zero("set").only_if(is_set))
}
