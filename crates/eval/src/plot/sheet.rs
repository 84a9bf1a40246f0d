//! A whole picture on one sheet, for a file; and the parts of it that a page arranges by itself.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use plotters::drawing::IntoDrawingArea;
use plotters::prelude::BitMapBackend;

use crate::stats::{float, whole};

use super::canvas::{Along, Canvas, Letters, Outcome, Place, Upright, text_width, wrapped};
use super::error::PlotError;
use super::figure::{Entry, Figure, Panel};
use super::frame::Form;
use super::ink::{FAINT_INK, INK, Ink, PAPER};
use super::png::Png;
use super::render::{SYMBOL, draw_panel, draw_symbol};
use super::style::{DOTS, TEXT_SIZE, TITLE_SIZE, load_font};
use super::svg::{Svg, escaped, style};

const MARGIN: f64 = 16.0;
/// The width of a sheet with one panel in a row, and with more.
const WIDTHS: (f64, f64) = (720.0, 1060.0);
const LINE_HEIGHT: f64 = 19.0;
/// Between panels below one another.
const GAP: f64 = 12.0;
/// The width of a panel that a page shows by itself, which it scales.
const ALONE: f64 = 480.0;

const fn letters(size: i32, ink: Ink) -> Letters {
    Letters { size, ink, along: Along::Start, upright: Upright::Top }
}

/// Where everything of a sheet stands.
struct Layout {
    width: f64,
    height: f64,
    title: Vec<String>,
    note: Vec<String>,
    /// Where each entry of the legend begins.
    legend: Vec<Place>,
    form: Form,
    /// The upper left corner of each panel.
    panels: Vec<Place>,
}

impl Layout {
    fn of(title: &str, figure: &Figure) -> Outcome<Self> {
        load_font()?;
        let columns = figure.columns.clamp(1, figure.panels.len().max(1));
        let width = if columns == 1 { WIDTHS.0 } else { WIDTHS.1 };
        let wide = width - 2.0 * MARGIN;
        let title = wrapped(title, TITLE_SIZE, wide)?;
        let note = wrapped(&figure.note, TEXT_SIZE, wide)?;
        let note_top = float(title.len()).mul_add(25.0, MARGIN) + 2.0;
        let legend_top = float(note.len()).mul_add(LINE_HEIGHT, note_top) + 8.0;
        let legend = places_of_legend(&figure.legend, wide, legend_top)?;
        let top = legend.last().map_or(legend_top, |last| last.1 + LINE_HEIGHT + 14.0);
        let form = Form::of(&figure.panels, wide / float(columns))?;
        let place = |number: usize| {
            let (row, column) = (number / columns, number % columns);
            (form.width.mul_add(float(column), MARGIN), (form.height() + GAP).mul_add(float(row), top))
        };
        let panels: Vec<Place> = (0..figure.panels.len()).map(place).collect();
        let height = panels.last().map_or(top, |last| last.1 + form.height()) + 6.0;
        Ok(Self { width, height: height.ceil(), title, note, legend, form, panels })
    }

    fn draw(&self, figure: &Figure, canvas: &mut dyn Canvas) -> Outcome {
        let mut y = MARGIN;
        for line in &self.title {
            canvas.text(line, (MARGIN, y), letters(TITLE_SIZE, INK))?;
            y += 25.0;
        }
        y += 2.0;
        for line in &self.note {
            canvas.text(line, (MARGIN, y), letters(TEXT_SIZE, FAINT_INK))?;
            y += LINE_HEIGHT;
        }
        for (entry, &(x, y)) in figure.legend.iter().zip(&self.legend) {
            draw_symbol(canvas, entry, (x, y + LINE_HEIGHT / 2.0))?;
            let beside = Letters { upright: Upright::Middle, ..letters(TEXT_SIZE, INK) };
            canvas.text(&entry.label, (x + SYMBOL + 2.0, y + LINE_HEIGHT / 2.0), beside)?;
        }
        for (panel, &place) in figure.panels.iter().zip(&self.panels) {
            draw_panel(canvas, panel, self.form, place)?;
        }
        Ok(())
    }
}

fn places_of_legend(entries: &[Entry], wide: f64, top: f64) -> Outcome<Vec<Place>> {
    let (mut x, mut y) = (0.0, top);
    let mut places = Vec::new();
    for entry in entries {
        let length = SYMBOL + text_width(&entry.label, TEXT_SIZE)?;
        if x > 0.0 && x + length > wide {
            (x, y) = (0.0, y + LINE_HEIGHT + 3.0);
        }
        places.push((MARGIN + x, y));
        x += length + 24.0;
    }
    Ok(places)
}

