//! `annulus rank`: the algorithms of a run in order, figure by figure.

use std::path::PathBuf;

use annulus_clock::LEAST_DIFFERENCE;
use clap::Args;
use serde::Serialize;

use super::compare::{chosen, is_among};
use super::error::Error;
use super::format::{Format, Row};
use super::terminal::print;
use crate::reading::figure::{Figure, Figures, Place, Relation, level_of_each};
use crate::reading::select::Subject;
use crate::reading::{folder, number};
use crate::record::{Measure, Metric};
use crate::report::table::{Cell, Column, Table};
use crate::stats::{Interval, float};

/// Of which figures less is better.
const LESS: [(Measure, Metric); 24] = [
    (Measure::Balance, Metric::Cv),
    (Measure::Balance, Metric::MaxOverMean),
    (Measure::Balance, Metric::TotalVariation),
    (Measure::Balance, Metric::Gini),
    (Measure::Balance, Metric::ShareCv),
    (Measure::Balance, Metric::ShareMaxOverMean),
    (Measure::Remap, Metric::Moved),
    (Measure::Remap, Metric::MovedOverLeast),
    (Measure::Remap, Metric::MovedOverOwn),
    (Measure::Failure, Metric::WorstLoad),
    (Measure::Failure, Metric::MovedOverOwn),
    (Measure::Churn, Metric::Moved),
    (Measure::Churn, Metric::MovedOverOwn),
    (Measure::Lookup, Metric::Latency),
    (Measure::Lookup, Metric::Throughput),
    (Measure::Lookup, Metric::LatencyP99),
    (Measure::Lookup, Metric::ThroughputP99),
    (Measure::Change, Metric::Build),
    (Measure::Change, Metric::AddOne),
    (Measure::Change, Metric::RemoveOne),
    (Measure::Memory, Metric::StateBytes),
    (Measure::Memory, Metric::StateBytesPerNode),
    (Measure::Memory, Metric::LiveBytes),
    (Measure::Memory, Metric::PeakBytes),
];

/// Of which more is.
const MORE: [(Measure, Metric); 3] =
    [(Measure::Balance, Metric::MinOverMean), (Measure::Balance, Metric::Jain), (Measure::Balance, Metric::ShareMinOverMean)];

/// Ranks the algorithms of a run, figure by figure
///
/// Rank = 1 + how many algorithms are better. Where the intervals of two overlap, neither is better and they may share a rank. Each
/// algorithm is measured by its ratio to the best: the geometric mean over all numbers of nodes and key sets for which every
/// algorithm has the figure.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  annulus rank results/before
  annulus rank results/mine --metrics all --format json")]
pub(super) struct Rank {
    /// The folder of a run
    folder: PathBuf,
    /// Which figures: a measure, a metric, or both, as remap,cv,lookup.latency; or all [default: the main ones]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    metrics: Vec<String>,
    /// The output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// One algorithm's place by one figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Ranked {
    measure: String,
    metric: String,
    case: String,
    better: &'static str,
    rank: usize,
    algorithm: String,
    parameters: String,
    /// Places, each a number of nodes with a key set, over which the mean is taken, …
    places: usize,
    /// … of this many at which any algorithm has the figure.
    of_places: usize,
    ratio_to_best: f64,
    ratio_low: Option<f64>,
    ratio_high: Option<f64>,
    no_difference_from: String,
    #[serde(skip)]
    figure: String,
}

impl Row for Ranked {
    const COLUMNS: &'static [&'static str] = &[
        "measure",
        "metric",
        "case",
        "better",
        "rank",
        "algorithm",
        "parameters",
        "places",
        "of_places",
        "ratio_to_best",
        "ratio_low",
        "ratio_high",
        "no_difference_from",
    ];
}

