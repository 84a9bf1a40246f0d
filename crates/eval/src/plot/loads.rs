//! Loads: how the loads of all nodes of one size are spread, from the idlest to the busiest.

use crate::reading::select::{Rows, Subject, median};
use crate::record::{Measure, Metric, Record};
use crate::stats::multinomial::UniformLaw;
use crate::stats::{Tail, float};

use super::axis::{Axis, Reads};
use super::draft::{keys_in_words, own_law, sets};
use super::figure::{Band, Entry, Figure, Panel, Point, Series, Symbol, legend};
use super::style::Palette;

pub(super) const TITLE: &str = "How are the loads of all nodes spread?";

/// How many sizes are shown: the smallest, the largest, and some between.
const MOST_PANELS: usize = 4;
/// The level of each tail of the ideal's band.
const TAIL: f64 = 1e-3;
/// With fewer keys a node, chance hides the algorithm; with fewer than the second, nothing else is seen.
const KEYS_A_NODE: (u64, u64) = (1_000, 10);

/// The figure, or why there is none.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    let loads = Loads::of(records);
    let Some((keys, key_count)) = loads.middle.key_sets().into_iter().max_by_key(|&(_, count)| count) else {
        return Err("The records hold no quantiles of loads.".to_owned());
    };
    let loads = loads.on(keys, key_count);
    let nodes = worth_showing(&loads.middle.nodes(), key_count);
    if nodes.is_empty() {
        return Err("With fewer than ten keys a node, or one node, loads show nothing but chance.".to_owned());
    }
    let palette = Palette::of(records);
    let nodes = spread_out(&nodes);
    let drafts: Vec<(u64, Vec<Series>, Option<Band>)> = (nodes.iter())
        .map(|&nodes| (nodes, loads.series(nodes, &palette), band(nodes, key_count)))
        .filter(|(_, series, _)| !series.is_empty())
        .collect();
    let figures = drafts.iter().flat_map(|(_, series, _)| series).flat_map(|series| &series.points).flat_map(Point::values);
    let banded = drafts.iter().filter_map(|(.., band)| band.as_ref()).flat_map(|band| &band.points);
    let banded = banded.flat_map(|&(_, low, _, high)| [low, high]);
    let y = Axis::over("load (× mean)", Reads::Times, figures.chain(banded).filter(|load| *load > 0.0));
    let y = y.ok_or("No load of a node is positive.")?;
    let panels: Vec<Panel> = drafts.into_iter().map(|(nodes, series, band)| panel(nodes, series, band, &y)).collect();
    let mut legend = legend(&panels);
    let laws = legend.iter_mut().filter(|entry| entry.symbol == Symbol::Law);
    laws.for_each(|entry| entry.label = "the busiest node, predicted by theory".to_owned());
    legend.push(Entry::of("range of all nodes in 99.8 % of random placements", Symbol::Band));
    let note = format!(
        "Marker: the median node; bar: from the 5th to the 95th percentile of nodes; line: from the 1st to the 99th; dashes: the \
         least loaded and the busiest node. {}; {}.",
        keys_in_words(keys, key_count),
        if sets(&loads.middle) > 1 { "medians over sets of node names" } else { "one set of node names" }
    );
    let columns = panels.len().min(2);
    Ok(Figure { note, legend, panels, columns })
}

/// Not one node, which has everything, nor nodes with so few keys that their chance hides the rest, if there are others.
fn worth_showing(nodes: &[u64], keys: u64) -> Vec<u64> {
    let with = |least: u64| -> Vec<u64> { nodes.iter().copied().filter(|&nodes| nodes > 1 && nodes <= keys / least).collect() };
    let dense = with(KEYS_A_NODE.0);
    if dense.is_empty() { with(KEYS_A_NODE.1) } else { dense }
}

/// At most some of the sizes, the first and the last among them.
pub(super) fn spread_out(nodes: &[u64]) -> Vec<u64> {
    if nodes.len() <= MOST_PANELS {
        return nodes.to_vec();
    }
    // Of many sizes the round ones, which stand elsewhere as well.
    let round: Vec<u64> = nodes.iter().copied().filter(|nodes| *nodes >= 10 && 10_u64.pow(nodes.ilog10()) == *nodes).collect();
    // At the largest there are the fewest algorithms.
    if round.len() >= 2 {
        return round.into_iter().take(MOST_PANELS).collect();
    }
    (0..MOST_PANELS).map(|i| nodes[i * (nodes.len() - 1) / (MOST_PANELS - 1)]).collect()
}

/// The rows of each quantile.
struct Loads<'a> {
    middle: Rows<'a>,
    /// Idlest, 1 %, 5 %, 95 %, 99 %, busiest.
    others: [Rows<'a>; 6],
}

impl<'a> Loads<'a> {
    fn of(records: &'a [Record]) -> Self {
        let rows = |metric| Rows::unswept(records, Measure::Balance, metric);
        let others =
            [Metric::MinOverMean, Metric::LoadP01, Metric::LoadP05, Metric::LoadP95, Metric::LoadP99, Metric::MaxOverMean]
                .map(rows);
        Self { middle: rows(Metric::LoadP50), others }
    }

    fn on(&self, keys: &str, key_count: u64) -> Self {
        let on = |rows: &Rows<'a>| rows.filter(|record| record.keys == keys && record.key_count == key_count);
        Self { middle: on(&self.middle), others: self.others.each_ref().map(on) }
    }

    /// A row of each algorithm at one size.
    fn series(&self, nodes: u64, palette: &Palette) -> Vec<Series> {
        let here = self.middle.filter(|record| record.nodes == nodes);
        let points = here.subjects().into_iter().filter_map(|subject| self.point(&subject, nodes).map(|point| (subject, point)));
        let numbered = points.enumerate();
        numbered.map(|(row, (subject, point))| Series::of(&subject, palette, vec![Point { x: float(row), ..point }])).collect()
    }

    fn point(&self, subject: &Subject, nodes: u64) -> Option<Point> {
        let at = |rows: &Rows<'_>| rows.figures(subject).get(&nodes).map(|loads| median(loads));
        let [idlest, p01, p05, p95, p99, busiest] = self.others.each_ref().map(at);
        let of_busiest = self.others[5].filter(|record| record.nodes == nodes && Subject::of(record) == *subject);
        Some(Point {
            whisker: p01.zip(p99),
            bar: p05.zip(p95),
            cloud: idlest.into_iter().chain(busiest).collect(),
            law: of_busiest.iter().find_map(own_law),
            ..Point::of(0.0, at(&self.middle)?)
        })
    }
}

fn panel(nodes: u64, series: Vec<Series>, band: Option<Band>, y: &Axis) -> Panel {
    let x = Axis::names(series.iter().map(|series| series.name.clone()));
    let (first, last) = x.ends();
    let over_all = |band: Band| Band {
        points: band.points.first().map_or(Vec::new(), |&(_, l, m, h)| vec![(first, l, m, h), (last, l, m, h)]),
    };
    Panel {
        title: Reads::Nodes.tell(float(nodes)),
        remark: String::new(),
        x,
        y: y.clone(),
        keys: None,
        nodes: Some(nodes),
        band: band.map(over_all),
        lines: Vec::new(),
        series,
    }
}

/// From below the idlest to above the busiest node of an ideal placement.
fn band(nodes: u64, keys: u64) -> Option<Band> {
    let tail = Tail::new(TAIL).ok()?;
    let law = UniformLaw::new(nodes, keys).ok()?;
    Some(Band { points: vec![(0.0, law.min_bound(tail), 1.0, law.max_band(tail).high)] })
}
