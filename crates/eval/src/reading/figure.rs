//! A figure of one algorithm over its repetitions, and two of them against each other.

use std::collections::HashMap;

use annulus_clock::Sittings;
use serde::{Serialize, Serializer};

use super::select::{Subject, figure_of, median};
use crate::record::{Checksum, Floor, Record};
use crate::stats::Interval;
use crate::stats::intervals::{self, Estimate};

/// What a figure is a figure of, the algorithm apart: where it is the same, figures can be compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) measure: String,
    pub(crate) metric: String,
    pub(crate) case: String,
    pub(crate) hasher: String,
    pub(crate) names: String,
    pub(crate) keys: String,
    /// Which keys those are: two files may have one name. None for what is timed, as below.
    pub(crate) keys_checksum: Option<Checksum>,
    /// How many keys; 0 for what is timed, where it is only how long was measured.
    pub(crate) key_count: u64,
    pub(crate) nodes: u64,
}

impl Place {
    fn of(record: &Record) -> Self {
        Self {
            measure: record.measure.clone(),
            metric: record.metric.clone(),
            case: record.case.clone(),
            hasher: record.hasher.clone(),
            names: record.names.clone(),
            keys: record.keys.clone(),
            keys_checksum: record.keys_checksum.filter(|_| record.value.is_some()),
            key_count: if record.value.is_some() { record.key_count } else { 0 },
            nodes: record.nodes,
        }
    }

    /// The figure in words: `remap moved add one`.
    pub(crate) fn name(&self) -> String {
        let words = [&self.measure, &self.metric, &self.case].map(|word| word.replace('_', " "));
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Whether an item of a list of figures means this one: `balance`, `cv` or `balance.cv`.
    pub(crate) fn is_meant_by(&self, item: &str) -> bool {
        let of_measure =
            || item.split_once('.').is_some_and(|(measure, metric)| measure == self.measure && metric == self.metric);
        item == self.metric || item == self.measure || of_measure()
    }
}

/// All rows of one algorithm at one place.
#[derive(Clone, Debug)]
pub(crate) struct Figure<'a> {
    pub(crate) place: Place,
    pub(crate) subject: Subject,
    pub(crate) rows: Vec<&'a Record>,
}

/// Figures by place and algorithm, in the order in which records first name them.
#[derive(Clone, Debug)]
pub(crate) struct Figures<'a> {
    list: Vec<Figure<'a>>,
    at: HashMap<(Place, Subject), usize>,
}

impl<'a> Figures<'a> {
    /// Of all rows that have a finite figure.
    pub(crate) fn of(records: &'a [Record]) -> Self {
        let mut figures = Self { list: Vec::new(), at: HashMap::new() };
        for record in records.iter().filter(|record| figure_of(record).is_some()) {
            let key = (Place::of(record), Subject::of(record));
            match figures.at.get(&key) {
                Some(&number) => figures.list[number].rows.push(record),
                None => {
                    figures.at.insert(key.clone(), figures.list.len());
                    figures.list.push(Figure { place: key.0, subject: key.1, rows: vec![record] });
                }
            }
        }
        figures
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Figure<'a>> {
        self.list.iter()
    }

    pub(crate) fn get(&self, place: &Place, subject: &Subject) -> Option<&Figure<'a>> {
        self.at.get(&(place.clone(), subject.clone())).map(|&number| &self.list[number])
    }

    /// The algorithms in the order in which records first name them, floors left out.
    pub(crate) fn subjects(&self) -> Vec<&Subject> {
        let mut subjects: Vec<&Subject> = Vec::new();
        for figure in self.list.iter().filter(|figure| !Floor::is(&figure.subject.algorithm)) {
            if !subjects.contains(&&figure.subject) {
                subjects.push(&figure.subject);
            }
        }
        subjects
    }
}

