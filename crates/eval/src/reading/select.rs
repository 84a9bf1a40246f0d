//! Rows of records, selected and arranged.

use std::collections::{BTreeMap, BTreeSet};

use crate::record::{Floor, Measure, Metric, Record};
use crate::stats::balance::quantile_of_sorted;

/// Sets of node names that are enough for a median.
pub(crate) const ENOUGH_SETS: u32 = 3;

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

    /// The algorithm whatever its parameters: `name` of `name:points=40`.
    pub(crate) fn family(&self) -> &str {
        family(&self.algorithm)
    }

    /// As everything names it: `name:points=160`, which the command line takes as well; parameters that are in the name already
    /// are not said again.
    pub(crate) fn label(&self) -> String {
        if self.parameters.is_empty() || self.algorithm.contains(':') {
            self.algorithm.clone()
        } else {
            format!("{}:{}", self.algorithm, self.parameters)
        }
    }

    /// The first number among the parameters, by which shades and axes are ordered.
    pub(crate) fn parameter(&self) -> Option<f64> {
        let digits = self.parameters.split(|letter: char| !letter.is_ascii_digit()).find(|part| !part.is_empty());
        digits.and_then(|digits| digits.parse().ok())
    }
}

pub(crate) fn family(algorithm: &str) -> &str {
    algorithm.split(':').next().unwrap_or_default()
}

/// Rows of one figure, of which a picture shows a part.
#[derive(Clone, Debug)]
pub(crate) struct Rows<'a>(Vec<&'a Record>);

impl<'a> Rows<'a> {
    /// All rows of a figure that have one.
    pub(crate) fn of(records: &'a [Record], measure: Measure, metric: Metric) -> Self {
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
        for record in self.0.iter().filter(|record| !Floor::is(&record.algorithm)) {
            let subject = Subject::of(record);
            if !subjects.contains(&subject) {
                subjects.push(subject);
            }
        }
        subjects
    }

    /// All rows of a figure that have one, without the parameters that these records have at fewer sizes than others of the
    /// same algorithm: along sizes they are fragments.
    pub(crate) fn unswept(records: &'a [Record], measure: Measure, metric: Metric) -> Self {
        let mut sizes: BTreeMap<(&str, &str), BTreeSet<u64>> = BTreeMap::new();
        for record in records.iter().filter(|record| figure_of(record).is_some()) {
            sizes.entry((&record.algorithm, &record.parameters)).or_default().insert(record.nodes);
        }
        let mut most: BTreeMap<&str, usize> = BTreeMap::new();
        for (&(algorithm, _), sizes) in &sizes {
            let most = most.entry(family(algorithm)).or_default();
            *most = sizes.len().max(*most);
        }
        Self::of(records, measure, metric).filter(|record| {
            let tried = sizes.get(&(record.algorithm.as_str(), record.parameters.as_str())).map(BTreeSet::len);
            tried == most.get(family(&record.algorithm)).copied()
        })
    }

    /// The numbers of nodes, rising.
    pub(crate) fn nodes(&self) -> Vec<u64> {
        let mut nodes: Vec<u64> = self.0.iter().map(|record| record.nodes).collect();
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    /// The numbers of nodes that fit a page: all where they are few; else those at which the most algorithms were, and some
    /// between, spread over the whole range.
    pub(crate) fn some_nodes(&self) -> Vec<u64> {
        const MOST: usize = 12;
        let all = self.nodes();
        if all.len() <= MOST {
            return all;
        }
        let mut subjects: BTreeMap<u64, BTreeSet<Subject>> = BTreeMap::new();
        for record in &self.0 {
            subjects.entry(record.nodes).or_default().insert(Subject::of(record));
        }
        let most = subjects.values().map(BTreeSet::len).max().unwrap_or(0);
        let richest = subjects.iter().filter(|(_, subjects)| subjects.len() == most).map(|(&nodes, _)| nodes);
        let mut some: BTreeSet<u64> = richest.take(MOST / 2).collect();
        let between = MOST - some.len();
        some.extend((0..between).map(|i| all[i * (all.len() - 1) / (between - 1)]));
        some.into_iter().collect()
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

    /// Rows of one measure.
    pub(crate) fn of_measure(&self, measure: Measure) -> Self {
        self.filter(|record| record.measure == measure)
    }

    /// Rows of one algorithm, floor or other, whatever its parameters.
    pub(crate) fn of_algorithm(&self, algorithm: &str) -> Self {
        self.filter(|record| record.algorithm == algorithm)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &'a Record> {
        self.0.iter().copied()
    }
}

/// The bytes of a state: as the algorithm predicts, which is the same on every machine. One that predicts nothing and takes something, as
/// a kernel without `heap_bytes`, is shown as the allocator counted it.
pub(crate) fn state_bytes(record: &Record) -> Option<f64> {
    let counted = record.measured_value.filter(|counted| *counted > 0.0);
    record.value.filter(|predicted| *predicted > 0.0).or(counted).or(record.value)
}

/// The figure of a row: timed where it is timed, deterministic otherwise; none where it is not finite.
pub(crate) fn figure_of(record: &Record) -> Option<f64> {
    record.measured_value.or(record.value).filter(|value| value.is_finite())
}

/// The median of values in rising order.
pub(crate) fn median(sorted: &[f64]) -> f64 {
    quantile_of_sorted(sorted, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::sample::{ALGORITHMS, records};

    #[test]
    fn many_sizes_are_thinned_and_the_richest_stay() {
        let sizes: Vec<u64> = (1..=40).chain([5000]).collect();
        let mut all = records(&ALGORITHMS[..2], &sizes);
        assert_eq!(Rows::all(&records(&ALGORITHMS, &[3, 1, 2])).some_nodes(), [1, 2, 3]);
        all.extend(records(&[("ring:points=1", "points=1")], &[17]));
        let some = Rows::all(&all).some_nodes();
        assert!(some.len() <= 12 && some.contains(&17), "{some:?}");
        assert_eq!((some.first(), some.last()), (Some(&1), Some(&5000)));
    }

    #[test]
    fn parameters_tried_at_few_sizes_are_left_out_along_sizes() {
        let mut all = records(&ALGORITHMS, &[10, 100]);
        all.extend(records(&[("ring:points=1", "points=1")], &[100]));
        let rows = Rows::unswept(&all, Measure::Balance, Metric::Cv);
        let names: Vec<String> = rows.subjects().iter().map(Subject::label).collect();
        assert_eq!(names, ["ring:points=160", "jump", "rendezvous", "maglev:slots=65537", "modulo"]);
        // At the one size at which all were tried, all stay.
        all.retain(|record| record.nodes == 100);
        let at = Rows::unswept(&all, Measure::Balance, Metric::Cv);
        assert_eq!(at.subjects().len(), 6);
        assert_eq!(at.subjects()[5].label(), "ring:points=1");
    }
}
