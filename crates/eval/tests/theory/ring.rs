use annulus_eval::stats::BetaBinomial;
use annulus_eval::stats::arcs::{ArcsLaw, weighted_share_cv};
use annulus_eval::stats::{Interval, Tail, float};

use crate::{millionth, prints_as};

/// N, V, share CV, E[max/mean], E[min/mean].
const TABLE: [(u64, u64, f64, f64, f64); 15] = [
    (10, 1, 0.9045, 2.929, 0.100),
    (10, 10, 0.2985, 1.538, 0.575),
    (10, 100, 0.0948, 1.159, 0.852),
    (10, 160, 0.0750, 1.125, 0.882),
    (10, 1_000, 0.0300, 1.049, 0.952),
    (100, 1, 0.9900, 5.187, 0.010),
    (100, 10, 0.3145, 1.973, 0.387),
    (100, 100, 0.0995, 1.269, 0.767),
    (100, 160, 0.0787, 1.210, 0.813),
    (100, 1_000, 0.0315, 1.081, 0.923),
    (1_000, 1, 0.9990, 7.485, 0.001),
    (1_000, 10, 0.3161, 2.353, 0.279),
    (1_000, 100, 0.0999, 1.357, 0.708),
    (1_000, 160, 0.0790, 1.276, 0.764),
    (1_000, 1_000, 0.0316, 1.106, 0.901),
];

fn law(nodes: u64, points: u64) -> ArcsLaw {
    ArcsLaw::new(nodes, points).unwrap()
}

#[test]
fn cv_and_expected_extremes_of_the_shares() {
    for (nodes, points, cv, max, min) in TABLE {
        let law = law(nodes, points);
        prints_as(law.share_cv(), cv, 4);
        prints_as(law.expected_max_over_mean(), max, 3);
        prints_as(law.expected_min_over_mean(), min, 3);
    }
}

/// The owner's is the known one, except for the 1 beside NV; of two nodes, the second is the other, and all places are alike at
/// infinitely many.
#[test]
fn the_spread_at_a_place_of_the_order() {
    let square = |nodes, points, place| law(nodes, points).share_cv_at(place).unwrap().powi(2);
    for (nodes, points) in [(3, 160), (10, 160), (1_000, 100)] {
        let owner = law(nodes, points).share_cv().powi(2);
        assert!((square(nodes, points, 1) / owner - 1.0 - 1.0 / float(nodes * points)).abs() < 1e-12, "N={nodes} V={points}");
    }
    assert!((square(2, 160, 2) - square(2, 160, 1)).abs() < 1e-15);
    assert!((square(1_000_000, 100, 5) - 0.01).abs() < 1e-6);
    assert!(square(1, 160, 1).abs() < 1e-15);
    assert_eq!((law(10, 160).share_cv_at(0), law(10, 160).share_cv_at(11)), (None, None));
}

#[test]
fn extremes_with_one_point_have_closed_forms() {
    // H_N and 1/N; Simpson's rule is good to nine digits.
    for nodes in [1, 2, 10, 100, 1_000] {
        let harmonic: f64 = (1..=nodes).map(|i| 1.0 / float(i)).sum();
        assert!((law(nodes, 1).expected_max_over_mean() - harmonic).abs() < 1e-8, "N={nodes}");
        assert!((law(nodes, 1).expected_min_over_mean() - 1.0 / float(nodes)).abs() < 1e-8, "N={nodes}");
    }
}

#[test]
fn quantiles_of_the_largest_gap() {
    // From the alternating sum in sixty digits.
    let table =
        [(10, [1.489, 2.785, 5.358, 6.406]), (100, [3.027, 4.981, 8.882, 10.978]), (1_000, [5.061, 7.274, 11.454, 13.734])];
    for (nodes, printed) in table {
        for (probability, printed) in [0.001, 0.5, 0.99, 0.999].into_iter().zip(printed) {
            let found = law(nodes, 1).single_point_max_quantile(probability).unwrap();
            prints_as(found, printed, 3);
            let back = law(nodes, 1).single_point_max_cdf(found).unwrap();
            assert!((back - probability).abs() < 1e-9, "N={nodes}: {back}");
        }
    }
    // Far below the law's body it is nothing, and never less.
    for (nodes, multiple) in [(10, 1.0), (1_000, 1.5), (1_000, 2.5), (1_000_000, 5.0)] {
        assert!(law(nodes, 1).single_point_max_cdf(multiple).unwrap() < 1e-5, "N={nodes} x={multiple}");
    }
    assert_eq!(law(1, 1).single_point_max_quantile(0.5), Some(1.0));
    assert_eq!(law(10, 2).single_point_max_quantile(0.5), None);
}