impl Figure<'_> {
    /// Whether it is timed or depends on the machine.
    pub(crate) fn is_measured(&self) -> bool {
        self.rows.iter().any(|row| row.measured_value.is_some())
    }

    /// The figure as reports print it: the median of its rows.
    pub(crate) fn typical(&self) -> f64 {
        let mut values: Vec<f64> = self.rows.iter().filter_map(|row| figure_of(row)).collect();
        values.sort_by(f64::total_cmp);
        if values.is_empty() { f64::NAN } else { median(&values) }
    }

    /// The figure, and where it lies: the recorded interval of what is timed; Student's at `level` over the repetitions of
    /// what is not; none where there is one row without an interval.
    pub(crate) fn estimate(&self, level: f64) -> (f64, Option<Interval>) {
        let values: Vec<f64> = self.rows.iter().filter_map(|row| figure_of(row)).collect();
        if !self.is_measured() {
            let mean = intervals::mean(&values, level).ok();
            let single = values.first().copied().unwrap_or(f64::NAN);
            return mean.map_or((single, None), |mean| (mean.value, Some(mean.interval)));
        }
        let ends: Vec<(f64, f64)> = self.rows.iter().filter_map(|row| row.measured_low.zip(row.measured_high)).collect();
        let value = intervals::median(&values, level).map_or(f64::NAN, |median| median.value);
        // Several rows have no common interval: the hull of theirs is wider than need be.
        let hull = ends.iter().copied().reduce(|(low, high), (lower, higher)| (low.min(lower), high.max(higher)));
        let interval = hull.filter(|_| ends.len() == values.len()).map(|(low, high)| Interval { low, high });
        (value, interval)
    }

    /// This figure in relation to another of the same run.
    pub(crate) fn against(&self, other: &Figure<'_>, level: f64) -> Relation {
        self.across(other, &Ok(1.0), level)
    }

    /// This figure in relation to another of another run, where multiplications took `slower` times as long, or why times of the
    /// two runs cannot be compared.
    pub(crate) fn across(&self, other: &Figure<'_>, slower: &Result<f64, String>, level: f64) -> Relation {
        if !self.is_measured() && !other.is_measured() {
            let pairs = self.pairs(other);
            if !pairs.is_empty() {
                return Relation::of_pairs(&pairs, level);
            }
        }
        if !self.is_timed() {
            return Relation::of_estimates(self.estimate(level), other.estimate(level));
        }
        match (slower, self.sittings().zip(other.sittings())) {
            (Err(_), _) => Relation {
                verdict: Verdict::NotComparable,
                ..Relation::of_estimates(self.estimate(level), other.estimate(level))
            },
            (Ok(slower), Some((mine, others))) => Relation::of_sittings(&mine, &others, *slower, level),
            (Ok(_), None) => {
                Relation { verdict: Verdict::Unjudged, ..Relation::of_estimates(self.estimate(level), other.estimate(level)) }
            }
        }
    }

    /// Whether it is a time.
    pub(crate) fn is_timed(&self) -> bool {
        self.is_measured() && self.rows.iter().any(|row| row.unit == "ns")
    }

    /// The sittings that a time is the mean of, if it is recorded so.
    fn sittings(&self) -> Option<Sittings> {
        let [row] = self.rows[..] else { return None };
        let (value, low, high) = (row.measured_value?, row.measured_low?, row.measured_high?);
        Sittings::from_interval(value, low, high, row.measured_samples?, crate::measure::lookup::LEVEL)
    }

    /// Values of the same seed and repetition, which have the same names and keys.
    fn pairs(&self, other: &Figure<'_>) -> Vec<(f64, f64)> {
        let of = |row: &Record| ((row.seed, row.repetition), row.value);
        let others: HashMap<(u64, u32), Option<f64>> = other.rows.iter().map(|row| of(row)).collect();
        let pair = |row: &&Record| Some((row.value?, (*others.get(&of(row).0)?)?));
        self.rows.iter().filter_map(pair).collect()
    }
}

/// What can be said of two figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The same in every repetition.
    Equal,
    /// Their difference lies within the intervals.
    NoDifference,
    /// Lower, beyond the intervals.
    Lower,
    /// Higher, beyond the intervals.
    Higher,
    /// Different, of one row each: there is no interval to judge by.
    Unjudged,
    /// Times of two machines, or of a machine that was not quiet.
    NotComparable,
}

impl Verdict {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::NoDifference => "no difference",
            Self::Lower => "lower",
            Self::Higher => "higher",
            Self::Unjudged => "no interval",
            Self::NotComparable => "not comparable",
        }
    }

    /// Where the whole interval lies, in relation to a middle that stands for no difference.
    fn by(interval: Interval, middle: f64) -> Self {
        match interval {
            Interval { high, .. } if high < middle => Self::Lower,
            Interval { low, .. } if low > middle => Self::Higher,
            _ => Self::NoDifference,
        }
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text())
    }
}

/// One figure in relation to another: their ratio, where both are positive, with its interval, and what follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Relation {
    pub(crate) ratio: Option<f64>,
    pub(crate) interval: Option<Interval>,
    pub(crate) verdict: Verdict,
}

impl Relation {
    fn of_pairs(pairs: &[(f64, f64)], level: f64) -> Self {
        let (ours, theirs): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        let are_positive = pairs.iter().all(|&(a, b)| a > 0.0 && b > 0.0);
        if pairs.iter().all(|(a, b)| a.total_cmp(b).is_eq()) {
            let exactly = Interval { low: 1.0, high: 1.0 };
            return Self {
                ratio: are_positive.then_some(1.0),
                interval: are_positive.then_some(exactly),
                verdict: Verdict::Equal,
            };
        }
        if let [(a, b)] = *pairs {
            return Self { ratio: are_positive.then(|| a / b), interval: None, verdict: Verdict::Unjudged };
        }
        if let Ok(Estimate { value, interval }) = intervals::paired_ratio(&ours, &theirs, level) {
            return Self { ratio: Some(value), interval: Some(interval), verdict: Verdict::by(interval, 1.0) };
        }
        // Where zero occurs there is no ratio, but still a difference.
        let differences: Vec<f64> = pairs.iter().map(|(a, b)| a - b).collect();
        let verdict = intervals::mean(&differences, level).map(|mean| Verdict::by(mean.interval, 0.0));
        Self { ratio: None, interval: None, verdict: verdict.unwrap_or(Verdict::Unjudged) }
    }

