//! Keys and node names with a pattern: balance must be what it is for random ones.

use annulus_core::SipHash;

use crate::algorithm::Algorithm;
use crate::keys::patterns::Pattern;
use crate::keys::{KeySet, generated};
use crate::record::{Case, Measure, Metric, RANDOM_DIGESTS, RANDOM_NAMES, Record};
use crate::scenario::Scenario;
use crate::stats::Tail;

use super::balance;
use super::bands::Bands;
use super::count::index;
use super::part::{Cells, Measured, Part, Plan, Run};
use super::row::Cell;

const MEASURE: Measure = Measure::Patterns;

/// Figures of balance that are kept, each with its band.
const METRICS: [Metric; 6] = [
    Metric::Cv,
    Metric::MaxOverMean,
    Metric::MinOverMean,
    Metric::ChiSquare,
    Metric::ChiSquareGivenShares,
    Metric::ShareMaxOverMean,
];

/// Figures that are held to a band of chance, for each pattern of keys, of names and of both.
const CHECKS: u64 = 5 * 15;

pub(super) const PART: Part = Part { name: "patterns", run: Run::Cells(Cells { plan, measure }) };

fn plan(scenario: &Scenario) -> Option<Plan<'_>> {
    let plan = scenario.patterns.as_ref()?;
    Some(Plan { nodes: &plan.nodes, key_count: plan.keys, repetitions: 1, checks: CHECKS, passes: 20 })
}

/// Places patterned keys on random names, random keys on patterned names, and patterned keys on names of the same pattern.
fn measure(scenario: &Scenario, cell: &Cell, algorithm: &Algorithm, nodes: u64, tail: Tail) -> Measured {
    let Some(plan) = &scenario.patterns else { return Ok(Vec::new()) };
    let seed = cell.seed();
    let bands = Bands::new(algorithm.law(), nodes, plan.keys, tail)?;
    let random_names = generated::node_names(seed, 0, index(nodes));
    let random_digests = generated::digests(seed, 0, plan.keys);
    let mut records = Vec::new();
    for pattern in Pattern::ALL {
        let names: Vec<String> = pattern.texts(seed, index(nodes)).iter().map(|text| format!("node-{text}")).collect();
        let keys = pattern.texts(seed, plan.keys);
        let digests = KeySet::new(pattern.name(), keys.iter().map(String::as_str)).digests(SipHash::new());
        for (case, key_set, digests, name_set, names) in [
            (Case::Keys, pattern.name(), &digests, RANDOM_NAMES, &random_names),
            (Case::Names, RANDOM_DIGESTS, &random_digests, pattern.name(), &names),
            (Case::Both, pattern.name(), &digests, pattern.name(), &names),
        ] {
            let cell = cell.clone().on(key_set, name_set);
            let placement = match algorithm.build(names) {
                Ok(placement) => placement,
                Err(refusal) => return Ok(cell.all_refused(&[MEASURE], &refusal)),
            };
            let rows = balance::measure(&cell, placement.as_ref(), digests, &bands)?;
            let is_kept = |record: &Record| METRICS.iter().any(|metric| record.metric == *metric) || record.status.is_error();
            let kept = rows.into_iter().filter(is_kept);
            records.extend(kept.map(|record| Record { measure: MEASURE.to_string(), case: case.to_string(), ..record }));
        }
    }
    Ok(records)
}
