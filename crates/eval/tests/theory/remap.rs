use annulus_eval::stats::{Tail, float, remap};

use crate::prints_as;

#[test]
fn bands_of_moved_over_least() {
    // Two-sided at 99.9 % and at 1 − 10⁻⁶, as low, high, low, high; K = 10⁵, 10⁶, 10⁷.
    let table: [(u64, [[f64; 4]; 3]); 3] = [
        (
            10,
            [
                [0.967_23, 1.033_01, 0.951_39, 1.049_29],
                [0.989_60, 1.010_42, 0.984_57, 1.015_50],
                [0.996_71, 1.003_29, 0.995_11, 1.004_90],
            ],
        ),
        (
            100,
            [
                [0.897_89, 1.105_95, 0.849_41, 1.158_47],
                [0.967_28, 1.033_03, 0.951_42, 1.049_29],
                [0.989_61, 1.010_42, 0.984_57, 1.015_50],
            ],
        ),
        (
            1_000,
            [
                [0.690_69, 1.341_34, 0.550_55, 1.521_52],
                [0.897_90, 1.106_11, 0.848_85, 1.158_16],
                [0.967_27, 1.033_03, 0.951_45, 1.049_25],
            ],
        ),
    ];
    for (nodes, rows) in table {
        for (keys, row) in [100_000, 1_000_000, 10_000_000].into_iter().zip(rows) {
            let band = |level: f64| {
                let tail = Tail::new(level / 2.0).unwrap();
                remap::joining_band(nodes, keys, tail).unwrap().scaled((float(nodes) + 1.0) / float(keys))
            };
            let (narrow, wide) = (band(1e-3), band(1e-6));
            for (found, printed) in [narrow.low, narrow.high, wide.low, wide.high].into_iter().zip(row) {
                prints_as(found, printed, 5);
            }
        }
    }
}

#[test]
fn least_movement_of_counts() {
    assert_eq!(remap::least(&[10, 10], &[5, 15]).unwrap(), 5);
    assert_eq!(remap::least(&[4, 3, 5], &[6, 6, 0]).unwrap(), 5);
    assert_eq!(remap::least(&[], &[]).unwrap(), 0);
    assert!(remap::least(&[1], &[]).is_err());
}

#[test]
fn closed_forms() {
    assert!((remap::remainder_joining(10) - 10.0 / 11.0).abs() < 1e-15);
    assert_eq!(remap::resizing(10, 20), 0.5);
    assert_eq!(remap::resizing(20, 10), 0.5);
    assert_eq!(remap::resizing(0, 0), 0.0);
    prints_as(remap::swap_last_mean(10), 1.80, 2);
    // The mean over victims: N−1 that are not the last, and the last.
    for nodes in [2_u64, 3, 10, 1_000] {
        let others = float(nodes - 1) * remap::swap_last(nodes, false);
        let mean = (others + remap::swap_last(nodes, true)) / float(nodes);
        assert!((mean - remap::swap_last_mean(nodes)).abs() < 1e-12, "N={nodes}");
    }
    prints_as(remap::rate_behind_none(1), 6.9, 1);
}
