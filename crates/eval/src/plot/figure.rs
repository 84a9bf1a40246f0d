//! A picture as data: what stands where, before anything is drawn.

use crate::known::Look;
use crate::reading::select::{Rows, median};
use crate::record::Floor;
use crate::stats::float;

use super::axis::Axis;
use super::style::Palette;

/// One picture: a title, a legend, and panels side by side and below one another.
#[derive(Clone, Debug)]
pub(super) struct Figure {
    /// The question that it answers.
    pub(super) title: String,
    /// How to read it, in a sentence or three.
    pub(super) note: String,
    pub(super) legend: Vec<Entry>,
    pub(super) panels: Vec<Panel>,
    /// How many panels stand side by side.
    pub(super) columns: usize,
    /// The height of a panel's field in units.
    pub(super) field_height: i32,
}

/// One line of the legend.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) label: String,
    pub(super) symbol: Symbol,
}

/// What stands for something in the legend.
#[derive(Clone, Copy, Debug)]
pub(super) enum Symbol {
    Algorithm(Look),
    Line(Stroke),
    Band,
}

/// How a line of no algorithm is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stroke {
    Dashed,
    Dotted,
}

/// One field with two axes.
#[derive(Clone, Debug)]
pub(super) struct Panel {
    pub(super) title: String,
    pub(super) x: Axis,
    pub(super) y: Axis,
    /// Behind everything else.
    pub(super) band: Option<Band>,
    pub(super) lines: Vec<Line>,
    pub(super) series: Vec<Series>,
}

/// The region where an ideal lies, with its middle.
#[derive(Clone, Debug)]
pub(super) struct Band {
    /// (x, low, middle, high), by rising x.
    pub(super) points: Vec<(f64, f64, f64, f64)>,
}

/// A line of no algorithm: a floor, a limit.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) stroke: Stroke,
    pub(super) points: Vec<(f64, f64)>,
}

/// One algorithm's figures.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub(super) look: Look,
    /// By rising x.
    pub(super) points: Vec<Point>,
    /// The place among series that stand side by side at one x, from −½ to ½ of the room there is.
    pub(super) beside: f64,
}

/// A figure with what it stands for.
#[derive(Clone, Debug)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
    /// The interval of the figure, drawn as a whisker.
    pub(super) whisker: Option<(f64, f64)>,
    /// A narrower interval, drawn as a bar.
    pub(super) bar: Option<(f64, f64)>,
    /// Single figures of which this is the median, drawn faintly.
    pub(super) cloud: Vec<f64>,
    /// Written beside the marker; empty where nothing needs to be said.
    pub(super) label: String,
}

impl Point {
    /// A figure and nothing else.
    pub(super) const fn of(x: f64, y: f64) -> Self {
        Self { x, y, whisker: None, bar: None, cloud: Vec::new(), label: String::new() }
    }

    /// The median of figures in rising order, each drawn where there are several.
    pub(super) fn median_of(x: f64, sorted: &[f64]) -> Self {
        let cloud = if sorted.len() > 1 { sorted.to_vec() } else { Vec::new() };
        Self { cloud, ..Self::of(x, median(sorted)) }
    }
}

/// The palette of all algorithms in these rows.
pub(super) fn palette(rows: &Rows<'_>) -> Palette {
    Palette::of(rows.iter().map(|record| record.algorithm.as_str()).filter(|name| !Floor::is(name)))
}

/// A legend of all algorithms in these rows.
pub(super) fn legend(rows: &Rows<'_>) -> Vec<Entry> {
    let palette = palette(rows);
    let subjects = rows.subjects().into_iter();
    subjects
        .map(|subject| Entry { label: subject.label(), symbol: Symbol::Algorithm(palette.look(&subject.algorithm)) })
        .collect()
}

/// Places side by side for that many series, from −½ to ½.
pub(super) fn places(count: usize) -> impl Iterator<Item = f64> {
    (0..count).map(move |i| (float(i) + 0.5) / float(count) - 0.5)
}
