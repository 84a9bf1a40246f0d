//! What must hold of the measures: true algorithms pass every gate, planted defects are caught by the gate that should.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use annulus_core::{DependsOn, Gone, Kernel, NodeIndex, Nodes, Properties, mix};
use annulus_eval::keys::{Input, KeyReader, KeySet, generated};
use annulus_eval::measure::Study;
use annulus_eval::measure::stream::Streamed;
use annulus_eval::progress::Progress;
use annulus_eval::record::{Checksum, Record, Status, write_csv};
use annulus_eval::scenario::{Change, Churn, Failure, Lookup, Patterns, Replicas, Scenario, Synthetic, Weights, Work, Zipf};
use annulus_eval::stats::zipf::ZipfLaw;
use annulus_eval::{Algorithm, Law, Registry};

/// Balance and remap alone, on enough digests for the gates to bite.
fn scenario(nodes: &[u64], digests: usize) -> Scenario {
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

fn measure(scenario: &Scenario, registry: &Registry) -> Vec<Record> {
    let names = generated::strings(scenario.seed, 0, 20_000);
    let keys = KeySet::new("random-strings", names.iter().map(String::as_str));
    Study::new(scenario, scenario.grid(registry).unwrap(), &keys).run(&Progress::hidden()).unwrap()
}

/// The metrics that a planted algorithm fails, each once.
fn failures<K: Kernel + Send + Sync + 'static>(kernel: K, law: Law) -> Vec<String> {
    let registry = Registry::empty().with_algorithm(Algorithm::of("planted", kernel).law(law));
    let mut metrics: Vec<String> = measure(&scenario(&[10], 200_000), &registry)
        .into_iter()
        .filter(|record| record.status.is_error())
        .map(|record| record.metric)
        .collect();
    metrics.sort();
    metrics.dedup();
    metrics
}

#[test]
fn the_true_algorithms_pass_every_gate() {
    let records = measure(&scenario(&[1, 2, 10, 100], 1_000_000), &Registry::builtin());
    let wrong: Vec<&Record> = records.iter().filter(|record| record.status.is_error()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(records.len() > 1000);
}

/// Rows of one figure.
fn rows<'a>(records: &'a [Record], algorithm: &'a str, metric: &'a str) -> impl Iterator<Item = &'a Record> + Clone {
    records.iter().filter(move |record| record.algorithm == algorithm && record.metric == metric)
}

fn values(records: &[Record], algorithm: &str, metric: &str, case: &str) -> Vec<f64> {
    rows(records, algorithm, metric).filter(|record| record.case == case).map(|record| record.value.unwrap()).collect()
}

/// The rows of one measure.
fn of(records: &[Record], measure: &str) -> Vec<Record> {
    records.iter().filter(|record| record.measure == measure).cloned().collect()
}

