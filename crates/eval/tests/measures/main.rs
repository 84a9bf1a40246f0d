//! What must hold of the measures: true algorithms pass every gate, planted defects are caught by the gate that should.

mod balance;
mod churn;
mod failure;
mod keys;
mod movement;
mod placement;
mod runs;
mod study;

use annulus_eval::Registry;
use annulus_eval::record::Record;

use crate::study::{measure, scenario};

#[test]
fn the_true_algorithms_pass_every_gate() {
    let records = measure(&scenario(&[1, 2, 10, 100], 1_000_000), &Registry::builtin());
    let wrong: Vec<&Record> = records.iter().filter(|record| record.status.is_error()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(records.len() > 1000);
}
