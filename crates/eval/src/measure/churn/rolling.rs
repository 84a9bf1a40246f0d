//! A rolling replacement: the oldest node leaves, a new one joins, and so on.

use std::collections::VecDeque;

use crate::algorithm;
use crate::algorithm::{NodeId, Placement};
use crate::record::{Case, Record};
use crate::stats::{float, remap};

use super::super::error::MeasureError;
use super::super::movement::{Known, Movement, Moves, collateral_of_one, differing, over_own_of_one, owners};
use super::super::row::Band;
use super::super::side::Side;
use super::start::Start;

const CASE: Case = Case::Rolling;

/// Replaces that many nodes; every departure and every arrival is a change of its own, and counts as one.
pub(super) fn measure(
    start: &Start<'_>,
    mut placement: Box<dyn Placement>,
    replaced: usize,
) -> Result<Vec<Record>, MeasureError> {
    if start.nodes < 2 {
        return Ok(start.skipped(CASE, "the only node there is cannot leave"));
    }
    let mut members: VecDeque<(&str, NodeId)> = start.names().iter().map(String::as_str).zip(0..).collect();
    let mut now = owners(&Side::new(placement.boxed_clone()), &start.digests);
    let mut moves = Moves::default();
    for newcomer in start.newcomers(replaced) {
        // There are as many as before, and that is two at least.
        let Some((oldest, leaves)) = members.pop_front() else { break };
        placement.remove(oldest);
        moves = moves.joined(step(start, placement.as_ref(), &mut now, leaves)?);
        if let Err(refusal) = placement.add(&[newcomer]) {
            return Ok(start.refused(CASE, &refusal));
        }
        members.push_back(newcomer);
        moves = moves.joined(step(start, placement.as_ref(), &mut now, newcomer.1)?);
    }
    let rebuilt = match placement.rebuilt() {
        Ok(rebuilt) => Side::new(rebuilt),
        Err(refusal) => return Ok(start.refused(CASE, &refusal)),
    };
    let not_fresh = differing(&now, &owners(&rebuilt, &start.digests));
    Ok(start.records(CASE, &moves, &known(start), not_fresh))
}

/// What moved since the owners were `now`, which they are again afterwards.
fn step(
    start: &Start<'_>,
    placement: &dyn Placement,
    now: &mut Vec<Option<NodeId>>,
    changed: NodeId,
) -> Result<Moves, MeasureError> {
    let next = owners(&Side::new(placement.boxed_clone()), &start.digests);
    let is_own = |from, to| from == changed || to == changed;
    let movement = Movement::between(now, &next, start.all_names.len(), is_own);
    *now = next;
    movement.moves()
}

/// Half of the changes are departures from N nodes, half arrivals among N − 1.
fn known(start: &Start<'_>) -> Known {
    let (algorithm, properties) = (start.algorithm, start.properties());
    let is_minimal = properties.minimal_add && properties.minimal_remove_any;
    let over_own = match algorithm.moves() {
        // The oldest never stands last, so every departure moves the last node's keys too; an arrival moves no more than it must.
        algorithm::Moves::SwapLast if properties.minimal_add => {
            Band::expect("swap-last", f64::midpoint(remap::swap_last(start.nodes, false), 1.0))
        }
        _ => over_own_of_one(algorithm, start.nodes),
    };
    Known {
        is_minimal,
        moved: Band::expect("share-of-the-changed", 1.0 / float(start.nodes)).only_if(is_minimal),
        over_own,
        collateral: collateral_of_one(algorithm, start.nodes),
    }
}
