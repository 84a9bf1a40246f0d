//! Pages and tables of somebody's own members.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use annulus_clock::{Kind, Sittings};
use toml::Table as Toml;

use crate::fleet::{Fleet, Leaving, Spread, Standing, Times};
use crate::members;
use crate::plot::{self, Album};
use crate::reading::number::{bytes, count, ratio, significant, with_reach};
use crate::stats::float;

use super::findings::of_the_clock;
use super::gallery::pictures;
use super::page::plain;
use super::table::{Cell, Column, Table, escaped};
use super::{ReportError, html, markup, wrapped};

/// The level of the intervals.
const LEVEL: f64 = 0.95;

/// Members that the pages show one by one; `members.csv` has all.
const SHOWN: usize = 20;

/// Zones that a terminal shows.
const ZONES_SHOWN: usize = 12;

/// Everything that is said of a fleet.
pub(crate) struct FleetReport<'a> {
    fleet: &'a Fleet,
    times: &'a Times,
    environment: &'a Toml,
}

impl<'a> FleetReport<'a> {
    pub(crate) fn new(fleet: &'a Fleet, times: &'a Times, environment: &'a Toml) -> Self {
        Self { fleet, times, environment }
    }

    /// Writes `report.md` and `report.html` into `dir`.
    ///
    /// # Errors
    /// A file that cannot be written, a picture that cannot be drawn.
    pub(crate) fn write(&self, dir: &Path) -> Result<(), ReportError> {
        let file = |name: &str, page: String| {
            let path = dir.join(name);
            fs::write(&path, page).map_err(|source| ReportError::Write { path, source })
        };
        plot::fleet::draw(dir, self.fleet)?;
        file("report.md", self.markdown())?;
        file("report.html", self.html(&plot::fleet::album(self.fleet)?))
    }

    /// The tables for a terminal.
    pub(crate) fn summary(&self) -> String {
        let mut text = String::new();
        let zones = self.zones();
        let zones = (self.fleet.zones().len() <= ZONES_SHOWN).then_some(zones);
        for table in [self.balance(), self.leaving()].into_iter().chain(zones).chain([self.cost()]) {
            if !table.rows.is_empty() {
                text += &wrapped(&table.terminal());
                text.push('\n');
            }
        }
        text += &of_the_clock(self.environment).map(|said| wrapped(&said)).unwrap_or_default();
        text += &self.suited().map(|said| wrapped(&said)).unwrap_or_default();
        for why in self.refusals() {
            text += &wrapped(&format!("Left out: {why}"));
        }
        text
    }

    fn tables(&self) -> Vec<Table> {
        let tables = [self.balance(), self.leaving(), self.worst(), self.zones(), self.cost(), self.busiest_members()];
        tables.into_iter().filter(|table| !table.rows.is_empty()).collect()
    }

    fn title(&self) -> String {
        format!("Consistent hashing compared: {}", members::counted(&self.fleet.members))
    }

    fn markdown(&self) -> String {
        let mut page = format!("# {}\n\n", escaped(&self.title()));
        page += &of_the_clock(self.environment).map(|said| format!("{said}\n\n")).unwrap_or_default();
        for (what, value) in self.facts() {
            let _ = writeln!(page, "- {what}: {}", escaped(&value));
        }
        page += "\n[![the members](plots/members.png)](plots/members.svg)\n\n";
        for table in self.tables() {
            page += &(table.markdown() + "\n");
        }
        let refusals = self.refusals();
        if !refusals.is_empty() {
            page += "## Left out\n\n";
        }
        for why in refusals {
            let _ = writeln!(page, "- {}", escaped(&why));
        }
        page + "\n## Files\n\n" + FILES
    }

    fn html(&self, album: &Album) -> String {
        let algorithms: Vec<&str> = self.fleet.sides.iter().map(|side| side.algorithm.key()).collect();
        let mut body = format!("<h1>{}</h1>\n", markup::escaped(&self.title()));
        body += &of_the_clock(self.environment).map(|said| format!("<p>{}</p>\n", markup::escaped(&said))).unwrap_or_default();
        body += &html::definitions("What was run", "run", &self.facts());
        body += &pictures(album);
        body += "<h2 id=\"tables\">Tables</h2>\n";
        for table in self.tables() {
            body += &html::table(&table, &algorithms);
        }
        let refusals = self.refusals();
        if !refusals.is_empty() {
            let items: String = refusals.iter().map(|why| format!("<li>{}</li>\n", markup::escaped(why))).collect();
            let _ = write!(body, "<h2>Left out</h2>\n<ul class=\"findings\">\n{items}</ul>\n");
        }
        let machine: Vec<(String, String)> =
            self.environment.iter().map(|(key, value)| (key.replace('_', " "), plain(value))).collect();
        body += &html::definitions("Machine", "machine", &machine);
        html::document(&self.title(), &body)
    }

