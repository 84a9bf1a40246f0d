//! A change as rows: of each algorithm, of each flow, of each node.

use serde::Serialize;

use super::super::amount::Amount;
use super::measure::{Plan, Side};
use super::outcome::Outcome;
use crate::stats::float;

/// A row of `algorithms.csv`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct OfAlgorithm {
    pub(crate) algorithm: String,
    pub(crate) status: String,
    pub(crate) keys: u64,
    pub(crate) load: u64,
    pub(crate) replicas: usize,
    pub(crate) least_by_weight: f64,
    pub(crate) moved_fraction: Option<f64>,
    pub(crate) moved_load_fraction: Option<f64>,
    pub(crate) moved: Option<u64>,
    pub(crate) moved_load: Option<u64>,
    pub(crate) needed: Option<u64>,
    pub(crate) needed_load: Option<u64>,
    pub(crate) needless: Option<u64>,
    pub(crate) needless_load: Option<u64>,
    pub(crate) least_by_count: Option<u64>,
    pub(crate) least_by_count_load: Option<u64>,
    pub(crate) keys_moved: Option<u64>,
    pub(crate) keys_moved_more: Option<u64>,
    pub(crate) flows: Option<usize>,
    pub(crate) busiest_before: Option<String>,
    pub(crate) busiest_before_over_wanted: Option<f64>,
    pub(crate) busiest_after: Option<String>,
    pub(crate) busiest_after_over_wanted: Option<f64>,
}

/// A row of `flows.csv`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct OfFlow {
    pub(crate) algorithm: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) moved: u64,
    pub(crate) load: u64,
    pub(crate) part_of_moved: f64,
    pub(crate) reason: &'static str,
}

/// A row of `nodes.csv`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct OfNode {
    pub(crate) algorithm: String,
    pub(crate) node: String,
    pub(crate) change: &'static str,
    pub(crate) zone: String,
    pub(crate) weight_before: u32,
    pub(crate) weight_after: u32,
    pub(crate) before: u64,
    pub(crate) moved_in: u64,
    pub(crate) moved_out: u64,
    pub(crate) after: u64,
    pub(crate) load_before: u64,
    pub(crate) load_in: u64,
    pub(crate) load_out: u64,
    pub(crate) load_after: u64,
    pub(crate) before_over_wanted: Option<f64>,
    pub(crate) after_over_wanted: Option<f64>,
    pub(crate) load_before_over_wanted: Option<f64>,
    pub(crate) load_after_over_wanted: Option<f64>,
}

/// A node's load over what its weight gives it: of copies, and of their load. Nothing of one that should have none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Over {
    pub(crate) keys: f64,
    pub(crate) load: f64,
}

impl Plan {
    /// A node's load over what its weight gives it, before or after.
    pub(crate) fn over(&self, amount: Amount, wanted: f64) -> Option<Over> {
        let over = |has: u64, of: u64| float(has) / (float(of) * wanted);
        (wanted > 0.0).then(|| Over { keys: over(amount.keys, self.keys), load: over(amount.load, self.load) })
    }

