use annulus_core::{Cluster, ConsistentHashRing};
use annulus_eval::stats::float;
use annulus_eval::stats::maglev::{TableLaw, median_collateral_gate};
use annulus_maglev::MaglevKernel;

use crate::prints_as;
use crate::sample::{Sample, cluster, name};

#[test]
fn largest_share_of_the_table() {
    let slots = [5_003, 16_381, 65_537, 655_373, 5_000_011];
    let table: [(u64, [(f64, i32); 5]); 3] = [
        (10, [(1.0014, 4), (1.000_55, 5), (1.000_046, 6), (1.000_011, 6), (1.000_002, 6)]),
        (100, [(1.0194, 4), (1.001_16, 5), (1.000_96, 5), (1.000_04, 5), (1.000_02, 5)]),
        (1_000, [(1.199, 3), (1.0378, 4), (1.007_06, 5), (1.000_96, 5), (1.0002, 4)]),
    ];
    for (nodes, row) in table {
        for (slots, (printed, decimals)) in slots.into_iter().zip(row) {
            prints_as(TableLaw::new(nodes, slots).unwrap().max_over_mean(), printed, decimals);
        }
    }
}

#[test]
fn the_moments_are_those_of_the_slots() {
    for (nodes, slots) in [(7_u64, 1_009_u64), (10, 65_537), (1_000, 5_003), (5, 5)] {
        let law = TableLaw::new(nodes, slots).unwrap();
        let (few, many) = law.slots_a_node();
        let with_many = slots % nodes;
        let shares: Vec<f64> = (0..nodes).map(|i| float(if i < with_many { many } else { few }) / float(slots)).collect();
        let sum: f64 = shares.iter().sum();
        assert!((sum - 1.0).abs() < 1e-12);
        let mean = 1.0 / float(nodes);
        let variance = shares.iter().map(|share| (share / mean - 1.0).powi(2)).sum::<f64>() * mean;
        assert!((variance.sqrt() - law.share_cv()).abs() < 1e-12);
        let least = shares.iter().copied().fold(f64::INFINITY, f64::min);
        assert!((least / mean - law.min_over_mean()).abs() < 1e-12);
        assert!((law.count_cv(1_000).powi(2) - law.share_cv().powi(2) - float(nodes - 1) / 1_000.0).abs() < 1e-12);
    }
    assert!(TableLaw::new(10, 9).is_err() && TableLaw::new(0, 9).is_err());
}

#[test]
fn the_rule_of_disruption_is_as_good_as_it_says() {
    // (N, M, simulated mean of moved/least); the rule is said to be within 20 % of the excess where N² < M/40.
    let simulated =
        [(10, 65_537, 1.023), (30, 65_537, 1.118), (30, 131_071, 1.078), (100, 655_373, 1.141), (300, 5_000_011, 1.166)];
    for (nodes, slots, moved) in simulated {
        let rule = TableLaw::new(nodes, slots).unwrap().rough_moved_over_least().unwrap();
        let ratio = (rule - 1.0) / (moved - 1.0);
        // Half a unit of the last printed digit of the excess, beside the 20 %.
        let printed = 0.0005 / (moved - 1.0);
        assert!((ratio - 1.0).abs() <= 0.20 + printed, "N={nodes} M={slots}: {ratio}");
    }
    // Saturated: moved/least is ln N.
    for (nodes, slots) in [(100, 1_009), (300, 5_003), (1_000, 5_003)] {
        let rule = TableLaw::new(nodes, slots).unwrap().rough_moved_over_least().unwrap();
        assert!((rule - float(nodes).ln()).abs() < 1e-9);
    }
    assert_eq!(TableLaw::new(9, 65_537).unwrap().rough_collateral(), None);
}

/// The paper's table for `nodes`, as the owner's name of each slot, with the collateral when the first `failed` leave.
fn collateral(nodes: usize, slots: u32, failed: usize, seed: u64) -> f64 {
    let mut table = cluster(MaglevKernel::with_slots(slots).unwrap(), nodes, seed);
    let owners = |table: &Cluster<MaglevKernel, ()>| -> Vec<Option<usize>> {
        let mut numbers = vec![None; table.roster().len()];
        for node in 0..nodes {
            if let Some(index) = table.roster().index_of(&name(seed, node)) {
                numbers[index.as_usize()] = Some(node);
            }
        }
        let owner = |slot| numbers[table.kernel().owner_of_slot(table.roster().nodes(), slot).unwrap().as_usize()];
        (0..slots).map(owner).collect()
    };
    let before = owners(&table);
    (0..failed).for_each(|node| table.remove_consumer(&name(seed, node)).unwrap());
    let after = owners(&table);
    let moved = before.iter().zip(&after).filter(|(before, after)| before.unwrap() >= failed && before != after).count();
    float(moved) / float(slots)
}

#[test]
fn collateral_of_one_failure() {
    // (N, M, printed moved/least, half a unit). The printed means are samples themselves, of unknown number: here they
    // are taken to be as uncertain as these, by a quarter of the spread between tables.
    let table = [
        (10, 1_009, 1.238, 0.000_5),
        (10, 65_537, 1.023, 0.000_5),
        (100, 1_009, 4.63, 0.005),
        (100, 5_003, 3.71, 0.005),
        (100, 65_537, 1.562, 0.000_5),
        (1_000, 5_003, 6.83, 0.005),
        (1_000, 65_537, 6.76, 0.005),
    ];
    for (nodes, slots, printed, half) in table {
        let excess: Vec<f64> = (0..40).map(|seed| 1.0 + collateral(nodes, slots, 1, seed) * float(nodes)).collect();
        let sample = Sample::of(&excess);
        sample.has_mean(printed, half + sample.deviation() / 4.0, &format!("N={nodes} M={slots}"));
    }
}

#[test]
fn collateral_of_concurrent_failures() {
    for (failed, printed) in [(5, 0.018), (10, 0.023)] {
        let found: Vec<f64> = (0..10).map(|seed| collateral(1_000, 65_537, failed, seed)).collect();
        Sample::of(&found).has_mean(printed, 0.000_5, &format!("{failed} failed"));
    }
}

#[test]
fn medians_of_true_tables_pass_their_gates() {
    for nodes in [10, 30, 100] {
        let mut found: Vec<f64> = (0..21).map(|seed| collateral(nodes, 65_537, 1, seed)).collect();
        found.sort_unstable_by(f64::total_cmp);
        let gate = median_collateral_gate(u64::try_from(nodes).unwrap(), 65_537).unwrap();
        assert!(gate.contains(found[10]), "N={nodes}: {} outside {gate:?}", found[10]);
    }
    assert_eq!(median_collateral_gate(10, 655_373), None);
    assert_eq!(median_collateral_gate(3, 65_537), None);
}
