//! What is compared: an algorithm and a number of nodes.

use std::fmt;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// The points of a node on every ring that lets its user choose.
pub(crate) const POINTS: u32 = 160;

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
    /// Rendezvous hashing of nodes with weights 1 to 10.
    WeightedRendezvous,
    /// Maglev's table.
    Maglev,
}

impl Algorithm {
    pub(crate) const ALL: [Self; 5] = [Self::Ring, Self::Jump, Self::Rendezvous, Self::WeightedRendezvous, Self::Maglev];

    /// The cells of this algorithm in a run that is not told numbers of nodes: `usual` ones, but those of the targets for two.
    pub(crate) fn usual_cells(self, usual: &[u32]) -> Vec<Cell> {
        match self {
            Self::WeightedRendezvous => self.cells(&[1_000]),
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
        sizes.into_iter().map(|nodes| Cell { algorithm: self, nodes }).collect()
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

/// An algorithm with so many nodes: everybody who takes part is timed on the same keys, in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cell {
    pub(crate) algorithm: Algorithm,
    pub(crate) nodes: u32,
}

impl Cell {
    /// The slots of a Maglev table: the paper's two sizes.
    pub(crate) fn slots(self) -> u32 {
        if self.nodes <= 10_000 { 65_537 } else { 655_373 }
    }

    /// The weight of a node where there are weights: 1 to 10.
    pub(crate) fn weight(node: u32) -> u32 {
        1 + node % 10
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} N={}", self.algorithm, self.nodes)
    }
}

/// What a node is called where names are asked for.
pub(crate) fn node_name(node: u32) -> String {
    format!("node-{node}")
}

/// A size or number of nodes as a position. Both fit on every target that these crates build for.
pub(crate) fn position(number: u32) -> usize {
    usize::try_from(number).expect("32 bits fit a position")
}
