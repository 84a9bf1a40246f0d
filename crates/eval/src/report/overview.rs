//! The few figures that a first page has room for.

use crate::reading::number::{count, ratio, significant};
use crate::reading::select::Subject;
use crate::record::{Case, Measure, Metric};

use super::content::{Content, KeySet, median_cell};
use super::page;
use super::table::{Cell, Column, Table};

/// The law of X² where every key goes to any node alike.
const EVEN: &str = "multinomial";

impl Content<'_> {
    /// How even, what moves, state and latency: a row an algorithm, at the middle size.
    pub(super) fn overview(&self) -> Table {
        let (nodes, middle) = (self.nodes(), self.middle());
        let set = self.main_keys(middle);
        let keys = set.map(|(keys, _)| keys);
        let mut columns = vec![
            Column::new("algorithm", ""),
            Column::new("largest share", "× mean"),
            Column::new("moved when any leaves", "× needed"),
            Column::new("state", ""),
        ];
        columns.extend(nodes.iter().map(|&nodes| Column::new(format!("look-up among {}", count(nodes)), "ns")));
        let row = |subject: &Subject| {
            let moved = (Measure::Remap, Metric::MovedOverOwn, Case::RemoveAny);
            let look_up =
                |&nodes: &u64| self.cell((Measure::Lookup, Metric::Latency, Case::Digest), subject, nodes, None, significant);
            let figures =
                [self.busiest(subject, middle), self.cell(moved, subject, middle, keys, ratio), self.state(subject, middle)];
            [self.name(subject)].into_iter().chain(figures).chain(nodes.iter().map(look_up)).collect()
        };
        Table {
            title: format!("Among {} nodes", count(middle)),
            note: format!(
                "{}Largest share: of all possible keys, that of the busiest node; 1 where all shares are equal by design. Moved: all keys that move when \
                 a node leaves or fails, divided by its own keys; 1 is the least possible. State: the algorithm's own memory as it predicts \
                 it, without names and data. Look-up: latency by digest, warm; a key of 16 bytes takes some 10 ns more.{}",
                set.map(|set| self.drawn(set, middle)).unwrap_or_default(),
                page::baselines(self)
            ),
            columns,
            rows: self.subjects().iter().map(row).collect(),
        }
    }

    /// The size of which a first page tells.
    pub(super) fn middle(&self) -> u64 {
        let nodes = self.nodes();
        nodes.get(nodes.len().saturating_sub(1) / 2).copied().unwrap_or(0)
    }

    /// What the medians are of, in a sentence.
    fn drawn(&self, (keys, key_count): KeySet<'_>, nodes: u64) -> String {
        let sets = |subject: &Subject| {
            let rows = self.index.rows((Measure::Remap, Metric::MovedOverOwn, Case::RemoveAny), subject, nodes, Some(keys));
            rows.len()
        };
        let sets = match self.subjects().iter().map(sets).max().unwrap_or(0) {
            0 | 1 => "one set of node names".to_owned(),
            sets => format!("medians over {sets} sets of node names"),
        };
        format!("{} keys ({keys}), {sets}. ", count(key_count))
    }

    /// The busiest node without the noise of keys where that is known, and with as little as there is elsewhere. Where the law of the
    /// counts is that of keys at random, shares are equal.
    pub(super) fn busiest(&self, subject: &Subject, nodes: u64) -> Cell {
        let of = |metric, keys: Option<&str>| self.index.values((Measure::Balance, metric, Case::Only), subject, nodes, keys);
        // Shares do not depend on keys: of a second key set, the same names would count once more.
        let shares = of(Metric::ShareMaxOverMean, self.main_keys(nodes).map(|(keys, _)| keys));
        if !shares.is_empty() {
            return median_cell(&shares, ratio);
        }
        let laws = self.index.rows((Measure::Balance, Metric::ChiSquare, Case::Only), subject, nodes, None);
        if laws.iter().any(|record| record.formula == EVEN) {
            return Cell::number(1.0, "1");
        }
        let largest = self.key_sets().into_iter().max_by_key(|&(_, keys)| keys);
        median_cell(&of(Metric::MaxOverMean, largest.map(|(keys, _)| keys)), ratio)
    }
}
