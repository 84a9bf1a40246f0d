//! Loads: how the loads of all nodes of one size are spread, from the idlest to the busiest.

use crate::reading::number;
use crate::reading::select::{Rows, Subject, median};
use crate::record::{Measure, Metric, Record};
use crate::stats::multinomial::UniformLaw;
use crate::stats::{Tail, float};

use super::axis::Axis;
use super::figure::{Band, Entry, Figure, Panel, Point, Series, Symbol, legend, palette};

pub(super) const TITLE: &str = "How are the loads of all nodes spread?";

/// How many sizes are shown: the smallest, the largest, and some between.
const MOST_PANELS: usize = 6;
/// The level of each tail of the ideal's band.
const TAIL: f64 = 1e-3;

/// The figure, or why there is none.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    let loads = Loads::of(records);
    let Some(&(keys, key_count)) = loads.middle.key_sets().first() else {
        return Err("The records hold no quantiles of loads.".to_owned());
    };
    let loads = loads.on(keys, key_count);
    let nodes = worth_showing(&loads.middle.nodes(), key_count);
    if nodes.is_empty() {
        return Err("With fewer than ten keys a node, or one node, loads show nothing but chance.".to_owned());
    }
    let panels: Vec<Panel> = spread_out(&nodes).into_iter().filter_map(|nodes| loads.panel(nodes, key_count)).collect();
    if panels.is_empty() {
        return Err("No load of a node is positive.".to_owned());
    }
    let mut legend = legend(&loads.middle);
    let label = "where 99.8 % of ideal placements have all nodes".to_owned();
    legend.push(Entry { label, symbol: Symbol::Band });
    let note = format!(
        "A load is a node's keys over its part. Marker: the median node; bar: from the 5th to the 95th percentile of nodes; \
         line: from the 1st to the 99th; dashes: the idlest and the busiest. Medians over sets of node names. {} keys: {keys}.",
        number::count(key_count)
    );
    let columns = if panels.len() == 3 { 3 } else { panels.len().min(2) };
    Ok(Figure { title: TITLE.to_owned(), note, legend, panels, columns, field_height: 240 })
}

/// Not one node, which has everything, nor nodes with so few keys that nothing is seen but their chance.
fn worth_showing(nodes: &[u64], keys: u64) -> Vec<u64> {
    const KEYS_PER_NODE: u64 = 10;
    nodes.iter().copied().filter(|&nodes| nodes > 1 && nodes <= keys / KEYS_PER_NODE).collect()
}

/// At most six of the sizes, the first and the last among them.
fn spread_out(nodes: &[u64]) -> Vec<u64> {
    if nodes.len() <= MOST_PANELS {
        return nodes.to_vec();
    }
    // Of many sizes the round ones, which stand elsewhere as well.
    let round: Vec<u64> = nodes.iter().copied().filter(|nodes| 10_u64.pow(nodes.ilog10()) == *nodes).collect();
    if (3..=MOST_PANELS).contains(&round.len()) {
        return round;
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

    fn panel(&self, nodes: u64, key_count: u64) -> Option<Panel> {
        let palette = palette(&self.middle);
        let here = self.middle.filter(|record| record.nodes == nodes);
        let subjects = here.subjects();
        let points: Vec<(&Subject, Point)> = (subjects.iter().enumerate())
            .filter_map(|(place, subject)| Some((subject, self.point(subject, nodes, float(place))?)))
            .collect();
        let band = band(nodes, key_count, subjects.len());
        let figures = points.iter().flat_map(|(_, point)| point.cloud.iter().copied().chain([point.y]));
        let banded = band.iter().flat_map(|band| &band.points).flat_map(|&(_, low, _, high)| [low, high]);
        let y = Axis::over("load (× mean)", figures.chain(banded).filter(|load| *load > 0.0))?;
        let x = Axis::names("", subjects.iter().map(|subject| subject.algorithm.clone()));
        let series = points.into_iter().map(|(subject, point)| Series {
            look: palette.look(&subject.algorithm),
            points: vec![point],
            beside: 0.0,
        });
        let title = if nodes == 1 { "1 node".to_owned() } else { format!("{} nodes", number::count(nodes)) };
        Some(Panel { title, x, y, band, lines: Vec::new(), series: series.collect() })
    }

    fn point(&self, subject: &Subject, nodes: u64, place: f64) -> Option<Point> {
        let at = |rows: &Rows<'_>| rows.figures(subject).get(&nodes).map(|loads| median(loads));
        let [idlest, p01, p05, p95, p99, busiest] = self.others.each_ref().map(at);
        Some(Point {
            x: place,
            y: at(&self.middle)?,
            whisker: p01.zip(p99),
            bar: p05.zip(p95),
            cloud: idlest.into_iter().chain(busiest).collect(),
            label: String::new(),
        })
    }
}

/// From below the idlest to above the busiest node of an ideal placement.
fn band(nodes: u64, keys: u64, names: usize) -> Option<Band> {
    let tail = Tail::new(TAIL).ok()?;
    let law = UniformLaw::new(nodes, keys).ok()?;
    let (low, high) = (law.min_bound(tail), law.max_band(tail).high);
    let at = |x: f64| (x, low, 1.0, high);
    Some(Band { points: vec![at(-0.5), at(float(names) - 0.5)] })
}
