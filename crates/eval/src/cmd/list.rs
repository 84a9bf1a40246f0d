//! `annulus list`: which algorithms there are.

use annulus_core::{DependsOn, Properties};
use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};

use crate::error::Error;
use crate::registry::{Algorithm, Registry};

use super::print;

/// Shows the algorithms, what each promises, its parameters and where it is described
#[derive(Debug, Args)]
#[command(after_help = "Example: annulus list")]
pub(super) struct List {}

impl List {
    pub(super) fn execute(&self, registry: &Registry) -> Result<(), Error> {
        let mut table = Table::new();
        table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(["name", "algorithm", "parameters", "answers depend on", "moves no key needlessly", "even", "weights"]);
        for algorithm in registry {
            table.add_row(row(algorithm));
        }
        let mut text = format!("{}\n\n", table.trim_fmt());
        for algorithm in registry.iter().filter(|algorithm| !algorithm.reference_text().is_empty()) {
            text.push_str(&format!("{}: {}\n", algorithm.key(), algorithm.reference_text()));
        }
        print(&text)?;
        Ok(())
    }
}

fn row(algorithm: &Algorithm) -> [String; 7] {
    let properties = algorithm.properties();
    let or_dash = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
    [
        algorithm.key().to_owned(),
        algorithm.full_name().to_owned(),
        or_dash(algorithm.parameter_text()),
        match properties.depends_on {
            DependsOn::Set => "the set of nodes",
            DependsOn::Order => "their order",
            DependsOn::History => "their history",
        }
        .to_owned(),
        or_dash(&minimal(properties)),
        if properties.uniform { "exactly" } else { "nearly" }.to_owned(),
        if properties.weighted { "yes" } else { "no" }.to_owned(),
    ]
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
