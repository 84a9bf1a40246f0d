//! The least that a change of weights can move, whatever the algorithm.

use std::collections::BTreeMap;

/// A node's weight and its zone, where no two copies of a key may share one.
pub(super) type Weighed<'a> = Option<(f64, Option<&'a str>)>;

/// Of each node, in how many of the sets of replicas it should be by its weight, as a fraction of the keys. With one replica that is its
/// part of all weights. With R it is R times as much, but never above 1: a node holds a key once, and what is above goes to the others. With
/// zones the same holds of each zone, whose nodes share its part.
pub(super) fn wanted(nodes: &[Weighed<'_>], replicas: usize) -> Vec<f64> {
    let mut groups: BTreeMap<(usize, &str), f64> = BTreeMap::new();
    let group = |at: usize, zone: Option<&str>| -> usize { if zone.is_some() { usize::MAX } else { at } };
    for (at, node) in nodes.iter().enumerate() {
        if let Some((weight, zone)) = *node {
            *groups.entry((group(at, zone), zone.unwrap_or_default())).or_default() += weight;
        }
    }
    let weights: Vec<f64> = groups.values().copied().collect();
    let parts: BTreeMap<(usize, &str), f64> =
        groups.keys().copied().zip(capped(&weights, crate::stats::float(replicas))).collect();
    let of = |(at, node): (usize, &Weighed<'_>)| {
        let Some((weight, zone)) = *node else { return 0.0 };
        let key = (group(at, zone), zone.unwrap_or_default());
        parts[&key] * weight / groups[&key]
    };
    nodes.iter().enumerate().map(of).collect()
}

/// Parts in proportion to the weights that add up to `total`, none above 1.
fn capped(weights: &[f64], total: f64) -> Vec<f64> {
    let mut parts = vec![0.0; weights.len()];
    let mut open: Vec<usize> = (0..weights.len()).collect();
    let mut left = total;
    loop {
        let sum: f64 = open.iter().map(|&at| weights[at]).sum();
        let (full, rest): (Vec<usize>, Vec<usize>) = open.iter().partition(|&&at| weights[at] * left >= sum);
        if full.is_empty() || rest.is_empty() {
            let part = |at: usize| (weights[at] / sum * left).min(1.0);
            open.iter().for_each(|&at| parts[at] = part(at));
            return parts;
        }
        full.iter().for_each(|&at| parts[at] = 1.0);
        left -= crate::stats::float(full.len());
        open = rest;
    }
}

/// What must come to nodes where they want more than before, as a fraction of all copies.
pub(super) fn least(before: &[f64], after: &[f64], replicas: usize) -> f64 {
    let gained: f64 = before.iter().zip(after).map(|(before, after)| (after - before).max(0.0)).sum();
    gained / crate::stats::float(replicas)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        assert!(found.iter().zip(expected).all(|(one, other)| (one - other).abs() < 1e-12), "{found:?} {expected:?}");
    }

    #[test]
    fn one_replica_wants_its_part_of_the_weights() {
        let nodes = [Some((1.0, None)), None, Some((3.0, None))];
        close(&wanted(&nodes, 1), &[0.25, 0.0, 0.75]);
    }

    #[test]
    fn no_node_and_no_zone_holds_a_key_twice() {
        // Of three copies the heavy node can hold one; the others share two by their weights, and so on.
        let nodes = [Some((10.0, None)), Some((2.0, None)), Some((1.0, None)), Some((1.0, None))];
        close(&wanted(&nodes, 3), &[1.0, 1.0, 0.5, 0.5]);
        let zoned = [Some((3.0, Some("a"))), Some((1.0, Some("a"))), Some((1.0, Some("b"))), Some((1.0, Some("c")))];
        close(&wanted(&zoned, 2), &[0.75, 0.25, 0.5, 0.5]);
        close(&wanted(&zoned, 3), &[0.75, 0.25, 1.0, 1.0]);
    }

    #[test]
    fn the_least_is_what_new_wants_are_above_the_old_ones() {
        let before = wanted(&[Some((1.0, None)), Some((1.0, None)), None], 1);
        let after = wanted(&[Some((1.0, None)), Some((1.0, None)), Some((2.0, None))], 1);
        assert!((least(&before, &after, 1) - 0.5).abs() < 1e-12 && (least(&after, &before, 1) - 0.5).abs() < 1e-12);
        assert!(least(&before, &before, 1).abs() < 1e-15);
    }
}
