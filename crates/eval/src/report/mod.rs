//! Reports written from records: tables for the terminal, a page of Markdown, a page of HTML.
//!
//! Nothing here measures: what is written is read from [`Record`]s, from memory or from a `records.csv` read back, by the
//! names of `measure`, `metric` and `case` that the measures write. What the records do not hold is left out.

pub(crate) mod choose;
mod content;
mod controls;
mod cost;
mod findings;
pub(crate) mod fleet;
mod further;
mod gallery;
mod guide;
mod html;
pub mod index;
mod machine;
mod markdown;
mod markup;
mod overview;
mod page;
mod placement;
pub(crate) mod plan;
pub(crate) mod published;
mod short;
pub mod splice;
pub(crate) mod table;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::plot::{self, Drawn, PlotError};
use crate::record::Record;
use content::Content;

/// A report that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The file could not be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A picture of the page could not be drawn.
    #[error(transparent)]
    Picture(#[from] PlotError),
}

/// Writes `report.md` and `report.html` into `dir`: what is wrong first, then which to take, what was run, pictures, tables, the machine.
///
/// `report.html` needs nothing beside it and no network; it holds its pictures for each key set and number of nodes.
///
/// `environment` is the table of `environment.toml`, shown as it is; `pictures` is what
/// [`plot::draw_all`] answered for the same folder.
///
/// # Errors
/// A file that cannot be written, a picture that cannot be drawn.
pub fn write(dir: &Path, records: &[Record], environment: &toml::Table, pictures: &[Drawn]) -> Result<(), ReportError> {
    let file = |name: &str, page: String| {
        let path = dir.join(name);
        fs::write(&path, page).map_err(|source| ReportError::Write { path, source })
    };
    let choosing = way_to_choosing(dir);
    file("report.md", markdown::page(records, environment, pictures, choosing.as_deref()))?;
    file("report.html", html::page(records, environment, &plot::album(records)?, choosing.as_deref()))
}

/// The way from a page in `dir` to docs/CHOOSING.md of the clone that the folder is in; none where it is in no clone, or deep in one.
fn way_to_choosing(dir: &Path) -> Option<String> {
    const DEEPEST: usize = 4;
    let dir = dir.canonicalize().ok()?;
    let above = dir.ancestors().skip(1).take(DEEPEST).position(|folder| folder.join(short::CHOOSING).is_file())?;
    Some("../".repeat(above + 1) + short::CHOOSING)
}

/// The summary for a terminal: what is wrong, if anything is; how even and what moves, on the first key set, or where keys
/// passed once on all of them and then on the first ones; what look-ups and state cost; what was left out; and what follows in short.
#[must_use]
pub fn summary(records: &[Record], environment: &toml::Table) -> String {
    let content = Content::of(records);
    let mut text = listed("not as it must be", &findings::errors(records));
    if let Some(published) = published::table(records) {
        text += &wrapped(&published.terminal());
        text.push('\n');
    }
    // Of keys that passed once, balance has all, which are what was asked for, and every other measure the first ones.
    let sets = content.key_sets();
    let sample_of = |name: &str| sets.iter().find(|(other, _)| other.strip_suffix("-first") == Some(name));
    let streamed = sets.iter().find_map(|set| Some([set, sample_of(set.0)?]));
    for &set in streamed.map_or_else(|| sets.iter().take(1).collect(), |both| both.to_vec()) {
        text += &wrapped(&content.placement(set).terminal());
        text.push('\n');
    }
    let cost = content.cost();
    if !cost.rows.is_empty() {
        text += &wrapped(&cost.terminal());
        text += &findings::of_the_clock(environment, |limit| content.larger_than(limit))
            .map(|clock| wrapped(&clock.told()))
            .unwrap_or_default();
    }
    text += &listed("left out", &findings::skipped(records.iter().filter(|record| !is_of_weighted_look_ups(record))));
    let advice = content.advice(environment);
    if advice.is_empty() { text } else { text + &wrapped(&format!("\nIn short:\n{}\n", advice.join("\n"))) }
}

/// Whether a row is of look-ups among nodes of unequal weight: not every size of every algorithm takes every weight, which is for
/// the page to say.
fn is_of_weighted_look_ups(record: &Record) -> bool {
    record.measure == "lookup" && record.case.starts_with("weights-")
}

/// The first findings, one a line.
fn listed(what: &str, findings: &[findings::Finding]) -> String {
    const SHOWN: usize = 10;
    if findings.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{} {what}:\n", findings.len());
    for finding in findings.iter().take(SHOWN) {
        let _ = writeln!(text, "  {}", finding.text);
    }
    if findings.len() > SHOWN {
        let _ = writeln!(text, "  … and {} more, see records.csv", findings.len() - SHOWN);
    }
    text.push('\n');
    text
}

