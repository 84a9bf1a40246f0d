//! The table of published figures beside what was measured: for a terminal and as Markdown.

use comfy_table::presets::{ASCII_MARKDOWN, UTF8_HORIZONTAL_ONLY};
use comfy_table::{ContentArrangement, Table, TableStyle};

use crate::measure::paper::PUBLISHED;
use crate::record::{Record, Status};

const HEADING: [&str; 7] = ["source", "algorithm", "figure", "published", "here", "theory", "verdict"];

/// The table for a terminal; `None` where no published figure was looked at.
pub(super) fn terminal(records: &[Record]) -> Option<String> {
    table(records, UTF8_HORIZONTAL_ONLY).map(|mut table| {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.to_string()
    })
}

/// The table as Markdown; `None` where no published figure was looked at.
pub(super) fn markdown(records: &[Record]) -> Option<String> {
    let table = table(records, ASCII_MARKDOWN)?;
    let seed = records.first().map_or(0, |record| record.seed);
    Some(format!("# Published figures, measured again\n\nMade by `annulus run paper --seed {seed}`.\n\n{table}\n"))
}

fn table(records: &[Record], style: TableStyle) -> Option<Table> {
    let figures: Vec<&Record> =
        records.iter().filter(|record| record.measure == "paper" && !record.metric.starts_with(PUBLISHED)).collect();
    let mut table = Table::new();
    table.load_style(style).set_header(HEADING);
    for figure in &figures {
        let published = records.iter().find(|record| belongs(record, figure));
        table.add_row([
            figure.case.clone(),
            if figure.parameters.is_empty() { figure.algorithm.clone() } else { named(figure) },
            figure.metric.replace('_', " "),
            published.and_then(|record| record.value).map_or_else(|| "–".to_owned(), number),
            figure.value.map_or_else(|| "–".to_owned(), number),
            theory(figure),
            verdict(figure, published),
        ]);
    }
    (!figures.is_empty()).then_some(table)
}

/// The name with its parameters, which for some are in it.
fn named(figure: &Record) -> String {
    let name = figure.algorithm.split(':').next().unwrap_or_default();
    format!("{name} {}", figure.parameters)
}

fn belongs(record: &Record, figure: &Record) -> bool {
    record.metric.strip_prefix(PUBLISHED) == Some(figure.metric.as_str())
        && (&record.case, &record.algorithm) == (&figure.case, &figure.algorithm)
}

/// What theory expects and between which ends.
fn theory(figure: &Record) -> String {
    let expected = figure.expected.map(|expected| format!("{}, ", number(expected))).unwrap_or_default();
    match (figure.low, figure.high) {
        (Some(low), Some(high)) => format!("{expected}{} to {} ({})", number(low), number(high), figure.formula),
        _ => "–".to_owned(),
    }
}

fn verdict(figure: &Record, published: Option<&Record>) -> String {
    match (&figure.status, published.map(|record| &record.status)) {
        (Status::Error(why), _) => format!("fail: {why}"),
        (_, Some(Status::Skipped(why))) => why.clone(),
        (_, Some(_)) => "pass: reproduced".to_owned(),
        (_, None) => "pass: as theory has it; no figure published".to_owned(),
    }
}

/// Four digits.
fn number(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-4 {
        return format!("{value:.3e}");
    }
    let decimals = if value.abs() < 0.1 { 5 } else { 4 };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_a_verdict() {
        let figure = |metric: &str, value, status| Record {
            measure: "paper".into(),
            metric: metric.into(),
            case: "jump paper".into(),
            algorithm: "jump".into(),
            value: Some(value),
            low: Some(0.5),
            high: Some(1.5),
            status,
            ..crate::reading::sample::blank()
        };
        let missed = Status::Skipped("not reproduced: no sample shows it".into());
        let rows = [figure("standard_error", 1.0, Status::Ok), figure("published_standard_error", 7.6e-9, missed)];
        let text = markdown(&rows).unwrap();
        assert!(text.contains("7.600e-9") && text.contains("not reproduced: no sample shows it"), "{text}");
        assert!(terminal(&rows[..1]).unwrap().contains("no figure published"));
        assert!(terminal(&[]).is_none());
    }
}
