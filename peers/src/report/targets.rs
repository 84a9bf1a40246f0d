//! Target beside reached, row by row.

use super::markdown::{header, table};
use super::number;
use crate::results::Results;
use crate::subject::{Measure, Metric};
use crate::targets::{Bound, Reached, Target, targets};

pub(super) fn section(results: &Results) -> String {
    let targets = targets();
    let reached: Vec<(&Target, Option<Reached>)> = targets.iter().map(|target| (target, target.reached(results))).collect();
    let there = reached.iter().filter(|(_, reached)| reached.is_some()).count();
    let met = reached.iter().filter(|(target, reached)| reached.is_some_and(|it| target.bound.is_met(it.ratio.value))).count();
    let rows: Vec<Vec<String>> = reached.iter().map(|(target, reached)| row(target, *reached)).collect();
    let columns = ["what", "N", "textbook", "ours", "ratio", "target", "verdict", "floor", "ours / floor", "what limits it"];
    format!(
        "## Targets\n\n{met} of {there} targets are met; {} were not run. Ratios are the textbook's time over ours; for changes, ours \
         over the textbook's. A floor is a chain of as many \
         multiplications as jump takes steps on average, the hash for strings, one read at random from a table as large as ours otherwise.\n\n{}",
        targets.len() - there,
        table(&header(&columns), &rows)
    )
}

fn row(target: &Target, reached: Option<Reached>) -> Vec<String> {
    let mut row = vec![target.row.to_owned(), number::count(u64::from(target.cell.nodes))];
    let bound = match target.bound {
        Bound::AtLeast(least) => format!("≥ {least}×"),
        Bound::AtMost(most) => format!("≤ {most}×"),
    };
    let Some(reached) = reached else {
        row.extend(["–", "–", "–", &bound, "not run", "–", "–", target.limit()].map(str::to_owned));
        return row;
    };
    row.push(number::time(reached.textbook.value));
    row.push(number::time(reached.ours.value));
    row.push(number::ratio(reached.ratio));
    row.push(bound);
    row.push(verdict(target.bound, reached));
    row.push(reached.floor.map_or_else(|| "–".to_owned(), |floor| number::time(floor.value)));
    let batch = target.ours.1 == Measure::LookUp(Metric::DigestBatch);
    // A batch shares work that a single look-up cannot, so it may pass a floor of single ones.
    let note = if batch { " (batch)" } else { "" };
    row.push(
        reached
            .floor
            .map_or_else(|| "–".to_owned(), |floor| format!("{}{note}", number::short(reached.ours.value / floor.value))),
    );
    row.push(target.limit().to_owned());
    row
}

fn verdict(bound: Bound, reached: Reached) -> String {
    let sure = bound.is_met(reached.ratio.low) == bound.is_met(reached.ratio.high);
    let doubt = if sure { "" } else { ", within the interval" };
    if bound.is_met(reached.ratio.value) {
        format!("met{doubt}")
    } else {
        format!("missed by {:.0} %{doubt}", 100.0 * bound.missed_by(reached.ratio.value))
    }
}
