//! Who gives to whom, under one algorithm: nodes on both sides, and ribbons between them.

use crate::fleet::plan::{Kind, Plan};
use crate::reading::number::{count, significant};
use crate::stats::float;

use super::super::canvas::{Along, Canvas, Letters, Outcome, Place, Stroke, Upright, text_width};
use super::super::ink::{FAINT_INK, FRAME, INK, Ink, PAPER};
use super::super::style::{LABEL_SIZE, TEXT_SIZE};
use super::groups::{Group, Groups};
use super::look::{NEEDED, NEEDLESS, fitted, unit};

/// Above the nodes: the title, and what the sides are.
const HEAD: f64 = 46.0;
const TALL: f64 = 230.0;
/// Between nodes of one side.
const APART: f64 = 5.0;
/// How wide a node is.
const NODE: f64 = 10.0;
/// The least distance of two labels.
const LABEL: f64 = 16.0;
/// How much of the width the names take on each side.
const NAMES: f64 = 0.34;
/// Straight pieces of a ribbon's edge.
const PIECES: usize = 24;

/// The panel of one algorithm.
pub(super) struct Ribbons<'a> {
    pub(super) title: String,
    plan: &'a Plan,
    groups: Groups,
}

/// A node as it stands on its side.
struct Standing {
    top: f64,
    bottom: f64,
}

impl<'a> Ribbons<'a> {
    /// A panel for each algorithm that takes the nodes.
    pub(super) fn all(plan: &'a Plan) -> Vec<Self> {
        let panel = |side: &crate::fleet::plan::Side| {
            let outcome = side.outcome.as_ref().ok()?;
            let part = significant(100.0 * float(outcome.moved.keys) / float(plan.copies()));
            let title = format!("{}: {} {} move, {part} %", side.name, count(outcome.moved.keys), unit(plan));
            Some(Self { title, plan, groups: Groups::of(outcome, &plan.change.nodes) })
        };
        plan.sides.iter().filter_map(panel).collect()
    }

    pub(super) fn height(&self) -> f64 {
        if self.groups.givers.is_empty() { HEAD } else { HEAD + TALL + 8.0 }
    }

    pub(super) fn draw(&self, canvas: &mut dyn Canvas, (left, top): Place, wide: f64) -> Outcome {
        let letters = |size, ink, along| Letters { size, ink, along, upright: Upright::Top };
        let title = fitted(&self.title, TEXT_SIZE, wide)?;
        canvas.text(&title, (left, top), letters(TEXT_SIZE, INK, Along::Start))?;
        if self.groups.givers.is_empty() {
            return Ok(());
        }
        let (names, right) = (wide * NAMES, left + wide);
        let (from, to) = (left + names, right - names);
        let heading = top + 22.0;
        canvas.text("gives", (from, heading), letters(LABEL_SIZE, FAINT_INK, Along::End))?;
        canvas.text("gets", (to, heading), letters(LABEL_SIZE, FAINT_INK, Along::Start))?;
        let base = top + HEAD;
        let (givers, scale) = stood(&self.groups.givers, &self.groups.takers, base);
        let (takers, _) = stood(&self.groups.takers, &self.groups.givers, base);
        self.draw_ribbons(canvas, (&givers, &takers), (from, to), scale)?;
        self.draw_side(canvas, (&self.groups.givers, &givers), (from, from - NODE), names)?;
        self.draw_side(canvas, (&self.groups.takers, &takers), (to, to + NODE), names)
    }

    /// The ribbons, the thickest first, so that thin ones are seen above.
    fn draw_ribbons(
        &self,
        canvas: &mut dyn Canvas,
        (givers, takers): (&[Standing], &[Standing]),
        (from, to): (f64, f64),
        scale: f64,
    ) -> Outcome {
        let mut starts: Vec<f64> = givers.iter().map(|node| node.top).collect();
        let mut ends: Vec<f64> = takers.iter().map(|node| node.top).collect();
        let mut drawn: Vec<(f64, f64, f64, Ink)> = Vec::new();
        for (&(giver, taker), ribbon) in &self.groups.ribbons {
            for (copies, ink) in [(ribbon.needed, NEEDED), (ribbon.needless, NEEDLESS)] {
                let thick = float(copies) * scale;
                if copies > 0 {
                    drawn.push((thick, starts[giver], ends[taker], ink));
                    starts[giver] += thick;
                    ends[taker] += thick;
                }
            }
        }
        drawn.sort_by(|one, other| other.0.total_cmp(&one.0));
        for (thick, start, end, ink) in drawn {
            let place = |piece: usize| {
                let part = float(piece) / float(PIECES);
                let slope = part * part * 2.0_f64.mul_add(-part, 3.0);
                ((to - from).mul_add(part, from), (end - start).mul_add(slope, start))
            };
            let upper: Vec<Place> = (0..=PIECES).map(place).collect();
            let lower: Vec<Place> = upper.iter().map(|&(x, y)| (x, y + thick)).collect();
            let outline: Vec<Place> = upper.iter().copied().chain(lower.iter().rev().copied()).collect();
            canvas.fill(&outline, ink.faint(0.5))?;
            if thick > 3.0 {
                canvas.line(&upper, PAPER, 0.8, Stroke::Solid)?;
                canvas.line(&lower, PAPER, 0.8, Stroke::Solid)?;
            } else {
                // A thin one would vanish.
                canvas.line(&upper, ink.faint(0.5), 0.5, Stroke::Solid)?;
            }
        }
        Ok(())
    }

