//! The targets, each a ratio to a textbook form in the same run.

use crate::cell::{Algorithm, Cell};
use crate::change::{OUR_TABLE, TEXTBOOK_TABLE};
use crate::environment;
use crate::floors::{MULTIPLICATIONS, RANDOM_READ, SIPHASH, XXH3};
use crate::ours::{OURS, OURS_FUNCTION, OURS_XXH3};
use crate::results::Results;
use crate::stats::{self, Estimate};
use crate::subject::{Measure, Metric};
use crate::textbook::TEXTBOOK;

/// What is to be reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Bound {
    /// So many times as fast as the textbook form.
    AtLeast(f64),
    /// Not more than so many times its time.
    AtMost(f64),
}

/// One target.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) row: &'static str,
    pub(crate) cell: Cell,
    pub(crate) ours: (&'static str, Measure),
    pub(crate) textbook: (&'static str, Measure),
    pub(crate) floor: Option<&'static str>,
    pub(crate) bound: Bound,
}

/// What came of a target.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reached {
    pub(crate) ours: Estimate,
    pub(crate) textbook: Estimate,
    /// The textbook's time over ours, or the other way round where a bound says so.
    pub(crate) ratio: Estimate,
    pub(crate) floor: Option<Estimate>,
}

impl Bound {
    /// Whether the ratio is what it is to be.
    pub(crate) fn is_met(self, ratio: f64) -> bool {
        match self {
            Self::AtLeast(least) => ratio >= least,
            Self::AtMost(most) => ratio <= most,
        }
    }

    /// By how much of itself it is missed; negative where it is passed.
    pub(crate) fn missed_by(self, ratio: f64) -> f64 {
        match self {
            Self::AtLeast(least) => 1.0 - ratio / least,
            Self::AtMost(most) => ratio / most - 1.0,
        }
    }
}

/// What keeps each kind of target from more, by how its row begins.
const LIMITS: [(&str, &str); 12] = [
    (
        "ring, throughput",
        "to 1,000 nodes, instructions: single look-ups count a mask without POPCNT, as every x86-64 must; above, memory",
    ),
    ("ring, batch", "memory: a line a look-up from outside the caches"),
    ("ring, latency", "one read of the table, after the digest is there"),
    ("ring, one node", "the lines of 160 points, read and written"),
    ("jump, one key", "ln N + 0.58 multiplications in a chain, and a branch that no processor foresees at its end"),
    ("jump, batch", "the divider (16 cycles for 8 quotients here), and lanes that wait for the longest chain of 16"),
    ("rendezvous, weighted", "the multiplier: one product a node, and a second pass with the bound"),
    ("rendezvous", "to 100 nodes, the comparison of eight lanes at the end; above, the multiplier: one product a node"),
    ("maglev, M", "one random read of the table"),
    ("maglev, table", "M ln M random probes of a bitset, each after the one before"),
    ("`&str`, ring, xxh3", "the look-up, as soon as the hash is this fast"),
    ("`&str`, ring, SipHash", "the hash"),
];

impl Target {
    /// What limits it.
    pub(crate) fn limit(&self) -> &'static str {
        LIMITS.iter().find(|(row, _)| self.row.starts_with(row)).map_or("–", |(_, limit)| limit)
    }

    /// The figures, if the run had this cell.
    pub(crate) fn reached(&self, results: &Results) -> Option<Reached> {
        let ours = results.subject(self.cell, self.ours.0)?;
        let textbook = results.subject(self.cell, self.textbook.0)?;
        let (mine, its) = (ours.medians(self.ours.1)?, textbook.medians(self.textbook.1)?);
        let ratio = match self.bound {
            Bound::AtLeast(_) => stats::ratio(its, mine)?,
            Bound::AtMost(_) => stats::ratio(mine, its)?,
        };
        // A floor is timed one look-up at a time, as the textbook form is.
        let floor = self.floor.and_then(|floor| results.subject(self.cell, floor)?.time(self.textbook.1));
        Some(Reached { ours: ours.time(self.ours.1)?, textbook: textbook.time(self.textbook.1)?, ratio, floor })
    }
}

