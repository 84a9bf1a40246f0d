use annulus_eval::stats::balance::Loads;
use annulus_eval::stats::float;
use annulus_eval::stats::probes::{ProbeLaw, gaps, shares};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::prints_as;

#[test]
fn limits_of_an_infinite_ring() {
    let table = [
        (2, 2.000, 0.577, 0.25),
        (3, 1.500, 0.447, 0.18),
        (5, 1.250, 0.333, 0.12),
        (8, 1.143, 0.258, 0.079),
        (11, 1.100, 0.218, 0.059),
        (21, 1.050, 0.156, 0.032),
        (41, 1.025, 0.111, 0.017),
    ];
    for (probes, peak, cv, below_half) in table {
        let law = ProbeLaw::new(probes).unwrap();
        prints_as(law.peak(), peak, 3);
        prints_as(law.share_cv(), cv, 3);
        let decimals = if probes < 8 { 2 } else { 3 };
        prints_as(law.load_cdf(0.5), below_half, decimals);
    }
    assert!((ProbeLaw::new(21).unwrap().share_cv_with_points(4) - 0.5 / 41.0_f64.sqrt()).abs() < 1e-15);
    assert!(ProbeLaw::new(1).is_err());
}

#[test]
fn the_law_of_the_load_has_the_moments_it_states() {
    // ∫(1 − F)dx = 1 and ∫2x(1 − F)dx = 1 + 1/(2k−1), by the midpoint rule; F has an unbounded slope at the peak, where
    // the rule errs by about (1/steps)^(1 + 1/(k−1)).
    let law = ProbeLaw::new(3).unwrap();
    let steps = 200_000;
    let width = law.peak() / f64::from(steps);
    let (mut mean, mut square) = (0.0, 0.0);
    for i in 0..steps {
        let x = (f64::from(i) + 0.5) * width;
        let above = (1.0 - law.load_cdf(x)) * width;
        mean += above;
        square += 2.0 * x * above;
    }
    assert!((mean - 1.0).abs() < 1e-6);
    assert!((square - 1.0 - law.share_cv().powi(2)).abs() < 1e-6);
}

/// The shares of one random ring.
fn ring(nodes: usize, probes: u32, random: &mut ChaCha8Rng) -> Vec<f64> {
    let points: Vec<u64> = (0..nodes).map(|_| random.random()).collect();
    shares(&gaps(&points).unwrap(), probes).unwrap()
}

#[test]
fn shares_are_what_probing_finds() {
    // The integral against its definition: keys whose probes are drawn, each to the nearest successor.
    const KEYS: usize = 200_000;
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let mut points: Vec<u64> = (0..12).map(|_| random.random()).collect();
    points.sort_unstable();
    let mut counts = vec![0_u64; points.len()];
    for _ in 0..KEYS {
        let nearest = (0..5).map(|_| {
            let probe: u64 = random.random();
            let owner = points.partition_point(|&point| point < probe) % points.len();
            (points[owner].wrapping_sub(probe), owner)
        });
        counts[nearest.min().unwrap().1] += 1;
    }
    let exact = shares(&gaps(&points).unwrap(), 5).unwrap();
    // χ² with eleven degrees of freedom exceeds 49.6 once in a million; an exact law falls in between.
    let statistic = Loads::weighted(&counts, &exact).unwrap().chi_square();
    assert!(statistic < 49.6, "{statistic}");
}

#[test]
fn means_over_finite_rings() {
    // Mean of max/mean over rings of 10, 100, 1000 nodes.
    let table: [(u32, [f64; 3]); 3] = [(2, [1.84, 1.97, 1.99]), (8, [1.14, 1.14, 1.14]), (21, [1.05, 1.05, 1.05])];
    for (probes, printed) in table {
        for (nodes, printed) in [10, 100, 1_000].into_iter().zip(printed) {
            let rings = 40_000 / nodes;
            let mut random = ChaCha8Rng::seed_from_u64(u64::from(probes));
            let peaks: Vec<f64> =
                (0..rings).map(|_| ring(nodes, probes, &mut random).into_iter().fold(0.0, f64::max) * float(nodes)).collect();
            let mean = peaks.iter().sum::<f64>() / float(rings);
            let variance = peaks.iter().map(|peak| (peak - mean).powi(2)).sum::<f64>() / float(rings);
            // Five standard errors and half a printed unit.
            let tolerance = 5.0 * (variance / float(rings)).sqrt() + 0.005;
            assert!((mean - printed).abs() < tolerance, "k={probes} N={nodes}: {mean} ± {tolerance}");
        }
    }
}

#[test]
fn the_spread_over_large_rings_is_the_limit() {
    for probes in [2, 5, 21] {
        let mut random = ChaCha8Rng::seed_from_u64(3);
        let rings = 40;
        let squares: Vec<f64> = (0..rings)
            .map(|_| {
                let shares = ring(1_000, probes, &mut random);
                shares.iter().map(|share| (share * 1_000.0 - 1.0).powi(2)).sum::<f64>() / 1_000.0
            })
            .collect();
        let mean = squares.iter().sum::<f64>() / float(rings);
        let variance = squares.iter().map(|square| (square - mean).powi(2)).sum::<f64>() / float(rings);
        let limit = ProbeLaw::new(probes).unwrap().share_cv().powi(2);
        // Five standard errors, and a fiftieth for what a ring of a thousand differs from an infinite one.
        let tolerance = 5.0 * (variance / float(rings)).sqrt() + limit / 50.0;
        assert!((mean - limit).abs() < tolerance, "k={probes}: {mean} against {limit} ± {tolerance}");
    }
}

#[test]
fn shares_of_degenerate_rings() {
    let sum: f64 = shares(&[0.1, 0.0, 0.7, 0.2], 21).unwrap().iter().sum();
    assert!((sum - 1.0).abs() < 1e-14);
    assert_eq!(shares(&[0.1, 0.0, 0.7, 0.2], 21).unwrap()[1], 0.0);
    assert_eq!(gaps(&[5]).unwrap(), [1.0]);
    assert_eq!(gaps(&[1 << 63, 0]).unwrap(), [0.5, 0.5]);
    assert!(shares(&[], 2).is_err() && shares(&[0.0], 2).is_err() && shares(&[1.0, -1.0], 2).is_err());
    assert!(gaps(&[]).is_err());
}
