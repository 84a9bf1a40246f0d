//! The report as a page of Markdown.

use std::fmt::Write as _;

use toml::Table as Toml;

use crate::plot::Drawn;
use crate::record::Record;

use super::content::Content;
use super::findings::{Finding, all_is_well, errors, of_the_clock, skipped};
use super::page::{facts, title};
use super::short::CHOOSING;
use super::table::{Table, escaped};
use super::{guide, machine, published};

/// The whole page. `choosing` is the way from it to docs/CHOOSING.md, where it is there.
pub(super) fn page(records: &[Record], environment: &Toml, pictures: &[Drawn], choosing: Option<&str>) -> String {
    let content = Content::of(records);
    let mut page = format!("# {}\n\n", escaped(&title(records)));
    let well = all_is_well(records);
    if well.is_none() {
        page += &wrong(records);
    }
    let advice = short(&content.advice(environment), choosing);
    if !advice.is_empty() {
        page += &format!("{advice}{}\n", content.overview().markdown());
    }
    page += &well.map(|sentence| sentence + "\n\n").unwrap_or_default();
    let clock = of_the_clock(environment, |limit| content.larger_than(limit));
    page += &clock.map(|clock| format!("{}\n\n", clock.told())).unwrap_or_default();
    page += &what_was_run(&facts(records, &content, environment));
    page += &gallery(pictures);
    page += "## Tables\n\n";
    if let Some(published) = published::table(records) {
        page += &(published.markdown() + "\n");
    }
    for set in content.key_sets() {
        page += &(content.placement(set).markdown() + "\n");
    }
    page += &shown_if_any(&content.cost());
    for table in content.further() {
        page += &shown_if_any(&table);
    }
    page += &details(&content);
    page += &list("## Left out", "", &skipped(records));
    page += &of_the_machine(environment);
    page + &guide::markdown(guide::OF_A_RUN)
}

/// What follows from the figures, under its heading; nothing where nothing does.
pub(super) fn short(advice: &[String], choosing: Option<&str>) -> String {
    let link = choosing.map(|way| format!("[{CHOOSING}]({way})"));
    let linked = |text: &String| link.as_ref().map_or_else(|| text.clone(), |link| text.replace(CHOOSING, link));
    let items: String = advice.iter().map(|sentence| format!("- {}\n", linked(sentence))).collect();
    if items.is_empty() { items } else { format!("## In short: which to take\n\n{items}\n") }
}

/// The tables behind the tables.
fn details(content: &Content<'_>) -> String {
    let mut tables: Vec<Table> = Vec::new();
    for set in content.key_sets() {
        tables.extend([content.balance(set), content.movement(set)]);
    }
    tables.extend([content.look_ups(), content.other_look_ups(), content.changes()]);
    let text: String = tables.iter().map(shown_if_any).collect();
    if text.is_empty() { text } else { format!("## Details\n\n{text}") }
}

/// A table that has a row.
fn shown_if_any(table: &Table) -> String {
    if table.rows.is_empty() { String::new() } else { table.markdown() + "\n" }
}

/// What is wrong.
fn wrong(records: &[Record]) -> String {
    let introduction = "These figures are not as they must be. Until each is explained, no other figure of that algorithm can be \
                        relied upon.";
    list("## What is wrong", introduction, &errors(records))
}

/// A list under its heading; nothing where there is nothing to list.
fn list(heading: &str, introduction: &str, findings: &[Finding]) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let mut text = format!("{heading}\n\n");
    if !introduction.is_empty() {
        let _ = write!(text, "{introduction}\n\n");
    }
    for finding in findings {
        let times = if finding.rows > 1 { format!(" ({} rows)", finding.rows) } else { String::new() };
        let _ = writeln!(text, "- {}{times}", escaped(&finding.text));
    }
    text.push('\n');
    text
}

fn what_was_run(facts: &[(String, String)]) -> String {
    let mut text = "## What was run\n\n".to_owned();
    for (what, value) in facts {
        let _ = writeln!(text, "- {what}: {}", escaped(value));
    }
    text.push('\n');
    text
}

/// The pictures that there are, and why there are not the others.
fn gallery(pictures: &[Drawn]) -> String {
    if pictures.iter().all(|picture| picture.stem.is_none()) {
        return String::new();
    }
    let mut text = "## Pictures\n\n".to_owned();
    for picture in pictures {
        if let Some(stem) = &picture.stem {
            let (title, stem) = (escaped(&picture.title), stem.display());
            let _ = write!(text, "### {title}\n\n[![{title}]({stem}.png)]({stem}.svg)\n\n");
        }
    }
    for picture in pictures.iter().filter(|picture| picture.stem.is_none()) {
        let _ = write!(text, "Not drawn: *{}* {}\n\n", escaped(&picture.title), escaped(&picture.note));
    }
    text
}

/// The table of `environment.toml`.
fn of_the_machine(environment: &Toml) -> String {
    if environment.is_empty() {
        return String::new();
    }
    let mut text = "## Machine\n\n| | |\n|---|---|\n".to_owned();
    for (what, value) in machine::facts(environment) {
        let _ = writeln!(text, "| {} | {} |", escaped(&what), escaped(&value));
    }
    text.push('\n');
    text
}
