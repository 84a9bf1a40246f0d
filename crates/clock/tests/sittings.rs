//! Whole runs on subjects whose answers are known.

use annulus_clock::{Cell, Kind, LookUp, Plan, Timings, time};
use annulus_core::Digest;

/// Answers with the low bits, and for the check with the given difference.
struct Low {
    wrong_by: u64,
}

impl LookUp for Low {
    fn owner(&self, digest: Digest) -> u64 {
        digest.bits() & 0xff
    }

    fn owner_of_key(&self, key: &str) -> u64 {
        u64::from(key.as_bytes()[0])
    }

    fn checked_owner(&self, digest: Digest) -> u64 {
        self.owner(digest) + self.wrong_by
    }

    fn state_bytes(&self) -> u64 {
        100_000
    }
}

const CELLS: usize = 3;

/// Three cells: one right, one refused, one whose digests are wrong.
fn run(plan: &Plan) -> (Timings, u32) {
    let kinds = vec![Kind::DigestLatency, Kind::Batch, Kind::KeyThroughput(64)];
    let cells = [(); CELLS].map(|()| Cell { kinds: kinds.clone(), is_cold: true });
    let mut turns = 0;
    let build = |_| vec![Some(Box::new(Low { wrong_by: 0 }) as _), None, Some(Box::new(Low { wrong_by: 1 }) as _)];
    let timings = time(plan, &cells, build, || turns += 1);
    (timings, turns)
}

#[test]
fn every_cell_has_a_figure_of_every_sitting() {
    let plan = Plan { sittings: 3, rounds: 2, cold: 1, seed: 1 };
    let (timings, turns) = run(&plan);
    assert_eq!(turns, 3 * 2 * 3, "a turn of each cell in each round, refused or not");
    assert_eq!(timings.series.len(), 6);
    assert_eq!(timings.floors.len(), 6);
    assert_eq!(timings.state_bytes, [100_000, 0, 100_000]);
    for series in &timings.series {
        assert_ne!(series.cell, 1, "it was refused");
        assert!(series.look_ups.is_power_of_two() && (16..=4_096).contains(&series.look_ups), "{}", series.look_ups);
        assert!(series.turns.iter().all(|turn| (5..=15).contains(&turn.chunks.len())));
        let figures = timings.figures(series);
        assert!(figures.len() == 3 && figures.iter().all(|&figure| figure > 0.0), "{figures:?}");
        assert_eq!(timings.estimate(series).map(|sittings| sittings.count), Some(3));
    }
    for (cell, figures) in [(Some(0), 3), (Some(1), 0), (Some(2), 3), (None, 3)] {
        assert_eq!(timings.cold_figures(cell).len(), figures, "{cell:?}");
    }
    assert!(timings.chain() > 0.0);
}

#[test]
fn wrong_answers_are_counted_and_right_ones_are_not() {
    let (timings, _) = run(&Plan { sittings: 1, rounds: 1, cold: 0, seed: 1 });
    for series in &timings.series {
        let is_wrong = series.cell == 2 && series.kind.key_bytes().is_none();
        assert_eq!(series.wrong > 0, is_wrong, "cell {}, {}", series.cell, series.kind);
    }
}

#[test]
fn checksums_depend_on_the_seed_and_the_sittings_alone() {
    let checksums = |sittings, rounds, seed| -> Vec<u64> {
        run(&Plan { sittings, rounds, cold: 0, seed }).0.series.iter().map(|series| series.checksum).collect()
    };
    let first = checksums(2, 1, 1);
    assert_eq!(first, checksums(2, 3, 1));
    assert_ne!(first, checksums(2, 1, 2));
    assert_ne!(first, checksums(3, 1, 1));
}
