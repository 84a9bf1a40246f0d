//! Strokes, shapes and texts in units of the page, for either backend.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBAColor, RGBColor, ShapeStyle, TextStyle};

use plotters::prelude::DrawingBackend;

use super::figure::Stroke;
use crate::known::{Look, Marker};

use super::style::{DOTS, FONT, colour};

/// A place on the page in units, from its upper left corner.
pub(super) type Place = (f64, f64);

/// What could not be drawn, in the drawing library's words.
pub(super) type Outcome<T = ()> = Result<T, String>;

/// Draws on one page.
pub(super) struct Pen<'a, B: DrawingBackend> {
    area: &'a DrawingArea<B, Shift>,
}

#[expect(clippy::needless_pass_by_value, reason = "the form that `map_err` takes")]
fn told<E: std::error::Error + Send + Sync>(error: DrawingAreaErrorKind<E>) -> String {
    error.to_string()
}

#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, and pages are a few thousand dots wide")]
fn dots(units: f64) -> i32 {
    (units * f64::from(DOTS)).round() as i32
}

fn dot((x, y): Place) -> (i32, i32) {
    (dots(x), dots(y))
}

fn width(units: f64) -> u32 {
    dots(units).max(1).unsigned_abs()
}

impl<'a, B: DrawingBackend> Pen<'a, B> {
    pub(super) fn new(area: &'a DrawingArea<B, Shift>) -> Self {
        Self { area }
    }

    /// A line through all places.
    pub(super) fn line(&self, places: &[Place], colour: RGBAColor, thick: f64) -> Outcome {
        let style = ShapeStyle { color: colour, filled: false, stroke_width: width(thick) };
        let path: Vec<(i32, i32)> = places.iter().copied().map(dot).collect();
        self.area.draw(&PathElement::new(path, style)).map_err(told)
    }

    /// A line through all places in a stroke of its own.
    pub(super) fn stroke(&self, places: &[Place], stroke: Stroke, colour: RGBColor, thick: f64) -> Outcome {
        let (dash, gap) = match stroke {
            Stroke::Dashed => (7.0, 4.0),
            Stroke::Dotted => (1.6, 3.2),
        };
        let mut along = 0.0;
        for pair in places.windows(2) {
            along =
                self.dashes(pair[0], pair[1], (dash, gap), along, &|from, to| self.line(&[from, to], colour.to_rgba(), thick))?;
        }
        Ok(())
    }

