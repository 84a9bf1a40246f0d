//! What must hold of the measures: true algorithms pass every gate, planted defects are caught by the gate that should.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use annulus_core::{DependsOn, Gone, Kernel, NodeIndex, Nodes, Properties};
use annulus_eval::keys::{KeySet, generated};
use annulus_eval::measure::Study;
use annulus_eval::progress::Progress;
use annulus_eval::record::{Record, Status};
use annulus_eval::scenario::{Scenario, Synthetic};
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
