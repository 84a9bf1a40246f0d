//! Memory against balance: what evenness costs, with parameters that were swept as curves.

use crate::known;
use crate::reading::number;
use crate::record::Record;
use crate::stats::float;

use super::axis::{Axis, Reads};
use super::figure::{Entry, Figure, Panel, Point, Series, Symbol, apart};
use super::spots::{self, Spot, families, of_family, richest};
use super::style::Palette;

pub(super) const TITLE: &str = "What does balance cost in memory?";

/// How many sizes are shown.
const MOST_PANELS: usize = 3;

/// The figure, or why there is none.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    let mut spots = spots::all(records);
    spots.values_mut().for_each(|spots| spots.retain(|spot| spot.bytes.is_some()));
    let sizes = richest(&spots, MOST_PANELS);
    if sizes.is_empty() {
        return Err("The records hold no memory of two algorithms at one size.".to_owned());
    }
    let palette = Palette::of(records);
    let shown = || sizes.iter().flat_map(|nodes| &spots[nodes]);
    let x = Axis::over("state (bytes, predicted)", Reads::Bytes, shown().filter_map(|spot| spot.bytes));
    let y = Axis::over("busiest node above the mean (%)", Reads::Percent, shown().map(|spot| spot.above));
    let (x, y) = x.zip(y).ok_or("No node has more than its part in any row.")?;
    let panels: Vec<Panel> = sizes.iter().map(|&nodes| panel(nodes, &spots[&nodes], &palette, (&x, &y))).collect();
    let legend = super::figure::legend(&panels).into_iter().map(|entry| whole_family(entry, &palette)).collect();
    let swept: Vec<&str> = (families(&spots[&sizes[0]]).into_iter())
        .filter(|family| of_family(&spots[&sizes[0]], family).len() > 1)
        .filter_map(known::parameter)
        .collect();
    let words = if swept.is_empty() { String::new() } else { format!(" The number beside a marker: {}.", swept.join(", or ")) };
    let note = format!(
        "To the left is less memory, below is more even. By exact shares where they are known; 0 % is even by law, 0 B no state at \
         all.{words}"
    );
    let columns = panels.len();
    Ok(Figure { note, legend, panels, columns })
}

/// A curve runs along the parameters and has the hue itself.
fn whole_family(entry: Entry, palette: &Palette) -> Entry {
    Entry { symbol: Symbol::Series(palette.of_family(&entry.series)), ..entry }
}

fn panel(nodes: u64, spots: &[Spot], palette: &Palette, (x, y): (&Axis, &Axis)) -> Panel {
    let series = families(spots).into_iter().map(|family| {
        let own = of_family(spots, family);
        let is_curve = own.len() > 1;
        let point = |spot: &&Spot| {
            let label = spot.subject.parameter().filter(|_| is_curve).map(number::plain).unwrap_or_default();
            Point { label, ..Point::of(spot.bytes.unwrap_or_default(), spot.above) }
        };
        Series {
            name: family.to_owned(),
            further: String::new(),
            mien: palette.of_family(family),
            is_hollow: false,
            points: own.iter().map(point).collect(),
            beside: 0.0,
        }
    });
    let mut series: Vec<Series> = series.collect();
    apart(&mut series);
    Panel {
        title: Reads::Nodes.tell(float(nodes)),
        remark: String::new(),
        x: x.clone(),
        y: y.clone(),
        keys: None,
        nodes: Some(nodes),
        band: None,
        lines: Vec::new(),
        series,
    }
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
        assert_eq!(labels[0], ["10", "160", "1,000"]);
        assert!(labels[1..].iter().all(|labels| *labels == [""]), "{labels:?}");
        assert_eq!(figure.legend.len(), ALGORITHMS.len());
    }
}