impl Rank {
    pub(super) fn execute(&self) -> Result<(), Error> {
        let records = folder::records(&self.folder)?;
        let figures = Figures::of(&records);
        let rows = ranked(&figures, &chosen(&self.metrics, &figures)?);
        if rows.is_empty() {
            let reason = "has no such positive figure of two algorithms at the same nodes and keys; try --metrics all".to_owned();
            return Err(Error::Page { path: self.folder.clone(), reason });
        }
        print(&self.format.written(&rows, || table(&rows))?)
    }
}

/// Whether less of a figure is better, or more; `None` where neither is.
fn less_is_better(place: &Place) -> Option<bool> {
    let is_meant = |(measure, metric): &(Measure, Metric)| place.measure == *measure && place.metric == *metric;
    if LESS.iter().any(is_meant) { Some(true) } else { MORE.iter().any(is_meant).then_some(false) }
}

/// One figure at all its places.
struct Contest<'f, 'a> {
    figures: &'f Figures<'a>,
    places: Vec<&'f Place>,
    of_places: usize,
    subjects: Vec<&'f Subject>,
    less_is_better: bool,
    level: f64,
}

fn ranked(figures: &Figures<'_>, metrics: &[String]) -> Vec<Ranked> {
    let mut groups: Vec<(String, Vec<&Place>)> = Vec::new();
    for Figure { place, .. } in figures.iter() {
        if less_is_better(place).is_none() || !is_among(place, metrics) {
            continue;
        }
        let name = place.name();
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, places)) if places.contains(&place) => {}
            Some((_, places)) => places.push(place),
            None => groups.push((name, vec![place])),
        }
    }
    let contests: Vec<Contest<'_, '_>> = groups.into_iter().filter_map(|(_, places)| Contest::of(figures, places)).collect();
    // Each pair of algorithms is one comparison at each place.
    let comparisons = contests.iter().map(|contest| contest.places.len() * contest.subjects.len().pow(2)).sum();
    let level = level_of_each(comparisons);
    contests.into_iter().flat_map(|contest| Contest { level, ..contest }.rank()).collect()
}

impl<'f, 'a> Contest<'f, 'a> {
    /// Of all algorithms that have the figure anywhere, at the places where each has it and it is positive.
    fn of(figures: &'f Figures<'a>, places: Vec<&'f Place>) -> Option<Self> {
        let has = |subject: &Subject, place: &Place| figures.get(place, subject).is_some();
        let subjects: Vec<&Subject> =
            figures.subjects().into_iter().filter(|subject| places.iter().any(|place| has(subject, place))).collect();
        let of_places = places.len();
        let positive =
            |subject: &Subject, place: &Place| figures.get(place, subject).is_some_and(|figure| figure.estimate(0.95).0 > 0.0);
        let common = |place: &&Place| subjects.iter().all(|subject| positive(subject, place));
        let places: Vec<&Place> = places.into_iter().filter(common).collect();
        let less_is_better = places.first().and_then(|place| less_is_better(place))?;
        let contest = Self { figures, places, of_places, subjects, less_is_better, level: 0.95 };
        (contest.subjects.len() > 1).then(|| contest.judged())
    }

    /// Only the places at which there are intervals, where there are such; else all, and what is counted is taken as it is.
    fn judged(self) -> Self {
        let has_interval = |place: &Place| {
            self.subjects
                .iter()
                .all(|subject| self.figures.get(place, subject).is_some_and(|figure| figure.estimate(0.95).1.is_some()))
        };
        let judged: Vec<&Place> = self.places.iter().copied().filter(|place| has_interval(place)).collect();
        if judged.is_empty() { self } else { Self { places: judged, ..self } }
    }

