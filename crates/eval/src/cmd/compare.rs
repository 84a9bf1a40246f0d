//! `annulus compare`: ratios of recorded figures, with their intervals.

use std::collections::HashSet;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::error::Error;
use super::format::{Format, Row};
use super::terminal::print;
use crate::known::EXAMPLES;
use crate::reading::clock::Clock;
use crate::reading::figure::{Figure, Figures, Place, Relation, Verdict, level_of_each};
use crate::reading::select::Subject;
use crate::reading::{folder, number};
use crate::record::{Measure, Metric, Unit};
use crate::report::table::{Cell, Column, Table};
use crate::stats::float;

/// The figures that are shown where none is asked for.
const HEADLINE: [(Measure, Metric); 7] = [
    (Measure::Balance, Metric::Cv),
    (Measure::Balance, Metric::MaxOverMean),
    (Measure::Remap, Metric::MovedOverOwn),
    (Measure::Lookup, Metric::Latency),
    (Measure::Lookup, Metric::Throughput),
    (Measure::Change, Metric::Build),
    (Measure::Memory, Metric::LiveBytes),
];

/// Compares recorded figures: algorithms of one run with each other, or one algorithm in two runs
///
/// With one folder, every algorithm is compared with the first one, or with that of --to. With two folders, each algorithm in the
/// second is compared with itself in the first. The verdict says whether two figures differ: the interval of their ratio excludes 1
/// and, for times, the difference is at least 2 %.
#[derive(Debug, Args)]
#[command(after_help = after_help())]
pub(super) struct Compare {
    /// The folder of a run
    a: PathBuf,
    /// The folder of another run
    b: Option<PathBuf>,
    #[arg(long, value_name = "NAME", conflicts_with = "b", help = help_of_to())]
    to: Option<String>,
    /// Which figures: a measure, a metric, or both, as remap,cv,lookup.latency; or all [default: the main ones]
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    metrics: Vec<String>,
    /// The output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,
}

fn after_help() -> String {
    format!(
        "Examples:
  annulus compare results/before --to {}
  annulus compare results/before results/after --metrics lookup,change
  annulus compare results/before --metrics all --format csv",
        EXAMPLES.ordered
    )
}

fn help_of_to() -> String {
    format!(
        "With one folder: the algorithm to compare the others with, as {} or {} [default: the first]",
        EXAMPLES.first,
        EXAMPLES.with_default()
    )
}

/// One figure held against another.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Compared {
    measure: String,
    metric: String,
    case: String,
    keys: String,
    key_count: u64,
    nodes: u64,
    algorithm: String,
    parameters: String,
    against: String,
    /// How many sets of names both sides have, which the values are means over; none where each side stands for itself.
    pairs: Option<usize>,
    unit: String,
    value: f64,
    against_value: f64,
    ratio: Option<f64>,
    ratio_low: Option<f64>,
    ratio_high: Option<f64>,
    verdict: Verdict,
    #[serde(skip)]
    figure: String,
}

impl Row for Compared {
    const COLUMNS: &'static [&'static str] = &[
        "measure",
        "metric",
        "case",
        "keys",
        "key_count",
        "nodes",
        "algorithm",
        "parameters",
        "against",
        "pairs",
        "unit",
        "value",
        "against_value",
        "ratio",
        "ratio_low",
        "ratio_high",
        "verdict",
    ];
}

impl Compare {
    pub(super) fn execute(&self) -> Result<(), Error> {
        let first = folder::records(&self.a)?;
        let first = Figures::of(&first);
        let mut clocks = None;
        let rows = match &self.b {
            None => {
                let base = base(&first, self.to.as_deref())?;
                let metrics = chosen(&self.metrics, &first)?;
                self.rows(within(&first, base, &metrics), &Ok(1.0), |figure| figure.subject.label())
            }
            Some(b) => {
                let second = folder::records(b)?;
                let second = Figures::of(&second);
                let metrics = chosen(&self.metrics, &first)?;
                let clocks = clocks.insert(Clocks::of(&self.a, b));
                self.rows(between(&first, &second, &metrics), &clocks.slower, |_| self.a.display().to_string())
            }
        };
        if rows.is_empty() {
            return Err(nothing_in_common(&self.a, self.b.as_ref(), "--metrics all"));
        }
        print(&self.format.written(&rows, || table(&rows, clocks.as_ref()))?)
    }

