//! Records found by what they are figures of.

use std::collections::HashMap;

use crate::record::{Case, Measure, Metric, Record};

use super::select::{Subject, figure_of};

/// Which figure: measure, metric and case.
pub(crate) type Figure = (Measure, Metric, Case);

/// All rows with a figure, by figure, algorithm and number of nodes.
#[derive(Debug)]
pub(crate) struct Index<'a>(HashMap<Key<'a>, Vec<&'a Record>>);

/// Measure, metric, case, algorithm, parameters, nodes.
type Key<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str, u64);

impl<'a> Index<'a> {
    /// Of all records that have a finite figure.
    pub(crate) fn of(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut index: HashMap<Key<'a>, Vec<&'a Record>> = HashMap::new();
        for record in records {
            if figure_of(record).is_some() {
                let Record { measure, metric, case, algorithm, parameters, nodes, .. } = record;
                index.entry((measure, metric, case, algorithm, parameters, *nodes)).or_default().push(record);
            }
        }
        Self(index)
    }

    /// The rows of a figure of one algorithm at one size; of one key set where it is given.
    pub(crate) fn rows(
        &self,
        (measure, metric, case): Figure,
        subject: &Subject,
        nodes: u64,
        keys: Option<&str>,
    ) -> Vec<&'a Record> {
        let case = case.to_string();
        let rows = self.0.get(&(measure.as_str(), metric.as_str(), &case, &subject.algorithm, &subject.parameters, nodes));
        let fits = |record: &&&Record| keys.is_none_or(|keys| record.keys == keys);
        rows.into_iter().flatten().filter(fits).copied().collect()
    }

    /// The figures themselves, rising.
    pub(crate) fn values(&self, figure: Figure, subject: &Subject, nodes: u64, keys: Option<&str>) -> Vec<f64> {
        let mut values: Vec<f64> = self.rows(figure, subject, nodes, keys).into_iter().filter_map(figure_of).collect();
        values.sort_by(f64::total_cmp);
        values
    }
}
