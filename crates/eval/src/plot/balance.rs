//! Balance: the busiest node, by exact shares and by the most keys.

use crate::reading::number;
use crate::reading::select::{Rows, Subject};
use crate::record::{Case, Measure, Metric, Record};
use crate::stats::multinomial::UniformLaw;
use crate::stats::{Tail, float, whole};

use super::axis::Reads;
use super::draft::{Axes, Bounds, Draft, Reading, keys_in_words, nodes_of, own_law, sets};
use super::figure::{Entry, Figure, Point, Series, Symbol, legend};
use super::style::Palette;

pub(super) const TITLE: &str = "How much more than its share does the busiest node get?";

/// The level of each tail of the ideal's band.
const TAIL: f64 = 1e-3;

/// How many keys a node has where counts show more of the algorithm than of chance.
const KEYS_A_NODE: u64 = 1_000;

pub(super) const READING: Reading = Reading { at: nodes_of, shown: above, law: own_law };

/// The figure, or why there is none.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    let several = |record: &Record| record.case == Case::Only && record.nodes > 1;
    let counts = Rows::unswept(records, Measure::Balance, Metric::MaxOverMean).filter(several);
    if counts.is_empty() {
        return Err("The records hold no figure of balance of two nodes or more.".to_owned());
    }
    let palette = Palette::of(records);
    let known = Known::of(records);
    let mut drafts = Vec::new();
    let mut left_out = None;
    let shares = known.series(&palette);
    if known.shares.iter().any(several) {
        let title = format!("exact shares, without keys, {}", of_names(sets(&known.shares)));
        drafts.push(Draft { title, series: shares, ..Draft::default() });
    }
    let most = counts.key_sets().into_iter().map(|(_, count)| count).max().unwrap_or(0);
    for (keys, key_count) in counts.key_sets() {
        let all = counts.filter(|record| record.keys == keys && record.key_count == key_count);
        let own = all.filter(|record| record.nodes <= key_count / KEYS_A_NODE || !known.tells(&Subject::of(record)));
        let shown = own.nodes();
        let hidden: Vec<u64> = all.nodes().into_iter().filter(|nodes| !shown.contains(nodes)).collect();
        left_out = left_out.or_else(|| Some((*hidden.first()?, if hidden.len() > 1 { " and more" } else { "" }, key_count)));
        let ideal = move |nodes: f64| ideal(whole(nodes).max(2), key_count);
        let title = format!("{}, {}", keys_in_words(keys, key_count), of_names(sets(&own)));
        let series = READING.series(&own, &palette);
        // The most keys say it best, and are shown whatever a reader chooses.
        let chosen = (key_count < most).then(|| keys.to_owned());
        drafts.push(Draft { title, keys: chosen, series, ideal: Some(Box::new(ideal)), ..Draft::default() });
    }
    let along = ("number of nodes", Reads::Nodes);
    let up = ("busiest node above the mean (%)", Reads::Percent);
    let panels = Axes { along, is_dense: true, up, reach: &[] }.panels(drafts).unwrap_or_default();
    if panels.is_empty() {
        return Err("No node has more than its part in any row.".to_owned());
    }
    let mut legend = legend(&panels);
    let is_banded = panels.iter().any(|panel| panel.band.is_some());
    if is_banded {
        legend.push(Entry::of("keys thrown at random: 99.8 % of the time, and the median", Symbol::Band));
    }
    let mut note = String::new();
    if !known.shares.is_empty() {
        note += "Exact shares show the algorithm alone; 0 is an algorithm whose shares are equal by its law. ";
    }
    if is_banded {
        note += "With keys, chance adds to it: within the grey band an algorithm is as even as can be. ";
    }
    if let Some((nodes, more, keys)) = left_out {
        note += &format!(
            "{} nodes{more} are not shown with {} keys: with fewer than {} keys a node, chance hides the algorithm. ",
            number::count(nodes),
            number::count(keys),
            number::count(KEYS_A_NODE)
        );
    }
    if panels.iter().flat_map(|panel| &panel.series).flat_map(|series| &series.points).any(|point| !point.cloud.is_empty()) {
        note += "Marker: the median over sets of node names; dash: one set.";
    }
    let note = note.trim_end().to_owned();
    let columns = panels.len().min(3);
    Ok(Figure { note, legend, panels, columns })
}

/// Of how many sets of node names, in a title.
fn of_names(sets: usize) -> String {
    if sets < 2 { "one set of names".to_owned() } else { format!("{sets} sets of names") }
}

/// By how many percent the busiest node is above the mean.
pub(super) fn above(max_over_mean: f64) -> f64 {
    ((max_over_mean - 1.0) * 100.0).max(0.0)
}

/// What is known of the largest share without any key: it was computed, or all are equal by the algorithm's law.
pub(super) struct Known<'a> {
    pub(super) shares: Rows<'a>,
    even: Rows<'a>,
}

impl<'a> Known<'a> {
    pub(super) fn of(records: &'a [Record]) -> Self {
        let shares = Rows::of(records, Measure::Balance, Metric::ShareMaxOverMean);
        // They do not depend on keys: the rows of the key set with the most sets of names are all that there is to know.
        let sets = shares.key_sets().into_iter();
        let rows = sets.map(|(keys, count)| shares.filter(|record| record.keys == keys && record.key_count == count));
        let shares = rows.max_by_key(|rows| rows.iter().count()).unwrap_or(shares);
        let even = Rows::of(records, Measure::Balance, Metric::Cv);
        let even = even.filter(|record| record.formula == "multinomial" && record.case == Case::Only);
        Self { shares, even }
    }

    /// Whether the shares of an algorithm are known.
    fn tells(&self, subject: &Subject) -> bool {
        self.shares.iter().chain(self.even.iter()).any(|record| Subject::of(record) == *subject)
    }

    /// The busiest node above the mean at a size, in percent: the median over sets of names.
    pub(super) fn above(&self, subject: &Subject, nodes: u64) -> Option<f64> {
        let here = |record: &Record| record.nodes == nodes && Subject::of(record) == *subject;
        let points = READING.points(&self.shares.filter(here));
        points.first().map(|point| point.y).or_else(|| self.even.iter().any(here).then_some(0.0))
    }

    /// A series for each algorithm whose shares are known.
    fn series(&self, palette: &Palette) -> Vec<Series> {
        let several = |record: &Record| record.nodes > 1;
        let mut series = READING.series(&self.shares.filter(several), palette);
        for subject in self.even.subjects() {
            let nodes = self.even.filter(|record| several(record) && Subject::of(record) == subject).nodes();
            let points = nodes.into_iter().map(|nodes| Point::of(float(nodes), 0.0)).collect();
            series.push(Series::of(&subject, palette, points));
        }
        series
    }
}

/// By how many percent the busiest node of an ideal placement is above the mean: the ends of the band and the median.
pub(super) fn ideal(nodes: u64, keys: u64) -> Option<Bounds> {
    let law = UniformLaw::new(nodes, keys).ok()?;
    let ends = law.max_band(Tail::new(TAIL).ok()?);
    let middle = float(law.max_quantile(0.5)) / law.mean_load();
    // An even split is exactly 0 % and has no place on the axis: the least that a key more would make stands for it.
    let least = 100.0 * float(nodes) / float(keys) / 10.0;
    let [low, middle, high] = [ends.low, middle, ends.high].map(|ratio| above(ratio).max(least));
    Some((low, middle, high))
}
