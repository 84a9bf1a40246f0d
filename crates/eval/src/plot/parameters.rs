//! Parameters that were swept, on the level axis: what a greater one buys and costs.

use std::collections::BTreeMap;

use crate::known;
use crate::reading::number;
use crate::record::Record;
use crate::stats::float;

use super::axis::{Axis, Reads};
use super::figure::{Figure, Panel, Point, Series, legend};
use super::spots::{self, Spot, of_family};
use super::style::{Mien, Palette, step};

pub(super) const TITLE: &str = "What does a greater parameter buy, and what does it cost?";

/// How many sizes are shown.
const MOST_SIZES: usize = 3;

/// A figure of a spot by its parameter: its upright axis, and how to read it.
struct Kind {
    up: (&'static str, Reads),
    of: fn(&Spot) -> Option<Point>,
}

const KINDS: [Kind; 3] = [
    Kind { up: ("busiest node above the mean (%)", Reads::Percent), of: |spot| Some(Point::of(0.0, spot.above)) },
    Kind {
        up: ("moved needlessly / must move", Reads::Times),
        of: |spot| spot.needless.map(|needless| Point::of(0.0, needless)),
    },
    Kind {
        up: ("latency, by digest", Reads::Duration),
        of: |spot| spot.latency.map(|(time, whisker)| Point { whisker, ..Point::of(0.0, time) }),
    },
];

/// The figure, or why there is none.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    let spots = spots::all(records);
    let swept = swept(&spots);
    if swept.is_empty() {
        return Err("The records hold one set of parameters of each algorithm.".to_owned());
    }
    let palette = Palette::of(records);
    let mut panels = Vec::new();
    for kind in &KINDS {
        let own: Vec<(&str, Vec<Series>)> =
            swept.iter().map(|(family, sizes)| (family.as_str(), kind.series(family, sizes, &spots, &palette))).collect();
        let values = own.iter().flat_map(|(_, series)| series).flat_map(|series| &series.points).flat_map(Point::values);
        // Where nothing moves without need whatever the parameter, there is nothing to see.
        let Some(y) = Axis::over(kind.up.0, kind.up.1, values) else { continue };
        let of_family =
            own.into_iter().filter(|(_, series)| series.iter().flat_map(|series| &series.points).any(|point| point.y > 0.0));
        panels.extend(of_family.filter_map(|(family, series)| panel(family, series, &y)));
    }
    let panels = by_family(&panels, &swept);
    let names: Vec<&str> = swept.iter().map(|(family, _)| family.as_str()).collect();
    let note = format!(
        "{}: the stronger a line, the more nodes. Balance is by exact shares where they are known. A panel of needless moves is left out \
         where there are none.",
        names.join(" and ")
    );
    let columns = panels.len().min(2);
    let legend = legend(&panels);
    Ok(Figure { note, legend, panels, columns })
}

/// The algorithms of which several parameters were tried at one size, with those sizes.
fn swept(spots: &BTreeMap<u64, Vec<Spot>>) -> Vec<(String, Vec<u64>)> {
    let mut swept: Vec<(String, Vec<u64>)> = Vec::new();
    for (&nodes, at) in spots {
        for family in spots::families(at) {
            if of_family(at, family).iter().filter(|spot| spot.subject.parameter().is_some()).count() < 2 {
                continue;
            }
            match swept.iter_mut().find(|(name, _)| name == family) {
                Some((_, sizes)) if sizes.len() < MOST_SIZES => sizes.push(nodes),
                Some(_) => {}
                None => swept.push((family.to_owned(), vec![nodes])),
            }
        }
    }
    swept
}

/// Panels of one algorithm side by side.
fn by_family(panels: &[(String, Panel)], swept: &[(String, Vec<u64>)]) -> Vec<Panel> {
    let of = |family: &str| panels.iter().filter(|(own, _)| own == family).map(|(_, panel)| panel.clone()).collect::<Vec<_>>();
    swept.iter().flat_map(|(family, _)| of(family)).collect()
}

impl Kind {
    /// A series for each size, along the parameter.
    fn series(&self, family: &str, sizes: &[u64], spots: &BTreeMap<u64, Vec<Spot>>, palette: &Palette) -> Vec<Series> {
        let Mien { ink, marker } = palette.of_family(family);
        let series = |(number, nodes): (usize, &u64)| {
            let point = |spot: &&Spot| Some(Point { x: spot.subject.parameter()?, ..(self.of)(spot)? });
            Series {
                name: family.to_owned(),
                further: format!("{} nodes", number::count(*nodes)),
                mien: Mien { ink: step(ink, number, sizes.len()), marker },
                is_hollow: false,
                points: of_family(&spots[nodes], family).iter().filter_map(point).collect(),
                beside: 0.0,
            }
        };
        sizes.iter().enumerate().map(series).collect()
    }
}

fn panel(family: &str, series: Vec<Series>, y: &Axis) -> Option<(String, Panel)> {
    let mut steps: Vec<f64> = series.iter().flat_map(|series| &series.points).map(|point| point.x).collect();
    steps.sort_by(f64::total_cmp);
    steps.dedup();
    let x = Axis::steps(known::parameter(family).unwrap_or("parameter"), Reads::Named("parameter"), &steps)?;
    let count = float(series.len());
    let series = series.into_iter().enumerate();
    let series = series.map(|(i, series)| Series { beside: ((float(i) + 0.5) / count - 0.5) * 0.4, ..series }).collect();
    let title = family.to_owned();
    let panel =
        Panel { title, remark: String::new(), x, y: y.clone(), keys: None, nodes: None, band: None, lines: Vec::new(), series };
    Some((family.to_owned(), panel))
}
