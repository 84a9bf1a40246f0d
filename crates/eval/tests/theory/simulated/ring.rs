//! Rings: shares, newcomers, failures, replicas, colliding points.

use std::collections::HashSet;

use annulus::{HashRing, RingKernel};
use annulus_core::{ByDigest, mix};
use annulus_eval::stats::arcs::ArcsLaw;
use annulus_eval::stats::balance::Loads;
use annulus_eval::stats::float;
use annulus_eval::stats::multinomial::chi_square_band;
use statrs::distribution::{DiscreteCDF, Poisson};

use super::{counted_receivers, digests, filled, mean_is, name};
use crate::millionth;

fn ring(nodes: u64, points: u32, sample: u64) -> HashRing<()> {
    filled(RingKernel::with_points(points).unwrap(), nodes, sample)
}

fn law(nodes: u64, points: u32) -> ArcsLaw {
    ArcsLaw::new(nodes, u64::from(points)).unwrap()
}

/// How many rings of each size: their points are what costs.
const SAMPLES: [(u64, u64); 3] = [(10, 400), (100, 200), (1_000, 40)];

#[test]
fn shares_have_the_spread_extremes_and_inequality_of_their_law() {
    for (nodes, samples) in SAMPLES {
        for points in [1, 10, 100, 160] {
            let mut found = [const { Vec::new() }; 4];
            for sample in 0..samples {
                let mut loads: Vec<f64> =
                    ring(nodes, points, sample).shares().unwrap().iter().map(|share| share * float(nodes)).collect();
                loads.sort_by(f64::total_cmp);
                let square = loads.iter().map(|load| (load - 1.0).powi(2)).sum::<f64>() / float(nodes);
                let ranked = loads.iter().zip(0..).map(|(load, i)| (2.0 * float(i) + 1.0 - float(nodes)) * load).sum::<f64>();
                let figures = [square, loads[loads.len() - 1], loads[0], ranked / float(nodes).powi(2)];
                found.iter_mut().zip(figures).for_each(|(all, figure)| all.push(figure));
            }
            let law = law(nodes, points);
            let expected = [law.share_cv().powi(2), law.expected_max_over_mean(), law.expected_min_over_mean(), law.gini()];
            for ((what, samples), expected) in ["CV²", "max", "min", "Gini"].into_iter().zip(&found).zip(expected) {
                mean_is(&format!("{what}, N={nodes}, V={points}"), samples, expected, 0.0);
            }
        }
    }
}

/// The exact shares at each of the first places: each arc goes, at each place, to the next owner who has not had it.
fn shares_at(points: &[(u64, usize)], nodes: usize, places: usize) -> Vec<Vec<f64>> {
    let mut shares = vec![vec![0.0; nodes]; places];
    let mut owners = Vec::with_capacity(places);
    for at in 0..points.len() {
        let before = points[(at + points.len() - 1) % points.len()].0;
        let arc = float(points[at].0.wrapping_sub(before)) / 2f64.powi(64);
        owners.clear();
        for &(_, owner) in points[at..].iter().chain(&points[..at]) {
            if owners.len() == places {
                break;
            }
            if !owners.contains(&owner) {
                shares[owners.len()][owner] += arc;
                owners.push(owner);
            }
        }
    }
    shares
}

#[test]
fn shares_at_each_place_of_the_order_have_the_spread_of_their_law() {
    const POINTS: u32 = 160;
    const WITHIN: f64 = 0.04;
    for (nodes, samples) in [(3, 3_000), (5, 2_000), (10, 1_000), (40, 300), (100, 100)] {
        let places = nodes.min(5);
        let mut found = vec![Vec::new(); places];
        for sample in 0..samples {
            let points = points_of(&ring(nodes as u64, POINTS, sample), POINTS);
            for (found, shares) in found.iter_mut().zip(shares_at(&points, nodes, places)) {
                let mean = 1.0 / float(nodes);
                found.push(shares.iter().map(|share| (share / mean - 1.0).powi(2)).sum::<f64>() * mean);
            }
        }
        for (place, squares) in (1..).zip(&found) {
            let expected = law(nodes as u64, POINTS).share_cv_at(place).unwrap().powi(2);
            mean_is(&format!("N={nodes}, place {place}"), squares, expected, WITHIN * expected);
        }
    }
}

#[test]
fn keys_add_their_noise_in_square() {
    for (nodes, samples) in SAMPLES {
        let keys = 20 * nodes;
        let square = |sample| {
            let ring = ring(nodes, 10, sample);
            let mut counts = vec![0; ring.roster().len()];
            digests(sample, keys).into_iter().for_each(|digest| counts[ring.locate(digest).unwrap().as_usize()] += 1);
            Loads::equal(&counts).unwrap().cv().powi(2)
        };
        let squares: Vec<f64> = (0..samples).map(square).collect();
        mean_is(&format!("N={nodes}"), &squares, law(nodes, 10).count_cv(keys).powi(2), 0.0);
    }
}

