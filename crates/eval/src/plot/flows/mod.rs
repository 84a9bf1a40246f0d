//! What a change of members moves: how much under each algorithm, and between which nodes.

mod bars;
mod groups;
mod look;
mod ribbons;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::fleet::plan::Plan;
use crate::stats::float;

use super::canvas::{Along, Canvas, Letters, Outcome, Place, Upright, wrapped};
use super::ink::{FAINT_INK, INK, Ink};
use super::sheet::Page;
use super::style::{TEXT_SIZE, TITLE_SIZE, load_font};
use super::svg::{Svg, escaped, style};
use super::{Album, FOLDER, Gallery, Label, Part, PlotError};
use bars::Bars;
use look::{NEEDED, NEEDLESS, has_reasons, unit};
use ribbons::Ribbons;

const NAME: &str = "flows";
const TITLE: &str = "What does the change move, and from whom to whom?";

const MARGIN: f64 = 16.0;
const WIDTH: f64 = 900.0;
const GAP: f64 = 24.0;
const LINE: f64 = 19.0;

/// Draws the picture as files into `dir/plots`.
pub(crate) fn draw(dir: &Path, plan: &Plan) -> Result<(), PlotError> {
    let folder = dir.join(FOLDER);
    fs::create_dir_all(&folder).map_err(|source| PlotError::Folder { path: folder.clone(), source })?;
    let stem = folder.join(NAME);
    let failed = |reason| PlotError::Draw { path: stem.with_extension("svg"), reason };
    let sheet = Sheet::of(plan).map_err(failed)?;
    let draw = |canvas: &mut dyn Canvas| sheet.draw(canvas);
    Page { title: TITLE, note: &sheet.note.join(" "), size: (WIDTH, sheet.height), draw: &draw }.write(&stem)
}

/// The picture in parts for a page.
pub(crate) fn album(plan: &Plan) -> Result<Album, PlotError> {
    let failed = |reason| PlotError::Draw { path: NAME.into(), reason };
    let mut inks = BTreeSet::new();
    let gallery = gallery(plan, &mut inks).map_err(failed)?;
    Ok(Album { galleries: vec![gallery], style: style(inks) })
}

fn gallery(plan: &Plan, inks: &mut BTreeSet<Ink>) -> Outcome<Gallery> {
    load_font()?;
    let wide = WIDTH - 2.0 * MARGIN;
    let mut panels = Vec::new();
    let mut part = |title: &str, height: f64, draw: &dyn Fn(&mut dyn Canvas) -> Outcome| -> Outcome {
        let mut svg = Svg::default();
        draw(&mut svg)?;
        let (elements, own) = svg.finish();
        inks.extend(own);
        let svg = format!(
            "<svg class=\"panel\" viewBox=\"0 0 {wide} {height}\" role=\"group\" aria-label=\"{}\">\n{elements}</svg>",
            escaped(title)
        );
        panels.push(Part { keys: None, nodes: None, svg });
        Ok(())
    };
    let bars = Bars::of(plan);
    part("what moves", bars.height(), &|canvas| bars.draw(canvas, (0.0, 0.0), wide))?;
    for ribbons in Ribbons::all(plan) {
        part(&ribbons.title, ribbons.height(), &|canvas| ribbons.draw(canvas, (0.0, 0.0), wide))?;
    }
    let mut legend = Vec::new();
    for (text, ink) in entries(plan) {
        let mut svg = Svg::default();
        symbol(&mut svg, ink, (1.0, 8.0))?;
        let (elements, own) = svg.finish();
        inks.extend(own);
        let symbol = format!(
            "<svg class=\"symbol\" viewBox=\"0 0 20 16\" width=\"20\" height=\"16\" aria-hidden=\"true\">{elements}</svg>"
        );
        legend.push(Label { symbol, text: text.to_owned(), series: String::new() });
    }
    Ok(Gallery { name: NAME, title: TITLE, note: note(plan), legend, columns: 1, panels })
}

