//! Multi-probe consistent hashing: one point a node on the circle, and several probes a key; the node whose point follows a
//! probe most closely is the owner.
//!
//! Appleton and O'Reilly 2015, <https://doi.org/10.48550/arXiv.1505.00062>.

use std::fmt;
use std::ops::ControlFlow;

use annulus_core::{Census, DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties, mix, order::by_rank};

use crate::algorithm::{Algorithm, Law};
use crate::stats::probes::{gaps, shares};

use super::published::{Probes, Published};

/// A kernel that no crate of ours has, for its published figure: the peak of 21 probes. Of the spread the paper does not speak.
pub(crate) const PROBES_PAPER: Probes = Probes {
    what: "multi-probe",
    case: "multi-probe paper",
    algorithm: || MultiProbe::default().algorithm("multi-probe"),
    probes: MultiProbe::PROBES,
    // Half a unit of the paper's last digit.
    peak: Published::new(1.05, 5e-3),
};

/// One point a node, in the order of the circle.
#[derive(Clone, Debug)]
pub struct MultiProbe {
    probes: u32,
    points: Vec<(u64, NodeIndex)>,
}

impl MultiProbe {
    /// The probes of a key that the paper recommends: the busiest node then expects 21/20 of the mean.
    pub const PROBES: u32 = 21;

    /// With that many probes a key; one at least.
    #[must_use]
    pub fn with_probes(probes: u32) -> Self {
        Self { probes: probes.max(1), points: Vec::new() }
    }

    /// As an algorithm of that key, with the law of its shares.
    #[must_use]
    pub fn algorithm(self, key: &str) -> Algorithm {
        let law = Law::Probes { probes: self.probes };
        Algorithm::of(key, self).with_law(law)
    }

    /// Where a key's probes fall.
    fn probes(&self, digest: Digest) -> impl Iterator<Item = u64> {
        (0..u64::from(self.probes)).map(move |probe| digest.salted(probe).bits())
    }

    /// From the nearest probe of `digest` on to `point`.
    fn distance(&self, digest: Digest, point: u64) -> u64 {
        self.probes(digest).map(|probe| point.wrapping_sub(probe)).min().unwrap_or(u64::MAX)
    }
}

impl Default for MultiProbe {
    fn default() -> Self {
        Self::with_probes(Self::PROBES)
    }
}

impl Kernel for MultiProbe {
    const PROPERTIES: Properties = Properties::new("multi-probe", DependsOn::Set).minimal_on_addition().minimal_on_any_removal();

    fn rebuild(&mut self, nodes: &Nodes) {
        self.points = nodes.indices().map(|index| (mix(nodes.seed(index), 0), index)).collect();
        self.points.sort_unstable();
    }

    fn lookup(&self, _: &Nodes, digest: Digest) -> NodeIndex {
        let after = |probe: u64| {
            let next = self.points.partition_point(|&(point, _)| point < probe);
            let (point, index) = self.points[next % self.points.len()];
            (point.wrapping_sub(probe), point, index)
        };
        self.probes(digest).map(after).min().map(|(.., index)| index).unwrap_or_default()
    }

    /// By rising distance: skipping a node then equals removing it. A pass over all points for each eight visited after the owner.
    fn walk(&self, nodes: &Nodes, digest: Digest, mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let owner = self.lookup(nodes, digest);
        if visit(owner).is_continue() {
            let rank = |place: usize| {
                let (point, index) = self.points[place];
                (index != owner).then(|| (self.distance(digest, point), point))
            };
            let _ = by_rank(self.points.len(), rank, |a, b| a < b, |place| visit(self.points[place].1));
        }
    }

    /// The integral over each gap of the probability that no probe falls nearer to another point.
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        let points: Vec<u64> = self.points.iter().map(|&(point, _)| point).collect();
        let of_points = shares(&gaps(&points).ok()?, self.probes).ok()?;
        let mut of_nodes = vec![0.0; nodes.len()];
        self.points.iter().zip(of_points).for_each(|(&(_, index), share)| of_nodes[index.as_usize()] = share);
        Some(of_nodes)
    }

    fn heap_bytes(&self, census: &Census) -> u64 {
        (census.len() * size_of::<(u64, NodeIndex)>()) as u64
    }

    fn parameters(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "probes={}", self.probes)
    }
}
