//! The time of changes by number of nodes.

use crate::reading::select::{Rows, figure_of};
use crate::record::{Case, Measure, Metric, Record};

use super::axis::Reads;
use super::draft::{Axes, Draft, Reading, as_it_is, no_law, nodes_of};
use super::figure::{Figure, legend};
use super::style::Palette;

pub(super) const TITLE: &str = "How long does a change of members take?";

const PANELS: [(Metric, &str); 3] =
    [(Metric::Build, "all nodes built at once"), (Metric::AddOne, "one node joins"), (Metric::RemoveOne, "one node leaves")];

/// The figure, or why there is none.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    let palette = Palette::of(records);
    let reading = Reading { at: nodes_of, shown: as_it_is, law: no_law };
    let positive = |record: &Record| record.case == Case::Only && figure_of(record).is_some_and(|time| time > 0.0);
    let draft = |(metric, title): (Metric, &str)| Draft {
        title: title.to_owned(),
        series: reading.series(&Rows::unswept(records, Measure::Change, metric).filter(positive), &palette),
        ..Draft::default()
    };
    let along = ("number of nodes", Reads::Nodes);
    let axes = Axes { along, is_dense: true, up: ("time of the change", Reads::Duration), reach: &[] };
    let panels = axes.panels(PANELS.map(draft).into()).unwrap_or_default();
    if panels.is_empty() {
        return Err("The records hold no time of a change.".to_owned());
    }
    let note =
        "From the list of nodes to a state that answers; hashing their names is part of it. Whiskers are 95 % intervals, most of them smaller than \
                the marker. Times are of this machine."
            .to_owned();
    let (legend, columns) = (legend(&panels), panels.len());
    Ok(Figure { note, legend, panels, columns })
}
