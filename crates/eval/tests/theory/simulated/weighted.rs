//! Consumers of unequal weights.

use annulus::{RendezvousKernel, RingKernel};
use annulus_core::{ByDigest, NodeIndex, Weight};
use annulus_eval::stats::arcs::weighted_share_cv;
use annulus_eval::stats::weights::inclusion_in_two;
use annulus_eval::stats::{float, remap};

use super::{digests, mean_is, weighted};
use crate::millionth;

const KEYS: u64 = 300_000;

/// Weights 1 to 10 in turn.
fn weight(node: u64) -> u32 {
    u32::try_from(node % 10).unwrap() + 1
}

fn in_turn(node: u64) -> Weight {
    Weight::new(weight(node)).unwrap()
}

fn total(nodes: u64) -> u64 {
    (0..nodes).map(|node| u64::from(weight(node))).sum()
}

#[test]
fn a_weighted_rings_shares_spread_as_their_law_says() {
    for (nodes, points, samples) in [(10, 40, 300), (100, 40, 60), (1_000, 10, 20)] {
        let rings: Vec<Vec<f64>> = (0..samples)
            .map(|sample| weighted(RingKernel::with_points(points).unwrap(), nodes, sample, in_turn).shares().unwrap())
            .collect();
        let all = total(nodes) * u64::from(points);
        for node in [0, 4, 9] {
            let own = u64::from(weight(node)) * u64::from(points);
            let part = float(own) / float(all);
            let squares: Vec<f64> =
                rings.iter().map(|shares| (shares[usize::try_from(node).unwrap()] / part - 1.0).powi(2)).collect();
            let expected = weighted_share_cv(own, all).unwrap().powi(2);
            mean_is(&format!("N={nodes}, weight {}", weight(node)), &squares, expected, 0.0);
        }
    }
}

#[test]
fn a_changed_weight_moves_the_change_of_its_share() {
    let digests = digests(4, KEYS);
    for nodes in [10, 100, 1_000] {
        let mut cluster = weighted(RendezvousKernel::new(), nodes, 0, in_turn);
        let (mut before, mut after) = (vec![NodeIndex::default(); digests.len()], vec![NodeIndex::default(); digests.len()]);
        cluster.locate_batch(&digests, &mut before);
        // The fifth, of weight 5, doubles.
        let name = super::name(0, 4);
        cluster.set_weight(&name, Weight::new(10).unwrap()).unwrap();
        cluster.locate_batch(&digests, &mut after);
        let changed = cluster.roster().index_of(&name).unwrap();
        let moved: Vec<NodeIndex> = before.iter().zip(&after).filter(|(from, to)| from != to).map(|(_, to)| *to).collect();
        assert!(moved.iter().all(|&to| to == changed), "N={nodes}: keys moved between others");
        let all = float(total(nodes));
        let band = remap::binomial_band(KEYS, 10.0 / (all + 5.0) - 5.0 / all, millionth());
        assert!(band.contains(float(moved.len())), "N={nodes}: {} is not within {band:?}", moved.len());
    }
}

#[test]
fn pairs_of_replicas_include_each_node_as_the_formula_says() {
    let digests = digests(5, KEYS);
    for nodes in [10, 100] {
        let cluster = weighted(RendezvousKernel::new(), nodes, 0, in_turn);
        let mut counts = vec![0_u64; usize::try_from(nodes).unwrap()];
        for &digest in &digests {
            let mut pair = [NodeIndex::default(); 2];
            assert_eq!(cluster.locate_n(digest, &mut pair), 2);
            pair.iter().for_each(|index| counts[index.as_usize()] += 1);
        }
        let weights: Vec<f64> = (0..nodes).map(|node| f64::from(weight(node))).collect();
        for ((node, &count), inclusion) in (0_u64..).zip(&counts).zip(inclusion_in_two(&weights).unwrap()) {
            let band = remap::binomial_band(KEYS, inclusion, millionth());
            assert!(band.contains(float(count)), "N={nodes}, node {node}: {count} is not within {band:?}");
        }
    }
}
