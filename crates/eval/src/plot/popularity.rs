//! Popularity: the busiest node by request, where few keys get most of them.

use std::collections::BTreeMap;

use crate::reading::number;
use crate::reading::select::{Rows, figure_of};
use crate::record::{Case, Measure, Metric, Record};
use crate::stats::float;

use super::axis::Reads;
use super::canvas::Stroke;
use super::draft::{Axes, Bounds, Draft, Ideal, Reading, as_it_is, no_law, on_most_keys};
use super::figure::{Entry, Figure, Line, Symbol, legend};
use super::loads::spread_out;
use super::style::Palette;

pub(super) const TITLE: &str = "What do popular keys do to the busiest node?";

/// The figure, or why there is none.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    let missing = || "The records hold no figure of keys of unequal popularity.".to_owned();
    let rows = Rows::unswept(records, Measure::Popularity, Metric::MaxOverMean).filter(|record| exponent(record).is_some());
    let (rows, _, requests) = on_most_keys(&rows).ok_or_else(missing)?;
    let least = Rows::unswept(records, Measure::Popularity, Metric::LeastMaxOverMean);
    let palette = Palette::of(records);
    let reading = Reading { at: exponent, shown: as_it_is, law: no_law };
    let draft = |&nodes: &u64| {
        let own = rows.filter(|record| record.nodes == nodes);
        let bands = bands(&own);
        let ideal: Ideal<'_> = Box::new(move |exponent| bands.get(&exponent.to_bits()).copied());
        Draft {
            title: Reads::Nodes.tell(float(nodes)),
            nodes: Some(nodes),
            series: reading.series(&own, &palette),
            ideal: Some(ideal),
            lines: vec![Line { stroke: Stroke::Dashed, points: forced(&least.filter(|record| record.nodes == nodes)) }],
            ..Draft::default()
        }
    };
    let axes = Axes {
        along: ("skew", Reads::Named("skew")),
        is_dense: false,
        up: ("busiest node (× mean of requests)", Reads::Times),
        reach: &[],
    };
    let panels = axes.panels(spread_out(&rows.nodes()).iter().map(draft).collect());
    let panels = panels.filter(|panels| !panels.is_empty()).ok_or_else(missing)?;
    let mut legend = legend(&panels);
    legend.push(Entry::of("101 random placements: median, and range", Symbol::Band));
    legend.push(Entry::of("what the most popular key alone forces", Symbol::Line(Stroke::Dashed)));
    let note = format!(
        "A few popular keys make up most of the load of the busiest node; within the grey band, the algorithm adds nothing to it. The key \
         of rank r gets requests in proportion to 1/r to the power of the skew. {} requests, drawn once.",
        number::count(requests)
    );
    let columns = panels.len().min(3);
    Ok(Figure { note, legend, panels, columns })
}

fn exponent(record: &Record) -> Option<f64> {
    if let Ok(Case::Zipf(exponent)) = record.case.parse() { Some(exponent) } else { None }
}

/// Where ideal placements of the same requests lie, as the rows say.
fn bands(rows: &Rows<'_>) -> BTreeMap<u64, Bounds> {
    let bounds = |record: &Record| Some((exponent(record)?.to_bits(), (record.low?, record.expected?, record.high?)));
    rows.iter().filter_map(bounds).collect()
}

/// What the hottest key forces at each skew.
fn forced(rows: &Rows<'_>) -> Vec<(f64, f64)> {
    let points: BTreeMap<u64, f64> =
        rows.iter().filter_map(|record| Some((exponent(record)?.to_bits(), figure_of(record)?))).collect();
    points.into_iter().map(|(exponent, least)| (f64::from_bits(exponent), least)).collect()
}
