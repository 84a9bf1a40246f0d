//! The hash ring: points of each node on a circle.

use std::any::Any;
use std::num::NonZeroU32;

use annulus::{Kernel, RingKernel, Weight};
use rand_distr::{Distribution, Gamma};

use crate::algorithm::{Algorithm, Law, Oracle};
use crate::stats::busiest::{Alike, BusiestLaw};
use crate::stats::float;
use crate::textbook::point_map::PointMap;

use super::entry::Known;
use super::look::{Look, Marker};
use super::search::{Draw, Search, Weighing, kernel_of};

pub(super) const NAME: &str = RingKernel::PROPERTIES.algorithm;

pub(super) const KNOWN: Known = Known {
    name: NAME,
    describe,
    look: Look { colour: (0, 114, 178), dark: (86, 170, 235), marker: Marker::Circle },
    parameter: Some("points a node of a ring"),
    is_baseline: false,
    of_least_weight: Some(of_least_weight),
    search: Some(Search {
        grids: |least| vec![grid(least)],
        told: || "points of the lightest node: from 10, each 5 % more than the one before and rounded up, to 100,000".to_owned(),
        busiest,
        beyond,
        drawn,
        moves_no_less: |_, _| false,
        law: "the law of its arcs, Beta(V, T − V)",
    }),
};

/// As a text: a number of points a node.
pub(crate) fn with_points(points: u64) -> String {
    format!("{NAME}:points={points}")
}

/// 160 points for the least weight, so that weights in gigabytes do not ask for gigabytes of points.
fn of_least_weight(least: u32) -> String {
    if least == 1 { NAME.to_owned() } else { format!("{NAME}:points=160/{least}") }
}

/// From few points to more than any memory holds, in steps of a twentieth.
fn grid(least: u32) -> Vec<String> {
    let steps = std::iter::successors(Some(10_u64), |points| Some((points * 21).div_ceil(20)));
    let unit = if least == 1 { String::new() } else { format!("/{least}") };
    steps.take_while(|&points| points <= 100_000).map(|points| format!("{}{unit}", with_points(points))).collect()
}

/// Nodes with the points that the kernel gives to their weight.
fn alike(text: &str, nodes: &[Weighing]) -> Option<Vec<Alike>> {
    let total: u64 = nodes.iter().map(|alike| u64::from(alike.weight) * alike.nodes).sum();
    let points = |weight: u32| kernel_of(text, |kernel| Some(kernel.downcast_ref::<RingKernel>()?.points(Weight::new(weight)?)));
    let alike = |of: &Weighing| {
        let part = f64::from(of.weight) / float(total);
        Some(Alike { nodes: of.nodes, points: points(of.weight)?, part })
    };
    nodes.iter().map(alike).collect()
}

fn busiest(text: &str, nodes: &[Weighing], tail: f64) -> Option<f64> {
    BusiestLaw::new(alike(text, nodes)?).ok().map(|law| law.quantile(tail))
}

fn beyond(text: &str, nodes: &[Weighing], multiple: f64) -> Option<f64> {
    BusiestLaw::new(alike(text, nodes)?).ok().map(|law| law.chance_above(multiple))
}

/// A circle is cut by random points, so a node's arcs are a Gamma variable, over the sum of all.
fn drawn(text: &str, nodes: &[Weighing]) -> Option<Draw> {
    let groups = alike(text, nodes)?;
    let law = |alike: &Alike| Some((alike.nodes, alike.part, Gamma::new(float(alike.points), 1.0).ok()?));
    let laws = groups.iter().map(law).collect::<Option<Vec<_>>>()?;
    Some(Box::new(move |rng| {
        let (mut sum, mut busiest) = (0.0, 0.0_f64);
        for (nodes, part, law) in &laws {
            for _ in 0..*nodes {
                let arcs = law.sample(rng);
                sum += arcs;
                busiest = busiest.max(arcs / part);
            }
        }
        busiest / sum
    }))
}

fn describe(algorithm: Algorithm, kernel: &dyn Any) -> Algorithm {
    let Some(ring) = kernel.downcast_ref::<RingKernel>() else { return algorithm };
    // The oracle is asked about nodes of weight one alone.
    algorithm.with_law(law(ring)).with_oracle(oracle(ring.points(Weight::ONE)))
}

/// The law of the arcs, where a node's points are its weight times those of weight one. Where they are rounded, no law is
/// claimed: its figures for nodes of unequal weight would be wrong. Rounding shows at the greatest weight, if anywhere.
fn law(kernel: &RingKernel) -> Law {
    let (points, greatest) = (kernel.points(Weight::ONE), Weight::from(NonZeroU32::MAX));
    let is_exact = kernel.points(greatest) == points * u64::from(greatest.get());
    if is_exact { Law::Arcs { points } } else { Law::Unknown }
}

/// The ring of that number of points a node, as a sorted map.
fn oracle(points: u64) -> Oracle {
    Oracle::new("sorted map", move |seeds| {
        let map = PointMap::new(seeds, points);
        Box::new(move |digest| usize::try_from(map.lookup(digest)).unwrap_or(usize::MAX))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: u32, unit: u32) -> RingKernel {
        RingKernel::with_points_per(points, unit).unwrap()
    }

    #[test]
    fn a_ring_has_its_law_where_points_follow_weights_without_rounding() {
        for (points, unit, per_weight) in [(160, 1, 160), (320, 2, 160), (7, 7, 1), (u32::MAX, 1, u64::from(u32::MAX))] {
            assert_eq!(law(&ring(points, unit)), Law::Arcs { points: per_weight }, "{points}/{unit}");
        }
        for (points, unit) in [(160, 16_000), (160, 3), (1, 2), (1, u32::MAX), (u32::MAX, u32::MAX - 1), (u32::MAX - 1, u32::MAX)]
        {
            assert_eq!(law(&ring(points, unit)), Law::Unknown, "{points}/{unit}");
        }
    }
}
