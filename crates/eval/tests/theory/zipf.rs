use annulus_eval::stats::zipf::ZipfLaw;

use crate::prints_as;

#[test]
fn hot_keys_under_ideal_placement() {
    type Row = (f64, f64, [(f64, i32); 3], [(f64, i32); 3]);
    let table: [Row; 4] = [
        (0.8, 2_449.0, [(0.061, 3), (0.201, 3), (0.639, 3)], [(0.13, 2), (1.34, 2), (13.4, 1)]),
        (0.99, 142.0, [(0.251, 3), (0.834, 3), (2.65, 2)], [(0.65, 2), (6.5, 1), (65.0, 0)]),
        (1.0, 126.0, [(0.267, 3), (0.887, 3), (2.82, 2)], [(0.69, 2), (6.9, 1), (69.0, 0)]),
        (1.2, 20.0, [(0.669, 3), (2.22, 2), (7.05, 2)], [(1.9, 1), (19.0, 0), (190.0, -1)]),
    ];
    for (exponent, effective, cvs, peaks) in table {
        let law = ZipfLaw::new(1_000_000, exponent).unwrap();
        prints_as(law.effective_keys(), effective, 0);
        for (i, nodes) in [10, 100, 1_000_u32].into_iter().enumerate() {
            prints_as(law.load_cv(nodes.into()), cvs[i].0, cvs[i].1);
            prints_as(f64::from(nodes) * law.hottest_share(), peaks[i].0, peaks[i].1);
        }
    }
    // A node cannot be below the mean if it is the busiest.
    assert_eq!(ZipfLaw::new(1_000_000, 0.8).unwrap().least_max_over_mean(10), 1.0);
    assert!(ZipfLaw::new(0, 1.0).is_err() && ZipfLaw::new(10, -1.0).is_err());
}
