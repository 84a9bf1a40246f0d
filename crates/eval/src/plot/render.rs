//! From a panel's data to ink, on whatever canvas.

use crate::stats::float;

use super::axis::Axis;
use super::canvas::{Along, Canvas, Mark, Outcome, Place, Stroke, Upright, text_width};
use super::figure::{Band, Entry, Panel, Point, Series, Symbol};
use super::frame::{Form, Frame, LINE_HEIGHT, MARKER, letters, remark, titled};
use super::ink::{BAND, FAINT_INK, FLOOR, FRAME, GRID, INK};
use super::labels::draw_point_labels;
use super::style::{LABEL_SIZE, TEXT_SIZE};

/// Draws a panel.
pub(super) fn draw_panel(canvas: &mut dyn Canvas, panel: &Panel, form: Form, at: Place) -> Outcome {
    let frame = form.at(at, panel);
    draw_words(canvas, panel, form, at)?;
    let (level, upright) = if frame.is_turned { (&panel.y, &panel.x) } else { (&panel.x, &panel.y) };
    for (tick, label) in upright.ticks() {
        let y = frame.upright(upright.position(tick));
        canvas.line(&[(frame.left, y), (frame.right, y)], GRID, 0.6, Stroke::Solid)?;
        canvas.text(label, (frame.left - 7.0, y), letters(LABEL_SIZE, INK, Along::End, Upright::Middle))?;
    }
    for (tick, _) in level.ticks() {
        let x = frame.level(level.position(tick));
        canvas.line(&[(x, frame.top), (x, frame.bottom)], GRID, 0.6, Stroke::Solid)?;
    }
    draw_level_labels(canvas, level, frame)?;
    if let Some(band) = &panel.band {
        draw_band(canvas, panel, frame, band)?;
    }
    draw_strips(canvas, level, upright, frame)?;
    for line in &panel.lines {
        let places: Vec<Place> = line.points.iter().map(|&(x, y)| frame.place(panel, x, y)).collect();
        canvas.line(&places, FLOOR, 1.4, line.stroke)?;
    }
    let corners = [(frame.left, frame.top), (frame.right, frame.top), (frame.right, frame.bottom), (frame.left, frame.bottom)];
    canvas.line(&[&corners[..], &corners[..1]].concat(), FRAME, 0.6, Stroke::Solid)?;
    draw_series(canvas, panel, frame, form.radius)
}

/// Title, remark, and the names of both axes.
fn draw_words(canvas: &mut dyn Canvas, panel: &Panel, form: Form, (x, y): Place) -> Outcome {
    let frame = form.at((x, y), panel);
    let mut down = y;
    for line in titled(panel, form.width)? {
        canvas.text(&line, (x, down), letters(TEXT_SIZE, INK, Along::Start, Upright::Top))?;
        down += LINE_HEIGHT;
    }
    for line in remark(panel, form.width)? {
        canvas.text(&line, (x, down), letters(LABEL_SIZE, FAINT_INK, Along::Start, Upright::Top))?;
        down += LINE_HEIGHT;
    }
    let (level, upright) = if frame.is_turned { (&panel.y, &panel.x) } else { (&panel.x, &panel.y) };
    let name = letters(LABEL_SIZE, FAINT_INK, Along::Start, Upright::Bottom);
    canvas.text(&upright.name, (x, frame.top - 9.0), name)?;
    let middle = f64::midpoint(frame.left, frame.right);
    canvas.text(&level.name, (middle, frame.bottom + 24.0), letters(LABEL_SIZE, FAINT_INK, Along::Middle, Upright::Top))
}

/// A dotted line where the strip for zero ends: there the axis is broken.
fn draw_strips(canvas: &mut dyn Canvas, level: &Axis, upright: &Axis, frame: Frame) -> Outcome {
    if let Some(end) = level.strip() {
        let x = frame.level(end);
        canvas.line(&[(x, frame.top), (x, frame.bottom)], FRAME, 1.0, Stroke::Dotted)?;
    }
    if let Some(end) = upright.strip() {
        let y = frame.upright(end);
        canvas.line(&[(frame.left, y), (frame.right, y)], FRAME, 1.0, Stroke::Dotted)?;
    }
    Ok(())
}

