//! Replica sets: no node twice, how evenly nodes and pairs of nodes are chosen, and what one removal changes.

mod theory;

use std::collections::HashSet;

use annulus_core::{Digest, NodeIndex};
use rayon::prelude::*;

use crate::algorithm::{Algorithm, NodeId};
use crate::keys::generated;
use crate::record::{Case, Checksum, Measure, Metric, Unit};
use crate::scenario::Scenario;
use crate::stats::{Interval, Tail, float};

use super::count::{index, ratio};
use super::part::{Cells, Measured, Part, Plan, Run};
use super::row::{Band, Cell};
use super::side::Side;
use super::tally::{BLOCK, add};
use theory::Theory;

const MEASURE: Measure = Measure::Replicas;

/// Figures that are held to a band of chance, for each size of sets: X² of inclusion and of pairs.
const CHECKS: u64 = 2;

pub(super) const PART: Part = Part { name: "replicas", run: Run::Cells(Cells { plan, measure }) };

fn plan(scenario: &Scenario) -> Option<Plan<'_>> {
    scenario.replicas.as_ref().map(|plan| Plan {
        nodes: &plan.nodes,
        key_count: plan.digests,
        repetitions: plan.repetitions,
        checks: CHECKS * plan.counts.len() as u64,
        passes: 8 * plan.counts.len() as u64,
    })
}

/// The most nodes among which pairs are counted, so that a table of all pairs stays small.
const MOST_PAIRED: usize = 2_000;

/// Asks for the replica sets of random digests, with all nodes and with one removed.
fn measure(scenario: &Scenario, cell: &Cell, algorithm: &Algorithm, nodes: u64, tail: Tail) -> Measured {
    let Some(plan) = &scenario.replicas else { return Ok(Vec::new()) };
    let (seed, repetition) = (cell.seed(), cell.repetition());
    let names = generated::node_names(seed, repetition, index(nodes));
    let placement = match algorithm.build(&names) {
        Ok(placement) => placement,
        Err(refusal) => return Ok(vec![cell.refused(MEASURE, Case::Only, &refusal)]),
    };
    let digests = generated::digests(seed, repetition, plan.digests);
    let mut records = Vec::new();
    for &count in &plan.counts {
        let case = Case::Replicas(count);
        if count >= names.len() {
            records.push(cell.skipped(MEASURE, case, &format!("{count} replicas on {nodes} nodes leave no choice")));
            continue;
        }
        let victim = generated::victims(seed, repetition, names.len(), 1)[0];
        let mut after = placement.boxed_clone();
        after.remove(&names[victim]);
        let sides =
            Sides { before: Side::new(placement.boxed_clone()), after: Side::new(after), victim, nodes: names.len(), count };
        let outcome = sides.ask(&digests);
        records.extend(outcome.records(cell, case, algorithm, &sides, tail)?);
    }
    Ok(records)
}

/// The nodes with and without one of them.
struct Sides {
    before: Side,
    after: Side,
    victim: usize,
    nodes: usize,
    count: usize,
}

impl Sides {
    fn ask(&self, digests: &[Digest]) -> Outcome {
        let nothing = || Outcome::nothing(self.nodes);
        let blocks = digests.par_chunks(BLOCK).fold(nothing, |mut outcome, digests| {
            let mut room = vec![NodeIndex::default(); self.count];
            let (mut before, mut after) = (Vec::new(), Vec::new());
            for &digest in digests {
                self.before.replicas(digest, &mut room, &mut before);
                self.after.replicas(digest, &mut room, &mut after);
                outcome.take(self, &before, &after);
            }
            outcome
        });
        blocks.reduce(nothing, Outcome::joined)
    }
}

/// What all sets of one size add up to.
struct Outcome {
    keys: u64,
    /// Sets that are short, name a node twice, or name none.
    faulty: u64,
    /// In how many sets each node is.
    included: Vec<u64>,
    /// In how many sets each pair stands first and second, in either order: pair (a, b) with a < b at b(b−1)/2 + a.
    pairs: Vec<u64>,
    /// Different sets, by a fingerprint of their members in order of their ids.
    distinct: HashSet<u64>,
    /// Members of the second set that the first had not.
    replaced: u64,
    /// Sets in which more than one member is new.
    more_than_one: u64,
    checksum: u64,
}

