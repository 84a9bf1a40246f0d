//! Tables of the measures that bring their own keys: failures, larger changes, replicas, weights, patterns, popularity.

use crate::reading::number::{count, ratio, significant};
use crate::reading::select::Subject;
use crate::record::Record;
use crate::stats::float;

use super::content::{Content, labelled, median_cell, percent};
use super::table::{Cell, Column, Table};

/// What tells the rows of one algorithm at one size apart: how a column calls it, and how each case reads there.
struct Cases {
    column: &'static str,
    /// The case in the records, what stands in the column, and the number by which rows are sorted.
    all: Vec<(String, String, f64)>,
}

impl Cases {
    /// The cases of a measure that begin with `prefix` and end in a number, by that number.
    fn numbered(content: &Content<'_>, measure: &str, column: &'static str, prefix: &str) -> Self {
        let mut all: Vec<(String, String, f64)> = Vec::new();
        for record in content.rows().of_measure(measure).iter() {
            let number = record.case.strip_prefix(prefix).filter(|_| all.iter().all(|(case, ..)| *case != record.case));
            if let Some((number, value)) = number.and_then(|number| Some((number, number.parse().ok()?))) {
                all.push((record.case.clone(), number.to_owned(), value));
            }
        }
        all.sort_by(|one, other| one.2.total_cmp(&other.2));
        Self { column, all }
    }

    /// The larger changes.
    fn of_churn(content: &Content<'_>) -> Self {
        let joining = Self::numbered(content, "churn", "change", "add_");
        let joining = joining.all.into_iter().map(|(case, count, value)| (case, format!("{count} join"), value));
        let further = [("rolling", "all replaced, one by one"), ("reweight", "one weight doubles")];
        let further = (further.into_iter().zip(1_u32..))
            .map(|((case, label), place)| (case.to_owned(), label.to_owned(), 1e12 * f64::from(place)));
        Self { column: "change", all: joining.chain(further).collect() }
    }
}

impl Content<'_> {
    /// A row for each algorithm at each size in each case that has any figure in it.
    fn by_case(
        &self,
        (title, note): (&str, &str),
        cases: &Cases,
        columns: Vec<Column>,
        row: impl Fn(&Subject, u64, &str) -> Vec<Cell>,
    ) -> Table {
        let mut rows = Vec::new();
        for &nodes in self.nodes() {
            for subject in self.subjects() {
                for (case, label, value) in &cases.all {
                    let cells = row(subject, nodes, case);
                    if cells.iter().any(|cell| cell.value.is_some()) {
                        let case = std::iter::once(Cell::number(*value, label.clone()));
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
            &Cases::numbered(self, "failure", "failed", "fail_"),
            vec![
                Column::new("busiest", "× mean"),
                Column::new("expected", "× mean"),
                Column::new("even", "× mean"),
                Column::new("largest gain", "× mean"),
                Column::new("receivers", "nodes"),
                Column::new("moved", "× keys of the dead"),
            ],
            |subject, nodes, case| {
                let cell = |metric, format| self.cell(("failure", metric, case), subject, nodes, None, format);
                let failed: f64 = case.strip_prefix("fail_").and_then(|failed| failed.parse().ok()).unwrap_or(0.0);
                let busiest = cell("worst_load", ratio);
                let even = float(nodes) / (float(nodes) - failed);
                let even = if busiest.value.is_some() { Cell::number(even, ratio(even)) } else { Cell::nothing() };
                vec![
                    busiest,
                    self.expected(("failure", "worst_load", case), subject, nodes, ratio),
                    even,
                    cell("largest_gain", ratio),
                    cell("receivers", plain),
                    cell("moved_over_own", ratio),
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
                 Moved: all that moved for each that must.",
            ),
            &Cases::of_churn(self),
            vec![
                Column::new("moved", "%"),
                Column::new("own", "%"),
                Column::new("needless", "%"),
                Column::new("moved", "× own"),
            ],
            |subject, nodes, case| {
                let cell = |metric, format| self.cell(("churn", metric, case), subject, nodes, None, format);
                vec![
                    cell("moved", percent),
                    cell("own", percent),
                    cell("collateral", percent),
                    cell("moved_over_own", ratio),
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
            &Cases::numbered(self, "replicas", "copies", "r"),
            vec![
                Column::new("busiest", "× mean"),
                Column::new("χ² of inclusion", ""),
                Column::new("χ² of pairs", ""),
                Column::new("sets in use", ""),
                Column::new("replaced", "× least"),
                Column::new("sets with a repeat", ""),
            ],
            |subject, nodes, case| {
                let cell = |metric, format| self.cell(("replicas", metric, case), subject, nodes, None, format);
                let freedom = |pairs: bool| if pairs { float(nodes) * float(nodes - 1) / 2.0 } else { float(nodes) } - 1.0;
                let over = |metric, pairs: bool| {
                    let values = self.index.values(("replicas", metric, case), subject, nodes, None);
                    let over: Vec<f64> = values.into_iter().map(|value| value / freedom(pairs)).collect();
                    median_cell(&over, significant)
                };
                vec![
                    cell("inclusion_max_over_mean", ratio),
                    over("inclusion_chi_square", false),
                    over("pair_chi_square", true),
                    cell("distinct_sets", plain),
                    cell("churn_over_least", ratio),
                    cell("repeats", plain),
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
                let cell = |metric, case, format| self.cell(("weighted", metric, case), subject, nodes, None, format);
                vec![
                    cell("cv", "", percent),
                    self.expected(("weighted", "cv", ""), subject, nodes, percent),
                    cell("worst_relative_error", "", percent),
                    cell("share_worst_relative_error", "", percent),
                    cell("achieved_over_wanted", "weight_1", ratio),
                    cell("achieved_over_wanted", "weight_10", ratio),
                ]
            },
        )
    }

    /// Keys and names that follow a pattern.
    pub(super) fn patterns(&self) -> Table {
        let rows = self.rows().of_measure("patterns").filter(|record| record.case == "both");
        let keys: Vec<(&str, u64)> = rows.key_sets();
        let columns = keys.iter().map(|(pattern, _)| Column::new((*pattern).to_owned(), "× mean")).collect();
        let sample = keys.first().map_or(0, |&(_, count)| count);
        self.table(
            format!("Keys and names that follow a pattern: {} keys", count(sample)),
            "The busiest node where keys and node names both are made by the pattern. A hash that is good enough makes them all alike: \
             beside random ones of the first tables they differ by chance only.",
            columns,
            |subject, nodes| {
                let cell = |pattern: &str| self.cell(("patterns", "max_over_mean", "both"), subject, nodes, Some(pattern), ratio);
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
            &Cases::numbered(self, "popularity", "exponent", "zipf_"),
            vec![
                Column::new("CV by request", "%"),
                Column::new("busiest", "× mean"),
                Column::new("least possible", "× mean"),
                Column::new("busiest", "× least"),
            ],
            |subject, nodes, case| {
                let cell = |metric, format| self.cell(("popularity", metric, case), subject, nodes, None, format);
                vec![
                    cell("cv", percent),
                    cell("max_over_mean", ratio),
                    cell("least_max_over_mean", ratio),
                    cell("max_over_least", ratio),
                ]
            },
        )
    }

    /// What theory expects of a figure.
    fn expected(&self, figure: (&str, &str, &str), subject: &Subject, nodes: u64, format: fn(f64) -> String) -> Cell {
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
