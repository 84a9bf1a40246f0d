//! A fifth algorithm: multi-probe consistent hashing, measured beside the built-in ones.
//!
//! `cargo run --release --example multi_probe -- run --quick` does all that `annulus` does, with one more row in every
//! table; `cargo test --example multi_probe` holds it to every law.
//!
//! Appleton and O'Reilly 2015, <https://doi.org/10.48550/arXiv.1505.00062>: one point a node on the circle, and 21 probes
//! a key; the node whose point follows a probe most closely is the owner.

use std::ops::ControlFlow;
use std::process::ExitCode;

use annulus_core::{DependsOn, Kernel, NodeIndex, Nodes, Properties, mix};
use annulus_eval::Registry;

/// Probes of a key. The busiest node then expects 21/20 of the mean.
const PROBES: u64 = 21;

/// One point a node, in the order of the circle.
#[derive(Clone, Debug, Default)]
struct MultiProbe {
    points: Vec<(u64, NodeIndex)>,
}

/// From the nearest probe of `digest` on to `point`.
fn distance(digest: u64, point: u64) -> u64 {
    (0..PROBES).map(|i| point.wrapping_sub(mix(digest, i))).min().unwrap_or(u64::MAX)
}

impl Kernel for MultiProbe {
    const PROPERTIES: Properties = Properties::new("multi-probe", DependsOn::Set).minimal_on_addition().minimal_on_any_removal();

    fn rebuild(&mut self, nodes: &Nodes) {
        self.points = nodes.indices().map(|index| (mix(nodes.seed(index), 0), index)).collect();
        self.points.sort_unstable();
    }

    fn lookup(&self, _: &Nodes, digest: u64) -> NodeIndex {
        let after = |probe: u64| {
            let next = self.points.partition_point(|&(point, _)| point < probe);
            let (point, index) = self.points[next % self.points.len()];
            (point.wrapping_sub(probe), point, index)
        };
        (0..PROBES).map(|i| after(mix(digest, i))).min().map(|(.., index)| index).unwrap_or_default()
    }

    /// By rising distance: skipping a node then equals removing it.
    fn walk(&self, _: &Nodes, digest: u64, visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let mut order = self.points.clone();
        order.sort_by_cached_key(|&(point, _)| (distance(digest, point), point));
        let _ = order.into_iter().map(|(_, index)| index).try_for_each(visit);
    }

    fn heap_bytes(&self, nodes: &Nodes) -> u64 {
        (nodes.len() * size_of::<(u64, NodeIndex)>()) as u64
    }
}

fn main() -> ExitCode {
    annulus_eval::cli(Registry::builtin().with::<MultiProbe>("multi-probe"))
}

#[cfg(test)]
mod laws {
    annulus_core::conformance!(crate::MultiProbe);
}