#[test]
fn a_newcomer_takes_a_share_of_its_law() {
    for (nodes, samples) in SAMPLES {
        for points in [1, 10, 100] {
            let share = |sample| {
                let mut ring = ring(nodes, points, sample);
                ring.add_consumer("newcomer", ()).unwrap();
                let index = ring.roster().index_of("newcomer").unwrap();
                ring.shares().unwrap()[index.as_usize()] * float(nodes + 1)
            };
            let shares: Vec<f64> = (0..samples).map(share).collect();
            let squares: Vec<f64> = shares.iter().map(|share| (share - 1.0).powi(2)).collect();
            mean_is(&format!("N={nodes}, V={points}"), &shares, 1.0, 0.0);
            let expected = float(nodes) / (float(nodes + 1) * f64::from(points) + 1.0);
            mean_is(&format!("square, N={nodes}, V={points}"), &squares, expected, 0.0);
        }
    }
}

/// All points of a ring in order, each with its owner's position: made from the seeds, as the textbook makes them.
fn points_of(ring: &HashRing<()>, points: u32) -> Vec<(u64, usize)> {
    let seeds = ring.roster().nodes().seeds().iter().enumerate();
    let mut all: Vec<(u64, usize)> =
        seeds.flat_map(|(node, &seed)| (0..u64::from(points)).map(move |i| (mix(seed, i), node))).collect();
    all.sort_unstable();
    all
}

/// The arcs that `victim` leaves, each with the node that inherits it.
fn legacies(all: &[(u64, usize)], victim: usize) -> Vec<(usize, f64)> {
    let own = (0..all.len()).filter(|&at| all[at].1 == victim);
    own.filter_map(|at| {
        let before = all[(at + all.len() - 1) % all.len()].0;
        let heir = (1..all.len()).map(|step| all[(at + step) % all.len()].1).find(|&node| node != victim)?;
        #[expect(clippy::cast_precision_loss, reason = "an arc of the ring, as a fraction")]
        let arc = all[at].0.wrapping_sub(before) as f64 / 2.0_f64.powi(64);
        Some((heir, arc))
    })
    .collect()
}

#[test]
fn the_points_are_those_of_the_ring() {
    let ring = ring(10, 40, 0);
    let all = points_of(&ring, 40);
    for (node, share) in ring.shares().unwrap().into_iter().enumerate() {
        let arcs: f64 = legacies(&all, node).iter().map(|(_, arc)| arc).sum();
        assert!((arcs - share).abs() < 1e-12, "{node}: {arcs} and {share}");
    }
}

#[test]
fn a_failed_nodes_keys_reach_as_many_survivors_as_the_law_says() {
    for (nodes, samples) in [(10, 200), (100, 100), (1_000, 20)] {
        for points in [1, 10, 100, 160] {
            // The mean over some victims of one ring is one sample.
            let receivers = |sample| {
                let all = points_of(&ring(nodes, points, sample), points);
                let of = |victim| legacies(&all, victim).into_iter().map(|(heir, _)| heir).collect::<HashSet<_>>().len();
                float((0..5).map(of).sum::<usize>()) / 5.0
            };
            let counts: Vec<f64> = (0..samples).map(receivers).collect();
            // Where every survivor always received, the samples do not vary; had more than ln(10⁶)/n been missing in the mean of
            // n victims, one would have shown except one time in a million.
            let is_full = counts.iter().all(|&count| count > float(nodes) - 1.5);
            let unseen = if is_full { 1e6_f64.ln() / (5.0 * float(samples)) } else { 1e-9 };
            mean_is(&format!("N={nodes}, V={points}"), &counts, law(nodes, points).expected_receivers(), unseen);
        }
    }
}

#[test]
fn few_keys_reach_fewer_survivors_as_the_law_says() {
    for points in [160, 1_000] {
        let kernel = RingKernel::with_points(points).unwrap();
        let (counts, orphans) = counted_receivers(&kernel, 1_000, 1_000_000, 12);
        // The shares of a ring differ, and so do the orphans: the law is concave in them, by less than a percent here.
        let expected = law(1_000, points).expected_receivers_of(orphans);
        mean_is(&format!("V={points}"), &counts, expected, 0.01 * expected);
    }
}