    fn rows(
        &self,
        pairs: Vec<(&Figure<'_>, &Figure<'_>)>,
        slower: &Result<f64, String>,
        against: impl Fn(&Figure<'_>) -> String,
    ) -> Vec<Compared> {
        let level = level_of_each(pairs.len());
        pairs.into_iter().map(|(figure, base)| Compared::new(figure, base, against(base), slower, level)).collect()
    }
}

/// The clocks of two runs.
pub(super) struct Clocks {
    of: [(PathBuf, Clock); 2],
    /// How many times as long a multiplication took in the second, or why times cannot be compared.
    pub(super) slower: Result<f64, String>,
}

impl Clocks {
    /// Of two folders. One without `environment.toml` says nothing of its machine.
    pub(super) fn of(a: &std::path::Path, b: &std::path::Path) -> Self {
        let of = [a, b].map(|path| (path.to_owned(), Clock::of(&folder::environment(path).unwrap_or_default())));
        let slower = of[1].1.over(&of[0].1);
        Self { of, slower }
    }

    /// Both machines, and what follows for times.
    pub(super) fn told(&self) -> String {
        let [first, second] = self.of.each_ref().map(|(folder, clock)| format!("{}: {}", folder.display(), clock.told()));
        let follows = match &self.slower {
            Ok(_) => "times are divided by that of a multiplication".to_owned(),
            Err(why) => format!("no two times are called different, as {why}"),
        };
        format!("{first}; {second}; {follows}")
    }
}

/// Why there is no row: what the two folders, or the algorithms of the one, would need.
pub(super) fn nothing_in_common(a: &std::path::Path, b: Option<&PathBuf>, remedy: &str) -> Error {
    let reason = match b {
        Some(b) => {
            format!("has no such figure in common with {}; compare runs of the same scenario, or try {remedy}", b.display())
        }
        None => format!("has no such figure of two algorithms; measure two, or try {remedy}"),
    };
    Error::Page { path: a.to_owned(), reason }
}

impl Compared {
    fn new(figure: &Figure<'_>, base: &Figure<'_>, against: String, slower: &Result<f64, String>, level: f64) -> Self {
        let Place { measure, metric, case, keys, key_count, nodes, .. } = figure.place.clone();
        let paired = in_common(figure, base);
        let pairs = paired.as_ref().map(|(figure, _)| figure.rows.len());
        let (figure, base) = paired.as_ref().map_or((figure, base), |(figure, base)| (figure, base));
        let Relation { ratio, interval, verdict } = figure.across(base, slower, level);
        Self {
            measure,
            metric,
            case,
            keys,
            key_count,
            nodes,
            algorithm: figure.subject.algorithm.clone(),
            parameters: figure.subject.parameters.clone(),
            against,
            pairs,
            unit: figure.rows.first().map(|row| row.unit.clone()).unwrap_or_default(),
            value: figure.typical(),
            against_value: base.typical(),
            ratio,
            ratio_low: interval.map(|interval| interval.low),
            ratio_high: interval.map(|interval| interval.high),
            verdict,
            figure: figure.place.name(),
        }
    }
}

/// Both figures, cut down to the sets of names that both have, so that values and ratio are of the same; none where a figure
/// depends on the machine, or no set is in common.
pub(super) fn in_common<'a>(figure: &Figure<'a>, base: &Figure<'a>) -> Option<(Figure<'a>, Figure<'a>)> {
    if figure.is_measured() || base.is_measured() {
        return None;
    }
    let sets =
        |figure: &Figure<'_>| -> HashSet<(u64, u32)> { figure.rows.iter().map(|row| (row.seed, row.repetition)).collect() };
    let common: HashSet<(u64, u32)> = sets(figure).intersection(&sets(base)).copied().collect();
    let cut = |figure: &Figure<'a>| Figure {
        rows: figure.rows.iter().copied().filter(|row| common.contains(&(row.seed, row.repetition))).collect(),
        ..figure.clone()
    };
    (!common.is_empty()).then(|| (cut(figure), cut(base)))
}