fn no_errors(records: &[Record]) {
    let wrong: Vec<&Record> = records.iter().filter(|record| record.status.is_error()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Few keys for what is not looked at.
fn only_further(nodes: &[u64]) -> Scenario {
    Scenario { synthetic: None, repetitions: 1, ..scenario(nodes, 1) }
}

#[test]
fn survivors_of_a_failure_share_the_burden_as_theory_has_it() {
    let failure = Some(Failure { nodes: vec![100], digests: 200_000, repetitions: 5, failed: vec![1, 2, 100] });
    let records = measure(&Scenario { failure, ..only_further(&[2, 100]) }, &Registry::builtin());
    no_errors(&records);
    let receivers = |algorithm| values(&records, algorithm, "receivers", "fail_1");
    // 2000 keys miss one of 99 survivors with a probability of 99·e^(−20).
    assert_eq!(receivers("rendezvous"), [99.0; 5]);
    // 79.3 in the mean where every arc has keys. A twelfth of the arcs has none, which takes two or so; five rings leave a
    // standard deviation of at most √(99·¼/5) = 2.2.
    let ring = receivers("ring").iter().sum::<f64>() / 5.0;
    assert!((64.0..93.0).contains(&ring), "{ring}");
    assert!(values(&records, "rendezvous", "worst_load", "fail_2").iter().all(|&load| load > 100.0 / 98.0));
    let last = records.iter().filter(|record| record.measure == "failure" && record.case == "fail_100");
    assert!(last.clone().count() > 0 && last.clone().all(|record| record.status.to_string().starts_with("skipped: 100 of 100")));
    assert!(records.iter().all(|record| record.measure != "failure" || record.nodes == 100));
}

#[test]
fn what_the_dead_had_is_shared_out_evenly_and_nothing_else_moves_where_that_is_promised() {
    let failure = Some(Failure { nodes: Vec::new(), digests: 200_000, repetitions: 2, failed: vec![1, 5] });
    let records = measure(&Scenario { failure, ..only_further(&[10, 100]) }, &Registry::builtin());
    no_errors(&records);
    let ratios = |algorithm, case| values(&of(&records, "failure"), algorithm, "moved_over_own", case);
    for case in ["fail_1", "fail_5"] {
        for algorithm in ["ring", "rendezvous"] {
            assert_eq!(ratios(algorithm, case), [1.0; 4], "{algorithm} {case}");
        }
        // At 100 nodes a table moves some 1.5 times the least.
        assert!(ratios("maglev", case)[2..].iter().all(|&ratio| ratio > 1.1), "{:?}", ratios("maglev", case));
    }
    let gates = of(&records, "failure");
    let inherited = |algorithm| rows(&gates, algorithm, "inherited_chi_square");
    assert!(inherited("rendezvous").count() == 8 && inherited("rendezvous").all(|record| record.high.is_some()));
    assert!(inherited("ring").all(|record| record.high.is_none()));
    // A single node takes the place of the one that fails, with all that it had.
    let jump = rows(&gates, "jump", "inherited_max_over_mean").find(|record| record.nodes == 10 && record.case == "fail_1");
    assert_eq!(jump.and_then(|record| record.value), Some(9.0));
}

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
        assert!(skipped.clone().count() == 2 && skipped.clone().all(|record| record.status.to_string().contains("weight 2")));
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
                && skipped.clone().all(|record| record.status.to_string().starts_with("skipped: weight 2"))
        );
    }
}

#[test]
fn patterned_keys_and_names_lie_as_random_ones_do() {
    let patterns = Some(Patterns { nodes: Vec::new(), keys: 50_000 });
    let records = measure(&Scenario { patterns, ..only_further(&[10]) }, &Registry::builtin());
    no_errors(&records);
    let mut sets: Vec<(&str, &str)> = rows(&records, "jump", "chi_square")
        .filter(|r| r.measure == "patterns")
        .map(|r| (r.keys.as_str(), r.names.as_str()))
        .collect();
    sets.sort_unstable();
    sets.dedup();
    assert_eq!(sets.len(), 15);
    for pattern in ["sequential", "shared-prefix", "ipv4", "uuid", "date"] {
        for set in [(pattern, "random"), ("random-digests", pattern), (pattern, pattern)] {
            assert!(sets.contains(&set), "{set:?}");
        }
    }
}

#[test]
fn the_load_by_request_is_what_the_popularity_makes_it() {
    let zipf = Some(Zipf { nodes: Vec::new(), keys: 100_000, requests: 1_000_000, repetitions: 1, exponents: vec![0.99] });
    let records = measure(&Scenario { zipf, ..only_further(&[10]) }, &Registry::builtin());
    no_errors(&records);
    // The trace's own Σf² is Σp² and 1/requests; the root is within a percent of the law's.
    let expected = rows(&records, "rendezvous", "cv").find(|record| record.measure == "popularity").unwrap().expected.unwrap();
    let law = ZipfLaw::new(100_000, 0.99).unwrap().load_cv(10);
    assert!((expected / law - 1.0).abs() < 0.02, "{expected} {law}");
    for algorithm in ["ring", "jump", "rendezvous", "maglev", "modulo"] {
        assert!(values(&records, algorithm, "max_over_least", "zipf_0.99").iter().all(|&ratio| ratio >= 1.0));
        let ideal = rows(&records, algorithm, "max_over_mean").find(|record| record.formula == "ideal-placement").unwrap();
        assert!(ideal.low < ideal.expected && ideal.expected < ideal.high, "{ideal:?}");
    }
}

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
        lookup: quick.lookup.map(|_| Lookup { rounds: 2, chunks: 2, chunk: 16, cold: 2 }),
        change: quick.change.map(|_| Change { rounds: 2 }),
        ..quick
    }
}

