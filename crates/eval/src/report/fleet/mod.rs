//! Pages and tables of somebody's own members.

mod cost;
mod even;
mod leaving;
mod loss;
mod short;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use toml::Table as Toml;

use crate::fleet::{Fleet, Standing, Times};
use crate::members;
use crate::plot::{self, Album};
use crate::reading::number::count;
use crate::stats::float;

use super::findings::{Clock, of_the_clock};
use super::gallery::pictures;
use super::page::plain;
use super::table::{Cell, Column, Table, escaped};
use super::{ReportError, guide, html, machine, markdown, markup, way_to_choosing, wrapped};

/// Zones that a terminal shows.
const ZONES_SHOWN: usize = 12;

/// Everything that is said of a fleet.
pub(crate) struct FleetReport<'a> {
    fleet: &'a Fleet,
    times: &'a Times,
    environment: &'a Toml,
    /// The file of the members, as commands name it.
    file: String,
}

impl<'a> FleetReport<'a> {
    pub(crate) fn new(fleet: &'a Fleet, times: &'a Times, environment: &'a Toml, file: String) -> Self {
        Self { fleet, times, environment, file }
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
        let choosing = way_to_choosing(dir);
        file("report.md", self.markdown(choosing.as_deref()))?;
        file("report.html", self.html(&plot::fleet::album(self.fleet)?, choosing.as_deref()))
    }

    /// The tables for a terminal.
    pub(crate) fn summary(&self) -> String {
        let mut text = String::new();
        let zones = self.zones();
        let zones = (self.fleet.zones().len() <= ZONES_SHOWN).then_some(zones);
        let leavings = [self.balance(), self.leaving(), self.worst(), self.losses(loss::ON_A_TERMINAL)];
        for table in leavings.into_iter().chain(zones).chain([self.cost()]) {
            if !table.rows.is_empty() {
                text += &wrapped(&table.terminal());
                text.push('\n');
            }
        }
        text += &self.clock().map(|clock| wrapped(&clock.told())).unwrap_or_default();
        text += &self.suited().map(|said| wrapped(&said)).unwrap_or_default();
        for why in self.refusals() {
            text += &wrapped(&format!("Left out: {why}"));
        }
        let advice = self.advice();
        if advice.is_empty() { text } else { text + &wrapped(&format!("\nIn short:\n{}\n", advice.join("\n"))) }
    }

    /// How far times can be trusted.
    fn clock(&self) -> Option<Clock> {
        let larger = |limit: f64| {
            let large = self.standing().into_iter().filter(|(_, standing)| float(standing.state_bytes) > limit);
            large.map(|(name, _)| name.to_owned()).collect()
        };
        of_the_clock(self.environment, larger)
    }

    fn tables(&self) -> Vec<Table> {
        let tables = [
            self.balance(),
            self.leaving(),
            self.worst(),
            self.zones(),
            self.cost(),
            self.busiest_members(),
            self.losses(loss::ON_A_PAGE),
        ];
        tables.into_iter().filter(|table| !table.rows.is_empty()).collect()
    }

    fn title(&self) -> String {
        format!("Consistent hashing compared: {}", members::counted(&self.fleet.members))
    }

    fn markdown(&self, choosing: Option<&str>) -> String {
        let mut page = format!("# {}\n\n", escaped(&self.title()));
        page += &markdown::short(&self.advice(), choosing);
        page += &self.clock().map(|clock| format!("{}\n\n", clock.told())).unwrap_or_default();
        page += "## What was run\n\n";
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
        page += "\n## Files\n\n";
        for (name, what) in self.files() {
            let _ = writeln!(page, "- `{name}`: {what}.");
        }
        page += "\n## Machine\n\n";
        for (what, value) in machine::facts(self.environment) {
            let _ = writeln!(page, "- {}: {}", escaped(&what), escaped(&value));
        }
        page + "\n" + &guide::markdown(guide::OF_MEMBERS)
    }

    fn html(&self, album: &Album, choosing: Option<&str>) -> String {
        let algorithms: Vec<&str> = self.fleet.sides.iter().map(|side| side.algorithm.key()).collect();
        let mut body = format!("<h1>{}</h1>\n", markup::escaped(&self.title()));
        let parts =
            [(!album.galleries.is_empty(), html::PICTURES), (true, html::TABLES), (true, html::MACHINE), (true, html::READING)];
        body += &html::navigation(&parts);
        body += &html::short(&self.advice(), choosing, "");
        body += &html::about(self.clock(), &self.facts(), &self.links());
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
        body += &html::definitions("Machine", "machine", &machine::facts(self.environment));
        body += &guide::html(guide::OF_MEMBERS);
        html::document(&self.title(), &body)
    }

    /// The files of the folder that there are beside the pages, and what each holds.
    fn files(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<'a> {
        let has_zones = !self.fleet.zones().is_empty();
        FILES.into_iter().filter(move |(name, _)| has_zones || *name != ZONES)
    }

    /// Links to them.
    fn links(&self) -> String {
        let links: Vec<String> =
            self.files().map(|(name, what)| format!("<a href=\"{name}\" title=\"{what}\">{name}</a>")).collect();
        format!("<p class=\"files\">{} <span class=\"note\">(files beside this page)</span></p>\n", links.join(" "))
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
            ("Departures", leavings),
            ("Chance", format!("the median of {} random placements of the same keys, by weight", chance.trials)),
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
                "{}: points for each {least} of weight, the least weight here; points for each 1 would take {least} times as much memory. Use exactly \
                 this text wherever the mapping is used: another one gives another mapping.",
                keys.join(", ")
            )
        })
    }

    /// A row for each algorithm that took the members.
    fn rows(&self, row: impl Fn(usize, &Standing) -> Vec<Cell>) -> Vec<Vec<Cell>> {
        let of = |(at, side): (usize, &crate::fleet::Side)| {
            let standing = side.standing.as_ref().ok()?;
            Some(std::iter::once(Cell::words(side.algorithm.key())).chain(row(at, standing)).collect())
        };
        self.fleet.sides.iter().enumerate().filter_map(of).collect()
    }

    fn standing(&self) -> Vec<(&str, &Standing)> {
        let of = |side: &'a crate::fleet::Side| Some((side.algorithm.key(), side.standing.as_ref().ok()?));
        self.fleet.sides.iter().filter_map(of).collect()
    }
}

/// The columns of a table with a row for each algorithm.
fn columns(figures: Vec<Column>) -> Vec<Column> {
    std::iter::once(Column::new("algorithm", "")).chain(figures).collect()
}

/// The file that only members in zones have.
const ZONES: &str = "zones.csv";

const FILES: [(&str, &str); 6] = [
    ("algorithms.csv", "a row for each algorithm, with the figures of the tables"),
    ("members.csv", "a row for each algorithm and member: keys, load, share, and what happens if it leaves or fails"),
    (ZONES, "a row for each algorithm and zone"),
    ("leaving.csv.zst", "for each algorithm and member that leaves, who receives how many keys and how much load"),
    ("members.tsv", "the members as they were read, for --members"),
    ("report.md", "this report as text, with the picture in the folder plots"),
];
