//! What look-ups and memory cost.

use annulus_clock::{Kind, Sittings};

use crate::reading::number::{bytes, with_reach};
use crate::stats::float;

use super::super::table::{Cell, Column, Table};
use super::{FleetReport, columns};

/// The level of the intervals.
const LEVEL: f64 = 0.95;

impl FleetReport<'_> {
    pub(super) fn cost(&self) -> Table {
        let time = |sittings: Option<Sittings>| {
            let Some(sittings) = sittings else { return Cell::nothing() };
            let value = sittings.value();
            let reach = sittings.interval(LEVEL).map_or(0.0, |(low, high)| (high - low) / 2.0);
            Cell::number(value, with_reach(value, reach))
        };
        let rows = self.rows(|at, standing| {
            let kinds = [Kind::DigestLatency, Kind::KeyLatency(16), Kind::DigestThroughput];
            let state = Cell::number(float(standing.state_bytes), bytes(float(standing.state_bytes)));
            kinds.map(|kind| time(self.times.of(at, kind))).into_iter().chain([state]).collect()
        });
        Table {
            title: "What a look-up and the state cost".to_owned(),
            note: "Of these members and weights, on this machine. Latency: each look-up waits for the one before; throughput: none does. \
                   Key: a key of 16 bytes is hashed as well. ±: half of the 95 % interval. State: what the algorithm holds beside names and \
                   data, as it predicts it."
                .to_owned(),
            columns: columns(vec![
                Column::new("latency, digest", "ns"),
                Column::new("latency, key", "ns"),
                Column::new("throughput, digest", "ns"),
                Column::new("state", ""),
            ]),
            rows,
        }
    }
}
