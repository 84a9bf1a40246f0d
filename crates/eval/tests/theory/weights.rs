use annulus_eval::stats::weights::{count_cv, inclusion_in_two};

use crate::prints_as;

#[test]
fn a_light_node_is_replicated_more_than_its_share() {
    // Weights 99, 99, 99, 99, 4: the light node gets 1.16 times its part of the pairs.
    let inclusion = inclusion_in_two(&[99.0, 99.0, 99.0, 99.0, 4.0]).unwrap();
    prints_as(inclusion[4] / (2.0 * 0.01), 1.16, 2);
}

#[test]
fn spread_of_a_weighted_count() {
    assert!((count_cv(0.2, 400).unwrap() - 0.1).abs() < 1e-15);
    assert_eq!(count_cv(1.0, 10).unwrap(), 0.0);
    assert!(count_cv(0.0, 10).is_err() && count_cv(1.1, 10).is_err() && count_cv(0.5, 0).is_err());
}
