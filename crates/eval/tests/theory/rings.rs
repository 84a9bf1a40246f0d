//! The laws of the ring against rings.

use std::collections::HashSet;

use annulus_core::{Cluster, ConsistentHashRing, NodeIndex};
use annulus_eval::stats::balance::Loads;
use annulus_eval::stats::float;
use annulus_eval::stats::remap::binomial_band;
use annulus_eval::stats::ring::RingLaw;
use annulus_ring::RingKernel;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::millionth;
use crate::sample::{Sample, cluster, name};

type Ring = Cluster<RingKernel, ()>;

const SIZES: [usize; 3] = [10, 100, 1_000];

fn ring(nodes: usize, points: u32, seed: u64) -> Ring {
    cluster(RingKernel::with_points(points).unwrap(), nodes, seed)
}

fn law(nodes: usize, points: u32) -> RingLaw {
    RingLaw::new(u64::try_from(nodes).unwrap(), points.into()).unwrap()
}

fn variance(shares: &[f64]) -> f64 {
    let nodes = float(shares.len());
    shares.iter().map(|share| (share * nodes - 1.0).powi(2)).sum::<f64>() / nodes
}

/// Σᵢⱼ|xᵢ − xⱼ|/(2N²·mean), from the shares in order.
fn gini(mut shares: Vec<f64>) -> f64 {
    shares.sort_unstable_by(f64::total_cmp);
    let nodes = float(shares.len());
    shares.iter().enumerate().map(|(i, share)| (2.0 * float(i + 1) - nodes - 1.0) * share).sum::<f64>() / nodes
}

#[test]
fn rings_have_the_spread_and_extremes_of_the_law() {
    for nodes in SIZES {
        for points in [1_u32, 10, 100, 160] {
            let rings = (2_000_000 / (nodes * usize::try_from(points).unwrap())).clamp(30, 400);
            let shares: Vec<Vec<f64>> =
                (0..rings).map(|seed| ring(nodes, points, u64::try_from(seed).unwrap()).shares().unwrap()).collect();
            let of = |figure: &dyn Fn(&[f64]) -> f64| Sample::of(&shares.iter().map(|s| figure(s)).collect::<Vec<_>>());
            let law = law(nodes, points);
            let what = format!("N={nodes} V={points}");
            of(&variance).has_mean(law.share_cv().powi(2), 0.0, &what);
            let max = |s: &[f64]| s.iter().copied().fold(0.0, f64::max) * float(nodes);
            of(&max).has_mean(law.expected_max_over_mean(), 0.0, &what);
            let min = |s: &[f64]| s.iter().copied().fold(1.0, f64::min) * float(nodes);
            of(&min).has_mean(law.expected_min_over_mean(), 0.0, &what);
            of(&|s| gini(s.to_vec())).has_mean(law.gini(), 0.0, &what);
        }
    }
}

#[test]
fn keys_add_their_noise_to_the_rings() {
    for nodes in SIZES {
        let keys = 20 * nodes;
        let mut random = ChaCha8Rng::seed_from_u64(5);
        let squares: Vec<f64> = (0..100)
            .map(|seed| {
                let ring = ring(nodes, 10, seed);
                let mut counts = vec![0; nodes];
                for _ in 0..keys {
                    counts[ring.locate(random.random()).unwrap().as_usize()] += 1;
                }
                Loads::equal(&counts).unwrap().cv().powi(2)
            })
            .collect();
        let expected = law(nodes, 10).count_cv(u64::try_from(keys).unwrap()).powi(2);
        Sample::of(&squares).has_mean(expected, 0.0, &format!("N={nodes}"));
    }
}

#[test]
fn a_new_node_takes_a_beta_share() {
    for nodes in SIZES {
        for points in [1_u32, 10, 100] {
            let taken: Vec<f64> = (0..60)
                .map(|seed| {
                    let grown = ring(nodes + 1, points, seed);
                    let newcomer = grown.roster().index_of(&name(seed, nodes)).unwrap();
                    grown.shares().unwrap()[newcomer.as_usize()] * float(nodes + 1)
                })
                .collect();
            Sample::of(&taken).has_mean(1.0, 0.0, &format!("N={nodes} V={points}"));
            let squares: Vec<f64> = taken.iter().map(|share| (share - 1.0).powi(2)).collect();
            let expected = float(nodes) / (float(nodes + 1) * f64::from(points) + 1.0);
            Sample::of(&squares).has_mean(expected, 0.0, &format!("N={nodes} V={points}, square"));
        }
    }
}

