//! `annulus verify`: the acceptance gates.

use std::time::Instant;

use clap::Args;
use serde::Serialize;

use super::error::Error;
use crate::algorithm::{Algorithm, Registry};
use crate::known::EXAMPLES;
use crate::progress::Progress;
use crate::reading::number;
use crate::report::table::{Cell, Column, Table};
use crate::stats::family::Family;
use crate::stats::{float, whole};
use crate::verify::{self, Figure, Outcome, Plan};

use super::format::{Format, Row};
use super::list_of::split_algorithms;
use super::terminal::print;

/// Checks that algorithms keep their promises: pass or fail, each with its figure, its interval and the formula behind it
///
/// An algorithm is checked for what it promises and for nothing else. Thresholds are set so that a whole run gives a false alarm once
/// in a thousand runs. A figure that is too good to be true fails as well.
#[derive(Debug, Args)]
#[command(after_help = after_help())]
pub(super) struct Verify {
    /// How many seeds to check everything with. Each has half a million keys, and all together have at least ten million
    #[arg(long, value_name = "T", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    seeds: u32,
    /// The number from which all seeds are derived
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[arg(long, value_name = "LIST", help = EXAMPLES.help())]
    algorithms: Vec<String>,
    /// The numbers of nodes to check [default: 1,2,10,30,65,100,1000; with --quick 1,2,10,100]
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    nodes: Vec<u64>,
    /// Faster: a million keys with each seed, and fewer numbers of nodes
    #[arg(long)]
    quick: bool,
    /// The output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,
}

fn after_help() -> String {
    format!(
        "Examples:
  annulus verify --quick
  annulus verify --seeds 20
  annulus verify --seeds 200 --format csv     (the p-values of all seeds are judged too, by Kolmogorov and Smirnov)
  annulus verify --algorithms {},{} --nodes 10,100 --format csv

Exit code 1 if a figure is not what it must be.",
        EXAMPLES.with_parameter(),
        EXAMPLES.tabled
    )
}

impl Verify {
    pub(super) fn execute(&self, registry: &Registry) -> Result<(), Error> {
        let began = Instant::now();
        let algorithms = self.select(registry)?;
        let algorithms: Vec<&Algorithm> = algorithms.iter().collect();
        let plan = self.plan();
        let progress = Progress::new(verify::work(&algorithms, &plan));
        progress.begin("gates".to_owned());
        let outcomes = verify::verify(&algorithms, &plan, &progress);
        progress.finish();
        let outcomes = outcomes?;
        let lines: Vec<Line<'_>> = outcomes.iter().flat_map(Line::of).collect();
        let family = verify::family(&algorithms, &plan)?;
        print(&self.format.written(&lines, || table(&lines, family))?)?;
        let failed = outcomes.iter().filter(|outcome| !outcome.holds()).count();
        if self.format == Format::Table {
            let unjudged = outcomes.iter().filter(|outcome| outcome.refusal.is_some()).count();
            let all = outcomes.len();
            print(&format!(
                "{all} lines, {failed} failed, {unjudged} not judged or in part; {:.0} s\n",
                began.elapsed().as_secs_f64()
            ))?;
            if let Some(warning) = never_judged(&outcomes) {
                print(&warning)?;
            }
            if self.quick {
                let sizes = if self.nodes.is_empty() { "30, 65 and 1,000 nodes, " } else { "" };
                print(&format!("Left out by --quick: {sizes}numbers of nodes past 2^16, and nine keys of ten\n"))?;
            }
        }
        if outcomes.iter().all(|outcome| outcome.judged == 0) {
            return Err(Error::NothingJudged);
        }
        if failed > 0 { Err(Error::Gates { failed, of: outcomes.len() }) } else { Ok(()) }
    }

    fn select(&self, registry: &Registry) -> Result<Vec<Algorithm>, Error> {
        if self.algorithms.is_empty() {
            return Ok(registry.iter().cloned().collect());
        }
        let usage = |error| Error::Usage(format!("--algorithms: {error}"));
        let mut selected: Vec<Algorithm> = Vec::new();
        let lists = self.algorithms.iter().map(|list| split_algorithms("--algorithms", list)).collect::<Result<Vec<_>, _>>()?;
        for text in lists.iter().flatten() {
            let algorithm = registry.resolve(text).map_err(usage)?;
            if selected.iter().any(|other| other.key() == algorithm.key()) {
                return Err(usage(format!("`{}` is there twice; name it once", algorithm.key())));
            }
            selected.push(algorithm);
        }
        Ok(selected)
    }

    fn plan(&self) -> Plan {
        let mut plan = if self.quick { Plan::quick(self.seeds) } else { Plan::thorough(self.seeds) };
        plan.seed = self.seed;
        if !self.nodes.is_empty() {
            plan.nodes.clone_from(&self.nodes);
            plan.nodes.sort_unstable();
            plan.nodes.dedup();
        }
        plan
    }
}

/// One line: a gate on an algorithm at a size, or each failure of it.
#[derive(Debug, Serialize)]
struct Line<'a> {
    gate: &'a str,
    algorithm: &'a str,
    nodes: u64,
    verdict: &'static str,
    figures: u64,
    figure: &'a str,
    seed: Option<u32>,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    formula: &'a str,
    note: &'a str,
}

impl Row for Line<'_> {
    const COLUMNS: &'static [&'static str] =
        &["gate", "algorithm", "nodes", "verdict", "figures", "figure", "seed", "value", "low", "high", "formula", "note"];
}

impl<'a> Line<'a> {
    fn of(outcome: &'a Outcome) -> Vec<Self> {
        if outcome.holds() {
            return vec![Self::new(outcome, outcome.closest.as_ref())];
        }
        outcome.failures.iter().map(|figure| Self::new(outcome, Some(figure))).collect()
    }