#[test]
fn the_gate_on_arcs() {
    let tables = [(100, [1.561, 1.661, 1.720]), (160, [1.432, 1.505, 1.549])];
    for (points, printed) in tables {
        for (nodes, printed) in [10, 100, 1_000].into_iter().zip(printed) {
            prints_as(law(nodes, points).arc_gate(millionth()).max_over_mean, printed, 3);
        }
    }
    let bands = [(10, 0.0151, 0.2116), (100, 0.0677, 0.1345), (1_000, 0.0895, 0.1107)];
    for (nodes, low, high) in bands {
        let band = law(nodes, 100).share_cv_band(millionth());
        prints_as(band.low, low, 4);
        prints_as(band.high, high, 4);
        let gate = law(nodes, 100).arc_gate(millionth()).share_cv.unwrap();
        assert_eq!(gate, band.widened(0.02));
    }
    assert_eq!(law(10, 99).arc_gate(millionth()).share_cv, None);
}

#[test]
fn sampling_noise_adds_in_square() {
    // A published table: ten workers with four ranks each, 512 sessions a rank.
    let ring = law(40, 160).count_cv(40 * 512);
    let structure = law(40, 160).share_cv();
    assert!((ring.powi(2) - structure.powi(2) - 39.0 / 20_480.0).abs() < 1e-6);
    // The expectation with keys lies above that of the shares, by the effective number of points.
    let effective = law(100, 100).expected_count_max_over_mean(10_000);
    assert!((effective - law(100, 50).expected_max_over_mean()).abs() < 1e-12);
}

#[test]
fn gini_of_one_point_is_one_half_of_the_pairs() {
    assert!((law(100, 1).gini() - 0.5 * 0.99).abs() < 1e-12);
    // For many points the shares are near normal, whose Gini coefficient is CV/√π; the next term is of order 1/(8V).
    let large = law(100, 1_000);
    let normal = large.share_cv() / std::f64::consts::PI.sqrt() * (99.0_f64 / 100.0).sqrt();
    assert!((large.gini() / normal - 1.0).abs() < 2.0 / 8_000.0 + 1e-5);
}

#[test]
fn receivers_of_a_failed_nodes_keys() {
    for (points, printed) in [(1, 1.0), (10, 9.52), (100, 62.95), (160, 79.33), (1_000, 99.0)] {
        prints_as(law(100, points).expected_receivers(), printed, 2);
    }
    assert_eq!(law(1, 10).expected_receivers(), 0.0);
    assert_eq!(law(2, 1).expected_receivers(), 1.0);
}

#[test]
fn the_count_of_a_new_node() {
    // Moved over K/(N+1) at K = 10⁶ and V = 100; two-sided at 1 − 10⁻⁶.
    let table = [(10, 0.596_22, 1.527_93), (100, 0.583_88, 1.566_21), (1_000, 0.564_56, 1.594_59)];
    for (nodes, low, high) in table {
        let band = new_node(nodes, 100, 1_000_000, 0.5e-6);
        prints_as(band.low, low, 5);
        prints_as(band.high, high, 5);
    }
    // With keys beyond number the Beta law of the share is left: (0.1 %, 99.9 %) for N = 10 … 1000.
    let table = [
        (1, [(0.001, 5.487), (0.001, 6.741), (0.001, 6.891)]),
        (10, [(0.307, 2.146), (0.297, 2.253), (0.296, 2.264)]),
        (100, [(0.729, 1.317), (0.720, 1.336), (0.719, 1.338)]),
        (160, [(0.782, 1.247), (0.774, 1.261), (0.773, 1.262)]),
        (1_000, [(0.909, 1.095), (0.906, 1.100), (0.905, 1.101)]),
    ];
    for (points, row) in table {
        for (nodes, (low, high)) in [10, 100, 1_000].into_iter().zip(row) {
            let band = new_node(nodes, points, 100_000_000, 1e-3);
            prints_as(band.low, low, 3);
            prints_as(band.high, high, 3);
        }
    }
}

/// The band of what a new node takes, over the mean.
fn new_node(nodes: u64, points: u64, keys: u64, tail: f64) -> Interval {
    let band = law(nodes, points).new_node(keys).unwrap().band(Tail::new(tail).unwrap());
    band.scaled((float(nodes) + 1.0) / float(keys))
}

#[test]
fn a_beta_binomial_by_hand() {
    // Beta(1, 1) makes all K + 1 counts equally likely.
    let law = BetaBinomial::new(99, 1.0, 1.0).unwrap();
    assert_eq!(law.mean(), 49.5);
    let band = law.band(Tail::new(0.055).unwrap());
    assert_eq!((band.low, band.high), (5.0, 94.0));
    // A narrow Beta law leaves the binomial: mean 50, deviation 5; one count is 8 % of the probability.
    let narrow = BetaBinomial::new(100, 1e9, 1e9).unwrap().band(Tail::new(0.025).unwrap());
    assert_eq!((narrow.low, narrow.high), (40.0, 60.0));
}

#[test]
fn weighted_members() {
    // With equal points it is the ring's own CV, except for N−1 against the sum: √((T−V)/(V(T+1))).
    let equal = weighted_share_cv(100, 1_000).unwrap();
    assert!((equal - law(10, 100).share_cv()).abs() < 1e-15);
    assert!(weighted_share_cv(50, 1_000).unwrap() > weighted_share_cv(200, 1_000).unwrap());
    assert_eq!(weighted_share_cv(10, 10).unwrap(), 0.0);
    assert!(weighted_share_cv(0, 10).is_err() && weighted_share_cv(11, 10).is_err());
}
