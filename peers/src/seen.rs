//! What the clock saw of the machine, and whether it was quiet.

use std::time::Duration;

use annulus_clock::{Observed, Reads, Timings, Verdict};

use crate::cell::Cell;
use crate::stats;

/// What the clock saw of the machine, cell by cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen(Vec<Sight>);

#[derive(Clone, Debug)]
struct Sight {
    cell: Cell,
    observed: Observed,
    /// How long the clock was at work.
    took: Duration,
    /// What reads took in each round.
    reads: Vec<Reads>,
    /// The nanoseconds of a multiplication.
    chain: f64,
}

impl Seen {
    /// Adds what was seen while a cell was timed.
    pub(crate) fn add(&mut self, cell: Cell, timings: &Timings, took: Duration) {
        let reads = timings.floors.iter().map(|floor| floor.reads).collect();
        self.0.push(Sight { cell, observed: timings.observed, took, reads, chain: timings.chain() });
    }

    /// Over all cells: shares weigh as long as they were watched, and of the reads the median counts.
    pub(crate) fn observed(&self) -> Option<Observed> {
        let on_processor = mean(self.0.iter().map(|sight| (sight.observed.on_processor, sight.took)))?;
        let others = mean(self.0.iter().filter_map(|sight| Some((sight.observed.others?, sight.took))));
        let reads: Vec<Reads> = self.0.iter().flat_map(|sight| &sight.reads).copied().collect();
        Some(Observed { others, on_processor, reads: Reads::median(&reads) })
    }

    /// The verdict over all cells, and what it rests on.
    pub(crate) fn verdict(&self) -> Option<(Verdict, Observed)> {
        self.observed().map(|observed| (observed.verdict(Reads::USUAL), observed))
    }

    /// The cells that were not timed on a quiet machine.
    pub(crate) fn disturbed(&self) -> impl Iterator<Item = (Cell, Verdict)> {
        let all = self.0.iter().map(|sight| (sight.cell, sight.observed.verdict(Reads::USUAL)));
        all.filter(|(_, verdict)| *verdict != Verdict::Quiet)
    }

    /// How many cells were timed.
    pub(crate) fn cells(&self) -> usize {
        self.0.len()
    }

    /// Nanoseconds of a multiplication, the median over cells.
    pub(crate) fn chain(&self) -> f64 {
        stats::median(&self.0.iter().map(|sight| sight.chain).collect::<Vec<_>>())
    }
}

/// The mean of values that weigh as much as their time; `None` of none.
fn mean(values: impl Iterator<Item = (f64, Duration)>) -> Option<f64> {
    let (mut sum, mut total) = (0.0, 0.0);
    for (value, took) in values {
        sum += value * took.as_secs_f64();
        total += took.as_secs_f64();
    }
    (total > 0.0).then(|| sum / total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cell::Algorithm;

    fn sight(nodes: u32, others: Option<f64>, seconds: u64, reads: &[Reads]) -> Sight {
        let observed = Observed { others, on_processor: 1.0, reads: Reads::median(reads) };
        let took = Duration::from_secs(seconds);
        Sight { cell: Cell::new(Algorithm::Ring, nodes), observed, took, reads: reads.to_vec(), chain: 1.5 }
    }

    #[test]
    fn a_run_is_judged_by_all_its_cells_and_a_cell_by_itself() {
        let calm = [Reads::USUAL; 9];
        let seen = Seen(vec![
            sight(10, Some(0.01), 8, &calm),
            sight(100, Some(0.11), 1, &calm),
            sight(1_000, None, 1, &[Reads { far: 4.0 * Reads::USUAL.far, ..Reads::USUAL }; 2]),
        ]);
        let (verdict, observed) = seen.verdict().unwrap();
        assert_eq!(verdict, Verdict::Quiet);
        assert!(observed.others.is_some_and(|others| (others - 0.19 / 9.0).abs() < 1e-9), "{observed:?}");
        let disturbed: Vec<_> = seen.disturbed().map(|(cell, verdict)| (cell.nodes, verdict)).collect();
        assert_eq!(disturbed, [(100, Verdict::Disturbed), (1_000, Verdict::CannotTellLarge)]);
        assert!(Seen::default().verdict().is_none());
    }
}
