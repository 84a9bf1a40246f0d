//! What every form of the report says of the run.

use std::collections::BTreeSet;

use toml::{Table as Toml, Value};

use crate::known;
use crate::reading::number::count;
use crate::reading::select::Subject;
use crate::record::Record;

use super::content::Content;

/// What the baseline is.
const BASELINE: &str = "hash % N, the baseline; no crate";

/// The report's title.
pub(super) fn title(records: &[Record]) -> String {
    let scenario = records.first().map_or("nothing", |record| record.scenario.as_str());
    // One size is what a reader came for.
    let sizes: BTreeSet<u64> = records.iter().map(|record| record.nodes).collect();
    let nodes = sizes.first().filter(|_| sizes.len() == 1).map_or_else(String::new, |&nodes| format!(", {} nodes", count(nodes)));
    format!("Consistent hashing compared: {scenario}{nodes}")
}

/// What the baseline is, in a sentence for the note of a table in which it stands; it is no algorithm that a user knows by its name.
pub(super) fn baselines(content: &Content<'_>) -> String {
    content.subjects().iter().map(Subject::label).map(|label| baseline(&label)).collect()
}

/// The sentence for the algorithm of this name, if it is the baseline; begins with a space.
pub(super) fn baseline(name: &str) -> String {
    if known::is_baseline(name) { format!(" {name}: {BASELINE}.") } else { String::new() }
}

/// What was run, as names and values.
pub(super) fn facts(records: &[Record], content: &Content<'_>, environment: &Toml) -> Vec<(String, String)> {
    let named = |subject: &Subject| {
        let label = subject.label();
        if known::is_baseline(subject.family()) { format!("{label} ({BASELINE})") } else { label }
    };
    let subjects: Vec<String> = content.subjects().iter().map(named).collect();
    let sizes: Vec<String> = content.all_nodes().into_iter().map(count).collect();
    let some = content.nodes().len();
    let tables = if some < sizes.len() {
        format!("; the tables show {some} of these {}, records.csv has them all", sizes.len())
    } else {
        String::new()
    };
    let sets: Vec<String> = content.key_sets().into_iter().map(|(name, keys)| format!("{name} ({} keys)", count(keys))).collect();
    let mut facts = vec![
        ("Command", environment.get("command").map(plain).unwrap_or_default()),
        ("Date", environment.get("date").map(plain).unwrap_or_default()),
        ("Algorithms", subjects.join(", ")),
        ("Nodes", sizes.join(", ") + &tables),
        ("Keys", sets.join(", ")),
    ];
    if let Some(first) = records.first() {
        let sets = records.iter().map(|record| record.repetition).max().unwrap_or(0) + 1;
        let sets = if sets == 1 { "one set".to_owned() } else { format!("up to {sets} sets") };
        facts.push(("Node names", format!("{}, {sets} of them", first.names)));
        facts.push(("Hash of keys and names", first.hasher.clone()));
        facts.push(("Seed", first.seed.to_string()));
        facts.push(("Version", first.version.clone()));
    }
    let said = facts.into_iter().filter(|(_, value)| !value.is_empty());
    said.map(|(what, value)| (what.to_owned(), value)).collect()
}

/// A line that names the project, the version, the revision and the run, for a text that uses its figures.
pub(super) fn cite_as(records: &[Record], environment: &Toml) -> String {
    let of = |key: &str| environment.get(key).map(plain).filter(|value| !value.is_empty());
    let version = of("annulus").or_else(|| records.first().map(|record| record.version.clone()));
    let revision = of("revision").filter(|revision| revision != "unknown");
    let scenario = records.first().map(|record| record.scenario.clone());
    let parts = [
        Some("The Annulus developers: Annulus, consistent hashing for Rust".to_owned()),
        version.map(|version| format!("version {version}")),
        revision.map(|revision| format!("revision {}", revision.get(..12).unwrap_or(&revision))),
        scenario.map(|scenario| format!("recorded run \"{scenario}\"")),
        of("date").map(|date| date.get(..10).unwrap_or(&date).to_owned()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A value of `environment.toml` as text.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
