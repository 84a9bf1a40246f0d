//! `annulus list`: which algorithms there are.

use annulus_core::{DependsOn, Properties};
use clap::Args;
use serde::Serialize;

use super::error::Error;
use crate::algorithm::{Algorithm, Registry};

use super::format::{Format, Row};
use super::terminal::print;
use crate::report::table::{Cell, Column, Table};

/// Shows the algorithms, what each promises, its parameters and where it is described
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  annulus list
  annulus list --format json")]
pub(super) struct List {
    /// The output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// An algorithm as it is listed.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Listed {
    name: String,
    algorithm: String,
    parameters: String,
    depends_on: &'static str,
    minimal: String,
    uniform: bool,
    weighted: bool,
    reference: String,
}

impl Row for Listed {
    const COLUMNS: &'static [&'static str] =
        &["name", "algorithm", "parameters", "depends_on", "minimal", "uniform", "weighted", "reference"];
}

impl List {
    pub(super) fn execute(&self, registry: &Registry) -> Result<(), Error> {
        let rows: Vec<Listed> = registry.iter().map(Listed::of).collect();
        print(&self.format.written(&rows, || table(&rows))?)?;
        // A table has no room for references; people get them below it.
        let referenced = rows.iter().filter(|row| self.format == Format::Table && !row.reference.is_empty());
        print(&referenced.map(|row| format!("{}: {}\n", row.name, row.reference)).collect::<String>())
    }
}

impl Listed {
    fn of(algorithm: &Algorithm) -> Self {
        let properties = algorithm.properties();
        Self {
            name: algorithm.key().to_owned(),
            algorithm: algorithm.title().to_owned(),
            parameters: algorithm.parameters().to_owned(),
            depends_on: match properties.depends_on {
                DependsOn::Set => "set",
                DependsOn::Order => "order",
                DependsOn::History => "history",
            },
            minimal: minimal(properties),
            uniform: properties.uniform,
            weighted: properties.weighted,
            reference: algorithm.reference().to_owned(),
        }
    }
}

fn table(rows: &[Listed]) -> Table {
    let or_dash = |text: &str| if text.is_empty() { Cell::nothing() } else { Cell::words(text) };
    let row = |row: &Listed| {
        let depends_on = match row.depends_on {
            "set" => "the set of nodes",
            "order" => "their order",
            _ => "their history",
        };
        vec![
            Cell::words(&row.name),
            Cell::words(&row.algorithm),
            or_dash(&row.parameters),
            Cell::words(depends_on),
            or_dash(&row.minimal),
            Cell::words(if row.uniform { "exactly" } else { "nearly" }),
            Cell::words(if row.weighted { "yes" } else { "no" }),
        ]
    };
    let columns = ["name", "algorithm", "parameters", "answers depend on", "moves no key needlessly", "even", "weights"];
    Table {
        title: "Algorithms".to_owned(),
        note: "What each promises; annulus verify holds it to that.".to_owned(),
        columns: columns.map(|name| Column::new(name, "")).into(),
        rows: rows.iter().map(row).collect(),
    }
}

/// The changes for which the algorithm promises to move nothing needlessly.
fn minimal(properties: &Properties) -> String {
    let removal = match (properties.minimal_remove_any, properties.minimal_remove_last) {
        (true, _) => "removing any",
        (false, true) => "removing the last",
        (false, false) => "",
    };
    let changes = [if properties.minimal_add { "adding" } else { "" }, removal];
    changes.into_iter().filter(|change| !change.is_empty()).collect::<Vec<_>>().join(", ")
}
