//! Movement: how many keys a change of members moves, against those that must.

use crate::reading::select::Rows;
use crate::record::{Case, Measure, Metric, Record};

use super::axis::Reads;
use super::canvas::Stroke;
use super::draft::{Axes, Draft, Reading, as_it_is, keys_in_words, nodes_of, on_most_sets, own_law, sets_in_words};
use super::figure::{Entry, Figure, Symbol, legend};
use super::style::Palette;

pub(super) const TITLE: &str = "How many keys move for each key of the node that joins or leaves?";
pub(super) const CHURN_TITLE: &str = "How many keys do larger changes move for each that must?";

/// With fewer keys a node, nothing is shown.
const KEYS_A_NODE: u64 = 10;

const READING: Reading = Reading { at: nodes_of, shown: as_it_is, law: own_law };

/// One node joins or leaves; or why there is no such figure.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    let cases = [
        (Case::AddOne, "one node joins".to_owned()),
        (Case::RemoveLast, "the last node leaves".to_owned()),
        (Case::RemoveAny, "any node leaves".to_owned()),
    ];
    let missing = "The records hold no figure of moved keys with ten keys a node, as where there is one node only.";
    of_cases(records, Measure::Remap, &cases).ok_or_else(|| missing.to_owned())
}

/// Several nodes join, all are replaced, a weight doubles; or why there is no such figure.
pub(super) fn churn(records: &[Record]) -> Result<Figure, String> {
    let cases = records.iter().filter(|record| record.measure == Measure::Churn).filter_map(|record| record.case.parse().ok());
    let joined = cases.filter_map(|case| if let Case::Joined(count) = case { Some(count) } else { None }).max();
    let joining = joined.map(|count| (Case::Joined(count), format!("{count} nodes join at once")));
    let others = [
        (Case::Rolling, "all nodes replaced, one by one".to_owned()),
        (Case::Reweight, "the weight of one node doubles".to_owned()),
    ];
    let cases: Vec<(Case, String)> = joining.into_iter().chain(others).collect();
    let mut figure =
        of_cases(records, Measure::Churn, &cases).ok_or_else(|| "The records hold no figure of larger changes.".to_owned())?;
    if records.iter().any(|record| record.measure == Measure::Churn && record.case == Case::Reweight) {
        figure.note += " The weight grows from 1 to 2 among nodes of weight 1. That is the best case for a table of slots: among unequal weights, \
                        a step such as 3 to 4 moves keys between other nodes as well.";
    }
    Ok(figure)
}

fn of_cases(records: &[Record], measure: Measure, cases: &[(Case, String)]) -> Option<Figure> {
    let rows = Rows::unswept(records, measure, Metric::MovedOverOwn);
    let (rows, keys, key_count) = on_most_sets(&rows)?;
    // Where a node has a key or two, there is no ratio to speak of.
    let rows = rows.filter(|record| record.nodes <= key_count / KEYS_A_NODE);
    let palette = Palette::of(records);
    let draft = |(case, title): &(Case, String)| Draft {
        title: title.clone(),
        series: READING.series(&rows.filter(|record| record.case == *case), &palette),
        level: Some(1.0),
        ..Draft::default()
    };
    let axes = Axes {
        along: ("number of nodes", Reads::Nodes),
        is_dense: true,
        up: ("moved / must move", Reads::Times),
        // Never so near that the minimal ones and 2 % above them look far apart.
        reach: &[0.85, 2.5],
    };
    let panels = axes.panels(cases.iter().map(draft).collect())?;
    if panels.is_empty() {
        return None;
    }
    let mut legend = legend(&panels);
    legend.push(Entry::of("least possible", Symbol::Line(Stroke::Dashed)));
    let note = format!(
        "At 1, only the keys move that have to. At 2, as many again move between nodes that both stay. {}; {}.",
        keys_in_words(keys, key_count),
        sets_in_words(&rows)
    );
    let columns = panels.len().min(3);
    Some(Figure { note, legend, panels, columns })
}
