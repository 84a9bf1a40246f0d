//! What went wrong, and what was left out: the first thing that a reader must know.

use crate::reading::select::Subject;
use crate::record::{Record, Status};

/// A finding in words, for as many rows as share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) text: String,
    pub(super) rows: usize,
}

/// Every broken law, each once.
pub(super) fn errors(records: &[Record]) -> Vec<Finding> {
    gathered(records.iter().filter_map(|record| match &record.status {
        Status::Error(why) => Some(format!("{}: {why}", place(record))),
        _ => None,
    }))
}

/// Everything that was skipped, with its reason, each once.
pub(super) fn skipped(records: &[Record]) -> Vec<Finding> {
    gathered(records.iter().filter_map(|record| match &record.status {
        Status::Skipped(why) => Some(format!("{}: {why}", place(record))),
        _ => None,
    }))
}

/// How many figures were held against a band.
pub(super) fn judged(records: &[Record]) -> usize {
    let is_judged = |record: &&Record| record.value.is_some() && (record.low.is_some() || record.high.is_some());
    records.iter().filter(is_judged).count()
}

/// What a row is a figure of.
fn place(record: &Record) -> String {
    let subject = Subject { algorithm: record.algorithm.clone(), parameters: record.parameters.clone() };
    let nodes = format!("{} nodes", crate::reading::number::count(record.nodes));
    let figure = [record.measure.as_str(), &record.metric, &record.case].map(|word| word.replace('_', " "));
    let figure: Vec<&str> = figure.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
    let parts = [subject.label(), nodes, record.keys.clone(), figure.join(" ")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn gathered(texts: impl Iterator<Item = String>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for text in texts {
        match findings.iter_mut().find(|finding| finding.text == text) {
            Some(known) => known.rows += 1,
            None => findings.push(Finding { text, rows: 1 }),
        }
    }
    findings
}
