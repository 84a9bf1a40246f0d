//! Counts and shares that are too uneven, too even, or of nobody.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use annulus_core::{DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties};
use annulus_eval::record::Status;
use annulus_eval::{Law, Registry};

use crate::study::{failures, measure, remainder, scenario};

#[test]
fn the_signed_excess_takes_the_noise_of_keys_out() {
    let records = measure(&scenario(&[100], 1_000_000), &Registry::builtin());
    let excess = |algorithm: &str| {
        let row = records
            .iter()
            .find(|r| r.metric == "signed_excess_variance" && r.algorithm == algorithm && r.keys == "random-digests");
        row.unwrap().value.unwrap()
    };
    // X²/K is within 4.6e-5 and 1.81e-4 at 10⁻⁶ a tail, less 9.9e-5.
    assert!(excess("jump").abs() < 9e-5);
    // A ring of 160 points has a share CV of 0.0787, within 0.0526 and 0.107 at 10⁻⁶ a tail.
    assert!((0.0526_f64.powi(2)..0.107_f64.powi(2)).contains(&excess("ring")), "{}", excess("ring"));
}

/// A node that is not there for one key in a thousand.
#[derive(Clone)]
struct Nobody;

impl Kernel for Nobody {
    const PROPERTIES: Properties = Properties::new("nobody", DependsOn::Order);
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        if digest.bits() % 1000 == 7 { NodeIndex::new(u32::MAX) } else { remainder(digest.bits() >> 10, nodes.len()) }
    }
}

#[test]
fn an_answer_that_names_no_node_is_an_error() {
    assert_eq!(failures(Nobody, Law::Uniform), ["invalid"]);
}

/// Nodes in turn, whatever the key: too even to be true.
#[derive(Clone, Default)]
struct TooEven {
    next: Arc<AtomicU64>,
}

impl Kernel for TooEven {
    const PROPERTIES: Properties = Properties::new("too-even", DependsOn::History).uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, _: Digest) -> NodeIndex {
        remainder(self.next.fetch_add(1, Ordering::Relaxed), nodes.len())
    }
}

#[test]
fn counts_that_are_too_even_are_an_error() {
    let failed = failures(TooEven::default(), Law::Uniform);
    assert!(failed.contains(&"chi_square".to_owned()) && failed.contains(&"max_over_mean".to_owned()), "{failed:?}");
}

/// One node has a hundredth more than it should, which only many keys show.
#[derive(Clone, Default)]
struct Lopsided;

impl Kernel for Lopsided {
    const PROPERTIES: Properties = Properties::new("lopsided", DependsOn::Order).uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        if digest.bits() >> 57 == 0 { NodeIndex::new(0) } else { remainder(digest.bits(), nodes.len()) }
    }
}

#[test]
fn counts_that_are_too_uneven_are_an_error_and_name_their_law() {
    let registry = Registry::empty().with::<Lopsided>("lopsided");
    let records = measure(&scenario(&[10], 1_000_000), &registry);
    let row = records.iter().find(|r| r.metric == "chi_square" && r.keys == "random-digests").unwrap();
    let Status::Error(why) = &row.status else { panic!("{row:?}") };
    assert!(why.ends_with("(multinomial)"), "{why}");
    assert!(failures(Lopsided, Law::Uniform).contains(&"max_over_mean".to_owned()));
}

/// A table in which node 0 gave one slot to node 1.
#[derive(Clone)]
struct ForfeitedSlot;

const SLOTS: u64 = 1009;

impl Kernel for ForfeitedSlot {
    const PROPERTIES: Properties = Properties::new("forfeited-slot", DependsOn::Order);
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        match remainder(digest.bits() % SLOTS, nodes.len()) {
            _ if digest.bits().is_multiple_of(SLOTS) => NodeIndex::new(u32::from(nodes.len() > 1)),
            owner => owner,
        }
    }
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        let mut held = vec![0_u32; nodes.len()];
        (0..SLOTS).for_each(|slot| held[self.lookup(nodes, Digest::of_hash(slot)).as_usize()] += 1);
        Some(held.into_iter().map(|held| f64::from(held) / 1009.0).collect())
    }
}

#[test]
fn a_slot_too_many_is_seen_in_the_shares_where_keys_are_blind() {
    assert_eq!(failures(ForfeitedSlot, Law::Slots { slots: SLOTS }), ["slots_off"]);
}
