//! Heavy keys, beside exact counts.

use std::collections::HashMap;

use annulus::{ByDigest, Digest, NodeIndex};
use annulus_router::{Everyone, HotKeys, spread};
use proptest::{prelude::*, test_runner::RngSeed};

use crate::{
    common::{fleet, order, specs},
    simulate::Numbers,
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, rng_seed: RngSeed::Fixed(21), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bounds_hold_and_heavy_keys_are_found(
        share in 0.02..0.5_f64, keys in 1..400_usize, skew in 1..5_i32, halvings in 0..3_u32, seed in any::<u64>(),
    ) {
        let mut hot = HotKeys::new(share).unwrap();
        let counters = (4.0 / share).ceil();
        let mut exact = HashMap::<Digest, f64>::new();
        let mut numbers = Numbers::new(seed);
        let (mut requests, mut slack) = (0.0, 0.0);
        for round in 0..=halvings {
            if round > 0 {
                hot.halve();
                exact.values_mut().for_each(|count| *count /= 2.0);
                requests /= 2.0;
                slack = 1.0;
            }
            for _ in 0..2_000 {
                // The greater the exponent, the more requests the first keys get.
                let uniform = numbers.below(1 << 30) as f64 / (1_u64 << 30) as f64;
                let key = Digest::of_id((uniform.powi(skew) * keys as f64) as u64);
                hot.count(key);
                *exact.entry(key).or_default() += 1.0;
                requests += 1.0;
            }
        }
        prop_assert!(hot.error() as f64 <= requests / counters + slack);
        for (&key, &count) in &exact {
            match hot.bounds(key) {
                Some((sure, most)) => {
                    prop_assert!(sure as f64 <= count && count <= most as f64, "{sure} {count} {most}");
                    prop_assert!(most as f64 - count <= requests / counters + slack);
                }
                None => prop_assert!(count <= hot.error() as f64),
            }
            // A request more or less for each halving, which rounds.
            prop_assert!(!hot.is_heavy(key) || count + slack > share * requests);
            prop_assert!(hot.is_heavy(key) || count <= 1.25 * share * requests + 3.0 * slack);
        }
        let listed = hot.heavy();
        prop_assert!(listed.iter().all(|(key, ..)| hot.is_heavy(*key)) && listed.is_sorted_by_key(|(_, sure, _)| std::cmp::Reverse(*sure)));
        prop_assert_eq!(listed.len(), exact.keys().filter(|key| hot.is_heavy(**key)).count());
    }
}

#[test]
fn a_key_that_cools_down_is_forgotten() {
    let mut hot = HotKeys::new(0.1).unwrap();
    let key = Digest::of_id(1);
    (0..1_000).for_each(|_| hot.count(key));
    assert!(hot.is_heavy(key));
    let mut numbers = Numbers::new(1);
    for _ in 0..6 {
        hot.halve();
        (0..1_000).for_each(|_| hot.count(numbers.digest()));
    }
    assert!(!hot.is_heavy(key));
    assert!(hot.heavy().is_empty());
}

#[test]
fn a_hot_key_is_spread_evenly_over_its_first_consumers_that_are_up() {
    for spec in specs() {
        let ring = fleet(&spec, 10, 1);
        let health = annulus_router::Health::new();
        let view = annulus_router::Beside::view(&health, &*ring);
        let digest = ring.digest(b"celebrity");
        let mut first = order(&*ring, digest);
        for _ in 0..8 {
            let mut served = HashMap::<NodeIndex, usize>::new();
            (0..60).for_each(|turn| *served.entry(spread(&*ring, &view, digest, 4, turn).unwrap()).or_default() += 1);
            let expected = first.iter().take(4).map(|index| (*index, 60 / first.len().min(4))).collect();
            assert_eq!(served, expected, "{spec}");
            assert_eq!(spread(&*ring, &view, digest, 1, 5), Ok(first[0]));
            assert_eq!(spread(&*ring, &view, digest, 0, 5), Ok(first[0]));
            let gone = first.remove(first.len() / 2);
            health.set(annulus::ConsistentHashRing::roster(&*ring).get(gone).unwrap().name, annulus_router::State::Down);
        }
        assert!(spread(&*ring, &Everyone, digest, usize::MAX, u64::MAX).is_ok());
    }
}
