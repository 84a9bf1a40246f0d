//! Multi-probe hashing with fewer probes than it is said to make.

use std::collections::BTreeMap;

use annulus_core::{DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties};
use annulus_eval::known::MultiProbe;
use annulus_eval::progress::Progress;
use annulus_eval::verify::{Plan, verify};
use annulus_eval::{Algorithm, Law};

use crate::trial::{caught, failures, judged_at};

const LAW: Law = Law::Probes { probes: MultiProbe::PROBES };

/// Look-ups by some probes, and the shares of others, or none.
#[derive(Clone)]
struct Fewer {
    made: MultiProbe,
    told: Option<MultiProbe>,
}

impl Kernel for Fewer {
    const PROPERTIES: Properties = Properties::new("fewer", DependsOn::Set).minimal_on_addition();
    fn rebuild(&mut self, nodes: &Nodes) {
        self.made.rebuild(nodes);
        self.told.iter_mut().for_each(|told| told.rebuild(nodes));
    }
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        self.made.lookup(nodes, digest)
    }
    fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        self.told.as_ref()?.shares(nodes)
    }
}

fn fewer(made: u32, told: Option<u32>) -> Algorithm {
    let kernel = Fewer { made: MultiProbe::with_probes(made), told: told.map(MultiProbe::with_probes) };
    Algorithm::of("planted", kernel).with_law(LAW)
}

/// Counts agree with the exact shares, which are those of too few probes.
#[test]
fn a_single_probe_less_shows_in_the_spread_of_the_shares() {
    for made in [20, 10] {
        caught(&judged_at(&fewer(made, Some(made)), &[100]), "probes", "mean squared CV of shares", &[]);
    }
}

#[test]
fn a_probe_too_many_makes_the_shares_too_even() {
    caught(&judged_at(&fewer(22, Some(22)), &[100]), "probes", "mean squared CV of shares", &[]);
}

/// Where no shares are told, the counts have to show it, which they do from two probes of 21 on.
#[test]
fn two_probes_less_show_in_the_counts() {
    for made in [19, 10] {
        caught(&judged_at(&fewer(made, None), &[100]), "probes", "mean squared CV by counts", &[]);
    }
}

/// The shares that are told are right, for the algorithm that is meant.
#[test]
fn right_shares_do_not_hide_that_probes_are_fewer() {
    for made in [19, 10] {
        caught(
            &judged_at(&fewer(made, Some(21)), &[100]),
            "probes",
            "mean squared CV by counts",
            &["shares", "names", "movement"],
        );
    }
    caught(&judged_at(&fewer(15, Some(21)), &[100]), "shares", "X² of counts against shares", &["probes", "names", "movement"]);
}

/// With the keys of `annulus verify` itself, a single probe less.
#[test]
fn right_shares_do_not_hide_a_single_probe_less_from_the_default_plan() {
    let plan = Plan { nodes: vec![30], ..Plan::thorough(1) };
    assert!(Plan::thorough(1).nodes.contains(&30));
    let outcomes = verify(&[&fewer(20, Some(21))], &plan, &Progress::hidden()).unwrap();
    caught(&outcomes, "shares", "X² of counts against shares", &["names", "movement"]);
}

#[test]
fn as_many_probes_as_are_said_pass() {
    assert_eq!(failures(&judged_at(&fewer(21, Some(21)), &[100])), BTreeMap::new());
    assert_eq!(failures(&judged_at(&fewer(21, None), &[100])), BTreeMap::new());
}
