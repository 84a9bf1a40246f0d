//! The answer as rows for programs.

use serde::Serialize;

use crate::choose::{Answer, Considered, Place, Tried};
use crate::cmd::format::Row;
use crate::report::choose::{missed, of_tried};

/// An entry of a grid, or an algorithm without one.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    algorithm: String,
    spec: String,
    /// `ranked`, `dominated`, `too slow` or `ruled out`.
    place: &'static str,
    rank: Option<usize>,
    busiest: Option<f64>,
    copies_on_busiest: Option<f64>,
    moved_over_needed: Option<f64>,
    moved_needlessly_a_month: Option<f64>,
    state_bytes: Option<f64>,
    measured_lookup_now_ns: Option<f64>,
    measured_lookup_later_ns: Option<f64>,
    reason: String,
}

impl Row for Entry {
    const COLUMNS: &'static [&'static str] = &[
        "algorithm",
        "spec",
        "place",
        "rank",
        "busiest",
        "copies_on_busiest",
        "moved_over_needed",
        "moved_needlessly_a_month",
        "state_bytes",
        "measured_lookup_now_ns",
        "measured_lookup_later_ns",
        "reason",
    ];
}

/// Those that meet the limits, the best first; then the others, each with the last entry that was tried, or with all.
pub(super) fn of(answer: &Answer, with_all: bool) -> Vec<Entry> {
    let tried = answer.considered.iter().flat_map(|one| {
        let last = one.tried.len().saturating_sub(1);
        one.tried.iter().enumerate().filter(move |(at, _)| with_all || *at == last).map(move |(_, tried)| (one, tried))
    });
    let mut entries: Vec<Entry> = tried.map(|(one, tried)| Entry::new(answer, one, tried)).collect();
    entries.sort_by_key(|entry| entry.rank.unwrap_or(usize::MAX));
    entries
}

impl Entry {
    fn new(answer: &Answer, one: &Considered, tried: &Tried) -> Self {
        let at = answer.candidates.iter().position(|candidate| candidate.algorithm.key() == tried.text);
        let figures = at.map(|at| &answer.candidates[at].figures);
        let (place, rank, reason) = match at.map(|at| answer.places[at]) {
            Some(Place::Ranked(rank)) => ("ranked", Some(rank), String::new()),
            Some(Place::DominatedBy(by)) => {
                ("dominated", None, format!("{} is no worse in any figure", answer.candidates[by].algorithm.key()))
            }
            Some(Place::TooSlow(miss)) => ("too slow", None, missed(&miss, &answer.wanted)),
            None => ("ruled out", None, of_tried(tried, &answer.wanted).unwrap_or_default()),
        };
        let time = |at: usize| figures.and_then(|figures| figures.lookup).map(|both| both[at]);
        Self {
            algorithm: one.name.clone(),
            spec: tried.text.clone(),
            place,
            rank,
            busiest: figures.map(|figures| figures.busiest.value),
            copies_on_busiest: figures.and_then(|figures| figures.copies).map(|copies| copies.value),
            moved_over_needed: figures.map(|figures| figures.moved.value),
            moved_needlessly_a_month: figures.map(|figures| figures.extra * f64::from(answer.wanted.replicas)),
            state_bytes: figures.map(|figures| figures.bytes.value),
            measured_lookup_now_ns: time(0),
            measured_lookup_later_ns: time(1),
            reason,
        }
    }
}
