//! Where a panel stands, and how its field lies in it.

use crate::stats::float;

use super::canvas::{Along, Letters, Outcome, Place, Upright, text_width, wrapped};
use super::figure::Panel;
use super::ink::Ink;
use super::style::{LABEL_SIZE, TEXT_SIZE};

/// Between fields that stand side by side, and right of the last one.
const RIGHT: f64 = 18.0;
/// Above a field, for the name of its upright axis if it has one, and for nothing.
const ABOVE: (f64, f64) = (29.0, 8.0);
/// Below a field, for the labels of its ticks and the axis' name.
const BELOW: f64 = 46.0;
pub(super) const LINE_HEIGHT: f64 = 18.0;
pub(super) const MARKER: f64 = 5.0;
/// The height of a row of a field with names.
const ROW: f64 = 30.0;
/// The height of a field with steps.
const HEIGHT: f64 = 270.0;

pub(super) const fn letters(size: i32, ink: Ink, along: Along, upright: Upright) -> Letters {
    Letters { size, ink, along, upright }
}

/// Where a panel stands, and how its field lies in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    /// The left edge of the whole panel, and its right one.
    pub(super) outer: (f64, f64),
    pub(super) is_turned: bool,
}

/// What panels that stand side by side have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    /// The width of each.
    pub(super) width: f64,
    /// Left of the field.
    left: f64,
    /// Above the field.
    above: f64,
    /// The height of the field.
    field: f64,
    /// The radius of all markers.
    pub(super) radius: f64,
}

impl Form {
    /// For panels of that width.
    pub(super) fn of(panels: &[Panel], width: f64) -> Outcome<Self> {
        let (mut left, mut lines, mut field): (f64, usize, f64) = (0.0, 0, 0.0);
        let (mut name, mut radius) = (ABOVE.1, MARKER);
        for panel in panels {
            let upright = if panel.is_turned() { &panel.x } else { &panel.y };
            for (_, label) in upright.ticks() {
                left = left.max(text_width(label, LABEL_SIZE)?);
            }
            lines = lines.max(remark(panel, width)?.len() + titled(panel, width)?.len());
            name = if upright.name.is_empty() { name } else { ABOVE.0 };
            // So that neighbours along a series can be told apart.
            let steps = float(panel.series.iter().map(|series| series.points.len()).max().unwrap_or(1).max(1));
            radius = radius.min(((width - 80.0) / steps * 0.3).max(2.2));
            let rows = panel.x.ticks().count();
            field = field.max(if panel.is_turned() { ROW * float(rows) + 8.0 } else { HEIGHT });
        }
        Ok(Self { width, left: left + 14.0, above: LINE_HEIGHT.mul_add(float(lines), name), field, radius })
    }

    pub(super) fn height(self) -> f64 {
        self.above + self.field + BELOW
    }

    /// With the upper left corner there.
    pub(super) fn at(self, (x, y): Place, panel: &Panel) -> Frame {
        Frame {
            left: x + self.left,
            right: x + self.width - RIGHT,
            top: y + self.above,
            bottom: y + self.above + self.field,
            outer: (x, x + self.width),
            is_turned: panel.is_turned(),
        }
    }
}

pub(super) fn titled(panel: &Panel, width: f64) -> Outcome<Vec<String>> {
    wrapped(&panel.title, TEXT_SIZE, width - RIGHT)
}

pub(super) fn remark(panel: &Panel, width: f64) -> Outcome<Vec<String>> {
    wrapped(&panel.remark, LABEL_SIZE, width - RIGHT)
}

impl Frame {
    /// Where a position along the level axis lies, from 0 to 1.
    pub(super) fn level(self, position: f64) -> f64 {
        position.clamp(0.0, 1.0).mul_add(self.right - self.left, self.left)
    }

    /// Where a position on the upright axis lies: names begin at the top, numbers at the bottom.
    pub(super) fn upright(self, position: f64) -> f64 {
        let position = position.clamp(0.0, 1.0);
        if self.is_turned {
            position.mul_add(self.bottom - self.top, self.top)
        } else {
            position.mul_add(self.top - self.bottom, self.bottom)
        }
    }

    pub(super) fn place(self, panel: &Panel, x: f64, y: f64) -> Place {
        if self.is_turned {
            (self.level(panel.y.position(y)), self.upright(panel.x.position(x)))
        } else {
            (self.level(panel.x.position(x)), self.upright(panel.y.position(y)))
        }
    }

    /// A place moved across the direction of values.
    pub(super) fn moved(self, (x, y): Place, by: f64) -> Place {
        if self.is_turned { (x, y + by) } else { (x + by, y) }
    }
}
