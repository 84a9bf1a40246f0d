//! How even: by weight, by zone, and the members that are furthest above.

use crate::fleet::rows::Zone;
use crate::fleet::{Spread, Standing};
use crate::reading::number::{count, ratio, significant};
use crate::stats::float;

use super::super::page;
use super::super::table::{Cell, Column, Table};
use super::{FleetReport, columns};

/// Members that the pages show one by one; `members.csv` has all.
const SHOWN: usize = 20;

impl FleetReport<'_> {
    pub(super) fn balance(&self) -> Table {
        let has_loads = self.fleet.placed.has_loads();
        let of = |spread: Spread| {
            let number = |value| Cell::number(value, ratio(value));
            [number(spread.busiest), number(spread.idlest), Cell::number(spread.cv * 100.0, significant(spread.cv * 100.0))]
        };
        let both = |keys: Spread, load: Spread| {
            let load = has_loads.then(|| of(load)).into_iter().flatten();
            of(keys).into_iter().chain(load).collect::<Vec<_>>()
        };
        let mut figures =
            vec![Column::new("busiest, keys", ""), Column::new("idlest, keys", ""), Column::new("spread, keys", "%")];
        if has_loads {
            figures.extend([Column::new("busiest, load", ""), Column::new("idlest, load", ""), Column::new("spread, load", "%")]);
        }
        figures.push(Column::new("busiest, exact", ""));
        let mut rows = self.rows(|at, standing| {
            let exact = self.fleet.busiest_share(&self.fleet.sides[at].algorithm, standing);
            let exact = exact.map_or_else(Cell::nothing, |share| Cell::number(share, ratio(share)));
            both(standing.keys, standing.load).into_iter().chain([exact]).collect()
        });
        let chance = both(self.fleet.chance.keys, self.fleet.chance.load);
        rows.push(std::iter::once(Cell::words("chance alone")).chain(chance).chain([Cell::nothing()]).collect());
        Table {
            title: "How even, by weight".to_owned(),
            note: format!(
                "1 is what a member's weight gives it. Busiest and idlest: the member furthest above and below that. Spread: the \
                   coefficient of variation. Exact: the busiest member's share of all possible keys, without the noise of these keys. \
                   Chance alone: each of the same keys to a random member, by weight.{}",
                self.baseline()
            ),
            columns: columns(figures),
            rows,
        }
    }

    /// What the baseline is, if it is here.
    fn baseline(&self) -> String {
        self.standing().into_iter().map(|(name, _)| page::baseline(name)).collect()
    }

    pub(super) fn zones(&self) -> Table {
        let zones = self.fleet.zones();
        let algorithms: Vec<(&str, &Standing)> = self.standing();
        let mut columns = vec![Column::new("zone", ""), Column::new("members", ""), Column::new("weight", "%")];
        columns.extend(algorithms.iter().map(|(name, _)| Column::new((*name).to_owned(), "")));
        let row = |zone: &Zone<'_>| {
            let members = Cell::number(float(zone.members.len()), count(zone.members.len() as u64));
            let wanted = Cell::number(zone.wanted * 100.0, significant(zone.wanted * 100.0));
            let over = |&(_, standing): &(&str, &Standing)| {
                let [_, load] = self.fleet.over_wanted(zone.amount(standing), zone.wanted);
                Cell::number(load, ratio(load))
            };
            let name = if zone.name.is_empty() { "(none)" } else { zone.name };
            [Cell::words(name), members, wanted].into_iter().chain(algorithms.iter().map(over)).collect()
        };
        Table {
            title: "Load by zone".to_owned(),
            note: "Each zone's load over what the weights of its members give it. Weight: its part of all weights. zones.csv has keys \
                   beside load."
                .to_owned(),
            columns,
            rows: zones.iter().map(row).collect(),
        }
    }

    /// The members that are furthest above their weight under any algorithm.
    pub(super) fn busiest_members(&self) -> Table {
        let algorithms = self.standing();
        let over = |standing: &Standing, at: usize| self.fleet.over_wanted(standing.amounts[at], self.fleet.wanted(at))[1];
        let most = |at: usize| algorithms.iter().map(|(_, standing)| over(standing, at)).fold(0.0, f64::max);
        let mut order: Vec<(usize, f64)> = (0..self.fleet.members.len()).map(|at| (at, most(at))).collect();
        order.sort_by(|left, right| right.1.total_cmp(&left.1));
        order.truncate(SHOWN);
        let mut columns = vec![Column::new("member", ""), Column::new("zone", ""), Column::new("weight", "")];
        columns.extend(algorithms.iter().map(|(name, _)| Column::new((*name).to_owned(), "")));
        let row = |&(at, _): &(usize, f64)| {
            let member = &self.fleet.members[at];
            let weight = Cell::number(f64::from(member.weight.get()), count(u64::from(member.weight.get())));
            let zone = member.zone.as_ref().map_or_else(Cell::nothing, Cell::words);
            let load = algorithms.iter().map(|(_, standing)| {
                let load = over(standing, at);
                Cell::number(load, ratio(load))
            });
            [Cell::words(member.name.clone()), zone, weight].into_iter().chain(load).collect()
        };
        let rows: Vec<Vec<Cell>> = if algorithms.is_empty() { Vec::new() } else { order.iter().map(row).collect() };
        Table {
            title: format!("The {} busiest members", rows.len()),
            note: "Load over what the weight gives, under each algorithm; the members with the most under any. members.csv has all members \
                   and figures."
                .to_owned(),
            columns,
            rows,
        }
    }
}