/// The owners of T = NV points in a random order, and the exponential gaps before them: a ring without hashing.
fn model(nodes: usize, points: u32, random: &mut ChaCha8Rng) -> (Vec<usize>, Vec<f64>) {
    let mut owners: Vec<usize> = (0..nodes).flat_map(|node| (0..points).map(move |_| node)).collect();
    owners.shuffle(random);
    let gaps: Vec<f64> = owners.iter().map(|_| -(1.0 - random.random::<f64>()).ln()).collect();
    let whole: f64 = gaps.iter().sum();
    (owners, gaps.into_iter().map(|gap| gap / whole).collect())
}

/// What the failure of node 0 brings each other one in the model, in mean loads.
fn modelled_gains(nodes: usize, points: u32, random: &mut ChaCha8Rng) -> Vec<f64> {
    let (owners, gaps) = model(nodes, points, random);
    let mut gains = vec![0.0; nodes];
    for (start, gap) in gaps.iter().enumerate().filter(|&(start, _)| owners[start] == 0) {
        let heir = (1..owners.len()).map(|step| owners[(start + step) % owners.len()]).find(|&owner| owner != 0);
        gains[heir.unwrap()] += gap * float(nodes);
    }
    gains
}

/// The same from a ring's arcs, which are exact, before and after.
fn gains(nodes: usize, points: u32, seed: u64) -> Vec<f64> {
    let mut ring = ring(nodes, points, seed);
    let shares = |ring: &Ring| -> Vec<f64> {
        let shares = ring.shares().unwrap();
        (0..nodes).map(|node| ring.roster().index_of(&name(seed, node)).map_or(0.0, |index| shares[index.as_usize()])).collect()
    };
    let before = shares(&ring);
    ring.remove_consumer(&name(seed, 0)).unwrap();
    shares(&ring).iter().zip(before).map(|(after, before)| (after - before) * float(nodes)).collect()
}

#[test]
fn a_failed_node_has_the_heirs_of_the_law() {
    // Printed for N = 100: the largest single gain.
    let printed = [(1, 1.00, 0.005), (10, 0.30, 0.005), (100, 0.069, 0.000_5)];
    for nodes in SIZES {
        for (points, gain, half) in printed {
            let what = format!("N={nodes} V={points}");
            let mut random = ChaCha8Rng::seed_from_u64(17);
            let found: Vec<Vec<f64>> = (0..100).map(|seed| gains(nodes, points, seed)).collect();
            // A gain below this is the rounding of sums of arcs.
            let heirs: Vec<f64> = found.iter().map(|g| float(g.iter().filter(|&&gain| gain > 1e-11).count())).collect();
            // Where every ring had every heir, the deviation is nought: a deficit in fewer rings than ln(10⁶)/100 goes unseen.
            let complete = heirs.iter().all(|&heirs| heirs > float(nodes) - 1.5);
            let unseen = if complete { 1e6_f64.ln() / float(heirs.len()) } else { 0.0 };
            Sample::of(&heirs).has_mean(law(nodes, points).expected_receivers(), unseen, &what);
            let largest = |gains: &Vec<f64>| gains.iter().copied().fold(0.0, f64::max);
            let largest_found = Sample::of(&found.iter().map(largest).collect::<Vec<_>>());
            let modelled: Vec<f64> = (0..100).map(|_| largest(&modelled_gains(nodes, points, &mut random))).collect();
            largest_found.agrees_with(Sample::of(&modelled), &what);
            if nodes == 100 {
                largest_found.has_mean(gain, half, &what);
            }
        }
    }
}

/// The distinct sets of three that `keys` random digests find.
fn sets_found(ring: &Ring, keys: usize, random: &mut ChaCha8Rng) -> f64 {
    let mut sets = HashSet::new();
    for _ in 0..keys {
        let mut set = [NodeIndex::default(); 3];
        assert_eq!(ring.locate_n(random.random(), &mut set), 3);
        set.sort_unstable();
        sets.insert(set);
    }
    float(sets.len())
}

