//! Movement of tables of slots against the one number that it depends on, N²/M.

use crate::reading::select::{Rows, Subject};
use crate::record::{Case, Measure, Metric, Record};
use crate::stats::float;

use super::axis::Reads;
use super::draft::{Axes, Draft, Reading, keys_in_words, on_most_sets, own_law, sets_in_words};
use super::figure::{Figure, legend};
use super::style::Palette;

pub(super) const TITLE: &str = "How large must a table of slots be, so that little moves?";

/// The law's name in records.
const LAW: &str = "table-interpolated";

/// The figure, or why there is none.
pub(super) fn figure(records: &[Record]) -> Result<Figure, String> {
    let missing = || "The records hold no figure of keys that move between slots of a table.".to_owned();
    let rows = Rows::of(records, Measure::Remap, Metric::MovedOverOwn);
    let rows = rows.filter(|record| record.case == Case::RemoveAny && record.formula == LAW && squares_a_slot(record).is_some());
    let (rows, keys, key_count) = on_most_sets(&rows).ok_or_else(missing)?;
    // What moves without need is what lies above 1.
    let reading = Reading { at: squares_a_slot, shown: |moved_over_own| (moved_over_own - 1.0).max(0.0), law: own_law };
    let mut squares: Vec<f64> = rows.iter().filter_map(squares_a_slot).collect();
    squares.sort_by(f64::total_cmp);
    squares.dedup();
    if squares.len() < 2 {
        return Err(
            "One number of nodes over one number of slots is a single marker; more nodes or parameters draw the line.".to_owned()
        );
    }
    let draft = Draft { series: reading.series(&rows, &Palette::of(records)), ..Draft::default() };
    let axes = Axes {
        along: ("N²/M, the square of the nodes over the slots", Reads::Named("N²/M =")),
        is_dense: true,
        up: ("moved needlessly / must move", Reads::Times),
        reach: &[],
    };
    let panels = axes.panels(vec![draft]).filter(|panels| !panels.is_empty()).ok_or_else(missing)?;
    let legend = legend(&panels);
    let note = format!(
        "One of N nodes leaves; the table has M slots. Tables of all sizes lie near one line, until a node has only some dozens of slots. \
         For needless moves below a tenth of what must move, take at least 100·N² slots. {}; {}.",
        keys_in_words(keys, key_count),
        sets_in_words(&rows)
    );
    Ok(Figure { note, legend, panels, columns: 1 })
}

/// N²/M.
fn squares_a_slot(record: &Record) -> Option<f64> {
    let slots = Subject::of(record).parameter()?;
    Some(float(record.nodes).powi(2) / slots)
}
