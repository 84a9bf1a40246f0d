//! What happens when a member leaves.

use crate::fleet::{Leaving, Standing};
use crate::reading::number::{count, ratio, significant};
use crate::stats::float;

use super::super::table::{Cell, Column, Table};
use super::{FleetReport, columns};

impl FleetReport<'_> {
    pub(super) fn leaving(&self) -> Table {
        let rows = self.rows(|_, standing| {
            let name = |at: usize| Cell::words(self.fleet.members[at].name.clone());
            let moved = standing.moved_over_own().map_or_else(Cell::nothing, |moved| Cell::number(moved, ratio(moved)));
            let mut receivers: Vec<usize> = standing.leavings.iter().map(|leaving| leaving.receivers).collect();
            receivers.sort_unstable();
            let middle = receivers
                .get(receivers.len() / 2)
                .map_or_else(Cell::nothing, |&receivers| Cell::number(float(receivers), count(receivers as u64)));
            let worst = standing.worst_leaving();
            let busiest = worst.map_or_else(Cell::nothing, |worst| Cell::number(worst.busiest.1, ratio(worst.busiest.1)));
            let of_worst = |member: fn(&Leaving) -> usize| worst.map_or_else(Cell::nothing, |worst| name(member(worst)));
            vec![moved, middle, busiest, of_worst(|worst| worst.busiest.0), of_worst(|worst| worst.member)]
        });
        Table {
            title: "When one member leaves or fails".to_owned(),
            note: "Moved over own: all keys that move, divided by the keys of the member that leaves or fails; summed over all members; 1 is \
                   the least. Receivers: members that get some of its keys; the median over all members. Busiest after: the highest load \
                   that any member then has, over what its weight gave it before; which member that is, and which one left."
                .to_owned(),
            columns: columns(vec![
                Column::new("moved over own", ""),
                Column::new("receivers", ""),
                Column::new("busiest after", ""),
                Column::new("which member", ""),
                Column::new("after the loss of", ""),
            ]),
            rows: rows.into_iter().filter(|row| row[1].value.is_some()).collect(),
        }
    }

    /// For each algorithm, the member whose leaving moves most.
    pub(super) fn worst(&self) -> Table {
        let of = |standing: &Standing| {
            let largest = standing.leavings.iter().max_by_key(|leaving| leaving.moved)?;
            let own = standing.amounts[largest.member];
            let total = float(self.fleet.total_load);
            let part = 100.0 * float(largest.moved.load) / total;
            let first = largest.gains.first().map_or_else(Cell::nothing, |&(to, amount)| {
                let part = 100.0 * float(amount.load) / float(largest.moved.load.max(1));
                Cell::words(format!("{} ({} %)", self.fleet.members[to].name, significant(part)))
            });
            Some(vec![
                Cell::words(self.fleet.members[largest.member].name.clone()),
                Cell::number(float(own.load), count(own.load)),
                Cell::number(float(largest.moved.load), count(largest.moved.load)),
                Cell::number(part, significant(part)),
                Cell::number(float(largest.receivers), count(largest.receivers as u64)),
                first,
            ])
        };
        let rows = self.rows(|_, standing| of(standing).unwrap_or_default());
        Table {
            title: "The loss that moves most".to_owned(),
            note: "Own: the load of that member, which leaves or fails. Moved: all load that changes its member. leaving.csv.zst has every leaving with its \
                   receivers."
                .to_owned(),
            columns: columns(vec![
                Column::new("member", ""),
                Column::new("own", ""),
                Column::new("moved", ""),
                Column::new("of all", "%"),
                Column::new("receivers", ""),
                Column::new("largest receiver, of what moved", ""),
            ]),
            rows: rows.into_iter().filter(|row| row.len() > 1).collect(),
        }
    }
}
