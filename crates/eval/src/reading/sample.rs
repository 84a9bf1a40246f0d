//! Records as a run writes them, made up, for tests of pictures and reports.

use crate::record::{Record, Status};
use crate::stats::float;

/// The five built-in algorithms with their parameters.
pub(crate) const ALGORITHMS: [(&str, &str); 5] =
    [("ring", "points=160"), ("jump", ""), ("rendezvous", ""), ("maglev", "slots=65537"), ("modulo", "")];

/// A row without a figure.
pub(crate) fn blank() -> Record {
    Record {
        scenario: "made-up".to_owned(),
        measure: String::new(),
        metric: String::new(),
        case: String::new(),
        algorithm: String::new(),
        parameters: String::new(),
        hasher: "siphash-1-3".to_owned(),
        nodes: 0,
        keys: "words".to_owned(),
        keys_checksum: None,
        key_count: 100_000,
        names: "random".to_owned(),
        seed: 1,
        repetition: 0,
        unit: "ratio".to_owned(),
        value: None,
        expected: None,
        low: None,
        high: None,
        formula: String::new(),
        status: Status::Ok,
        checksum: None,
        version: "0.0.0".to_owned(),
        measured_value: None,
        measured_low: None,
        measured_high: None,
        measured_samples: None,
    }
}

/// Two key sets; the second has a name that is markup.
pub(crate) const KEYS: [(&str, u64); 2] = [("words", 100_000), ("<b>\"|odd|\"</b>", 1_000_000)];

/// Every figure that pictures and reports read, of each algorithm at each size on each key set, for three sets of names.
pub(crate) fn records(algorithms: &[(&str, &str)], nodes: &[u64]) -> Vec<Record> {
    let mut records = Vec::new();
    for &nodes in nodes {
        for (place, &(algorithm, parameters)) in algorithms.iter().enumerate() {
            let cell = Record { algorithm: algorithm.to_owned(), parameters: parameters.to_owned(), nodes, ..blank() };
            for (repetition, (keys, key_count)) in (0..3).flat_map(|repetition| KEYS.map(|set| (repetition, set))) {
                let cell = Record { repetition, keys: keys.to_owned(), key_count, ..cell.clone() };
                records.extend(deterministic(&cell, float(place) + 1.0 + 0.1 * f64::from(repetition)));
            }
            records.extend(timed(&cell, float(place) + 1.0));
        }
        for (floor, case, time) in [("empty-loop", "digest", 0.5), ("hash-alone", "key-16", 12.0)] {
            let cell = Record { algorithm: floor.to_owned(), nodes, ..blank() };
            records.extend(["latency", "throughput"].map(|metric| time_of(&cell, "lookup", metric, case, time)));
        }
    }
    records
}

fn deterministic(cell: &Record, size: f64) -> Vec<Record> {
    let spread = (float(cell.nodes) / float(cell.key_count)).sqrt() * size;
    let mut records: Vec<Record> = [
        ("max_over_mean", 1.0 + 3.0 * spread),
        ("min_over_mean", 1.0 / (1.0 + 3.0 * spread)),
        ("load_p01", 1.0 / (1.0 + 2.0 * spread)),
        ("load_p05", 1.0 / (1.0 + spread)),
        ("load_p50", 1.0),
        ("load_p95", 1.0 + spread),
        ("load_p99", 1.0 + 2.0 * spread),
        ("cv", spread),
        ("variance", spread * spread * 1e6),
        ("signed_excess_variance", spread * spread - float(cell.nodes) / float(cell.key_count)),
    ]
    .map(|(metric, value)| figure(cell, "balance", metric, "", value))
    .into();
    by_law(cell, spread, &mut records);
    records.extend(further(cell, size));
    for case in ["fail_1", "fail_2"] {
        records.push(figure(cell, "failure", "worst_load", case, 1.0 + spread));
        records.push(figure(cell, "failure", "moved_over_own", case, size));
    }
    for case in ["add_one", "remove_last", "remove_any"] {
        let own = 1.0 / (float(cell.nodes) + 1.0);
        let collateral = if size < 2.0 { 0.0 } else { own * size };
        records.push(figure(cell, "remap", "moved", case, own + collateral));
        records.push(figure(cell, "remap", "least", case, own));
        let formula = if cell.parameters.starts_with("slots") { "table-interpolated" } else { "" }.to_owned();
        records.push(Record { formula, ..figure(cell, "remap", "moved_over_own", case, (own + collateral) / own) });
        records.push(figure(cell, "remap", "collateral", case, collateral));
    }
    records
}

