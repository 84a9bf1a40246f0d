//! A picture as data: what stands where, before anything is drawn.

use crate::reading::select::{Subject, family, median};

use super::axis::Axis;
use super::canvas::Stroke;
use super::ink::Ink;
use super::style::{Mien, Palette};
use crate::known::Marker;

/// One picture: a title, a legend, and panels side by side and below one another.
#[derive(Clone, Debug)]
pub(super) struct Figure {
    /// What is seen, and how to read it, in a sentence or two.
    pub(super) note: String,
    pub(super) legend: Vec<Entry>,
    pub(super) panels: Vec<Panel>,
    /// How many panels stand side by side.
    pub(super) columns: usize,
}

/// One line of the legend.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) label: String,
    pub(super) symbol: Symbol,
    /// The name of the series that it stands for; empty where it stands for none.
    pub(super) series: String,
}

/// What stands for something in the legend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Symbol {
    Series(Mien),
    /// Only the outline of a marker.
    Hollow(Mien),
    Line(Stroke),
    /// What the law says of a series, in the series' own colour.
    Law,
    Band,
}

/// One field with two axes.
#[derive(Clone, Debug)]
pub(super) struct Panel {
    pub(super) title: String,
    /// What stands for a series that is off the scale; empty where none is.
    pub(super) remark: String,
    /// Lies level, but upright where it has names, so that they can be read.
    pub(super) x: Axis,
    pub(super) y: Axis,
    /// The set of keys and the number of nodes that it shows, where a page can leave it out for another.
    pub(super) keys: Option<String>,
    pub(super) nodes: Option<u64>,
    /// Behind everything else.
    pub(super) band: Option<Band>,
    pub(super) lines: Vec<Line>,
    pub(super) series: Vec<Series>,
}

impl Panel {
    /// Whether the values of `y` lie level, and the names of `x` stand below one another.
    pub(super) fn is_turned(&self) -> bool {
        self.x.is_of_names()
    }
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
    /// The algorithm with its parameters; the algorithm alone where the series runs along them.
    pub(super) name: String,
    /// What else tells it from another series of the algorithm; empty where nothing does.
    pub(super) further: String,
    pub(super) mien: Mien,
    /// Whether its markers are outlines.
    pub(super) is_hollow: bool,
    /// By rising x.
    pub(super) points: Vec<Point>,
    /// The place among series that stand side by side at one x, from −½ to ½ of the room there is.
    pub(super) beside: f64,
}

impl Series {
    pub(super) fn of(subject: &Subject, palette: &Palette, points: Vec<Point>) -> Self {
        Self {
            name: subject.label(),
            further: String::new(),
            mien: palette.of_subject(subject),
            is_hollow: false,
            points,
            beside: 0.0,
        }
    }
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
    /// Single figures of which this is the median, drawn as dashes.
    pub(super) cloud: Vec<f64>,
    /// What the law of the algorithm expects.
    pub(super) law: Option<f64>,
    /// Written beside the marker; empty where nothing needs to be said.
    pub(super) label: String,
    /// How far its marker is moved along, so that it does not hide another at its place.
    pub(super) nudge: f64,
}

impl Point {
    /// A figure and nothing else.
    pub(super) const fn of(x: f64, y: f64) -> Self {
        Self { x, y, whisker: None, bar: None, cloud: Vec::new(), law: None, label: String::new(), nudge: 0.0 }
    }

    /// The median of figures in rising order, each drawn where there are several.
    pub(super) fn median_of(x: f64, sorted: &[f64]) -> Self {
        let cloud = if sorted.len() > 1 { sorted.to_vec() } else { Vec::new() };
        Self { cloud, ..Self::of(x, median(sorted)) }
    }

    /// All values that an axis must reach.
    pub(super) fn values(&self) -> impl Iterator<Item = f64> {
        let ends = [self.whisker, self.bar].into_iter().flatten().flat_map(|(low, high)| [low, high]);
        std::iter::once(self.y).chain(ends).chain(self.law).chain(self.cloud.iter().copied())
    }
}

/// A legend of all series of these panels, each once, in the order in which they first stand there.
pub(super) fn legend(panels: &[Panel]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for series in panels.iter().flat_map(|panel| &panel.series).filter(|series| !series.points.is_empty()) {
        let label = if series.further.is_empty() { series.name.clone() } else { format!("{}, {}", series.name, series.further) };
        if entries.iter().all(|entry| entry.label != label) {
            let symbol = if series.is_hollow { Symbol::Hollow(series.mien) } else { Symbol::Series(series.mien) };
            entries.push(Entry { label, symbol, series: series.name.clone() });
        }
    }
    // Parameters of one algorithm together, rising.
    let place = |name: &str| {
        let first = panels.iter().flat_map(|panel| &panel.series).position(|series| family(&series.name) == family(name));
        let digits = name.split(|letter: char| !letter.is_ascii_digit()).find(|part| !part.is_empty());
        (first, digits.and_then(|digits| digits.parse::<u64>().ok()))
    };
    entries.sort_by_key(|entry| place(&entry.series));
    if panels.iter().flat_map(|panel| &panel.series).flat_map(|series| &series.points).any(|point| point.law.is_some()) {
        entries.push(Entry::of("predicted by theory", Symbol::Law));
    }
    entries
}

/// Moves markers of several series that would hide one another apart.
pub(super) fn apart(series: &mut [Series]) {
    const APART: f64 = 9.0;
    let mut taken: Vec<(f64, f64)> = Vec::new();
    for point in series.iter_mut().flat_map(|series| &mut series.points) {
        let place = (point.x, point.y);
        point.nudge = APART * crate::stats::float(taken.iter().filter(|other| **other == place).count());
        taken.push(place);
    }
}

impl Entry {
    /// One that stands for no series.
    pub(super) fn of(label: &str, symbol: Symbol) -> Self {
        Self { label: label.to_owned(), symbol, series: String::new() }
    }
}

/// The look of what stands for any algorithm, such as warm beside cold.
pub(super) const fn neutral(ink: Ink) -> Mien {
    Mien { ink, marker: Marker::Circle }
}
