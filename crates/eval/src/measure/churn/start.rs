//! What all changes have in common.

use annulus_core::{ChangeError, DependsOn, Digest, Properties};

use crate::algorithm::{Algorithm, NodeId};
use crate::keys::generated;
use crate::record::{Case, Checksum, Measure, Metric, Record, Unit};
use crate::scenario::Churn;
use crate::stats::{Tail, float};

use super::super::count::index;
use super::super::movement::{Known, Moves};
use super::super::row::{Band, Cell};

pub(super) const MEASURE: Measure = Measure::Churn;

/// What all changes have in common.
pub(super) struct Start<'a> {
    pub(super) cell: &'a Cell,
    pub(super) algorithm: &'a Algorithm,
    pub(super) nodes: u64,
    pub(super) tail: Tail,
    /// The nodes that are there, then those that may join.
    pub(super) all_names: Vec<String>,
    pub(super) digests: Vec<Digest>,
}

impl<'a> Start<'a> {
    pub(super) fn new(cell: &'a Cell, algorithm: &'a Algorithm, plan: &Churn, nodes: u64, tail: Tail) -> Self {
        let (seed, repetition) = (cell.seed(), cell.repetition());
        let newcomers = plan.joining.iter().copied().max().unwrap_or(0).max(plan.replaced);
        let all_names = generated::node_names(seed, repetition, index(nodes) + newcomers);
        let digests = generated::digests(seed, repetition, plan.digests);
        Self { cell, algorithm, nodes, tail, all_names, digests }
    }

    /// Those that are there.
    pub(super) fn names(&self) -> &[String] {
        &self.all_names[..index(self.nodes)]
    }

    /// The first `count` of those that may join, with their ids.
    pub(super) fn newcomers(&self, count: usize) -> Vec<(&str, NodeId)> {
        let named = self.all_names.iter().map(String::as_str).zip(0..);
        named.skip(index(self.nodes)).take(count).collect()
    }

    pub(super) fn properties(&self) -> &Properties {
        self.algorithm.properties()
    }

    /// The rows of one case: how much moved, and how many answers differ from those of a fresh build of the members after it.
    pub(super) fn records(&self, case: Case, moves: &Moves, known: &Known, not_fresh: u64) -> Vec<Record> {
        let row = |metric: Metric, unit: Unit| self.cell.row(MEASURE, case, metric, unit);
        if let Some(fault) = moves.fault(row) {
            return vec![fault];
        }
        let mut records = moves.records(known, row);
        let is_rebuilt = self.properties().depends_on != DependsOn::History;
        let fresh = Band::zero("rebuild").only_if(is_rebuilt);
        let row = row(Metric::NotAsBuiltAfresh, Unit::Keys).checked(Checksum(moves.checksum));
        records.push(row.judged(float(not_fresh), &fresh));
        records
    }

    pub(super) fn skipped(&self, case: Case, reason: &str) -> Vec<Record> {
        vec![self.cell.skipped(MEASURE, case, reason)]
    }

    pub(super) fn refused(&self, case: Case, refusal: &ChangeError) -> Vec<Record> {
        vec![self.cell.refused(MEASURE, case, refusal)]
    }
}
