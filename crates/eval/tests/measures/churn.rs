//! Nodes that join, are replaced in turn, or weigh more.

use annulus_core::{DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties};
use annulus_eval::scenario::{Churn, Failure, Scenario};
use annulus_eval::{Algorithm, Law, Registry};

use crate::movement::FalsePromises;
use crate::study::{measure, no_errors, of, only_further, values};

fn churn() -> Option<Churn> {
    Some(Churn { nodes: Vec::new(), digests: 200_000, repetitions: 2, joining: vec![1, 2, 5], replaced: 15 })
}

#[test]
fn larger_changes_move_the_least_where_it_is_promised_and_leave_what_a_fresh_build_has() {
    let records = measure(&Scenario { churn: churn(), ..only_further(&[10]) }, &Registry::builtin());
    no_errors(&records);
    let records = of(&records, "churn");
    let cases = ["add_1", "add_2", "add_5", "rolling", "reweight"];
    for algorithm in ["ring", "rendezvous"] {
        for case in cases {
            for metric in ["moved_over_least", "moved_over_own"] {
                assert_eq!(values(&records, algorithm, metric, case), [1.0; 2], "{algorithm} {metric} {case}");
            }
            for metric in ["violations", "not_as_built_afresh"] {
                assert_eq!(values(&records, algorithm, metric, case), [0.0; 2], "{algorithm} {metric} {case}");
            }
        }
    }
    // 5 of 15, with a standard deviation of 0.0011. Of 30 numbers in turn, 10 have the same remainder by 10 and by 15.
    for (algorithm, expected) in [("jump", 5.0 / 15.0), ("rendezvous", 5.0 / 15.0), ("modulo", 1.0 - 5.0 / 15.0)] {
        let moved = values(&records, algorithm, "moved", "add_5");
        assert!(moved.iter().all(|moved| (moved - expected).abs() < 0.006), "{algorithm}: {moved:?}");
    }
    // A departure moves 17/9 of its keys, an arrival 1: 1.44 in the mean over 30 changes, which scatters little.
    let rolling = values(&records, "jump", "moved_over_own", "rolling");
    assert!(rolling.iter().all(|&ratio| (1.40..1.49).contains(&ratio)), "{rolling:?}");
    // From 1/10 to 2/11, with a standard deviation of 0.0006.
    let doubled = values(&records, "rendezvous", "moved", "reweight");
    assert!(doubled.iter().all(|moved| (moved - 9.0 / 110.0).abs() < 0.004), "{doubled:?}");
    // A table of 65,537 slots moves some 450 keys of 200,000 needlessly for each node that joins ten.
    assert!(values(&records, "maglev", "collateral", "add_5").iter().all(|&collateral| collateral > 0.0));
    for algorithm in ["jump", "modulo"] {
        let skipped = records.iter().filter(|record| record.algorithm == algorithm && record.case == "reweight");
        assert!(
            skipped.clone().count() == 2
                && skipped.clone().all(|record| record.status.to_string().contains("the weight 2 on purpose"))
        );
    }
}

#[test]
fn one_node_alone_can_be_joined_and_neither_replaced_nor_made_heavier() {
    let records = measure(&Scenario { churn: churn(), ..only_further(&[1]) }, &Registry::builtin());
    no_errors(&records);
    let records = of(&records, "churn");
    assert_eq!(values(&records, "rendezvous", "moved_over_own", "add_2"), [1.0; 2]);
    for case in ["rolling", "reweight"] {
        let rows = records.iter().filter(|record| record.algorithm == "ring" && record.case == case);
        assert!(rows.clone().count() == 2 && rows.clone().all(|record| record.status.is_skipped()), "{case}");
    }
}

#[test]
fn promises_that_are_not_kept_are_errors_in_larger_changes_too() {
    let failure = Some(Failure { nodes: Vec::new(), digests: 50_000, repetitions: 1, failed: vec![2] });
    let registry = Registry::empty().with_algorithm(Algorithm::of("planted", FalsePromises).with_law(Law::Unknown));
    let records = measure(&Scenario { churn: churn(), failure, ..only_further(&[10]) }, &registry);
    for (measure, case) in [("failure", "fail_2"), ("churn", "add_2"), ("churn", "rolling")] {
        for metric in ["collateral", "violations", "moved_over_own"] {
            let row = of(&records, measure).into_iter().find(|record| record.case == case && record.metric == metric);
            assert!(row.is_some_and(|row| row.status.is_error()), "{measure} {case} {metric}");
        }
    }
}

/// Every key is placed again whenever a weight changes.
#[derive(Clone, Default)]
struct RestlessWeights;

impl Kernel for RestlessWeights {
    const PROPERTIES: Properties = Properties::new("restless-weights", DependsOn::Set).minimal_on_reweighting();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let digest = digest.salted(nodes.total_weight());
        nodes.indices().max_by_key(|&index| digest.salted(nodes.seed(index))).unwrap()
    }
}

#[test]
fn a_weight_that_moves_the_keys_of_others_is_an_error() {
    let registry = Registry::empty().with::<RestlessWeights>("restless");
    let records = measure(&Scenario { churn: churn(), ..only_further(&[10]) }, &registry);
    let row = of(&records, "churn").into_iter().find(|record| record.case == "reweight" && record.metric == "violations");
    assert!(row.is_some_and(|row| row.status.is_error()));
}
