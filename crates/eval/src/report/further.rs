//! Tables of the measures that bring their own keys: failures, larger changes, replicas, weights, patterns, popularity.

use crate::reading::index::Figure;
use crate::reading::number::{count, ratio, significant};
use crate::reading::select::Subject;
use crate::record::{Case, Measure, Metric, Record};
use crate::stats::float;

use super::content::{Content, labelled, median_cell, percent};
use super::table::{Cell, Column, Table};

/// What tells the rows of one algorithm at one size apart: how a column calls it, and how each case reads there.
struct Cases {
    column: &'static str,
    /// The case, what stands in the column, and the number by which rows are sorted.
    all: Vec<(Case, String, f64)>,
}

impl Cases {
    /// The cases of a measure that have a number of this kind, by that number.
    fn numbered(content: &Content<'_>, measure: Measure, column: &'static str, number: fn(Case) -> Option<f64>) -> Self {
        let mut all: Vec<(Case, String, f64)> = Vec::new();
        for record in content.rows().of_measure(measure).iter() {
            let Ok(case) = record.case.parse::<Case>() else { continue };
            if let Some(number) = number(case).filter(|_| all.iter().all(|(known, ..)| *known != case)) {
                all.push((case, number.to_string(), number));
            }
        }
        all.sort_by(|one, other| one.2.total_cmp(&other.2));
        Self { column, all }
    }

    /// The larger changes.
    fn of_churn(content: &Content<'_>) -> Self {
        let joining = Self::numbered(content, Measure::Churn, "change", |case| match case {
            Case::Joined(count) => Some(float(count)),
            _ => None,
        });
        let joining = joining.all.into_iter().map(|(case, count, value)| (case, format!("{count} join"), value));
        let further = [(Case::Rolling, "all replaced, one by one"), (Case::Reweight, "one weight doubles")];
        let further =
            (further.into_iter().zip(1_u32..)).map(|((case, label), place)| (case, label.to_owned(), 1e12 * f64::from(place)));
        Self { column: "change", all: joining.chain(further).collect() }
    }
}

/// How many nodes failed.
fn failed(case: Case) -> Option<f64> {
    if let Case::Failed(count) = case { Some(float(count)) } else { None }
}

/// How many replicas there are.
fn copies(case: Case) -> Option<f64> {
    if let Case::Replicas(count) = case { Some(float(count)) } else { None }
}

/// To which power popularity falls.
fn exponent(case: Case) -> Option<f64> {
    if let Case::Zipf(exponent) = case { Some(exponent) } else { None }
}