/// `records.csv` without what depends on the machine.
fn repeatable(records: &[Record]) -> String {
    let blank = |record: &Record| Record { measured_value: None, measured_low: None, measured_high: None, ..record.clone() };
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
    for algorithm in ["ring", "jump", "rendezvous", "maglev", "modulo"] {
        for case in ["digest", "string"] {
            for (median, slow) in [("latency", "latency_p99"), ("throughput", "throughput_p99")] {
                let of = |metric| {
                    let row = rows(&records, algorithm, metric).find(|record| record.case == case && record.nodes == 10).unwrap();
                    row.measured_value.unwrap()
                };
                assert!(of(slow) >= of(median), "{algorithm} {median} {case}");
            }
        }
        let cold = rows(&records, algorithm, "latency").find(|record| record.case == "cold" && record.nodes == 10).unwrap();
        assert!(cold.measured_value.unwrap() > 0.0 && cold.key_count == 32, "{cold:?}");
        let of_node = rows(&records, algorithm, "state_bytes_per_node").find(|record| record.nodes == 10).unwrap();
        let whole = rows(&records, algorithm, "state_bytes").find(|record| record.nodes == 10).unwrap();
        assert!((of_node.value.unwrap() * 10.0 - whole.value.unwrap()).abs() < 1e-6, "{of_node:?}");
    }
}

#[test]
fn rows_say_what_their_key_set_holds() {
    let scenario = Scenario { synthetic: Some(Synthetic { digests: 1_000, repetitions: 1, victims: 1 }), ..only_further(&[3]) };
    let run = |keys: &[&str]| {
        let keys = KeySet::new("same-name", keys.iter().copied());
        let study = Study::new(&scenario, scenario.grid(&Registry::builtin()).unwrap(), &keys);
        (study.run(&Progress::hidden()).unwrap(), keys.checksum())
    };
    let (records, checksum) = run(&["a", "b", "c"]);
    assert_ne!(checksum, run(&["a", "b", "d"]).1);
    for record in &records {
        let expected = (record.keys == "same-name").then_some(Checksum(checksum));
        assert_eq!(record.keys_checksum, expected, "{record:?}");
    }
}

#[test]
fn keys_that_are_streamed_have_the_checksum_that_they_have_when_held() {
    let scenario = only_further(&[3]);
    let grid = || scenario.grid(&Registry::builtin()).unwrap();
    let names = generated::strings(1, 0, 300_000);
    let text = names.join("\n");
    let reader = KeyReader::new(Input::Stdin, text.as_bytes()).unwrap();
    let streamed = Streamed::read(&scenario, &grid(), reader, &Progress::hidden()).unwrap();
    let records = streamed.records(&Study::new(&scenario, grid(), streamed.sample())).unwrap();
    let held = KeySet::new("held", names.iter().map(String::as_str)).checksum();
    assert!(records.len() > 10 && records.iter().all(|record| record.keys_checksum == Some(Checksum(held))));
    assert_ne!(streamed.sample().checksum(), held, "the sample is the first of them alone");
}

#[test]
fn movement_is_the_least_exactly_where_it_is_promised() {
    let records = measure(&scenario(&[10], 100_000), &Registry::builtin());
    let ratio = |algorithm: &str, case: &str| -> Vec<f64> {
        let rows = records.iter().filter(|r| r.metric == "moved_over_own" && r.algorithm == algorithm && r.case == case);
        rows.map(|record| record.value.unwrap()).collect()
    };
    for algorithm in ["ring", "rendezvous", "jump"] {
        for case in ["add_one", "remove_last"] {
            assert!(ratio(algorithm, case).iter().all(|&ratio| ratio == 1.0), "{algorithm} {case}");
        }
    }
    // The last takes the place of the removed one: 1 + (N−2)/(N−1) times its keys, whatever their number; here 1.9 ± 0.2.
    assert!(ratio("jump", "remove_any").iter().all(|&ratio| (1.5..2.2).contains(&ratio)), "{:?}", ratio("jump", "remove_any"));
    // N/(N+1) of all keys against 1/(N+1).
    assert!(ratio("modulo", "add_one").iter().all(|&ratio| (9.0..11.0).contains(&ratio)));
}

#[test]
fn the_signed_excess_takes_the_noise_of_keys_out() {
    let records = measure(&scenario(&[100], 1_000_000), &Registry::builtin());
    let excess = |algorithm: &str| {
        let row = records
            .iter()
            .find(|r| r.metric == "signed_excess_variance" && r.algorithm == algorithm && r.keys == "random-digests");
        row.unwrap().value.unwrap()
    };
    // X²/K is within 4.6e-5 and 1.81e-4 at 10⁻⁶ a tail, less 9.9e-5.
    assert!(excess("jump").abs() < 9e-5);
    // A ring of 160 points has a share CV of 0.0787, within 0.0526 and 0.107 at 10⁻⁶ a tail.
    assert!((0.0526_f64.powi(2)..0.107_f64.powi(2)).contains(&excess("ring")), "{}", excess("ring"));
}