/// The distinct sets of the model: all, and those that as many keys would find.
fn sets_modelled(nodes: usize, points: u32, keys: usize, random: &mut ChaCha8Rng) -> (f64, f64) {
    let (owners, gaps) = model(nodes, points, random);
    let (mut all, mut seen) = (HashSet::new(), HashSet::new());
    for (start, gap) in gaps.iter().enumerate() {
        let mut set = Vec::with_capacity(3);
        for step in 0.. {
            let owner = owners[(start + step) % owners.len()];
            if !set.contains(&owner) {
                set.push(owner);
            }
            if set.len() == 3 {
                break;
            }
        }
        set.sort_unstable();
        if random.random::<f64>() > (-gap * float(keys)).exp() {
            seen.insert(set.clone());
        }
        all.insert(set);
    }
    (float(all.len()), float(seen.len()))
}

#[test]
fn distinct_sets_of_a_walk() {
    for (nodes, points, printed) in [
        (10, 10, None),
        (100, 1, Some(100.0)),
        (100, 10, Some(971.0)),
        (100, 100, Some(9_424.0)),
        (1_000, 1, None),
        (1_000, 10, None),
    ] {
        let what = format!("N={nodes} V={points}");
        let keys = 50 * nodes * usize::try_from(points).unwrap();
        let mut random = ChaCha8Rng::seed_from_u64(23);
        let found: Vec<f64> = (0..20).map(|seed| sets_found(&ring(nodes, points, seed), keys, &mut random)).collect();
        let modelled: Vec<(f64, f64)> = (0..20).map(|_| sets_modelled(nodes, points, keys, &mut random)).collect();
        let (all, seen): (Vec<f64>, Vec<f64>) = modelled.into_iter().unzip();
        Sample::of(&found).agrees_with(Sample::of(&seen), &what);
        if let Some(printed) = printed {
            Sample::of(&all).has_mean(printed, 0.5, &what);
        }
    }
}

#[test]
fn pairs_of_points_that_collide() {
    // T(T−1)/2 pairs, each equal with probability 2⁻ᵇ; they are independent in pairs, so the variance is the binomial's.
    for (points, bits, draws) in [(16_000_u64, 32_u32, 200_u64), (160_000, 32, 20), (1_000_000, 32, 2), (16_000, 24, 2)] {
        let mut random = ChaCha8Rng::seed_from_u64(31);
        let mut pairs = 0_u64;
        for _ in 0..draws {
            let mut drawn: Vec<u64> = (0..points).map(|_| random.random::<u64>() >> (64 - bits)).collect();
            drawn.sort_unstable();
            pairs += drawn.chunk_by(|a, b| a == b).map(|run| pairs_of(run.len())).sum::<u64>();
        }
        let trials = draws * points * (points - 1) / 2;
        let band = binomial_band(trials, 0.5_f64.powi(i32::try_from(bits).unwrap()), millionth());
        assert!(band.contains(float(pairs)), "T={points} b={bits}: {pairs} outside {band:?}");
    }
}

#[test]
fn reducing_a_hash_favours_by_no_more_than_the_bound() {
    // Every 16-bit hash counted, by remainder and by the high half of the product.
    for range in [10_u32, 100, 1_000, 1_009, 5_003] {
        let reduce: [fn(u32, u32) -> u32; 2] = [|hash, range| hash % range, |hash, range| (hash * range) >> 16];
        for reduce in reduce {
            let mut counts = vec![0_u32; usize::try_from(range).unwrap()];
            (0..1 << 16).for_each(|hash| counts[usize::try_from(reduce(hash, range)).unwrap()] += 1);
            let bound = f64::from(range) / 65_536.0;
            let worst = counts.iter().map(|&count| (f64::from(count) * bound - 1.0).abs()).fold(0.0, f64::max);
            assert!(worst > 0.0 && worst <= bound, "M={range}: {worst} exceeds {bound}");
        }
    }
}

fn pairs_of(things: usize) -> u64 {
    let things = u64::try_from(things).unwrap();
    things * (things - 1) / 2
}
