//! Words beside markers.

use super::canvas::{Along, Canvas, Outcome, Place, Upright, text_width};
use super::figure::{Panel, Series};
use super::frame::{Frame, MARKER, letters};
use super::ink::INK;
use super::style::LABEL_SIZE;

/// A part of the page, to see whether two meet.
#[derive(Clone, Copy, Debug)]
struct Area {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Area {
    fn meets(self, other: Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    fn is_within(self, frame: Frame) -> bool {
        self.left >= frame.left && self.right <= frame.right && self.top >= frame.top && self.bottom <= frame.bottom
    }
}

/// Words beside markers, each where it covers neither a marker nor other words, if there is such a place.
pub(super) fn draw_point_labels(
    canvas: &mut dyn Canvas,
    panel: &Panel,
    frame: Frame,
    place: &dyn Fn(&Series, f64, f64) -> Place,
) -> Outcome {
    let points = || panel.series.iter().flat_map(|series| series.points.iter().map(move |point| (series, point)));
    let around = |(x, y): Place| Area { left: x - MARKER, right: x + MARKER, top: y - MARKER, bottom: y + MARKER };
    let mut covered: Vec<Area> = points().map(|(series, point)| around(place(series, point.x, point.y))).collect();
    for (series, point) in points().filter(|(_, point)| !point.label.is_empty()) {
        let (x, y) = place(series, point.x, point.y);
        let x = x + point.nudge;
        let (wide, high) = (text_width(&point.label, LABEL_SIZE)?, f64::from(LABEL_SIZE));
        let (right, left) = (x + MARKER + 3.0, x - MARKER - 3.0 - wide);
        let (above, below, middle) = (y - high - 3.0, y + 3.0, x - wide / 2.0);
        // Beside the marker or above and below it; in lines farther off above and below only, to be sure whose words they are.
        let beside = [(right, y - high / 2.0), (right, above), (right, below), (left, y - high / 2.0)];
        let straight = [0.0, 12.0].map(|off| [(middle, above - 4.0 - off), (middle, below + 4.0 + off)]);
        let corners = beside.into_iter().chain(straight[0]).chain([(left, below), (left, above)]).chain(straight[1]);
        let corners = corners.chain([(right, below + 14.0), (right, above - 14.0), (left, below + 14.0), (left, above - 14.0)]);
        let areas: Vec<Area> = corners.map(|(left, top)| Area { left, right: left + wide, top, bottom: top + high }).collect();
        let mut within = areas.iter().filter(|words| words.is_within(frame));
        let Some(&words) = within.find(|words| !covered.iter().any(|other| words.meets(*other))) else { continue };
        canvas.open(&series.name);
        canvas.text(&point.label, (words.left, words.top), letters(LABEL_SIZE, INK, Along::Start, Upright::Top))?;
        canvas.close();
        covered.push(words);
    }
    Ok(())
}
