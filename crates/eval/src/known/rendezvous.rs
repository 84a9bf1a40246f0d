//! Rendezvous hashing: every node draws for every key, and the greatest draw wins.

use std::any::Any;

use annulus::{Kernel, RendezvousKernel};

use crate::algorithm::{Algorithm, Oracle};
use crate::textbook::drawn_scores::drawn_scores;

use super::entry::Known;
use super::look::{Look, Marker};

pub(super) const NAME: &str = RendezvousKernel::PROPERTIES.algorithm;

pub(super) const KNOWN: Known = Known {
    name: NAME,
    describe,
    look: Look { colour: (0, 158, 115), dark: (45, 200, 150), marker: Marker::Square },
    parameter: None,
    is_baseline: false,
    of_least_weight: None,
    search: None,
};

fn describe(algorithm: Algorithm, kernel: &dyn Any) -> Algorithm {
    if kernel.is::<RendezvousKernel>() { algorithm.with_oracle(oracle()) } else { algorithm }
}

/// One draw after the other.
fn oracle() -> Oracle {
    Oracle::new("greatest draw", |seeds| {
        let seeds = seeds.to_vec();
        Box::new(move |digest| drawn_scores(&seeds, digest))
    })
}
