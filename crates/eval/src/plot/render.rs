//! From a figure's data to ink: one layout for both backends.

use std::fs;
use std::path::Path;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::prelude::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, VPos};
use plotters::style::{Color, WHITE};

use crate::stats::{float, whole};

use super::error::PlotError;
use super::figure::{Band, Entry, Figure, Panel, Series, Symbol};
use super::pen::{Outcome, Pen, Place};
use super::style::{BAND, DOTS, FAINT_INK, FLOOR, FRAME, GRID, INK, LABEL_SIZE, Sheet, TEXT_SIZE, TITLE_SIZE, colour, load_font};

const MARGIN: f64 = 16.0;
/// Left of a field, for the labels of its ticks.
const LEFT: f64 = 58.0;
/// Between fields that stand side by side.
const GAP: f64 = 18.0;
/// Above a field, for its title and the name of its upright axis.
const ABOVE: f64 = 44.0;
/// Below a field, for the labels of its ticks and the axis' name.
const BELOW: f64 = 46.0;
const LINE_HEIGHT: f64 = 19.0;
const MARKER: f64 = 5.0;
const CENTRED: (HPos, VPos) = (HPos::Center, VPos::Top);
const LEFT_TOP: (HPos, VPos) = (HPos::Left, VPos::Top);

/// Writes a figure as `stem.svg` and `stem.png`.
pub(super) fn write(figure: &Figure, stem: &Path) -> Result<(), PlotError> {
    let failed = |path: &Path, reason: String| PlotError::Draw { path: path.to_owned(), reason };
    let (svg, png) = (stem.with_extension("svg"), stem.with_extension("png"));
    let drawing = svg_of(figure, Sheet::WIDE).map_err(|reason| failed(&svg, reason))?;
    fs::write(&svg, drawing).map_err(|error| failed(&svg, error.to_string()))?;
    let size = size_in_dots(figure, Sheet::WIDE).map_err(|reason| failed(&png, reason))?;
    let area = BitMapBackend::new(&png, size).into_drawing_area();
    let drawn = draw(figure, Sheet::WIDE, &area);
    drawn.and_then(|()| area.present().map_err(|error| error.to_string())).map_err(|reason| failed(&png, reason))
}

/// A figure as the text of an SVG.
pub(super) fn svg_of(figure: &Figure, sheet: Sheet) -> Outcome<String> {
    let size = size_in_dots(figure, sheet)?;
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
        draw(figure, sheet, &area)?;
        area.present().map_err(|error| error.to_string())?;
    }
    Ok(described(&text, figure, size))
}

/// Sets the size in units rather than dots, and says what is to be seen for those who cannot.
fn described(svg: &str, figure: &Figure, (wide, high): (u32, u32)) -> String {
    let head = format!("<svg width=\"{wide}\" height=\"{high}\"");
    let dots = DOTS.unsigned_abs();
    let new = format!("<svg width=\"{}\" height=\"{}\" role=\"img\"", wide / dots, high / dots);
    let svg = svg.replacen(&head, &new, 1);
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let words = format!("<title>{}</title>\n<desc>{}</desc>\n", escape(&figure.title), escape(&figure.note));
    match svg.find('>') {
        Some(end) => format!("{}\n{words}{}", &svg[..=end], svg[end + 1..].trim_start()),
        None => svg,
    }
}

/// The size of the page in dots: its height is measured by laying it out on a page that is thrown away.
fn size_in_dots(figure: &Figure, sheet: Sheet) -> Outcome<(u32, u32)> {
    load_font()?;
    let mut nothing = String::new();
    let area = SVGBackend::with_string(&mut nothing, (1, 1)).into_drawing_area();
    let top = Layout::of(figure, sheet, &Pen::new(&area))?.fields_top;
    let rows = float(figure.panels.len().div_ceil(columns(figure, sheet)));
    let units = rows.mul_add(ABOVE + f64::from(figure.field_height) + BELOW, top) + 6.0;
    let high = u32::try_from(whole(units.ceil())).map_err(|_| "the picture is too high".to_owned())?;
    let dots = DOTS.unsigned_abs();
    Ok((sheet.width.unsigned_abs() * dots, high * dots))
}