/// A picture on a page of its own: its words, its size in units, and how it is drawn.
pub(super) struct Page<'a> {
    pub(super) title: &'a str,
    pub(super) note: &'a str,
    pub(super) size: (f64, f64),
    pub(super) draw: &'a dyn Fn(&mut dyn Canvas) -> Outcome,
}

/// Writes a figure as `stem.svg` and `stem.png`.
pub(super) fn write(title: &str, figure: &Figure, stem: &Path) -> Result<(), PlotError> {
    let failed = |reason: String| PlotError::Draw { path: stem.with_extension("svg"), reason };
    let layout = Layout::of(title, figure).map_err(failed)?;
    let draw = |canvas: &mut dyn Canvas| layout.draw(figure, canvas);
    Page { title, note: &figure.note, size: (layout.width, layout.height), draw: &draw }.write(stem)
}

impl Page<'_> {
    /// Writes it as `stem.svg` and `stem.png`.
    pub(super) fn write(&self, stem: &Path) -> Result<(), PlotError> {
        let failed = |path: &Path, reason: String| PlotError::Draw { path: path.to_owned(), reason };
        let (svg, png) = (stem.with_extension("svg"), stem.with_extension("png"));
        let drawing = self.svg().map_err(|reason| failed(&svg, reason))?;
        fs::write(&svg, drawing).map_err(|error| failed(&svg, error.to_string()))?;
        self.write_png(&png).map_err(|reason| failed(&png, reason))
    }

    /// The text of an SVG, with its style, on white or on black by what the reader prefers.
    fn svg(&self) -> Outcome<String> {
        let (width, height) = self.size;
        let mut svg = Svg::default();
        svg.fill(&[(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)], PAPER)?;
        (self.draw)(&mut svg)?;
        let (elements, inks) = svg.finish();
        Ok(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
             <title>{}</title>\n<desc>{}</desc>\n<style>{}</style>\n{elements}</svg>\n",
            escaped(self.title),
            escaped(self.note),
            style(inks)
        ))
    }

    fn write_png(&self, path: &Path) -> Outcome {
        let dots = |units: f64| u32::try_from(whole(units * f64::from(DOTS))).map_err(|_| "the picture is too large".to_owned());
        let size = (dots(self.size.0)?, dots(self.size.1)?);
        let mut buffer = vec![0; 3 * size.0 as usize * size.1 as usize];
        {
            let area = BitMapBackend::with_buffer(&mut buffer, size).into_drawing_area();
            (self.draw)(&mut Png::new(&area)?)?;
            area.present().map_err(|error| error.to_string())?;
        }
        let told = |error: png::EncodingError| error.to_string();
        let file = File::create(path).map_err(|error| error.to_string())?;
        let mut encoder = png::Encoder::new(BufWriter::new(file), size.0, size.1);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::Best);
        encoder.write_header().and_then(|mut writer| writer.write_image_data(&buffer)).map_err(told)
    }
}

/// A panel as an SVG without a style, for a page that has [`style`] of these colours.
pub(super) fn panel_svg(panel: &Panel, all: &[Panel], inks: &mut BTreeSet<Ink>) -> Outcome<String> {
    load_font()?;
    let form = Form::of(all, ALONE)?;
    let mut svg = Svg::default();
    draw_panel(&mut svg, panel, form, (2.0, 2.0))?;
    let (elements, own) = svg.finish();
    inks.extend(own);
    let (width, height) = (ALONE, (form.height() + 2.0).ceil());
    Ok(format!(
        "<svg class=\"panel\" viewBox=\"0 0 {width} {height}\" role=\"group\" aria-label=\"{}\">\n{elements}</svg>",
        escaped(&panel.title)
    ))
}

/// The symbol of an entry of the legend, likewise.
pub(super) fn symbol_svg(entry: &Entry, inks: &mut BTreeSet<Ink>) -> Outcome<String> {
    let mut svg = Svg::default();
    draw_symbol(&mut svg, entry, (1.0, 8.0))?;
    let (elements, own) = svg.finish();
    inks.extend(own);
    Ok(format!("<svg class=\"symbol\" viewBox=\"0 0 20 16\" width=\"20\" height=\"16\" aria-hidden=\"true\">{elements}</svg>"))
}