/// Which of the figures: those asked for, of which each must be there, or the main ones.
pub(super) fn chosen(asked: &[String], figures: &Figures<'_>) -> Result<Vec<String>, Error> {
    if asked.is_empty() {
        return Ok(HEADLINE.map(|(measure, metric)| format!("{measure}.{metric}")).into());
    }
    if asked == ["all"] {
        return Ok(Vec::new());
    }
    match asked.iter().find(|item| !figures.iter().any(|figure| figure.place.is_meant_by(item))) {
        Some(unknown) => Err(Error::Usage(format!(
            "--metrics: the records hold no `{unknown}`; name a measure such as balance, a metric such as cv, or balance.cv"
        ))),
        None => Ok(asked.to_vec()),
    }
}

/// Whether a list of figures, of which an empty one means all, means this.
pub(super) fn is_among(place: &Place, metrics: &[String]) -> bool {
    metrics.is_empty() || metrics.iter().any(|item| place.is_meant_by(item))
}

fn base<'a>(figures: &'a Figures<'_>, to: Option<&str>) -> Result<&'a Subject, Error> {
    let subjects = figures.subjects();
    let named = |name: &str| {
        let (algorithm, parameters) = name.split_once(':').unwrap_or((name, ""));
        let fits = |subject: &&&Subject| {
            subject.algorithm == name
                || subject.algorithm == algorithm && (parameters.is_empty() || subject.parameters == parameters)
        };
        subjects.iter().find(fits).copied()
    };
    let found = to.map_or_else(|| subjects.first().copied(), named);
    found.ok_or_else(|| {
        let there: Vec<String> = subjects.iter().map(|subject| subject.label()).collect();
        Error::Usage(format!("--to: the records hold no algorithm `{}`; there are {}", to.unwrap_or("at all"), there.join(", ")))
    })
}

/// Each algorithm of one run and the base, where both have the figure.
fn within<'f, 'a>(figures: &'f Figures<'a>, base: &Subject, metrics: &[String]) -> Vec<(&'f Figure<'a>, &'f Figure<'a>)> {
    let subjects = figures.subjects();
    let compared = figures.iter().filter(|figure| figure.subject != *base && subjects.contains(&&figure.subject));
    let chosen = compared.filter(|figure| is_among(&figure.place, metrics));
    sorted(chosen.filter_map(|figure| Some((figure, figures.get(&figure.place, base)?))).collect())
}

/// Each figure of the second run and the same of the first.
fn between<'f, 'a>(first: &'f Figures<'a>, second: &'f Figures<'a>, metrics: &[String]) -> Vec<(&'f Figure<'a>, &'f Figure<'a>)> {
    let chosen = second.iter().filter(|figure| is_among(&figure.place, metrics));
    sorted(chosen.filter_map(|figure| Some((figure, first.get(&figure.place, &figure.subject)?))).collect())
}

/// By figure, as records first name it, then by keys and number of nodes.
fn sorted<'f, 'a>(pairs: Vec<(&'f Figure<'a>, &'f Figure<'a>)>) -> Vec<(&'f Figure<'a>, &'f Figure<'a>)> {
    let mut order: Vec<String> = Vec::new();
    for (figure, _) in &pairs {
        let name = figure.place.name();
        if !order.contains(&name) {
            order.push(name);
        }
    }
    let mut pairs = pairs;
    pairs.sort_by_cached_key(|(figure, _)| {
        let Place { keys, nodes, .. } = &figure.place;
        (order.iter().position(|name| *name == figure.place.name()), keys.clone(), *nodes)
    });
    pairs
}