    fn new(outcome: &'a Outcome, figure: Option<&'a Figure>) -> Self {
        Self {
            gate: outcome.gate,
            algorithm: &outcome.algorithm,
            nodes: outcome.nodes,
            verdict: match figure {
                Some(figure) if !figure.holds() => "FAIL",
                Some(_) => "pass",
                None => "not judged",
            },
            figures: outcome.judged,
            figure: figure.map_or("", |figure| &figure.name),
            seed: figure.and_then(|figure| figure.seed),
            value: figure.map(|figure| figure.value),
            low: figure.map(|figure| figure.interval.low),
            high: figure.map(|figure| figure.interval.high).filter(|high| high.is_finite()),
            formula: figure.map_or("", |figure| figure.formula),
            note: outcome.refusal.as_deref().unwrap_or(""),
        }
    }

    /// Where the figure must lie, in words.
    fn interval(&self) -> String {
        match (self.low, self.high) {
            (Some(low), Some(high)) if low.total_cmp(&high).is_eq() => shown(low),
            (Some(low), Some(high)) => format!("{} to {}", shown(low), shown(high)),
            (Some(low), None) if low.total_cmp(&f64::MIN_POSITIVE).is_eq() => "above 0".to_owned(),
            (Some(low), None) => format!("{} or more", shown(low)),
            _ => String::new(),
        }
    }

    /// `reasons` are those of all lines; the line names its own by their number.
    fn cells(&self, reasons: &[&str]) -> Vec<Cell> {
        let reason = reasons.iter().position(|&reason| reason == self.note);
        vec![
            Cell::words(self.gate),
            Cell::words(self.algorithm),
            Cell::number(float(self.nodes), self.nodes.to_string()),
            Cell::words(self.verdict),
            Cell::number(float(self.figures), number::count(self.figures)),
            Cell::words(self.figure),
            self.value.map_or_else(Cell::default, |value| Cell::number(value, shown(value))),
            self.low.map_or_else(Cell::default, |low| Cell::number(low, self.interval())),
            Cell::words(self.formula),
            Cell::words(reason.map_or_else(String::new, |at| format!("[{}]", at + 1))),
        ]
    }
}

/// A warning of what was judged of an algorithm at no size, if anything.
fn never_judged(outcomes: &[Outcome]) -> Option<String> {
    let of_one = |one: &Outcome, other: &Outcome| one.gate == other.gate && one.algorithm == other.algorithm;
    let is_judged = |one: &Outcome| outcomes.iter().any(|other| of_one(one, other) && other.judged > 0);
    let mut found: Vec<String> = Vec::new();
    for outcome in outcomes.iter().filter(|outcome| !is_judged(outcome)) {
        let what = format!("{} of {}", outcome.gate, outcome.algorithm);
        if !found.contains(&what) {
            found.push(what);
        }
    }
    (!found.is_empty()).then(|| format!("Warning: not judged at any size: {}\n", found.join(", ")))
}

/// Counts in full, anything else to three figures.
fn shown(value: f64) -> String {
    // Beyond, whole numbers are not told apart.
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    let is_count = value.fract() == 0.0 && (0.0..LARGEST).contains(&value);
    if is_count { number::count(whole(value)) } else { number::significant(value) }
}

/// On which seeds, in words.
fn seeds(count: u64) -> String {
    if count == 1 { "one seed".to_owned() } else { format!("each of {count} seeds") }
}

fn table(lines: &[Line<'_>], family: Family) -> Table {
    // Each once, under the table: a reason is longer than a line has room.
    let mut reasons: Vec<&str> = Vec::new();
    for line in lines.iter().filter(|line| !line.note.is_empty()) {
        if !reasons.contains(&line.note) {
            reasons.push(line.note);
        }
    }
    let told: String = reasons.iter().zip(1..).map(|(reason, number)| format!(" [{number}] Not judged: {reason}.")).collect();
    let columns = ["gate", "algorithm", "nodes", "verdict", "figures", "nearest to its end", "is", "must be", "by", "not judged"];
    Table {
        title: "Gates".to_owned(),
        note: format!(
            "Of each gate that an algorithm's promises call for: how many figures it judged, and the one nearest to an end of its \
             interval, or each outside. {} random figures on {} were counted beforehand, each tail {:.1e}.{told}",
            family.checks(),
            seeds(family.seeds()),
            family.tail().probability()
        ),
        columns: columns.map(|name| Column::new(name, "")).into(),
        rows: lines.iter().map(|line| line.cells(&reasons)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cmd::format::assert_columns;

    #[test]
    fn one_seed_is_one() {
        assert_eq!([1, 2].map(seeds), ["one seed", "each of 2 seeds"]);
    }

    fn outcome(gate: &'static str, nodes: u64, judged: u64) -> Outcome {
        Outcome { gate, algorithm: "any".to_owned(), nodes, judged, failures: Vec::new(), closest: None, refusal: None }
    }

    #[test]
    fn what_is_judged_at_no_size_is_warned_of() {
        let outcomes = [outcome("balance", 2, 0), outcome("balance", 10, 0), outcome("heirs", 2, 0), outcome("heirs", 10, 1)];
        assert_eq!(never_judged(&outcomes).unwrap(), "Warning: not judged at any size: balance of any\n");
        assert_eq!(never_judged(&outcomes[2..]), None);
    }

    #[test]
    fn columns_are_the_fields() {
        let outcome = outcome("gate", 1, 0);
        let lines = Line::of(&outcome);
        assert_columns(&lines[0]);
        assert_eq!(lines[0].verdict, "not judged");
    }
}
