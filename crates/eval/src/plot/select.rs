//! What the pictures take from records.

use std::collections::BTreeMap;

use crate::record::Record;
use crate::stats::balance::quantile_of_sorted;

use super::figure::{Entry, Symbol};
use super::style::Palette;

/// Floors of time, which are no algorithms.
pub(super) const FLOORS: [&str; 2] = ["empty-loop", "hash-alone"];

/// An algorithm with one set of parameters, in the order in which records name them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Subject {
    pub(super) algorithm: String,
    pub(super) parameters: String,
}

impl Subject {
    fn of(record: &Record) -> Self {
        Self { algorithm: record.algorithm.clone(), parameters: record.parameters.clone() }
    }

    /// As a legend names it: `ring (points=160)`.
    pub(super) fn label(&self) -> String {
        if self.parameters.is_empty() {
            self.algorithm.clone()
        } else {
            format!("{} ({})", self.algorithm, self.parameters.replace(',', ", "))
        }
    }
}

/// Rows of one figure, of which a picture shows a part.
#[derive(Clone, Debug)]
pub(super) struct Rows<'a>(Vec<&'a Record>);

impl<'a> Rows<'a> {
    /// All rows of a figure that have one.
    pub(super) fn of(records: &'a [Record], measure: &str, metric: &str) -> Self {
        let fits = |record: &&Record| record.measure == measure && record.metric == metric && figure_of(record).is_some();
        Self(records.iter().filter(fits).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn filter(&self, keep: impl Fn(&Record) -> bool) -> Self {
        Self(self.0.iter().copied().filter(|record| keep(record)).collect())
    }

    /// The key sets with their numbers of keys, in the order in which they are first named.
    pub(super) fn key_sets(&self) -> Vec<(&'a str, u64)> {
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
    pub(super) fn subjects(&self) -> Vec<Subject> {
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
    pub(super) fn nodes(&self) -> Vec<u64> {
        let mut nodes: Vec<u64> = self.0.iter().map(|record| record.nodes).collect();
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    /// The figures of one algorithm by number of nodes, each number's in rising order.
    pub(super) fn figures(&self, subject: &Subject) -> BTreeMap<u64, Vec<f64>> {
        let mut figures: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
        for record in self.0.iter().filter(|record| Subject::of(record) == *subject) {
            figures.entry(record.nodes).or_default().extend(figure_of(record));
        }
        figures.values_mut().for_each(|values| values.sort_by(f64::total_cmp));
        figures
    }

    /// Rows of one algorithm, floor or other, whatever its parameters.
    pub(super) fn of_algorithm(&self, algorithm: &str) -> Self {
        self.filter(|record| record.algorithm == algorithm)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'a Record> {
        self.0.iter().copied()
    }

    /// The palette of all algorithms in these rows.
    pub(super) fn palette(&self) -> Palette {
        Palette::of(self.0.iter().map(|record| record.algorithm.as_str()).filter(|name| !FLOORS.contains(name)))
    }

    /// A legend of all algorithms in these rows.
    pub(super) fn legend(&self) -> Vec<Entry> {
        let palette = self.palette();
        let entry =
            |subject: Subject| Entry { label: subject.label(), symbol: Symbol::Algorithm(palette.look(&subject.algorithm)) };
        self.subjects().into_iter().map(entry).collect()
    }
}

/// The figure of a row: timed where it is timed, deterministic otherwise; none where it is not finite.
pub(super) fn figure_of(record: &Record) -> Option<f64> {
    record.measured_value.or(record.value).filter(|value| value.is_finite())
}

/// The median of values in rising order.
pub(super) fn median(sorted: &[f64]) -> f64 {
    quantile_of_sorted(sorted, 0.5)
}

/// Places side by side for so many series, from −½ to ½.
pub(super) fn places(count: usize) -> Vec<f64> {
    let count = crate::stats::float(count);
    (0..).map(|i: u32| (f64::from(i) + 0.5) / count - 0.5).take_while(|place| *place < 0.5).collect()
}
