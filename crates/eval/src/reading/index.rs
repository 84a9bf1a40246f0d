//! Records found by what they are figures of.

use std::collections::HashMap;

use crate::record::Record;

use super::select::{Subject, figure_of};

/// Which figure: the names of measure, metric and case.
pub(crate) type Figure<'a> = (&'a str, &'a str, &'a str);

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
        (measure, metric, case): Figure<'_>,
        subject: &Subject,
        nodes: u64,
        keys: Option<&str>,
    ) -> Vec<&'a Record> {
        let rows = self.0.get(&(measure, metric, case, &subject.algorithm, &subject.parameters, nodes));
        let fits = |record: &&&Record| keys.is_none_or(|keys| record.keys == keys);
        rows.into_iter().flatten().filter(fits).copied().collect()
    }

    /// The figures themselves, rising.
    pub(crate) fn values(&self, figure: Figure<'_>, subject: &Subject, nodes: u64, keys: Option<&str>) -> Vec<f64> {
        let mut values: Vec<f64> = self.rows(figure, subject, nodes, keys).into_iter().filter_map(figure_of).collect();
        values.sort_by(f64::total_cmp);
        values
    }
}
