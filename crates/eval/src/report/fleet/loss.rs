//! What happens when one given member leaves or fails: a row for each member under each algorithm.

use std::collections::BTreeMap;

use crate::fleet::Leaving;
use crate::reading::number::{count, ratio, significant};
use crate::stats::float;

use super::super::table::{Cell, Column, Table};
use super::FleetReport;

/// Who is shown of how many members.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    /// With no more members than this, all of them.
    pub(super) all: usize,
    /// With more, those whose loss leaves the busiest survivors.
    pub(super) worst: usize,
}

/// What a page has room for.
pub(super) const ON_A_PAGE: Shown = Shown { all: 100, worst: 20 };

/// What a terminal has room for.
pub(super) const ON_A_TERMINAL: Shown = Shown { all: 5, worst: 3 };

impl FleetReport<'_> {
    pub(super) fn losses(&self, shown: Shown) -> Table {
        let mut of_members: BTreeMap<usize, Vec<(&str, &Leaving)>> = BTreeMap::new();
        for (name, standing) in self.standing() {
            for leaving in &standing.leavings {
                of_members.entry(leaving.member).or_default().push((name, leaving));
            }
        }
        let mut members: Vec<(usize, Vec<(&str, &Leaving)>)> = of_members.into_iter().collect();
        let are_all = self.fleet.members.len() <= shown.all;
        if !are_all {
            let worst = |of: &[(&str, &Leaving)]| of.iter().map(|(_, leaving)| leaving.busiest.1).fold(0.0, f64::max);
            members.sort_by(|left, right| worst(&right.1).total_cmp(&worst(&left.1)));
            members.truncate(shown.worst);
        }
        let which = if are_all {
            "Each member".to_owned()
        } else {
            format!("The {} members whose loss leaves the busiest survivors; members.csv has all", members.len())
        };
        let row = |&(algorithm, leaving): &(&str, &Leaving)| self.loss(algorithm, leaving);
        Table {
            title: "When one given member leaves or fails".to_owned(),
            note: format!(
                "{which}. Moved: all keys that change their member. Busiest survivor: the one that then has the most load for its weight. Its \
                 load: over what its weight gave it before the loss. Largest receiver: who gets the most of what moved."
            ),
            columns: vec![
                Column::new("member", ""),
                Column::new("algorithm", ""),
                Column::new("moved", "keys"),
                Column::new("moved, of all", "%"),
                Column::new("busiest survivor", ""),
                Column::new("its load", "× before"),
                Column::new("largest receiver", ""),
                Column::new("it gets", "keys"),
            ],
            rows: members.iter().flat_map(|(_, leavings)| leavings.iter().map(row)).collect(),
        }
    }

    fn loss(&self, algorithm: &str, leaving: &Leaving) -> Vec<Cell> {
        let name = |at: usize| Cell::words(self.fleet.members[at].name.clone());
        let keys = |keys: u64| Cell::number(float(keys), count(keys));
        let part = 100.0 * float(leaving.moved.keys) / float(self.fleet.placed.len());
        let (to, gets) = leaving
            .gains
            .first()
            .map_or_else(|| (Cell::nothing(), Cell::nothing()), |&(to, amount)| (name(to), keys(amount.keys)));
        vec![
            name(leaving.member),
            Cell::words(algorithm),
            keys(leaving.moved.keys),
            Cell::number(part, significant(part)),
            name(leaving.busiest.0),
            Cell::number(leaving.busiest.1, ratio(leaving.busiest.1)),
            to,
            gets,
        ]
    }
}
