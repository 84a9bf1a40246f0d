//! Target beside reached, row by row.

use std::fmt::Write as _;

use annulus_clock::Kind;

use super::markdown::{header, table};
use super::number;
use crate::results::Results;
use crate::stats::Estimate;
use crate::subject::Measure;
use crate::targets::{Bound, Figure, Parts, Reached, Target, targets};

/// Below this, the books of the allocator tell more of the reading than of what is read.
const LEAST_BOOKED: u64 = 2_000;

const COLUMNS: [&str; 10] =
    ["what", "N", "textbook", "ours", "reached", "target", "verdict", "floor", "ours / floor", "what limits it"];

const EXPLAINED: &str = "\
*Reached* is the textbook's time over ours; for changes, ours over the textbook's. The ring's build is in seconds on one core, \
names and data included: the one time that is no ratio, so that its verdict depends on the machine. *State* is what the algorithm \
tells that it takes beside names and data, and in brackets what the allocator's books show of it, headers and rounding included. \
A floor is a chain of as many multiplications as jump takes steps on average, the hash for strings, one read at random from a \
table as large as ours otherwise. A row without a target is listed for its figures.";

pub(super) fn section(results: &Results) -> String {
    let targets = targets();
    let (here, elsewhere): (Vec<&Target>, Vec<&Target>) =
        targets.iter().partition(|target| results.cells.contains_key(&target.cell));
    let reached: Vec<(&Target, Option<Reached>)> = here.into_iter().map(|target| (target, target.reached(results))).collect();
    let held: Vec<bool> =
        reached.iter().filter_map(|(target, reached)| Some(target.bound?.is_met(reached.as_ref()?.figure.value))).collect();
    let (there, met) = (held.len(), held.iter().filter(|&&is_met| is_met).count());
    let unavailable = reached.iter().filter(|(target, _)| target.bound.is_some() && !target.available).count();
    let rows: Vec<Vec<String>> = reached.iter().map(|(target, reached)| row(target, *reached)).collect();
    let mut text = format!("## Targets\n\n{met} of {there} targets are met.");
    if unavailable > 0 {
        let _ = write!(text, " {unavailable} are about vectors that are not available here.");
    }
    let elsewhere = elsewhere.iter().filter(|target| target.bound.is_some()).count();
    if elsewhere > 0 {
        let _ = write!(text, " {elsewhere} are about numbers of nodes or algorithms that were not run.");
    }
    let _ = write!(text, " {EXPLAINED}\n\n{}", table(&header(&COLUMNS), &rows));
    text
}

fn row(target: &Target, reached: Option<Reached>) -> Vec<String> {
    let mut row = vec![target.row.to_owned(), number::count(u64::from(target.cell.nodes))];
    row.extend(match reached {
        Some(reached) => [parts(reached.parts), vec![figure(target, reached.figure)]].concat(),
        None => vec!["–".to_owned(); 3],
    });
    row.push(target.bound.map_or_else(|| "–".to_owned(), |bound| shown(bound, target.figure)));
    row.push(match reached {
        Some(reached) => target.bound.map_or_else(|| "no target".to_owned(), |bound| verdict(bound, reached.figure)),
        None if target.available => "not timed".to_owned(),
        None => "not available here".to_owned(),
    });
    row.extend(floor(target, reached));
    row.push(target.limit().to_owned());
    row
}

/// The textbook's part and ours.
fn parts(parts: Parts) -> Vec<String> {
    let dash = || "–".to_owned();
    match parts {
        Parts::Times { ours, textbook, .. } => {
            vec![textbook.map_or_else(dash, |textbook| number::time(textbook.value)), number::time(ours.value)]
        }
        Parts::State(state) if state.told == 0 || state.booked < LEAST_BOOKED => vec![dash(), number::bytes(state.told)],
        Parts::State(state) => vec![dash(), format!("{} ({})", number::bytes(state.told), number::bytes(state.booked))],
    }
}

fn figure(target: &Target, figure: Estimate) -> String {
    match target.figure {
        Figure::Ratio { .. } => number::ratio(figure),
        Figure::Build => number::time(figure.value),
        Figure::State(unit) => format!("{} B a {}", number::short(figure.value), unit.name()),
    }
}

fn shown(bound: Bound, figure: Figure) -> String {
    let (sign, value) = match bound {
        Bound::AtLeast(least) => ("≥", least),
        Bound::AtMost(most) => ("≤", most),
    };
    match figure {
        Figure::Ratio { .. } => format!("{sign} {value}×"),
        Figure::Build => format!("{sign} {} s", value / 1e9),
        Figure::State(_) => format!("{sign} {value} B"),
    }
}

/// The floor, and ours over it.
fn floor(target: &Target, reached: Option<Reached>) -> [String; 2] {
    let Some(Reached { parts: Parts::Times { ours, floor: Some(floor), .. }, .. }) = reached else {
        return ["–", "–"].map(str::to_owned);
    };
    // A batch shares work that a single look-up cannot, so it may pass a floor of single ones.
    let batch = matches!(target.figure, Figure::Ratio { ours: (_, Measure::LookUp(Kind::Batch)), .. });
    let note = if batch { " (batch)" } else { "" };
    [number::time(floor.value), format!("{}{note}", number::short(ours.value / floor.value))]
}

fn verdict(bound: Bound, figure: Estimate) -> String {
    let sure = bound.is_met(figure.low) == bound.is_met(figure.high);
    let doubt = if sure { "" } else { ", within the interval" };
    let missed = 100.0 * bound.missed_by(figure.value);
    match bound.is_met(figure.value) {
        true => format!("met{doubt}"),
        // Nothing but zero is within a bound of zero.
        false if missed.is_infinite() => "missed".to_owned(),
        false => format!("missed by {missed:.0} %{doubt}"),
    }
}