    /// The geometric mean of the ratios of one algorithm to another, with an interval where each ratio has one: the mean of the
    /// ends, which is wider than need be.
    fn ratio(&self, one: &Subject, other: &Subject) -> Option<(f64, Option<Interval>)> {
        let relation = |place: &&Place| {
            let (one, other) = (self.figures.get(place, one)?, self.figures.get(place, other)?);
            Some(one.against(other, self.level))
        };
        let relations: Vec<Relation> = self.places.iter().map(relation).collect::<Option<_>>()?;
        let mean = |of: &dyn Fn(&Relation) -> Option<f64>| {
            let logarithms: Vec<f64> = relations.iter().map(|relation| of(relation).map(f64::ln)).collect::<Option<_>>()?;
            Some((logarithms.iter().sum::<f64>() / float(logarithms.len().max(1))).exp())
        };
        let value = mean(&|relation| relation.ratio)?;
        let low = mean(&|relation| relation.interval.map(|interval| interval.low));
        let high = mean(&|relation| relation.interval.map(|interval| interval.high));
        Some((value, low.zip(high).map(|(low, high)| Interval { low, high })))
    }

    /// Whether one is better than another: beyond the interval, or, of what has none, at all. Times must be 2 % apart besides.
    fn is_better(&self, one: &Subject, other: &Subject) -> bool {
        let Some((value, interval)) = self.ratio(one, other) else { return false };
        if self.is_timed() && value.ln().abs() <= LEAST_DIFFERENCE.ln_1p() {
            return false;
        }
        let Interval { low, high } = interval.unwrap_or(Interval { low: value, high: value });
        if self.less_is_better { high < 1.0 } else { low > 1.0 }
    }

    fn is_timed(&self) -> bool {
        let of_first = |place: &Place| self.figures.get(place, self.subjects[0]).is_some_and(Figure::is_timed);
        self.places.first().is_some_and(|place| of_first(place))
    }

    fn rank(&self) -> Vec<Ranked> {
        let of_first = |subject: &Subject| self.ratio(subject, self.subjects[0]).map(|(value, _)| value);
        let Some(values) = self.subjects.iter().map(|subject| of_first(subject)).collect::<Option<Vec<f64>>>() else {
            // Zeros in single repetitions leave no ratio.
            return Vec::new();
        };
        let mut order: Vec<(&Subject, f64)> = self.subjects.iter().copied().zip(values).collect();
        order.sort_by(|(_, one), (_, other)| if self.less_is_better { one.total_cmp(other) } else { other.total_cmp(one) });
        let best = order[0].0;
        let mut rows: Vec<Ranked> = order.iter().filter_map(|(subject, _)| self.row(subject, best)).collect();
        rows.sort_by_key(|row| row.rank);
        rows
    }

    fn row(&self, subject: &Subject, best: &Subject) -> Option<Ranked> {
        let Place { measure, metric, case, .. } = (*self.places.first()?).clone();
        let others = || self.subjects.iter().copied().filter(|other| *other != subject);
        let better = others().filter(|other| self.is_better(other, subject)).count();
        let alike: Vec<String> = others()
            .filter(|other| !self.is_better(other, subject) && !self.is_better(subject, other))
            .map(|other| other.algorithm.clone())
            .collect();
        let (ratio, interval) = self.ratio(subject, best)?;
        Some(Ranked {
            measure,
            metric,
            case,
            better: if self.less_is_better { "less" } else { "more" },
            rank: 1 + better,
            algorithm: subject.algorithm.clone(),
            parameters: subject.parameters.clone(),
            places: self.places.len(),
            of_places: self.of_places,
            ratio_to_best: ratio,
            ratio_low: interval.map(|interval| interval.low),
            ratio_high: interval.map(|interval| interval.high),
            no_difference_from: alike.join(", "),
            figure: self.places.first()?.name(),
        })
    }
}

