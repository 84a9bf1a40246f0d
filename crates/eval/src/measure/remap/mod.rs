//! Which keys move when the membership changes, against the least that must.

mod change;
mod kind;
mod members;
mod pass;

use annulus_core::{DependsOn, Digest, Properties};
use rayon::prelude::*;

use crate::algorithm::{Algorithm, Law, NodeId, Placement, refusal};
use crate::keys::generated;
use crate::record::{Case, Checksum, Measure, Metric, Record, Unit};
use crate::stats::{float, intervals, slots};

use super::bands::Bands;
use super::count::ratio;
use super::error::MeasureError;
use super::movement::{Known, Moves, collateral_of_one, differing};
use super::row::{Band, Cell};
use super::side::Side;
use super::tally::BLOCK;
use change::{Change, changes};
use kind::Kind;
use pass::{Seen, pass};

pub(super) use members::Members;

const MEASURE: Measure = Measure::Remap;

/// Adds one, removes the last, removes any; records what each moved.
pub(super) fn measure(
    cell: &Cell,
    algorithm: &Algorithm,
    placement: &dyn Placement,
    members: &Members,
    digests: &[Digest],
    bands: &Bands,
) -> Result<Vec<Record>, MeasureError> {
    let before = Side::new(placement.boxed_clone());
    let mut records = Vec::new();
    let mut possible = Vec::new();
    for kind in Kind::ALL {
        match changes(kind, placement, members) {
            Ok(changes) if changes.is_empty() => {
                records.push(cell.skipped(MEASURE, kind.case(), "the only node there is cannot be removed"));
            }
            Ok(changes) => possible.push((kind, changes)),
            Err(refusal) => records.push(cell.refused(MEASURE, kind.case(), &refusal)),
        }
    }
    let again = members.asked_again(digests.len());
    let all: Vec<&Change> = possible.iter().flat_map(|(_, changes)| changes).collect();
    let mut seen = pass(&before, &all, members.names.len() + 1, digests, again);
    for (kind, changes) in &possible {
        let of_kind: Vec<Seen> = seen.drain(..changes.len()).collect();
        let nodes = members.names.len() as u64;
        let outcome = Outcome { kind: *kind, cell, nodes, seen: of_kind, again: again as u64 };
        records.extend(outcome.records(algorithm, bands)?);
    }
    records.push(order_dependence(cell, algorithm, &before, members, &digests[..again]));
    Ok(records)
}

/// What all changes of one kind did.
struct Outcome<'a> {
    kind: Kind,
    cell: &'a Cell,
    nodes: u64,
    seen: Vec<Seen>,
    /// How many keys were asked for again after each change.
    again: u64,
}

impl Outcome<'_> {
    fn records(&self, algorithm: &Algorithm, bands: &Bands) -> Result<Vec<Record>, MeasureError> {
        let mut moves = Moves::default();
        for seen in &self.seen {
            moves = moves.joined(seen.movement.moves()?);
        }
        let row = |metric: Metric, unit: Unit| self.cell.row(MEASURE, self.kind.case(), metric, unit);
        if let Some(fault) = moves.fault(row) {
            return Ok(vec![fault]);
        }
        let keys = moves.keys / self.seen.len() as u64;
        let known = Known {
            is_minimal: self.kind.is_minimal(algorithm.properties()),
            moved: self.kind.moved_band(algorithm, self.nodes, keys, bands)?,
            over_own: self.kind.needless_band(algorithm, self.nodes),
            collateral: collateral_of_one(algorithm, self.nodes),
        };
        let mut records = moves.records(&known, row);
        let faults = self.faults(algorithm.properties());
        records.extend(faults.map(|record| record.checked(Checksum(moves.checksum))));
        Ok(records)
    }

    /// What must not be at all.
    fn faults(&self, properties: &Properties) -> [Record; 2] {
        let row = |metric, unit| Record { key_count: self.again, ..self.cell.row(MEASURE, self.kind.case(), metric, unit) };
        let is_rebuilt = properties.depends_on != DependsOn::History;
        let returns = self.kind.returns(properties);
        let not_fresh: u64 = self.seen.iter().map(|seen| seen.not_fresh).sum();
        let not_returned = self.seen.iter().map(|seen| seen.not_returned).sum();
        let not_returned = ratio(not_returned, self.again * self.seen.len() as u64);
        [
            row(Metric::NotAsBuiltAfresh, Unit::Keys).judged(float(not_fresh), &Band::zero("rebuild").only_if(is_rebuilt)),
            row(Metric::NotReturned, Unit::Fraction).judged(not_returned, &Band::zero("round-trip").only_if(returns)),
        ]
    }
}

/// The median over sets of names of what one removal moves needlessly, for tables whose figure is known.
///
/// Single tables scatter too far for a gate, and their mean as well.
pub(super) fn median_collateral(cell: &Cell, algorithm: &Algorithm, nodes: u64, records: &[Record]) -> Option<Record> {
    let Law::Slots { slots } = algorithm.law() else { return None };
    let interval = slots::median_collateral_gate(nodes, slots)?;
    let is_sample = |record: &&Record| record.metric == Metric::Collateral && record.case == Case::RemoveLast;
    let samples: Vec<f64> = records.iter().filter(is_sample).filter_map(|record| record.value).collect();
    if samples.len() < slots::MEDIAN_COLLATERAL_TABLES {
        return None;
    }
    let median = intervals::median(&samples, 0.95).ok()?.value;
    let expected = f64::midpoint(interval.low, interval.high);
    let band = Band::expect("table-simulated", expected).within(interval).gate();
    Some(cell.row(MEASURE, Case::RemoveLast, Metric::CollateralMedian, Unit::Fraction).judged(median, &band))
}

/// The fraction of keys that another order of arrival sends elsewhere.
fn order_dependence(cell: &Cell, algorithm: &Algorithm, before: &Side, members: &Members, digests: &[Digest]) -> Record {
    let row =
        Record { key_count: digests.len() as u64, ..cell.row(MEASURE, Case::Only, Metric::OrderDependence, Unit::Fraction) };
    let named: Vec<(&str, NodeId)> = members.names.iter().map(String::as_str).zip(0..).collect();
    let order = generated::another_order(members.seed, cell.repetition(), named.len());
    let shuffled: Vec<(&str, NodeId)> = order.into_iter().map(|position| named[position]).collect();
    let mut placement = algorithm.empty();
    if let Err(refusal) = placement.add(&shuffled) {
        let reason = refusal::in_scenario(&refusal, algorithm.key());
        return row.failed(format!("another order of the same nodes was refused: {reason}"));
    }
    let after = Side::new(placement);
    let moved: u64 = digests.par_chunks(BLOCK).map(|digests| differing(&before.owners(digests), &after.owners(digests))).sum();
    let is_set = algorithm.properties().depends_on == DependsOn::Set;
    row.judged(ratio(moved, digests.len() as u64), &Band::zero("set").only_if(is_set))
}
