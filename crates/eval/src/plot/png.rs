//! Drawing as dots, on white.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, PathElement, Polygon, Text};
use plotters::prelude::BitMapBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBColor, ShapeStyle, TextStyle};

use super::canvas::{Along, Canvas, Letters, Mark, Outcome, Place, Stroke, Upright, font, outlines};
use super::ink::{Ink, PAPER};
use super::style::DOTS;
use crate::known::Marker;

/// Draws on one page of dots.
pub(super) struct Png<'a, 'b> {
    area: &'a DrawingArea<BitMapBackend<'b>, Shift>,
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

fn colour(ink: Ink) -> RGBColor {
    let (red, green, blue) = ink.light;
    RGBColor(red, green, blue)
}

impl<'a, 'b> Png<'a, 'b> {
    pub(super) fn new(area: &'a DrawingArea<BitMapBackend<'b>, Shift>) -> Outcome<Self> {
        area.fill(&colour(PAPER)).map_err(told)?;
        Ok(Self { area })
    }

    fn whole_line(&self, places: &[Place], ink: Ink, thick: f64) -> Outcome {
        let width = dots(thick).max(1).unsigned_abs();
        let style = ShapeStyle { color: colour(ink).to_rgba(), filled: false, stroke_width: width };
        let path: Vec<(i32, i32)> = places.iter().copied().map(dot).collect();
        self.area.draw(&PathElement::new(path, style)).map_err(told)
    }

    /// Dashes between two places, beginning `along` a period; answers how far along it ends.
    fn dashes(&self, (from, to): (Place, Place), (dash, gap): (f64, f64), along: f64, ink: Ink, thick: f64) -> Outcome<f64> {
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
                self.whole_line(&[at(begin), at(end)], ink, thick)?;
            }
            start += dash + gap;
        }
        Ok(dash + gap - (start - length))
    }

    fn shape(&self, marker: Marker, at: Place, radius: f64, ink: Ink) -> Outcome {
        if marker == Marker::Circle {
            let circle = Circle::new(dot(at), dots(radius), colour(ink).filled());
            return self.area.draw(&circle).map_err(told);
        }
        for outline in outlines(marker, radius) {
            let places: Vec<(i32, i32)> = outline.into_iter().map(|(x, y)| dot((at.0 + x, at.1 + y))).collect();
            self.area.draw(&Polygon::new(places, colour(ink).filled())).map_err(told)?;
        }
        Ok(())
    }
}

impl Canvas for Png<'_, '_> {
    fn line(&mut self, places: &[Place], ink: Ink, thick: f64, stroke: Stroke) -> Outcome {
        let Some(pattern) = stroke.pattern() else { return self.whole_line(places, ink, thick) };
        let mut along = 0.0;
        for pair in places.windows(2) {
            along = self.dashes((pair[0], pair[1]), pattern, along, ink, thick)?;
        }
        Ok(())
    }

    fn fill(&mut self, places: &[Place], ink: Ink) -> Outcome {
        let path: Vec<(i32, i32)> = places.iter().copied().map(dot).collect();
        self.area.draw(&Polygon::new(path, colour(ink).filled())).map_err(told)
    }

    fn text(&mut self, text: &str, at: Place, letters: Letters) -> Outcome {
        let along = match letters.along {
            Along::Start => HPos::Left,
            Along::Middle => HPos::Center,
            Along::End => HPos::Right,
        };
        // The library centres a line with its descenders; figures and small letters have none.
        let (upright, lower) = match letters.upright {
            Upright::Top => (VPos::Top, 0.0),
            Upright::Middle => (VPos::Center, f64::from(letters.size) * 0.16),
            Upright::Bottom => (VPos::Bottom, 0.0),
        };
        let colour = colour(letters.ink);
        let style = TextStyle::from(font(letters.size)).color(&colour).pos(Pos::new(along, upright));
        self.area.draw(&Text::new(text.to_owned(), dot((at.0, at.1 + lower)), style)).map_err(told)
    }

    fn marker(&mut self, at: Place, mark: Mark, _: &str) -> Outcome {
        let (rim, inner) = if mark.is_hollow { (mark.ink, PAPER) } else { (PAPER, mark.ink) };
        let wide = if mark.is_hollow { 1.0 } else { 0.8 };
        self.shape(mark.shape, at, mark.radius + wide, rim)?;
        self.shape(mark.shape, at, mark.radius - if mark.is_hollow { wide } else { 0.0 }, inner)
    }

    fn open(&mut self, _: &str) {}

    fn close(&mut self) {}
}
