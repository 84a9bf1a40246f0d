//! Somebody's own members: how their load is spread, and how busy any leaving makes the busiest survivor.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::fleet::{Fleet, Standing};
use crate::reading::select::Subject;
use crate::stats::balance::{Loads, quantile_of_sorted};

use super::axis::{Axis, Reads};
use super::canvas::Stroke;
use super::figure::{Entry, Figure, Line, Panel, Point, Series, Symbol, legend};
use super::style::Palette;
use super::{Album, FOLDER, Picture, PlotError, sheet, svg};
use crate::stats::float;

const NAME: &str = "members";
const TITLE: &str = "How busy are the members, and how busy can one leaving make the busiest?";

/// Idlest, 1 %, 5 %, median, 95 %, 99 %, busiest.
const QUANTILES: [f64; 7] = [0.0, 0.01, 0.05, 0.5, 0.95, 0.99, 1.0];

/// Draws the picture as files into `dir/plots`.
pub(crate) fn draw(dir: &Path, fleet: &Fleet) -> Result<(), PlotError> {
    let Some(figure) = figure(fleet) else { return Ok(()) };
    let folder = dir.join(FOLDER);
    fs::create_dir_all(&folder).map_err(|source| PlotError::Folder { path: folder.clone(), source })?;
    sheet::write(TITLE, &figure, &folder.join(NAME))
}

/// The picture in parts for a page; no picture where no algorithm took the members.
pub(crate) fn album(fleet: &Fleet) -> Result<Album, PlotError> {
    let mut inks = BTreeSet::new();
    let picture = Picture { name: NAME, title: TITLE, of: |_| Err(String::new()) };
    let failed = |reason| PlotError::Draw { path: NAME.into(), reason };
    let gallery = |figure| picture.gallery(figure, &mut inks).map_err(failed);
    let galleries = figure(fleet).map(gallery).transpose()?.into_iter().collect();
    Ok(Album { galleries, style: svg::style(inks) })
}

fn figure(fleet: &Fleet) -> Option<Figure> {
    let subjects: Vec<Subject> = fleet.sides.iter().map(|side| subject(side.algorithm.key())).collect();
    let palette = Palette::of_subjects(&subjects);
    let series = |of: &dyn Fn(&Standing) -> Option<Point>| -> Vec<Series> {
        let points = fleet.sides.iter().zip(&subjects);
        let points = points.filter_map(|(side, subject)| Some((subject, of(side.standing.as_ref().ok()?)?)));
        let row = |(row, (subject, point))| Series::of(subject, &palette, vec![Point { x: float(row), ..point }]);
        points.enumerate().map(row).collect()
    };
    let loads = series(&|standing| loads(fleet, standing));
    let leavings = series(&|standing| leavings(standing));
    let chance = [fleet.chance.load.idlest, fleet.chance.load.busiest];
    let all = loads.iter().chain(&leavings).flat_map(|series| &series.points).flat_map(Point::values);
    let y = Axis::over("load (× what the weight gives)", Reads::Times, all.chain(chance).filter(|load| *load > 0.0))?;
    let panels = [("each member", loads), ("the busiest survivor after any one leaves or fails", leavings)];
    let panels: Vec<Panel> = (panels.into_iter())
        .filter(|(_, series)| !series.is_empty())
        .map(|(title, series)| panel(title, series, &chance, &y))
        .collect();
    let mut legend = legend(&panels);
    legend.push(Entry::of("idlest and busiest by chance alone, before any leaving", Symbol::Line(Stroke::Dashed)));
    let note = "Marker: the median; bar: from the 5th to the 95th percentile; line: from the 1st to the 99th; dashes: the least and the most. \
                In the second panel each member leaves or fails once; the load of the busiest survivor is over what its weight gave it before."
        .to_owned();
    Some(Figure { note, legend, columns: panels.len(), panels })
}

/// A key of the registry as a subject: its parameters are in its name.
fn subject(key: &str) -> Subject {
    let parameters = key.split_once(':').map_or("", |(_, parameters)| parameters).to_owned();
    Subject { algorithm: key.to_owned(), parameters }
}

/// The loads of all members.
fn loads(fleet: &Fleet, standing: &Standing) -> Option<Point> {
    let counts: Vec<u64> = standing.amounts.iter().map(|amount| amount.load).collect();
    let weights: Vec<f64> = fleet.members.iter().map(|member| f64::from(member.weight.get())).collect();
    Some(point(&Loads::weighted(&counts, &weights).ok()?.quantiles(&QUANTILES)))
}

/// The busiest survivor of each leaving.
fn leavings(standing: &Standing) -> Option<Point> {
    let mut busiest: Vec<f64> = standing.leavings.iter().map(|leaving| leaving.busiest.1).collect();
    busiest.sort_by(f64::total_cmp);
    (!busiest.is_empty()).then(|| point(&QUANTILES.map(|quantile| quantile_of_sorted(&busiest, quantile))))
}

fn point(quantiles: &[f64]) -> Point {
    let at = |place: usize| quantiles.get(place).copied().unwrap_or(f64::NAN);
    Point { whisker: Some((at(1), at(5))), bar: Some((at(2), at(4))), cloud: vec![at(0), at(6)], ..Point::of(0.0, at(3)) }
}

fn panel(title: &str, series: Vec<Series>, chance: &[f64; 2], y: &Axis) -> Panel {
    let x = Axis::names(series.iter().map(|series| series.name.clone()));
    let (first, last) = x.ends();
    let line = |&value: &f64| Line { stroke: Stroke::Dashed, points: vec![(first, value), (last, value)] };
    let lines = chance.iter().filter(|&&value| value > 0.0).map(line).collect();
    Panel { title: title.to_owned(), remark: String::new(), x, y: y.clone(), keys: None, nodes: None, band: None, lines, series }
}
