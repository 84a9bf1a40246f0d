//! From rows to panels: series along numbers of nodes or other steps, or where there is one step alone, a row for each name.

use std::collections::BTreeMap;

use crate::known;
use crate::reading::number;
use crate::reading::select::{ENOUGH_SETS, Rows, Subject, family, figure_of};
use crate::record::Record;
use crate::stats::float;

use super::axis::{Axis, Reads};
use super::figure::{Band, Line, Panel, Point, Series};
use super::style::Palette;

/// Low, middle and high of what an ideal does at a step.
pub(super) type Bounds = (f64, f64, f64);

/// What an ideal does at each step.
pub(super) type Ideal<'a> = Box<dyn Fn(f64) -> Option<Bounds> + 'a>;

/// A panel before its axes are known.
#[derive(Default)]
pub(super) struct Draft<'a> {
    pub(super) title: String,
    pub(super) keys: Option<String>,
    pub(super) nodes: Option<u64>,
    pub(super) series: Vec<Series>,
    pub(super) ideal: Option<Ideal<'a>>,
    /// A level that holds at every step, and one that is drawn from step to step.
    pub(super) lines: Vec<Line>,
    pub(super) level: Option<f64>,
}

/// The axes that all panels of a picture share.
pub(super) struct Axes {
    /// The steps: what they are called, and how one reads.
    pub(super) along: (&'static str, Reads),
    /// Whether there may be steps between those that were measured, as of nodes.
    pub(super) is_dense: bool,
    pub(super) up: (&'static str, Reads),
    /// Values that the upright axis reaches in any case.
    pub(super) reach: &'static [f64],
}

/// What is read of a row.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    /// The step that the row belongs to.
    pub(super) at: fn(&Record) -> Option<f64>,
    /// From a recorded figure to what is shown.
    pub(super) shown: fn(f64) -> f64,
    /// What the algorithm's own law expects.
    pub(super) law: fn(&Record) -> Option<f64>,
}

/// The number of nodes of a row.
pub(super) fn nodes_of(record: &Record) -> Option<f64> {
    Some(float(record.nodes))
}

/// What theory expects, except where that is the ideal's, which has its band, or the least, which has its line.
pub(super) fn own_law(record: &Record) -> Option<f64> {
    let is_the_ideals = ["multinomial-maximum", "minimal", ""].contains(&record.formula.as_str());
    record.expected.filter(|_| !is_the_ideals)
}

pub(super) fn no_law(_: &Record) -> Option<f64> {
    None
}

pub(super) fn as_it_is(figure: f64) -> f64 {
    figure
}

impl Reading {
    /// A series for each algorithm in these rows.
    pub(super) fn series(self, rows: &Rows<'_>, palette: &Palette) -> Vec<Series> {
        let series = |subject: Subject| {
            let own = rows.filter(|record| Subject::of(record) == subject);
            Series::of(&subject, palette, self.points(&own))
        };
        rows.subjects().into_iter().map(series).collect()
    }

    /// A point for each step of one algorithm's rows: the median, all single figures, and where there is one row, its interval.
    pub(super) fn points(self, rows: &Rows<'_>) -> Vec<Point> {
        let mut steps: BTreeMap<u64, Vec<&Record>> = BTreeMap::new();
        for record in rows.iter() {
            if let Some(step) = (self.at)(record) {
                // Steps are positive, so that their bits are in their order.
                steps.entry(step.to_bits()).or_default().push(record);
            }
        }
        steps.into_iter().filter_map(|(step, rows)| self.point(f64::from_bits(step), &rows)).collect()
    }

