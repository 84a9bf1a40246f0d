//! Measures that bring their own keys, each at the sizes that the scenario gives it.

use rayon::prelude::*;

use crate::error::Error;
use crate::progress::Progress;
use crate::record::Record;
use crate::registry::Algorithm;
use crate::scenario::Scenario;
use crate::stats::Tail;
use crate::stats::family::Family;

use super::row::Cell;
use super::{Study, churn, failure, patterns, popularity, replicas, weighted, work};

/// Measures one algorithm at one size under one repetition.
type Measure<'a> = Box<dyn Fn(&Cell, &Algorithm, u64, Tail) -> Result<Vec<Record>, Error> + Sync + 'a>;

/// One such measure.
struct Further<'a> {
    name: &'static str,
    /// At which sizes; at all where it is empty.
    nodes: &'a [u64],
    keys: &'static str,
    key_count: usize,
    repetitions: u32,
    /// How many figures of one cell are held to a band of chance.
    checks: u64,
    /// About how many times each key is placed.
    passes: u64,
    measure: Measure<'a>,
}

const DIGESTS: &str = "random-digests";

/// Those that the scenario asks for.
fn all<'a>(study: &'a Study<'_>) -> Vec<Further<'a>> {
    let [failure, churn, replicas] = of_changes(study.scenario);
    let [weights, patterns, zipf, work] = of_nodes_that_stay(study.scenario);
    [failure, churn, replicas, weights, patterns, zipf, work].into_iter().flatten().collect()
}

/// Those in which nodes come and go.
fn of_changes(scenario: &Scenario) -> [Option<Further<'_>>; 3] {
    let failure = scenario.failure.as_ref().map(|plan| Further {
        name: "failures",
        nodes: &plan.nodes,
        keys: DIGESTS,
        key_count: plan.digests,
        repetitions: plan.repetitions,
        checks: failure::CHECKS * plan.failed.len() as u64,
        passes: 2 * plan.failed.len() as u64,
        measure: Box::new(move |cell, algorithm, nodes, tail| failure::measure(cell, algorithm, plan, nodes, tail)),
    });
    let churn = scenario.churn.as_ref().map(|plan| Further {
        name: "churn",
        nodes: &plan.nodes,
        keys: DIGESTS,
        key_count: plan.digests,
        repetitions: plan.repetitions,
        checks: churn::checks(plan),
        passes: churn::passes(plan),
        measure: Box::new(move |cell, algorithm, nodes, tail| churn::measure(cell, algorithm, plan, nodes, tail)),
    });
    let replicas = scenario.replicas.as_ref().map(|plan| Further {
        name: "replicas",
        nodes: &plan.nodes,
        keys: DIGESTS,
        key_count: plan.digests,
        repetitions: plan.repetitions,
        checks: replicas::CHECKS * plan.counts.len() as u64,
        passes: 8 * plan.counts.len() as u64,
        measure: Box::new(move |cell, algorithm, nodes, tail| replicas::measure(cell, algorithm, plan, nodes, tail)),
    });
    [failure, churn, replicas]
}

/// Those in which they do not.
fn of_nodes_that_stay(scenario: &Scenario) -> [Option<Further<'_>>; 4] {
    let weights = scenario.weights.as_ref().map(|plan| Further {
        name: "weights",
        nodes: &plan.nodes,
        keys: DIGESTS,
        key_count: plan.digests,
        repetitions: plan.repetitions,
        checks: weighted::CHECKS,
        passes: 1,
        measure: Box::new(move |cell, algorithm, nodes, tail| weighted::measure(cell, algorithm, plan, nodes, tail)),
    });
    let patterns = scenario.patterns.as_ref().map(|plan| Further {
        name: "patterns",
        nodes: &plan.nodes,
        keys: DIGESTS,
        key_count: plan.keys,
        repetitions: 1,
        checks: patterns::CHECKS,
        passes: 20,
        measure: Box::new(move |cell, algorithm, nodes, tail| patterns::measure(cell, algorithm, plan, nodes, tail)),
    });
    let zipf = scenario.zipf.as_ref().map(|plan| Further {
        name: "popularity",
        nodes: &plan.nodes,
        keys: DIGESTS,
        key_count: plan.keys,
        repetitions: plan.repetitions,
        checks: 0,
        passes: 20 * plan.exponents.len() as u64,
        measure: Box::new(move |cell, algorithm, nodes, _| popularity::measure(cell, algorithm, plan, nodes)),
    });
    let work = scenario.work.as_ref().map(|plan| Further {
        name: "steps",
        nodes: &plan.nodes,
        keys: DIGESTS,
        key_count: plan.digests,
        repetitions: plan.repetitions,
        checks: work::CHECKS,
        passes: 1,
        measure: Box::new(move |cell, algorithm, nodes, tail| Ok(work::measure(cell, algorithm, plan, nodes, tail))),
    });
    [weights, patterns, zipf, work]
}

impl Further<'_> {
    fn cells<'a>(&self, study: &'a Study<'_>) -> Vec<(u64, &'a Algorithm)> {
        let sizes = study.grid.iter().filter(|size| self.nodes.is_empty() || self.nodes.contains(&size.nodes));
        sizes.flat_map(|size| size.algorithms.iter().map(|algorithm| (size.nodes, algorithm))).collect()
    }

    fn units(&self, nodes: u64) -> u64 {
        self.passes * self.key_count as u64 * (20 + nodes / 10) * u64::from(self.repetitions)
    }
}

/// How many checks they make.
pub(super) fn checks(study: &Study<'_>) -> u64 {
    all(study).iter().map(|further| further.checks * further.cells(study).len() as u64).sum()
}

/// Their work, in the units of the whole.
pub(super) fn work(study: &Study<'_>) -> u64 {
    let of = |further: &Further<'_>| -> u64 { further.cells(study).iter().map(|&(nodes, _)| further.units(nodes)).sum() };
    all(study).iter().map(of).sum()
}

/// Measures them all.
pub(super) fn measure(study: &Study<'_>, progress: &Progress) -> Result<Vec<Record>, Error> {
    let checks = study.checks();
    let mut records = Vec::new();
    for further in all(study) {
        let tail = Family::new(checks.max(1), u64::from(further.repetitions))?.tail();
        for (nodes, algorithm) in further.cells(study) {
            progress.begin(format!("{} of {} on {nodes} nodes", further.name, algorithm.key()));
            let one = |repetition: u32| {
                let cell = Cell::new(study, algorithm, nodes, further.keys, further.key_count, repetition);
                (further.measure)(&cell, algorithm, nodes, tail)
            };
            let measured = (0..further.repetitions).into_par_iter().map(one).collect::<Result<Vec<_>, _>>()?;
            records.extend(measured.into_iter().flatten());
            progress.advance(further.units(nodes));
        }
    }
    Ok(records)
}