impl Outcome {
    fn nothing(nodes: usize) -> Self {
        let pairs = if nodes <= MOST_PAIRED { nodes * (nodes - 1) / 2 } else { 0 };
        Self {
            keys: 0,
            faulty: 0,
            included: vec![0; nodes],
            pairs: vec![0; pairs],
            distinct: HashSet::new(),
            replaced: 0,
            more_than_one: 0,
            checksum: 0,
        }
    }

    fn take(&mut self, sides: &Sides, before: &[Option<NodeId>], after: &[Option<NodeId>]) {
        self.keys += 1;
        let Some(mut members) = sound(before, sides.count) else {
            self.faulty += 1;
            return;
        };
        let Some(later) = sound(after, sides.count) else {
            self.faulty += 1;
            return;
        };
        for &member in &members {
            self.included[member as usize] += 1;
        }
        // A sum over sets, so that blocks can be joined in any order.
        let chained = members.iter().fold(0, |chain, &member| annulus_core::mix(chain, u64::from(member)));
        self.checksum = self.checksum.wrapping_add(chained);
        if let [first, second, ..] = members[..] {
            let (low, high) = (first.min(second) as usize, first.max(second) as usize);
            if let Some(pair) = self.pairs.get_mut(high * (high - 1) / 2 + low) {
                *pair += 1;
            }
        }
        let new = later.iter().filter(|member| !members.contains(member)).count() as u64;
        self.replaced += new;
        self.more_than_one += u64::from(new > 1);
        members.sort_unstable();
        self.distinct.insert(members.iter().fold(0, |chain, &member| annulus_core::mix(chain, u64::from(member))));
    }

    fn joined(mut self, other: Self) -> Self {
        self.keys += other.keys;
        self.faulty += other.faulty;
        add(&mut self.included, &other.included);
        add(&mut self.pairs, &other.pairs);
        self.distinct.extend(other.distinct);
        self.replaced += other.replaced;
        self.more_than_one += other.more_than_one;
        self.checksum = self.checksum.wrapping_add(other.checksum);
        self
    }

    fn records(&self, cell: &Cell, case: Case, algorithm: &Algorithm, sides: &Sides, tail: Tail) -> Measured {
        let row = |metric, unit| cell.row(MEASURE, case, metric, unit).checked(Checksum(self.checksum));
        let faulty = row(Metric::Repeats, Unit::Sets).judged(float(self.faulty), &Band::zero("distinct"));
        if self.faulty > 0 {
            return Ok(vec![faulty]);
        }
        let theory = Theory::new(algorithm, sides.nodes, sides.count, self.keys, tail);
        let must = self.included[sides.victim];
        let mut records = vec![
            faulty,
            row(Metric::InclusionChiSquare, Unit::Ratio).judged(theory.inclusion_statistic(&self.included), &theory.inclusion()),
            row(Metric::InclusionMaxOverMean, Unit::Ratio).judged(theory.largest_inclusion(&self.included), &Band::NONE),
            row(Metric::DistinctSets, Unit::Sets).judged(float(self.distinct.len()), &theory.distinct_sets()),
            row(Metric::Churn, Unit::Members).judged(ratio(self.replaced, self.keys), &theory.churn()),
            row(Metric::MoreThanOne, Unit::Sets).judged(float(self.more_than_one), &Band::zero("minimal").only_if(theory.skips)),
        ];
        if must > 0 {
            let least = Band::expect("minimal", 1.0).within(Interval { low: 1.0, high: 1.0 }).gate();
            records
                .push(row(Metric::ChurnOverLeast, Unit::Ratio).judged(ratio(self.replaced, must), &least.only_if(theory.skips)));
        }
        if sides.count >= 2 && !self.pairs.is_empty() {
            records.push(row(Metric::PairChiSquare, Unit::Ratio).judged(theory.pair_statistic(&self.pairs), &theory.pairs()));
        }
        Ok(records)
    }
}

/// The members, if there are as many as asked for, all of them nodes and none of them twice.
fn sound(set: &[Option<NodeId>], count: usize) -> Option<Vec<NodeId>> {
    let members: Vec<NodeId> = set.iter().copied().collect::<Option<_>>()?;
    let is_distinct = members.iter().enumerate().all(|(position, member)| !members[..position].contains(member));
    (members.len() == count && is_distinct).then_some(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_set_is_whole_and_has_nobody_twice() {
        assert_eq!(sound(&[Some(1), Some(2)], 2), Some(vec![1, 2]));
        assert_eq!(sound(&[Some(1), Some(1)], 2), None);
        assert_eq!(sound(&[Some(1)], 2), None);
        assert_eq!(sound(&[Some(1), None], 2), None);
    }
}