    /// Dashes between two places, beginning `along` a period; answers how far along it ends.
    fn dashes(
        &self,
        from: Place,
        to: Place,
        (dash, gap): (f64, f64),
        along: f64,
        draw: &dyn Fn(Place, Place) -> Outcome,
    ) -> Outcome<f64> {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy);
        if length <= 0.0 {
            return Ok(along);
        }
        let at = |distance: f64| (dx.mul_add(distance / length, from.0), dy.mul_add(distance / length, from.1));
        let mut start = -along;
        while start < length {
            let (begin, end) = (start.max(0.0), (start + dash).min(length));
            if end > begin {
                draw(at(begin), at(end))?;
            }
            start += dash + gap;
        }
        Ok(dash + gap - (start - length))
    }

    /// A filled polygon.
    pub(super) fn fill(&self, places: &[Place], colour: RGBAColor) -> Outcome {
        let path: Vec<(i32, i32)> = places.iter().copied().map(dot).collect();
        self.area.draw(&Polygon::new(path, colour.filled())).map_err(told)
    }

    /// The outline of a rectangle.
    pub(super) fn frame(&self, upper_left: Place, lower_right: Place, colour: RGBColor) -> Outcome {
        let style = ShapeStyle { color: colour.to_rgba(), filled: false, stroke_width: width(0.5) };
        self.area.draw(&Rectangle::new([dot(upper_left), dot(lower_right)], style)).map_err(told)
    }

    /// A text with the given point at one of its corners, edges or its middle.
    pub(super) fn text(&self, text: &str, at: Place, size: i32, colour: RGBColor, (h, v): (HPos, VPos)) -> Outcome {
        // The library centres a line with its descenders; figures and small letters have none.
        let lower = if matches!(v, VPos::Center) { f64::from(size) * 0.16 } else { 0.0 };
        let at = (at.0, at.1 + lower);
        let style = text_style(size).color(&colour).pos(Pos::new(h, v));
        self.area.draw(&Text::new(text.to_owned(), dot(at), style)).map_err(told)
    }

    /// How wide a text is.
    pub(super) fn text_width(&self, text: &str, size: i32) -> Outcome<f64> {
        let (wide, _) = self.area.estimate_text_size(text, &text_style(size)).map_err(told)?;
        Ok(f64::from(wide) / f64::from(DOTS))
    }

    /// A text broken into lines that are no wider than that.
    pub(super) fn wrapped(&self, text: &str, size: i32, wide: f64) -> Outcome<Vec<String>> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            let longer = lines.last().map(|line| format!("{line} {word}"));
            match longer {
                Some(longer) if self.text_width(&longer, size)? <= wide => {
                    lines.pop();
                    lines.push(longer);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        Ok(lines)
    }

    /// An algorithm's marker, with a white rim that parts it from what it covers.
    pub(super) fn marker(&self, look: Look, at: Place, radius: f64) -> Outcome {
        let white = plotters::style::WHITE.to_rgba();
        self.shape(look.marker, at, radius + 1.2, white)?;
        self.shape(look.marker, at, radius, colour(look).to_rgba())
    }

    fn shape(&self, marker: Marker, at: Place, radius: f64, colour: RGBAColor) -> Outcome {
        if marker == Marker::Circle {
            let circle = Circle::new(dot(at), dots(radius), colour.filled());
            return self.area.draw(&circle).map_err(told);
        }
        for outline in outlines(marker, radius) {
            let places: Vec<Place> = outline.into_iter().map(|(x, y)| (at.0 + x, at.1 + y)).collect();
            self.fill(&places, colour)?;
        }
        Ok(())
    }
}

fn text_style(size: i32) -> TextStyle<'static> {
    // The library draws letters smaller than it is told, by this factor.
    const SHRUNK: f64 = 1.24;
    TextStyle::from(FontDesc::new(FontFamily::Name(FONT), f64::from(size * DOTS) * SHRUNK, FontStyle::Normal))
}

/// The outlines of a marker around the origin, convex each.
fn outlines(marker: Marker, radius: f64) -> Vec<Vec<Place>> {
    let polygon = |corners: u32, turn: f64, radius: f64| -> Vec<Place> {
        let angle = |i: u32| (f64::from(i) / f64::from(corners) + turn) * std::f64::consts::TAU;
        (0..corners).map(|i| (radius * angle(i).sin(), -radius * angle(i).cos())).collect()
    };
    let bar = |turn: f64| -> Vec<Place> {
        let (sine, cosine) = (turn * std::f64::consts::TAU).sin_cos();
        let (long, half) = (radius * 1.1, radius * 0.32);
        [(-long, -half), (long, -half), (long, half), (-long, half)]
            .map(|(x, y): Place| (x.mul_add(cosine, -y * sine), x.mul_add(sine, y * cosine)))
            .into()
    };
    match marker {
        Marker::Circle => vec![polygon(24, 0.0, radius)],
        Marker::Triangle => vec![polygon(3, 0.0, radius * 1.25)],
        Marker::TriangleDown => vec![polygon(3, 0.5, radius * 1.25)],
        Marker::Square => vec![polygon(4, 0.125, radius * 1.25)],
        Marker::Diamond => vec![polygon(4, 0.0, radius * 1.3)],
        Marker::Hexagon => vec![polygon(6, 0.0, radius * 1.15)],
        Marker::Cross => vec![bar(0.125), bar(-0.125)],
        Marker::Plus => vec![bar(0.0), bar(0.25)],
        Marker::Star => vec![polygon(3, 0.0, radius * 1.3), polygon(3, 0.5, radius * 1.3)],
    }
}