    fn point(self, step: f64, rows: &[&Record]) -> Option<Point> {
        let mut figures: Vec<f64> = rows.iter().filter_map(|row| figure_of(row)).map(self.shown).collect();
        figures.retain(|figure| figure.is_finite());
        figures.sort_by(f64::total_cmp);
        if figures.is_empty() {
            return None;
        }
        let mut laws: Vec<f64> = rows.iter().filter_map(|row| (self.law)(row)).map(self.shown).collect();
        laws.sort_by(f64::total_cmp);
        let law = (!laws.is_empty()).then(|| crate::reading::select::median(&laws));
        // Several rows of one figure, as of several runs, have no common interval.
        let whisker = if let [row] = rows { row.measured_low.zip(row.measured_high) } else { None };
        let whisker = whisker.map(|(low, high)| ((self.shown)(low), (self.shown)(high)));
        Some(Point { whisker, law, ..Point::median_of(step, &figures) })
    }
}

/// A rising row of steps of all drafts.
fn steps(drafts: &[Draft<'_>]) -> Vec<f64> {
    let points = drafts.iter().flat_map(|draft| &draft.series).flat_map(|series| &series.points);
    let mut steps: Vec<f64> = points.map(|point| point.x).collect();
    steps.sort_by(f64::total_cmp);
    steps.dedup();
    steps
}

impl Axes {
    /// The panels, all with the same values on the same height; turned to rows of names where there is one step alone. `None`
    /// where there is nothing to show.
    pub(super) fn panels(&self, mut drafts: Vec<Draft<'_>>) -> Option<Vec<Panel>> {
        let mut remarks: Vec<String> = drafts.iter_mut().map(|draft| self.off_the_scale(&mut draft.series)).collect();
        for draft in &mut drafts {
            draft.series.iter_mut().for_each(|series| series.points.retain(|point| point.y >= 0.0));
            draft.series.retain(|series| !series.points.is_empty());
        }
        let is_shown: Vec<bool> = drafts.iter().map(|draft| !draft.series.is_empty()).collect();
        let mut shown = is_shown.iter();
        drafts.retain(|_| *shown.next().unwrap_or(&false));
        let mut shown = is_shown.iter();
        remarks.retain(|_| *shown.next().unwrap_or(&false));
        let steps = steps(&drafts);
        let up = Axis::over(self.up.0, self.up.1, self.values(&drafts, &steps).into_iter())?;
        let panels = drafts.into_iter().zip(remarks).filter_map(|(draft, remark)| {
            let panel = if steps.len() == 1 { self.turned(draft, &up, steps[0]) } else { self.lying(draft, &up)? };
            Some(Panel { remark, ..panel })
        });
        Some(panels.collect())
    }

    fn values(&self, drafts: &[Draft<'_>], steps: &[f64]) -> Vec<f64> {
        let mut values: Vec<f64> = self.reach.to_vec();
        for draft in drafts {
            let points = draft.series.iter().flat_map(|series| &series.points);
            values.extend(points.clone().flat_map(Point::values).collect::<Vec<_>>());
            values.extend(draft.lines.iter().flat_map(|line| line.points.iter().map(|&(_, value)| value)));
            values.extend(draft.level);
            let least = points.map(|point| point.y).filter(|&y| y > 0.0).fold(f64::INFINITY, f64::min) / 3.0;
            if let Some(ideal) = &draft.ideal {
                let own = steps.iter().filter(|step| draft.has(**step));
                // Among two nodes or three chance may come near to nothing; that must not press all else together.
                values.extend(own.filter_map(|&step| ideal(step)).flat_map(|(low, _, high)| [low.max(least), high]));
            }
        }
        values
    }

    /// Steps lie level.
    fn lying(&self, draft: Draft<'_>, up: &Axis) -> Option<Panel> {
        let own = steps(std::slice::from_ref(&draft));
        let x = Axis::steps(self.along.0, self.along.1, &own)?;
        let (low, high) = x.ends();
        let band = draft.ideal.as_ref().map(|ideal| Band { points: self.band(ideal, &own, (low, high)) });
        let mut lines = draft.lines;
        lines.extend(
            draft.level.map(|level| Line { stroke: super::canvas::Stroke::Dashed, points: vec![(low, level), (high, level)] }),
        );
        let count = draft.series.len();
        let beside = (0..count).map(|i| (float(i) + 0.5) / float(count) - 0.5);
        let series = draft.series.into_iter().zip(beside).map(|(series, beside)| Series { beside, ..series }).collect();
        let (title, keys, nodes) = (draft.title, draft.keys, draft.nodes);
        Some(Panel { title, remark: String::new(), x, y: up.clone(), keys, nodes, band, lines, series })
    }

    fn band(&self, ideal: &Ideal<'_>, own: &[f64], (low, high): (f64, f64)) -> Vec<(f64, f64, f64, f64)> {
        const STEPS: u32 = 30;
        let between = (0..=STEPS).map(|step| low * (high / low).powf(f64::from(step) / f64::from(STEPS)));
        // The law is of whole steps, and the axis begins and ends between them.
        let mut all: Vec<f64> = if self.is_dense { between.map(f64::round).collect() } else { own.to_vec() };
        all.dedup();
        let point = |step: f64| ideal(step).map(|(low, middle, high)| (step, low, middle, high));
        let points: Vec<_> = all.into_iter().filter_map(point).collect();
        let edge = |x: f64, point: Option<&(f64, f64, f64, f64)>| point.map(|&(_, l, m, h)| (x, l, m, h));
        let (first, last) = (edge(low, points.first()), edge(high, points.last()));
        let inside = points.into_iter().filter(|&(x, ..)| x > low && x < high);
        first.into_iter().chain(inside).chain(last).collect()
    }

    /// A row for each series, at the only step that there is.
    fn turned(&self, draft: Draft<'_>, up: &Axis, step: f64) -> Panel {
        let names = draft.series.iter().map(|series| series.name.clone());
        let x = Axis::names(names);
        let (low, high) = x.ends();
        let ideal = draft.ideal.as_ref().and_then(|ideal| ideal(step));
        let band = ideal.map(|(l, m, h)| Band { points: vec![(low, l, m, h), (high, l, m, h)] });
        let level = |line: &Line| {
            line.points.first().map(|&(_, value)| Line { stroke: line.stroke, points: vec![(low, value), (high, value)] })
        };
        let mut lines: Vec<Line> = draft.lines.iter().filter_map(level).collect();
        lines.extend(
            draft.level.map(|value| Line { stroke: super::canvas::Stroke::Dashed, points: vec![(low, value), (high, value)] }),
        );
        let rows = draft.series.into_iter().enumerate().map(|(row, series)| {
            let points = series.points.iter().map(|point| Point { x: float(row), ..point.clone() }).collect();
            Series { points, ..series }
        });
        let series = rows.collect();
        let title = if draft.title.is_empty() {
            self.along.1.tell(step)
        } else {
            format!("{}, {}", draft.title, self.along.1.tell(step))
        };
        let (keys, nodes) = (draft.keys, draft.nodes);
        Panel { title, remark: String::new(), x, y: up.clone(), keys, nodes, band, lines, series }
    }

    /// Takes out what is there to compare with alone, where it would take an axis from the others, and says what it is.
    fn off_the_scale(&self, series: &mut Vec<Series>) -> String {
        const FAR: f64 = 3.0;
        let greatest = |series: &Series| series.points.iter().map(|point| point.y).fold(0.0, f64::max);
        let is_baseline = |series: &Series| known::is_baseline(family(&series.name));
        let others = series.iter().filter(|series| !is_baseline(series)).map(greatest).fold(0.0, f64::max);
        let mut remarks = Vec::new();
        series.retain(|series| {
            let is_kept = !is_baseline(series) || others <= 0.0 || greatest(series) <= FAR * others;
            if !is_kept {
                remarks.push(format!("off the scale: {} ({})", series.name, self.told(&series.points)));
            }
            is_kept
        });
        remarks.join("; ")
    }

    /// The first, the middle and the last of these points in words.
    fn told(&self, points: &[Point]) -> String {
        let mut some: Vec<usize> = [0, points.len() / 2, points.len().saturating_sub(1)].into();
        some.dedup();
        let tell = |i: usize| {
            let point = points.get(i)?;
            let value = if self.up.1 == Reads::Percent { self.up.1.tell(point.y) } else { number::significant(point.y) };
            Some(if points.len() == 1 { value } else { format!("{value} at {}", number::plain(point.x)) })
        };
        some.into_iter().filter_map(tell).collect::<Vec<_>>().join(", ")
    }
}

impl Draft<'_> {
    fn has(&self, step: f64) -> bool {
        self.series.iter().flat_map(|series| &series.points).any(|point| (point.x - step).abs() < 1e-9 * step)
    }
}

/// The rows of the key set with the most keys, which say it best, and the set.
pub(super) fn on_most_keys<'a>(rows: &Rows<'a>) -> Option<(Rows<'a>, &'a str, u64)> {
    let (keys, count) = rows.key_sets().into_iter().max_by_key(|&(_, count)| count)?;
    Some((rows.filter(|record| record.keys == keys && record.key_count == count), keys, count))
}

/// The rows of the key set with enough sets of node names for a median, and of these, of that with the most keys; else of that with
/// the most keys. Where an algorithm goes by names, one set of them is one draw, however many keys there are.
pub(super) fn on_most_sets<'a>(rows: &Rows<'a>) -> Option<(Rows<'a>, &'a str, u64)> {
    let of =
        |(keys, count): (&'a str, u64)| (rows.filter(|record| record.keys == keys && record.key_count == count), keys, count);
    let all = rows.key_sets().into_iter().map(of);
    all.max_by_key(|(rows, _, count)| (sets(rows) >= ENOUGH_SETS as usize, *count))
}

/// Of how many sets of node names there are figures.
pub(super) fn sets(rows: &Rows<'_>) -> usize {
    let mut sets: Vec<u32> = rows.iter().map(|record| record.repetition).collect();
    sets.sort_unstable();
    sets.dedup();
    sets.len()
}

/// The same in words.
pub(super) fn sets_in_words(rows: &Rows<'_>) -> String {
    match sets(rows) {
        0 | 1 => "one set of node names".to_owned(),
        count => format!("{count} sets of node names (marker: the median; dash: one set)"),
    }
}

/// `10,000,000 keys (random-digests)`.
pub(super) fn keys_in_words(keys: &str, count: u64) -> String {
    format!("{} keys ({keys})", number::count(count))
}
