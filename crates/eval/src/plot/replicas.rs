//! Replicas: how evenly nodes are in the sets of replicas, and how many members a removal replaces.

use crate::reading::number;
use crate::reading::select::Rows;
use crate::record::{Case, Measure, Metric, Record};
use crate::stats::multinomial::UniformLaw;
use crate::stats::{Tail, float, whole};

use super::axis::Reads;
use super::canvas::Stroke;
use super::draft::{Axes, Bounds, Draft, Reading, as_it_is, keys_in_words, no_law, nodes_of, on_most_keys};
use super::figure::{Entry, Figure, Panel, Symbol, legend};
use super::style::Palette;

pub(super) const TITLE: &str = "What do replicas cost in balance and in movement?";

/// The level of each tail of the ideal's band.
const TAIL: f64 = 1e-3;

/// The figure, or why there is none.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    let missing = || "The records hold no figure of replicas.".to_owned();
    let rows = |metric| Rows::unswept(records, Measure::Replicas, metric);
    let counts =
        records.iter().filter(|record| record.measure == Measure::Replicas).filter_map(|record| record.case.parse().ok());
    let counts = counts.filter_map(|case| if let Case::Replicas(count) = case { Some(count) } else { None });
    let replicas = counts.max().ok_or_else(missing)?;
    let of_case = |record: &Record| record.case == Case::Replicas(replicas);
    let inclusion = rows(Metric::InclusionMaxOverMean).filter(of_case);
    let (inclusion, keys, key_count) = on_most_keys(&inclusion).ok_or_else(missing)?;
    let palette = Palette::of(records);
    let shown = |record: &Record| record.nodes > replicas as u64;
    let busiest = Reading { at: nodes_of, shown: |ratio| ((ratio - 1.0) * 100.0).max(0.0), law: no_law };
    let copies = replicas as u64;
    let in_sets = Draft {
        title: format!("the node that is in the most sets of {replicas}"),
        series: busiest.series(&inclusion.filter(shown), &palette),
        ideal: Some(Box::new(move |nodes| ideal(whole(nodes), copies, key_count))),
        ..Draft::default()
    };
    let along = ("number of nodes", Reads::Nodes);
    let up = ("above the mean (%)", Reads::Percent);
    let mut panels: Vec<Panel> = Axes { along, is_dense: true, up, reach: &[] }.panels(vec![in_sets]).unwrap_or_default();
    let moved = Reading { at: nodes_of, shown: as_it_is, law: no_law };
    let replaced = Draft {
        title: "members of sets that are replaced when a node leaves".to_owned(),
        series: moved.series(&rows(Metric::ChurnOverLeast).filter(of_case).filter(shown), &palette),
        level: Some(1.0),
        ..Draft::default()
    };
    let up = ("replaced / least possible", Reads::Times);
    panels.extend(Axes { along, is_dense: true, up, reach: &[0.85, 2.5] }.panels(vec![replaced]).unwrap_or_default());
    if panels.is_empty() {
        return Err(missing());
    }
    let mut legend = legend(&panels);
    legend.push(Entry::of("sets drawn at random: 99.8 % of the time, and the median", Symbol::Band));
    legend.push(Entry::of("least possible", Symbol::Line(Stroke::Dashed)));
    let note = format!(
        "{} replicas of each of {}, about {} a node at the largest size: within the grey band, what lies above the mean is chance.",
        number::count(copies),
        keys_in_words(keys, key_count),
        number::count(key_count * copies / inclusion.nodes().last().copied().unwrap_or(1).max(1))
    );
    let columns = panels.len();
    Ok(Figure { note, legend, panels, columns })
}

/// By how many percent the node in the most of K random sets of R is above the mean. A set has no node twice, so that counts vary
/// less than those of K·R keys: as those of K·R·(N−1)/(N−R).
fn ideal(nodes: u64, replicas: u64, keys: u64) -> Option<Bounds> {
    let left = nodes.checked_sub(replicas).filter(|&left| left > 0)?;
    let law = UniformLaw::new(nodes, keys * replicas * (nodes - 1) / left).ok()?;
    let ends = law.max_band(Tail::new(TAIL).ok()?);
    let middle = float(law.max_quantile(0.5)) / law.mean_load();
    let [low, middle, high] = [ends.low, middle, ends.high].map(|ratio| (ratio - 1.0) * 100.0);
    Some((low, middle, high))
}