/// How many panels stand side by side.
fn columns(figure: &Figure, sheet: Sheet) -> usize {
    figure.columns.min(sheet.columns).max(1)
}

/// What stands above the panels, line by line.
struct Layout {
    title: Vec<String>,
    note: Vec<String>,
    /// Where each legend entry begins, relative to the top left of the legend.
    legend: Vec<Place>,
    note_top: f64,
    legend_top: f64,
    fields_top: f64,
}

impl Layout {
    fn of<B: DrawingBackend>(figure: &Figure, sheet: Sheet, pen: &Pen<'_, B>) -> Outcome<Self> {
        let wide = f64::from(sheet.width) - 2.0 * MARGIN;
        let title = pen.wrapped(&figure.title, TITLE_SIZE, wide)?;
        let note = pen.wrapped(&figure.note, TEXT_SIZE, wide)?;
        let legend = places_of_legend(&figure.legend, pen, wide)?;
        let note_top = float(title.len()).mul_add(25.0, MARGIN) + 2.0;
        let legend_top = float(note.len()).mul_add(LINE_HEIGHT, note_top) + 8.0;
        let legend_height = legend.last().map_or(0.0, |last| last.1 + LINE_HEIGHT + 3.0);
        Ok(Self { title, note, legend, note_top, legend_top, fields_top: legend_top + legend_height + 6.0 })
    }
}

/// Where an entry's words begin, after its symbol.
const SYMBOL: f64 = 24.0;

fn places_of_legend<B: DrawingBackend>(entries: &[Entry], pen: &Pen<'_, B>, wide: f64) -> Outcome<Vec<Place>> {
    let (mut x, mut y) = (0.0, 0.0);
    let mut places = Vec::new();
    for entry in entries {
        let length = SYMBOL + pen.text_width(&entry.label, TEXT_SIZE)?;
        if x > 0.0 && x + length > wide {
            (x, y) = (0.0, y + LINE_HEIGHT + 3.0);
        }
        places.push((x, y));
        x += length + 22.0;
    }
    Ok(places)
}

fn draw<B: DrawingBackend>(figure: &Figure, sheet: Sheet, area: &DrawingArea<B, Shift>) -> Outcome {
    area.fill(&WHITE).map_err(|error| error.to_string())?;
    let pen = Pen::new(area);
    let layout = Layout::of(figure, sheet, &pen)?;
    let mut y = MARGIN;
    for line in &layout.title {
        pen.text(line, (MARGIN, y), TITLE_SIZE, INK, LEFT_TOP)?;
        y += 25.0;
    }
    y = layout.note_top;
    for line in &layout.note {
        pen.text(line, (MARGIN, y), TEXT_SIZE, FAINT_INK, LEFT_TOP)?;
        y += LINE_HEIGHT;
    }
    for (entry, (x, y)) in figure.legend.iter().zip(&layout.legend) {
        draw_entry(&pen, entry, (MARGIN + x, layout.legend_top + y))?;
    }
    for (number, panel) in figure.panels.iter().enumerate() {
        let field = Field::of(figure, sheet, number, layout.fields_top);
        draw_panel(&pen, panel, field)?;
    }
    Ok(())
}

fn draw_entry<B: DrawingBackend>(pen: &Pen<'_, B>, entry: &Entry, (x, y): Place) -> Outcome {
    let middle = y + LINE_HEIGHT / 2.0;
    match entry.symbol {
        Symbol::Algorithm(look) => {
            pen.line(&[(x, middle), (x + 18.0, middle)], colour(look).mix(0.6), 1.4)?;
            pen.marker(look, (x + 9.0, middle), MARKER)?;
        }
        Symbol::Line(stroke) => pen.stroke(&[(x, middle), (x + 18.0, middle)], stroke, FLOOR, 1.5)?,
        Symbol::Band => {
            let (top, bottom) = (middle - 6.0, middle + 6.0);
            pen.fill(&[(x, top), (x + 18.0, top), (x + 18.0, bottom), (x, bottom)], BAND.mix(0.7))?;
            pen.line(&[(x, middle), (x + 18.0, middle)], FRAME.to_rgba(), 1.0)?;
        }
    }
    pen.text(&entry.label, (x + SYMBOL, middle), TEXT_SIZE, INK, (HPos::Left, VPos::Center))
}

