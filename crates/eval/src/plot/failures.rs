//! Failures: what nodes that fail leave to the worst survivor, and what moves needlessly when they do.

use std::collections::BTreeMap;

use crate::reading::number;
use crate::reading::select::{Rows, Subject};
use crate::record::{Case, Measure, Metric, Record};
use crate::stats::float;

use super::axis::Axis;
use super::figure::{Entry, Figure, Line, Panel, Point, Series, Stroke, Symbol, legend, palette, places};

pub(super) const TITLE: &str = "How much more has the busiest survivor after nodes fail?";
pub(super) const NEEDLESS_TITLE: &str = "How many keys move for each key of the nodes that fail together?";

/// How many sizes are shown.
const MOST_PANELS: usize = 3;

/// One picture by number of failures: a metric, its upright axis, what the dashed line is and where it lies, how to read it.
struct Kind {
    title: &'static str,
    metric: Metric,
    axis: &'static str,
    line: &'static str,
    at: fn(nodes: f64, failed: f64) -> f64,
    note: &'static str,
}

const BUSIEST: Kind = Kind {
    title: TITLE,
    metric: Metric::WorstLoad,
    axis: "busiest (× mean before)",
    line: "shared evenly by all survivors",
    at: |nodes, failed| nodes / (nodes - failed),
    note: "Before any fails a node has 1 in the mean. A marker is the median over sets of node names, a dash one set; nodes fail \
           at random. Chance alone lifts the busiest of many above the dashed line.",
};

const NEEDLESS: Kind = Kind {
    title: NEEDLESS_TITLE,
    metric: Metric::MovedOverOwn,
    axis: "keys moved / keys of the dead",
    line: "least possible",
    at: |_, _| 1.0,
    note: "At 1 only the keys of the dead move. What lies above moved between nodes that both live, for nothing. A marker is the \
           median over sets of node names, a dash one set; nodes fail at random.",
};

/// The busiest survivor, or why there is no such figure.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    BUSIEST.figure(records)
}

/// What moves needlessly, or why there is no such figure.
pub(super) fn needless(records: &[Record]) -> Result<Figure, String> {
    NEEDLESS.figure(records)
}

impl Kind {
    fn figure(&self, records: &[Record]) -> Result<Figure, String> {
        let rows = Rows::unswept(records, Measure::Failure, self.metric).filter(|record| failed(record).is_some());
        let Some(&(keys, key_count)) = rows.key_sets().first() else {
            return Err("The records hold no figure of nodes that fail.".to_owned());
        };
        let panels: Vec<Panel> = (rows.nodes().iter().take(MOST_PANELS)).filter_map(|&nodes| self.panel(&rows, nodes)).collect();
        if panels.is_empty() {
            return Err("No survivor has any key.".to_owned());
        }
        let mut legend = legend(&rows);
        legend.push(Entry { label: self.line.to_owned(), symbol: Symbol::Line(Stroke::Dashed) });
        let note = format!("{} {} keys: {keys}.", self.note, number::count(key_count));
        let columns = panels.len();
        Ok(Figure { title: self.title.to_owned(), note, legend, panels, columns, field_height: 300 })
    }

    fn panel(&self, rows: &Rows<'_>, nodes: u64) -> Option<Panel> {
        let palette = palette(rows);
        let rows = rows.filter(|record| record.nodes == nodes);
        let mut counts: Vec<u64> = rows.iter().filter_map(failed).filter(|&failed| failed < nodes).collect();
        counts.sort_unstable();
        counts.dedup();
        let line: Vec<(f64, f64)> =
            counts.iter().map(|&failed| (float(failed), (self.at)(float(nodes), float(failed)))).collect();
        let x = Axis::counts("nodes that failed", &counts)?;
        let figures = rows.iter().filter_map(|record| record.value).chain(line.iter().map(|&(_, value)| value));
        let y = Axis::over(self.axis, figures)?;
        let subjects = rows.subjects();
        let series = (subjects.iter().zip(places(subjects.len())))
            .map(|(subject, beside)| Series { look: palette.look(&subject.algorithm), points: points(&rows, subject), beside })
            .collect();
        let title = format!("{} nodes", number::count(nodes));
        Some(Panel { title, x, y, band: None, lines: vec![Line { stroke: Stroke::Dashed, points: line }], series })
    }
}

/// How many nodes failed in the case of a row.
fn failed(record: &Record) -> Option<u64> {
    match record.case.parse() {
        Ok(Case::Failed(count)) => u64::try_from(count).ok(),
        _ => None,
    }
}

/// An algorithm's figures by number of failures.
fn points(rows: &Rows<'_>, subject: &Subject) -> Vec<Point> {
    let mut figures: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
    for record in rows.iter().filter(|record| Subject::of(record) == *subject) {
        if let (Some(failed), Some(value)) = (failed(record), record.value.filter(|value| value.is_finite())) {
            figures.entry(failed).or_default().push(value);
        }
    }
    let point = |(failed, mut figures): (u64, Vec<f64>)| {
        figures.sort_by(f64::total_cmp);
        Point::median_of(float(failed), &figures)
    };
    figures.into_iter().map(point).collect()
}
