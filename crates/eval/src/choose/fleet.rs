//! Fleets of the sizes that are asked about, built.

use annulus_core::{Refusal, Weight};

use super::wanted::Wanted;
use crate::algorithm::{Algorithm, NodeId, Placement, refusal};
use crate::keys::generated;

/// Why a fleet cannot be built.
#[derive(Clone, Debug)]
pub(super) enum Unbuilt {
    /// Its state would take that many bytes, which is more than may be.
    TooLarge(u64),
    /// Anything else, in words.
    Refused(String),
}

/// The nodes of one set of names.
pub(super) struct Fleet {
    pub(super) names: Vec<String>,
    pub(super) weights: Vec<Weight>,
}

impl Fleet {
    /// That many nodes, in the set of names of that number.
    pub(super) fn new(wanted: &Wanted, nodes: usize, set: u32) -> Self {
        let names = generated::node_names(wanted.seed, set, nodes);
        Self { names, weights: (0..nodes).map(|at| wanted.weight(at)).collect() }
    }

    /// Built by this algorithm within the memory that it may take.
    pub(super) fn build(&self, algorithm: &Algorithm, most_bytes: u64) -> Result<Box<dyn Placement>, Unbuilt> {
        let members: Vec<(&str, Weight, NodeId)> =
            self.names.iter().zip(&self.weights).zip(0..).map(|((name, weight), id)| (name.as_str(), *weight, id)).collect();
        let mut placement = algorithm.clone().with_memory_limit(most_bytes).empty();
        match placement.add_weighted(&members) {
            Ok(()) => Ok(placement),
            Err(error) => Err(match error.reason {
                Refusal::TooLarge { bytes, .. } => Unbuilt::TooLarge(bytes),
                _ => Unbuilt::Refused(refusal::by_text(&error, algorithm.key())),
            }),
        }
    }

    /// The sum of the weights.
    pub(super) fn total(&self) -> u64 {
        self.weights.iter().map(|weight| u64::from(weight.get())).sum()
    }
}
