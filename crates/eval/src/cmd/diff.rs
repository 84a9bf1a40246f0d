//! `annulus diff`: what changed between two recorded runs, figure by figure.

use std::collections::HashMap;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::compare::{Clocks, in_common, nothing_in_common};
use super::error::Error;
use super::format::{Format, Row};
use super::terminal::print;
use crate::reading::figure::{Figure, Figures, Place, Relation, Verdict, level_of_each};
use crate::reading::select::Subject;
use crate::reading::{folder, number};
use crate::record::Record;
use crate::report::table::{Cell, Column, Table};

/// Shows every figure that changed between two runs, and every one that only one of them has
///
/// Figures that do not depend on the machine must be exactly equal, with their status and the checksum of the answers. If the seeds of
/// the runs differ, they are compared by intervals. Times are compared as in annulus compare.
#[derive(Debug, Args)]
#[command(after_help = "Example: annulus diff results/before results/after --format markdown

Exit code 0 whenever the two could be compared, changed or not.")]
pub(super) struct Diff {
    /// The folder of the run before
    a: PathBuf,
    /// The folder of the run after
    b: PathBuf,
    /// The output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// In which way a figure is not the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
enum Kind {
    #[serde(rename = "value")]
    Value,
    #[serde(rename = "answers")]
    Answers,
    #[serde(rename = "status")]
    Status,
    #[serde(rename = "beyond the interval")]
    Beyond,
    #[serde(rename = "only before")]
    OnlyBefore,
    #[serde(rename = "only after")]
    OnlyAfter,
}

impl Kind {
    fn text(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Answers => "answers",
            Self::Status => "status",
            Self::Beyond => "beyond the interval",
            Self::OnlyBefore => "only before",
            Self::OnlyAfter => "only after",
        }
    }
}

/// A figure that is not the same.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Changed {
    measure: String,
    metric: String,
    case: String,
    keys: String,
    key_count: u64,
    nodes: u64,
    algorithm: String,
    parameters: String,
    change: Kind,
    before: Option<f64>,
    after: Option<f64>,
    ratio: Option<f64>,
    #[serde(skip)]
    figure: String,
}

impl Row for Changed {
    const COLUMNS: &'static [&'static str] = &[
        "measure",
        "metric",
        "case",
        "keys",
        "key_count",
        "nodes",
        "algorithm",
        "parameters",
        "change",
        "before",
        "after",
        "ratio",
    ];
}

/// All changes, and how many figures both runs have.
#[derive(Debug)]
struct Difference {
    changes: Vec<Changed>,
    common: usize,
    /// Times that nothing can be said of.
    unjudged: usize,
}

impl Diff {
    pub(super) fn execute(&self) -> Result<(), Error> {
        let (before, after) = (folder::records(&self.a)?, folder::records(&self.b)?);
        let clocks = Clocks::of(&self.a, &self.b);
        let difference = Difference::of(&Figures::of(&before), &Figures::of(&after), &clocks.slower);
        if difference.common == 0 {
            return Err(nothing_in_common(&self.a, Some(&self.b), "the folders of two runs with the same keys and nodes"));
        }
        if difference.changes.is_empty() && self.format == Format::Table {
            return print(&format!("{} {}.\n", difference.summary(), clocks.told()));
        }
        print(&self.format.written(&difference.changes, || difference.table(&clocks))?)
    }
}

impl Difference {
    fn of(before: &Figures<'_>, after: &Figures<'_>, slower: &Result<f64, String>) -> Self {
        let mut changes = Vec::new();
        let (mut common, mut unjudged) = (0, 0);
        let shared = before.iter().filter(|figure| after.get(&figure.place, &figure.subject).is_some()).count();
        let level = level_of_each(shared);
        for figure in before.iter() {
            match after.get(&figure.place, &figure.subject) {
                None => changes.push(Changed::new(figure, Kind::OnlyBefore, Some(figure), None, level)),
                Some(now) => {
                    common += 1;
                    unjudged += usize::from(is_unjudged(figure, now, slower, level));
                    changes.extend(
                        kind(figure, now, slower, level).map(|kind| Changed::new(figure, kind, Some(figure), Some(now), level)),
                    );
                }
            }
        }
        let new = after.iter().filter(|figure| before.get(&figure.place, &figure.subject).is_none());
        changes.extend(new.map(|figure| Changed::new(figure, Kind::OnlyAfter, None, Some(figure), level)));
        Self { changes, common, unjudged }
    }

