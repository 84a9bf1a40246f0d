//! Whole runs: the same of one seed, and the figures that are timed.

use annulus_eval::Registry;
use annulus_eval::record::{Record, write_csv};
use annulus_eval::scenario::{Change, Churn, Failure, Lookup, Patterns, Replicas, Scenario, Synthetic, Weights, Work, Zipf};

use crate::study::{measure, no_errors, rows};

/// Every measure of the scenario quick, on little.
fn small() -> Scenario {
    let quick = Scenario::load("quick").unwrap();
    Scenario {
        nodes: vec![1, 3, 10],
        repetitions: 2,
        synthetic: quick.synthetic.map(|plan| Synthetic { digests: 20_000, ..plan }),
        failure: quick.failure.map(|plan| Failure { digests: 5_000, ..plan }),
        churn: quick.churn.map(|plan| Churn { digests: 5_000, ..plan }),
        replicas: quick.replicas.map(|plan| Replicas { digests: 2_000, ..plan }),
        weights: quick.weights.map(|plan| Weights { digests: 5_000, ..plan }),
        patterns: quick.patterns.map(|plan| Patterns { keys: 2_000, ..plan }),
        zipf: quick.zipf.map(|plan| Zipf { nodes: vec![10], keys: 2_000, requests: 5_000, ..plan }),
        work: quick.work.map(|plan| Work { digests: 5_000, ..plan }),
        lookup: quick.lookup.map(|_| Lookup { sittings: 2, rounds: 1, cold: 1, keys: vec![16], weights: vec![10] }),
        change: quick.change.map(|_| Change { sittings: 2, rounds: 1 }),
        ..quick
    }
}

/// `records.csv` without what depends on the machine.
fn repeatable(records: &[Record]) -> String {
    let blank = |record: &Record| Record {
        measured_value: None,
        measured_low: None,
        measured_high: None,
        measured_samples: None,
        ..record.clone()
    };
    let mut bytes = Vec::new();
    write_csv(&mut bytes, &records.iter().map(blank).collect::<Vec<_>>()).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn two_runs_of_one_seed_agree_byte_for_byte_in_every_measure() {
    let first = measure(&small(), &Registry::builtin());
    no_errors(&first);
    let mut measures: Vec<&str> = first.iter().map(|record| record.measure.as_str()).collect();
    measures.sort_unstable();
    measures.dedup();
    assert_eq!(measures.join(" "), "balance change churn failure lookup memory patterns popularity remap replicas weighted work");
    let again = measure(&small(), &Registry::builtin());
    assert_eq!(repeatable(&first), repeatable(&again));
    let other = measure(&Scenario { seed: 2, ..small() }, &Registry::builtin());
    assert_ne!(repeatable(&first), repeatable(&other));
}

#[test]
fn look_ups_have_a_percentile_and_a_cold_figure_and_memory_a_figure_a_node() {
    let records = measure(&small(), &Registry::builtin());
    for algorithm in ["ring", "jump", "rendezvous", "maglev", "slots", "modulo"] {
        for case in ["digest", "key-16"] {
            for (median, slow) in [("latency", "latency_p99"), ("throughput", "throughput_p99")] {
                let of = |metric| {
                    let row = rows(&records, algorithm, metric).find(|record| record.case == case && record.nodes == 10).unwrap();
                    row.measured_value.unwrap()
                };
                assert!(of(slow) >= of(median), "{algorithm} {median} {case}");
            }
        }
        let cold = rows(&records, algorithm, "latency").find(|record| record.case == "cold" && record.nodes == 10).unwrap();
        assert!(cold.measured_value.unwrap() > 0.0 && cold.measured_samples == Some(2), "{cold:?}");
        let of_node = rows(&records, algorithm, "state_bytes_per_node").find(|record| record.nodes == 10).unwrap();
        let whole = rows(&records, algorithm, "state_bytes").find(|record| record.nodes == 10).unwrap();
        assert!((of_node.value.unwrap() * 10.0 - whole.value.unwrap()).abs() < 1e-6, "{of_node:?}");
    }
}