/// The labels of the level axis: all where none touches another, else powers of ten, else every second of them, and so on.
fn draw_level_labels(canvas: &mut dyn Canvas, level: &Axis, frame: Frame) -> Outcome {
    const APART: f64 = 7.0;
    let labels: Vec<(f64, &str)> = level.ticks().collect();
    let mut spans = Vec::new();
    for &(tick, label) in &labels {
        let half = text_width(label, LABEL_SIZE)? / 2.0;
        // Not beyond the page.
        let middle = frame.level(level.position(tick)).min(frame.outer.1 - half - 1.0).max(frame.outer.0 + half);
        spans.push((middle - half, middle + half));
    }
    let are_apart = |shown: &[usize]| shown.windows(2).all(|pair| spans[pair[1]].0 >= spans[pair[0]].1 + APART);
    let is_power = |tick: f64| tick == 0.0 || (tick.log10() - tick.log10().round()).abs() < 1e-9;
    let all: Vec<usize> = (0..labels.len()).collect();
    let powers: Vec<usize> = all.iter().copied().filter(|&i| is_power(labels[i].0)).collect();
    let every = |list: &[usize], stride: usize| list.iter().copied().step_by(stride).collect::<Vec<_>>();
    let mut ways = vec![all.clone()];
    if powers.len() >= 3 {
        ways.extend((1..4).map(|stride| every(&powers, stride)));
    }
    ways.extend((2..9).map(|stride| every(&all, stride)));
    for &i in ways.iter().find(|shown| are_apart(shown)).unwrap_or(&Vec::new()) {
        let middle = f64::midpoint(spans[i].0, spans[i].1);
        canvas.text(labels[i].1, (middle, frame.bottom + 6.0), letters(LABEL_SIZE, INK, Along::Middle, Upright::Top))?;
    }
    Ok(())
}

fn draw_band(canvas: &mut dyn Canvas, panel: &Panel, frame: Frame, band: &Band) -> Outcome {
    let lower = band.points.iter().map(|&(x, low, _, _)| frame.place(panel, x, low));
    let upper = band.points.iter().rev().map(|&(x, _, _, high)| frame.place(panel, x, high));
    canvas.fill(&lower.chain(upper).collect::<Vec<_>>(), BAND)?;
    let middle: Vec<Place> = band.points.iter().map(|&(x, _, middle, _)| frame.place(panel, x, middle)).collect();
    canvas.line(&middle, FRAME, 1.0, Stroke::Solid)
}

/// How the series of a panel are drawn: how far they stand apart, and how large their markers are, all alike.
struct Manner {
    room: f64,
    /// Upright, where steps are too near for series to stand side by side: equal ones would hide one another.
    lift: f64,
    radius: f64,
    dash: f64,
}

impl Manner {
    fn of(panel: &Panel, frame: Frame, radius: f64) -> Self {
        if frame.is_turned {
            return Self { room: 0.0, lift: 0.0, radius, dash: 6.0 };
        }
        let mut all: Vec<f64> = panel.series.iter().flat_map(|series| &series.points).map(|point| point.x).collect();
        all.sort_by(f64::total_cmp);
        all.dedup();
        let at = |x: f64| frame.level(panel.x.position(x));
        let gaps: Vec<f64> = all.windows(2).map(|pair| at(pair[1]) - at(pair[0])).collect();
        let nearest = gaps.iter().copied().fold(f64::INFINITY, f64::min);
        let count = float(panel.series.len().max(1));
        let room = (2.0 * MARKER * count).min(nearest * 0.5).min(30.0);
        let (room, lift) = if room < 2.0 * count { (0.0, 6.0) } else { (room, 0.0) };
        Self { room, lift, radius, dash: (room / count * 0.5).clamp(2.5, 5.5) }
    }

    /// Where a figure of a series stands.
    fn place(&self, panel: &Panel, frame: Frame, series: &Series, (x, y): (f64, f64)) -> Place {
        let (x, y) = frame.moved(frame.place(panel, x, y), series.beside * self.room);
        (x, series.beside.mul_add(self.lift, y))
    }
}

