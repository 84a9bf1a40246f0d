//! Nodes that fail all at once: what moves, how much the worst survivor carries, and how evenly the burden is shared.

mod theory;

use annulus_core::Digest;
use rayon::prelude::*;

use crate::algorithm::{Algorithm, NodeId, Placement};
use crate::keys::generated;
use crate::record::{Case, Checksum, Measure, Metric, Record, Unit};
use crate::scenario::Scenario;
use crate::stats::{Tail, float, multinomial};

use super::count::index;
use super::error::MeasureError;
use super::movement::Movement;
use super::part::{Cells, Measured, Part, Plan, Run};
use super::row::{Band, Cell};
use super::side::Side;
use super::tally::{BLOCK, add};
use theory::Theory;

const MEASURE: Measure = Measure::Failure;

/// Figures that are held to a band of chance, for each number of failures: the worst load, the largest gain,
/// and X² of what survivors inherit.
const CHECKS: u64 = 3;

pub(super) const PART: Part = Part { name: "failures", run: Run::Cells(Cells { plan, measure }) };

fn plan(scenario: &Scenario) -> Option<Plan<'_>> {
    scenario.failure.as_ref().map(|plan| Plan {
        nodes: &plan.nodes,
        key_count: plan.digests,
        repetitions: plan.repetitions,
        checks: CHECKS * plan.failed.len() as u64,
        passes: 2 * plan.failed.len() as u64,
    })
}

/// Removes nodes at random, some and then more, and looks at the survivors after each stage.
fn measure(scenario: &Scenario, cell: &Cell, algorithm: &Algorithm, nodes: u64, tail: Tail) -> Measured {
    let Some(plan) = &scenario.failure else { return Ok(Vec::new()) };
    let (seed, repetition) = (cell.seed(), cell.repetition());
    let names = generated::node_names(seed, repetition, index(nodes));
    let placement = match algorithm.build(&names) {
        Ok(placement) => placement,
        Err(refusal) => return Ok(vec![cell.refused(MEASURE, Case::Only, &refusal)]),
    };
    let digests = generated::digests(seed, repetition, plan.digests);
    let most = plan.failed.iter().copied().max().unwrap_or(0);
    let victims = generated::victims(seed, repetition, names.len(), most);
    let before = Side::new(placement.boxed_clone());
    let mut records = Vec::new();
    for &failed in &plan.failed {
        let case = Case::Failed(failed);
        if failed >= names.len() {
            records.push(cell.skipped(MEASURE, case, &format!("{failed} of {nodes} nodes cannot fail and leave any")));
            continue;
        }
        let victims = &victims[..failed];
        let mut after = placement.boxed_clone();
        for &victim in victims {
            after.remove(&names[victim]);
        }
        let outcome = Outcome::of(&before, after, victims, names.len(), &digests);
        records.extend(outcome.records(cell, case, algorithm, tail)?);
    }
    Ok(records)
}

/// Keys by node id before and after a failure.
struct Outcome {
    dead: Vec<bool>,
    movement: Movement,
    /// Keys of dead nodes, by the survivor that has them now.
    inherited: Vec<u64>,
}

impl Outcome {
    fn nothing(nodes: usize, victims: &[usize]) -> Self {
        let mut dead = vec![false; nodes];
        victims.iter().for_each(|&victim| dead[victim] = true);
        Self { dead, movement: Movement::of_nodes(nodes), inherited: vec![0; nodes] }
    }

    fn of(before: &Side, after: Box<dyn Placement>, victims: &[usize], nodes: usize, digests: &[Digest]) -> Self {
        let after = Side::new(after);
        let nothing = || Self::nothing(nodes, victims);
        let blocks = digests.par_chunks(BLOCK).fold(nothing, |mut outcome, digests| {
            for (from, to) in before.owners(digests).into_iter().zip(after.owners(digests)) {
                outcome.count(from, to);
            }
            outcome
        });
        blocks.reduce(nothing, |one, other| one.joined(&other))
    }

    fn count(&mut self, from: Option<NodeId>, to: Option<NodeId>) {
        let Self { dead, movement, inherited } = self;
        movement.count(|from, _| dead[from as usize], from, to);
        if let (Some(from), Some(to)) = (from, to) {
            inherited[to as usize] += u64::from(dead[from as usize]);
        }
    }

    fn joined(mut self, other: &Self) -> Self {
        self.movement = self.movement.joined(&other.movement);
        add(&mut self.inherited, &other.inherited);
        self
    }

    fn survivors(&self) -> impl Iterator<Item = usize> {
        (0..self.dead.len()).filter(|&node| !self.dead[node])
    }

