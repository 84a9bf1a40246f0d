//! Time of a look-up by number of nodes, above the floors of the method.

use crate::reading::select::{Rows, figure_of, median};
use crate::record::{Case, Floor, Measure, Metric, Record};
use crate::stats::float;

use super::axis::Axis;
use super::figure::{Entry, Figure, Line, Panel, Point, Series, Stroke, Symbol, legend, palette, places};

pub(super) const TITLE: &str = "How long does a look-up take, and how does that grow with the nodes?";

/// Metric, case, and what the panel is called.
const PANELS: [(Metric, Case, &str); 4] = [
    (Metric::Latency, Case::Digest, "latency, by 64-bit digest"),
    (Metric::Latency, Case::Key(16), "latency, by key of 16 bytes"),
    (Metric::Throughput, Case::Digest, "throughput, by 64-bit digest"),
    (Metric::Throughput, Case::Key(16), "throughput, by key of 16 bytes"),
];

/// Floors, how each is drawn, and what it is called.
const FLOORS: [(Floor, Stroke, &str); 2] = [
    (Floor::EmptyLoop, Stroke::Dotted, "empty loop (floor)"),
    (Floor::HashAlone, Stroke::Dashed, "hash of the key alone (floor)"),
];

/// The figure, or why there is none.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    let all = [Metric::Latency, Metric::Throughput].map(|metric| Rows::unswept(records, Measure::Lookup, metric));
    let positive = |record: &Record| figure_of(record).is_some_and(|time| time > 0.0);
    let [latency, throughput] = all.map(|rows| rows.filter(positive));
    if latency.subjects().is_empty() && throughput.subjects().is_empty() {
        return Err("The records hold no time of a look-up.".to_owned());
    }
    let shown = |metric: Metric| if metric == Metric::Latency { &latency } else { &throughput };
    // One axis for both panels of a case, so that latency and throughput can be compared.
    let axis = |case: Case| {
        let times = [Metric::Latency, Metric::Throughput].into_iter().flat_map(|metric| {
            shown(metric).filter(|record| record.case == case).iter().filter_map(figure_of).collect::<Vec<_>>()
        });
        Axis::over("ns per look-up", times)
    };
    let panels: Vec<Panel> =
        (PANELS.iter()).filter_map(|&(metric, case, title)| panel(shown(metric), case, title, &axis(case)?)).collect();
    if panels.is_empty() {
        return Err("No time of a look-up is positive.".to_owned());
    }
    let of_algorithms = if latency.subjects().is_empty() { &throughput } else { &latency };
    let mut legend = legend(of_algorithms);
    for (floor, stroke, label) in FLOORS {
        if [&latency, &throughput].into_iter().any(|rows| !rows.of_algorithm(floor.as_str()).is_empty()) {
            legend.push(Entry { label: label.to_owned(), symbol: Symbol::Line(stroke) });
        }
    }
    let note = "Latency: each look-up waits for the one before. Throughput: none does. A marker is the geometric mean of the sittings, its \
                whisker the 95 % interval. Nothing is faster than its floor, up to noise, but a single node that waits for no hash."
        .to_owned();
    let columns = panels.len().min(2);
    Ok(Figure { title: TITLE.to_owned(), note, legend, panels, columns, field_height: 250 })
}

fn panel(rows: &Rows<'_>, case: Case, title: &str, y: &Axis) -> Option<Panel> {
    let palette = palette(rows);
    let rows = rows.filter(|record| record.case == case);
    let x = Axis::nodes(&rows.nodes())?;
    let (first, last) = x.ends();
    let subjects = rows.subjects();
    let series = (subjects.iter().zip(places(subjects.len())))
        .map(|(subject, beside)| {
            let point = |(nodes, times): (u64, Vec<f64>)| {
                let of_this = rows.iter().filter(|record| {
                    record.nodes == nodes && record.algorithm == subject.algorithm && record.parameters == subject.parameters
                });
                let whiskers: Vec<(f64, f64)> =
                    of_this.filter_map(|record| record.measured_low.zip(record.measured_high)).collect();
                // Several rows of one figure, as of several runs, have no common interval.
                let whisker = if let [one] = whiskers[..] { Some(one) } else { None };
                Point { whisker, ..Point::of(float(nodes), median(&times)) }
            };
            let points = rows.figures(subject).into_iter().map(point).collect();
            Series { look: palette.look(&subject.algorithm), points, beside }
        })
        .collect();
    let lines = FLOORS.iter().filter_map(|&(floor, stroke, _)| {
        let mut times: Vec<f64> = rows.of_algorithm(floor.as_str()).iter().filter_map(figure_of).collect();
        times.sort_by(f64::total_cmp);
        let time = if times.is_empty() { return None } else { median(&times) };
        Some(Line { stroke, points: vec![(first, time), (last, time)] })
    });
    let lines = lines.collect();
    Some(Panel { title: title.to_owned(), x, y: y.clone(), band: None, lines, series })
}
