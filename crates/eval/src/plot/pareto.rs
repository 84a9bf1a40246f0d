//! Memory against balance: what evenness costs, with swept parameters as curves.

use std::collections::BTreeMap;

use crate::known;
use crate::reading::number;
use crate::reading::select::{Rows, Subject, figure_of, median};
use crate::record::{Case, Measure, Metric, Record};

use super::axis::Axis;
use super::balance::{above, ideal};
use super::figure::{Band, Entry, Figure, Panel, Point, Series, Symbol};
use super::style::Palette;

pub(super) const TITLE: &str = "What does balance cost in memory?";

/// How many sizes are shown.
const MOST_PANELS: usize = 3;
/// Where an algorithm without state stands on an axis that has no zero.
const NOTHING: f64 = 1.0;

/// The figure, or why there is none.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    let balance = Rows::of(records, Measure::Balance, Metric::MaxOverMean).filter(|record| record.case == Case::Only);
    let Some((keys, key_count)) = balance.key_sets().into_iter().max_by_key(|&(_, count)| count) else {
        return Err("The records hold no figure of balance.".to_owned());
    };
    let balance = balance.filter(|record| record.keys == keys && record.key_count == key_count);
    let spots = spots(&balance, &Rows::of(records, Measure::Memory, Metric::StateBytes));
    let Some(most) = spots.values().map(Vec::len).max() else {
        return Err("The records hold no memory of an algorithm.".to_owned());
    };
    let is_swept = spots.values().any(|spots| families(spots.iter()).len() < spots.len());
    if spots.len() < 2 && !is_swept {
        return Err("The records hold one size and one set of parameters of each algorithm.".to_owned());
    }
    // The sizes at which the most was tried.
    let sizes: Vec<u64> = spots.iter().filter(|(_, spots)| spots.len() == most).map(|(&nodes, _)| nodes).collect();
    let palette = Palette::of(spots.values().flatten().map(|spot| spot.subject.family()));
    let panels: Vec<Panel> =
        (sizes.iter().take(MOST_PANELS)).filter_map(|&nodes| panel(nodes, key_count, &spots[&nodes], &palette)).collect();
    if panels.is_empty() {
        return Err("No node has more than its part in any row, as where there is one node only.".to_owned());
    }
    let shown = spots.iter().filter(|(nodes, _)| sizes.contains(nodes)).flat_map(|(_, spots)| spots);
    let families = families(shown);
    let mut legend: Vec<Entry> = (families.iter())
        .map(|family| Entry { label: (*family).to_owned(), symbol: Symbol::Algorithm(palette.look(family)) })
        .collect();
    legend.push(Entry { label: "ideal placements: 99.8 % of them, and their median".to_owned(), symbol: Symbol::Band });
    let note = format!(
        "Further to the left is smaller, further down is more even; within the grey band nothing can be told from chance. Curves \
         join one algorithm's parameters, written beside the markers: {}. What holds no \
         state at all stands at 1 byte. {} keys: {keys}.",
        known::parameters_in_words(),
        number::count(key_count)
    );
    let columns = panels.len();
    Ok(Figure { title: TITLE.to_owned(), note, legend, panels, columns, field_height: 340 })
}

/// Where one algorithm with its parameters stands.
struct Spot {
    subject: Subject,
    bytes: f64,
    /// By how many percent the busiest node is above the mean.
    above: f64,
}

/// All that have both figures, by number of nodes.
fn spots(balance: &Rows<'_>, memory: &Rows<'_>) -> BTreeMap<u64, Vec<Spot>> {
    let mut spots: BTreeMap<u64, Vec<Spot>> = BTreeMap::new();
    for subject in balance.subjects() {
        // What the algorithm predicts of itself is the same on every machine.
        let bytes_at = |nodes: u64| {
            let mut rows = memory.iter().filter(|record| record.nodes == nodes && Subject::of(record) == subject);
            rows.find_map(|record| record.value.or(figure_of(record)))
        };
        for (nodes, ratios) in balance.figures(&subject) {
            let above = above(median(&ratios));
            if let Some(bytes) = bytes_at(nodes).filter(|_| above > 0.0) {
                let spot = Spot { subject: subject.clone(), bytes: bytes.max(NOTHING), above };
                spots.entry(nodes).or_default().push(spot);
            }
        }
    }
    spots
}

fn families<'a>(spots: impl Iterator<Item = &'a Spot>) -> Vec<&'a str> {
    let mut families: Vec<&str> = Vec::new();
    for spot in spots {
        if !families.contains(&spot.subject.family()) {
            families.push(spot.subject.family());
        }
    }
    families
}

fn panel(nodes: u64, keys: u64, spots: &[Spot], palette: &Palette) -> Option<Panel> {
    let (low, middle, high) = ideal(nodes, keys)?;
    let x = Axis::bytes("state (bytes)", spots.iter().map(|spot| spot.bytes))?;
    let y = Axis::over("busiest node above the mean (%)", spots.iter().map(|spot| spot.above).chain([low, high]))?;
    let (first, last) = x.ends();
    let band = Band { points: vec![(first, low, middle, high), (last, low, middle, high)] };
    let series = families(spots.iter()).into_iter().map(|family| {
        let mut of_family: Vec<&Spot> = spots.iter().filter(|spot| spot.subject.family() == family).collect();
        of_family.sort_by(|one, other| one.bytes.total_cmp(&other.bytes));
        let is_curve = of_family.len() > 1;
        let point = |spot: &&Spot| {
            let label = if is_curve { parameter(&spot.subject.parameters) } else { String::new() };
            Point { label, ..Point::of(spot.bytes, spot.above) }
        };
        Series { look: palette.look(family), points: of_family.iter().map(point).collect(), beside: 0.0 }
    });
    let title = if nodes == 1 { "1 node".to_owned() } else { format!("{} nodes", number::count(nodes)) };
    Some(Panel { title, x, y, band: Some(band), lines: Vec::new(), series: series.collect() })
}

/// The values of parameters alone, `65,537` of `slots=65537`.
fn parameter(parameters: &str) -> String {
    let value = |part: &str| {
        let value = part.split_once('=').map_or(part, |(_, value)| value);
        value.parse().map_or_else(|_| value.to_owned(), number::count)
    };
    parameters.split(',').map(value).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::sample::{ALGORITHMS, records};

    #[test]
    fn parameters_of_one_algorithm_make_one_curve_where_they_were_tried() {
        let mut all = records(&ALGORITHMS, &[10, 100, 1000]);
        all.extend(records(&[("ring:points=10", "points=10"), ("ring:points=1000", "points=1000")], &[10, 100]));
        let figure = figure(&all).unwrap();
        let titles: Vec<&str> = figure.panels.iter().map(|panel| panel.title.as_str()).collect();
        assert_eq!(titles, ["10 nodes", "100 nodes"], "at a thousand nothing was swept");
        let labels: Vec<Vec<&str>> = (figure.panels[0].series.iter())
            .map(|series| series.points.iter().map(|point| point.label.as_str()).collect())
            .collect();
        assert_eq!(labels[0].len(), 3);
        assert!(labels[0].contains(&"160") && labels[0].contains(&"1,000"), "{labels:?}");
        assert!(labels[1..].iter().all(|labels| *labels == [""]), "{labels:?}");
        assert_eq!(figure.legend.len(), ALGORITHMS.len() + 1);
    }
}
