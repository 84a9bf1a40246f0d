//! How much each algorithm moves, as bars on one scale.

use crate::fleet::plan::Plan;
use crate::reading::number::significant;
use crate::stats::float;

use super::super::canvas::{Along, Canvas, Letters, Outcome, Place, Stroke, Upright};
use super::super::ink::{FAINT_INK, GRID, INK};
use super::super::style::TEXT_SIZE;
use super::look::{NEEDED, NEEDLESS, fitted, has_reasons};

const ROW: f64 = 26.0;
const TALL: f64 = 16.0;

/// One algorithm.
struct Bar {
    name: String,
    /// The parts of all copies that are needed and needless; nothing where the algorithm refuses.
    parts: Option<(f64, f64)>,
}

/// All algorithms.
pub(super) struct Bars {
    bars: Vec<Bar>,
    /// The least part of all copies; nothing where no member changes.
    least: Option<f64>,
}

impl Bars {
    pub(super) fn of(plan: &Plan) -> Self {
        let all = float(plan.copies());
        let bar = |side: &crate::fleet::plan::Side| {
            let outcome = side.outcome.as_ref().ok();
            let parts = outcome.map(|outcome| (float(outcome.needed.keys) / all, float(outcome.needless().keys) / all));
            Bar { name: side.name.clone(), parts }
        };
        Self { bars: plan.sides.iter().map(bar).collect(), least: has_reasons(plan).then(|| plan.least()) }
    }

    pub(super) fn height(&self) -> f64 {
        float(self.bars.len()).mul_add(ROW, 8.0)
    }

    pub(super) fn draw(&self, canvas: &mut dyn Canvas, (left, top): Place, wide: f64) -> Outcome {
        let names = wide * 0.26;
        let start = left + names;
        let room = wide - names - 84.0;
        let sums = self.bars.iter().filter_map(|bar| bar.parts).map(|(needed, needless)| needed + needless);
        let most = sums.chain(self.least).fold(0.0, f64::max).max(1e-12);
        let at = |part: f64| (part / most).mul_add(room, start);
        let middle = |along, ink| Letters { size: TEXT_SIZE, ink, along, upright: Upright::Middle };
        for (number, bar) in self.bars.iter().enumerate() {
            let y = float(number).mul_add(ROW, top + ROW / 2.0);
            let name = fitted(&bar.name, TEXT_SIZE, names - 10.0)?;
            canvas.text(&name, (start - 8.0, y), middle(Along::End, INK))?;
            let block =
                |from: f64, to: f64| [(from, y - TALL / 2.0), (to, y - TALL / 2.0), (to, y + TALL / 2.0), (from, y + TALL / 2.0)];
            let Some((needed, needless)) = bar.parts else {
                canvas.text("refused", (start, y), middle(Along::Start, FAINT_INK))?;
                continue;
            };
            canvas.fill(&block(start, start + room), GRID)?;
            canvas.fill(&block(start, at(needed)), NEEDED)?;
            canvas.fill(&block(at(needed), at(needed + needless)), NEEDLESS)?;
            let told = format!("{} %", significant((needed + needless) * 100.0));
            canvas.text(&told, (start + room + 8.0, y), middle(Along::Start, INK))?;
        }
        if let Some(least) = self.least {
            let bottom = float(self.bars.len()).mul_add(ROW, top);
            canvas.line(&[(at(least), top), (at(least), bottom)], INK, 2.0, Stroke::Solid)?;
        }
        Ok(())
    }
}
