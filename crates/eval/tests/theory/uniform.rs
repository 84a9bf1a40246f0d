use annulus_eval::stats::multinomial::{UniformLaw, chi_square_band, pooled_chi_square};
use annulus_eval::stats::{Tail, float, ks};

use crate::{millionth, prints_as};

/// N, K/N, CV, and of max/mean the quantiles at 0.1 %, 50 %, 99 %, 99.9 %, 1 − 10⁻⁶; min/mean at 10⁻⁶; decimals of the
/// CV and of the quantiles.
type Row = (u64, u64, f64, [f64; 5], f64, i32, i32);
const TABLE: [Row; 12] = [
    (10, 100, 0.0949, [1.050, 1.150, 1.300, 1.370, 1.530], 0.540, 4, 3),
    (10, 1_000, 0.0300, [1.015, 1.047, 1.094, 1.113, 1.159], 0.848, 4, 3),
    (10, 10_000, 0.00949, [1.0046, 1.0148, 1.0294, 1.0355, 1.0497], 0.9510, 5, 4),
    (10, 100_000, 0.00300, [1.001_47, 1.004_68, 1.009_28, 1.011_17, 1.015_63], 0.984_44, 5, 5),
    (100, 100, 0.0995, [1.160, 1.250, 1.390, 1.450, 1.610], 0.490, 4, 3),
    (100, 1_000, 0.0315, [1.050, 1.079, 1.119, 1.137, 1.181], 0.828, 4, 3),
    (100, 10_000, 0.00995, [1.0157, 1.0247, 1.0372, 1.0427, 1.0563], 0.9447, 5, 4),
    (100, 100_000, 0.00315, [1.004_95, 1.007_78, 1.011_72, 1.013_45, 1.017_71], 0.982_39, 5, 5),
    (1_000, 100, 0.0999, [1.260, 1.330, 1.450, 1.510, 1.650], 0.460, 4, 3),
    (1_000, 1_000, 0.0316, [1.079, 1.103, 1.138, 1.154, 1.195], 0.816, 4, 3),
    (1_000, 10_000, 0.00999, [1.0248, 1.0321, 1.0429, 1.0479, 1.0605], 0.9406, 5, 4),
    (1_000, 100_000, 0.00316, [1.007_83, 1.010_13, 1.013_51, 1.015_06, 1.019_02], 0.981_10, 5, 5),
];

#[test]
fn cv_and_quantiles_of_the_busiest_and_idlest_node() {
    for (nodes, load, cv, quantiles, min, cv_decimals, decimals) in TABLE {
        let law = UniformLaw::new(nodes, nodes * load).unwrap();
        prints_as(law.cv(), cv, cv_decimals);
        for (probability, printed) in [0.001, 0.5, 0.99, 0.999, 1.0 - 1e-6].into_iter().zip(quantiles) {
            prints_as(float(law.max_quantile(probability)) / float(load), printed, decimals);
        }
        prints_as(law.min_bound(millionth()), min, decimals);
    }
}

#[test]
fn the_band_of_the_maximum_takes_both_tails_of_the_law() {
    for (nodes, load, _, quantiles, _, _, decimals) in TABLE {
        let law = UniformLaw::new(nodes, nodes * load).unwrap();
        let band = law.max_band(Tail::new(1e-3).unwrap());
        prints_as(band.low, quantiles[0], decimals);
        // The union bound may lie one key above the law.
        assert!((band.high - quantiles[3]).abs() <= 1.0 / float(load) + 0.5 * 10.0_f64.powi(-decimals));
    }
}

/// P(max ≤ m) by brute force over all placements of few keys on few nodes.
fn enumerated(nodes: usize, keys: u32, most: u64) -> f64 {
    let placements = nodes.pow(keys);
    let fits = |placement: usize| {
        let mut counts = vec![0_u64; nodes];
        let mut rest = placement;
        for _ in 0..keys {
            counts[rest % nodes] += 1;
            rest /= nodes;
        }
        counts.iter().all(|&count| count <= most)
    };
    float((0..placements).filter(|&placement| fits(placement)).count()) / float(placements)
}

#[test]
fn the_law_of_the_maximum_is_exact() {
    // Both sides are exact up to rounding: some hundred operations of 2⁻⁵³ on logarithms of size ten.
    for (nodes, keys) in [(1, 5), (2, 9), (3, 8), (4, 6), (7, 5)] {
        let law = UniformLaw::new(nodes, keys).unwrap();
        let (node_count, key_count) = (usize::try_from(nodes).unwrap(), u32::try_from(keys).unwrap());
        for most in 0..=keys + 1 {
            let expected = enumerated(node_count, key_count, most);
            let found = law.max_cdf(most);
            assert!((found - expected).abs() < 1e-11, "N={nodes} K={keys} m={most}: {found} is not {expected}");
        }
    }
}