    /// What was run, as names and values.
    fn facts(&self) -> Vec<(String, String)> {
        let said = |key: &str| self.environment.get(key).map(plain).unwrap_or_default();
        let (placed, chance) = (&self.fleet.placed, &self.fleet.chance);
        let keys = count(placed.len() as u64);
        let load = if placed.has_loads() { format!(", of load {}", count(self.fleet.total_load)) } else { String::new() };
        let leavings = if self.fleet.victims.are_all() {
            "each member leaves once".to_owned()
        } else {
            format!(
                "each member leaves once; of algorithms that are rebuilt for it, {} of {} members, evenly over the list",
                count(self.fleet.victims.positions.len() as u64),
                count(self.fleet.victims.of as u64)
            )
        };
        let suited = self.suited().map(|said| ("Parameters", said));
        let facts = [
            ("Command", said("command")),
            ("Date", said("date")),
            ("Members", members::counted(&self.fleet.members)),
            ("Keys", format!("{} ({keys}{load})", placed.name())),
            ("Leavings", leavings),
            ("Chance", format!("the median of {} placements of the same keys by weighted lot", chance.trials)),
        ];
        facts.into_iter().chain(suited).map(|(what, value)| (what.to_owned(), value)).collect()
    }

    /// Why algorithms are not there: each reason once.
    fn refusals(&self) -> Vec<String> {
        let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
        for side in &self.fleet.sides {
            let Err(reason) = &side.standing else { continue };
            match reasons.iter_mut().find(|(known, _)| known == reason) {
                Some((_, names)) => names.push(side.algorithm.key()),
                None => reasons.push((reason, vec![side.algorithm.key()])),
            }
        }
        reasons.into_iter().map(|(reason, names)| format!("{}: {reason}", names.join(", "))).collect()
    }

    /// Which parameters were taken for these weights, where no algorithms were named.
    fn suited(&self) -> Option<String> {
        let least = self.fleet.members.iter().map(|member| member.weight.get()).min().filter(|&least| least > 1)?;
        let per_least = |key: &&str| key.ends_with(&format!("/{least}"));
        let keys: Vec<&str> = self.fleet.sides.iter().map(|side| side.algorithm.key()).filter(per_least).collect();
        (!keys.is_empty()).then(|| {
            format!(
                "{}: that number for each {least} of weight, which is the least weight here. Without `/{least}` it would be for each 1 of \
                 weight, and take {least} times as much memory. Name this text wherever the mapping is used.",
                keys.join(", ")
            )
        })
    }

    /// A row for each algorithm that took the members.
    fn rows(&self, row: impl Fn(usize, &Standing) -> Vec<Cell>) -> Vec<Vec<Cell>> {
        let of = |(at, side): (usize, &crate::fleet::Side)| {
            let standing = side.standing.as_ref().ok()?;
            Some([self.size(), Cell::words(side.algorithm.key())].into_iter().chain(row(at, standing)).collect())
        };
        self.fleet.sides.iter().enumerate().filter_map(of).collect()
    }

    fn size(&self) -> Cell {
        let members = self.fleet.members.len();
        Cell::number(float(members), count(members as u64))
    }

    /// The columns of a table with these figures of each algorithm.
    fn columns(figures: Vec<Column>) -> Vec<Column> {
        [Column::new("members", ""), Column::new("algorithm", "")].into_iter().chain(figures).collect()
    }

