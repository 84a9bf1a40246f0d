//! Remap: how many keys a change of members moves, against those of the node that comes or goes.

use crate::reading::number;
use crate::reading::select::Rows;
use crate::record::{Case, Measure, Metric, Record};
use crate::stats::float;

use super::axis::Axis;
use super::figure::{Entry, Figure, Line, Panel, Point, Series, Stroke, Symbol, legend, palette, places};

pub(super) const TITLE: &str = "How many keys move for each key of the node that joins or leaves?";

const CASES: [(Case, &str); 3] =
    [(Case::AddOne, "one node joins"), (Case::RemoveLast, "the last node leaves"), (Case::RemoveAny, "any node leaves")];

/// The figure, or why there is none.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    let rows = Rows::unswept(records, Measure::Remap, Metric::MovedOverOwn);
    // The set with the most keys says it best: the ratio is the same on every other, with more noise.
    let Some((keys, key_count)) = rows.key_sets().into_iter().max_by_key(|&(_, count)| count) else {
        return Err("The records hold no figure of moved keys, as where there is one node only.".to_owned());
    };
    let rows = rows.filter(|record| record.keys == keys && record.key_count == key_count);
    // Never so near that the minimal ones and 2 % above them look far apart.
    let shown = rows.iter().filter_map(|record| record.value).chain([0.85, 2.5]);
    let y = Axis::over("keys moved / keys of that node", shown).ok_or("No ratio of moved keys is positive.")?;
    let panels: Vec<Panel> = CASES.iter().filter_map(|case| panel(&rows, case, &y)).collect();
    if panels.is_empty() {
        return Err("The records hold no figure of a node that joins or leaves.".to_owned());
    }
    let mut legend = legend(&rows);
    legend.push(Entry { label: "least possible".to_owned(), symbol: Symbol::Line(Stroke::Dashed) });
    let note = format!(
        "At 1 only the keys move that the node brings or leaves behind, and no fewer can. What lies above moved between nodes \
         that both stayed, for nothing. A marker is the median over sets of node names, a dash one set. {} keys: {keys}.",
        number::count(key_count)
    );
    let columns = panels.len();
    Ok(Figure { title: TITLE.to_owned(), note, legend, panels, columns, field_height: 320 })
}

fn panel(rows: &Rows<'_>, (case, title): &(Case, &str), y: &Axis) -> Option<Panel> {
    let palette = palette(rows);
    let rows = rows.filter(|record| record.case == *case);
    let x = Axis::nodes(&rows.nodes())?;
    let subjects = rows.subjects();
    let series = (subjects.iter().zip(places(subjects.len())))
        .map(|(subject, beside)| {
            let points = rows.figures(subject).into_iter();
            let points = points.map(|(nodes, ratios)| Point::median_of(float(nodes), &ratios)).collect();
            Series { look: palette.look(&subject.algorithm), points, beside }
        })
        .collect();
    let (low, high) = x.ends();
    let least = Line { stroke: Stroke::Dashed, points: vec![(low, 1.0), (high, 1.0)] };
    Some(Panel { title: (*title).to_owned(), x, y: y.clone(), band: None, lines: vec![least], series })
}
