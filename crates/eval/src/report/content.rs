//! The tables of a report, from records.

use crate::reading::index::{Figure, Index};
use crate::reading::number::{bytes, count, duration, ratio, significant};
use crate::reading::select::{Rows, Subject, median};
use crate::record::{Case, Floor, Measure, Metric, Record};
use crate::stats::multinomial::{UniformLaw, chi_square_band};
use crate::stats::{Interval, Tail, float, intervals};

use super::table::{Cell, Column, Table};

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

    /// An algorithm's name, with its parameters where it stands there with several.
    pub(super) fn name(&self, subject: &Subject) -> Cell {
        let namesakes = self.subjects.iter().filter(|other| other.algorithm == subject.algorithm).count();
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

    /// Balance and movement on one set of keys, with the ideal among the algorithms.
    pub(super) fn placement(&self, (keys, key_count): KeySet<'_>) -> Table {
        let mut table = self.table(
            format!("How even, and what moves: {} keys ({keys})", count(key_count)),
            "CV: the spread of the nodes' loads around their mean. Beyond chance: what of it is left once the sampling of this \
             many keys is taken out; none where keys thrown at random are as uneven once in a thousand times or more. Moved: keys that moved for each key of the node \
             that joined or left, 1 being the least. Needless: keys that moved between two nodes that stayed when any one left, \
             in percent of all keys. Medians over sets of node names. Ideal: keys thrown at random.",
            vec![
                Column::new("CV of load", "%"),
                Column::new("beyond chance", "%"),
                Column::new("busiest node", "× mean"),
                Column::new("idlest node", "× mean"),
                Column::new("moved, joining", "×"),
                Column::new("moved, last leaving", "×"),
                Column::new("moved, any leaving", "×"),
                Column::new("needless, any leaving", "%"),
            ],
            |subject, nodes| {
                let balance = |metric, format| self.cell((Measure::Balance, metric, Case::Only), subject, nodes, Some(keys), format);
                let moved = |case| self.cell((Measure::Remap, Metric::MovedOverOwn, case), subject, nodes, Some(keys), ratio);
                vec![
                    balance(Metric::Cv, percent as Format),
                    self.beyond_chance(subject, nodes, (keys, key_count)),
                    balance(Metric::MaxOverMean, ratio),
                    balance(Metric::MinOverMean, ratio),
                    moved(Case::AddOne),
                    moved(Case::RemoveLast),
                    moved(Case::RemoveAny),
                    self.cell((Measure::Remap, Metric::Collateral, Case::RemoveAny), subject, nodes, Some(keys), percent),
                ]
            },
        );
        with_ideal(&mut table, key_count);
        table
    }

    /// What is left of the CV once the noise of finitely many keys is taken out.
    fn beyond_chance(&self, subject: &Subject, nodes: u64, (keys, key_count): KeySet<'_>) -> Cell {
        let values = self.index.values((Measure::Balance, Metric::SignedExcessVariance, Case::Only), subject, nodes, Some(keys));
        if values.is_empty() {
            return Cell::nothing();
        }
        let mean = values.iter().sum::<f64>() / float(values.len());
        // The same value again and again is one sample, as where names decide nothing.
        let samples = if values.first() == values.last() { 1 } else { values.len() };
        if mean <= highest_by_chance(nodes, key_count, samples) {
            return Cell::number(0.0, "none");
        }
        Cell::number(mean.sqrt(), percent(mean.sqrt()))
    }

    /// The time of look-ups and what stands beside it in choosing.
    pub(super) fn cost(&self) -> Table {
        let mut table = self.table(
            "What a look-up and the state cost".to_owned(),
            "Latency: each look-up waits for the one before; throughput: none does. By digest: a 64-bit hash is given; by key: \
             the text is hashed as well. State: what the algorithm holds beside names and data. Build: all nodes at once. Medians \
             on this machine, good for comparing within this table.",
            vec![
                Column::new("latency, digest", "ns"),
                Column::new("latency, key", "ns"),
                Column::new("throughput, digest", "ns"),
                Column::new("throughput, key", "ns"),
                Column::new("state", ""),
                Column::new("build", ""),
            ],
            |subject, nodes| {
                let time = |metric, case| self.cell((Measure::Lookup, metric, case), subject, nodes, None, significant);
                vec![
                    time(Metric::Latency, Case::Digest),
                    time(Metric::Latency, Case::Text),
                    time(Metric::Throughput, Case::Digest),
                    time(Metric::Throughput, Case::Text),
                    self.cell((Measure::Memory, Metric::StateBytes, Case::Only), subject, nodes, None, bytes),
                    self.cell((Measure::Change, Metric::Build, Case::Only), subject, nodes, None, duration),
                ]
            },
        );
        self.with_floors(&mut table);
        table
    }

    /// Puts the floors of time below the algorithms of each size.
    fn with_floors(&self, table: &mut Table) {
        let nothing = || [Cell::nothing(), Cell::nothing()];
        for &floor in Floor::ALL {
            let subject = Subject { algorithm: floor.to_string(), parameters: String::new() };
            for &nodes in self.nodes() {
                let time = |metric, case| self.cell((Measure::Lookup, metric, case), &subject, nodes, None, significant);
                let times = [
                    (Metric::Latency, Case::Digest),
                    (Metric::Latency, Case::Text),
                    (Metric::Throughput, Case::Digest),
                    (Metric::Throughput, Case::Text),
                ];
                let cells: Vec<Cell> = times.into_iter().map(|(metric, case)| time(metric, case)).chain(nothing()).collect();
                if cells.iter().any(|cell| cell.value.is_some()) {
                    table.rows.push(labelled(nodes, Cell::words(floor.as_str()), cells));
                }
            }
        }
        sort_by_nodes(table);
    }

    /// Intervals of the times of look-ups.
    pub(super) fn look_ups(&self) -> Table {
        let mut table = self.table(
            "Time of look-ups with 95 % intervals".to_owned(),
            "Nanoseconds per look-up: the median over rounds and the interval of that median, from order statistics. Two figures \
             differ where their intervals are apart. Batch: many digests in one call. 99th percentile: of chunks of look-ups, not \
             of single ones. Cold: after the caches were filled with something else; the empty loop timed so is the clock's part.",
            vec![
                Column::new("latency, digest", "ns"),
                Column::new("latency, key", "ns"),
                Column::new("throughput, digest", "ns"),
                Column::new("throughput, batch", "ns"),
                Column::new("throughput, key", "ns"),
                Column::new("latency, digest, 99th percentile", "ns"),
                Column::new("latency, digest, cold", "ns"),
            ],
            |subject, nodes| self.timed(subject, nodes),
        );
        for &floor in Floor::ALL {
            let subject = Subject { algorithm: floor.to_string(), parameters: String::new() };
            for &nodes in self.nodes() {
                let cells = self.timed(&subject, nodes);
                if cells.iter().any(|cell| cell.value.is_some()) {
                    table.rows.push(labelled(nodes, Cell::words(floor.as_str()), cells));
                }
            }
        }
        sort_by_nodes(&mut table);
        table
    }

    fn timed(&self, subject: &Subject, nodes: u64) -> Vec<Cell> {
        let figures = [
            (Metric::Latency, Case::Digest),
            (Metric::Latency, Case::Text),
            (Metric::Throughput, Case::Digest),
            (Metric::Throughput, Case::Batch),
            (Metric::Throughput, Case::Text),
            (Metric::LatencyP99, Case::Digest),
            (Metric::Latency, Case::Cold),
        ];
        figures
            .into_iter()
            .map(|(metric, case)| self.with_interval((Measure::Lookup, metric, case), subject, nodes, significant))
            .collect()
    }

    /// The time of changes, and memory.
    pub(super) fn changes(&self) -> Table {
        self.table(
            "What building and changing cost".to_owned(),
            "Build: all nodes at once, names hashed. Join, leave: one node into or out of what is there. State: what the algorithm \
             holds beside names and data, as it predicts it and as the allocator saw it. Whole: with names and data. Peak: the most \
             that building held at once.",
            vec![
                Column::new("build", ""),
                Column::new("one joins", ""),
                Column::new("one leaves", ""),
                Column::new("state, predicted", ""),
                Column::new("state, measured", ""),
                Column::new("whole", ""),
                Column::new("peak", ""),
            ],
            |subject, nodes| {
                let time = |metric| self.with_interval((Measure::Change, metric, Case::Only), subject, nodes, duration);
                let memory = |metric| self.cell((Measure::Memory, metric, Case::Only), subject, nodes, None, bytes);
                let state = self.index.rows((Measure::Memory, Metric::StateBytes, Case::Only), subject, nodes, None);
                let predicted: Vec<f64> = state.iter().filter_map(|record| record.value).collect();
                vec![
                    time(Metric::Build),
                    time(Metric::AddOne),
                    time(Metric::RemoveOne),
                    median_cell(&predicted, bytes),
                    memory(Metric::StateBytes),
                    memory(Metric::LiveBytes),
                    memory(Metric::PeakBytes),
                ]
            },
        )
    }

    /// Balance in detail on one set of keys.
    pub(super) fn balance(&self, (keys, key_count): KeySet<'_>) -> Table {
        self.table(
            format!("Balance in detail: {} keys ({keys})", count(key_count)),
            "Load: a node's keys over its part. The median over sets of node names; worst: the busiest node of the unluckiest set. \
             Share: exact, without keys, where the algorithm can tell. Expected: by the law that fits the algorithm. Variance \
             beyond chance: CV² less that of keys thrown at random, signed, in the mean over sets of names with its 95 % interval \
             by Student's t; chance alone gives 0. \
             Misplaced: the fraction of keys that would have to move to make all nodes equal.",
            vec![
                Column::new("variance of load", "keys²"),
                Column::new("CV of load", "%"),
                Column::new("CV expected", "%"),
                Column::new("CV of share", "%"),
                Column::new("variance beyond chance", "10⁻⁶ of the mean²"),
                Column::new("busiest", "× mean"),
                Column::new("busiest, worst", "× mean"),
                Column::new("1 % of nodes below", "× mean"),
                Column::new("1 % of nodes above", "× mean"),
                Column::new("idlest", "× mean"),
                Column::new("Gini", ""),
                Column::new("misplaced", "%"),
            ],
            |subject, nodes| {
                let values = |metric| self.index.values((Measure::Balance, metric, Case::Only), subject, nodes, Some(keys));
                let cell = |metric, format: Format| median_cell(&values(metric), format);
                let expected: Vec<f64> = (self.index.rows((Measure::Balance, Metric::Cv, Case::Only), subject, nodes, Some(keys)).iter())
                    .filter_map(|record| record.expected)
                    .collect();
                let worst = values(Metric::MaxOverMean).last().copied();
                vec![
                    cell(Metric::Variance, significant),
                    cell(Metric::Cv, percent),
                    median_cell(&expected, percent),
                    cell(Metric::ShareCv, percent),
                    excess(&values(Metric::SignedExcessVariance)),
                    cell(Metric::MaxOverMean, ratio),
                    worst.map_or_else(Cell::nothing, |worst| Cell::number(worst, ratio(worst))),
                    cell(Metric::LoadP01, ratio),
                    cell(Metric::LoadP99, ratio),
                    cell(Metric::MinOverMean, ratio),
                    cell(Metric::Gini, significant),
                    cell(Metric::TotalVariation, percent),
                ]
            },
        )
    }

    /// Movement in detail on one set of keys.
    pub(super) fn movement(&self, (keys, key_count): KeySet<'_>) -> Table {
        self.table(
            format!("Moved keys in detail: {} keys ({keys})", count(key_count)),
            "In percent of all keys. Least: half the sum of what the counts of all nodes changed by, which no placement with these \
             counts can undercut. Needless: moved between two nodes that stayed. Order: keys that go elsewhere when the same nodes \
             arrive in another order.",
            vec![
                Column::new("joining, moved", "%"),
                Column::new("joining, least", "%"),
                Column::new("joining, needless", "%"),
                Column::new("last leaving, moved", "%"),
                Column::new("last leaving, needless", "%"),
                Column::new("any leaving, moved", "%"),
                Column::new("any leaving, least", "%"),
                Column::new("any leaving, needless", "%"),
                Column::new("order", "%"),
            ],
            |subject, nodes| {
                let cell = |metric, case| self.cell((Measure::Remap, metric, case), subject, nodes, Some(keys), percent);
                vec![
                    cell(Metric::Moved, Case::AddOne),
                    cell(Metric::Least, Case::AddOne),
                    cell(Metric::Collateral, Case::AddOne),
                    cell(Metric::Moved, Case::RemoveLast),
                    cell(Metric::Collateral, Case::RemoveLast),
                    cell(Metric::Moved, Case::RemoveAny),
                    cell(Metric::Least, Case::RemoveAny),
                    cell(Metric::Collateral, Case::RemoveAny),
                    cell(Metric::OrderDependence, Case::Only),
                ]
            },
        )
    }

    /// The median of a figure.
    pub(super) fn cell(&self, figure: Figure, subject: &Subject, nodes: u64, keys: Option<&str>, format: Format) -> Cell {
        median_cell(&self.index.values(figure, subject, nodes, keys), format)
    }

    /// A timed figure with the interval that was measured with it; of several, the median alone.
    fn with_interval(&self, figure: Figure, subject: &Subject, nodes: u64, format: Format) -> Cell {
        let rows = self.index.rows(figure, subject, nodes, None);
        if let [Record { measured_value: Some(value), measured_low: Some(low), measured_high: Some(high), .. }] = rows[..] {
            return Cell::number(*value, format!("{} [{}, {}]", format(*value), format(*low), format(*high)));
        }
        self.cell(figure, subject, nodes, None, format)
    }
}

