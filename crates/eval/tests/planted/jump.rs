//! Jump hash with another quotient than the paper's.

use std::collections::BTreeMap;

use annulus_core::{DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties};
use annulus_eval::{Algorithm, Registry};

use crate::trial::{caught, failures, index, judged};

/// Jump hash with `BITS` bits of its random word, and its quotient in whole numbers or not.
#[derive(Clone, Default)]
pub(crate) struct Jumping<const BITS: u32, const WHOLE: bool>;

impl<const BITS: u32, const WHOLE: bool> Kernel for Jumping<BITS, WHOLE> {
    const PROPERTIES: Properties =
        Properties::new("jumping", DependsOn::Order).minimal_on_addition().minimal_on_last_removal().uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        let (mut key, mut bucket, mut next) = (digest.bits(), 0, 0);
        while next < nodes.len() as u64 {
            bucket = next;
            key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
            let word = (key >> (64 - BITS)) + 1;
            next = if WHOLE {
                ((bucket + 1) << BITS) / word
            } else {
                ((bucket + 1) as f64 * ((1_u64 << BITS) as f64 / word as f64)) as u64
            };
        }
        index(usize::try_from(bucket).unwrap())
    }
}

pub(crate) fn jumping<const BITS: u32, const WHOLE: bool>() -> Algorithm {
    let registry = Registry::builtin();
    let oracle = registry.get("jump").and_then(Algorithm::oracle).unwrap();
    Algorithm::of("planted", Jumping::<BITS, WHOLE>).with_oracle(oracle.clone())
}

#[test]
fn jump_as_the_paper_has_it_passes() {
    assert_eq!(failures(&judged(&jumping::<31, false>())), BTreeMap::new());
}

/// One answer in 2³⁰ changes: keys are blind, and so are the published answers.
#[test]
fn jump_with_a_bit_less_differs_at_the_edges() {
    caught(&judged(&jumping::<30, false>()), "oracle", "digests at edges", &[]);
}

/// Keys are blind here as well; the published answers are not.
#[test]
fn jump_with_a_whole_quotient_differs_at_the_edges_and_from_what_is_published() {
    let outcomes = judged(&jumping::<31, true>());
    caught(&outcomes, "oracle", "digests at edges", &[]);
    caught(&outcomes, "oracle", "other answers than published", &[]);
}