    fn balance(&self) -> Table {
        let has_loads = self.fleet.placed.has_loads();
        let of = |spread: Spread| {
            let number = |value| Cell::number(value, ratio(value));
            [number(spread.busiest), number(spread.idlest), Cell::number(spread.cv * 100.0, significant(spread.cv * 100.0))]
        };
        let both = |keys: Spread, load: Spread| {
            let load = has_loads.then(|| of(load)).into_iter().flatten();
            of(keys).into_iter().chain(load).collect::<Vec<_>>()
        };
        let mut columns =
            vec![Column::new("busiest, keys", ""), Column::new("idlest, keys", ""), Column::new("spread, keys", "%")];
        if has_loads {
            columns.extend([Column::new("busiest, load", ""), Column::new("idlest, load", ""), Column::new("spread, load", "%")]);
        }
        columns.push(Column::new("busiest, exact", ""));
        let mut rows = self.rows(|at, standing| {
            let exact = self.fleet.busiest_share(&self.fleet.sides[at].algorithm, standing);
            let exact = exact.map_or_else(Cell::nothing, |share| Cell::number(share, ratio(share)));
            both(standing.keys, standing.load).into_iter().chain([exact]).collect()
        });
        let chance = both(self.fleet.chance.keys, self.fleet.chance.load);
        rows.push([self.size(), Cell::words("chance alone")].into_iter().chain(chance).chain([Cell::nothing()]).collect());
        Table {
            title: "How even, by weight".to_owned(),
            note: "1 is what a member's weight gives it. Busiest and idlest: the member furthest above and below that. Spread: the \
                   coefficient of variation. Exact: the busiest member's share of all possible keys, without the noise of these keys. \
                   Chance alone: each of the same keys to a random member, by weight."
                .to_owned(),
            columns: Self::columns(columns),
            rows,
        }
    }

    fn leaving(&self) -> Table {
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
            title: "When one member leaves".to_owned(),
            note: "Moved over own: all keys that move, divided by the keys of the member that leaves; summed over all leavings; 1 is the \
                   least. Receivers: members that get some of the keys of the one that leaves; the median of all leavings. Busiest after: \
                   the highest load (1 is what its weight gives) that any member has after one other leaves; who that is; and who left."
                .to_owned(),
            columns: Self::columns(vec![
                Column::new("moved over own", ""),
                Column::new("receivers", ""),
                Column::new("busiest after", ""),
                Column::new("who", ""),
                Column::new("who left", ""),
            ]),
            rows: rows.into_iter().filter(|row| row[2].value.is_some()).collect(),
        }
    }

    /// For each algorithm, the member whose leaving moves most.
    fn worst(&self) -> Table {
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
            title: "The leaving that moves most".to_owned(),
            note: "Own: the load of that member. Moved: all load that changes its member. leaving.csv.zst has every leaving with its \
                   receivers."
                .to_owned(),
            columns: Self::columns(vec![
                Column::new("member", ""),
                Column::new("own", ""),
                Column::new("moved", ""),
                Column::new("of all", "%"),
                Column::new("receivers", ""),
                Column::new("largest receiver, of what moved", ""),
            ]),
            rows: rows.into_iter().filter(|row| row.len() > 2).collect(),
        }
    }

    fn zones(&self) -> Table {
        let zones = self.fleet.zones();
        let algorithms: Vec<(&str, &Standing)> = self.standing();
        let mut columns = vec![Column::new("zone", ""), Column::new("members", ""), Column::new("weight", "%")];
        columns.extend(algorithms.iter().map(|(name, _)| Column::new((*name).to_owned(), "")));
        let row = |zone: &crate::fleet::rows::Zone<'_>| {
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

    fn cost(&self) -> Table {
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
                   data."
                .to_owned(),
            columns: Self::columns(vec![
                Column::new("latency, digest", "ns"),
                Column::new("latency, key", "ns"),
                Column::new("throughput, digest", "ns"),
                Column::new("state", ""),
            ]),
            rows,
        }
    }

    fn standing(&self) -> Vec<(&str, &Standing)> {
        let of = |side: &'a crate::fleet::Side| Some((side.algorithm.key(), side.standing.as_ref().ok()?));
        self.fleet.sides.iter().filter_map(of).collect()
    }

    /// The members that are furthest above their weight under any algorithm.
    fn busiest_members(&self) -> Table {
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

const FILES: &str = "\
- `algorithms.csv`: a row for each algorithm, with the figures of the tables above.
- `members.csv`: a row for each algorithm and member: keys, load, share, and what its leaving does.
- `zones.csv`: a row for each algorithm and zone.
- `leaving.csv.zst`: for each algorithm and member that leaves, who receives how many keys and how much load.
- `plots`: the picture, as SVG and PNG.
- `members.tsv`: the members as they were read, for `--members`.
";
