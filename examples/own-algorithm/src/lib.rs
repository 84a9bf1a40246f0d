//! A stranger's own algorithm: probes by a Weyl sequence, after multi-probe consistent hashing.
//!
//! Appleton and O'Reilly 2015, <https://doi.org/10.48550/arXiv.1505.00062>, give each node one point on the circle and each key
//! several places to look from; the node that is nearest to any of them, clockwise, is the owner. There every probe is a hash
//! of its own. Here the probes of a key are a Weyl sequence, so that an addition makes the next one.

use std::ops::ControlFlow;

use annulus_core::{Census, DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties, mix, order::by_rank};

/// Probes of a key. The busiest of many nodes then expects 21/20 of the mean.
const PROBES: u64 = 21;

/// One point a node, in the order of the circle.
#[derive(Clone, Debug, Default)]
pub struct WeylProbe {
    points: Vec<(u64, NodeIndex)>,
}

/// Where a key looks from: a random start, and steps of one random odd length.
fn probes(digest: Digest) -> impl Iterator<Item = u64> {
    let (start, step) = (digest.salted(0).bits(), digest.salted(1).bits() | 1);
    (0..PROBES).map(move |i| start.wrapping_add(step.wrapping_mul(i)))
}

/// From the nearest probe of `digest` on to `point`.
fn distance(digest: Digest, point: u64) -> u64 {
    probes(digest).map(|probe| point.wrapping_sub(probe)).min().unwrap_or(u64::MAX)
}

impl Kernel for WeylProbe {
    const PROPERTIES: Properties = Properties::new("weyl-probe", DependsOn::Set).minimal_on_addition().minimal_on_any_removal();

    fn rebuild(&mut self, nodes: &Nodes) {
        // `mix` is a bijection of seeds, and seeds are distinct: so are points, and no tie depends on who came first.
        self.points = nodes.indices().map(|index| (mix(nodes.seed(index), 0), index)).collect();
        self.points.sort_unstable();
    }

    fn lookup(&self, _: &Nodes, digest: Digest) -> NodeIndex {
        let after = |probe: u64| {
            let next = self.points.partition_point(|&(point, _)| point < probe);
            let (point, index) = self.points[next % self.points.len()];
            (point.wrapping_sub(probe), point, index)
        };
        probes(digest).map(after).min().map(|(.., index)| index).unwrap_or_default()
    }

    /// By rising distance, as the owner is chosen: to skip a node is then to remove it. After the owner, each eight take a pass
    /// over all points, so that nothing is allocated.
    fn walk(&self, nodes: &Nodes, digest: Digest, mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let owner = self.lookup(nodes, digest);
        if visit(owner).is_continue() {
            let rank = |place: usize| {
                let (point, index) = self.points[place];
                (index != owner).then(|| (distance(digest, point), point))
            };
            let _ = by_rank(self.points.len(), rank, |a, b| a < b, |place| visit(self.points[place].1));
        }
    }

    fn heap_bytes(&self, census: &Census) -> u64 {
        (census.len() * size_of::<(u64, NodeIndex)>()) as u64
    }
}

/// Compiles the code of `docs/ADDING-AN-ALGORITHM.md`.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/ADDING-AN-ALGORITHM.md")]
struct Page;
