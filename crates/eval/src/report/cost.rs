//! Tables of cost: times and memory.

use crate::reading::index::Figure;
use crate::reading::number::{bytes, count, duration, significant, with_reach};
use crate::reading::select::{Subject, state_bytes};
use crate::record::{Case, Floor, Measure, Metric, Record};

use super::content::{Content, Format, labelled, median_cell, sort_by_nodes};
use super::page;
use super::table::{Cell, Column, Table};

/// The keys of the main tables.
const KEY: Case = Case::Key(16);

/// How far apart the ends of an interval are where the machine made them.
const NOISE: f64 = 3.0;

impl Content<'_> {
    /// The time of look-ups and what stands beside it in choosing.
    pub(super) fn cost(&self) -> Table {
        let mut table = self.table(
            "What a look-up and the state cost".to_owned(),
            &format!(
                "Latency: each look-up waits for the one before; throughput: none does. By digest: a 64-bit hash is given; by key: \
                 a key of 16 bytes is hashed as well. ±: half of the 95 % interval. State: what the algorithm holds beside names and \
                 data, as it predicts it. Build: all nodes at once. Times are of this machine.{}{}",
                self.floors(),
                page::baselines(self)
            ),
            vec![
                Column::new("latency, digest", "ns"),
                Column::new("latency, key", "ns"),
                Column::new("throughput, digest", "ns"),
                Column::new("throughput, key", "ns"),
                Column::new("state", ""),
                Column::new("build", ""),
            ],
            |subject, nodes| {
                let time = |metric, case| self.with_reach((Measure::Lookup, metric, case), subject, nodes);
                vec![
                    time(Metric::Latency, Case::Digest),
                    time(Metric::Latency, KEY),
                    time(Metric::Throughput, Case::Digest),
                    time(Metric::Throughput, KEY),
                    self.state(subject, nodes),
                    self.cell((Measure::Change, Metric::Build, Case::Only), subject, nodes, None, duration),
                ]
            },
        );
        self.with_floors(&mut table);
        table
    }

    /// What the floors are, in a sentence, where there are any.
    fn floors(&self) -> &'static str {
        let is_there = self.rows().iter().any(|record| Floor::is(&record.algorithm));
        if is_there {
            " empty-loop: the timing loop with no look-up in it; hash-alone: a key of 16 bytes is hashed and not looked up."
        } else {
            ""
        }
    }

    /// Puts the floors of time below the algorithms of each size.
    fn with_floors(&self, table: &mut Table) {
        let nothing = || [Cell::nothing(), Cell::nothing()];
        for &floor in Floor::ALL {
            let subject = Subject { algorithm: floor.to_string(), parameters: String::new() };
            for &nodes in self.nodes() {
                let time = |metric, case| self.with_reach((Measure::Lookup, metric, case), &subject, nodes);
                let times = [
                    (Metric::Latency, Case::Digest),
                    (Metric::Latency, KEY),
                    (Metric::Throughput, Case::Digest),
                    (Metric::Throughput, KEY),
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
            "Nanoseconds per look-up: the geometric mean of several runs of the timer, with Student's interval. Keys have 16 bytes. Batch: a chunk \
             of digests in one call. 99th percentile: of chunks of look-ups, not of single ones; where \"noise\" stands beside it, the runs \
             differ by more than threefold, which is the machine and not the algorithm. Warm: the state is in the caches \
             that can hold it; a state above the second-level cache is warm in the third at best. Cold: after everything was driven \
             out of the caches.",
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
            (Metric::Latency, KEY),
            (Metric::Throughput, Case::Digest),
            (Metric::Throughput, Case::Batch),
            (Metric::Throughput, KEY),
            (Metric::LatencyP99, Case::Digest),
            (Metric::Latency, Case::Cold),
        ];
        figures
            .into_iter()
            .map(|(metric, case)| {
                let cell = self.with_interval((Measure::Lookup, metric, case), subject, nodes, significant);
                if metric == Metric::LatencyP99 {
                    self.marked_noise(cell, (Measure::Lookup, metric, case), subject, nodes)
                } else {
                    cell
                }
            })
            .collect()
    }

    /// The figure with a mark where its sittings differ so much that it is the machine's and not the algorithm's.
    fn marked_noise(&self, cell: Cell, figure: Figure, subject: &Subject, nodes: u64) -> Cell {
        let is_wide =
            |record: &&Record| record.measured_low.zip(record.measured_high).is_some_and(|(low, high)| high > NOISE * low);
        match self.index.rows(figure, subject, nodes, None)[..] {
            [ref record] if is_wide(record) => Cell { text: format!("{} noise", cell.text), ..cell },
            _ => cell,
        }
    }

    /// Look-ups in batches, of the first three, with keys of other lengths, and among nodes of unequal weight.
    pub(super) fn other_look_ups(&self) -> Table {
        self.table(
            "Other ways to look up".to_owned(),
            "Nanoseconds per look-up, throughput unless latency is said. Batches of 16: a call for each 16 digests. First three: of the \
             preference order. Weights to 10: nodes of the weights 1, 2, … 10, 1, 2, …; to 1,000 likewise. Where there is no figure, \
             the algorithm takes no such weights.",
            vec![
                Column::new("batches of 16", "ns"),
                Column::new("first three", "ns"),
                Column::new("8-byte keys", "ns"),
                Column::new("64-byte keys", "ns"),
                Column::new("1,024-byte keys", "ns"),
                Column::new("weights to 10, latency", "ns"),
                Column::new("weights to 10", "ns"),
                Column::new("weights to 1,000, latency", "ns"),
                Column::new("weights to 1,000", "ns"),
            ],
            |subject, nodes| {
                let figures = [
                    (Metric::Throughput, Case::Batches(16)),
                    (Metric::Throughput, Case::FirstThree),
                    (Metric::Throughput, Case::Key(8)),
                    (Metric::Throughput, Case::Key(64)),
                    (Metric::Throughput, Case::Key(1_024)),
                    (Metric::Latency, Case::DigestWeights(10)),
                    (Metric::Throughput, Case::DigestWeights(10)),
                    (Metric::Latency, Case::DigestWeights(1_000)),
                    (Metric::Throughput, Case::DigestWeights(1_000)),
                ];
                figures.into_iter().map(|(metric, case)| self.with_reach((Measure::Lookup, metric, case), subject, nodes)).collect()
            },
        )
    }

    /// The time of changes, and memory.
    pub(super) fn changes(&self) -> Table {
        self.table(
            "What building and changing cost".to_owned(),
            "Build: all nodes at once, names hashed. Join, leave: one node into or out of what is there. State: what the algorithm \
             holds beside names and data. Predicted: by the algorithm before it builds, the most that its nodes will take. Counted: by \
             the allocator, and so with the fixed parts that a cluster has before its first node, some hundred bytes: a small state is \
             counted larger than it was predicted. Whole: with names and data. Peak: the most that building held at once.",
            vec![
                Column::new("build", ""),
                Column::new("one joins", ""),
                Column::new("one leaves", ""),
                Column::new("state, predicted", ""),
                Column::new("state, counted", ""),
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

    /// The memory of the state, as the pictures show it.
    pub(super) fn state(&self, subject: &Subject, nodes: u64) -> Cell {
        let rows = self.index.rows((Measure::Memory, Metric::StateBytes, Case::Only), subject, nodes, None);
        let states: Vec<f64> = rows.iter().filter_map(|record| state_bytes(record)).collect();
        median_cell(&states, bytes)
    }

    /// The algorithms whose states have more bytes than this, each with the numbers of nodes: for the verdict on times.
    pub(super) fn larger_than(&self, limit: f64) -> Vec<String> {
        let of = |subject: &Subject| {
            let is_large = |nodes: &u64| self.state(subject, *nodes).value.is_some_and(|bytes| bytes > limit);
            let sizes: Vec<String> = self.all_nodes().into_iter().filter(is_large).map(count).collect();
            (!sizes.is_empty()).then(|| format!("{} with {} nodes", subject.label(), sizes.join(", ")))
        };
        self.subjects().iter().filter_map(of).collect()
    }

    /// A time with half of its interval: `13.4 ± 0.2`.
    fn with_reach(&self, figure: Figure, subject: &Subject, nodes: u64) -> Cell {
        let rows = self.index.rows(figure, subject, nodes, None);
        if let [Record { measured_value: Some(value), measured_low: Some(low), measured_high: Some(high), .. }] = rows[..] {
            return Cell::number(*value, with_reach(*value, (high - low) / 2.0));
        }
        self.cell(figure, subject, nodes, None, significant)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::sample::{ALGORITHMS, records};

    #[test]
    fn a_percentile_whose_runs_differ_more_than_threefold_is_marked_as_noise() {
        let mut all = records(&ALGORITHMS, &[10]);
        let latency = all.iter().find(|record| record.metric == Metric::Latency && record.case == Case::Digest).unwrap().clone();
        let of = |high| Record {
            metric: Metric::LatencyP99.to_string(),
            measured_value: Some(2.0),
            measured_low: Some(1.0),
            measured_high: Some(high),
            ..latency.clone()
        };
        let told = |all: &[Record]| Content::of(all).look_ups().terminal();
        for (high, is_noise) in [(2.9, false), (3.1, true)] {
            all.push(of(high));
            // The heading of the note has the word too.
            let marks = told(&all).matches(" noise").count();
            assert_eq!(marks > told(&all[..all.len() - 1]).matches(" noise").count(), is_noise, "{high}");
            all.pop();
        }
    }
}
