//! The table of published figures beside what was measured here.

use std::fmt::Write as _;

use crate::record::{Measure, PUBLISHED, Record, Status};

use super::table::{Cell, Column, Table};

/// The table; `None` where no published figure was looked at.
pub(crate) fn table(records: &[Record]) -> Option<Table> {
    let is_figure = |record: &&Record| record.measure == Measure::Paper && !record.metric.starts_with(PUBLISHED);
    let rows: Vec<Row<'_>> = records.iter().filter(is_figure).map(|figure| Row::of(figure, records)).collect();
    if rows.is_empty() {
        return None;
    }
    let columns = ["publication and reading", "algorithm", "figure", "verdict", "published", "here", "theory", "band", "law"];
    Some(Table {
        title: "Published figures, measured again".to_owned(),
        note: note(&rows),
        columns: columns.map(|name| Column::new(name, "")).into(),
        rows: rows.iter().map(Row::cells).collect(),
    })
}

/// A figure that was measured, and what was published of it.
struct Row<'a> {
    figure: &'a Record,
    published: Option<&'a Record>,
}

impl<'a> Row<'a> {
    fn of(figure: &'a Record, records: &'a [Record]) -> Self {
        let belongs = |record: &&Record| {
            record.metric.strip_prefix(PUBLISHED) == Some(figure.metric.as_str())
                && (&record.case, &record.algorithm) == (&figure.case, &figure.algorithm)
        };
        Self { figure, published: records.iter().find(belongs) }
    }

    fn cells(&self) -> Vec<Cell> {
        let number = |value: Option<f64>| value.map_or_else(Cell::nothing, |value| Cell::number(value, digits(value)));
        let figure = self.figure;
        vec![
            Cell::words(figure.case.clone()),
            Cell::words(self.algorithm()),
            Cell::words(figure.metric.replace('_', " ")),
            Cell::words(self.verdict()),
            number(self.published.and_then(|record| record.value)),
            number(figure.value),
            number(figure.expected),
            Cell::words(band(figure)),
            Cell::words(figure.formula.clone()),
        ]
    }

    /// The name with its parameters, which for some are in it.
    fn algorithm(&self) -> String {
        let name = self.figure.algorithm.split(':').next().unwrap_or_default();
        [name, &self.figure.parameters].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    fn verdict(&self) -> &'static str {
        match (&self.figure.status, self.published.map(|record| &record.status)) {
            (Status::Error(_), _) => "FAIL",
            (_, Some(Status::Skipped(why))) if why.starts_with("in the band") => "pass, in the band",
            (_, Some(Status::Skipped(_))) => "pass, not reproduced",
            (_, Some(_)) => "pass, reproduced",
            (_, None) => "pass",
        }
    }

    /// Why it failed or is not reproduced.
    fn reason(&self) -> Option<&'a str> {
        match (&self.figure.status, self.published.map(|record| &record.status)) {
            (Status::Error(why), _) | (_, Some(Status::Skipped(why))) => Some(why),
            _ => None,
        }
    }
}

/// The ends of the band.
fn band(figure: &Record) -> String {
    match (figure.low, figure.high) {
        (Some(low), Some(high)) => format!("{} to {}", digits(low), digits(high)),
        _ => "–".to_owned(),
    }
}

fn note(rows: &[Row<'_>]) -> String {
    let mut note = "Theory: what the law gives for what was measured here, and its band: chance on both sides, at a level counted \
                    before the run; for a simulated table 15 % about the simulation, whose samples are few; of rings without a law \
                    the range of 51. A figure passes that lies in its band. A published one is *reproduced* if theory's own value \
                    rounds to what was printed, and *in the band* if chance may have given it. Where none is given, the authors drew a \
                    curve or were silent."
        .to_owned();
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for (why, row) in rows.iter().filter_map(|row| Some((row.reason()?, row))) {
        let what = format!("{}, {}", row.figure.case, row.figure.metric.replace('_', " "));
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, all)) => all.push(what),
            None => reasons.push((why, vec![what])),
        }
    }
    for (why, all) in reasons {
        let _ = write!(note, " {}: {}.", sentence(why), all.join("; "));
    }
    note
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Four digits.
fn digits(value: f64) -> String {
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
        let both = table(&rows).unwrap();
        assert_eq!((both.rows.len(), both.rows[0][4].text.as_str()), (1, "7.600e-9"));
        assert!(both.note.ends_with("Not reproduced: no sample shows it: jump paper, standard error."), "{}", both.note);
        assert_eq!(table(&rows[..1]).unwrap().rows[0][3].text, "pass");
        let broken = [figure("standard_error", 2.0, Status::Error("2 is too much".into()))];
        assert_eq!(table(&broken).unwrap().rows[0][3].text, "FAIL");
        assert!(table(&[]).is_none());
    }
}
