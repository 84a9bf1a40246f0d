//! Movement against balance, with no more than so much memory for each.

use crate::known;
use crate::reading::number;
use crate::record::Record;

use super::axis::{Axis, Reads};
use super::figure::{Figure, Panel, Point, Series, apart, legend};
use super::spots::{self, Spot, families, of_family, richest};
use super::style::Palette;

pub(super) const TITLE: &str = "With the same memory, who is even and who moves little?";

/// How many limits of memory are shown.
const MOST_PANELS: usize = 3;

/// The figure, or why there is none.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    let mut spots = spots::all(records);
    let is_whole = |spot: &Spot| spot.bytes.is_some() && spot.needless.is_some();
    spots.values_mut().for_each(|spots| spots.retain(is_whole));
    // The largest size tells the most apart.
    let Some(&nodes) = richest(&spots, usize::MAX).last() else {
        return Err("The records hold no memory, balance and movement of two algorithms at one size.".to_owned());
    };
    let palette = Palette::of(records);
    let (baseline, spots): (Vec<Spot>, Vec<Spot>) =
        spots.remove(&nodes).unwrap_or_default().into_iter().partition(|spot| known::is_baseline(spot.subject.family()));
    // Without several parameters there is one choice, whatever the limit.
    let is_swept = families(&spots).len() < spots.len();
    let limits = limits(&spots, if is_swept { MOST_PANELS } else { 1 });
    let chosen: Vec<(f64, Vec<&Spot>)> = limits.into_iter().map(|limit| (limit, within(&spots, limit))).collect();
    let shown = || chosen.iter().flat_map(|(_, spots)| spots);
    let x = Axis::over("busiest node above the mean (%)", Reads::Percent, shown().map(|spot| spot.above));
    let y = Axis::over("moved needlessly / must move", Reads::Times, shown().filter_map(|spot| spot.needless));
    let (x, y) = x.zip(y).ok_or("No algorithm but the baseline has all three.")?;
    let panels: Vec<Panel> = chosen.iter().map(|(limit, spots)| panel(*limit, spots, &palette, (&x, &y))).collect();
    let away = baseline.first().and_then(|spot| Some((&spot.subject, spot.needless?)));
    let away = away.map(|(subject, needless)| {
        format!(
            " Off the scale: {} moves {} needlessly for each key that must move.",
            subject.label(),
            number::significant(needless)
        )
    });
    let note = format!(
        "{} nodes, any of which leaves. Lower left is best: at 0 % all nodes have equal shares, at 0 nothing moves without need. {}The number \
         beside a marker is its state.{}",
        number::count(nodes),
        if is_swept { "Of the parameters that were run, each algorithm has the greatest whose state fits. " } else { "" },
        away.unwrap_or_default()
    );
    let (legend, columns) = (legend(&panels), panels.len());
    Ok(Figure { note, legend, panels, columns })
}

/// Powers of ten of bytes under which another choice of parameters fits, the largest ones.
fn limits(spots: &[Spot], most: usize) -> Vec<f64> {
    let mut limits: Vec<f64> = Vec::new();
    let mut before: Vec<String> = Vec::new();
    for power in 3..12 {
        let limit = 10.0_f64.powi(power);
        let now: Vec<String> = within(spots, limit).iter().map(|spot| spot.subject.label()).collect();
        if now != before {
            limits.push(limit);
            before = now;
        }
    }
    limits.split_off(limits.len().saturating_sub(most))
}

/// Of each algorithm the greatest parameter whose state is no larger.
fn within(spots: &[Spot], limit: f64) -> Vec<&Spot> {
    let fits = |spot: &&Spot| spot.bytes.is_some_and(|bytes| bytes <= limit);
    families(spots).into_iter().filter_map(|family| of_family(spots, family).into_iter().rfind(fits)).collect()
}

fn panel(limit: f64, spots: &[&Spot], palette: &Palette, (x, y): (&Axis, &Axis)) -> Panel {
    let series = spots.iter().map(|spot| {
        let label = number::bytes(spot.bytes.unwrap_or_default());
        let point = Point { label, ..Point::of(spot.above, spot.needless.unwrap_or_default()) };
        Series::of(&spot.subject, palette, vec![point])
    });
    let mut series: Vec<Series> = series.collect();
    apart(&mut series);
    Panel {
        title: format!("at most {} of state", number::plain_bytes(limit)),
        remark: String::new(),
        x: x.clone(),
        y: y.clone(),
        keys: None,
        nodes: None,
        band: None,
        lines: Vec::new(),
        series,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::sample::{ALGORITHMS, records};
    use crate::stats::float;

    #[test]
    fn each_algorithm_has_the_greatest_parameter_that_fits() {
        let mut all = records(&ALGORITHMS, &[1000]);
        all.extend(records(&[("ring:points=10", "points=10")], &[1000]));
        // The sample predicts a byte a node, whatever the algorithm.
        let large = |record: &&mut Record| record.measure == "memory" && record.algorithm == "ring";
        all.iter_mut().filter(large).for_each(|record| record.value = Some(float(5_000_000_u32)));
        let figure = figure(&all).unwrap();
        let names = |panel: &Panel| panel.series.iter().map(|series| series.name.clone()).collect::<Vec<_>>();
        let titles: Vec<&str> = figure.panels.iter().map(|panel| panel.title.as_str()).collect();
        assert_eq!(titles, ["at most 1 kB of state", "at most 10 MB of state"]);
        assert!(names(&figure.panels[0]).contains(&"ring:points=10".to_owned()));
        assert!(names(&figure.panels[1]).contains(&"ring:points=160".to_owned()));
        assert!(figure.note.contains("modulo moves"), "{}", figure.note);
    }
}
