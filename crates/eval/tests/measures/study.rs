//! What the tests share: small scenarios, their records, and rows of those.

use annulus_core::{Kernel, NodeIndex};
use annulus_eval::keys::{KeySet, generated};
use annulus_eval::measure::Study;
use annulus_eval::progress::Progress;
use annulus_eval::record::Record;
use annulus_eval::scenario::{Scenario, Synthetic};
use annulus_eval::{Algorithm, Law, Registry};

/// Balance and remap alone, on enough digests for the gates to bite.
pub(crate) fn scenario(nodes: &[u64], digests: usize) -> Scenario {
    Scenario {
        nodes: nodes.to_vec(),
        repetitions: 3,
        victims: 3,
        synthetic: Some(Synthetic { digests, repetitions: 1, victims: 3 }),
        lookup: None,
        change: None,
        failure: None,
        churn: None,
        work: None,
        replicas: None,
        weights: None,
        patterns: None,
        zipf: None,
        algorithms: Vec::new(),
        sweeps: Vec::new(),
        ..Scenario::load("quick").unwrap()
    }
}

pub(crate) fn measure(scenario: &Scenario, registry: &Registry) -> Vec<Record> {
    let names = generated::strings(scenario.seed, 0, 20_000);
    let keys = KeySet::new("random-strings", names.iter().map(String::as_str));
    let study = Study::new(scenario, scenario.grid(registry).unwrap(), &keys);
    let mut records = study.run(&Progress::hidden()).unwrap();
    if let Some(times) = study.times(&Progress::hidden()) {
        records.extend(times.records(&study).unwrap());
    }
    records
}

/// The metrics that a planted algorithm fails, each once.
pub(crate) fn failures<K: Kernel + Send + Sync + 'static>(kernel: K, law: Law) -> Vec<String> {
    let registry = Registry::empty().with_algorithm(Algorithm::of("planted", kernel).with_law(law));
    let mut metrics: Vec<String> = measure(&scenario(&[10], 200_000), &registry)
        .into_iter()
        .filter(|record| record.status.is_error())
        .map(|record| record.metric)
        .collect();
    metrics.sort();
    metrics.dedup();
    metrics
}

/// Rows of one figure.
pub(crate) fn rows<'a>(records: &'a [Record], algorithm: &'a str, metric: &'a str) -> impl Iterator<Item = &'a Record> + Clone {
    records.iter().filter(move |record| record.algorithm == algorithm && record.metric == metric)
}

pub(crate) fn values(records: &[Record], algorithm: &str, metric: &str, case: &str) -> Vec<f64> {
    rows(records, algorithm, metric).filter(|record| record.case == case).map(|record| record.value.unwrap()).collect()
}

/// The rows of one measure.
pub(crate) fn of(records: &[Record], measure: &str) -> Vec<Record> {
    records.iter().filter(|record| record.measure == measure).cloned().collect()
}

pub(crate) fn no_errors(records: &[Record]) {
    let wrong: Vec<&Record> = records.iter().filter(|record| record.status.is_error()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Few keys for what is not looked at.
pub(crate) fn only_further(nodes: &[u64]) -> Scenario {
    Scenario { synthetic: None, repetitions: 1, ..scenario(nodes, 1) }
}

pub(crate) fn remainder(word: u64, nodes: usize) -> NodeIndex {
    NodeIndex::new(u32::try_from(word % u64::try_from(nodes).unwrap()).unwrap())
}
