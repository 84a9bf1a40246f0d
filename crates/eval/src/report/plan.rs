//! Tables and pages of what a change of members moves.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use toml::Table as Toml;

use crate::fleet::plan::Plan;
use crate::fleet::plan::rows::{OfAlgorithm, OfFlow, OfNode};
use crate::plot::{self, Album};
use crate::reading::number::{count, ratio, significant};
use crate::stats::float;

use super::gallery::pictures;
use super::page::plain;
use super::table::{Cell, Column, Table, escaped};
use super::{ReportError, html, markup};

/// Flows and nodes that a page shows of each algorithm; `flows.csv` and `nodes.csv` have all.
const SHOWN: usize = 20;

/// Everything that is said of a change.
pub(crate) struct PlanReport<'a> {
    pub(crate) plan: &'a Plan,
    /// What was asked for: names and values.
    pub(crate) facts: &'a [(String, String)],
    /// The algorithm is given up for another one.
    pub(crate) is_switch: bool,
}

impl PlanReport<'_> {
    /// Writes `report.md`, `report.html` and the picture into `dir`.
    ///
    /// # Errors
    /// A file that cannot be written, a picture that cannot be drawn.
    pub(crate) fn write(&self, dir: &Path, environment: &Toml) -> Result<(), ReportError> {
        let file = |name: &str, page: String| {
            let path = dir.join(name);
            fs::write(&path, page).map_err(|source| ReportError::Write { path, source })
        };
        plot::flows::draw(dir, self.plan)?;
        file("report.md", self.markdown())?;
        file("report.html", self.html(&plot::flows::album(self.plan)?, environment))
    }

    fn title(&self) -> String {
        format!("What a change moves: {}", self.facts.first().map_or("", |(_, value)| value))
    }

    fn markdown(&self) -> String {
        let mut page = format!("# {}\n\n", escaped(&self.title()));
        page += &self.facts_as_list();
        page += "\n[![what moves](plots/flows.png)](plots/flows.svg)\n\n";
        for table in self.tables() {
            page += &(table.markdown() + "\n");
        }
        page + &self.refusals_as_list("## Left out\n\n") + "## Files\n\n" + FILES
    }

    fn html(&self, album: &Album, environment: &Toml) -> String {
        let mut body = format!("<h1>{}</h1>\n", markup::escaped(&self.title()));
        body += &html::definitions("What was asked", "run", self.facts);
        body += &pictures(album);
        body += "<h2 id=\"tables\">Tables</h2>\n";
        for table in self.tables() {
            body += &html::table(&table, &[]);
        }
        let refusals = self.refusals();
        if !refusals.is_empty() {
            let items: String = refusals.iter().map(|why| format!("<li>{}</li>\n", markup::escaped(why))).collect();
            let _ = write!(body, "<h2>Left out</h2>\n<ul class=\"findings\">\n{items}</ul>\n");
        }
        let machine: Vec<(String, String)> =
            environment.iter().map(|(key, value)| (key.replace('_', " "), plain(value))).collect();
        body += &html::definitions("Machine", "machine", &machine);
        html::document(&self.title(), &body)
    }

    fn tables(&self) -> Vec<Table> {
        let plan = self.plan;
        let tables = [self.moves(&plan.of_algorithms()), self.flows(&plan.of_flows(SHOWN)), self.nodes(&plan.of_nodes(SHOWN))];
        tables.into_iter().filter(|table| !table.rows.is_empty()).collect()
    }

    /// What was asked, as a list of Markdown.
    pub(crate) fn facts_as_list(&self) -> String {
        self.facts.iter().map(|(what, value)| format!("- {what}: {}\n", escaped(value))).collect()
    }

    /// Why algorithms are not there.
    pub(crate) fn refusals(&self) -> Vec<String> {
        let refused = self.plan.sides.iter().filter_map(|side| Some((&side.name, side.outcome.as_ref().err()?)));
        refused.map(|(name, reason)| format!("{name}: {reason}")).collect()
    }

    /// The same as a list of Markdown under its heading.
    pub(crate) fn refusals_as_list(&self, heading: &str) -> String {
        let items: String = self.refusals().iter().map(|why| format!("- {}\n", escaped(why))).collect();
        if items.is_empty() { items } else { format!("{heading}{items}\n") }
    }

    /// What moves: keys, or copies of keys where there are several.
    fn unit(&self) -> &'static str {
        if self.plan.replicas > 1 { "copies" } else { "keys" }
    }

    /// How much each algorithm moves.
    pub(crate) fn moves(&self, rows: &[OfAlgorithm]) -> Table {
        let (plan, unit) = (self.plan, self.unit());
        let part = |value: f64| Cell::number(value * 100.0, significant(value * 100.0));
        let parts = |value: Option<f64>| value.map_or_else(Cell::nothing, part);
        let number = |value: Option<u64>| value.map_or_else(Cell::nothing, |value| Cell::number(float(value), count(value)));
        let mut columns =
            vec![Column::new("algorithm", ""), Column::new(format!("{unit} moved"), ""), Column::new("of all", "%")];
        if !self.is_switch {
            columns.push(Column::new("least by weight", "%"));
        }
        columns.push(Column::new("least by count", "%"));
        if !self.is_switch {
            columns.extend(["needed", "needless", "moved / needed"].map(|name| Column::new(name, "")));
        }
        if plan.has_loads {
            columns.extend([Column::new("load moved", ""), Column::new("of all load", "%")]);
        }
        if plan.replicas > 1 {
            columns.extend([Column::new("keys with a moved copy", ""), Column::new("keys with more than one", "")]);
        }
        columns.extend(["busiest before", "busiest after"].map(|name| Column::new(name, "")));
        let row = |row: &OfAlgorithm| {
            let name = if row.status == "ok" { row.algorithm.clone() } else { format!("{} (refused)", row.algorithm) };
            let mut cells = vec![Cell::words(name), number(row.moved), parts(row.moved_fraction)];
            if !self.is_switch {
                cells.push(row.moved.map_or_else(Cell::nothing, |_| part(row.least_by_weight)));
            }
            cells.push(parts(row.least_by_count.map(|least| float(least) / float(plan.copies()))));
            if !self.is_switch {
                let over = row.moved.zip(row.needed).filter(|&(_, needed)| needed > 0);
                let over = over.map(|(moved, needed)| float(moved) / float(needed));
                cells.extend([number(row.needed), number(row.needless)]);
                cells.push(over.map_or_else(Cell::nothing, |over| Cell::number(over, ratio(over))));
            }
            if plan.has_loads {
                cells.extend([number(row.moved_load), parts(row.moved_load_fraction)]);
            }
            if plan.replicas > 1 {
                cells.extend([number(row.keys_moved), number(row.keys_moved_more)]);
            }
            let busiest = |over: Option<f64>| over.map_or_else(Cell::nothing, |over| Cell::number(over, ratio(over)));
            cells.extend([busiest(row.busiest_before_over_wanted), busiest(row.busiest_after_over_wanted)]);
            cells
        };
        Table { title: "What moves".to_owned(), note: self.note_of_moves(), columns, rows: rows.iter().map(row).collect() }
    }

    fn note_of_moves(&self) -> String {
        let by_count = "Least by count: half the sum of the differences between the nodes' counts before and after; no placement with these \
                        counts moves fewer. Busiest: the highest load of a node over what its weight gives it.";
        if self.is_switch {
            return format!("No member changes, so nothing would have to move. {by_count}");
        }
        let needed = "Needed: what goes from a node that leaves, is drained or gets lighter, or comes to one that joins, returns or gets \
                      heavier. Needless: what moves between two others.";
        let by_weight = "Least by weight: what the new weights give to nodes above what the old ones gave, if every node had exactly that; \
                         the same for all algorithms. Where nodes come and go at once, needed is above it: the ideal would hand the keys of those that leave \
                         to those that join.";
        let copies = match (self.plan.replicas, self.plan.is_spread) {
            (1, _) => String::new(),
            (replicas, spread) => format!(
                " A key has {replicas} copies{}; a copy moves when a node holds the key that did not before, whatever the order of the copies.",
                if spread { ", in different zones" } else { "" }
            ),
        };
        format!("{needed} {by_weight} {by_count}{copies}")
    }

    /// The largest flows.
    pub(crate) fn flows(&self, rows: &[OfFlow]) -> Table {
        let has_loads = self.plan.has_loads;
        let mut columns: Vec<Column> =
            [Column::new("algorithm", ""), Column::new("from", ""), Column::new("to", ""), Column::new(self.unit(), "")].into();
        columns.push(Column::new("of what moves", "%"));
        if has_loads {
            columns.push(Column::new("load", ""));
        }
        if !self.is_switch {
            columns.push(Column::new("reason", ""));
        }
        let row = |row: &OfFlow| {
            let part = row.part_of_moved * 100.0;
            let mut cells = vec![Cell::words(&row.algorithm), Cell::words(&row.from), Cell::words(&row.to)];
            cells.extend([Cell::number(float(row.moved), count(row.moved)), Cell::number(part, significant(part))]);
            if has_loads {
                cells.push(Cell::number(float(row.load), count(row.load)));
            }
            if !self.is_switch {
                cells.push(Cell::words(row.reason));
            }
            cells
        };
        let rows: Vec<Vec<Cell>> = rows.iter().map(row).collect();
        let all: usize = self.plan.sides.iter().filter_map(|side| Some(side.outcome.as_ref().ok()?.flows.len())).sum();
        let note = if rows.len() < all {
            format!("{} of {} flows; --show flows --format csv has all.", rows.len(), count(all as u64))
        } else {
            "All flows.".to_owned()
        };
        Table { title: "The largest flows".to_owned(), note, columns, rows }
    }

    /// Every node before and after.
    pub(crate) fn nodes(&self, rows: &[OfNode]) -> Table {
        let (unit, has_loads) = (self.unit(), self.plan.has_loads);
        let mut columns: Vec<Column> = ["algorithm", "node", "what happens", "weight"].map(|name| Column::new(name, "")).into();
        columns.extend([
            Column::new(format!("{unit} before"), ""),
            Column::new("come", ""),
            Column::new("go", ""),
            Column::new("after", ""),
        ]);
        let of = if has_loads { ", keys" } else { "" };
        columns.extend(["before", "after"].map(|side| Column::new(format!("over weight{of}, {side}"), "")));
        if has_loads {
            columns.extend([Column::new("load before", ""), Column::new("load after", "")]);
            columns.extend(["before", "after"].map(|side| Column::new(format!("over weight, load, {side}"), "")));
        }
        let row = |row: &OfNode| {
            let number = |value: u64| Cell::number(float(value), count(value));
            let over = |value: Option<f64>| value.map_or_else(Cell::nothing, |value| Cell::number(value, ratio(value)));
            let weight = if row.weight_before == row.weight_after {
                row.weight_after.to_string()
            } else {
                format!("{} → {}", row.weight_before, row.weight_after)
            };
            let mut cells =
                vec![Cell::words(&row.algorithm), Cell::words(&row.node), Cell::words(row.change), Cell::words(weight)];
            cells.extend([row.before, row.moved_in, row.moved_out, row.after].map(number));
            cells.extend([row.before_over_wanted, row.after_over_wanted].map(over));
            if has_loads {
                cells.extend([row.load_before, row.load_after].map(number));
                cells.extend([row.load_before_over_wanted, row.load_after_over_wanted].map(over));
            }
            cells
        };
        let rows: Vec<Vec<Cell>> = rows.iter().map(row).collect();
        let is_placed = |node: &&crate::fleet::plan::Node| node.before.is_some() || node.after.is_some();
        let nodes = self.plan.change.nodes.iter().filter(is_placed).count();
        let all = nodes * self.plan.sides.iter().filter(|side| side.outcome.is_ok()).count();
        let shown = if rows.len() < all { " Shown are those that change most; --show nodes --format csv has all." } else { "" };
        let note = format!("Over weight: what the node has over what its weight gives it; 1 is exactly that.{shown}");
        Table { title: "Load of the nodes".to_owned(), note, columns, rows }
    }
}

const FILES: &str = "\
- `algorithms.csv`: a row for each algorithm, with what it moves.
- `flows.csv`: a row for each algorithm and pair of nodes, with what moves from one to the other.
- `nodes.csv`: a row for each algorithm and node, before and after.
- `plots`: the picture, as SVG and PNG.
- `before.tsv`, `after.tsv`: the members as they were placed, for `--before` and `--after`.
";
