//! A stranger's own algorithm: probes by a Weyl sequence, after multi-probe consistent hashing.
//!
//! Appleton and O'Reilly 2015, <https://doi.org/10.48550/arXiv.1505.00062>, give each node one point on the circle and each key
//! several places to look from; the node that is nearest to any of them, clockwise, is the owner. There every probe is a hash
//! of its own. Here the probes of a key are a Weyl sequence, so that an addition makes the next one.

use std::ops::ControlFlow;

use annulus_core::{DependsOn, Kernel, NodeIndex, Nodes, Properties, mix};

/// Probes of a key. The busiest of many nodes then expects 21/20 of the mean.
const PROBES: u64 = 21;

/// One point a node, in the order of the circle.
#[derive(Clone, Debug, Default)]
pub struct WeylProbe {
    points: Vec<(u64, NodeIndex)>,
}

/// Where a key looks from: a random start, and steps of one random odd length.
fn probes(digest: u64) -> impl Iterator<Item = u64> {
    let (start, step) = (mix(digest, 0), mix(digest, 1) | 1);
    (0..PROBES).map(move |i| start.wrapping_add(step.wrapping_mul(i)))
}

impl Kernel for WeylProbe {
    const PROPERTIES: Properties = Properties::new("weyl-probe", DependsOn::Set).minimal_on_addition().minimal_on_any_removal();

    fn rebuild(&mut self, nodes: &Nodes) {
        // `mix` is a bijection of seeds, and seeds are distinct: so are points, and no tie depends on who came first.
        self.points = nodes.indices().map(|index| (mix(nodes.seed(index), 0), index)).collect();
        self.points.sort_unstable();
    }

    fn lookup(&self, _: &Nodes, digest: u64) -> NodeIndex {
        let after = |probe: u64| {
            let next = self.points.partition_point(|&(point, _)| point < probe);
            let (point, index) = self.points[next % self.points.len()];
            (point.wrapping_sub(probe), point, index)
        };
        probes(digest).map(after).min().map(|(.., index)| index).unwrap_or_default()
    }

    /// By rising distance, as the owner is chosen: to skip a node is then to remove it.
    fn walk(&self, _: &Nodes, digest: u64, visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let distance = |point: u64| probes(digest).map(|probe| point.wrapping_sub(probe)).min();
        let mut order = self.points.clone();
        order.sort_by_cached_key(|&(point, _)| (distance(point), point));
        let _ = order.into_iter().map(|(_, index)| index).try_for_each(visit);
    }

    fn heap_bytes(&self, nodes: &Nodes) -> u64 {
        (nodes.len() * size_of::<(u64, NodeIndex)>()) as u64
    }
}

/// Compiles the code of `docs/ADDING-AN-ALGORITHM.md`.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/ADDING-AN-ALGORITHM.md")]
struct Page;
