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
fn simulated_disruption_is_that_of_another_simulation() {
    // (N, M, mean of moved/least by another program, half a unit of its last digit).
    let simulated = [
        (10, 1_009, 1.238, 0.0005),
        (10, 65_537, 1.023, 0.0005),
        (30, 65_537, 1.118, 0.0005),
        (30, 131_071, 1.078, 0.0005),
        (100, 10_007, 2.59, 0.005),
        (100, 65_537, 1.562, 0.0005),
        (100, 655_373, 1.141, 0.0005),
        (300, 5_000_011, 1.166, 0.0005),
        (1_000, 5_003, 6.83, 0.005),
        (1_000, 65_537, 6.76, 0.005),
        (1_000, 655_373, 4.27, 0.005),
    ];
    for (nodes, slots, moved, printed) in simulated {
        let ours = TableLaw::new(nodes, slots).unwrap().moved_over_least().unwrap();
        // Means of few tables each: at ten nodes, single tables vary by their own excess.
        let within = if nodes == 10 { 0.25 } else { 0.06 };
        assert!((ours - moved).abs() <= within * (moved - 1.0) + printed, "N={nodes} M={slots}: {ours}, there {moved}");
    }
}

#[test]
fn nothing_is_said_of_tables_beyond_those_simulated() {
    for (nodes, slots) in [(9, 65_537), (10_007, 5_000_011), (100, 997), (100, 5_000_077), (1_000, 1_009)] {
        let law = TableLaw::new(nodes, slots).unwrap();
        assert_eq!((law.moved_over_least(), law.collateral()), (None, None), "N={nodes} M={slots}");
    }
    assert!(TableLaw::new(10_000, 5_000_011).unwrap().moved_over_least().is_some());
}
