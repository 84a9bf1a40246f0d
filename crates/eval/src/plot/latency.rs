//! Time of a look-up by number of nodes, above the floors of the method.

use crate::reading::select::{Rows, figure_of, median};
use crate::record::{Case, Floor, Measure, Metric, Record};

use super::axis::Reads;
use super::canvas::Stroke;
use super::draft::{Axes, Draft, Reading, as_it_is, no_law, nodes_of};
use super::figure::{Entry, Figure, Line, Symbol, legend};
use super::style::Palette;

pub(super) const TITLE: &str = "How long does a look-up take, by the number of nodes?";

/// Metric, case, what the panel is called, and the floor that holds there.
const PANELS: [(Metric, Case, &str, Floor); 4] = [
    (Metric::Latency, Case::Digest, "latency, by 64-bit digest", Floor::EmptyLoop),
    (Metric::Throughput, Case::Digest, "throughput, by 64-bit digest", Floor::EmptyLoop),
    (Metric::Latency, Case::Key(16), "latency, by key of 16 bytes", Floor::HashAlone),
    (Metric::Throughput, Case::Key(16), "throughput, by key of 16 bytes", Floor::HashAlone),
];

/// The time of a look-up by digest.
pub(super) const READING: Reading = Reading { at: nodes_of, shown: as_it_is, law: no_law };

/// The figure, or why there is none.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    let palette = Palette::of(records);
    let drafts: Vec<Draft<'_>> = PANELS
        .map(|(metric, case, title, floor)| {
            let rows = times(records, metric, case);
            let lines: Vec<Line> = floor_line(&rows, floor).into_iter().collect();
            let own = rows.filter(|record| !Floor::is(&record.algorithm));
            Draft { title: title.to_owned(), series: READING.series(&own, &palette), lines, ..Draft::default() }
        })
        .into();
    let has_floor = drafts.iter().any(|draft| !draft.lines.is_empty() && !draft.series.is_empty());
    let axes =
        Axes { along: ("number of nodes", Reads::Nodes), is_dense: true, up: ("time of a look-up", Reads::Duration), reach: &[] };
    let panels = axes.panels(drafts).unwrap_or_default();
    if panels.is_empty() {
        return Err("The records hold no time of a look-up.".to_owned());
    }
    let mut legend = legend(&panels);
    if has_floor {
        legend.push(Entry::of("the floor: an empty loop, or the hash of the key alone", Symbol::Line(Stroke::Dashed)));
    }
    let note = "Latency: each look-up waits for the one before. Throughput: none does. Markers are means, whiskers \
                95 % intervals. The state is warm: in the smallest cache that can hold it."
        .to_owned();
    let columns = panels.len().min(2);
    Ok(Figure { note, legend, panels, columns })
}

/// Positive times of one kind of look-up.
pub(super) fn times(records: &[Record], metric: Metric, case: Case) -> Rows<'_> {
    let positive = |record: &Record| record.case == case && figure_of(record).is_some_and(|time| time > 0.0);
    Rows::unswept(records, Measure::Lookup, metric).filter(positive)
}

/// The floor at all sizes of these rows.
fn floor_line(rows: &Rows<'_>, floor: Floor) -> Option<Line> {
    let mut times: Vec<f64> = rows.of_algorithm(floor.as_str()).iter().filter_map(figure_of).collect();
    times.sort_by(f64::total_cmp);
    let time = if times.is_empty() { return None } else { median(&times) };
    let nodes = rows.nodes();
    let ends = [nodes.first(), nodes.last()].into_iter().flatten().map(|&nodes| (crate::stats::float(nodes), time));
    Some(Line { stroke: Stroke::Dashed, points: ends.collect() })
}