/// What differs, for a terminal: equal rows are counted and left out.
fn table(rows: &[Compared], clocks: Option<&Clocks>) -> Table {
    let columns = ["figure, keys", "nodes", "algorithm", "value", "base", "ratio", "interval", "verdict"];
    let differing: Vec<&Compared> = rows.iter().filter(|row| row.verdict != Verdict::Equal).collect();
    let equal = match rows.len() - differing.len() {
        0 => String::new(),
        1 => " One row is equal on both sides and not shown.".to_owned(),
        count => format!(" {count} rows are equal on both sides and not shown."),
    };
    let machines = clocks.map(|clocks| format!(" {}.", clocks.told())).unwrap_or_default();
    let base = rows.first().map_or("", |row| row.against.as_str());
    Table {
        title: format!(
            "Figures compared with {base}{}",
            if clocks.is_some() { "; ratios of times are of what is left after division by each run's clock" } else { "" }
        ),
        note: "Value and base: medians over the sets of node names that both sides have, as in reports; of times, what the reports print. \
               Ratio: value over base, the geometric mean over those sets. Interval: where the true ratio lies; all intervals of this \
               table together hold with 95 %. Times are divided by the time of a multiplication first. Two times differ if the interval \
               excludes 1 and the difference is at least 2 %."
            .to_owned()
            + &equal
            + &machines,
        columns: columns.map(|name| Column::new(name, "")).into(),
        rows: differing.into_iter().map(|row| cells(row, rows)).collect(),
    }
}

/// A number with its unit; a ratio and a fraction have none.
fn in_unit(value: f64, unit: &str) -> String {
    match unit {
        unit if unit == Unit::Bytes.as_str() => number::bytes(value),
        unit if unit == Unit::Ratio.as_str() || unit == Unit::Fraction.as_str() => number::significant(value),
        unit => format!("{} {unit}", number::significant(value)).trim_end().to_owned(),
    }
}

