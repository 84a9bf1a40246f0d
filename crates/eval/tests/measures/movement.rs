//! What one change moves, and promises of it.

use annulus_core::{DependsOn, Digest, Gone, Kernel, NodeIndex, Nodes, Properties};
use annulus_eval::{Law, Registry};

use crate::study::{failures, measure, remainder, scenario};

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

/// `digest % N` that promises what it cannot hold.
#[derive(Clone)]
pub(crate) struct FalsePromises;

impl Kernel for FalsePromises {
    const PROPERTIES: Properties =
        Properties::new("false-promises", DependsOn::Set).minimal_on_addition().minimal_on_any_removal();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        remainder(digest.bits(), nodes.len())
    }
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
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        remainder(digest.bits() ^ self.salt, nodes.len())
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
