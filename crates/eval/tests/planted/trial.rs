//! What the trials share: judging one algorithm, naming the gates that fail, and sound parts that faults are planted in.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use annulus_core::{Digest, NodeIndex, Nodes, mix64};
use annulus_eval::Algorithm;
use annulus_eval::progress::Progress;
use annulus_eval::verify::{Outcome, Plan, verify};

/// Judges one algorithm at two sizes.
pub(crate) fn judged(algorithm: &Algorithm) -> Vec<Outcome> {
    judged_at(algorithm, &[10, 100])
}

pub(crate) fn judged_at(algorithm: &Algorithm, nodes: &[u64]) -> Vec<Outcome> {
    let plan = Plan { nodes: nodes.to_vec(), keys: 300_000, ..Plan::quick(1) };
    verify(&[algorithm], &plan, &Progress::hidden()).unwrap()
}

/// The gates that failed, and the figures of each.
pub(crate) fn failures(outcomes: &[Outcome]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut failures: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for outcome in outcomes.iter().filter(|outcome| !outcome.holds()) {
        failures.entry(outcome.gate).or_default().extend(outcome.failures.iter().map(|figure| figure.name.as_str()));
    }
    failures
}

/// What a fault of owners or of batches shows in besides: the second choice of a key follows from owners, and an instance that was
/// made otherwise is asked in the same ways.
const FOLLOWING: [&str; 2] = ["heirs", "instances"];

/// Expects the figure to fail in the gate, and no gate to fail but it, those named, and those that follow from any fault.
pub(crate) fn caught(outcomes: &[Outcome], gate: &str, figure: &str, besides: &[&str]) {
    let failures = failures(outcomes);
    let figures = failures.get(gate).unwrap_or_else(|| panic!("{gate} is blind: {failures:#?}"));
    assert!(figures.iter().any(|name| name.contains(figure)), "{gate} saw something else: {failures:#?}");
    let others = failures.keys().filter(|&&other| other != gate && !besides.contains(&other) && !FOLLOWING.contains(&other));
    assert_eq!(others.count(), 0, "for other reasons too: {failures:#?}");
}

pub(crate) fn index(position: usize) -> NodeIndex {
    NodeIndex::from_usize(position).unwrap()
}

/// `word` scaled to `0..range` by its high bits.
pub(crate) fn scale(word: u64, range: usize) -> usize {
    usize::try_from((u128::from(word) * range as u128) >> 64).unwrap()
}

/// Points on a circle, each with its owner.
#[derive(Clone, Default)]
pub(crate) struct Circle(pub(crate) BTreeMap<u64, NodeIndex>);

impl Circle {
    /// The owner of the first point at or after the digest.
    pub(crate) fn owner(&self, digest: Digest) -> NodeIndex {
        *self.0.range(digest.bits()..).next().or_else(|| self.0.first_key_value()).unwrap().1
    }

    /// The arcs of each node together.
    pub(crate) fn shares(&self, nodes: &Nodes) -> Option<Vec<f64>> {
        let mut shares = vec![0.0; nodes.len()];
        let mut before = *self.0.last_key_value()?.0;
        for (&point, node) in &self.0 {
            shares[node.as_usize()] += point.wrapping_sub(before) as f64 / 2f64.powi(64);
            before = point;
        }
        // One point alone has the whole circle, which is nothing in 64 bits.
        if self.0.len() == 1 { Some(vec![1.0]) } else { Some(shares) }
    }
}

/// Rendezvous hashing by two mixings: the sound form that faults are planted in.
pub(crate) fn greatest(nodes: &Nodes, digest: Digest) -> NodeIndex {
    nodes.indices().max_by_key(|&node| (mix64(mix64(digest.bits()) ^ nodes.seed(node)), nodes.seed(node))).unwrap()
}

thread_local! {
    pub(crate) static TURN: Cell<usize> = const { Cell::new(0) };
}
