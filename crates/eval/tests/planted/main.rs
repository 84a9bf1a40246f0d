//! The gates on trial: planted defects, each caught by the gate that should and by no other than it must; and the true
//! algorithms, which pass.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "defective kernels, as short as can be"
)]

mod asking;
mod counts;
mod heirs;
mod instances;
mod jump;
mod movement;
mod order;
mod places;
mod points;
mod probes;
mod ranks;
mod replicas;
mod slots;
mod trial;
mod weights;

use std::collections::{BTreeMap, BTreeSet};

use annulus_eval::progress::Progress;
use annulus_eval::verify::{Plan, verify};
use annulus_eval::{Algorithm, Registry};

use crate::trial::failures;

#[test]
fn the_true_algorithms_pass_the_quick_plan() {
    let registry = Registry::builtin();
    let algorithms: Vec<&Algorithm> = registry.iter().collect();
    let outcomes = verify(&algorithms, &Plan::quick(1), &Progress::hidden()).unwrap();
    assert_eq!(failures(&outcomes), BTreeMap::new());
    // Each gate was there, and nothing passed for want of figures.
    let gates: BTreeSet<&str> = outcomes.iter().map(|outcome| outcome.gate).collect();
    assert_eq!(gates.len(), 22, "{gates:?}");
    let idle = outcomes.iter().filter(|outcome| outcome.judged == 0 && outcome.refusal.is_none());
    let idle: Vec<_> = idle.map(|outcome| (outcome.gate, outcome.algorithm.as_str(), outcome.nodes)).collect();
    assert_eq!(idle, []);
}
