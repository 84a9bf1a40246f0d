//! Rendezvous hashing, held to its definition: everybody draws, and the best draw wins.

mod definition;

use std::collections::BTreeMap;

use annulus_core::mix;
use annulus_rendezvous::{ByDigest, Digest, NodeIndex, Rendezvous, Weight};

fn rendezvous(size: u32, weight: impl Fn(u32) -> u32) -> Rendezvous<u32> {
    let mut rendezvous = Rendezvous::new();
    for node in 0..size {
        let weight = Weight::new(weight(node)).expect("not zero");
        rendezvous.add_weighted_consumer(&format!("node-{node}"), weight, node).expect("room for it");
    }
    rendezvous
}

#[test]
fn equals_the_definition_for_every_size_to_300_and_samples_beyond() {
    for size in (1..=300).chain([1_000, 4_096, 10_000]) {
        let rendezvous = rendezvous(size, |_| 1);
        for i in 0..if size > 300 { 200 } else { 100 } {
            let digest = mix(u64::from(size), i);
            let order = definition::order(rendezvous.roster().nodes(), digest);
            assert_eq!(rendezvous.locate(Digest::of_hash(digest)), Some(order[0]), "{size} consumers, digest {digest:#x}");
            let mut first = [NodeIndex::default(); 20];
            let found = rendezvous.locate_n(Digest::of_hash(digest), &mut first);
            assert_eq!(first[..found], order[..found], "{size} consumers, digest {digest:#x}");
            assert_eq!(found, order.len().min(20));
        }
    }
}

#[test]
fn equal_weights_answer_as_no_weights() {
    let (plain, weighted) = (rendezvous(100, |_| 1), rendezvous(100, |_| 1_000_000_007));
    for i in 0..100_000 {
        assert_eq!(plain.locate(Digest::of_hash(mix(1, i))), weighted.locate(Digest::of_hash(mix(1, i))));
    }
}

/// Sequential names and keys: the inputs that cheap mixers fail on. Winners, and (winner, runner-up) pairs, by χ².
///
/// The statistic has mean `d` and variance `2d` for `d` degrees of freedom; by Wilson and Hilferty its cube root is normal to
/// well below the 10⁻⁶ tails used here, so |z| < 4.9 on each side.
#[test]
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
fn winners_and_runners_up_are_uniform_for_sequential_names_and_keys() {
    const KEYS: u64 = 4_000_000;
    for size in [5_u32, 8, 50] {
        let rendezvous = rendezvous(size, |_| 1);
        let (mut winners, mut pairs) = (BTreeMap::new(), BTreeMap::new());
        let mut first = [NodeIndex::default(); 2];
        for key in 0..KEYS {
            rendezvous.locate_n(Digest::of_hash(key), &mut first);
            *winners.entry(first[0]).or_insert(0_u64) += 1;
            *pairs.entry(first).or_insert(0_u64) += 1;
        }
        let z = |counts: &mut dyn Iterator<Item = u64>, cells: u32| {
            let expected = KEYS as f64 / f64::from(cells);
            let (seen, statistic) =
                counts.fold((0, 0.0), |(seen, sum), count| (seen + 1, sum + (count as f64 - expected).powi(2) / expected));
            assert_eq!(seen, cells, "a cell is empty");
            let (free, ninth) = (f64::from(cells - 1), 2.0 / (9.0 * f64::from(cells - 1)));
            ((statistic / free).cbrt() - (1.0 - ninth)) / ninth.sqrt()
        };
        let of_winners = z(&mut winners.values().copied(), size);
        let of_pairs = z(&mut pairs.values().copied(), size * (size - 1));
        assert!(of_winners.abs() < 4.9 && of_pairs.abs() < 4.9, "{size} consumers: z = {of_winners:.2} and {of_pairs:.2}");
    }
}

/// Each consumer's count under unequal weights: a binomial, so within 4.9 standard deviations at 10⁻⁶ a side.
#[test]
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
fn shares_follow_weights() {
    const KEYS: u64 = 4_000_000;
    let patterns: [fn(u32) -> u32; 3] =
        [|node| 1 + node % 10, |node| 10_u32.pow(node % 4), |node| if node == 0 { 1_000 } else { 1 }];
    for pattern in patterns {
        let rendezvous = rendezvous(40, pattern);
        let mut counts = vec![0_u64; 40];
        for key in 0..KEYS {
            counts[rendezvous.locate(Digest::of_hash(mix(3, key))).expect("there are consumers").as_usize()] += 1;
        }
        let total = rendezvous.roster().nodes().total_weight() as f64;
        for member in rendezvous.roster().iter() {
            let p = f64::from(member.weight.get()) / total;
            let (mean, deviation) = (KEYS as f64 * p, (KEYS as f64 * p * (1.0 - p)).sqrt());
            let count = counts[member.index.as_usize()] as f64;
            assert!(
                (count - mean).abs() < 4.9 * deviation + 0.5,
                "{}: {count} where {mean:.0} ± {deviation:.0} are due",
                member.name
            );
        }
    }
}
