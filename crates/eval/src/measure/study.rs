//! One evaluation: what is measured of which algorithms on which keys.

use std::borrow::Cow;

use annulus_core::{ChangeError, Digest, SipHash};

use crate::algorithm::{Algorithm, Placement};
use crate::keys::{KeySet, Secret, generated};
use crate::record::RANDOM_DIGESTS;
use crate::scenario::{Scenario, Size};

use super::count::index;

/// One evaluation with everything it needs: algorithms and keys are there, and every check is counted.
#[derive(Debug)]
pub struct Study<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) grid: Vec<Size>,
    pub(super) keys_checksum: u64,
    pub(super) sets: Vec<DigestSet<'a>>,
}

/// Digests that stand for keys, and how thoroughly they are used.
#[derive(Debug)]
pub(super) struct DigestSet<'a> {
    pub(super) name: &'a str,
    /// The keys that are hashed; digests are drawn where there are none.
    pub(super) keys: Option<&'a KeySet>,
    /// Those of repetition 0.
    pub(super) first: Vec<Digest>,
    pub(super) repetitions: u32,
    pub(super) victims: usize,
}

impl DigestSet<'_> {
    /// The digests of one repetition. Each has its own, so that an algorithm that does not look at names is not measured on
    /// the same sample again and again: other random ones, or the same keys hashed under another secret.
    pub(super) fn digests(&self, seed: u64, repetition: u32) -> Cow<'_, [Digest]> {
        match (repetition, self.keys) {
            (0, _) => Cow::Borrowed(&self.first),
            (_, Some(keys)) => Cow::Owned(keys.digests(Secret::of(seed, repetition).hasher())),
            (_, None) => Cow::Owned(generated::digests(seed, repetition, self.first.len())),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.first.len()
    }
}

/// A placement, or why there is none.
pub(super) type Built = Result<Box<dyn Placement>, ChangeError>;

impl<'a> Study<'a> {
    /// Prepares the digests of all keys and makes the synthetic ones. `grid` is the scenario's
    /// ([`Scenario::grid`]), or what somebody made of it.
    #[must_use]
    pub fn new(scenario: &'a Scenario, grid: Vec<Size>, keys: &'a KeySet) -> Self {
        let mut sets = vec![DigestSet {
            name: keys.name(),
            keys: Some(keys),
            first: keys.digests(SipHash::new()),
            repetitions: scenario.repetitions,
            victims: scenario.victims,
        }];
        if let Some(synthetic) = &scenario.synthetic {
            sets.push(DigestSet {
                name: RANDOM_DIGESTS,
                keys: None,
                first: generated::digests(scenario.seed, 0, synthetic.digests),
                repetitions: synthetic.repetitions,
                victims: synthetic.victims,
            });
        }
        Self { scenario, grid, keys_checksum: keys.checksum(), sets }
    }

    /// The algorithms that are measured at this size.
    pub(super) fn algorithms(&self, nodes: u64) -> &[Algorithm] {
        self.grid.iter().find(|size| size.nodes == nodes).map_or(&[], |size| &size.algorithms)
    }

    /// Builds every algorithm at one size, for what is measured of all of them in turn.
    pub(super) fn build_all(&self, nodes: u64) -> Vec<(&Algorithm, Built)> {
        let names = generated::node_names(self.scenario.seed, 0, index(nodes));
        self.algorithms(nodes).iter().map(|algorithm| (algorithm, algorithm.build(&names))).collect()
    }
}
