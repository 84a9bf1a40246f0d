//! Steps of a look-up, sets of replicas, and weights.

use annulus_eval::Registry;
use annulus_eval::scenario::{Replicas, Scenario, Weights, Work};

use crate::study::{measure, no_errors, only_further, rows, values};

#[test]
fn jump_takes_as_many_steps_as_the_harmonic_number_says() {
    let work = Some(Work { nodes: Vec::new(), digests: 200_000, repetitions: 2 });
    let records = measure(&Scenario { work, ..only_further(&[1, 10, 1000]) }, &Registry::builtin());
    no_errors(&records);
    let steps = values(&records, "jump", "steps", "");
    // H₁ is exact; H₁₀ = 2.929 ± 0.003 and H₁₀₀₀ = 7.485 ± 0.005, one standard deviation each.
    assert!(steps[..2] == [1.0; 2], "{steps:?}");
    assert!(steps[2..4].iter().all(|steps| (steps - 2.928_97).abs() < 0.016), "{steps:?}");
    assert!(steps[4..].iter().all(|steps| (steps - 7.485_47).abs() < 0.030), "{steps:?}");
    assert!(records.iter().filter(|record| record.measure == "work").all(|record| record.algorithm == "jump"));
}

#[test]
fn replica_sets_are_distinct_and_change_no_more_than_they_must() {
    let replicas = Some(Replicas { nodes: Vec::new(), digests: 50_000, repetitions: 1, counts: vec![2, 3] });
    let records = measure(&Scenario { replicas, ..only_further(&[3, 10]) }, &Registry::builtin());
    no_errors(&records);
    for algorithm in ["ring", "rendezvous"] {
        for case in ["r2", "r3"] {
            assert!(
                values(&records, algorithm, "churn_over_least", case).iter().all(|&ratio| ratio == 1.0),
                "{algorithm} {case}"
            );
        }
    }
    assert!(rows(&records, "rendezvous", "pair_chi_square").all(|record| record.high.is_some()));
    // All 45 pairs and all 120 threes of ten nodes, of which 50,000 draws miss none; three nodes have no choice of three.
    assert_eq!(values(&records, "rendezvous", "distinct_sets", "r2"), [3.0, 45.0]);
    assert_eq!(values(&records, "rendezvous", "distinct_sets", "r3"), [120.0]);
    let first = rows(&records, "modulo", "churn_over_least").find(|record| record.nodes == 10).unwrap();
    assert!(first.value.unwrap() > 2.0, "{first:?}");
}

#[test]
fn weighted_nodes_get_what_they_should_and_who_takes_no_weights_is_skipped() {
    let weights = Some(Weights { nodes: Vec::new(), digests: 200_000, repetitions: 2 });
    let records = measure(&Scenario { weights, ..only_further(&[1, 20]) }, &Registry::builtin());
    no_errors(&records);
    // Two of twenty nodes have the weight 1, of 110 in all: √((1−p)/(Kp)) = 0.0164, and six of it.
    for algorithm in ["rendezvous", "maglev"] {
        let light =
            rows(&records, algorithm, "achieved_over_wanted").filter(|record| record.nodes == 20 && record.case == "weight_1");
        assert!(light.clone().count() == 2 && light.clone().all(|record| (record.value.unwrap() - 1.0).abs() < 0.1));
    }
    assert!(rows(&records, "rendezvous", "nodes_off").all(|record| record.value == Some(0.0)));
    for algorithm in ["jump", "modulo"] {
        let skipped =
            records.iter().filter(|record| record.measure == "weighted" && record.algorithm == algorithm && record.nodes == 20);
        assert!(
            skipped.clone().count() == 2
                && skipped.clone().all(|record| record
                    .status
                    .to_string()
                    .starts_with("skipped: only nodes of equal weight are served; this measure gives one the weight 2"))
        );
    }
}
