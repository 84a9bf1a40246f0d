//! What is compared: an algorithm and a number of nodes.

use std::fmt;
use std::ops::Range;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// The points of a node on every ring that lets its user choose.
pub(crate) const POINTS: u32 = 160;

/// The number of nodes at which weights are 4, 8 and 16 in rotation, not 1 to 10.
pub(crate) const FEW_WEIGHTS: u32 = 500;

/// What the names of nodes begin with, sitting by sitting: of one length, as a longer name takes longer to hash.
const WORDS: [&str; 5] = ["node", "host", "peer", "unit", "site"];

/// How many sittings have nodes of their own.
pub(crate) const SITTINGS: u32 = 5;

/// From the first node of a sitting to that of the next: beyond all that join, and whole rotations of the weights.
pub(crate) const STRIDE: u32 = 1_200_000;

/// An algorithm, by which the tables are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Algorithm {
    /// The hash ring with virtual nodes.
    Ring,
    /// Jump consistent hash.
    Jump,
    /// Rendezvous hashing.
    Rendezvous,
    /// Rendezvous hashing of nodes with weights: 1 to 10, and with 500 nodes 4, 8 and 16.
    WeightedRendezvous,
    /// Maglev's table.
    Maglev,
}

impl Algorithm {
    pub(crate) const ALL: [Self; 5] = [Self::Ring, Self::Jump, Self::Rendezvous, Self::WeightedRendezvous, Self::Maglev];

    /// The cells of this algorithm in a run that is not told numbers of nodes: `usual` ones, but those of the targets for two.
    pub(crate) fn usual_cells(self, usual: &[u32]) -> Vec<Cell> {
        match self {
            Self::WeightedRendezvous => self.cells(&[10, 100, FEW_WEIGHTS, 1_000]),
            Self::Jump => self.cells(&[usual, &[1_000_000]].concat()),
            _ => self.cells(usual),
        }
    }

    /// The most nodes that it can be asked for: above, a ring's textbook form outgrows the memory of a probe.
    pub(crate) const fn most_nodes(self) -> u32 {
        if matches!(self, Self::Jump) { 1_000_000 } else { 200_000 }
    }

    /// A cell for each of these numbers of nodes.
    pub(crate) fn cells(self, nodes: &[u32]) -> Vec<Cell> {
        let mut sizes = nodes.to_vec();
        sizes.sort_unstable();
        sizes.dedup();
        sizes.into_iter().map(|nodes| Cell::new(self, nodes)).collect()
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ring => "ring",
            Self::Jump => "jump",
            Self::Rendezvous => "rendezvous",
            Self::WeightedRendezvous => "weighted-rendezvous",
            Self::Maglev => "maglev",
        })
    }
}

/// An algorithm with a number of nodes. Everybody who takes part in it is timed in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cell {
    pub(crate) algorithm: Algorithm,
    pub(crate) nodes: u32,
    /// Whose nodes they are: 0 but where the clock builds everybody again.
    sitting: u32,
}

impl Cell {
    pub(crate) const fn new(algorithm: Algorithm, nodes: u32) -> Self {
        Self { algorithm, nodes, sitting: 0 }
    }

    /// The same cell with the nodes of a sitting.
    pub(crate) const fn in_sitting(self, sitting: u32) -> Self {
        Self { sitting, ..self }
    }

    /// The numbers of its nodes, by which they are named and told apart.
    pub(crate) const fn members(self) -> Range<u32> {
        let first = self.sitting * STRIDE;
        first..first + self.nodes
    }

    /// The slots of a Maglev table: the paper's two sizes.
    pub(crate) fn slots(self) -> u32 {
        if self.nodes <= 10_000 { 65_537 } else { 655_373 }
    }

    /// The weight of a node: one, unless the algorithm is about weights.
    pub(crate) const fn weight(self, node: u32) -> u32 {
        match self.algorithm {
            Algorithm::WeightedRendezvous if self.nodes == FEW_WEIGHTS => 4 << (node % 3),
            Algorithm::WeightedRendezvous => one_to_ten(node),
            _ => 1,
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} N={}", self.algorithm, self.nodes)
    }
}

/// The weights 1 to 10 in rotation.
pub(crate) const fn one_to_ten(node: u32) -> u32 {
    1 + node % 10
}

/// What a node is called where names are asked for.
pub(crate) fn node_name(node: u32) -> String {
    format!("{}-{}", WORDS[position(node / STRIDE)], node % STRIDE)
}

/// A size or number of nodes as a position. Both fit on every target that these crates build for.
pub(crate) fn position(number: u32) -> usize {
    usize::try_from(number).expect("32 bits fit a position")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_sitting_has_names_of_its_own_and_the_same_weights() {
        let cell = Cell::new(Algorithm::WeightedRendezvous, FEW_WEIGHTS);
        assert_eq!(SITTINGS, u32::try_from(WORDS.len()).unwrap());
        assert_eq!(node_name(cell.members().start), "node-0", "those of the first are those of the processes of their own");
        let all = || (0..SITTINGS).map(|sitting| cell.in_sitting(sitting));
        let names: HashSet<String> = all().flat_map(Cell::members).map(node_name).collect();
        assert_eq!(names.len(), 5 * 500);
        for cell in all() {
            assert!(cell.members().zip((0..3).cycle()).all(|(node, turn)| cell.weight(node) == 4 << turn));
            let ten = Cell { nodes: 10, ..cell };
            assert_eq!(ten.members().map(|node| ten.weight(node)).collect::<Vec<_>>(), (1..=10).collect::<Vec<_>>());
            let lengths = |cell: Cell| cell.members().map(|node| node_name(node).len()).collect::<Vec<_>>();
            assert_eq!(lengths(cell), lengths(Cell::new(cell.algorithm, cell.nodes)));
        }
    }
}