/// `digest % N` that promises what it cannot hold.
#[derive(Clone)]
struct FalsePromises;

impl Kernel for FalsePromises {
    const PROPERTIES: Properties =
        Properties::new("false-promises", DependsOn::Set).minimal_on_addition().minimal_on_any_removal();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: u64) -> NodeIndex {
        remainder(digest, nodes.len())
    }
}

fn remainder(digest: u64, nodes: usize) -> NodeIndex {
    NodeIndex::new(u32::try_from(digest % u64::try_from(nodes).unwrap()).unwrap())
}

#[test]
fn promises_that_are_not_kept_are_errors() {
    let failed = failures(FalsePromises, Law::Unknown);
    for metric in ["collateral", "violations", "moved_over_least", "moved_over_own", "order_dependence", "not_returned"] {
        assert!(failed.contains(&metric.to_owned()), "{metric} is not in {failed:?}");
    }
}

#[test]
fn promises_that_are_not_kept_are_errors_in_larger_changes_too() {
    let failure = Some(Failure { nodes: Vec::new(), digests: 50_000, repetitions: 1, failed: vec![2] });
    let registry = Registry::empty().with_algorithm(Algorithm::of("planted", FalsePromises).law(Law::Unknown));
    let records = measure(&Scenario { churn: churn(), failure, ..only_further(&[10]) }, &registry);
    for (measure, case) in [("failure", "fail_2"), ("churn", "add_2"), ("churn", "rolling")] {
        for metric in ["collateral", "violations", "moved_over_own"] {
            let row = of(&records, measure).into_iter().find(|record| record.case == case && record.metric == metric);
            assert!(row.is_some_and(|row| row.status.is_error()), "{measure} {case} {metric}");
        }
    }
}

/// Even shares, and as few moves as can be; but all that a removed node had goes to the next one.
#[derive(Clone, Default)]
struct OneHeir {
    /// Who answers for each part of the digests.
    heirs: Vec<u64>,
}

impl Kernel for OneHeir {
    const PROPERTIES: Properties = Properties::new("one-heir", DependsOn::History).minimal_on_any_removal().uniform();
    fn rebuild(&mut self, nodes: &Nodes) {
        self.heirs = nodes.seeds().to_vec();
    }
    fn lookup(&self, nodes: &Nodes, digest: u64) -> NodeIndex {
        let heir = self.heirs[remainder(digest, self.heirs.len()).as_usize()];
        nodes.indices().find(|&index| nodes.seed(index) == heir).unwrap()
    }
    fn removed(&mut self, _: &Nodes, gone: Gone) {
        let next = *self.heirs.iter().find(|&&heir| heir != gone.seed).unwrap();
        self.heirs.iter_mut().filter(|heir| **heir == gone.seed).for_each(|heir| *heir = next);
    }
}

#[test]
fn all_to_one_heir_is_seen_in_what_survivors_inherit() {
    let failure = Some(Failure { nodes: Vec::new(), digests: 50_000, repetitions: 1, failed: vec![1] });
    let records = measure(&Scenario { failure, ..only_further(&[10]) }, &Registry::empty().with::<OneHeir>("one-heir"));
    let mut failed: Vec<&str> =
        records.iter().filter(|record| record.status.is_error()).map(|record| record.metric.as_str()).collect();
    failed.sort_unstable();
    assert_eq!(failed, ["inherited_chi_square", "largest_gain", "worst_load"]);
}

/// Every key is placed anew whenever a weight changes.
#[derive(Clone, Default)]
struct RestlessWeights;

impl Kernel for RestlessWeights {
    const PROPERTIES: Properties = Properties::new("restless-weights", DependsOn::Set).minimal_on_reweighting();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: u64) -> NodeIndex {
        let digest = mix(digest, nodes.total_weight());
        nodes.indices().max_by_key(|&index| mix(digest, nodes.seed(index))).unwrap()
    }
}