/// One row of the table. An algorithm's parameters are told where it stands there with several.
fn cells(row: &Compared, rows: &[Compared]) -> Vec<Cell> {
    // An interval beyond this says no more than that there are too few pairs.
    const MOST: f64 = 1e4;
    let is_told = |value: &f64| (1.0 / MOST..=MOST).contains(value);
    let subject = Subject { algorithm: row.algorithm.clone(), parameters: row.parameters.clone() };
    let has_namesake = rows.iter().any(|other| other.algorithm == row.algorithm && other.parameters != row.parameters);
    let name = if has_namesake { subject.label() } else { subject.algorithm };
    let keys = if row.keys.is_empty() { String::new() } else { format!(", {}", row.keys) };
    let interval = row.ratio_low.zip(row.ratio_high).filter(|(low, high)| is_told(low) && is_told(high));
    let interval = interval
        .map_or_else(Cell::nothing, |(low, high)| Cell::words(format!("{} – {}", number::ratio(low), number::ratio(high))));
    let ratio = row.ratio.filter(is_told);
    vec![
        Cell::words(format!("{}{keys}", row.figure)),
        Cell::number(float(row.nodes), number::count(row.nodes)),
        Cell::words(name),
        Cell::number(row.value, in_unit(row.value, &row.unit)),
        Cell::number(row.against_value, in_unit(row.against_value, &row.unit)),
        ratio.map_or_else(Cell::nothing, |ratio| Cell::number(ratio, number::ratio(ratio))),
        interval,
        Cell::words(row.verdict.text()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cmd::format::assert_columns;
    use crate::reading::sample::{ALGORITHMS, records};
    use crate::record::Record;

    fn compare() -> Compare {
        Compare { a: "a".into(), b: None, to: None, metrics: Vec::new(), format: Format::Table }
    }

    fn of_one(records: &[Record], to: &str, metrics: &[&str]) -> Vec<Compared> {
        let figures = Figures::of(records);
        let metrics: Vec<String> = metrics.iter().copied().map(str::to_owned).collect();
        let pairs = within(&figures, base(&figures, Some(to)).unwrap(), &metrics);
        compare().rows(pairs, &Ok(1.0), |figure| figure.subject.label())
    }

    #[test]
    fn algorithms_are_held_against_the_base_cell_by_cell() {
        let rows = of_one(&records(&ALGORITHMS, &[10, 100]), "jump", &["cv"]);
        // Four others, two sizes, two key sets.
        assert_eq!(rows.len(), 16);
        assert!(rows.iter().all(|row| row.against == "jump" && row.algorithm != "jump"));
        let ring = &rows[0];
        assert_eq!((ring.algorithm.as_str(), ring.verdict), ("ring", Verdict::Lower));
        // The sample's spread is 1, 1.1, 1.2 of the ring and 2, 2.1, 2.2 of jump.
        let expected = ((1.0_f64 / 2.0) * (1.1 / 2.1) * (1.2 / 2.2)).cbrt();
        assert!((ring.ratio.unwrap() - expected).abs() < 1e-12, "{ring:?}");
        assert!(ring.ratio_low.unwrap() < expected && ring.ratio_high.unwrap() > expected);
        assert_columns(ring);
    }

    #[test]
    fn a_run_against_itself_differs_nowhere() {
        let records = records(&ALGORITHMS, &[10]);
        let figures = Figures::of(&records);
        let rows = compare().rows(between(&figures, &figures, &[]), &Ok(1.0), |_| "a".to_owned());
        assert_eq!(rows.len(), figures.iter().count());
        let allowed = [Verdict::Equal, Verdict::NoDifference];
        assert!(rows.iter().all(|row| allowed.contains(&row.verdict)), "{rows:?}");
        assert!(rows.iter().any(|row| row.measure == "lookup" && row.ratio_low.is_some_and(|low| low < 1.0)));
    }

    #[test]
    fn values_are_of_the_pairs_that_the_ratio_is_of() {
        let records = records(&ALGORITHMS, &[10]);
        // Of the run before the third set of names is gone, of the one after the first: the second is in common.
        let [before, after] = [2, 0].map(|gone| -> Vec<Record> {
            records.iter().filter(|row| row.value.is_none() || row.repetition != gone).cloned().collect()
        });
        let (before, after) = (Figures::of(&before), Figures::of(&after));
        let rows = compare().rows(between(&before, &after, &["cv".to_owned()]), &Ok(1.0), |_| "a".to_owned());
        assert!(!rows.is_empty());
        for row in &rows {
            let pair = records.iter().find(|record| {
                (&record.measure, &record.metric, &record.algorithm) == (&row.measure, &row.metric, &row.algorithm)
                    && (record.repetition, &record.keys) == (1, &row.keys)
            });
            let value = pair.and_then(|record| record.value).unwrap();
            assert_eq!((row.pairs, row.value, row.against_value), (Some(1), value, value), "{row:?}");
            assert_eq!((row.ratio, row.verdict), (Some(1.0), Verdict::Equal));
        }
        let timed = compare().rows(between(&before, &after, &["latency".to_owned()]), &Ok(1.0), |_| "a".to_owned());
        assert!(!timed.is_empty() && timed.iter().all(|row| row.pairs.is_none()));
    }

    #[test]
    fn what_is_not_there_is_named() {
        let records = records(&ALGORITHMS, &[10]);
        let figures = Figures::of(&records);
        let error = base(&figures, Some("rang")).unwrap_err().to_string();
        assert!(error.contains("`rang`; there are ring:points=160, jump"), "{error}");
        let error = chosen(&["vc".to_owned()], &figures).unwrap_err().to_string();
        assert!(error.contains("no `vc`"), "{error}");
        assert_eq!(base(&figures, Some("ring:points=160")).unwrap().algorithm, "ring");
    }
}
