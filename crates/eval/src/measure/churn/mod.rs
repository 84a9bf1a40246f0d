//! Changes beyond one node that joins or leaves: several that join at once, a rolling replacement, a weight that doubles.
//!
//! Several that leave at once are looked at where nodes fail.

mod joining;
mod reweight;
mod rolling;

use annulus_core::{ChangeError, DependsOn, Digest, Properties};

use crate::error::Error;
use crate::keys::generated;
use crate::placement::NodeId;
use crate::record::{Checksum, Record};
use crate::registry::Algorithm;
use crate::scenario::Churn;
use crate::stats::{Tail, float};

use super::index;
use super::movement::{Known, Moves};
use super::row::{Band, Cell};

const MEASURE: &str = "churn";

/// Figures that are held to a band of chance: what each number of newcomers takes, and what a doubled weight does.
pub(super) fn checks(plan: &Churn) -> u64 {
    plan.joining.len() as u64 + 1
}

/// How often each digest is asked for.
pub(super) fn passes(plan: &Churn) -> u64 {
    2 * (plan.joining.len() + plan.replaced) as u64 + 6
}

/// Makes every change that the plan has, each from the same nodes.
pub(super) fn measure(cell: &Cell, algorithm: &Algorithm, plan: &Churn, nodes: u64, tail: Tail) -> Result<Vec<Record>, Error> {
    let start = Start::new(cell, algorithm, plan, nodes, tail);
    let placement = match algorithm.build(start.names()) {
        Ok(placement) => placement,
        Err(refusal) => return Ok(vec![cell.refused(MEASURE, "", &refusal)]),
    };
    let mut records = Vec::new();
    for &count in &plan.joining {
        records.extend(joining::measure(&start, placement.as_ref(), count)?);
    }
    records.extend(rolling::measure(&start, placement, plan.replaced)?);
    records.extend(reweight::measure(&start)?);
    Ok(records)
}

/// What all changes have in common.
struct Start<'a> {
    cell: &'a Cell,
    algorithm: &'a Algorithm,
    nodes: u64,
    tail: Tail,
    /// The nodes that are there, then those that may join.
    all_names: Vec<String>,
    digests: Vec<Digest>,
}

impl<'a> Start<'a> {
    fn new(cell: &'a Cell, algorithm: &'a Algorithm, plan: &Churn, nodes: u64, tail: Tail) -> Self {
        let (seed, repetition) = (cell.seed(), cell.repetition());
        let newcomers = plan.joining.iter().copied().max().unwrap_or(0).max(plan.replaced);
        let all_names = generated::node_names(seed, repetition, index(nodes) + newcomers);
        let digests = generated::digests(seed, repetition, plan.digests);
        Self { cell, algorithm, nodes, tail, all_names, digests }
    }

    /// Those that are there.
    fn names(&self) -> &[String] {
        &self.all_names[..index(self.nodes)]
    }

    /// The first `count` of those that may join, with their ids.
    fn newcomers(&self, count: usize) -> Vec<(&str, NodeId)> {
        let named = self.all_names.iter().map(String::as_str).zip(0..);
        named.skip(index(self.nodes)).take(count).collect()
    }

    fn properties(&self) -> &Properties {
        self.algorithm.properties()
    }

    /// The rows of one case: how much moved, and how many answers differ from those of a fresh build of the members after it.
    fn records(&self, case: &str, moves: &Moves, known: &Known, not_fresh: u64) -> Vec<Record> {
        let row = |metric: &str, unit: &str| self.cell.row(MEASURE, case, metric, unit);
        if let Some(fault) = moves.fault(row) {
            return vec![fault];
        }
        let mut records = moves.records(known, row);
        let is_rebuilt = self.properties().depends_on != DependsOn::History;
        let fresh = Band::zero("rebuild").only_if(is_rebuilt);
        let row = row("not_as_built_afresh", "keys").checked(Checksum(moves.checksum));
        records.push(row.judged(float(not_fresh), &fresh));
        records
    }

    fn skipped(&self, case: &str, reason: &str) -> Vec<Record> {
        vec![self.cell.skipped(MEASURE, case, reason)]
    }

    fn refused(&self, case: &str, refusal: &ChangeError) -> Vec<Record> {
        vec![self.cell.refused(MEASURE, case, refusal)]
    }
}