/// All targets, for this processor.
pub(crate) fn targets() -> Vec<Target> {
    let features = environment::features();
    let mut targets = ring();
    targets.extend(jump(&features));
    targets.extend(rendezvous(&features));
    targets.extend(maglev());
    targets.extend(strings());
    targets
}

fn look_up(
    row: &'static str,
    (algorithm, nodes): (Algorithm, u32),
    (name, metric): (&'static str, Metric),
    floor: &'static str,
    least: f64,
) -> Target {
    // A batch is compared to the textbook's look-ups one by one.
    let textbook = if metric == Metric::DigestBatch { Metric::DigestThroughput } else { metric };
    Target {
        row,
        cell: Cell { algorithm, nodes },
        ours: (name, Measure::LookUp(metric)),
        textbook: (TEXTBOOK, Measure::LookUp(textbook)),
        floor: Some(floor),
        bound: Bound::AtLeast(least),
    }
}

/// One target for each number of nodes, of one metric of ours against one floor.
fn by_nodes(
    row: &'static str,
    algorithm: Algorithm,
    ours: (&'static str, Metric),
    floor: &'static str,
    least: &[(u32, f64)],
) -> Vec<Target> {
    least.iter().map(|&(nodes, least)| look_up(row, (algorithm, nodes), ours, floor, least)).collect()
}

fn ring() -> Vec<Target> {
    let ring = |row, metric, least: &[_]| by_nodes(row, Algorithm::Ring, (OURS, metric), RANDOM_READ, least);
    let throughput = [(10, 20.0), (100, 28.0), (1_000, 33.0), (10_000, 33.0), (100_000, 38.0)];
    let latency = [(10, 5.0), (100, 5.5), (1_000, 6.3), (10_000, 3.3), (100_000, 4.0)];
    let mut targets = ring("ring, throughput", Metric::DigestThroughput, &throughput);
    targets.extend(ring("ring, batch", Metric::DigestBatch, &[(10_000, 55.0), (100_000, 50.0)]));
    targets.extend(ring("ring, latency", Metric::DigestLatency, &latency));
    for (row, measure) in [("ring, one node added", Measure::Add), ("ring, one node removed", Measure::Remove)] {
        targets.extend([10, 100, 1_000, 10_000, 100_000].map(|nodes| Target {
            row,
            cell: Cell { algorithm: Algorithm::Ring, nodes },
            ours: (OURS, measure),
            textbook: (TEXTBOOK, measure),
            floor: None,
            bound: Bound::AtMost(2.0),
        }));
    }
    targets
}

fn jump(features: &[&str]) -> Vec<Target> {
    let sizes = [10, 100, 1_000, 1_000_000];
    let jump = |row, ours, least: &[_]| by_nodes(row, Algorithm::Jump, ours, MULTIPLICATIONS, least);
    let single = [(10, 1.2), (100, 1.35), (1_000, 1.5), (1_000_000, 1.7)];
    let mut targets = jump("jump, one key", (OURS_FUNCTION, Metric::DigestThroughput), &single);
    targets.extend(jump("jump, one key, latency", (OURS_FUNCTION, Metric::DigestLatency), &single));
    let (row, batch) = if features.contains(&"avx512dq") {
        ("jump, batch (AVX-512)", 9.0)
    } else if features.contains(&"avx2") {
        ("jump, batch (AVX2)", 5.5)
    } else {
        ("jump, batch (no AVX2)", 2.2)
    };
    targets.extend(jump(row, (OURS, Metric::DigestBatch), &sizes.map(|nodes| (nodes, batch))));
    targets
}

fn rendezvous(features: &[&str]) -> Vec<Target> {
    let sizes = [10, 100, 1_000, 10_000];
    let avx2 = features.contains(&"avx2");
    let to_each = |least: [f64; 4]| sizes.into_iter().zip(least).collect::<Vec<_>>();
    let least = |with_avx2| if avx2 { to_each(with_avx2) } else { to_each([18.0; 4]) };
    let plain = |row, metric, least: &[_]| by_nodes(row, Algorithm::Rendezvous, (OURS, metric), RANDOM_READ, least);
    let mut targets = plain("rendezvous, throughput", Metric::DigestThroughput, &least([28.0, 100.0, 145.0, 200.0]));
    if avx2 {
        targets.extend(plain("rendezvous, latency", Metric::DigestLatency, &to_each([14.0, 60.0, 140.0, 190.0])));
        let cell = (Algorithm::WeightedRendezvous, 1_000);
        targets.push(look_up("rendezvous, weighted", cell, (OURS, Metric::DigestThroughput), RANDOM_READ, 75.0));
    }
    targets
}

fn maglev() -> Vec<Target> {
    let sizes = [10, 100, 1_000, 10_000];
    let maglev =
        |row, metric, least| by_nodes(row, Algorithm::Maglev, (OURS, metric), RANDOM_READ, &sizes.map(|nodes| (nodes, least)));
    let mut targets = maglev("maglev, M = 65,537, latency", Metric::DigestLatency, 1.8);
    targets.extend(maglev("maglev, M = 65,537, throughput", Metric::DigestThroughput, 2.4));
    targets.extend([(100, 1.9), (1_000, 1.4), (10_000, 1.7)].map(|(nodes, least)| Target {
        row: "maglev, table of 100 N slots built",
        cell: Cell { algorithm: Algorithm::Maglev, nodes },
        ours: (OUR_TABLE, Measure::Build),
        textbook: (TEXTBOOK_TABLE, Measure::Build),
        floor: None,
        bound: Bound::AtLeast(least),
    }));
    targets
}

fn strings() -> Vec<Target> {
    let cell = (Algorithm::Ring, 1_000);
    vec![
        look_up("`&str`, ring, xxh3, throughput", cell, (OURS_XXH3, Metric::KeyThroughput), XXH3, 14.0),
        look_up("`&str`, ring, xxh3, latency", cell, (OURS_XXH3, Metric::KeyLatency), XXH3, 4.0),
        look_up("`&str`, ring, SipHash, throughput", cell, (OURS, Metric::KeyThroughput), SIPHASH, 6.0),
        look_up("`&str`, ring, SipHash, latency", cell, (OURS, Metric::KeyLatency), SIPHASH, 3.4),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry;

    #[test]
    fn every_target_is_about_somebody_who_is_timed_so() {
        for target in targets() {
            for (name, measure) in [target.ours, target.textbook] {
                if let Measure::LookUp(metric) = measure {
                    let entries = registry::entries(target.cell.algorithm);
                    let entry = entries.iter().find(|entry| entry.name == name).unwrap();
                    assert!(entry.metrics.contains(&metric), "{}: {name}", target.row);
                }
            }
            assert!(
                target
                    .floor
                    .is_none_or(|floor| { registry::entries(target.cell.algorithm).iter().any(|entry| entry.name == floor) })
            );
        }
    }

    #[test]
    fn every_target_says_what_limits_it() {
        assert!(targets().iter().all(|target| target.limit() != "–"));
    }

    #[test]
    fn bounds_know_their_side() {
        assert!(Bound::AtLeast(2.0).is_met(2.0) && !Bound::AtLeast(2.0).is_met(1.9));
        assert!(Bound::AtMost(2.0).is_met(2.0) && !Bound::AtMost(2.0).is_met(2.1));
        assert!((Bound::AtLeast(2.0).missed_by(1.5) - 0.25).abs() < 1e-12);
        assert!((Bound::AtMost(2.0).missed_by(3.0) - 0.5).abs() < 1e-12);
    }
}
