//! A node of many equal ones whose weight doubles.

use annulus_core::{DependsOn, Digest, Weight};
use rayon::prelude::*;

use crate::algorithm::{Law, NodeId, Subject};
use crate::keys::generated;
use crate::record::{Case, Checksum, Metric, Record, Unit};
use crate::stats::{float, remap};

use super::super::count::ratio;
use super::super::error::MeasureError;
use super::super::movement::{Known, Movement, differing};
use super::super::row::Band;
use super::super::tally::BLOCK;
use super::start::{MEASURE, Start};

const CASE: Case = Case::Reweight;

const TWICE: Weight = Weight::new(2).expect("two is not zero");

/// Gives a node, chosen at random, the weight 2 instead of 1, and then 1 again.
pub(super) fn measure(start: &Start<'_>) -> Result<Vec<Record>, MeasureError> {
    if start.nodes < 2 {
        return Ok(start.skipped(CASE, "the only node there is has everything, whatever its weight"));
    }
    let members: Vec<(&str, Weight, NodeId)> =
        start.names().iter().zip(0..).map(|(name, id)| (name.as_str(), Weight::ONE, id)).collect();
    let mut subject = start.algorithm.subject(None);
    if let Err(refusal) = subject.add(&members) {
        return Ok(start.refused(CASE, &refusal));
    }
    let victim = generated::victims(start.cell.seed(), start.cell.repetition(), members.len(), 1)[0];
    let (name, _, id) = members[victim];
    let before = owners(start, subject.as_ref());
    if let Err(refusal) = subject.reweigh(name, TWICE) {
        return Ok(start.refused(CASE, &refusal));
    }
    let after = owners(start, subject.as_ref());
    let fresh = match subject.fresh() {
        Ok(fresh) => owners(start, fresh.as_ref()),
        Err(refusal) => return Ok(start.refused(CASE, &refusal)),
    };
    if let Err(refusal) = subject.reweigh(name, Weight::ONE) {
        return Ok(start.refused(CASE, &refusal));
    }
    // Of what moves, that must which comes to the heavier node.
    let is_own = |from, to| from != to && to == id;
    let movement = Movement::between(&before, &after, members.len(), is_own);
    let mut records = start.records(CASE, &movement.moves()?, &known(start), differing(&after, &fresh));
    let returned = differing(&before, &owners(start, subject.as_ref()));
    let returns = Band::zero("round-trip").only_if(start.properties().depends_on != DependsOn::History);
    let row = start.cell.row(MEASURE, CASE, Metric::NotReturned, Unit::Fraction).checked(Checksum(movement.checksum));
    records.push(row.judged(ratio(returned, before.len() as u64), &returns));
    Ok(records)
}

/// The owners of all digests; none where an answer names nobody.
fn owners(start: &Start<'_>, subject: &dyn Subject) -> Vec<Option<NodeId>> {
    let of_block = |digests: &[Digest]| subject.owners(digests);
    let is_there = |id: NodeId| (u64::from(id) < start.nodes).then_some(id);
    start.digests.par_chunks(BLOCK).flat_map_iter(of_block).map(is_there).collect()
}

/// The node's share grows from 1/N to 2/(N+1), by (N−1)/(N(N+1)).
fn known(start: &Start<'_>) -> Known {
    let (nodes, keys) = (float(start.nodes), start.digests.len() as u64);
    let grown = (nodes - 1.0) / (nodes * (nodes + 1.0));
    let is_minimal = start.properties().minimal_reweight;
    let share = Band::expect("share-of-the-weight", grown);
    let moved = match start.algorithm.law() {
        Law::Uniform => share.within(remap::binomial_band(keys, grown, start.tail).scaled(1.0 / float(keys))).gate(),
        _ => share,
    };
    Known { is_minimal, moved: moved.only_if(is_minimal), over_own: Band::NONE, collateral: Band::NONE }
}