#[test]
fn the_law_of_the_maximum_of_two_nodes_is_the_binomial() {
    use statrs::distribution::{Binomial, DiscreteCDF};
    let keys = 10_001;
    let law = UniformLaw::new(2, keys).unwrap();
    let binomial = Binomial::new(0.5, keys).unwrap();
    for most in [5_001, 5_010, 5_050, 5_100, 5_200] {
        let expected = binomial.cdf(most) - binomial.cdf(keys - most - 1);
        // statrs' incomplete beta function is good to ten digits here.
        assert!((law.max_cdf(most) - expected).abs() < 1e-9, "m={most}");
    }
}

#[test]
fn acceptance_of_chi_square() {
    let table: [(u64, [f64; 6], [i32; 6]); 3] = [
        (10, [0.23, 1.15, 2.09, 21.67, 27.88, 44.81], [2; 6]),
        (100, [45.8, 61.1, 69.2, 134.6, 148.2, 180.8], [1; 6]),
        (1_000, [800.7, 866.5, 898.0, 1_105.9, 1_142.8, 1_226.0], [1; 6]),
    ];
    for (nodes, printed, decimals) in table {
        for (i, level) in [1e-6, 1e-3, 0.01].into_iter().enumerate() {
            let band = chi_square_band(nodes - 1, Tail::new(level).unwrap());
            prints_as(band.low, printed[i], decimals[i]);
            prints_as(band.high, printed[5 - i], decimals[5 - i]);
        }
    }
}

#[test]
fn one_node_has_nothing_to_test() {
    let band = UniformLaw::new(1, 1_000).unwrap().chi_square_band(millionth());
    assert_eq!((band.low, band.high), (0.0, 0.0));
    assert_eq!(UniformLaw::new(1, 1_000).unwrap().max_quantile(0.5), 1_000);
}

#[test]
fn two_nodes_take_the_exact_binomial() {
    use statrs::distribution::{Binomial, DiscreteCDF};
    for keys in [100_u64, 101] {
        let band = UniformLaw::new(2, keys).unwrap().chi_square_band(Tail::new(1e-3).unwrap());
        // An even split is no defect: X² of 0 (or of one key's difference) is in the band.
        assert_eq!(band.low, float(keys % 2) / float(keys));
        let law = Binomial::new(0.5, keys).unwrap();
        let statistic = |count: u64| (float(keys) - 2.0 * float(count)).powi(2) / float(keys);
        // The smaller side's count at the band's edge: one key beyond it is rarer than a tail, and the edge is not.
        let edge = (0..=keys / 2).find(|&count| statistic(count) <= band.high).unwrap();
        assert!(2.0 * law.cdf(edge - 1) <= 1e-3 && 2.0 * law.cdf(edge) > 1e-3, "K={keys}, edge={edge}");
    }
    // With few keys a tail of a tenth is more than P(X² = 0): the lower end rises.
    assert!(UniformLaw::new(2, 1_000).unwrap().chi_square_band(Tail::new(0.1).unwrap()).low > 0.0);
}

#[test]
fn pooling_joins_cells_that_expect_too_little() {
    // Expecting 2 each, five cells become one of three and one of the other two with the rest.
    let pooled = pooled_chi_square(&[2, 1, 3, 4, 0], &[2.0; 5]).unwrap();
    assert_eq!(pooled.cells, 1);
    let pooled = pooled_chi_square(&[2, 1, 3, 4, 0, 2], &[2.0; 6]).unwrap();
    assert_eq!((pooled.cells, pooled.statistic), (2, 0.0));
    // Cells that expect enough are left alone.
    let plain = pooled_chi_square(&[12, 8], &[10.0, 10.0]).unwrap();
    assert_eq!((plain.cells, plain.statistic), (2, 0.8));
    assert!(pooled_chi_square(&[1], &[1.0, 2.0]).is_err());
    assert!(pooled_chi_square(&[1, 1], &[1.0, 0.0]).is_err());
}

#[test]
fn critical_distances_of_kolmogorov_smirnov() {
    let table = [(100, [0.161, 0.193, 0.266], 3), (200, [0.114, 0.137, 0.189], 3), (1_000, [0.0513, 0.0615, 0.0849], 4)];
    for (trials, printed, decimals) in table {
        for (level, printed) in [0.01, 1e-3, 1e-6].into_iter().zip(printed) {
            prints_as(ks::critical(trials, Tail::new(level / 2.0).unwrap()), printed, decimals);
        }
    }
    // Nearly powerless at twenty seeds.
    prints_as(ks::critical(20, Tail::new(0.5e-6).unwrap()), 0.57, 2);
}
