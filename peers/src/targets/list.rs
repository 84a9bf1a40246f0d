//! All targets.

use annulus_clock::Kind;

use super::{Bound, Figure, Target, Unit};
use crate::cell::{Algorithm, Cell, FEW_WEIGHTS};
use crate::change::{OUR_TABLE, TEXTBOOK_TABLE};
use crate::floors::{MULTIPLICATIONS, RANDOM_READ, SIPHASH, XXH3};
use crate::levels;
use crate::ours::{OURS, OURS_AVX2, OURS_FUNCTION, OURS_PORTABLE, OURS_XXH3};
use crate::plan::Plan;
use crate::subject::{KEY_LATENCY, KEY_THROUGHPUT, Measure};
use crate::textbook::TEXTBOOK;
use crate::weighted::{self, OUR_WEIGHTED, TEXTBOOK_WEIGHTED};

/// All of them, those for vectors that this processor lacks as well.
pub(crate) fn targets() -> Vec<Target> {
    [ring(), jump(), rendezvous(), weighted_rendezvous(), maglev(), strings(), states()].concat()
}

fn look_up(
    row: &'static str,
    (algorithm, nodes): (Algorithm, u32),
    (name, kind): (&'static str, Kind),
    floor: &'static str,
    least: f64,
) -> Target {
    // A batch is compared to the textbook's look-ups one by one.
    let textbook = if kind == Kind::Batch { Kind::DigestThroughput } else { kind };
    Target {
        row,
        cell: Cell::new(algorithm, nodes),
        figure: Figure::Ratio {
            ours: (name, Measure::LookUp(kind)),
            textbook: (TEXTBOOK, Measure::LookUp(textbook)),
            floor: Some(floor),
        },
        bound: Some(Bound::AtLeast(least)),
        available: true,
    }
}

/// One target for each number of nodes, of one way of asking ours against one floor.
fn by_nodes(
    row: &'static str,
    algorithm: Algorithm,
    ours: (&'static str, Kind),
    floor: &'static str,
    least: &[(u32, f64)],
) -> Vec<Target> {
    least.iter().map(|&(nodes, least)| look_up(row, (algorithm, nodes), ours, floor, least)).collect()
}

/// The same targets, where the vectors that they are about are there.
fn if_there(there: bool, targets: Vec<Target>) -> impl Iterator<Item = Target> {
    targets.into_iter().map(move |target| Target { available: there, ..target })
}

fn ring() -> Vec<Target> {
    let ring = |row, kind, least: &[_]| by_nodes(row, Algorithm::Ring, (OURS, kind), RANDOM_READ, least);
    let throughput = [(10, 20.0), (100, 28.0), (1_000, 33.0), (10_000, 33.0), (100_000, 38.0)];
    let latency = [(10, 5.0), (100, 5.5), (1_000, 6.3), (10_000, 3.3), (100_000, 4.0)];
    let mut targets = ring("ring, throughput", Kind::DigestThroughput, &throughput);
    targets.extend(ring("ring, batch", Kind::Batch, &[(10_000, 55.0), (100_000, 50.0)]));
    targets.extend(ring("ring, latency", Kind::DigestLatency, &latency));
    for (row, measure) in [("ring, one node added", Measure::Add), ("ring, one node removed", Measure::Remove)] {
        targets.extend(Plan::FULL_NODES.iter().map(|&nodes| Target {
            row,
            cell: Cell::new(Algorithm::Ring, nodes),
            figure: Figure::Ratio { ours: (OURS, measure), textbook: (TEXTBOOK, measure), floor: None },
            bound: Some(Bound::AtMost(2.0)),
            available: true,
        }));
    }
    let weighted = [
        ("ring, weights 1 to 10, one node added", Measure::Add),
        ("ring, weights 1 to 10, one node removed", Measure::Remove),
        ("ring, weights 1 to 10, one node reweighted", Measure::Reweigh),
    ];
    for (row, measure) in weighted {
        targets.extend(weighted::NODES.map(|nodes| Target {
            row,
            cell: Cell::new(Algorithm::Ring, nodes),
            figure: Figure::Ratio { ours: (OUR_WEIGHTED, measure), textbook: (TEXTBOOK_WEIGHTED, measure), floor: None },
            bound: Some(Bound::AtMost(2.0)),
            available: true,
        }));
    }
    targets.push(Target {
        row: "ring, built on one core",
        cell: Cell::new(Algorithm::Ring, 100_000),
        figure: Figure::Build,
        bound: Some(Bound::AtMost(3e9)),
        available: true,
    });
    targets
}

fn jump() -> Vec<Target> {
    let jump = |row, ours, least: &[_]| by_nodes(row, Algorithm::Jump, ours, MULTIPLICATIONS, least);
    let single = [(10, 1.2), (100, 1.35), (1_000, 1.5), (1_000_000, 1.7)];
    let mut targets = jump("jump, one key", (OURS_FUNCTION, Kind::DigestThroughput), &single);
    targets.extend(jump("jump, one key, latency", (OURS_FUNCTION, Kind::DigestLatency), &single));
    // The contract's batch takes the widest vectors there are.
    let batches = [
        ("jump, batch (AVX-512)", OURS, 9.0, levels::avx512()),
        ("jump, batch (AVX2)", OURS_AVX2, 5.5, levels::avx2()),
        ("jump, batch (no AVX2)", OURS_PORTABLE, 2.2, levels::portable()),
    ];
    for (row, ours, least, level) in batches {
        let least = single.map(|(nodes, _)| (nodes, least));
        targets.extend(if_there(level.is_some(), jump(row, (ours, Kind::Batch), &least)));
    }
    targets
}

fn rendezvous() -> Vec<Target> {
    let sizes = [10, 100, 1_000, 10_000];
    let plain = |row, ours, least: [f64; 4]| {
        let least: Vec<(u32, f64)> = sizes.into_iter().zip(least).collect();
        by_nodes(row, Algorithm::Rendezvous, ours, RANDOM_READ, &least)
    };
    let vectors = [
        plain("rendezvous, throughput", (OURS, Kind::DigestThroughput), [28.0, 100.0, 145.0, 200.0]),
        plain("rendezvous, latency", (OURS, Kind::DigestLatency), [14.0, 60.0, 140.0, 190.0]),
    ];
    let mut targets: Vec<Target> = if_there(levels::avx2().is_some(), vectors.concat()).collect();
    targets.extend(plain("rendezvous, throughput (no AVX2)", (OURS_PORTABLE, Kind::DigestThroughput), [18.0; 4]));
    targets
}

/// Look-ups among nodes of weights 1 to 10, and with 500 nodes 4, 8 and 16. The targets are two thirds of what the first run on
/// AVX-512 reached, half of that for AVX2.
fn weighted_rendezvous() -> Vec<Target> {
    let rows = [
        (
            ["rendezvous, weighted, throughput", "rendezvous, weights 4, 8, 16, throughput"],
            (OURS, Kind::DigestThroughput, RANDOM_READ),
            [20.0, 160.0, 300.0, 340.0],
        ),
        (
            ["rendezvous, weighted, latency", "rendezvous, weights 4, 8, 16, latency"],
            (OURS, Kind::DigestLatency, RANDOM_READ),
            [12.0, 110.0, 260.0, 310.0],
        ),
        (
            ["rendezvous, weighted, throughput (AVX2)", "rendezvous, weights 4, 8, 16, throughput (AVX2)"],
            (OURS_AVX2, Kind::DigestThroughput, RANDOM_READ),
            [10.0, 80.0, 150.0, 150.0],
        ),
        (
            ["rendezvous, weighted, `&str`, SipHash, throughput", "rendezvous, weights 4, 8, 16, `&str`, SipHash, throughput"],
            (OURS, KEY_THROUGHPUT, SIPHASH),
            [14.0, 120.0, 270.0, 320.0],
        ),
        (
            ["rendezvous, weighted, `&str`, SipHash, latency", "rendezvous, weights 4, 8, 16, `&str`, SipHash, latency"],
            (OURS, KEY_LATENCY, SIPHASH),
            [8.0, 80.0, 220.0, 280.0],
        ),
    ];
    let of_row = |([one_to_ten, few], (ours, kind, floor), least): ([&'static str; 2], _, [f64; 4])| {
        let sizes = [(one_to_ten, 10), (one_to_ten, 100), (few, FEW_WEIGHTS), (one_to_ten, 1_000)];
        sizes
            .into_iter()
            .zip(least)
            .map(move |((row, nodes), least)| look_up(row, (Algorithm::WeightedRendezvous, nodes), (ours, kind), floor, least))
    };
    let targets = rows.into_iter().flat_map(of_row).collect();
    if_there(levels::avx2().is_some(), targets).collect()
}

fn maglev() -> Vec<Target> {
    let sizes = [10, 100, 1_000, 10_000];
    let maglev =
        |row, kind, least| by_nodes(row, Algorithm::Maglev, (OURS, kind), RANDOM_READ, &sizes.map(|nodes| (nodes, least)));
    let mut targets = maglev("maglev, M = 65,537, latency", Kind::DigestLatency, 1.8);
    targets.extend(maglev("maglev, M = 65,537, throughput", Kind::DigestThroughput, 2.4));
    targets.extend([(100, 1.9), (1_000, 1.4), (10_000, 1.7)].map(|(nodes, least)| Target {
        row: "maglev, table of 100 N slots built",
        cell: Cell::new(Algorithm::Maglev, nodes),
        figure: Figure::Ratio { ours: (OUR_TABLE, Measure::Build), textbook: (TEXTBOOK_TABLE, Measure::Build), floor: None },
        bound: Some(Bound::AtLeast(least)),
        available: true,
    }));
    targets
}

fn strings() -> Vec<Target> {
    let cell = (Algorithm::Ring, 1_000);
    vec![
        look_up("`&str`, ring, xxh3, throughput", cell, (OURS_XXH3, KEY_THROUGHPUT), XXH3, 14.0),
        look_up("`&str`, ring, xxh3, latency", cell, (OURS_XXH3, KEY_LATENCY), XXH3, 4.0),
        look_up("`&str`, ring, SipHash, throughput", cell, (OURS, KEY_THROUGHPUT), SIPHASH, 6.0),
        look_up("`&str`, ring, SipHash, latency", cell, (OURS, KEY_LATENCY), SIPHASH, 3.4),
    ]
}

/// What each algorithm keeps beside names and data.
fn states() -> Vec<Target> {
    let state = |row, algorithm: Algorithm, (most, unit): (f64, Unit), until: u32| {
        let cells = algorithm.usual_cells(Plan::FULL_NODES).into_iter().filter(move |cell| cell.nodes <= until);
        cells.map(move |cell| Target {
            row,
            cell,
            figure: Figure::State(unit),
            bound: Some(Bound::AtMost(most)),
            available: true,
        })
    };
    let mut targets: Vec<Target> = state("ring, state", Algorithm::Ring, (24.0, Unit::Point), u32::MAX).collect();
    targets.extend(state("jump, state", Algorithm::Jump, (0.0, Unit::Node), u32::MAX));
    targets.extend(state("rendezvous, state", Algorithm::Rendezvous, (16.0, Unit::Node), u32::MAX));
    let weighted = state("rendezvous, state, weighted", Algorithm::WeightedRendezvous, (16.0, Unit::Node), u32::MAX);
    targets.extend(weighted.filter(|target| target.cell.nodes == 1_000));
    targets.extend(state("maglev, state", Algorithm::Maglev, (2.0, Unit::Slot), 65_536));
    targets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry;

    #[test]
    fn every_target_is_about_somebody_who_is_timed_so() {
        for target in targets().into_iter().filter(|target| target.available) {
            let entries = registry::entries(target.cell.algorithm);
            let Figure::Ratio { ours, textbook, floor } = target.figure else { continue };
            for (name, measure) in [ours, textbook] {
                if let Measure::LookUp(kind) = measure {
                    let entry = entries.iter().find(|entry| entry.name == name).unwrap();
                    assert!(entry.kinds.contains(&kind), "{}: {name}", target.row);
                }
            }
            assert!(floor.is_none_or(|floor| entries.iter().any(|entry| entry.name == floor)), "{}", target.row);
        }
    }

    #[test]
    fn rows_are_distinct() {
        let mut rows: Vec<_> = targets().iter().map(|target| (target.row, target.cell)).collect();
        let count = rows.len();
        rows.sort_unstable();
        rows.dedup();
        assert_eq!(rows.len(), count);
    }
}
