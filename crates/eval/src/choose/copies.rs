//! How many copies the busiest node holds, where keys have several.

use std::collections::BTreeMap;

use super::candidate::{Source, Worst};
use super::wanted::Wanted;
use crate::stats::{StatsError, float, weights};

/// Where the figure is from.
pub(crate) const DRAWN: Source = Source::Law("one node after the other by weight, each in another zone where there are zones");

/// The copies of the busiest node over its part, where each key's nodes are drawn one after the other by weight, each in another zone
/// where there are zones. No algorithm here does better. Nothing for keys without copies.
pub(super) fn busiest(wanted: &Wanted, nodes: usize) -> Option<Worst> {
    let copies = wanted.replicas as usize;
    if copies < 2 {
        return None;
    }
    let drawn = if wanted.zones.is_some() { of_zones(wanted, nodes, copies) } else { of_nodes(wanted, nodes, copies) };
    drawn.ok().map(|value| Worst { value, nodes, source: DRAWN })
}

/// The lightest node has the most over its part, since nobody is drawn twice.
fn of_nodes(wanted: &Wanted, nodes: usize, copies: usize) -> Result<f64, StatsError> {
    let weights: Vec<f64> = (0..nodes).map(|at| f64::from(wanted.weight(at).get())).collect();
    most_over_part(&weights, copies)
}

/// Within a zone the nodes share by weight, so it is the zone that decides.
fn of_zones(wanted: &Wanted, nodes: usize, copies: usize) -> Result<f64, StatsError> {
    let mut zones: BTreeMap<u32, f64> = BTreeMap::new();
    for at in 0..nodes {
        *zones.entry(wanted.zone(at)).or_default() += f64::from(wanted.weight(at).get());
    }
    let zones: Vec<f64> = zones.into_values().collect();
    most_over_part(&zones, copies)
}

fn most_over_part(drawn: &[f64], copies: usize) -> Result<f64, StatsError> {
    let total: f64 = drawn.iter().sum();
    let included = weights::inclusion(drawn, copies)?;
    let over = included.iter().zip(drawn).map(|(chance, weight)| chance * total / (weight * float(copies)));
    let most = over.fold(0.0, f64::max);
    // Sums of many chances: nothing is told that is rounding.
    Ok(if (most - 1.0).abs() < 1e-9 { 1.0 } else { most })
}

#[cfg(test)]
mod tests {
    use annulus_core::Weight;

    use super::*;
    use crate::choose::wanted::example;

    fn wanted(weights: &[u32], zones: Option<Vec<u32>>, replicas: u32) -> Wanted {
        let weights: Vec<Weight> = weights.iter().map(|&weight| Weight::new(weight).unwrap()).collect();
        Wanted { weights, zones, replicas, ..example(4..=4, 1.2) }
    }

    #[test]
    fn zones_of_unequal_weight_overload_the_smaller() {
        // Three nodes in one zone and one in the other, two copies: the one holds a copy of everything.
        let told = busiest(&wanted(&[1], Some(vec![0, 0, 0, 1]), 2), 4).unwrap();
        assert!((told.value - 2.0).abs() < 1e-12, "{told:?}");
        let even = busiest(&wanted(&[1], Some(vec![0, 1]), 2), 4).unwrap();
        assert!((even.value - 1.0).abs() < 1e-12, "{even:?}");
    }

    #[test]
    fn light_nodes_hold_more_than_their_part_of_copies() {
        // By hand: 1/22 + 2·(10/22)·(1/12) + (1/22)·… of weights 1, 10, 1, 10, by adding over first picks.
        let told = busiest(&wanted(&[1, 10], None, 2), 4).unwrap();
        let first = 1.0 / 22.0;
        let second = 2.0 * (10.0 / 22.0) * (1.0 / 12.0) + (1.0 / 22.0) * (1.0 / 21.0);
        assert!((told.value - (first + second) * 22.0 / 2.0).abs() < 1e-12, "{told:?}");
        assert_eq!(busiest(&wanted(&[1, 10], None, 1), 4), None);
    }
}