#[test]
fn a_weight_that_moves_the_keys_of_others_is_an_error() {
    let registry = Registry::empty().with::<RestlessWeights>("restless");
    let records = measure(&Scenario { churn: churn(), ..only_further(&[10]) }, &registry);
    let row = of(&records, "churn").into_iter().find(|record| record.case == "reweight" && record.metric == "violations");
    assert!(row.is_some_and(|row| row.status.is_error()));
}

/// Answers that change with a removal where a fresh build would not have it so.
#[derive(Clone, Default)]
struct Stale {
    salt: u64,
}

impl Kernel for Stale {
    const PROPERTIES: Properties = Properties::new("stale", DependsOn::Order);
    fn rebuild(&mut self, _: &Nodes) {
        self.salt = 0;
    }
    fn lookup(&self, nodes: &Nodes, digest: u64) -> NodeIndex {
        remainder(digest ^ self.salt, nodes.len())
    }
    fn removed(&mut self, _: &Nodes, _: Gone) {
        self.salt = 1;
    }
}

#[test]
fn a_change_that_differs_from_a_fresh_build_is_an_error() {
    // Undoing an addition is a removal too.
    assert_eq!(failures(Stale::default(), Law::Unknown), ["not_as_built_afresh", "not_returned"]);
}

/// A node that is not there for one key in a thousand.
#[derive(Clone)]
struct Nobody;

impl Kernel for Nobody {
    const PROPERTIES: Properties = Properties::new("nobody", DependsOn::Order);
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: u64) -> NodeIndex {
        if digest % 1000 == 7 { NodeIndex::new(u32::MAX) } else { remainder(digest >> 10, nodes.len()) }
    }
}

#[test]
fn an_answer_that_names_no_node_is_an_error() {
    assert_eq!(failures(Nobody, Law::Uniform), ["invalid"]);
}

/// Nodes in turn, whatever the key: too even to be true.
#[derive(Clone, Default)]
struct TooEven {
    next: Arc<AtomicU64>,
}

impl Kernel for TooEven {
    const PROPERTIES: Properties = Properties::new("too-even", DependsOn::History).uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, _: u64) -> NodeIndex {
        remainder(self.next.fetch_add(1, Ordering::Relaxed), nodes.len())
    }
}

#[test]
fn counts_that_are_too_even_are_an_error() {
    let failed = failures(TooEven::default(), Law::Uniform);
    assert!(failed.contains(&"chi_square".to_owned()) && failed.contains(&"max_over_mean".to_owned()), "{failed:?}");
}

/// One node has a hundredth more than it should, which only many keys show.
#[derive(Clone, Default)]
struct Lopsided;

impl Kernel for Lopsided {
    const PROPERTIES: Properties = Properties::new("lopsided", DependsOn::Order).uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: u64) -> NodeIndex {
        if digest >> 57 == 0 { NodeIndex::new(0) } else { remainder(digest, nodes.len()) }
    }
}

#[test]
fn counts_that_are_too_uneven_are_an_error_and_name_their_law() {
    let registry = Registry::empty().with::<Lopsided>("lopsided");
    let records = measure(&scenario(&[10], 1_000_000), &registry);
    let row = records.iter().find(|r| r.metric == "chi_square" && r.keys == "random-digests").unwrap();
    let Status::Error(why) = &row.status else { panic!("{row:?}") };
    assert!(why.ends_with("(multinomial)"), "{why}");
    assert!(failures(Lopsided, Law::Uniform).contains(&"max_over_mean".to_owned()));
}

/// A table in which node 0 gave one slot to node 1.
#[derive(Clone)]
struct ForfeitedSlot;

const SLOTS: u64 = 1009;

impl Kernel for ForfeitedSlot {
    const PROPERTIES: Properties = Properties::new("forfeited-slot", DependsOn::Order);
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: u64) -> NodeIndex {
        match remainder(digest % SLOTS, nodes.len()) {
            _ if digest.is_multiple_of(SLOTS) => NodeIndex::new(u32::from(nodes.len() > 1)),
            owner => owner,
        }
    }
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        let mut held = vec![0_u32; nodes.len()];
        (0..SLOTS).for_each(|slot| held[self.lookup(nodes, slot).as_usize()] += 1);
        Some(held.into_iter().map(|held| f64::from(held) / 1009.0).collect())
    }
}

#[test]
fn a_slot_too_many_is_seen_in_the_shares_where_keys_are_blind() {
    assert_eq!(failures(ForfeitedSlot, Law::Slots { slots: SLOTS }), ["slots_off"]);
}