/// Exact shares of what has parameters, and the law of what has none: equal shares.
fn by_law(cell: &Record, spread: f64, records: &mut Vec<Record>) {
    if cell.parameters.is_empty() {
        let of_counts = records.iter_mut().filter(|record| record.metric == "cv");
        return of_counts.for_each(|record| record.formula = "multinomial".to_owned());
    }
    let share = figure(cell, "balance", "share_max_over_mean", "", 1.0 + 2.2 * spread);
    records.push(Record { expected: Some(1.0 + 2.0 * spread), formula: "some-law".to_owned(), ..share });
}

/// What the measures beyond balance, movement and time give.
fn further(cell: &Record, size: f64) -> Vec<Record> {
    let mut records = vec![figure(cell, "failure", "receivers", "fail_1", (float(cell.nodes) - 1.0) / size)];
    for case in ["add_2", "rolling", "reweight"] {
        records.push(figure(cell, "churn", "moved_over_own", case, size));
    }
    records.push(figure(cell, "replicas", "inclusion_max_over_mean", "r2", 1.0 + 0.01 * size));
    records.push(figure(cell, "replicas", "churn_over_least", "r2", size));
    for case in ["weight_1", "weight_2", "weight_10"] {
        records.push(figure(cell, "weighted", "achieved_over_wanted", case, 1.0 + 0.001 * size));
    }
    for (case, least) in [("zipf_0.8", 1.5), ("zipf_1.2", 7.0)] {
        records.push(figure(cell, "popularity", "max_over_mean", case, least + 0.1 * size));
        records.push(figure(cell, "popularity", "least_max_over_mean", case, least));
    }
    records
}

fn timed(cell: &Record, size: f64) -> Vec<Record> {
    let mut records = Vec::new();
    for (case, floor) in [("digest", 1.0), ("key-16", 12.0)] {
        for metric in ["latency", "throughput"] {
            records.push(time_of(cell, "lookup", metric, case, size.mul_add(float(cell.nodes).ln().max(1.0), floor)));
        }
    }
    records.push(time_of(cell, "lookup", "latency", "cold", 100.0 * size));
    records.push(time_of(cell, "change", "build", "", float(cell.nodes) * 1000.0 * size));
    records.extend(["add_one", "remove_one"].map(|metric| time_of(cell, "change", metric, "", 500.0 * size)));
    let bytes = Some(float(cell.nodes) * 16.0 * size);
    records.push(Record { measured_value: bytes, ..figure(cell, "memory", "state_bytes", "", float(cell.nodes)) });
    records
}

fn figure(cell: &Record, measure: &str, metric: &str, case: &str, value: f64) -> Record {
    let (measure, metric, case) = (measure.to_owned(), metric.to_owned(), case.to_owned());
    Record { measure, metric, case, value: Some(value), ..cell.clone() }
}

fn time_of(cell: &Record, measure: &str, metric: &str, case: &str, time: f64) -> Record {
    Record {
        unit: "ns".to_owned(),
        value: None,
        measured_value: Some(time),
        measured_low: Some(time * 0.95),
        measured_high: Some(time * 1.06),
        measured_samples: Some(5),
        ..figure(cell, measure, metric, case, 0.0)
    }
}