    /// The nodes of a side with their names; `inner` is where ribbons begin, `outer` where names do.
    fn draw_side(
        &self,
        canvas: &mut dyn Canvas,
        (groups, nodes): (&[Group], &[Standing]),
        (inner, outer): (f64, f64),
        names: f64,
    ) -> Outcome {
        let is_left = outer < inner;
        let along = if is_left { Along::End } else { Along::Start };
        let away: f64 = if is_left { -1.0 } else { 1.0 };
        let labels = spread(&nodes.iter().map(|node| f64::midpoint(node.top, node.bottom)).collect::<Vec<_>>());
        for ((group, node), label) in groups.iter().zip(nodes).zip(labels) {
            let bottom = node.bottom.max(node.top + 0.8);
            canvas.fill(&[(inner, node.top), (outer, node.top), (outer, bottom), (inner, bottom)], FRAME)?;
            let middle = f64::midpoint(node.top, bottom);
            let at = away.mul_add(14.0, outer);
            canvas.line(&[(outer, middle), (away.mul_add(11.0, outer), label)], FRAME, 0.6, Stroke::Solid)?;
            let figure = count(group.copies);
            let room = names - NODE - 20.0;
            let own = text_width(&format!("  {figure}"), LABEL_SIZE)?;
            let name = self.name(group, room - own)?;
            let text = if is_left { format!("{name}  {figure}") } else { format!("{figure}  {name}") };
            let letters = Letters { size: LABEL_SIZE, ink: INK, along, upright: Upright::Middle };
            canvas.text(&text, (at, label), letters)?;
        }
        Ok(())
    }
}

impl Ribbons<'_> {
    /// The name of a group: a node, and what happens to it; or how many nodes of what kind.
    fn name(&self, group: &Group, room: f64) -> Outcome<String> {
        let Some(node) = group.node else {
            let name = format!("{} more that {}", count(group.nodes as u64), group.kind.of_several());
            return fitted(&name, LABEL_SIZE, room);
        };
        let what = if group.kind == Kind::Stays { String::new() } else { format!(", {}", group.kind.word()) };
        let own = text_width(&what, LABEL_SIZE)?;
        Ok(fitted(&self.plan.change.nodes[node].name, LABEL_SIZE, room - own)? + &what)
    }
}

/// Where the nodes of a side stand, below one another, and how tall one copy is. Both sides have one scale.
fn stood(groups: &[Group], others: &[Group], base: f64) -> (Vec<Standing>, f64) {
    let all: u64 = groups.iter().map(|group| group.copies).sum();
    let gaps = |groups: &[Group]| APART * float(groups.len().saturating_sub(1));
    let scale = (TALL - gaps(groups).max(gaps(others))) / float(all.max(1));
    let mut top = base + (TALL - float(all).mul_add(scale, gaps(groups))) / 2.0;
    let stand = |group: &Group| {
        let standing = Standing { top, bottom: float(group.copies).mul_add(scale, top) };
        top = standing.bottom + APART;
        standing
    };
    (groups.iter().map(stand).collect(), scale)
}

/// Labels at these heights, in rising order, moved apart where they would touch.
fn spread(wanted: &[f64]) -> Vec<f64> {
    let mut places = wanted.to_vec();
    for at in 1..places.len() {
        places[at] = places[at].max(places[at - 1] + LABEL);
    }
    // What was pushed below the last node comes up again.
    let lowest = wanted.last().copied().unwrap_or_default();
    if let Some(last) = places.last_mut() {
        *last = last.min(lowest + 4.0);
    }
    for at in (0..places.len().saturating_sub(1)).rev() {
        places[at] = places[at].min(places[at + 1] - LABEL);
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_apart_and_no_lower_than_they_must() {
        let places = spread(&[10.0, 100.0, 101.0, 102.0, 103.0]);
        assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= LABEL - 1e-9), "{places:?}");
        assert!(places[4] <= 107.0 + 1e-9 && (places[0] - 10.0).abs() < 1e-9, "{places:?}");
        assert_eq!(spread(&[5.0, 50.0]), [5.0, 50.0]);
        assert!(spread(&[]).is_empty());
    }
}