/// Breaks lines of prose, which tables are not, at a width that every terminal has.
pub(crate) fn wrapped(text: &str) -> String {
    const WIDTH: usize = 100;
    let mut out = String::new();
    for line in text.lines() {
        let is_prose = !line.starts_with([' ', '─', '═']);
        let mut length = 0;
        for word in line.split(if is_prose { ' ' } else { '\n' }) {
            let size = word.chars().count();
            if length > 0 && length + 1 + size > WIDTH {
                out.push('\n');
                length = 0;
            } else if length > 0 {
                out.push(' ');
                length += 1;
            }
            out.push_str(word);
            length += size;
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::sample::{ALGORITHMS, records};
    use crate::record::Status;

    fn page(records: &[Record], pictures: &[Drawn]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let environment: toml::Table = "command = \"annulus run\"\ncores = 2".parse().unwrap();
        write(folder.path(), records, &environment, pictures).unwrap();
        fs::read_to_string(folder.path().join("report.md")).unwrap()
    }

    /// A record whose law was broken, and one that was skipped.
    fn with_findings() -> Vec<Record> {
        let mut records = records(&ALGORITHMS, &[10, 100]);
        records[7].status = Status::Error("3 keys | too many".to_owned());
        records[9].status = Status::Skipped("more nodes than slots".to_owned());
        records
    }

    #[test]
    fn what_is_wrong_comes_first() {
        let page = page(&with_findings(), &[]);
        let error = page.find("3 keys \\| too many").expect("the error is there");
        assert!(error < page.find("## What was run").unwrap());
        assert!(page.contains("more nodes than slots"));
        let summary = summary(&with_findings(), &toml::Table::new());
        assert!(summary.trim_start().starts_with("1 not as it must be:\n  ring:points=160, 10 nodes, words, "), "{summary}");
    }

    #[test]
    fn nothing_wrong_is_said_as_well() {
        let mut records = records(&ALGORITHMS, &[10]);
        assert!(page(&records, &[]).contains("Nothing was judged"));
        records[0].high = records[0].value;
        let page = page(&records, &[]);
        assert!(page.contains("Nothing is wrong: all 1 figures"), "{page}");
        assert!(page.contains("| Command | annulus run |") && page.contains("| Cores | 2 |"));
    }

    #[test]
    fn tables_hold_every_algorithm_at_every_size_and_the_ideal() {
        for text in
            [page(&records(&ALGORITHMS, &[10, 100]), &[]), summary(&records(&ALGORITHMS, &[10, 100]), &toml::Table::new())]
        {
            for name in ["ring", "jump", "rendezvous", "maglev", "modulo", "ideal", "empty-loop", "hash-alone"] {
                // Twice at least: once for each size.
                assert!(text.matches(name).count() >= 2, "{name} in {text}");
            }
        }
    }

    #[test]
    fn pictures_are_shown_by_relative_path_or_their_absence_explained() {
        let picture = |stem: Option<&str>| Drawn {
            name: "balance",
            title: "How even?".to_owned(),
            stem: stem.map(PathBuf::from),
            note: "No figures.".to_owned(),
        };
        let shown = page(&[], &[picture(Some("plots/balance")), picture(None)]);
        assert!(shown.contains("[![How even?](plots/balance.png)](plots/balance.svg)"));
        assert!(shown.contains("Not drawn: *How even?* No figures."));
        assert!(!page(&[], &[picture(None)]).contains("## Pictures"));
    }

    #[test]
    fn records_of_little_or_nothing_are_a_report_all_the_same() {
        for few in [Vec::new(), records(&ALGORITHMS[..1], &[1])] {
            assert!(page(&few, &[]).starts_with("# Consistent hashing compared"));
            let _ = summary(&few, &toml::Table::new());
        }
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named() {
        let error = write(Path::new("no/such/folder"), &[], &toml::Table::new(), &[]).unwrap_err();
        assert!(error.to_string().starts_with("cannot write no/such/folder/report.md: "), "{error}");
    }

    #[test]
    fn prose_is_broken_and_tables_are_not() {
        let long = "word ".repeat(60);
        let table = format!(" {}", "x ".repeat(80));
        let text = wrapped(&format!("{long}\n{table}\n"));
        let (prose, last) = text.trim_end_matches('\n').rsplit_once('\n').unwrap();
        assert!(prose.lines().all(|line| line.chars().count() <= 100));
        assert_eq!(last, table);
    }
}
