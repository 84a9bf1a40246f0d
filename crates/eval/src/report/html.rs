//! The report as one page that needs nothing beside it: pictures, style and script stand inside.

use std::fmt::Write as _;

use toml::Table as Toml;

use crate::plot::{Album, colours_of};
use crate::reading::select::Subject;
use crate::record::{Floor, Record};

use super::content::Content;
use super::controls::controls;
use super::findings::{Clock, Finding, all_is_well, errors, of_the_clock, skipped};
use super::gallery::pictures;
use super::markup::escaped;
use super::page::{cite_as, facts, title};
use super::short::CHOOSING;
use super::table::{Cell, Table};
use super::{guide, machine, published};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The whole page.
///
/// `choosing` is the way from the page to docs/CHOOSING.md, where it is there.
pub(super) fn page(records: &[Record], environment: &Toml, album: &Album, choosing: Option<&str>) -> String {
    let content = Content::of(records);
    let labels: Vec<String> = content.subjects().iter().map(Subject::label).collect();
    let algorithms: Vec<&str> = labels.iter().map(String::as_str).collect();
    let table = |content: &Table| table(content, &algorithms);
    let title = title(records);
    let mut body = format!("<h1>{}</h1>\n", escaped(&title));
    let (wrong, well) = verdict(records);
    body += &wrong;
    let details = details(&content, &table);
    let parts = [
        (!album.galleries.is_empty(), PICTURES),
        (true, TABLES),
        (!details.is_empty(), DETAILS),
        (true, MACHINE),
        (true, READING),
    ];
    body += &navigation(&parts);
    body += &short(&content.advice(environment), choosing, &table(&content.overview()));
    body += &well;
    let clock = of_the_clock(environment, |limit| content.larger_than(limit));
    body += &about(clock, &facts(records, &content, environment), &citation(records, environment));
    body += &controls(&content);
    body += &pictures(album);
    body += "<h2 id=\"tables\">Tables</h2>\n";
    if let Some(published) = published::table(records) {
        body += &table(&published);
    }
    for set in content.key_sets() {
        body += &of_keys(set.0, &table(&content.placement(set)));
    }
    body += &table(&content.cost());
    for further in content.further() {
        body += &table(&further);
    }
    body += &details;
    body += &list("Left out", &skipped(records));
    body += &definitions("Machine", "machine", &machine::facts(environment));
    body += &guide::html(guide::OF_A_RUN);
    document(&title, &body)
}

/// What stands below the answer: how far times can be trusted, and what was run, folded.
pub(super) fn about(clock: Option<Clock>, facts: &[(String, String)], more: &str) -> String {
    let (verdict, seen) = clock.map(|clock| (clock.verdict, clock.seen)).unzip();
    let paragraph = |said: Option<String>| said.map(|said| format!("<p>{}</p>\n", escaped(&said))).unwrap_or_default();
    let verdict = paragraph(verdict);
    let (list, seen) = (list_of(facts), paragraph(seen));
    format!("{verdict}<details class=\"about\" id=\"run\">\n<summary>What was run</summary>\n{list}{seen}{more}</details>\n")
}

/// What follows from the figures, and below it the few that decide.
pub(super) fn short(advice: &[String], choosing: Option<&str>, below: &str) -> String {
    if advice.is_empty() {
        return String::new();
    }
    let link = choosing.map(|way| format!("<a href=\"{}\">{CHOOSING}</a>", escaped(way)));
    let linked = |text: String| link.as_ref().map_or_else(|| text.clone(), |link| text.replace(CHOOSING, link));
    let items: String = advice.iter().map(|sentence| format!("<li>{}</li>\n", linked(guide::marked(sentence)))).collect();
    format!(
        "<details class=\"about\" id=\"short\" open>\n<summary>In short: which to take</summary>\n<ul>\n{items}</ul>\n{below}</details>\n"
    )
}

/// How to name the run in a text, and where its figures are.
fn citation(records: &[Record], environment: &Toml) -> String {
    format!(
        "<p>Cite as: <cite>{}</cite></p>\n<p class=\"files\"><a href=\"records.csv\">records.csv</a> \
         <a href=\"environment.toml\">environment.toml</a> <a href=\"scenario.toml\">scenario.toml</a> \
         <a href=\"report.md\">report.md</a> <span class=\"note\">(files beside this page)</span></p>\n",
        escaped(&cite_as(records, environment))
    )
}

/// A whole page around a body that is HTML: style and script stand inside, so that it needs nothing beside it.
pub(super) fn document(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n{body}<script>\n{SCRIPT}</script>\n</body>\n</html>\n"
    )
}

/// A part of a page: its anchor and its name.
pub(super) type Link = (&'static str, &'static str);

pub(super) const PICTURES: Link = ("pictures", "Pictures");
pub(super) const TABLES: Link = ("tables", "Tables");
const DETAILS: Link = ("details", "Details");
pub(super) const MACHINE: Link = ("machine", "Machine");
pub(super) const READING: Link = ("reading", "How to read");

