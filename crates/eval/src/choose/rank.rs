//! The order of those that meet the requirements.

use super::candidate::{Candidate, Figures};
use super::terms::Worry;
use super::wanted::{TIE, Wanted};

/// The figure that a worry looks at; less is better.
pub(crate) fn figure(figures: &Figures, worry: Worry) -> f64 {
    match worry {
        Worry::Moved => figures.extra,
        Worry::Balance => figures.busiest.value,
        Worry::Lookup => figures.slowest(),
        Worry::Memory => figures.bytes.value,
    }
}

/// Where each candidate that another one dominates stands, with the position of that other: it is no better in any figure, and worse
/// in one at least.
pub(crate) fn dominated(candidates: &[Candidate]) -> Vec<Option<usize>> {
    let all = |one: &Candidate| Worry::ALL.map(|worry| figure(&one.figures, worry));
    let beats = |one: [f64; 4], other: [f64; 4]| {
        let pairs = || one.into_iter().zip(other);
        pairs().all(|(one, other)| one <= other) && pairs().any(|(one, other)| one < other)
    };
    let by = |at: usize| (0..candidates.len()).find(|&other| beats(all(&candidates[other]), all(&candidates[at])));
    (0..candidates.len()).map(by).collect()
}

/// Positions of the candidates that stay, the best first.
///
/// The best is found by the first worry; those within a tenth of it are tied, and the next worry decides among them; at last the
/// number of parameters does. Then the best of the rest is found in the same way.
pub(crate) fn ranked(candidates: &[Candidate], stays: &[usize], wanted: &Wanted) -> Vec<usize> {
    let mut left = stays.to_vec();
    let mut ranking = Vec::with_capacity(left.len());
    while let Some(best) = best(candidates, &left, wanted) {
        left.retain(|&other| other != best);
        ranking.push(best);
    }
    ranking
}

/// Whether a figure is as good as the least.
pub(crate) fn is_tied(wanted: &Wanted, worry: Worry, least: f64, other: f64) -> bool {
    match worry {
        // What matters of the busiest node is how far it is from even, and how far it may be.
        Worry::Balance => other - least <= TIE * (wanted.busiest - 1.0),
        _ => other <= least * (1.0 + TIE),
    }
}

fn best(candidates: &[Candidate], among: &[usize], wanted: &Wanted) -> Option<usize> {
    let mut tied = among.to_vec();
    for worry in wanted.worry.first() {
        let of = |&at: &usize| figure(&candidates[at].figures, worry);
        let least = tied.iter().map(of).fold(f64::INFINITY, f64::min);
        // A look-up that could not be timed is no reason.
        if least.is_finite() {
            tied.retain(|at| is_tied(wanted, worry, least, of(at)));
        }
    }
    tied.into_iter().min_by_key(|&at| candidates[at].parameters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algorithm::Registry;
    use crate::choose::candidate::{Source, Worst};
    use crate::choose::wanted::example;

    fn candidate(parameters: usize, extra: f64, busiest: f64, lookup: f64, bytes: f64) -> Candidate {
        let worst = |value| Worst { value, nodes: 10, source: Source::Promised };
        let algorithm = Registry::builtin().get("jump").unwrap().clone();
        let (busiest, moved, bytes) = (worst(busiest), worst(1.0), worst(bytes));
        Candidate {
            algorithm,
            parameters,
            figures: Figures { busiest, copies: None, moved, extra, bytes, lookup: Some([1.0, lookup]) },
        }
    }

    fn wanted(worry: Worry) -> Wanted {
        Wanted { worry, ..example(10..=10, 1.2) }
    }

    #[test]
    fn what_is_no_better_and_somewhere_worse_is_dropped() {
        let all = [
            candidate(0, 0.0, 1.0, 10.0, 100.0),
            candidate(0, 0.0, 1.0, 10.0, 101.0),
            candidate(0, 0.1, 1.0, 5.0, 100.0),
            // Equal to the first: neither drops the other.
            candidate(0, 0.0, 1.0, 10.0, 100.0),
        ];
        assert_eq!(dominated(&all), [None, Some(0), None, None]);
    }

    #[test]
    fn ties_go_to_the_next_worry_and_then_to_fewer_parameters() {
        let ranking = |all: &[Candidate], worry| ranked(all, &(0..all.len()).collect::<Vec<_>>(), &wanted(worry));
        // Of the look-up 10 and 10.9 are ties, and 11.1 is none; the state decides between the first two.
        let all = [candidate(0, 0.0, 1.0, 11.1, 1.0), candidate(0, 0.0, 1.0, 10.0, 100.0), candidate(0, 0.0, 1.0, 10.9, 50.0)];
        assert_eq!(ranking(&all, Worry::Lookup), [2, 1, 0]);
        assert_eq!(ranking(&all, Worry::Memory), [0, 2, 1]);
        // A tenth of what may be beyond 1 is 0.02.
        let all = [candidate(0, 0.0, 1.03, 5.0, 1.0), candidate(0, 0.0, 1.0, 10.0, 1.0), candidate(0, 0.0, 1.019, 8.0, 1.0)];
        assert_eq!(ranking(&all, Worry::Balance), [2, 1, 0]);
        // Nothing moved needlessly is better than anything.
        let all = [candidate(1, 1e-9, 1.0, 5.0, 1.0), candidate(1, 0.0, 1.0, 10.0, 1.0), candidate(0, 0.0, 1.0, 10.0, 1.0)];
        assert_eq!(ranking(&all, Worry::Moved), [2, 1, 0]);
    }

    #[test]
    fn a_look_up_that_was_not_timed_decides_nothing() {
        let mut all = [candidate(0, 0.0, 1.0, 5.0, 2.0), candidate(0, 0.0, 1.0, 10.0, 1.0)];
        all[0].figures.lookup = None;
        assert_eq!(ranked(&all, &[0, 1], &wanted(Worry::Memory)), [1, 0]);
    }
}
