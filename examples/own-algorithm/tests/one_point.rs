//! The kernel that `docs/ADDING-AN-ALGORITHM.md` writes, and which laws it breaks for want of a promise.

use annulus_core::{DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties, mix};

/// One point a node on the circle; a key belongs to the first point at or after it.
#[derive(Clone, Default)]
pub struct OnePoint {
    points: Vec<(u64, NodeIndex)>,
}

impl Kernel for OnePoint {
    const PROPERTIES: Properties = Properties::new("one-point", DependsOn::Set).minimal_on_addition();

    fn rebuild(&mut self, nodes: &Nodes) {
        self.points = nodes.indices().map(|index| (mix(nodes.seed(index), 0), index)).collect();
        self.points.sort_unstable();
    }

    fn lookup(&self, _: &Nodes, digest: Digest) -> NodeIndex {
        let next = self.points.partition_point(|&(point, _)| point < digest.bits());
        self.points.get(next).or(self.points.first()).map(|&(_, index)| index).unwrap_or_default()
    }
}

const PAGE: &str = include_str!("../../../docs/ADDING-AN-ALGORITHM.md");

#[test]
fn the_page_has_this_kernel() {
    let (_, after) = PAGE.split_once("```rust\n").unwrap();
    let (code, _) = after.split_once("```").unwrap();
    assert!(include_str!("one_point.rs").contains(code), "the page's first kernel is another");
}

#[test]
fn it_breaks_the_law_that_the_page_names_and_no_other() {
    let kernel = OnePoint::default();
    let laws = annulus_core::conformance::laws::<OnePoint>();
    let broken: Vec<&str> = laws.iter().filter(|law| (law.test)(&kernel).is_err()).map(|law| law.name).collect();
    assert_eq!(broken, ["removal_of_the_last_moves_its_keys_only"]);
}