/// The rectangle in which a panel's figures stand.
#[derive(Clone, Copy)]
struct Field {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Field {
    fn of(figure: &Figure, sheet: Sheet, number: usize, top: f64) -> Self {
        let columns = columns(figure, sheet);
        let (column, row) = (float(number % columns), float(number / columns));
        let wide = (f64::from(sheet.width) - 2.0 * MARGIN + GAP) / float(columns) - GAP;
        let left = column.mul_add(wide + GAP, MARGIN) + LEFT;
        let high = f64::from(figure.field_height);
        let top = row.mul_add(ABOVE + high + BELOW, top) + ABOVE;
        Self { left, right: left + wide - LEFT, top, bottom: top + high }
    }

    fn is_within(self, other: Self) -> bool {
        self.left > other.left && self.right < other.right && self.top > other.top && self.bottom < other.bottom
    }

    fn meets(self, other: Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    fn x(self, position: f64) -> f64 {
        position.mul_add(self.right - self.left, self.left)
    }

    fn y(self, position: f64) -> f64 {
        position.mul_add(self.top - self.bottom, self.bottom)
    }

    fn place(self, panel: &Panel, x: f64, y: f64) -> Place {
        (self.x(panel.x.position(x)), self.y(panel.y.position(y).clamp(0.0, 1.0)))
    }
}

fn draw_panel<B: DrawingBackend>(pen: &Pen<'_, B>, panel: &Panel, field: Field) -> Outcome {
    pen.text(&panel.title, (field.left, field.top - ABOVE + 4.0), TEXT_SIZE, INK, LEFT_TOP)?;
    pen.text(&panel.y.name, (field.left, field.top - 5.0), LABEL_SIZE, FAINT_INK, (HPos::Left, VPos::Bottom))?;
    let middle = f64::midpoint(field.left, field.right);
    pen.text(&panel.x.name, (middle, field.bottom + 24.0), LABEL_SIZE, FAINT_INK, CENTRED)?;
    for (tick, label) in panel.y.ticks() {
        let y = field.y(panel.y.position(tick));
        pen.line(&[(field.left, y), (field.right, y)], GRID.to_rgba(), 0.5)?;
        pen.text(label, (field.left - 6.0, y), LABEL_SIZE, INK, (HPos::Right, VPos::Center))?;
    }
    for (tick, _) in panel.x.ticks().filter(|_| panel.x.is_numeric()) {
        let x = field.x(panel.x.position(tick));
        pen.line(&[(x, field.top), (x, field.bottom)], GRID.to_rgba(), 0.5)?;
    }
    draw_level_labels(pen, panel, field)?;
    if let Some(band) = &panel.band {
        draw_band(pen, panel, field, band)?;
    }
    for line in &panel.lines {
        let places: Vec<Place> = line.points.iter().map(|&(x, y)| field.place(panel, x, y)).collect();
        pen.stroke(&places, line.stroke, FLOOR, 1.5)?;
    }
    pen.frame((field.left, field.top), (field.right, field.bottom), FRAME)?;
    draw_series(pen, panel, field)
}

/// The labels of the level axis: where they would touch, numbers that are powers of ten and still apart, and names in two lines, or
/// not at all: the legend has them.
fn draw_level_labels<B: DrawingBackend>(pen: &Pen<'_, B>, panel: &Panel, field: Field) -> Outcome {
    const APART: f64 = 7.0;
    let at = |tick: f64| field.x(panel.x.position(tick));
    let labels: Vec<(f64, &str)> = panel.x.ticks().collect();
    let widths: Vec<f64> = labels.iter().map(|(_, label)| pen.text_width(label, LABEL_SIZE)).collect::<Outcome<_>>()?;
    let touch = |stride: usize| {
        let ends = |i: usize| (at(labels[i].0) - widths[i] / 2.0, at(labels[i].0) + widths[i] / 2.0);
        (stride..labels.len()).any(|i| ends(i).0 < ends(i - stride).1 + APART)
    };
    let is_power = |tick: f64| (tick.log10() - tick.log10().round()).abs() < 1e-9;
    let numbers: Vec<usize> = (0..labels.len()).filter(|&i| !touch(1) || is_power(labels[i].0)).collect();
    // Every label, or every second, and so on, until none touches the one before.
    let fits = |stride: &usize| {
        let ends = |i: usize| (at(labels[i].0) - widths[i] / 2.0, at(labels[i].0) + widths[i] / 2.0);
        let shown: Vec<usize> = numbers.iter().copied().step_by(*stride).collect();
        shown.windows(2).all(|pair| ends(pair[1]).0 >= ends(pair[0]).1 + APART)
    };
    let stride = (1..=numbers.len().max(1)).find(fits).unwrap_or(1);
    for (i, &(tick, label)) in labels.iter().enumerate() {
        let is_among = numbers.iter().position(|&number| number == i).is_some_and(|place| place.is_multiple_of(stride));
        let is_shown = if panel.x.is_numeric() { is_among } else { !touch(2) };
        let lower = if !panel.x.is_numeric() && touch(1) && i % 2 == 1 { 16.0 } else { 0.0 };
        if is_shown {
            // Not beyond the page.
            let x = at(tick).min(field.right + MARGIN - 3.0 - widths[i] / 2.0);
            pen.text(label, (x, field.bottom + 6.0 + lower), LABEL_SIZE, INK, CENTRED)?;
        }
    }
    Ok(())
}

fn draw_band<B: DrawingBackend>(pen: &Pen<'_, B>, panel: &Panel, field: Field, band: &Band) -> Outcome {
    let lower = band.points.iter().map(|&(x, low, _, _)| field.place(panel, x, low));
    let upper = band.points.iter().rev().map(|&(x, _, _, high)| field.place(panel, x, high));
    pen.fill(&lower.chain(upper).collect::<Vec<_>>(), BAND.mix(0.7))?;
    let middle: Vec<Place> = band.points.iter().map(|&(x, _, middle, _)| field.place(panel, x, middle)).collect();
    pen.line(&middle, FRAME.to_rgba(), 1.0)
}

/// Lines first, then clouds and whiskers, then markers, so that no line hides a figure.
fn draw_series<B: DrawingBackend>(pen: &Pen<'_, B>, panel: &Panel, field: Field) -> Outcome {
    let room = room(panel, field);
    let dash = (room / float(panel.series.len()) * 0.5).clamp(2.5, 5.5);
    let place = |series: &Series, x: f64, y: f64| {
        let (x, y) = field.place(panel, x, y);
        (series.beside.mul_add(room, x), y)
    };
    for series in &panel.series {
        let places: Vec<Place> = series.points.iter().map(|point| place(series, point.x, point.y)).collect();
        if places.len() > 1 {
            pen.line(&places, colour(series.look).mix(0.6), 1.4)?;
        }
    }
    for series in &panel.series {
        for point in &series.points {
            for &figure in &point.cloud {
                let (x, y) = place(series, point.x, figure);
                pen.line(&[(x - dash, y), (x + dash, y)], colour(series.look).mix(0.6), 1.0)?;
            }
            if let Some((low, high)) = point.bar {
                let ends = [place(series, point.x, low), place(series, point.x, high)];
                pen.line(&ends, colour(series.look).mix(0.35), 11.0)?;
            }
            if let Some((low, high)) = point.whisker {
                let ends = [place(series, point.x, low), place(series, point.x, high)];
                pen.line(&ends, colour(series.look).to_rgba(), 1.2)?;
            }
        }
    }
    for (number, series) in panel.series.iter().enumerate() {
        let radius = radius(number, panel.series.len());
        let places: Vec<Place> = series.points.iter().map(|point| place(series, point.x, point.y)).collect();
        for place in spaced(&places, number, panel.series.len()) {
            pen.marker(series.look, place, radius)?;
        }
    }
    draw_point_labels(pen, panel, field, &place)
}

/// Words beside markers, each where it covers neither a marker nor other words, if there is such a place.
fn draw_point_labels<B: DrawingBackend>(
    pen: &Pen<'_, B>,
    panel: &Panel,
    field: Field,
    place: &dyn Fn(&Series, f64, f64) -> Place,
) -> Outcome {
    let points = || panel.series.iter().flat_map(|series| series.points.iter().map(move |point| (series, point)));
    let around = |(x, y): Place| Field { left: x - MARKER, right: x + MARKER, top: y - MARKER, bottom: y + MARKER };
    let mut covered: Vec<Field> = points().map(|(series, point)| around(place(series, point.x, point.y))).collect();
    for (series, point) in points().filter(|(_, point)| !point.label.is_empty()) {
        let (x, y) = place(series, point.x, point.y);
        let (wide, high) = (pen.text_width(&point.label, LABEL_SIZE)?, f64::from(LABEL_SIZE));
        let (right, left) = (x + MARKER + 3.0, x - MARKER - 3.0 - wide);
        let (above, below, middle) = (y - high - 3.0, y + 3.0, x - wide / 2.0);
        // Beside the marker or above and below it; in lines farther off above and below only, to be sure whose words they are.
        let beside = [(right, above), (right, below)];
        let straight = [0.0, 12.0].map(|off| [(middle, above - 4.0 - off), (middle, below + 4.0 + off)]);
        let corners = beside
            .into_iter()
            .chain(straight[0])
            .chain([(left, below), (left, above)])
            .chain(straight[1])
            .chain([(left, below + 14.0), (left, above - 14.0)]);
        let boxes: Vec<Field> = corners.map(|(left, top)| Field { left, right: left + wide, top, bottom: top + high }).collect();
        let mut within = boxes.iter().filter(|words| words.is_within(field));
        let free = within.clone().find(|words| !covered.iter().any(|other| words.meets(*other)));
        let Some(&words) = free.or_else(|| within.next()) else { continue };
        pen.text(&point.label, (words.left, words.top), LABEL_SIZE, INK, LEFT_TOP)?;
        covered.push(words);
    }
    Ok(())
}

/// Of places by rising x those that have a marker: all where they are apart, and else one every so often along the line, the
/// series in turn, so that no line of markers covers the others.
fn spaced(places: &[Place], number: usize, count: usize) -> Vec<Place> {
    const APART: f64 = 34.0;
    let nearest = places.windows(2).map(|pair| pair[1].0 - pair[0].0).fold(f64::INFINITY, f64::min);
    let (Some(&first), true) = (places.first(), nearest < 2.0 * MARKER) else { return places.to_vec() };
    let mut next = float(number).mul_add(APART / float(count), first.0);
    let mut shown = Vec::new();
    for &place in places {
        if place.0 >= next {
            shown.push(place);
            next = place.0 + APART;
        }
    }
    shown
}

/// The size of a series' markers: the later it is drawn the smaller, so that of equal figures, which lie on one another, every
/// one is seen.
fn radius(number: usize, count: usize) -> f64 {
    let later = float(number) / float(count.saturating_sub(1).max(1));
    if count < 2 { MARKER } else { MARKER * (-0.85_f64).mul_add(later, 1.5) }
}

/// How much room the series have that stand side by side at one number of nodes: what markers need, but never so much that one
/// seems to stand at another number, nor more than half the way to the next.
fn room(panel: &Panel, field: Field) -> f64 {
    /// To either side, as a part of the number.
    const MOST: f64 = 0.08;
    let mut all: Vec<f64> = panel.series.iter().flat_map(|series| &series.points).map(|point| point.x).collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    let at = |x: f64| field.x(panel.x.position(x));
    let nearest = all.windows(2).map(|pair| at(pair[1]) - at(pair[0])).fold(f64::INFINITY, f64::min);
    let reach = all.first().map_or(0.0, |&x| at(x * (1.0 + MOST)) - at(x));
    (2.0 * MARKER * float(panel.series.len())).min(nearest * 0.5).min(2.0 * reach)
}
