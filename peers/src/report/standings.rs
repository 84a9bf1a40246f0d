//! Ours beside everybody, cell by cell, and where ours is not ahead.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use annulus_clock::Kind;

use super::markdown::table;
use super::number;
use crate::cell::{Algorithm, Cell};
use crate::ours::{OURS, OURS_XXH3};
use crate::results::{Results, Subject, baseline};
use crate::stats::Estimate;
use crate::subject::{KEY_LATENCY, KEY_THROUGHPUT, Measure, Role, in_batches};

/// The ways of asking that a crate has in common with ours.
const COMPARED: [(Kind, &str); 4] = [
    (Kind::DigestThroughput, "digest, throughput"),
    (Kind::DigestLatency, "digest, latency"),
    (KEY_THROUGHPUT, "string, throughput"),
    (KEY_LATENCY, "string, latency"),
];

/// A comparison in a cell.
struct Standing<'a> {
    cell: Cell,
    kind: &'static str,
    peer: &'a Subject,
    /// The peer's time over ours.
    ratio: Estimate,
    /// The same over a form of ours that is not the first: in batches, or under the fast hasher.
    other: Option<(&'static str, Estimate)>,
}

impl Standing<'_> {
    fn is_ahead(&self) -> bool {
        self.ratio.is_above_one()
    }

    fn line(&self) -> String {
        let Self { cell, kind, peer, ratio, other } = self;
        let what = if ratio.is_below_one() { "behind" } else { "level with" };
        let other = other.map(|(name, ratio)| format!("; {name}: {}", number::ratio(ratio))).unwrap_or_default();
        format!("- {cell}, {kind}: {what} {}, whose time is {} of ours{other}", peer.name, number::ratio(*ratio))
    }
}

/// Every comparison of the run.
fn standings(results: &Results) -> Vec<Standing<'_>> {
    let mut standings = Vec::new();
    for (&cell, subjects) in &results.cells {
        for (kind, name) in COMPARED {
            let Some(ours) = baseline(subjects, kind) else { continue };
            for peer in subjects.iter().filter(|subject| matches!(subject.role, Role::Peer | Role::Reference)) {
                if let Some(ratio) = times_ours(peer, ours, kind) {
                    standings.push(Standing { cell, kind: name, peer, ratio, other: other(subjects, peer, kind) });
                }
            }
        }
    }
    standings
}

/// The time of `subject` over that of `ours`.
fn times_ours(subject: &Subject, ours: &Subject, kind: Kind) -> Option<Estimate> {
    let measure = Measure::LookUp(kind);
    subject.over(measure, ours, measure)
}

fn other(subjects: &[Subject], peer: &Subject, kind: Kind) -> Option<(&'static str, Estimate)> {
    let (name, label, ours) = match kind {
        Kind::DigestThroughput => (OURS, "to ours in batches", Kind::Batch),
        Kind::KeyThroughput(_) | Kind::KeyLatency(_) => (OURS_XXH3, "to ours with xxh3", kind),
        Kind::DigestLatency | Kind::Batch | Kind::ShortBatch | Kind::FirstThree => return None,
    };
    let form = subjects.iter().find(|subject| subject.name == name)?;
    Some((label, peer.over(Measure::LookUp(kind), form, Measure::LookUp(ours))?))
}

/// How many comparisons ours wins, and every one that it does not.
pub(super) fn summary(results: &Results) -> String {
    let standings = standings(results);
    let mut text = String::from(
        "## Where ours is ahead\n\nFor digests, crates that answer with a node are compared to ours with the owner's data read as \
         well, those of jump, which answer with a number, to `jump_hash`.\n\n",
    );
    for (role, whom) in [(Role::Peer, "crates of the same algorithm"), (Role::Reference, "crates of other algorithms")] {
        let (ahead, others): (Vec<_>, Vec<_>) =
            standings.iter().filter(|standing| standing.peer.role == role).partition(|standing| standing.is_ahead());
        if ahead.is_empty() && others.is_empty() {
            continue;
        }
        let _ = writeln!(
            text,
            "Of {} comparisons with {whom}, one for each crate, cell and way of asking, ours is ahead in {}: the ratio is above 1 by \
             2 % at least, and its whole interval is above 1.{}\n",
            ahead.len() + others.len(),
            ahead.len(),
            if others.is_empty() { "" } else { " The others:" }
        );
        text.push_str(&if role == Role::Peer { each(&others) } else { together(&others) });
    }
    text
}

