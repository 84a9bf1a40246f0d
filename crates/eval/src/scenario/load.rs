//! A scenario read from TOML, and written.

use std::fs;
use std::path::Path;

use super::embedded::EMBEDDED;
use super::error::ScenarioError;
use super::fields::{STANDARD_INPUT, Scenario};

/// What heads a scenario as run whose keys passed through standard input.
const KEYS_ARE_GONE: &str = "\
# The keys came from standard input and are not kept. To run this again, pipe the same keys in, in the same order: the column
# keys_checksum of records.csv tells whether they are.
";

impl Scenario {
    /// The scenario that is built in under `name`, or else the file of that path.
    ///
    /// # Errors
    /// Neither is there, or the file is no scenario.
    pub fn load(name: &str) -> Result<Self, ScenarioError> {
        Self::parse(name, &Self::text(name)?)
    }

    /// The text of the scenario that [`load`](Self::load) reads, with its comments.
    ///
    /// # Errors
    /// Neither an embedded scenario nor a file that can be read.
    pub fn text(name: &str) -> Result<String, ScenarioError> {
        match EMBEDDED.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => Ok((*text).to_owned()),
            None => {
                fs::read_to_string(Path::new(name)).map_err(|source| ScenarioError::Missing { name: name.to_owned(), source })
            }
        }
    }

    /// Reads a scenario from TOML; `name` is what errors call it, and its file stem names a scenario that has no name.
    ///
    /// # Errors
    /// Text that is no scenario: the line and what is wrong there.
    pub fn parse(name: &str, text: &str) -> Result<Self, ScenarioError> {
        let mut scenario: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| text[..span.start].matches('\n').count() + 1);
            let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
            ScenarioError::Syntax { name: name.to_owned(), reason: format!("{place}{}", error.message().replace('\n', "; ")) }
        })?;
        if scenario.name.is_empty() {
            scenario.name = Path::new(name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        }
        Ok(scenario)
    }

    /// The scenario as TOML. Keys that came from standard input are not in it, and a comment says so.
    ///
    /// # Errors
    /// None for what can be built: every field has a form in TOML.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        let text = toml::to_string_pretty(self)?;
        Ok(if self.keys == STANDARD_INPUT { format!("{KEYS_ARE_GONE}\n{text}") } else { text })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::algorithm::{Algorithm, Registry};
    use crate::scenario::*;

    /// A scenario with every table, each with nothing but what it cannot do without.
    const BARE: &str = "nodes = [1]\n[[sweep]]\nalgorithms = [\"ring:points=7\"]\nnodes = [1]\n[synthetic]\n[failure]\n[churn]\n\
        [replicas]\n[weights]\n[patterns]\n[zipf]\n[work]\n[paper]\n[lookup]\n[change]\n";

    #[test]
    fn what_a_file_leaves_out_is_as_in_the_standard_scenario() {
        let bare = Scenario::parse("runs/mine.toml", BARE).unwrap();
        bare.validate().unwrap();
        let standard = Scenario::load("standard").unwrap();
        let (nodes, sweeps) = (bare.nodes.clone(), bare.sweeps.clone());
        let paper = Scenario::load("paper").unwrap().paper;
        let (name, description) = ("mine".to_owned(), String::new());
        assert_eq!(bare, Scenario { name, description, nodes, sweeps, paper, ..standard });
        assert_eq!(Scenario::parse("mine.toml", "nodes = [1]").unwrap().synthetic, None);
    }

    /// Of each table of the page on scenarios, by its heading: each key with its default.
    fn documented(page: &str) -> BTreeMap<String, BTreeMap<String, String>> {
        let mut tables: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        let mut heading = String::new();
        for line in page.lines() {
            if let Some(text) = line.strip_prefix("### ") {
                heading = text.trim_matches(['`', '[', ']']).to_owned();
            }
            let cells: Vec<&str> = line.split(" | ").map(|cell| cell.trim_matches(['|', ' ', '`'])).collect();
            if let (true, [key, _, default, _]) = (line.starts_with("| `"), &cells[..]) {
                tables.entry(heading.clone()).or_default().insert((*key).to_owned(), default.replace(['_', ' '], ""));
            }
        }
        tables
    }

    /// The tables as they are read: each key with its default as TOML, or that it is needed.
    fn known() -> BTreeMap<String, BTreeMap<String, String>> {
        let scenario = Scenario::parse("mine.toml", BARE).unwrap();
        let toml::Value::Table(scenario) = toml::Value::try_from(scenario).unwrap() else { unreachable!() };
        let needed = |table: &str, key: &str| table == "sweep" || (table, key) == ("The scenario", "nodes");
        let texts = |name: &str, table: &toml::Table| {
            let plain = table.iter().filter(|(key, value)| !value.is_table() && key.as_str() != "sweep");
            let shown = plain.map(|(key, value)| {
                let value = value.to_string().replace(' ', "");
                (key.clone(), if needed(name, key) { "needed".to_owned() } else { value })
            });
            shown.collect::<BTreeMap<_, _>>()
        };
        let inner = |(key, value): (&String, &toml::Value)| {
            let table = value.as_table().or_else(|| value.get(0).and_then(toml::Value::as_table))?;
            Some((key.clone(), texts(key, table)))
        };
        let mut tables: BTreeMap<_, _> = scenario.iter().filter_map(inner).collect();
        let mut head = texts("The scenario", &scenario);
        head.insert("name".to_owned(), "thefile'sname".to_owned());
        tables.insert("The scenario".to_owned(), head);
        tables
    }

    #[test]
    fn the_page_on_scenarios_has_every_table_and_key_with_its_default() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/SCENARIOS.md");
        if !path.exists() {
            eprintln!("skipped: {} is not there, as in a packaged crate", path.display());
            return;
        }
        let page = fs::read_to_string(path).unwrap();
        assert_eq!(documented(&page), known());
        for (name, _) in EMBEDDED {
            assert!(page.contains(&format!("| [`{name}`](")), "{name}");
        }
    }

    #[test]
    fn the_embedded_scenarios_are_valid_and_named_as_they_are_called() {
        for (name, _) in EMBEDDED {
            let scenario = Scenario::load(name).unwrap();
            assert_eq!(scenario.name, name);
            scenario.validate().unwrap();
            let written = scenario.to_toml().unwrap();
            assert_eq!(Scenario::parse("again", &written).unwrap(), scenario);
        }
    }

    #[test]
    fn a_field_that_is_not_known_is_named_with_its_line() {
        let text = "name = \"x\"\nnodes = [1]\nrepetitions = 1\nvictims = 1\nnoses = 3\n";
        let message = Scenario::parse("mine.toml", text).unwrap_err().to_string();
        assert!(message.starts_with("scenario mine.toml: line 5: unknown field `noses`"), "{message}");
        assert!(!message.contains('\n'));
    }

    #[test]
    fn values_that_make_no_sense_are_refused_by_name() {
        let good = Scenario::load("quick").unwrap();
        let nodes = |nodes: &[u64]| Scenario { nodes: nodes.to_vec(), ..good.clone() }.validate().unwrap_err().to_string();
        assert_eq!(nodes(&[]), "scenario quick: nodes is empty; give at least one number of nodes");
        assert_eq!(nodes(&[10, 0]), "scenario quick: nodes has 0; a number of nodes is 1 to 1000000");
        assert_eq!(nodes(&[10, 10]), "scenario quick: nodes names a number twice");
        let keys = Scenario { lookup: Some(Lookup { keys: vec![12], ..Lookup::default() }), ..good };
        assert!(keys.validate().unwrap_err().to_string().contains("lookup.keys must be different multiples of 8 bytes"));
    }

    #[test]
    fn algorithms_take_parameters_and_sweeps_add_to_the_sizes() {
        let text = r#"
            name = "x"
            nodes = [10, 3]
            algorithms = ["ring", "ring:points=1000"]
            repetitions = 1
            victims = 1
            [[sweep]]
            algorithms = ["maglev:slots=655373"]
            nodes = [3, 5]
        "#;
        let scenario = Scenario::parse("x", text).unwrap();
        scenario.validate().unwrap();
        let grid = scenario.grid(&Registry::builtin()).unwrap();
        let keys = |size: &Size| size.algorithms.iter().map(Algorithm::key).collect::<Vec<_>>().join(" ");
        let cells: Vec<(u64, String)> = grid.iter().map(|size| (size.nodes, keys(size))).collect();
        let expected =
            [(10, "ring ring:points=1000"), (3, "ring ring:points=1000 maglev:slots=655373"), (5, "maglev:slots=655373")];
        assert_eq!(cells, expected.map(|(nodes, keys)| (nodes, keys.to_owned())));
        let twice = Scenario { sweeps: vec![Sweep { algorithms: vec!["ring".into()], nodes: vec![3] }], ..scenario.clone() };
        let message = twice.grid(&Registry::builtin()).unwrap_err().to_string();
        assert_eq!(message, "scenario x: sweep.algorithms names ring twice at 3 nodes");
        let unknown = Scenario { algorithms: vec!["ring:slots=7".into()], ..scenario };
        let message = unknown.grid(&Registry::builtin()).unwrap_err().to_string();
        assert!(
            message.starts_with("scenario x: algorithms has `ring:slots=7`: `ring:slots=7`: `ring` has no parameter `slots`"),
            "{message}"
        );
    }

    #[test]
    fn a_field_of_a_table_that_is_not_known_is_named_too() {
        let table = |name: &str| format!("name = \"x\"\nnodes = [1]\nrepetitions = 1\nvictims = 1\n[{name}]\nnoses = 3\n");
        let names = [
            "[sweep]",
            "synthetic",
            "failure",
            "churn",
            "replicas",
            "weights",
            "patterns",
            "zipf",
            "work",
            "paper",
            "lookup",
            "change",
        ];
        for name in names {
            let message = Scenario::parse("mine.toml", &table(name)).unwrap_err().to_string();
            assert!(message.contains("line 6: unknown field `noses`"), "{name}: {message}");
        }
    }

    #[test]
    fn a_scenario_says_that_its_keys_are_gone_and_can_still_be_read() {
        let quick = Scenario::load("quick").unwrap();
        assert!(!quick.to_toml().unwrap().contains('#'));
        let piped = Scenario { keys: STANDARD_INPUT.to_owned(), ..quick };
        let written = piped.to_toml().unwrap();
        assert!(written.starts_with("# The keys came from standard input and are not kept."), "{written}");
        assert_eq!(Scenario::parse("again", &written).unwrap(), piped);
    }

    #[test]
    fn what_is_neither_built_in_nor_a_file_is_an_error_that_says_so() {
        let message = Scenario::load("no-such").unwrap_err().to_string();
        assert!(message.starts_with("scenario `no-such` is not built in (standard, quick, full, million, paper)"), "{message}");
    }
}