    /// The node with the most load over what its weight gives it, and that ratio.
    pub(crate) fn busiest(&self, amounts: &[Amount], wanted: &[f64]) -> Option<(usize, f64)> {
        let loads = amounts.iter().zip(wanted).enumerate();
        let loads = loads.filter_map(|(at, (&amount, &wanted))| Some((at, self.over(amount, wanted)?.load)));
        loads.max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)))
    }

    fn measured(&self) -> impl Iterator<Item = (&Side, &Outcome)> {
        self.sides.iter().filter_map(|side| Some((side, side.outcome.as_ref().ok()?)))
    }

    /// A row for each algorithm.
    pub(crate) fn of_algorithms(&self) -> Vec<OfAlgorithm> {
        self.sides.iter().map(|side| self.of_algorithm(side)).collect()
    }

    fn of_algorithm(&self, side: &Side) -> OfAlgorithm {
        let outcome = side.outcome.as_ref().ok();
        let (moved, needed) = (outcome.map(|outcome| outcome.moved), outcome.map(|outcome| outcome.needed));
        let (needless, least) = (outcome.map(Outcome::needless), outcome.map(Outcome::least));
        let busiest = |of: fn(&Outcome) -> &[Amount], wanted| self.busiest(of(outcome?), wanted);
        let before = busiest(|outcome| &outcome.before, &self.wanted_before);
        let after = busiest(|outcome| &outcome.after, &self.wanted_after);
        let name = |busiest: Option<(usize, f64)>| busiest.map(|(at, _)| self.change.nodes[at].name.clone());
        let [of_keys, of_load] = [|amount: Amount| amount.keys, |amount: Amount| amount.load];
        OfAlgorithm {
            algorithm: side.name.clone(),
            status: side.outcome.as_ref().map_or_else(Clone::clone, |_| "ok".to_owned()),
            keys: self.keys,
            load: self.load,
            replicas: self.replicas,
            least_by_weight: self.least(),
            moved_fraction: moved.map(|moved| float(moved.keys) / float(self.copies())),
            moved_load_fraction: moved.map(|moved| float(moved.load) / float(self.copied_load())),
            moved: moved.map(of_keys),
            moved_load: moved.map(of_load),
            needed: needed.map(of_keys),
            needed_load: needed.map(of_load),
            needless: needless.map(of_keys),
            needless_load: needless.map(of_load),
            least_by_count: least.map(of_keys),
            least_by_count_load: least.map(of_load),
            keys_moved: outcome.map(|outcome| outcome.keys_moved),
            keys_moved_more: outcome.map(|outcome| outcome.keys_moved_more),
            flows: outcome.map(|outcome| outcome.flows.len()),
            busiest_before: name(before),
            busiest_before_over_wanted: before.map(|(_, over)| over),
            busiest_after: name(after),
            busiest_after_over_wanted: after.map(|(_, over)| over),
        }
    }

    /// A row for each flow, the largest of each algorithm first; up to `most` of each.
    pub(crate) fn of_flows(&self, most: usize) -> Vec<OfFlow> {
        let rows = self.measured().flat_map(|(side, outcome)| {
            outcome.flows.iter().take(most).map(move |flow| OfFlow {
                algorithm: side.name.clone(),
                from: self.change.nodes[flow.from].name.clone(),
                to: self.change.nodes[flow.to].name.clone(),
                moved: flow.amount.keys,
                load: flow.amount.load,
                part_of_moved: float(flow.amount.keys) / float(outcome.moved.keys),
                reason: if flow.is_needed { "needed" } else { "needless" },
            })
        });
        rows.collect()
    }

    /// A row for each algorithm and node of either side; up to `most` of each, those of the largest difference first where there are more.
    pub(crate) fn of_nodes(&self, most: usize) -> Vec<OfNode> {
        self.measured().flat_map(|(side, outcome)| self.of_outcome(&side.name, outcome, most)).collect()
    }

    fn of_outcome(&self, algorithm: &str, outcome: &Outcome, most: usize) -> Vec<OfNode> {
        let (come, gone) = outcome.in_and_out();
        let row = |at: usize| {
            let node = &self.change.nodes[at];
            let (before, after) = (outcome.before[at], outcome.after[at]);
            let over = [self.over(before, self.wanted_before[at]), self.over(after, self.wanted_after[at])];
            let weight = |side: &Option<super::change::Standing>| side.as_ref().map_or(0, |side| side.weight.get());
            let zone = node.after.as_ref().or(node.before.as_ref()).and_then(|side| side.zone.clone());
            OfNode {
                algorithm: algorithm.to_owned(),
                node: node.name.clone(),
                change: node.kind.word(),
                zone: zone.unwrap_or_default(),
                weight_before: weight(&node.before),
                weight_after: weight(&node.after),
                before: before.keys,
                moved_in: come[at].keys,
                moved_out: gone[at].keys,
                after: after.keys,
                load_before: before.load,
                load_in: come[at].load,
                load_out: gone[at].load,
                load_after: after.load,
                before_over_wanted: over[0].map(|over| over.keys),
                after_over_wanted: over[1].map(|over| over.keys),
                load_before_over_wanted: over[0].map(|over| over.load),
                load_after_over_wanted: over[1].map(|over| over.load),
            }
        };
        let mut shown: Vec<usize> = (0..self.change.nodes.len()).collect();
        if shown.len() > most {
            let difference = |at: &usize| outcome.before[*at].keys.abs_diff(outcome.after[*at].keys);
            shown.sort_by_key(|at| std::cmp::Reverse(difference(at)));
            shown.truncate(most);
        }
        shown.into_iter().map(row).collect()
    }
}
