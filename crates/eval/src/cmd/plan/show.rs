//! The tables of a plan, for people and for programs.

use std::io::Write;

use clap::{Args, ValueEnum};

use crate::cmd::error::Error;
use crate::cmd::format::{Format, Row};
use crate::fleet::plan::rows::{OfAlgorithm, OfFlow, OfNode};
use crate::report::plan::PlanReport;
use crate::report::wrapped;

/// Which tables are written, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct Shown {
    /// Which table is written [default: all; flows where the format is csv or json]
    #[arg(long, value_name = "TABLE", value_enum)]
    show: Option<Show>,
    /// How many flows and nodes of each algorithm are written [default: 10; all where the format is csv or json]
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// How the tables are written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// One of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Show {
    /// How much each algorithm moves
    Moves,
    /// From whom to whom
    Flows,
    /// The load of each node before and after
    Nodes,
}

/// How many flows and nodes of each algorithm people see.
const TOP: usize = 10;

impl Row for OfAlgorithm {
    const COLUMNS: &'static [&'static str] = &[
        "algorithm",
        "status",
        "keys",
        "load",
        "replicas",
        "least_by_weight",
        "moved_fraction",
        "moved_load_fraction",
        "moved",
        "moved_load",
        "needed",
        "needed_load",
        "needless",
        "needless_load",
        "least_by_count",
        "least_by_count_load",
        "keys_moved",
        "keys_moved_more",
        "flows",
        "busiest_before",
        "busiest_before_over_wanted",
        "busiest_after",
        "busiest_after_over_wanted",
    ];
}

impl Row for OfFlow {
    const COLUMNS: &'static [&'static str] = &["algorithm", "from", "to", "moved", "load", "part_of_moved", "reason"];
}

impl Row for OfNode {
    const COLUMNS: &'static [&'static str] = &[
        "algorithm",
        "node",
        "change",
        "zone",
        "weight_before",
        "weight_after",
        "before",
        "moved_in",
        "moved_out",
        "after",
        "load_before",
        "load_in",
        "load_out",
        "load_after",
        "before_over_wanted",
        "after_over_wanted",
        "load_before_over_wanted",
        "load_after_over_wanted",
    ];
}

impl Shown {
    /// What is printed.
    pub(super) fn written(&self, report: &PlanReport<'_>) -> Result<String, Error> {
        let is_for_people = matches!(self.format, Format::Table | Format::Markdown);
        let most = self.top.unwrap_or(if is_for_people { TOP } else { usize::MAX });
        let shown = match self.show {
            Some(one) => vec![one],
            None if is_for_people => vec![Show::Moves, Show::Flows, Show::Nodes],
            None => vec![Show::Flows],
        };
        let mut text = self.head(report);
        for (number, one) in shown.into_iter().enumerate() {
            if number > 0 {
                text.push('\n');
            }
            text += &self.table(report, one, most)?;
        }
        Ok(text + &self.foot(report))
    }

    fn table(&self, report: &PlanReport<'_>, one: Show, most: usize) -> Result<String, Error> {
        let plan = report.plan;
        match one {
            Show::Moves => {
                let rows = plan.of_algorithms();
                self.format.written(&rows, || report.moves(&rows))
            }
            Show::Flows => {
                let rows = plan.of_flows(most);
                self.format.written(&rows, || report.flows(&rows))
            }
            Show::Nodes => {
                let rows = plan.of_nodes(most);
                self.format.written(&rows, || report.nodes(&rows))
            }
        }
    }

    /// What was asked, for people.
    fn head(&self, report: &PlanReport<'_>) -> String {
        match self.format {
            Format::Table => {
                let line = |(what, value): &(String, String)| wrapped(&format!("{what}: {value}"));
                report.facts.iter().map(line).collect::<String>() + "\n"
            }
            Format::Markdown => report.facts_as_list() + "\n",
            Format::Csv | Format::Json => String::new(),
        }
    }

    /// Who refused, and why, for people.
    fn foot(&self, report: &PlanReport<'_>) -> String {
        match self.format {
            Format::Table => report.refusals().iter().map(|why| wrapped(why)).collect(),
            Format::Markdown => report.refusals_as_list("\n"),
            Format::Csv | Format::Json => String::new(),
        }
    }
}

/// Writes rows as a file of CSV.
pub(super) fn rows<R: Row>(out: impl Write, rows: &[R]) -> Result<(), csv::Error> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(out);
    writer.write_record(R::COLUMNS)?;
    for row in rows {
        writer.serialize(row)?;
    }
    Ok(writer.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cmd::format::assert_columns;

    #[test]
    fn columns_are_the_fields() {
        assert_columns(&OfFlow {
            algorithm: String::new(),
            from: String::new(),
            to: String::new(),
            moved: 0,
            load: 0,
            part_of_moved: 0.0,
            reason: "needed",
        });
        assert_columns(&OfNode {
            algorithm: String::new(),
            node: String::new(),
            change: "stays",
            zone: String::new(),
            weight_before: 0,
            weight_after: 0,
            before: 0,
            moved_in: 0,
            moved_out: 0,
            after: 0,
            load_before: 0,
            load_in: 0,
            load_out: 0,
            load_after: 0,
            before_over_wanted: None,
            after_over_wanted: None,
            load_before_over_wanted: None,
            load_after_over_wanted: None,
        });
        assert_columns(&OfAlgorithm {
            algorithm: String::new(),
            status: String::new(),
            keys: 0,
            load: 0,
            replicas: 1,
            least_by_weight: 0.0,
            moved_fraction: None,
            moved_load_fraction: None,
            moved: None,
            moved_load: None,
            needed: None,
            needed_load: None,
            needless: None,
            needless_load: None,
            least_by_count: None,
            least_by_count_load: None,
            keys_moved: None,
            keys_moved_more: None,
            flows: None,
            busiest_before: None,
            busiest_before_over_wanted: None,
            busiest_after: None,
            busiest_after_over_wanted: None,
        });
    }
}
