use annulus_eval::stats::float;
use annulus_eval::stats::slots::TableLaw;

use crate::prints_as;

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
