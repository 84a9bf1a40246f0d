//! Failures: what nodes that fail leave to the worst survivor, what moves needlessly when they do, and how many share the burden.

use crate::reading::select::Rows;
use crate::record::{Case, Measure, Metric, Record};
use crate::stats::multinomial::UniformLaw;
use crate::stats::{Tail, float, whole};

use super::axis::Reads;
use super::canvas::Stroke;
use super::draft::{
    Axes, Bounds, Draft, Ideal, Reading, as_it_is, keys_in_words, nodes_of, on_most_keys, own_law, sets_in_words,
};
use super::figure::{Entry, Figure, Line, Symbol, legend};
use super::style::Palette;

pub(super) const TITLE: &str = "How loaded is the busiest survivor after nodes fail?";
pub(super) const NEEDLESS_TITLE: &str = "How many keys move for each key of the nodes that fail together?";
pub(super) const RECEIVERS_TITLE: &str = "How many survivors take over the keys of one failed node?";

/// How many sizes are shown.
const MOST_PANELS: usize = 3;
/// The level of each tail of the ideal's band.
const TAIL: f64 = 1e-3;

/// One picture by number of failures: a metric and its upright axis.
struct Kind {
    metric: Metric,
    up: (&'static str, Reads),
    reach: &'static [f64],
    level: Option<f64>,
    has_ideal: bool,
}

/// The busiest survivor, or why there is no such figure.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    let up = ("busiest survivor (× mean before)", Reads::Times);
    let kind = Kind { metric: Metric::WorstLoad, up, reach: &[], level: None, has_ideal: true };
    let note = "1 is the mean load before any node fails; nodes fail at random. Within the grey band the survivors share as evenly \
                as chance allows.";
    kind.figure(records, note, Entry::of("survivors share at random: median, and range of 99.8 % of trials", Symbol::Band))
}

/// What moves needlessly, or why there is no such figure.
pub(super) fn needless(records: &[Record]) -> Result<Figure, String> {
    let up = ("moved / must move", Reads::Times);
    let kind = Kind { metric: Metric::MovedOverOwn, up, reach: &[0.85, 2.5], level: Some(1.0), has_ideal: false };
    let note = "At 1, only the keys of the failed nodes move. What lies above moved between survivors. Nodes fail at random.";
    kind.figure(records, note, Entry::of("least possible", Symbol::Line(Stroke::Dashed)))
}

/// How many survivors receive, or why there is no such figure.
pub(super) fn receivers(records: &[Record]) -> Result<Figure, String> {
    let rows = Rows::unswept(records, Measure::Failure, Metric::Receivers).filter(|record| record.case == Case::Failed(1));
    let (rows, keys, key_count) =
        on_most_keys(&rows).ok_or_else(|| "The records hold no figure of survivors that receive keys.".to_owned())?;
    let reading = Reading { at: nodes_of, shown: as_it_is, law: own_law };
    let survivors = rows.nodes().into_iter().filter(|&nodes| nodes > 1).map(|nodes| (float(nodes), float(nodes - 1)));
    let all = Line { stroke: Stroke::Dashed, points: survivors.collect() };
    let draft = Draft { series: reading.series(&rows, &Palette::of(records)), lines: vec![all], ..Draft::default() };
    let along = ("number of nodes before the failure", Reads::Nodes);
    let axes = Axes { along, is_dense: true, up: ("survivors that receive a key", Reads::Count("survivors")), reach: &[] };
    let panels = axes.panels(vec![draft]).unwrap_or_default();
    if panels.is_empty() {
        return Err("No survivor receives a key.".to_owned());
    }
    let mut legend = legend(&panels);
    legend.push(Entry::of("all survivors", Symbol::Line(Stroke::Dashed)));
    let note = format!(
        "The more survivors share the keys of the failed node, the less each has to take. {}; {}.",
        keys_in_words(keys, key_count),
        sets_in_words(&rows)
    );
    Ok(Figure { note, legend, panels, columns: 1 })
}

impl Kind {
    fn figure(&self, records: &[Record], note: &str, entry: Entry) -> Result<Figure, String> {
        let rows = Rows::unswept(records, Measure::Failure, self.metric).filter(|record| failed(record).is_some());
        let (rows, keys, key_count) =
            on_most_keys(&rows).ok_or_else(|| "The records hold no figure of nodes that fail.".to_owned())?;
        let palette = Palette::of(records);
        let reading = Reading { at: failed, shown: as_it_is, law: own_law };
        let sizes: Vec<u64> = rows.nodes().into_iter().filter(|&nodes| nodes > 1).collect();
        let draft = |&nodes: &u64| {
            let own = rows.filter(|record| record.nodes == nodes && failed(record).is_some_and(|failed| failed < float(nodes)));
            let ideal: Ideal<'_> = Box::new(move |failed: f64| busiest(nodes, whole(failed), key_count));
            Draft {
                title: Reads::Nodes.tell(float(nodes)),
                nodes: Some(nodes),
                series: reading.series(&own, &palette),
                ideal: self.has_ideal.then_some(ideal),
                level: self.level,
                ..Draft::default()
            }
        };
        let axes = Axes { along: ("nodes that failed", Reads::Count("failed")), is_dense: false, up: self.up, reach: self.reach };
        let panels = axes.panels(sizes.iter().take(MOST_PANELS).map(draft).collect()).unwrap_or_default();
        if panels.is_empty() {
            return Err("No survivor has any key.".to_owned());
        }
        let mut legend = legend(&panels);
        legend.push(entry);
        let note = format!("{note} {}; {}.", keys_in_words(keys, key_count), sets_in_words(&rows));
        let columns = panels.len();
        Ok(Figure { note, legend, panels, columns })
    }
}

/// The busiest survivor of an ideal placement over the mean before: the ends of the band and the median.
fn busiest(nodes: u64, failed: u64, keys: u64) -> Option<Bounds> {
    let law = UniformLaw::new(nodes.checked_sub(failed).filter(|&left| left > 0)?, keys).ok()?;
    let grown = float(nodes) / float(nodes - failed);
    let ends = law.max_band(Tail::new(TAIL).ok()?);
    let middle = float(law.max_quantile(0.5)) / law.mean_load();
    Some((ends.low * grown, middle * grown, ends.high * grown))
}

/// How many nodes failed in the case of a row.
fn failed(record: &Record) -> Option<f64> {
    if let Ok(Case::Failed(count)) = record.case.parse() { Some(float(count)) } else { None }
}