/// The mean of signed excesses of the variance with its interval, in millionths.
fn excess(values: &[f64]) -> Cell {
    let millionths = |value: f64| significant(value * 1e6);
    match intervals::mean(values, 0.95) {
        Ok(mean) => {
            let Interval { low, high } = mean.interval;
            Cell::number(mean.value, format!("{} [{}, {}]", millionths(mean.value), millionths(low), millionths(high)))
        }
        Err(_) => median_cell(values, millionths),
    }
}

/// The highest mean of that many signed excesses of the variance that chance alone gives, except one time in a thousand.
///
/// Of keys thrown at random, K·CV² is X², whose sum over T samples has T·(N−1) degrees of freedom.
fn highest_by_chance(nodes: u64, keys: u64, samples: usize) -> f64 {
    const TAIL: f64 = 1e-3;
    let tail = Tail::new(TAIL).expect("one in a thousand is a tail");
    let degrees = nodes.saturating_sub(1);
    let all = degrees * samples as u64;
    (chi_square_band(all, tail).high - float(all)) / (float(samples) * float(keys))
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

/// Puts the ideal below the algorithms of each size.
fn with_ideal(table: &mut Table, keys: u64) {
    let mut sizes: Vec<f64> = table.rows.iter().filter_map(|row| row.first().and_then(|cell| cell.value)).collect();
    sizes.dedup();
    for size in sizes {
        let nodes = crate::stats::whole(size);
        let Ok(law) = UniformLaw::new(nodes, keys) else { continue };
        let busiest = float(law.max_quantile(0.5)) / law.mean_load();
        let one = || Cell::number(1.0, "1");
        let cells = vec![
            Cell::number(law.cv(), percent(law.cv())),
            Cell::number(0.0, "none"),
            Cell::number(busiest, ratio(busiest)),
            Cell::nothing(),
            one(),
            one(),
            one(),
            Cell::number(0.0, "0"),
        ];
        table.rows.push(labelled(nodes, Cell::words("ideal"), cells));
    }
    sort_by_nodes(table);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::sample::{ALGORITHMS, records};

    /// The column for a ring whose samples have these signed excesses, on a thousand keys a node.
    fn shown(excesses: &[f64]) -> String {
        let mut rows = records(&ALGORITHMS[..1], &[100]);
        rows.retain(|row| row.metric == "signed_excess_variance" && row.keys == "words");
        let template = rows.remove(0);
        let rows: Vec<Record> = (excesses.iter().zip(0..))
            .map(|(&value, repetition)| Record { value: Some(value), repetition, ..template.clone() })
            .collect();
        let table = Content::of(&rows).placement(("words", template.key_count));
        table.rows[0][3].text.clone()
    }

    #[test]
    fn rings_that_differ_from_one_another_are_beyond_chance_all_the_same() {
        // Two rings of one point a node: as far from even as from each other.
        assert_eq!(shown(&[0.2, 1.8]), "100");
        assert_eq!(shown(&[0.5]), "70.7");
    }

    #[test]
    fn what_chance_gives_is_none() {
        // 99 degrees of freedom and 10⁵ keys: X² of 99 ± 14 is an excess of 0 ± 1.4·10⁻⁴.
        assert_eq!(shown(&[1.4e-4, -1.4e-4]), "none");
        assert_eq!(shown(&[3.0e-4]), "none");
        assert_eq!(shown(&[8.0e-4]), "2.83");
        // The mean of many is held to a narrower band.
        let many: Vec<f64> = (0..50).map(|i| 3.0e-4 + f64::from(i) * 1e-9).collect();
        assert_eq!(shown(&many), "1.73");
    }
}