    fn summary(&self) -> String {
        let of = |wanted: &[Kind]| self.changes.iter().filter(|change| wanted.contains(&change.change)).count();
        let changed = of(&[Kind::Value, Kind::Answers, Kind::Status, Kind::Beyond]);
        format!(
            "{} figures are in both runs, of which {} did not change and {} did; {} are only before, {} only after.",
            number::count(self.common as u64),
            number::count((self.common - changed - self.unjudged) as u64),
            number::count(changed as u64),
            number::count(of(&[Kind::OnlyBefore]) as u64),
            number::count(of(&[Kind::OnlyAfter]) as u64)
        ) + &match self.unjudged {
            0 => String::new(),
            times => format!(" {} times were not judged.", number::count(times as u64)),
        }
    }

    fn table(&self, clocks: &Clocks) -> Table {
        let columns = ["figure", "keys", "nodes", "algorithm", "change", "before", "after", "ratio"];
        let figure =
            |value: Option<f64>| value.map_or_else(Cell::nothing, |value| Cell::number(value, number::significant(value)));
        let row = |change: &Changed| {
            let subject = Subject { algorithm: change.algorithm.clone(), parameters: change.parameters.clone() };
            vec![
                Cell::words(&change.figure),
                Cell::words(&change.keys),
                Cell::number(crate::stats::float(change.nodes), number::count(change.nodes)),
                Cell::words(subject.label()),
                Cell::words(change.change.text()),
                figure(change.before),
                figure(change.after),
                change.ratio.map_or_else(Cell::nothing, |value| Cell::number(value, number::ratio(value))),
            ]
        };
        Table {
            title: "What changed".to_owned(),
            note: format!("{} {}.", self.summary(), clocks.told()),
            columns: columns.map(|name| Column::new(name, "")).into(),
            rows: self.changes.iter().map(row).collect(),
        }
    }
}

impl Changed {
    fn new(of: &Figure<'_>, change: Kind, before: Option<&Figure<'_>>, after: Option<&Figure<'_>>, level: f64) -> Self {
        let Place { measure, metric, case, keys, key_count, nodes, .. } = of.place.clone();
        let paired = before.zip(after).and_then(|(before, after)| in_common(before, after));
        let (before, after) = paired.as_ref().map_or((before, after), |(before, after)| (Some(before), Some(after)));
        let ratio = before.zip(after).and_then(|(before, after)| after.against(before, level).ratio);
        Self {
            measure,
            metric,
            case,
            keys,
            key_count,
            nodes,
            algorithm: of.subject.algorithm.clone(),
            parameters: of.subject.parameters.clone(),
            change,
            before: before.map(|figure| figure.estimate(level).0),
            after: after.map(|figure| figure.estimate(level).0),
            ratio,
            figure: of.place.name(),
        }
    }
}

/// Whether it is a time of which nothing can be said.
fn is_unjudged(before: &Figure<'_>, after: &Figure<'_>, slower: &Result<f64, String>, level: f64) -> bool {
    let verdict = || after.across(before, slower, level).verdict;
    before.is_timed() && matches!(verdict(), Verdict::NotComparable | Verdict::Unjudged)
}

