//! What is timed: every algorithm at every size, equal and weighted, and the floors.

use annulus_clock::{Built, Cell as Timed, Kind, SHORT_BATCH};
use annulus_core::{ChangeError, SipHash, Weight};

use crate::algorithm::{Algorithm, NodeId, Placement};
use crate::keys::generated;
use crate::record::{Case, Floor, Measure, Record};
use crate::scenario::Lookup;

use super::super::count::index;
use super::super::row::Cell;
use super::super::study::Study;
use super::floors::{EmptyLoop, HashAlone};

/// The ways in which weighted look-ups are timed.
const OF_WEIGHTED: [Kind; 5] =
    [Kind::DigestLatency, Kind::DigestThroughput, Kind::Batch, Kind::KeyLatency(16), Kind::KeyThroughput(16)];

/// One that is timed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject<'a> {
    /// An algorithm at a size. Weights are 1, 2, … up to the given one and again from 1, in the order of names.
    Algorithm { algorithm: &'a Algorithm, nodes: u64, weights: Option<u32> },
    /// The floors do not depend on the size: they are timed once, and have a row at every size.
    Floor(Floor),
}

/// Everybody who is timed.
pub(super) fn subjects<'a>(study: &'a Study<'_>, plan: &Lookup) -> Vec<Subject<'a>> {
    let mut subjects = vec![Subject::Floor(Floor::EmptyLoop), Subject::Floor(Floor::HashAlone)];
    for size in &study.grid {
        for algorithm in &size.algorithms {
            let takes_weights = algorithm.properties().weighted;
            let weighted = plan.weights.iter().filter(|_| takes_weights).map(|&greatest| Some(greatest));
            let of = |weights| Subject::Algorithm { algorithm, nodes: size.nodes, weights };
            subjects.extend(std::iter::once(None).chain(weighted).map(of));
        }
    }
    subjects
}

impl Subject<'_> {
    /// In which ways it is timed.
    pub(super) fn timed(&self, plan: &Lookup) -> Timed {
        let keys = || plan.keys.iter().flat_map(|&bytes| [Kind::KeyLatency(bytes), Kind::KeyThroughput(bytes)]);
        let kinds = match self {
            Self::Floor(Floor::EmptyLoop) => vec![Kind::DigestLatency, Kind::DigestThroughput],
            Self::Floor(_) => keys().collect(),
            Self::Algorithm { weights: None, .. } => Kind::DIGEST.into_iter().chain(keys()).collect(),
            Self::Algorithm { .. } => OF_WEIGHTED.into(),
        };
        Timed { kinds, is_cold: matches!(self, Self::Algorithm { weights: None, .. }) }
    }

    /// Builds it with the names of a sitting.
    pub(super) fn build(&self, seed: u64, sitting: u32) -> Result<Built<'static>, ChangeError> {
        match self {
            Self::Floor(Floor::EmptyLoop) => Ok(Some(Box::new(EmptyLoop))),
            Self::Floor(_) => Ok(Some(Box::new(HashAlone(SipHash::new())))),
            Self::Algorithm { algorithm, nodes, weights } => {
                let names = generated::node_names(seed, sitting, index(*nodes));
                let placement: Box<dyn Placement> = match *weights {
                    None => algorithm.build(&names)?,
                    Some(greatest) => weighted(algorithm, &names, greatest)?,
                };
                Ok(Some(placement))
            }
        }
    }

    /// The cell that its rows share; a floor has one at each size.
    pub(super) fn rows(&self, study: &Study<'_>) -> Vec<Cell> {
        match self {
            Self::Algorithm { algorithm, nodes, .. } => vec![Cell::new(study, algorithm, *nodes, "", 0, 0)],
            Self::Floor(name) => study.grid.iter().map(|size| Cell::of_floor(study, *name, size.nodes, "", 0)).collect(),
        }
    }

    /// The case under which a kind is recorded: `digest`, `key-16-weights-10`.
    pub(super) fn case(&self, kind: Kind) -> Case {
        let weights = if let Self::Algorithm { weights, .. } = self { *weights } else { None };
        match (kind, weights) {
            (Kind::DigestLatency | Kind::DigestThroughput, None) => Case::Digest,
            (Kind::DigestLatency | Kind::DigestThroughput, Some(greatest)) => Case::DigestWeights(greatest),
            (Kind::Batch, None) => Case::Batch,
            (Kind::Batch, Some(greatest)) => Case::BatchWeights(greatest),
            (Kind::ShortBatch, _) => Case::Batches(SHORT_BATCH),
            (Kind::FirstThree, _) => Case::FirstThree,
            (Kind::KeyLatency(bytes) | Kind::KeyThroughput(bytes), None) => Case::Key(bytes),
            (Kind::KeyLatency(bytes) | Kind::KeyThroughput(bytes), Some(greatest)) => Case::KeyWeights(bytes, greatest),
        }
    }

    /// The row that says why it is not timed.
    pub(super) fn refused(&self, study: &Study<'_>, refusal: &ChangeError) -> Vec<Record> {
        let case = match self {
            Self::Algorithm { weights: Some(greatest), .. } => Case::Weights(*greatest),
            _ => Case::Only,
        };
        self.rows(study).iter().map(|cell| cell.refused(Measure::Lookup, case, refusal)).collect()
    }
}

fn weighted(algorithm: &Algorithm, names: &[String], greatest: u32) -> Result<Box<dyn Placement>, ChangeError> {
    let weights = (1..=greatest).cycle().map(|weight| Weight::new(weight).unwrap_or_default());
    let ids = 0..NodeId::MAX;
    let members: Vec<(&str, Weight, NodeId)> =
        names.iter().map(String::as_str).zip(weights).zip(ids).map(|((name, weight), id)| (name, weight, id)).collect();
    let mut placement = algorithm.empty();
    placement.add_weighted(&members)?;
    Ok(placement)
}
