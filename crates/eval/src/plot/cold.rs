//! Look-ups from a cold state beside warm ones.

use crate::reading::select::{Rows, Subject, figure_of};
use crate::record::{Case, Floor, Metric, Record};
use crate::stats::float;

use super::axis::{Axis, Reads};
use super::canvas::Stroke;
use super::figure::{Entry, Figure, Line, Panel, Point, Series, Symbol, legend, neutral};
use super::ink::FAINT_INK;
use super::latency::times;
use super::loads::spread_out;
use super::style::Palette;

pub(super) const TITLE: &str = "How much longer does a look-up take when nothing is in the caches?";

/// The figure, or why there is none.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    let missing = || "The records hold no time of a look-up with cold caches.".to_owned();
    let [cold, warm] = [Case::Cold, Case::Digest].map(|case| times(records, Metric::Latency, case));
    let cold = cold.filter(|record| !Floor::is(&record.algorithm));
    let palette = Palette::of(records);
    let sizes = spread_out(&cold.nodes());
    let drafts: Vec<(u64, Vec<Series>)> = sizes.into_iter().map(|nodes| (nodes, pairs(nodes, &cold, &warm, &palette))).collect();
    let values = drafts.iter().flat_map(|(_, series)| series).flat_map(|series| &series.points).flat_map(Point::values);
    let y = Axis::over("latency, by 64-bit digest", Reads::Duration, values).ok_or_else(missing)?;
    let panels: Vec<Panel> = drafts.into_iter().map(|(nodes, series)| panel(nodes, series, &y)).collect();
    if panels.is_empty() {
        return Err(missing());
    }
    // A row has its name beside it; what the legend must tell is warm from cold.
    let mut legend: Vec<Entry> = legend(&panels).into_iter().filter(|entry| matches!(entry.symbol, Symbol::Series(_))).collect();
    legend.iter_mut().for_each(|entry| entry.label = entry.label.replace(", cold", ""));
    legend.push(Entry::of("filled: cold", Symbol::Series(neutral(FAINT_INK))));
    legend.push(Entry::of("outline: warm", Symbol::Hollow(neutral(FAINT_INK))));
    let note =
        "Outline: the state is in the caches, as in a benchmark. Filled: it was driven out, as after other work. Whiskers are \
                95 % intervals."
            .to_owned();
    let columns = panels.len().min(2);
    Ok(Figure { note, legend, panels, columns })
}

/// Two series of each algorithm in one row: cold and warm.
fn pairs(nodes: u64, cold: &Rows<'_>, warm: &Rows<'_>, palette: &Palette) -> Vec<Series> {
    let here = cold.filter(|record| record.nodes == nodes);
    let point = |rows: &Rows<'_>, subject: &Subject, row: usize| {
        let rows = rows.filter(|record| record.nodes == nodes && Subject::of(record) == *subject);
        let record = rows.iter().next()?;
        let whisker = record.measured_low.zip(record.measured_high);
        Some(Point { whisker, ..Point::of(float(row), figure_of(record)?) })
    };
    let pair = |(row, subject): (usize, Subject)| {
        let of = |rows: &Rows<'_>, further: &str| {
            let points = point(rows, &subject, row).into_iter().collect();
            let is_hollow = further == "warm";
            Series { further: further.to_owned(), is_hollow, ..Series::of(&subject, palette, points) }
        };
        [of(cold, "cold"), of(warm, "warm")]
    };
    here.subjects().into_iter().enumerate().flat_map(pair).collect()
}

fn panel(nodes: u64, series: Vec<Series>, y: &Axis) -> Panel {
    let x = Axis::names(series.iter().filter(|series| !series.is_hollow).map(|series| series.name.clone()));
    // What joins the two of a row.
    let joined = series.chunks(2).filter_map(|pair| {
        let points: Vec<(f64, f64)> = pair.iter().flat_map(|series| &series.points).map(|point| (point.x, point.y)).collect();
        (points.len() == 2).then_some(Line { stroke: Stroke::Dotted, points })
    });
    let lines = joined.collect();
    Panel {
        title: Reads::Nodes.tell(float(nodes)),
        remark: String::new(),
        x,
        y: y.clone(),
        keys: None,
        nodes: Some(nodes),
        band: None,
        lines,
        series,
    }
}
