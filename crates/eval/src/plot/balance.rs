//! Balance: the busiest node, against what chance alone does to an ideal placement.

use crate::reading::number;
use crate::reading::select::Rows;
use crate::record::{Case, Measure, Metric, Record};
use crate::stats::multinomial::UniformLaw;
use crate::stats::{Tail, float, whole};

use super::axis::Axis;
use super::figure::{Band, Entry, Figure, Panel, Point, Series, Symbol, legend, palette, places};

pub(super) const TITLE: &str = "How much more than its part does the busiest node get?";

/// The level of each tail of the ideal's band.
const TAIL: f64 = 1e-3;

/// The figure, or why there is none.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    let rows = Rows::unswept(records, Measure::Balance, Metric::MaxOverMean).filter(|record| record.case == Case::Only);
    if rows.is_empty() {
        return Err("The records hold no figure of balance.".to_owned());
    }
    // Where even is exactly even, as on one node, there is no ratio to draw on a logarithmic axis.
    let rows = rows.filter(|record| record.value.is_some_and(|value| above(value) > 0.0));
    let panels: Vec<Panel> = rows.key_sets().into_iter().filter_map(|set| panel(&rows, set)).collect();
    if panels.is_empty() {
        return Err("No node has more than its part in any row, as where there is one node only.".to_owned());
    }
    let mut legend = legend(&rows);
    let label = "ideal placements: 99.8 % of them, and their median".to_owned();
    legend.push(Entry { label, symbol: Symbol::Band });
    let note = "A marker is the median over sets of node names, a dash one set. Within the grey band an algorithm is as even as \
                keys thrown at random on the nodes; above it, it is uneven by itself."
        .to_owned();
    let columns = panels.len().min(2);
    Ok(Figure { title: TITLE.to_owned(), note, legend, panels, columns, field_height: 330 })
}

/// By how many percent the busiest node is above the mean.
pub(super) fn above(max_over_mean: f64) -> f64 {
    (max_over_mean - 1.0) * 100.0
}

fn panel(rows: &Rows<'_>, (keys, key_count): (&str, u64)) -> Option<Panel> {
    let palette = palette(rows);
    let rows = rows.filter(|record| record.keys == keys && record.key_count == key_count);
    let nodes = rows.nodes();
    let x = Axis::nodes(&nodes)?;
    let band = band(&x, key_count);
    let subjects = rows.subjects();
    let series: Vec<Series> = (subjects.iter().zip(places(subjects.len())))
        .map(|(subject, beside)| {
            let point = |(nodes, figures): (u64, Vec<f64>)| {
                Point::median_of(float(nodes), &figures.into_iter().map(above).collect::<Vec<_>>())
            };
            let points = rows.figures(subject).into_iter().map(point).collect();
            Series { look: palette.look(&subject.algorithm), points, beside }
        })
        .collect();
    let figures = rows.iter().filter_map(|record| record.value).map(above);
    // Among two nodes or three chance may come near to nothing; that must not press all else together.
    let least = rows.iter().filter_map(|record| record.value).map(above).fold(f64::INFINITY, f64::min) / 3.0;
    let banded = band.points.iter().flat_map(|&(_, low, _, high)| [low.max(least), high]);
    let y = Axis::over("busiest node above the mean (%)", figures.chain(banded))?;
    let title = format!("{} keys: {keys}", number::count(key_count));
    Some(Panel { title, x, y, band: Some(band), lines: Vec::new(), series })
}

/// The band of the ideal's busiest node over the whole axis of numbers of nodes.
fn band(x: &Axis, keys: u64) -> Band {
    const STEPS: u32 = 30;
    let (low, high) = x.ends();
    let mut all: Vec<u64> = (0..=STEPS)
        .map(|step| low * (high / low).powf(f64::from(step) / f64::from(STEPS)))
        .map(|nodes| whole(nodes.round()).max(2))
        .collect();
    all.dedup();
    let point = |nodes: u64| ideal(nodes, keys).map(|(low, middle, high)| (float(nodes), low, middle, high));
    // The law is of whole numbers of nodes, and the axis begins and ends between them.
    let at_edges = |points: Vec<(f64, f64, f64, f64)>| {
        let edge = |x: f64, point: Option<&(f64, f64, f64, f64)>| point.map(|&(_, l, m, h)| (x, l, m, h));
        let (first, last) = (edge(low, points.first()), edge(high, points.last()));
        first.into_iter().chain(points).chain(last).collect()
    };
    Band { points: at_edges(all.into_iter().filter_map(point).collect()) }
}

/// By how many percent the busiest node of an ideal placement is above the mean: the ends of the band and the median.
pub(super) fn ideal(nodes: u64, keys: u64) -> Option<(f64, f64, f64)> {
    let law = UniformLaw::new(nodes, keys).ok()?;
    let ends = law.max_band(Tail::new(TAIL).ok()?);
    let middle = float(law.max_quantile(0.5)) / law.mean_load();
    // An even split is exactly 0 % and has no place on the axis: the least that a key more would make stands for it.
    let least = 100.0 * float(nodes) / float(keys) / 10.0;
    let [low, middle, high] = [ends.low, middle, ends.high].map(|ratio| above(ratio).max(least));
    Some((low, middle, high))
}