/// The colours of the picture, with what they mean.
fn entries(plan: &Plan) -> Vec<(&'static str, Option<Ink>)> {
    if has_reasons(plan) {
        vec![
            ("needed: from a node that goes or gets lighter, or to one that comes or gets heavier", Some(NEEDED)),
            ("needless: between two others", Some(NEEDLESS)),
            ("the least by weight", None),
        ]
    } else {
        vec![("moves, though no member changes", Some(NEEDLESS))]
    }
}

fn note(plan: &Plan) -> String {
    let unit = unit(plan);
    format!(
        "Bars: the part of all {unit} that moves. Below, each algorithm by itself: on the left the nodes that give {unit}, on the right those \
         that get them. A ribbon is as thick as what moves along it; the figure beside a node is the number of {unit}."
    )
}

/// A square of a colour; a line where there is none.
fn symbol(canvas: &mut dyn Canvas, ink: Option<Ink>, (x, y): Place) -> Outcome {
    match ink {
        Some(ink) => canvas.fill(&[(x, y - 5.0), (x + 14.0, y - 5.0), (x + 14.0, y + 5.0), (x, y + 5.0)], ink),
        None => canvas.line(&[(x + 7.0, y - 7.0), (x + 7.0, y + 7.0)], INK, 2.0, super::canvas::Stroke::Solid),
    }
}

/// Where everything of the file stands.
struct Sheet<'a> {
    height: f64,
    title: Vec<String>,
    note: Vec<String>,
    entries: Vec<(&'static str, Option<Ink>)>,
    bars: Bars,
    bars_top: f64,
    ribbons: Vec<(Place, Ribbons<'a>)>,
}

impl<'a> Sheet<'a> {
    fn of(plan: &'a Plan) -> Outcome<Self> {
        load_font()?;
        let whole = WIDTH - 2.0 * MARGIN;
        let (title, note) = (wrapped(TITLE, TITLE_SIZE, whole)?, wrapped(&note(plan), TEXT_SIZE, whole)?);
        let entries = entries(plan);
        let words = float(title.len()).mul_add(25.0, MARGIN) + float(note.len() + entries.len()).mul_add(LINE, 10.0);
        let (bars, all) = (Bars::of(plan), Ribbons::all(plan));
        let bars_top = words + 8.0;
        let mut top = bars_top + bars.height() + GAP;
        let mut ribbons = Vec::new();
        for one in all {
            let next = top + one.height() + GAP;
            ribbons.push(((MARGIN, top), one));
            top = next;
        }
        let height = (top - GAP + MARGIN).ceil();
        Ok(Self { height, title, note, entries, bars, bars_top, ribbons })
    }

    fn draw(&self, canvas: &mut dyn Canvas) -> Outcome {
        let letters = |size, ink| Letters { size, ink, along: Along::Start, upright: Upright::Top };
        let mut y = MARGIN;
        for line in &self.title {
            canvas.text(line, (MARGIN, y), letters(TITLE_SIZE, INK))?;
            y += 25.0;
        }
        for line in &self.note {
            canvas.text(line, (MARGIN, y), letters(TEXT_SIZE, FAINT_INK))?;
            y += LINE;
        }
        y += 6.0;
        for &(text, ink) in &self.entries {
            symbol(canvas, ink, (MARGIN, y + LINE / 2.0))?;
            let beside = Letters { upright: Upright::Middle, ..letters(TEXT_SIZE, INK) };
            canvas.text(text, (MARGIN + 22.0, y + LINE / 2.0), beside)?;
            y += LINE;
        }
        self.bars.draw(canvas, (MARGIN, self.bars_top), WIDTH - 2.0 * MARGIN)?;
        for (place, ribbons) in &self.ribbons {
            ribbons.draw(canvas, *place, WIDTH - 2.0 * MARGIN)?;
        }
        Ok(())
    }
}
