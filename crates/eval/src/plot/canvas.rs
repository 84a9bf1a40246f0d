//! What pictures are drawn on: strokes, shapes and texts in units of the page, whatever the format.

use plotters::style::{FontDesc, FontFamily, FontStyle};

use super::ink::Ink;
use super::style::{DOTS, FONT};
use crate::known::Marker;

/// A place on the page in units, from its upper left corner.
pub(super) type Place = (f64, f64);

/// What could not be drawn, in the drawing library's words.
pub(super) type Outcome<T = ()> = Result<T, String>;

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stroke {
    Solid,
    Dashed,
    Dotted,
}

impl Stroke {
    /// The lengths of a dash and of the gap after it.
    pub(super) fn pattern(self) -> Option<(f64, f64)> {
        match self {
            Self::Solid => None,
            Self::Dashed => Some((7.0, 4.0)),
            Self::Dotted => Some((1.6, 3.2)),
        }
    }
}

/// Which point of a text stands at its place, along the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Along {
    Start,
    Middle,
    End,
}

/// Which point of a text stands at its place, upright.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Upright {
    Top,
    Middle,
    Bottom,
}

/// A text's letters: how high, in which colour, and where its place is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Letters {
    pub(super) size: i32,
    pub(super) ink: Ink,
    pub(super) along: Along,
    pub(super) upright: Upright,
}

/// A marker: its shape, its radius, its colour, and whether only its outline is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub(super) shape: Marker,
    pub(super) radius: f64,
    pub(super) ink: Ink,
    pub(super) is_hollow: bool,
}

/// What is drawn on.
pub(super) trait Canvas {
    /// A line through all places.
    fn line(&mut self, places: &[Place], ink: Ink, thick: f64, stroke: Stroke) -> Outcome;

    /// A filled polygon.
    fn fill(&mut self, places: &[Place], ink: Ink) -> Outcome;

    fn text(&mut self, text: &str, at: Place, letters: Letters) -> Outcome;

    /// A marker with a rim that parts it from what it covers. `said` is for those who point at it; empty where it has nothing to
    /// say.
    fn marker(&mut self, at: Place, mark: Mark, said: &str) -> Outcome;

    /// What follows, until [`Canvas::close`], belongs to this series.
    fn open(&mut self, series: &str);

    fn close(&mut self);
}

/// How wide a text is, in units.
pub(super) fn text_width(text: &str, size: i32) -> Outcome<f64> {
    let (wide, _) = font(size).box_size(text).map_err(|error| error.to_string())?;
    Ok(f64::from(wide) / f64::from(DOTS))
}

/// The embedded font for letters of that size.
pub(super) fn font(size: i32) -> FontDesc<'static> {
    // The library draws letters smaller than it is told, by this factor.
    const SHRUNK: f64 = 1.24;
    FontDesc::new(FontFamily::Name(FONT), f64::from(size * DOTS) * SHRUNK, FontStyle::Normal)
}

/// A text broken into lines that are no wider than that.
pub(super) fn wrapped(text: &str, size: i32, wide: f64) -> Outcome<Vec<String>> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match longer {
            Some(longer) if text_width(&longer, size)? <= wide => {
                lines.pop();
                lines.push(longer);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    Ok(lines)
}

/// The outlines of a marker around the origin, convex each.
pub(super) fn outlines(marker: Marker, radius: f64) -> Vec<Vec<Place>> {
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