/// Links to the parts that there are.
pub(super) fn navigation(parts: &[(bool, Link)]) -> String {
    let links = parts.iter().filter(|(is_there, _)| *is_there);
    let links: Vec<String> = links.map(|(_, (id, name))| format!("<a href=\"#{id}\">{name}</a>")).collect();
    format!("<nav>{}</nav>\n", links.join(" "))
}

/// The tables behind the tables, under their heading; nothing where there are none.
fn details(content: &Content<'_>, table: &dyn Fn(&Table) -> String) -> String {
    let mut text = String::new();
    for set in content.key_sets() {
        text += &of_keys(set.0, &(table(&content.balance(set)) + &table(&content.movement(set))));
    }
    text += &table(&content.look_ups());
    text += &table(&content.other_look_ups());
    text += &table(&content.changes());
    if text.is_empty() { text } else { format!("<h2 id=\"details\">Details</h2>\n{text}") }
}

/// What is wrong, which stands before everything; or that nothing is, which can wait.
fn verdict(records: &[Record]) -> (String, String) {
    if let Some(sentence) = all_is_well(records) {
        return (String::new(), format!("<p class=\"verdict\">{sentence}</p>\n"));
    }
    let wrong = format!(
        "<div class=\"verdict wrong\"><p>These figures are not as they must be. Until each is explained, no other figure of \
         that algorithm can be relied upon.</p>\n{}</div>\n",
        items(&errors(records))
    );
    (wrong, String::new())
}

fn list(heading: &str, findings: &[Finding]) -> String {
    if findings.is_empty() { String::new() } else { format!("<h2>{heading}</h2>\n{}", items(findings)) }
}

fn items(findings: &[Finding]) -> String {
    let item = |finding: &Finding| {
        let times = if finding.rows > 1 { format!(" ({} rows)", finding.rows) } else { String::new() };
        format!("<li>{}{times}</li>\n", escaped(&finding.text))
    };
    format!("<ul class=\"findings\">\n{}</ul>\n", findings.iter().map(item).collect::<String>())
}

pub(super) fn definitions(heading: &str, id: &str, facts: &[(String, String)]) -> String {
    format!("<h2 id=\"{id}\">{heading}</h2>\n{}", list_of(facts))
}

/// Names and values.
fn list_of(facts: &[(String, String)]) -> String {
    let mut text = "<dl>\n".to_owned();
    for (what, value) in facts {
        let _ = writeln!(text, "<dt>{}</dt><dd>{}</dd>", escaped(what), escaped(value));
    }
    text + "</dl>\n"
}

/// A part that is shown with one key set only.
fn of_keys(keys: &str, part: &str) -> String {
    format!("<div data-keys=\"{}\">\n{part}</div>\n", escaped(keys))
}

/// A table under its heading. `algorithms` are those that have a colour where they stand in the column of that name.
pub(super) fn table(table: &Table, algorithms: &[&str]) -> String {
    if table.rows.is_empty() {
        return String::new();
    }
    // The column that stays in sight on a narrow window.
    let named = table.columns.iter().position(|column| column.name == "algorithm").unwrap_or(0);
    let class = |column: usize| match (column == named, table.is_words(column)) {
        (true, _) => " class=\"name\"",
        (false, true) => "",
        (false, false) => " class=\"number\"",
    };
    let mut text = format!("<h3>{}</h3>\n<p class=\"note\">{}</p>\n", escaped(&table.title), escaped(&table.note));
    let _ = write!(
        text,
        "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n<table>\n<thead><tr>",
        escaped(&table.title)
    );
    for (number, column) in table.columns.iter().enumerate() {
        let _ = write!(text, "<th scope=\"col\"{}>{}</th>", class(number), escaped(&column.heading()));
    }
    text += "</tr></thead>\n<tbody>\n";
    for cells in &table.rows {
        text += &row(cells, algorithms, named, &class);
    }
    text + "</tbody>\n</table>\n</div>\n"
}

fn row(cells: &[Cell], algorithms: &[&str], named: usize, class: &dyn Fn(usize) -> &'static str) -> String {
    // What stands before the algorithm is a number of nodes.
    let nodes = cells.first().filter(|_| named > 0).and_then(|cell| cell.value).map(|nodes| format!(" data-nodes=\"{nodes}\""));
    let algorithm = cells.get(named).map_or("", |cell| cell.text.as_str());
    let colours = colours_of(algorithm, algorithms);
    let name = if colours.is_some() { format!(" data-s=\"{}\"", escaped(algorithm)) } else { String::new() };
    let is_reference = Floor::is(algorithm) || algorithm == "ideal";
    let reference = if is_reference { " class=\"reference\"" } else { "" };
    let mut text = format!("<tr{}{name}{reference}>", nodes.unwrap_or_default());
    for (number, cell) in cells.iter().enumerate() {
        let value = cell.value.map(|value| format!(" data-value=\"{value}\"")).unwrap_or_default();
        let content = escaped(&cell.text);
        let _ = match (number, &colours) {
            (number, Some([light, dark])) if number == named => {
                write!(text, "<td class=\"name algorithm\"><i style=\"--light:{light};--dark:{dark}\"></i>{content}</td>")
            }
            _ => write!(text, "<td{}{value}>{content}</td>", class(number)),
        };
    }
    text + "</tr>\n"
}

#[cfg(test)]
mod tests;
