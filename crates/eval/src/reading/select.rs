//! Rows of records, selected and arranged.

use std::collections::BTreeMap;

use crate::record::Record;
use crate::stats::balance::quantile_of_sorted;

/// Floors of time, which are no algorithms.
pub(crate) const FLOORS: [&str; 2] = ["empty-loop", "hash-alone"];

/// An algorithm with one set of parameters, in the order in which records name them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Subject {
    pub(crate) algorithm: String,
    pub(crate) parameters: String,
}

impl Subject {
    pub(crate) fn of(record: &Record) -> Self {
        Self { algorithm: record.algorithm.clone(), parameters: record.parameters.clone() }
    }

    /// As a legend names it: `ring (points=160)`.
    pub(crate) fn label(&self) -> String {
        if self.parameters.is_empty() {
            self.algorithm.clone()
        } else {
            format!("{} ({})", self.algorithm, self.parameters.replace(',', ", "))
        }
    }
}

/// Rows of one figure, of which a picture shows a part.
#[derive(Clone, Debug)]
pub(crate) struct Rows<'a>(Vec<&'a Record>);

impl<'a> Rows<'a> {
    /// All rows of a figure that have one.
    pub(crate) fn of(records: &'a [Record], measure: &str, metric: &str) -> Self {
        let fits = |record: &&Record| record.measure == measure && record.metric == metric && figure_of(record).is_some();
        Self(records.iter().filter(fits).collect())
    }

    /// All rows that have a figure.
    pub(crate) fn all(records: &'a [Record]) -> Self {
        Self(records.iter().filter(|record| figure_of(record).is_some()).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn filter(&self, keep: impl Fn(&Record) -> bool) -> Self {
        Self(self.0.iter().copied().filter(|record| keep(record)).collect())
    }

    /// The key sets with their numbers of keys, in the order in which they are first named.
    pub(crate) fn key_sets(&self) -> Vec<(&'a str, u64)> {
        let mut sets = Vec::new();
        for record in &self.0 {
            let set = (record.keys.as_str(), record.key_count);
            if !sets.contains(&set) {
                sets.push(set);
            }
        }
        sets
    }

    /// The algorithms, in the order in which they are first named; floors left out.
    pub(crate) fn subjects(&self) -> Vec<Subject> {
        let mut subjects = Vec::new();
        for record in self.0.iter().filter(|record| !FLOORS.contains(&record.algorithm.as_str())) {
            let subject = Subject::of(record);
            if !subjects.contains(&subject) {
                subjects.push(subject);
            }
        }
        subjects
    }

    /// The numbers of nodes, rising.
    pub(crate) fn nodes(&self) -> Vec<u64> {
        let mut nodes: Vec<u64> = self.0.iter().map(|record| record.nodes).collect();
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    /// The figures of one algorithm by number of nodes, each number's in rising order.
    pub(crate) fn figures(&self, subject: &Subject) -> BTreeMap<u64, Vec<f64>> {
        let mut figures: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
        for record in self.0.iter().filter(|record| Subject::of(record) == *subject) {
            figures.entry(record.nodes).or_default().extend(figure_of(record));
        }
        figures.values_mut().for_each(|values| values.sort_by(f64::total_cmp));
        figures
    }

    /// Rows of one algorithm, floor or other, whatever its parameters.
    pub(crate) fn of_algorithm(&self, algorithm: &str) -> Self {
        self.filter(|record| record.algorithm == algorithm)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &'a Record> {
        self.0.iter().copied()
    }
}

/// The figure of a row: timed where it is timed, deterministic otherwise; none where it is not finite.
pub(crate) fn figure_of(record: &Record) -> Option<f64> {
    record.measured_value.or(record.value).filter(|value| value.is_finite())
}

/// The median of values in rising order.
pub(crate) fn median(sorted: &[f64]) -> f64 {
    quantile_of_sorted(sorted, 0.5)
}
