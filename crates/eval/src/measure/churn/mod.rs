//! Changes beyond one node that joins or leaves: several that join at once, a rolling replacement, a weight that doubles.
//!
//! Several that leave at once are looked at where nodes fail.

mod joining;
mod reweight;
mod rolling;
mod start;

use crate::algorithm::Algorithm;
use crate::record::Case;
use crate::scenario::Scenario;
use crate::stats::Tail;

use super::part::{Cells, Measured, Part, Plan, Run};
use super::row::Cell;
use start::{MEASURE, Start};

pub(super) const PART: Part = Part { name: "churn", run: Run::Cells(Cells { plan, measure }) };

fn plan(scenario: &Scenario) -> Option<Plan<'_>> {
    scenario.churn.as_ref().map(|plan| Plan {
        nodes: &plan.nodes,
        key_count: plan.digests,
        repetitions: plan.repetitions,
        // What each number of newcomers takes, and what a doubled weight does.
        checks: plan.joining.len() as u64 + 1,
        passes: 2 * (plan.joining.len() + plan.replaced) as u64 + 6,
    })
}

/// Makes every change that the plan has, each from the same nodes.
fn measure(scenario: &Scenario, cell: &Cell, algorithm: &Algorithm, nodes: u64, tail: Tail) -> Measured {
    let Some(plan) = &scenario.churn else { return Ok(Vec::new()) };
    let start = Start::new(cell, algorithm, plan, nodes, tail);
    let placement = match algorithm.build(start.names()) {
        Ok(placement) => placement,
        Err(refusal) => return Ok(vec![cell.refused(MEASURE, Case::Only, &refusal)]),
    };
    let mut records = Vec::new();
    for &count in &plan.joining {
        records.extend(joining::measure(&start, placement.as_ref(), count)?);
    }
    records.extend(rolling::measure(&start, placement, plan.replaced)?);
    records.extend(reweight::measure(&start)?);
    Ok(records)
}
