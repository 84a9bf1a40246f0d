//! Records as the tables of a report read them, and what all tables share.

use crate::reading::index::{Figure, Index};
use crate::reading::number::{count, significant};
use crate::reading::select::{ENOUGH_SETS, Rows, Subject, median};
use crate::record::{Measure, Record};
use crate::stats::float;

use super::table::{Cell, Column, Table};

/// With fewer keys a node, what moves is chance, as in the pictures.
pub(super) const KEYS_A_NODE: u64 = 10;

/// A set of keys with its number of keys.
pub(super) type KeySet<'a> = (&'a str, u64);

/// Records as the tables read them.
pub(super) struct Content<'a> {
    rows: Rows<'a>,
    subjects: Vec<Subject>,
    nodes: Vec<u64>,
    pub(super) index: Index<'a>,
}

/// How a number reads.
pub(super) type Format = fn(f64) -> String;

impl<'a> Content<'a> {
    pub(super) fn of(records: &'a [Record]) -> Self {
        let rows = Rows::all(records);
        Self { subjects: rows.subjects(), nodes: rows.some_nodes(), rows, index: Index::of(records) }
    }

    /// The key sets on which balance was measured.
    pub(super) fn key_sets(&self) -> Vec<KeySet<'a>> {
        self.rows.filter(|record| record.measure == Measure::Balance).key_sets()
    }

    /// The key set that the first figures of a page are of, as pictures choose it: one with enough sets of node names, and of these the
    /// one with the most keys. Left out, where there is another, is one with too few keys for that number of nodes.
    pub(super) fn main_keys(&self, nodes: u64) -> Option<KeySet<'a>> {
        let moved = self.rows.filter(|record| record.measure == Measure::Remap);
        let rows = if moved.is_empty() { self.rows.filter(|record| record.measure == Measure::Balance) } else { moved };
        let names = |(keys, count): KeySet<'_>| {
            let own = rows.iter().filter(|record| record.keys == keys && record.key_count == count);
            own.map(|record| record.repetition + 1).max().unwrap_or(0) >= ENOUGH_SETS
        };
        let rank = |set: &KeySet<'_>| (set.1 >= KEYS_A_NODE.saturating_mul(nodes), names(*set), set.1);
        rows.key_sets().into_iter().max_by_key(rank)
    }

    /// All rows that have a figure.
    pub(super) fn rows(&self) -> &Rows<'a> {
        &self.rows
    }

    /// The algorithms, in the order of the records.
    pub(super) fn subjects(&self) -> &[Subject] {
        &self.subjects
    }

    /// The numbers of nodes that the tables show: all, or where there are many some of them.
    pub(super) fn nodes(&self) -> &[u64] {
        &self.nodes
    }

    /// The numbers of nodes in the records.
    pub(super) fn all_nodes(&self) -> Vec<u64> {
        self.rows.nodes()
    }

    /// An algorithm's name, with its parameters where several sets of them stand there.
    pub(super) fn name(&self, subject: &Subject) -> Cell {
        let namesakes = self.subjects.iter().filter(|other| other.family() == subject.family()).count();
        Cell::words(if namesakes > 1 { subject.label() } else { subject.algorithm.clone() })
    }

    /// A row for each algorithm at each size that has any figure in it.
    pub(super) fn table(
        &self,
        title: String,
        note: &str,
        columns: Vec<Column>,
        row: impl Fn(&Subject, u64) -> Vec<Cell>,
    ) -> Table {
        let mut rows = Vec::new();
        for &nodes in self.nodes() {
            for subject in &self.subjects {
                let cells = row(subject, nodes);
                if cells.iter().any(|cell| cell.value.is_some()) {
                    rows.push(labelled(nodes, self.name(subject), cells));
                }
            }
        }
        let first = [Column::new("nodes", ""), Column::new("algorithm", "")];
        Table { title, note: note.to_owned(), columns: first.into_iter().chain(columns).collect(), rows }
    }

    /// The median of a figure.
    pub(super) fn cell(&self, figure: Figure, subject: &Subject, nodes: u64, keys: Option<&str>, format: Format) -> Cell {
        median_cell(&self.index.values(figure, subject, nodes, keys), format)
    }
}

pub(super) fn labelled(nodes: u64, name: Cell, cells: Vec<Cell>) -> Vec<Cell> {
    [Cell::number(float(nodes), count(nodes)), name].into_iter().chain(cells).collect()
}

pub(super) fn median_cell(sorted: &[f64], format: impl Fn(f64) -> String) -> Cell {
    if sorted.is_empty() {
        return Cell::nothing();
    }
    let middle = median(sorted);
    Cell::number(middle, format(middle))
}

/// A fraction in percent, without the sign, which the column has.
pub(super) fn percent(fraction: f64) -> String {
    significant(fraction * 100.0)
}

/// Keeps the order within one size.
pub(super) fn sort_by_nodes(table: &mut Table) {
    let nodes = |row: &Vec<Cell>| row.first().and_then(|cell| cell.value).unwrap_or(0.0);
    table.rows.sort_by(|left, right| nodes(left).total_cmp(&nodes(right)));
}