#[test]
fn the_largest_gain_of_a_survivor_is_as_published() {
    // In units of the average load at N = 100, with half a unit of the last printed digit.
    for (points, printed, rounding) in [(1, 1.00, 0.005), (10, 0.30, 0.005), (100, 0.069, 0.0005), (160, 0.052, 0.0005)] {
        let largest = |sample| {
            let all = points_of(&ring(100, points, sample), points);
            let of = |victim| {
                let mut gains = vec![0.0; 100];
                legacies(&all, victim).into_iter().for_each(|(heir, arc)| gains[heir] += arc * 100.0);
                gains.into_iter().fold(0.0, f64::max)
            };
            (0..10).map(of).sum::<f64>() / 10.0
        };
        let gains: Vec<f64> = (0..150).map(largest).collect();
        mean_is(&format!("V={points}"), &gains, printed, rounding);
    }
}

#[test]
fn replicas_by_walking_are_of_as_many_sets_as_the_law_says() {
    // Sets of three of 100 nodes: the mean and the spread over rings.
    for (points, printed, spread) in [(1, 100.0, 0.0), (10, 971.0, 5.0), (100, 9_424.0, 23.0)] {
        let sets = |sample| {
            let all = points_of(&ring(100, points, sample), points);
            let from = |at: usize| {
                let mut set: Vec<usize> = Vec::new();
                for step in 0..all.len() {
                    let node = all[(at + step) % all.len()].1;
                    if !set.contains(&node) {
                        set.push(node);
                    }
                    if set.len() == 3 {
                        break;
                    }
                }
                set.sort_unstable();
                set
            };
            float((0..all.len()).map(from).collect::<HashSet<_>>().len())
        };
        const SAMPLES: u64 = 100;
        let counts: Vec<f64> = (0..SAMPLES).map(sets).collect();
        mean_is(&format!("V={points}"), &counts, printed, 0.5);
        let mean = counts.iter().sum::<f64>() / float(SAMPLES);
        let square = counts.iter().map(|count| (count - mean).powi(2)).sum::<f64>();
        // Counts are near normal, so the sum of squares over σ² is near χ²; σ is printed to half a unit.
        let band = chi_square_band(SAMPLES - 1, millionth());
        let (low, high) = ((spread - 0.5_f64).max(0.0).powi(2) * band.low, (spread + 0.5_f64).powi(2) * band.high);
        assert!((low..=high).contains(&square), "V={points}: {square} is not within {low} to {high}");
    }
}

#[test]
fn points_of_32_bits_collide_as_often_as_the_law_says() {
    for (nodes, points, samples) in [(100, 160, 300), (1_000, 160, 30)] {
        let pairs = |sample| {
            let mut tops: Vec<u64> = points_of(&ring(nodes, points, sample), points).iter().map(|point| point.0 >> 32).collect();
            tops.dedup_by(|later, earlier| later == earlier);
            nodes * u64::from(points) - tops.len() as u64
        };
        // Triples are so rare that duplicates are pairs; pairs are Poisson.
        let found: u64 = (0..samples).map(pairs).sum();
        let total = float(nodes) * f64::from(points);
        let expected = float(samples) * total * (total - 1.0) / 2.0_f64.powi(33);
        let law = Poisson::new(expected).unwrap();
        let (at_most, at_least) = (law.cdf(found), law.sf(found.saturating_sub(1)));
        assert!(at_most > 1e-6 && (found == 0 || at_least > 1e-6), "{found} pairs where {expected} are expected");
    }
}

#[test]
fn reductions_are_biased_by_no_more_than_their_bound() {
    const BITS: u32 = 16;
    for buckets in [10_u64, 100, 1_000, 1_009, 5_003] {
        for reduce in [|hash: u64, buckets: u64| hash % buckets, |hash, buckets| (hash * buckets) >> BITS] {
            let mut counts = vec![0_u64; usize::try_from(buckets).unwrap()];
            (0..1_u64 << BITS).for_each(|hash| counts[usize::try_from(reduce(hash, buckets)).unwrap()] += 1);
            let mean = 2.0_f64.powi(BITS.cast_signed()) / float(buckets);
            let bound = float(buckets) / 2.0_f64.powi(BITS.cast_signed());
            let worst = counts.iter().map(|&count| (float(count) / mean - 1.0).abs()).fold(0.0, f64::max);
            assert!(worst <= bound, "{buckets}: {worst} is more than {bound}");
            // And the bound is no idle one: what does not divide evenly is off by a part of it.
            assert!(worst > 0.0 || (1_u64 << BITS).is_multiple_of(buckets));
        }
    }
    assert!((655_373.0 / 2.0_f64.powi(32) - 1.5e-4).abs() < 0.05e-4);
    assert!((655_373.0 / 2.0_f64.powi(64) - 4e-14).abs() < 0.5e-14);
}

#[test]
fn names_differ_between_samples() {
    assert_ne!(name(0, 1), name(1, 0));
    assert_ne!(ring(10, 10, 0).fingerprint(), ring(10, 10, 1).fingerprint());
}
