//! The report as one page that needs nothing beside it: pictures, style and script stand inside.

use std::fmt::Write as _;

use toml::{Table as Toml, Value};

use crate::plot::{Album, colours_of};
use crate::reading::select::Subject;
use crate::record::{Floor, Record};

use super::content::Content;
use super::controls::controls;
use super::findings::{Finding, all_is_well, errors, of_the_clock, skipped};
use super::gallery::pictures;
use super::markup::escaped;
use super::page::{cite_as, facts, plain, title};
use super::published;
use super::table::{Cell, Table};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The whole page.
pub(super) fn page(records: &[Record], environment: &Toml, album: &Album) -> String {
    let content = Content::of(records);
    let labels: Vec<String> = content.subjects().iter().map(Subject::label).collect();
    let algorithms: Vec<&str> = labels.iter().map(String::as_str).collect();
    let table = |content: &Table| table(content, &algorithms);
    let title = title(records);
    let mut body = format!("<h1>{}</h1>\n", escaped(&title));
    body += &verdict(records);
    body += &of_the_clock(environment).map(|said| format!("<p>{}</p>\n", escaped(&said))).unwrap_or_default();
    let details = details(&content, &table);
    body += &navigation(!album.galleries.is_empty(), !details.is_empty());
    body += &definitions("What was run", "run", &facts(records, &content, environment));
    body += &citation(records, environment);
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
    let machine: Vec<(String, String)> =
        environment.iter().map(|(key, value): (&String, &Value)| (key.replace('_', " "), plain(value))).collect();
    body += &definitions("Machine", "machine", &machine);
    body += HOW_TO_READ;
    document(&title, &body)
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

/// Links to the parts that there are.
fn navigation(has_pictures: bool, has_details: bool) -> String {
    let parts = [
        (has_pictures, "pictures", "Pictures"),
        (true, "tables", "Tables"),
        (has_details, "details", "Details"),
        (true, "machine", "Machine"),
        (true, "reading", "How to read this"),
    ];
    let links = parts.into_iter().filter(|(is_there, ..)| *is_there);
    let links: Vec<String> = links.map(|(_, id, name)| format!("<a href=\"#{id}\">{name}</a>")).collect();
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

/// What is wrong, or that nothing is.
fn verdict(records: &[Record]) -> String {
    if let Some(sentence) = all_is_well(records) {
        return format!("<p class=\"verdict\">{sentence}</p>\n");
    }
    format!(
        "<div class=\"verdict wrong\"><p>These figures are not as they must be. Until each is explained, no other figure of \
         that algorithm can be relied upon.</p>\n{}</div>\n",
        items(&errors(records))
    )
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

fn definitions(heading: &str, id: &str, facts: &[(String, String)]) -> String {
    let mut text = format!("<h2 id=\"{id}\">{heading}</h2>\n<dl>\n");
    for (what, value) in facts {
        let _ = writeln!(text, "<dt>{}</dt><dd>{}</dd>", escaped(what), escaped(value));
    }
    text + "</dl>\n"
}

/// A part that is shown with one key set only.
fn of_keys(keys: &str, part: &str) -> String {
    format!("<div data-keys=\"{}\">\n{part}</div>\n", escaped(keys))
}

/// A table under its heading. `algorithms` are those that have a colour where they stand in the second column.
pub(super) fn table(table: &Table, algorithms: &[&str]) -> String {
    if table.rows.is_empty() {
        return String::new();
    }
    let class = |column: usize| if table.is_words(column) { "" } else { " class=\"number\"" };
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
        text += &row(cells, algorithms, &class);
    }
    text + "</tbody>\n</table>\n</div>\n"
}

fn row(cells: &[Cell], algorithms: &[&str], class: &dyn Fn(usize) -> &'static str) -> String {
    let nodes = cells.first().and_then(|cell| cell.value).map(|nodes| format!(" data-nodes=\"{nodes}\""));
    let algorithm = cells.get(1).map_or("", |cell| cell.text.as_str());
    let colours = colours_of(algorithm, algorithms);
    let name = if colours.is_some() { format!(" data-s=\"{}\"", escaped(algorithm)) } else { String::new() };
    let is_reference = Floor::is(algorithm) || algorithm == "ideal";
    let reference = if is_reference { " class=\"reference\"" } else { "" };
    let mut text = format!("<tr{}{name}{reference}>", nodes.unwrap_or_default());
    for (number, cell) in cells.iter().enumerate() {
        let value = cell.value.map(|value| format!(" data-value=\"{value}\"")).unwrap_or_default();
        let content = escaped(&cell.text);
        let _ = match (number, &colours) {
            (1, Some([light, dark])) => {
                write!(text, "<td class=\"algorithm\"><i style=\"--light:{light};--dark:{dark}\"></i>{content}</td>")
            }
            _ => write!(text, "<td{}{value}>{content}</td>", class(number)),
        };
    }
    text + "</tr>\n"
}

const HOW_TO_READ: &str = "\
<h2 id=\"reading\">How to read this</h2>
<ul>
<li>Every figure is a row of <code>records.csv</code>, with the seed, parameters and key set that reproduce it. The column
<code>value</code> is the same on every machine for one seed; what was timed or depends on the machine stands only in columns
that begin with <code>measured_</code>.</li>
<li><code>expected</code>, <code>low</code> and <code>high</code> are what theory says of a figure, <code>formula</code> by which
law. A figure outside a band that is a gate makes its row an error and the run fail.</li>
<li>Times were taken in turns on one machine. Ratios between rows of one run mean something; nanoseconds of different runs do
not.</li>
</ul>
";

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use super::*;
    use crate::plot::galleries;
    use crate::reading::sample::{ALGORITHMS, KEYS, records};
    use crate::record::Status;

    fn example() -> String {
        let mut records = records(&ALGORITHMS, &[10, 100]);
        records[3].status = Status::Error("7 < 8 & \"more\"".to_owned());
        page(&records, &Toml::new(), &galleries(&records).unwrap())
    }

    #[test]
    fn the_page_needs_nothing_beside_it() {
        let page = example();
        // Namespaces are names, not addresses; nothing else may be fetched.
        let fetched = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        for address in ["http:", "https:", " src=", "url(", "@import", "<link"] {
            assert!(!fetched.contains(address), "{address}");
        }
    }

    #[test]
    fn what_is_wrong_comes_first_and_nothing_is_markup_that_was_text() {
        let page = example();
        let error = page.find("7 &lt; 8 &amp; &quot;more&quot;").expect("the error is there");
        assert!(error < page.find("What was run").unwrap());
        assert!(!page.contains("<b>"), "the name of a key set became markup");
        assert!(page.contains("&lt;b&gt;"));
    }

    #[test]
    fn every_picture_has_a_variant_for_each_key_set_and_size() {
        let galleries = galleries(&records(&ALGORITHMS, &[10, 100])).unwrap();
        let counts: Vec<(&str, usize)> = galleries.iter().map(|gallery| (gallery.name, gallery.variants.len())).collect();
        // By key set; by key set for all sizes and for each of two; and those that know no key sets.
        let sets = KEYS.len();
        let of_key_sets = [("balance", sets), ("loads", 3 * sets), ("remap", sets)];
        let others = ["failures", "needless", "pareto", "latency"].map(|name| (name, 1));
        assert_eq!(counts, [&of_key_sets[..], &others].concat());
    }

    /// Asks a browser what it makes of the page at a width, after a reader chose the second key set and the second size
    /// and sorted the first table twice by its third column.
    fn asked(browser: &Path, folder: &Path, width: u32) -> String {
        const PROBE: &str = r#"<script>
            const visible = (selector) => [...document.querySelectorAll(selector)].filter((e) => e.offsetParent !== null);
            const size = (svg) => Math.min(...[...svg.querySelectorAll("text")].map((text) =>
                parseFloat(getComputedStyle(text).fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width));
            document.querySelectorAll("input[name=keys]")[1].click();
            document.querySelectorAll("input[name=nodes]")[2].click();
            const table = visible("table")[0];
            for (let i = 0; i < 2; i++) table.querySelectorAll("th button")[2].click();
            const rows = [...table.tBodies[0].rows].filter((row) => !row.hidden);
            const values = rows.map((row) => Number(row.cells[2].dataset.value));
            const svgs = visible("figure div.wide, figure div.narrow").map((div) => div.querySelector("svg"));
            parent.postMessage([
                `overflow ${document.documentElement.scrollWidth > document.documentElement.clientWidth}`,
                `wide ${visible("div.wide").length}`, `narrow ${visible("div.narrow").length}`,
                `legible ${Math.min(...svgs.map(size)) >= 9}`,
                `rows ${rows.length}`, `nodes ${[...new Set(rows.map((row) => row.dataset.nodes))]}`,
                `falling ${values.every((value, i) => i === 0 || value <= values[i - 1])}`,
            ].join(", "), "*");
        </script></body>"#;
        fs::write(folder.join("probed.html"), example().replace("</body>", PROBE)).unwrap();
        let frame = format!(
            "<body><iframe src=\"probed.html\" width=\"{width}\" height=\"900\"></iframe>\
             <script>onmessage = (event) => document.body.append(`[[${{event.data}}]]`)</script></body>"
        );
        let harness = folder.join("harness.html");
        fs::write(&harness, frame).unwrap();
        let output = Command::new(browser)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1400,1000", "--virtual-time-budget=10000"])
            .arg(format!("--user-data-dir={}", folder.join("profile").display()))
            .args(["--dump-dom", &format!("file://{}", harness.display())])
            .output()
            .expect("the browser starts");
        let dom = String::from_utf8_lossy(&output.stdout).into_owned();
        // The harness' own script, which the dump shows as well, ends before the answer.
        let answer = dom.rsplit_once("[[").and_then(|(_, rest)| rest.split_once("]]"));
        answer.map_or_else(|| panic!("no answer from the page: {dom}"), |(answer, _)| answer.to_owned())
    }

    #[test]
    fn a_browser_shows_it_at_desktop_and_telephone_width() {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let find = |name: &str| std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
        let Some(browser): Option<PathBuf> = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(find) else {
            println!("not shown: no Chromium on this machine");
            return;
        };
        let folder = tempfile::tempdir().unwrap();
        // Six rows of one size: five algorithms and the ideal. One variant of each of seven pictures.
        let rows = "legible true, rows 6, nodes 100, falling true";
        assert_eq!(asked(&browser, folder.path(), 1200), format!("overflow false, wide 7, narrow 0, {rows}"));
        assert_eq!(asked(&browser, folder.path(), 390), format!("overflow false, wide 0, narrow 7, {rows}"));
    }
}
