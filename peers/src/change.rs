//! Work that is not a look-up, ours and the textbook's in turn: one node more and one less, and Maglev's table.

use std::time::Instant;

use annulus_clock::nanoseconds;
use annulus_core::{ConsistentHashRing, Digest, Kernel};
use annulus_jump::JumpHash;
use annulus_maglev::Weight;

use crate::cell::{Algorithm, Cell, node_name};
use crate::error::Error;
use crate::keys::{Purpose, below, generator, shuffle};
use crate::ours;
use crate::plan::Plan;
use crate::results::Series;
use crate::stats;
use crate::subject::{Change, Subject};
use crate::textbook::SlotTable;

/// The pairs of changes of a turn.
const PAIRS: usize = 9;

/// The table alone, as the textbook and ours make it.
pub(crate) const OUR_TABLE: &str = "annulus, table alone";
pub(crate) const TEXTBOOK_TABLE: &str = "textbook, table alone";

/// Of each subject, what additions and what removals took.
pub(crate) struct Updates {
    pub(crate) additions: Series,
    pub(crate) removals: Series,
}

/// One node joins and another leaves, for everybody in turn: the same nodes for all.
pub(crate) fn updates(subjects: &mut [&mut dyn Subject], cell: Cell, plan: &Plan) -> Vec<Updates> {
    let series = || Series { chunk: 1, figures: Vec::new() };
    let mut updates: Vec<Updates> = subjects.iter().map(|_| Updates { additions: series(), removals: series() }).collect();
    let mut members: Vec<u32> = (0..cell.nodes).collect();
    let mut leaving = generator(plan.seed, Purpose::Leaving);
    let mut rng = generator(plan.seed, Purpose::Order);
    let mut order: Vec<usize> = (0..subjects.len()).collect();
    let mut newcomers = cell.nodes..;
    for _ in 0..plan.changes {
        let pairs: Vec<(u32, u32)> = newcomers
            .by_ref()
            .take(PAIRS)
            .map(|newcomer| {
                let gone = below(&mut leaving, members.len());
                (newcomer, std::mem::replace(&mut members[gone], newcomer))
            })
            .collect();
        shuffle(&mut rng, &mut order);
        for &turn in &order {
            let (additions, removals) = pairs
                .iter()
                .map(|&(newcomer, gone)| {
                    (timed(|| subjects[turn].apply(Change::Add(newcomer))), timed(|| subjects[turn].apply(Change::Remove(gone))))
                })
                .unzip::<_, _, Vec<f64>, Vec<f64>>();
            updates[turn].additions.figures.push(stats::median(&additions));
            updates[turn].removals.figures.push(stats::median(&removals));
        }
    }
    updates
}

pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> f64 {
    let started = Instant::now();
    let done = work();
    let took = started.elapsed();
    std::hint::black_box(done);
    nanoseconds(took)
}

/// The prime number of slots of the tables that are built for their time, about 100 for each node.
pub(crate) fn slots_to_build(cell: Cell) -> Option<u32> {
    match (cell.algorithm, cell.nodes) {
        (Algorithm::Maglev, 100) => Some(10_007),
        (Algorithm::Maglev, 1_000) => Some(100_003),
        (Algorithm::Maglev, 10_000) => Some(1_000_003),
        _ => None,
    }
}

/// The table of `cell` with this number of slots, made by us and by the textbook in turn; both must be the same.
pub(crate) fn tables(cell: Cell, slots: u32, plan: &Plan) -> Result<[(&'static str, Series); 2], Error> {
    let unbuilt = |reason| Error::Unbuilt { cell, subject: OUR_TABLE, reason };
    let names: Vec<String> = (0..cell.nodes).map(node_name).collect();
    let mut members = JumpHash::<()>::new();
    members
        .add_consumers(&mut names.iter().map(|name| (name.as_str(), Weight::ONE, ())))
        .map_err(|error| unbuilt(error.to_string()))?;
    let nodes = members.roster().nodes();
    let mut kernel = ours::maglev_kernel(slots).map_err(unbuilt)?;
    let (mut ours, mut textbooks) = (Vec::new(), Vec::new());
    let mut rng = generator(plan.seed, Purpose::Order);
    for _ in 0..plan.changes {
        let first = below(&mut rng, 2);
        for turn in [first, 1 - first] {
            if turn == 0 {
                ours.push(timed(|| kernel.rebuild(nodes)));
            } else {
                textbooks.push(timed(|| SlotTable::new(nodes.seeds(), u64::from(slots))));
            }
        }
    }
    let textbook = SlotTable::new(nodes.seeds(), u64::from(slots));
    for slot in 0..slots {
        // The least digest that is scaled to this slot.
        let digest = (u128::from(slot) << 64).div_ceil(u128::from(slots));
        let digest = Digest::of_hash(u64::try_from(digest).expect("a slot is below the number of slots"));
        let got = kernel.owner_of_slot(nodes, slot).map_or(u64::MAX, |index| u64::from(index.get()));
        if let Some(expected) = textbook.oracle(digest).filter(|&expected| expected != got) {
            return Err(Error::Wrong { cell, subject: OUR_TABLE, digest: digest.bits(), got, expected });
        }
    }
    let series = |figures| Series { chunk: 1, figures };
    Ok([(OUR_TABLE, series(ours)), (TEXTBOOK_TABLE, series(textbooks))])
}
