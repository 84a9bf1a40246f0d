//! Nodes that fail, and who inherits their keys.

use annulus_core::{DependsOn, Digest, Gone, Kernel, NodeIndex, Nodes, Properties};
use annulus_eval::Registry;
use annulus_eval::scenario::{Failure, Scenario};

use crate::study::{measure, no_errors, of, only_further, remainder, rows, values};

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
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let heir = self.heirs[remainder(digest.bits(), self.heirs.len()).as_usize()];
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