fn table(rows: &[Ranked]) -> Table {
    let columns = ["figure", "better", "rank", "algorithm", "ratio to the best", "from", "to", "no difference from", "places"];
    let optional = |value: Option<f64>| value.map_or_else(Cell::nothing, |value| Cell::number(value, number::ratio(value)));
    let row = |row: &Ranked| {
        let subject = Subject { algorithm: row.algorithm.clone(), parameters: row.parameters.clone() };
        vec![
            Cell::words(&row.figure),
            Cell::words(row.better),
            Cell::number(float(row.rank), row.rank.to_string()),
            Cell::words(subject.label()),
            Cell::number(row.ratio_to_best, number::ratio(row.ratio_to_best)),
            optional(row.ratio_low),
            optional(row.ratio_high),
            Cell::words(&row.no_difference_from),
            Cell::words(format!("{} of {}", row.places, row.of_places)),
        ]
    };
    Table {
        title: "Ranks".to_owned(),
        note: "The geometric mean of the ratios to the best over places, each a number of nodes with a key set, at which every \
               algorithm has the figure and its interval. The intervals of all places together hold with 95 %. Two times must be 2 % \
               apart besides. A figure without an interval, as of memory, is ranked as it is."
            .to_owned(),
        columns: columns.map(|name| Column::new(name, "")).into(),
        rows: rows.iter().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cmd::format::assert_columns;
    use crate::reading::sample::{ALGORITHMS, records};
    use crate::record::Record;

    fn ranks(records: &[Record], metric: &str) -> Vec<(String, usize)> {
        let rows = ranked(&Figures::of(records), &[metric.to_owned()]);
        rows.into_iter().map(|row| (row.algorithm, row.rank)).collect()
    }

    #[test]
    fn less_or_more_is_better_as_the_figure_has_it() {
        // The sample's spread grows from the first algorithm to the last, and the least load falls: neighbours are a fifth apart
        // or more, and the three sets of names here one in a thousand, so that each is told from each.
        let mut records = records(&ALGORITHMS, &[10, 100]);
        records.retain(|record| record.measure == "balance" && record.repetition == 0);
        let repeated = |record: Record| {
            let value = |repetition: u32| record.value.map(|value| value * f64::from(repetition).mul_add(1e-3, 1.0));
            [0, 1, 2].map(|repetition| Record { repetition, value: value(repetition), ..record.clone() })
        };
        let records: Vec<Record> = records.into_iter().flat_map(repeated).collect();
        for metric in ["cv", "min_over_mean"] {
            let expected = [("ring", 1), ("jump", 2), ("rendezvous", 3), ("maglev", 4), ("modulo", 5)];
            assert_eq!(ranks(&records, metric), expected.map(|(name, rank)| (name.to_owned(), rank)), "{metric}");
        }
        let rows = ranked(&Figures::of(&records), &["cv".to_owned()]);
        assert_eq!((rows[0].places, rows[0].of_places, rows[0].ratio_to_best), (4, 4, 1.0));
        assert_columns(&rows[0]);
    }

    #[test]
    fn ranks_are_shared_where_intervals_overlap() {
        let mut records = records(&ALGORITHMS, &[10]);
        for record in records.iter_mut().filter(|record| record.measure == "lookup" && record.algorithm == "jump") {
            // Of the ring's 3.30 ns, whose interval is 3.14 to 3.50: jump's is made to overlap it.
            let time = 3.4;
            (record.measured_value, record.measured_low, record.measured_high) =
                (Some(time), Some(time * 0.95), Some(time * 1.05));
        }
        records.retain(|record| record.case == "digest" && record.metric == "latency");
        let rows = ranked(&Figures::of(&records), &[]);
        let found: Vec<(&str, usize, &str)> =
            rows.iter().map(|row| (row.algorithm.as_str(), row.rank, row.no_difference_from.as_str())).collect();
        assert_eq!(found[..3], [("ring", 1, "jump"), ("jump", 1, "ring"), ("rendezvous", 3, "")]);
    }

    #[test]
    fn only_places_that_all_have_are_counted() {
        let mut records = records(&ALGORITHMS, &[10, 100]);
        records.retain(|record| record.algorithm != "maglev" || record.nodes == 10);
        let rows = ranked(&Figures::of(&records), &["cv".to_owned()]);
        assert!(rows.len() == 5 && rows.iter().all(|row| (row.places, row.of_places) == (2, 4)), "{rows:?}");
        // What has neither better nor worse has no ranks.
        assert!(ranked(&Figures::of(&records), &["load_p50".to_owned()]).is_empty());
    }
}