/// Lines first, then laws, single figures and intervals, then markers, so that no line hides a figure.
fn draw_series(canvas: &mut dyn Canvas, panel: &Panel, frame: Frame, radius: f64) -> Outcome {
    let manner = Manner::of(panel, frame, radius);
    let place = |series: &Series, x: f64, y: f64| manner.place(panel, frame, series, (x, y));
    for series in &panel.series {
        canvas.open(&series.name);
        if !frame.is_turned {
            let places: Vec<Place> = series.points.iter().map(|point| place(series, point.x, point.y)).collect();
            if places.len() > 1 {
                canvas.line(&places, series.mien.ink.faint(0.6), 1.4, Stroke::Solid)?;
            }
            let laws = series.points.iter().filter_map(|point| Some(place(series, point.x, point.law?)));
            let laws: Vec<Place> = laws.collect();
            if laws.len() > 1 {
                canvas.line(&laws, series.mien.ink, 1.6, Stroke::Dotted)?;
            }
        }
        canvas.close();
    }
    for series in &panel.series {
        canvas.open(&series.name);
        for point in &series.points {
            draw_spread(canvas, panel, frame, (series, point), &manner)?;
        }
        for point in &series.points {
            let ink = series.mien.ink;
            let mark = Mark { shape: series.mien.marker, radius: manner.radius, ink, is_hollow: series.is_hollow };
            let (x, y) = place(series, point.x, point.y);
            canvas.marker((x + point.nudge, y), mark, &said(panel, series, point))?;
        }
        canvas.close();
    }
    draw_point_labels(canvas, panel, frame, &place)
}

/// Single figures, intervals, and what the law expects, of one point.
fn draw_spread(
    canvas: &mut dyn Canvas,
    panel: &Panel,
    frame: Frame,
    (series, point): (&Series, &Point),
    manner: &Manner,
) -> Outcome {
    let place = |y: f64| manner.place(panel, frame, series, (point.x, y));
    let ink = series.mien.ink;
    let across = |y: f64, half: f64| [frame.moved(place(y), -half), frame.moved(place(y), half)];
    for &figure in &point.cloud {
        canvas.line(&across(figure, manner.dash), ink.faint(0.7), 1.0, Stroke::Solid)?;
    }
    if let Some((low, high)) = point.bar {
        canvas.line(&[place(low), place(high)], ink.faint(0.4), 11.0, Stroke::Solid)?;
    }
    if let Some((low, high)) = point.whisker {
        canvas.line(&[place(low), place(high)], ink, 1.2, Stroke::Solid)?;
    }
    if let Some(law) = point.law.filter(|_| frame.is_turned) {
        canvas.line(&across(law, 11.0), ink, 2.0, Stroke::Dotted)?;
    }
    Ok(())
}

/// A point in words: whose it is, where, and how much.
fn said(panel: &Panel, series: &Series, point: &Point) -> String {
    let tell = |value: f64| panel.y.tell(value);
    let name = if series.further.is_empty() { series.name.clone() } else { format!("{}, {}", series.name, series.further) };
    let place = if panel.is_turned() { String::new() } else { format!(", {}", panel.x.tell(point.x)) };
    let mut text = format!("{name}{place}: {}", tell(point.y));
    let of_sets = point.cloud.first().copied().zip(point.cloud.last().copied()).filter(|(low, high)| low < high);
    if let Some((low, high)) = point.whisker {
        text += &format!(" [{} to {}]", tell(low), tell(high));
    } else if let Some((low, high)) = of_sets {
        text += &format!("; sets of names: {} to {}", tell(low), tell(high));
    }
    if let Some(law) = point.law {
        text += &format!("; its law: {}", tell(law));
    }
    if !point.label.is_empty() {
        text += &format!("; {}", point.label);
    }
    text
}

/// How wide a symbol of the legend is.
pub(super) const SYMBOL: f64 = 22.0;

/// Draws the symbol of an entry of the legend, in the middle of that height.
pub(super) fn draw_symbol(canvas: &mut dyn Canvas, entry: &Entry, (x, middle): Place) -> Outcome {
    let ends = [(x, middle), (x + 18.0, middle)];
    match entry.symbol {
        Symbol::Series(mien) | Symbol::Hollow(mien) => {
            let is_hollow = matches!(entry.symbol, Symbol::Hollow(_));
            canvas.line(&ends, mien.ink.faint(0.6), 1.4, Stroke::Solid)?;
            let mark = Mark { shape: mien.marker, radius: MARKER, ink: mien.ink, is_hollow };
            canvas.marker((x + 9.0, middle), mark, "")
        }
        Symbol::Line(stroke) => canvas.line(&ends, FLOOR, 1.4, stroke),
        Symbol::Law => canvas.line(&ends, INK, 1.6, Stroke::Dotted),
        Symbol::Band => {
            let (top, bottom) = (middle - 6.0, middle + 6.0);
            canvas.fill(&[(x, top), (x + 18.0, top), (x + 18.0, bottom), (x, bottom)], BAND)?;
            canvas.line(&ends, FRAME, 1.0, Stroke::Solid)
        }
    }
}