impl Content<'_> {
    /// A row for each algorithm at each size in each case that has any figure in it.
    fn by_case(
        &self,
        (title, note): (&str, &str),
        cases: &Cases,
        columns: Vec<Column>,
        row: impl Fn(&Subject, u64, Case) -> Vec<Cell>,
    ) -> Table {
        let mut rows = Vec::new();
        for &nodes in self.nodes() {
            for subject in self.subjects() {
                for &(case, ref label, value) in &cases.all {
                    let cells = row(subject, nodes, case);
                    if cells.iter().any(|cell| cell.value.is_some()) {
                        let case = std::iter::once(Cell::number(value, label.clone()));
                        rows.push(labelled(nodes, self.name(subject), case.chain(cells).collect()));
                    }
                }
            }
        }
        let first = [Column::new("nodes", ""), Column::new("algorithm", ""), Column::new(cases.column, "")];
        Table { title: title.to_owned(), note: note.to_owned(), columns: first.into_iter().chain(columns).collect(), rows }
    }

    /// What failing nodes leave to the survivors.
    pub(super) fn failures(&self) -> Table {
        self.by_case(
            (
                "What nodes that fail leave to the survivors",
                "Nodes fail at random, one after another. Busiest: the load of the busiest survivor, over the mean before any failed; \
                 expected: by the law that fits the algorithm; even: what each would have if all shared alike. Largest gain: the \
                 most that one survivor got in addition, over the same mean. Receivers: survivors that got any key of the dead. \
                 Moved: keys that moved for each key of the dead, 1 being the least.",
            ),
            &Cases::numbered(self, Measure::Failure, "failed", failed),
            vec![
                Column::new("busiest", "× mean"),
                Column::new("expected", "× mean"),
                Column::new("even", "× mean"),
                Column::new("largest gain", "× mean"),
                Column::new("receivers", "nodes"),
                Column::new("moved", "× keys of the dead"),
            ],
            |subject, nodes, case| {
                let cell = |metric, format| self.cell((Measure::Failure, metric, case), subject, nodes, None, format);
                let failed = failed(case).unwrap_or(0.0);
                let busiest = cell(Metric::WorstLoad, ratio);
                let even = float(nodes) / (float(nodes) - failed);
                let even = if busiest.value.is_some() { Cell::number(even, ratio(even)) } else { Cell::nothing() };
                vec![
                    busiest,
                    self.expected((Measure::Failure, Metric::WorstLoad, case), subject, nodes, ratio),
                    even,
                    cell(Metric::LargestGain, ratio),
                    cell(Metric::Receivers, plain),
                    cell(Metric::MovedOverOwn, ratio),
                ]
            },
        )
    }

    /// Several changes at once or in a row.
    pub(super) fn larger_changes(&self) -> Table {
        self.by_case(
            (
                "What larger changes move",
                "In percent of all keys; of a rolling replacement, in the mean of its changes. Own: keys of the nodes that come or \
                 go, and keys that come to a node whose weight doubles: those that must move. Needless: all others that moved. \
                 Moved: all that moved for each that must. A weight doubles from 1 to 2 among equal nodes, the best case for a table of slots.",
            ),
            &Cases::of_churn(self),
            vec![
                Column::new("moved", "%"),
                Column::new("own", "%"),
                Column::new("needless", "%"),
                Column::new("moved", "× own"),
            ],
            |subject, nodes, case| {
                let cell = |metric, format| self.cell((Measure::Churn, metric, case), subject, nodes, None, format);
                vec![
                    cell(Metric::Moved, percent),
                    cell(Metric::Own, percent),
                    cell(Metric::Collateral, percent),
                    cell(Metric::MovedOverOwn, ratio),
                ]
            },
        )
    }

    /// Sets of replicas.
    pub(super) fn replicas(&self) -> Table {
        self.by_case(
            (
                "Replicas: which nodes share keys, and what a change replaces",
                "Copies: how many distinct nodes hold a key. Busiest: the node in the most sets, over the mean. Inclusion and pairs: \
                 χ² of how often each node, and each pair of nodes, is in a set, over its degrees of freedom; about 1 is chance. \
                 Sets in use: how many different sets of nodes hold keys, of which many spread a failure and few confine it. \
                 Replaced: members of a key's set that one node's leaving replaced, for each that must be.",
            ),
            &Cases::numbered(self, Measure::Replicas, "copies", copies),
            vec![
                Column::new("busiest", "× mean"),
                Column::new("χ² of inclusion", ""),
                Column::new("χ² of pairs", ""),
                Column::new("sets in use", ""),
                Column::new("replaced", "× least"),
                Column::new("sets with a repeat", ""),
            ],
            |subject, nodes, case| {
                let cell = |metric, format| self.cell((Measure::Replicas, metric, case), subject, nodes, None, format);
                let freedom = |pairs: bool| if pairs { float(nodes) * float(nodes - 1) / 2.0 } else { float(nodes) } - 1.0;
                let over = |metric, pairs: bool| {
                    let values = self.index.values((Measure::Replicas, metric, case), subject, nodes, None);
                    let over: Vec<f64> = values.into_iter().map(|value| value / freedom(pairs)).collect();
                    median_cell(&over, significant)
                };
                vec![
                    cell(Metric::InclusionMaxOverMean, ratio),
                    over(Metric::InclusionChiSquare, false),
                    over(Metric::PairChiSquare, true),
                    cell(Metric::DistinctSets, plain),
                    cell(Metric::ChurnOverLeast, ratio),
                    cell(Metric::Repeats, plain),
                ]
            },
        )
    }

    /// Nodes of unequal weights.
    pub(super) fn weights(&self) -> Table {
        self.table(
            "Nodes of weights from 1 to 10".to_owned(),
            "A node's load over its weight's part. CV: of those over nodes. Worst: how far the node that is farthest from its part \
             is off, of keys and of exact shares where the algorithm can tell. What cannot weigh nodes is not in the table.",
            vec![
                Column::new("CV", "%"),
                Column::new("CV expected", "%"),
                Column::new("worst, of keys", "%"),
                Column::new("worst, of shares", "%"),
                Column::new("weight 1 gets", "× its part"),
                Column::new("weight 10 gets", "× its part"),
            ],
            |subject, nodes| {
                let cell = |metric, case, format| self.cell((Measure::Weighted, metric, case), subject, nodes, None, format);
                vec![
                    cell(Metric::Cv, Case::Only, percent),
                    self.expected((Measure::Weighted, Metric::Cv, Case::Only), subject, nodes, percent),
                    cell(Metric::WorstRelativeError, Case::Only, percent),
                    cell(Metric::ShareWorstRelativeError, Case::Only, percent),
                    cell(Metric::AchievedOverWanted, Case::Weight(1), ratio),
                    cell(Metric::AchievedOverWanted, Case::Weight(10), ratio),
                ]
            },
        )
    }

    /// Keys and names that follow a pattern.
    pub(super) fn patterns(&self) -> Table {
        let rows = self.rows().of_measure(Measure::Patterns).filter(|record| record.case == Case::Both);
        let keys: Vec<(&str, u64)> = rows.key_sets();
        let columns = keys.iter().map(|(pattern, _)| Column::new((*pattern).to_owned(), "× mean")).collect();
        let sample = keys.first().map_or(0, |&(_, count)| count);
        self.table(
            format!("Keys and names that follow a pattern: {} keys", count(sample)),
            "The busiest node where keys and node names both are made by the pattern. A hash that is good enough makes them all alike: \
             beside random ones of the first tables they differ by chance only.",
            columns,
            |subject, nodes| {
                let cell = |pattern: &str| self.cell((Measure::Patterns, Metric::MaxOverMean, Case::Both), subject, nodes, Some(pattern), ratio);
                keys.iter().map(|(pattern, _)| cell(pattern)).collect()
            },
        )
    }

    /// Keys of unequal popularity.
    pub(super) fn popularity(&self) -> Table {
        self.by_case(
            (
                "Requests for keys of unequal popularity",
                "Popularity falls with the rank to the power of the exponent, as Zipf has it. Busiest: the node with the most requests. \
                 Least possible: what the most popular key alone forces, wherever it lies. No algorithm that puts a key on one node \
                 can do better.",
            ),
            &Cases::numbered(self, Measure::Popularity, "exponent", exponent),
            vec![
                Column::new("CV by request", "%"),
                Column::new("busiest", "× mean"),
                Column::new("least possible", "× mean"),
                Column::new("busiest", "× least"),
            ],
            |subject, nodes, case| {
                let cell = |metric, format| self.cell((Measure::Popularity, metric, case), subject, nodes, None, format);
                vec![
                    cell(Metric::Cv, percent),
                    cell(Metric::MaxOverMean, ratio),
                    cell(Metric::LeastMaxOverMean, ratio),
                    cell(Metric::MaxOverLeast, ratio),
                ]
            },
        )
    }

    /// What theory expects of a figure.
    fn expected(&self, figure: Figure, subject: &Subject, nodes: u64, format: fn(f64) -> String) -> Cell {
        let rows: Vec<&Record> = self.index.rows(figure, subject, nodes, None);
        let mut expected: Vec<f64> = rows.iter().filter_map(|record| record.expected).collect();
        expected.sort_by(f64::total_cmp);
        median_cell(&expected, format)
    }

    /// All of them, those that the records do not hold without a row.
    pub(super) fn further(&self) -> [Table; 6] {
        [self.failures(), self.larger_changes(), self.replicas(), self.weights(), self.patterns(), self.popularity()]
    }
}

/// A count, or the middle of several.
fn plain(value: f64) -> String {
    crate::reading::number::plain(value)
}