/// A line for each comparison.
fn each(standings: &[&Standing<'_>]) -> String {
    let mut text: String = standings.iter().map(|standing| format!("{}\n", standing.line())).collect();
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// A line for each crate and way of asking, its cells side by side.
fn together(standings: &[&Standing<'_>]) -> String {
    let mut lines: BTreeMap<(Algorithm, &str, &str), Vec<String>> = BTreeMap::new();
    for Standing { cell, kind, peer, ratio, .. } in standings {
        let cells = lines.entry((cell.algorithm, kind, peer.name)).or_default();
        cells.push(format!("{}× at N = {}", number::short(ratio.value), number::count(u64::from(cell.nodes))));
    }
    let line = |((algorithm, kind, name), cells): ((Algorithm, &str, &str), Vec<String>)| {
        format!("- {algorithm}, {kind}: the time of {name} is {} of ours\n", cells.join(", "))
    };
    lines.into_iter().map(line).collect()
}

/// A table for each algorithm and way of asking.
pub(super) fn tables(results: &Results) -> String {
    let mut text = String::from("## Look-ups\n\n");
    text.push_str(
        "Nanoseconds, and in brackets the ratio to the first row. *annulus* answers a digest with an index, *with its data* with \
         what the node stands for. \
         Nodes of *weighted-rendezvous* have weights 1 to 10 in rotation; at N = 500 the weights are 4, 8 and 16.\n\n",
    );
    for algorithm in Algorithm::ALL {
        let cells: Vec<(Cell, &[Subject])> = results.of(algorithm).collect();
        if cells.is_empty() {
            continue;
        }
        for (kind, name) in COMPARED {
            text.push_str(&format!("### {algorithm}: {name}\n\n{}\n", standing_table(&cells, kind)));
        }
    }
    text
}

fn standing_table(cells: &[(Cell, &[Subject])], kind: Kind) -> String {
    let mut header = vec!["subject".to_owned()];
    header.extend(cells.iter().map(|(cell, _)| format!("N = {}", number::count(u64::from(cell.nodes)))));
    let mut names: Vec<(&'static str, Kind)> = Vec::new();
    for subject in cells.iter().flat_map(|(_, subjects)| *subjects) {
        let batches: &[Kind] = if kind == Kind::DigestThroughput { &[Kind::Batch, Kind::ShortBatch] } else { &[] };
        for &kind in [kind].iter().chain(batches) {
            let fits = subject.series.contains_key(&Measure::LookUp(kind)) || stands_for_itself(subject, kind);
            if fits && !names.contains(&(subject.name, kind)) {
                names.push((subject.name, kind));
            }
        }
    }
    let rows: Vec<Vec<String>> =
        names.into_iter().map(|row| standing_row(cells, kind, row)).chain([verdicts(cells, kind)]).collect();
    table(&header, &rows)
}

/// Whether a subject has a row though it was never timed: a peer that could not be run.
fn stands_for_itself(subject: &Subject, kind: Kind) -> bool {
    subject.outcome.failure.is_some() && in_batches(kind).is_none()
}

fn standing_row(cells: &[(Cell, &[Subject])], kind: Kind, (name, timed): (&'static str, Kind)) -> Vec<String> {
    let find = |subjects: &'_ [Subject]| subjects.iter().position(|subject| subject.name == name);
    let role = cells.iter().find_map(|(_, subjects)| Some(subjects[find(subjects)?].role));
    let mark = match role {
        Some(Role::Reference) => " †",
        Some(Role::Floor) => " (floor)",
        _ => "",
    };
    let batch = in_batches(timed).unwrap_or_default();
    let mut row = vec![format!("{name}{batch}{mark}")];
    row.extend(cells.iter().map(|(_, subjects)| {
        let Some(subject) = find(subjects).map(|at| &subjects[at]) else { return "–".to_owned() };
        let Some(time) = subject.time(Measure::LookUp(timed)) else { return "not run".to_owned() };
        let ours = baseline(subjects, kind);
        let ratio = ours.and_then(|ours| subject.over(Measure::LookUp(timed), ours, Measure::LookUp(kind)));
        let is_baseline = baseline(subjects, kind).is_some_and(|ours| ours.name == name && timed == kind);
        match ratio.filter(|_| !is_baseline) {
            Some(ratio) => format!("{} ({})", number::short(time.value), number::ratio(ratio)),
            None => number::short(time.value),
        }
    }));
    row
}

/// For each cell, whether ours is ahead of every crate of the same algorithm.
fn verdicts(cells: &[(Cell, &[Subject])], kind: Kind) -> Vec<String> {
    let mut row = vec!["**ahead of every peer?**".to_owned()];
    row.extend(cells.iter().map(|(_, subjects)| {
        let Some(ours) = baseline(subjects, kind) else { return "–".to_owned() };
        let peers = subjects.iter().filter(|subject| subject.role == Role::Peer);
        let ratios: Vec<(&str, Estimate)> = peers.filter_map(|peer| Some((peer.name, times_ours(peer, ours, kind)?))).collect();
        let rivals: Vec<&str> = ratios.iter().filter(|(_, ratio)| !ratio.is_above_one()).map(|(name, _)| *name).collect();
        match (ratios.is_empty(), rivals.is_empty()) {
            (true, _) => "no peer runs".to_owned(),
            (false, true) => "yes".to_owned(),
            (false, false) => format!("**no**: {}", rivals.join(", ")),
        }
    }));
    row
}
