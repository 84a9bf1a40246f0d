//! The table of those that meet the limits.

use crate::choose::{Answer, Candidate, Figures, Worry};
use crate::reading::number::{bytes, count, ratio, significant};
use crate::report::table::{Cell, Column, Table};
use crate::stats::float;

/// The candidates in the order of their ranks.
pub(crate) fn ranking(answer: &Answer) -> Table {
    let wanted = &answer.wanted;
    let (from, to) = (count(wanted.from() as u64), count(wanted.to() as u64));
    let mut columns = vec![
        Column::new("rank", ""),
        Column::new("algorithm", ""),
        Column::new(if wanted.replicas > 1 { "busiest owner" } else { "busiest node" }, "× its part"),
        Column::new("one change moves", "× needed"),
        Column::new("moved needlessly a month", if wanted.keys.is_some() { "keys" } else { "% of keys" }),
        Column::new(format!("look-up, {from} nodes"), "ns"),
    ];
    if from != to {
        columns.push(Column::new(format!("look-up, {to} nodes"), "ns"));
    }
    columns.push(Column::new("state", ""));
    let row = |(rank, candidate): (usize, &Candidate)| {
        let figures = &candidate.figures;
        let mut cells = vec![
            Cell::number(float(rank), rank.to_string()),
            Cell::words(candidate.algorithm.key()),
            Cell::number(figures.busiest.value, ratio(figures.busiest.value)),
            Cell::number(figures.moved.value, ratio(figures.moved.value)),
            extra(answer, figures),
        ];
        let time = |at: usize| figures.lookup.map_or_else(Cell::nothing, |both| Cell::number(both[at], significant(both[at])));
        cells.push(time(0));
        if from != to {
            cells.push(time(1));
        }
        cells.push(Cell::number(figures.bytes.value, bytes(figures.bytes.value)));
        cells
    };
    let worst = if from == to { String::new() } else { format!("Each figure is the worst for {from} to {to} nodes. ") };
    Table {
        title: "What meets all limits".to_owned(),
        note: format!(
            "{worst}Busiest: one set of names in a thousand is worse (a report's median is lower). Ranked by {}. A difference of less than 10 % \
             is a tie; at the busiest node, of less than a tenth of what is allowed beyond 1. At last fewer parameters win.",
            order(wanted.worry)
        ),
        columns,
        rows: (1..).zip(answer.ranking()).map(row).collect(),
    }
}

/// Keys that move needlessly in a month, all copies of them.
fn extra(answer: &Answer, figures: &Figures) -> Cell {
    let part = figures.extra * f64::from(answer.wanted.replicas);
    let value = answer.wanted.keys.map_or(part * 100.0, |keys| part * float(keys));
    Cell::number(value, significant(value))
}

/// What a worry looks at.
pub(super) const fn noun(worry: Worry) -> &'static str {
    match worry {
        Worry::Moved => "keys moved needlessly",
        Worry::Balance => "the busiest node",
        Worry::Lookup => "the look-up",
        Worry::Memory => "the state",
    }
}

/// The order of the worries in words.
fn order(first: Worry) -> String {
    first.first().map(noun).collect::<Vec<_>>().join(", then ")
}
