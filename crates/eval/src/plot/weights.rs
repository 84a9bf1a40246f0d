//! Weights: what nodes of each weight get, against what they should.

use crate::reading::select::Rows;
use crate::record::{Case, Measure, Metric, Record};
use crate::stats::float;

use super::axis::Reads;
use super::canvas::Stroke;
use super::draft::{Axes, Draft, Reading, as_it_is, keys_in_words, no_law, on_most_keys, sets_in_words};
use super::figure::{Entry, Figure, Symbol, legend};
use super::loads::spread_out;
use super::style::Palette;

pub(super) const TITLE: &str = "Does each node get what its weight asks for?";

/// The figure, or why there is none.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    let missing = || "The records hold no figure of nodes of unequal weight.".to_owned();
    let rows = Rows::unswept(records, Measure::Weighted, Metric::AchievedOverWanted).filter(|record| weight(record).is_some());
    let (rows, keys, key_count) = on_most_keys(&rows).ok_or_else(missing)?;
    let palette = Palette::of(records);
    let reading = Reading { at: weight, shown: as_it_is, law: no_law };
    let draft = |&nodes: &u64| Draft {
        title: Reads::Nodes.tell(float(nodes)),
        nodes: Some(nodes),
        series: reading.series(&rows.filter(|record| record.nodes == nodes), &palette),
        level: Some(1.0),
        ..Draft::default()
    };
    let axes = Axes {
        along: ("weight of the nodes", Reads::Named("weight")),
        is_dense: false,
        up: ("load / wanted load", Reads::Times),
        reach: &[0.95, 1.05],
    };
    let panels = axes.panels(spread_out(&rows.nodes()).iter().map(draft).collect());
    let panels = panels.filter(|panels| !panels.is_empty()).ok_or_else(missing)?;
    let mut legend = legend(&panels);
    legend.push(Entry::of("exactly by weight", Symbol::Line(Stroke::Dashed)));
    let note = format!(
        "All nodes of one weight together, over what they should have. The more nodes there are of a weight, the more their \
         differences cancel. {}; {}.",
        keys_in_words(keys, key_count),
        sets_in_words(&rows)
    );
    let columns = panels.len().min(3);
    Ok(Figure { note, legend, panels, columns })
}

fn weight(record: &Record) -> Option<f64> {
    if let Ok(Case::Weight(weight)) = record.case.parse() { Some(f64::from(weight)) } else { None }
}