    /// Times, by Welch's interval of the ratio, less what the frequency changed. They must be 2 % apart besides.
    fn of_sittings(mine: &Sittings, others: &Sittings, slower: f64, level: f64) -> Self {
        let found = Sittings { mean: mine.mean - slower.ln(), ..*mine }.over(others, level);
        let interval = found.interval.map(|(low, high)| Interval { low, high });
        let verdict = match found.is_different() {
            false => Verdict::NoDifference,
            true if found.ratio < 1.0 => Verdict::Lower,
            true => Verdict::Higher,
        };
        Self { ratio: Some(found.ratio), interval, verdict }
    }

    fn of_estimates((ours, within): (f64, Option<Interval>), (theirs, they_within): (f64, Option<Interval>)) -> Self {
        let Some((within, they_within)) = within.zip(they_within) else {
            let verdict = if ours.total_cmp(&theirs).is_eq() { Verdict::Equal } else { Verdict::Unjudged };
            return Self { ratio: (ours > 0.0 && theirs > 0.0).then(|| ours / theirs), interval: None, verdict };
        };
        let estimate = |value, interval| Estimate { value, interval };
        let ratio = intervals::ratio(estimate(ours, within), estimate(theirs, they_within)).ok();
        let verdict = if within.high < they_within.low {
            Verdict::Lower
        } else if within.low > they_within.high {
            Verdict::Higher
        } else {
            Verdict::NoDifference
        };
        Self { ratio: ratio.map(|ratio| ratio.value), interval: ratio.map(|ratio| ratio.interval), verdict }
    }
}

/// The level of each of that many intervals of which all together hold with 95 %.
pub(crate) fn level_of_each(count: usize) -> f64 {
    1.0 - 0.05 / crate::stats::float(count.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relation(pairs: &[(f64, f64)]) -> Relation {
        Relation::of_pairs(pairs, 0.95)
    }

    #[test]
    fn pairs_are_judged_by_what_they_do_not_share() {
        let shared = [1.0, 10.0, 100.0, 1000.0];
        let twice: Vec<(f64, f64)> = shared.iter().zip([2.0, 2.1, 1.9, 2.05]).map(|(value, by)| (value * by, *value)).collect();
        let found = relation(&twice);
        assert_eq!(found.verdict, Verdict::Higher);
        assert!((found.ratio.unwrap() - 2.0).abs() < 0.05);
        assert!(found.interval.unwrap().low > 1.8 && found.interval.unwrap().high < 2.2);
        assert_eq!(relation(&[(1.0, 1.1), (1.1, 1.0), (1.0, 1.0)]).verdict, Verdict::NoDifference);
        assert_eq!(relation(&[(3.0, 3.0)]).verdict, Verdict::Equal);
        assert_eq!(relation(&[(3.0, 2.0)]), Relation { ratio: Some(1.5), interval: None, verdict: Verdict::Unjudged });
    }

    #[test]
    fn zeros_have_no_ratio_but_a_verdict() {
        assert_eq!(relation(&[(0.0, 0.0), (0.0, 0.0)]), Relation { ratio: None, interval: None, verdict: Verdict::Equal });
        let lower = relation(&[(0.0, 1.0), (0.0, 1.1), (0.0, 0.9)]);
        assert_eq!((lower.ratio, lower.verdict), (None, Verdict::Lower));
    }

    #[test]
    fn times_must_be_two_percent_apart_and_beyond_the_spread_of_their_sittings() {
        let sittings = |figures: [f64; 5]| Sittings::of(&figures).unwrap();
        let base = sittings([10.0, 10.01, 9.99, 10.0, 10.02]);
        let verdict = |figures, slower| Relation::of_sittings(&sittings(figures), &base, slower, 0.95).verdict;
        assert_eq!(verdict([10.5, 10.51, 10.49, 10.5, 10.52], 1.0), Verdict::Higher);
        assert_eq!(verdict([10.5, 10.51, 10.49, 10.5, 10.52], 1.05), Verdict::NoDifference, "the frequency was lower");
        assert_eq!(verdict([9.0, 9.01, 8.99, 9.0, 9.02], 1.0), Verdict::Lower);
        assert_eq!(verdict([10.1, 10.11, 10.09, 10.1, 10.12], 1.0), Verdict::NoDifference);
        assert_eq!(verdict([9.0, 12.0, 10.0, 11.5, 10.6], 1.0), Verdict::NoDifference);
    }

    #[test]
    fn intervals_that_overlap_are_no_difference() {
        let within = |low, high| Some(Interval { low, high });
        let verdict = |a, b| Relation::of_estimates((1.0, a), (1.0, b)).verdict;
        assert_eq!(verdict(within(1.0, 2.0), within(1.5, 3.0)), Verdict::NoDifference);
        assert_eq!(verdict(within(1.0, 2.0), within(2.5, 3.0)), Verdict::Lower);
        assert_eq!(verdict(within(4.0, 5.0), within(2.5, 3.0)), Verdict::Higher);
    }
}