    fn records(&self, cell: &Cell, case: Case, algorithm: &Algorithm, tail: Tail) -> Result<Vec<Record>, MeasureError> {
        let Movement { before, after, checksum, .. } = &self.movement;
        let row = |metric: Metric, unit: Unit| cell.row(MEASURE, case, metric, unit).checked(Checksum(*checksum));
        let moves = self.movement.moves()?;
        if let Some(fault) = moves.fault(row) {
            return Ok(vec![fault]);
        }
        let lost: u64 = (0..self.dead.len()).filter(|&node| self.dead[node]).map(|node| after[node]).sum();
        if lost > 0 {
            return Ok(vec![row(Metric::Invalid, Unit::Keys).failed(format!("{lost} answers name a dead node"))]);
        }
        let mean = float(before.iter().sum::<u64>()) / float(before.len());
        let most = self.survivors().map(|node| after[node]).max().unwrap_or(0);
        let gain = self.survivors().map(|node| after[node].saturating_sub(before[node])).max().unwrap_or(0);
        let receivers = self.survivors().filter(|&node| self.inherited[node] > 0).count();
        let theory = self.theory(algorithm, mean, tail);
        let mut records = vec![
            row(Metric::WorstLoad, Unit::Ratio).judged(float(most) / mean, &theory.worst_load()?),
            row(Metric::LargestGain, Unit::Ratio).judged(float(gain) / mean, &theory.largest_gain()?),
            row(Metric::Receivers, Unit::Nodes).judged(float(receivers), &theory.receivers()?),
            row(Metric::Orphans, Unit::Keys).judged(float(theory.orphans), &Band::NONE),
        ];
        records.extend(self.inheritance(&theory, row)?);
        records.extend(moves.records(&theory.known(), row));
        Ok(records)
    }

    fn theory<'a>(&self, algorithm: &'a Algorithm, mean: f64, tail: Tail) -> Theory<'a> {
        Theory {
            algorithm,
            mean,
            keys: self.movement.before.iter().sum(),
            nodes: self.movement.before.len() as u64,
            survivors: self.survivors().count() as u64,
            orphans: self.inherited.iter().sum(),
            last_died: self.dead.last().is_some_and(|&dead| dead),
            tail,
        }
    }

    /// How evenly the survivors share what the dead had.
    fn inheritance(&self, theory: &Theory<'_>, row: impl Fn(Metric, Unit) -> Record) -> Result<Vec<Record>, MeasureError> {
        if theory.orphans == 0 {
            return Ok(Vec::new());
        }
        let inherited: Vec<u64> = self.survivors().map(|node| self.inherited[node]).collect();
        let even = float(theory.orphans) / float(inherited.len());
        let pooled = multinomial::pooled_chi_square(&inherited, &vec![even; inherited.len()])?;
        let band = Band::expect("multinomial", float(pooled.cells.saturating_sub(1))).within(pooled.band(theory.tail)).gate();
        // Two cells are far from continuous: even halves are no defect.
        let is_known = theory.spreads_evenly() && pooled.cells > 2;
        let most = inherited.iter().copied().max().unwrap_or(0);
        Ok(vec![
            row(Metric::InheritedChiSquare, Unit::Ratio).judged(pooled.statistic, &band.only_if(is_known)),
            row(Metric::InheritedMaxOverMean, Unit::Ratio).judged(float(most) / even, &Band::NONE),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_survivors_inherit_is_counted_apart_from_what_they_had() {
        let mut outcome = Outcome::nothing(3, &[2]);
        for (from, to) in [(0, 0), (0, 1), (2, 1), (2, 1), (1, 1)] {
            outcome.count(Some(from), Some(to));
        }
        let Movement { before, after, .. } = &outcome.movement;
        assert_eq!((before.as_slice(), after.as_slice()), (&[2, 1, 2][..], &[1, 4, 0][..]));
        assert_eq!((outcome.inherited.as_slice(), outcome.movement.collateral), (&[0, 2, 0][..], 1));
        outcome.count(None, Some(0));
        assert_eq!(outcome.movement.invalid, 1);
    }

    #[test]
    fn an_even_spread_of_one_key_a_survivor_leaves_a_third_without() {
        let registry = crate::Registry::builtin();
        let theory = |key: &str| {
            let algorithm = registry.get(key).unwrap().clone();
            let mut outcome = Outcome::nothing(1001, &[0]);
            outcome.movement.before.fill(1000);
            let tail = Tail::new(1e-6).unwrap();
            let theory = Theory { orphans: 1000, ..outcome.theory(&algorithm, 1000.0, tail) };
            theory.receivers().unwrap().expected
        };
        // 1000·(1 − e⁻¹), within a thousandth; a ring of 160 points and a table of 65 slots a node reach far fewer.
        assert!((theory("rendezvous").unwrap() - 632.3).abs() < 0.1);
        assert!((theory("ring").unwrap() - 129.2).abs() < 0.5);
        assert_eq!(theory("jump"), Some(1.0));
        assert!((theory("maglev").unwrap() - 63.4).abs() < 0.5);
    }
}