/// How a figure changed that both runs have; `None` where it did not.
fn kind(before: &Figure<'_>, after: &Figure<'_>, slower: &Result<f64, String>, level: f64) -> Option<Kind> {
    let key = |row: &Record| (row.seed, row.repetition);
    let rows: HashMap<(u64, u32), &Record> = after.rows.iter().map(|row| (key(row), *row)).collect();
    let pairs: Vec<(&Record, &Record)> = before.rows.iter().filter_map(|row| Some((*row, *rows.get(&key(row))?))).collect();
    let differ = |differs: fn(&Record, &Record) -> bool| pairs.iter().any(|(before, after)| differs(before, after));
    if differ(|before, after| before.status != after.status) {
        return Some(Kind::Status);
    }
    if differ(|before, after| before.value.map(f64::to_bits) != after.value.map(f64::to_bits)) {
        return Some(Kind::Value);
    }
    if differ(|before, after| before.key_count == after.key_count && before.checksum != after.checksum) {
        return Some(Kind::Answers);
    }
    let is_exact = !pairs.is_empty() && !before.is_measured() && !after.is_measured();
    if is_exact {
        // Repetitions that only one of the runs has take nothing from those that both have.
        return None;
    }
    let Relation { verdict, .. } = after.across(before, slower, level);
    match verdict {
        Verdict::Equal | Verdict::NoDifference | Verdict::NotComparable => None,
        // A percentile of chunks has no spread over sittings to be judged by.
        Verdict::Unjudged if before.is_timed() => None,
        Verdict::Lower | Verdict::Higher => Some(Kind::Beyond),
        Verdict::Unjudged => Some(Kind::Value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cmd::format::assert_columns;
    use crate::reading::sample::{ALGORITHMS, records};
    use crate::record::{Checksum, Status};

    fn difference(before: &[Record], after: &[Record]) -> Difference {
        Difference::of(&Figures::of(before), &Figures::of(after), &Ok(1.0))
    }

    #[test]
    fn nothing_changed_in_the_same_run() {
        let records = records(&ALGORITHMS, &[10, 100]);
        let same = difference(&records, &records);
        assert!(same.changes.is_empty() && same.common > 100, "{same:?}");
        assert!(same.summary().contains("and 0 did; 0 are only before, 0 only after"));
    }

    #[test]
    fn each_kind_of_change_is_found_and_nothing_else() {
        let before = records(&ALGORITHMS, &[10]);
        let find = |metric: &str| before.iter().position(|record| record.metric == metric).unwrap();
        let (cv, gone, latency) = (find("cv"), find("build"), find("latency"));
        let (moved, least) = (find("moved"), find("least"));
        let mut after = before.clone();
        // The least step that a number can make.
        after[cv].value = after[cv].value.map(|value| f64::from_bits(value.to_bits() + 1));
        after[moved].checksum = Some(Checksum(1));
        after[least].status = Status::Error("more".to_owned());
        let slower = &mut after[latency];
        for time in [&mut slower.measured_value, &mut slower.measured_low, &mut slower.measured_high] {
            *time = time.map(|time| time * 2.0);
        }
        let removed = after.remove(gone);
        after.push(Record { nodes: 11, ..removed });
        let found = difference(&before, &after);
        let kinds: Vec<(&str, Kind)> = found.changes.iter().map(|change| (change.metric.as_str(), change.change)).collect();
        let expected = [
            ("cv", Kind::Value),
            ("moved", Kind::Answers),
            ("least", Kind::Status),
            ("latency", Kind::Beyond),
            ("build", Kind::OnlyBefore),
            ("build", Kind::OnlyAfter),
        ];
        assert_eq!(kinds, expected);
        assert_columns(&found.changes[0]);
    }

    #[test]
    fn times_within_their_intervals_have_not_changed() {
        let before = records(&ALGORITHMS, &[10]);
        let mut after = before.clone();
        for record in after.iter_mut().filter(|record| record.measured_low.is_some()) {
            record.measured_value = record.measured_value.map(|time| time * 1.01);
        }
        assert!(difference(&before, &after).changes.is_empty());
    }

    #[test]
    fn other_seeds_are_compared_by_intervals() {
        let before = records(&ALGORITHMS[..1], &[10]);
        let after: Vec<Record> = before.iter().map(|record| Record { seed: 2, ..record.clone() }).collect();
        assert!(difference(&before, &after).changes.is_empty());
    }
}
