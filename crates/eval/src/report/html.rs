//! The report as one page that needs nothing beside it: pictures, style and script stand inside.

use std::fmt::Write as _;

use toml::Table as Toml;

use crate::plot::{Album, colours_of};
use crate::reading::select::Subject;
use crate::record::{Floor, Record};

use super::content::Content;
use super::controls::controls;
use super::findings::{Finding, all_is_well, errors, of_the_clock, skipped};
use super::gallery::pictures;
use super::markup::escaped;
use super::page::{cite_as, facts, title};
use super::table::{Cell, Table};
use super::{guide, machine, published};

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
    let details = details(&content, &table);
    let parts = [
        (!album.galleries.is_empty(), PICTURES),
        (true, TABLES),
        (!details.is_empty(), DETAILS),
        (true, MACHINE),
        (true, READING),
    ];
    body += &head(environment, &parts, &facts(records, &content, environment), &citation(records, environment));
    body += &short(&content, &table);
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

/// What a page begins with, short enough for a telephone: how far times can be trusted, links to the parts, and what was run, folded.
pub(super) fn head(environment: &Toml, parts: &[(bool, Link)], facts: &[(String, String)], more: &str) -> String {
    let (verdict, seen) = of_the_clock(environment).map(|clock| (clock.verdict, clock.seen)).unzip();
    let paragraph = |said: Option<String>| said.map(|said| format!("<p>{}</p>\n", escaped(&said))).unwrap_or_default();
    let verdict = paragraph(verdict);
    let (links, list, seen) = (navigation(parts), list_of(facts), paragraph(seen));
    format!(
        "{verdict}{links}<details class=\"about\" id=\"run\">\n<summary>What was run</summary>\n{list}{seen}{more}</details>\n"
    )
}

/// The few figures that decide, and what follows from them; folded by the script where there is little room.
fn short(content: &Content<'_>, table: &dyn Fn(&Table) -> String) -> String {
    let advice = content.advice();
    if advice.is_empty() {
        return String::new();
    }
    let items: String = advice.iter().map(|sentence| format!("<li>{}</li>\n", guide::marked(sentence))).collect();
    format!(
        "<details class=\"about\" id=\"short\" open>\n<summary>In short: which to take</summary>\n<ul>\n{items}</ul>\n{}</details>\n",
        table(&content.overview())
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
fn navigation(parts: &[(bool, Link)]) -> String {
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
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use super::*;
    use crate::plot::album;
    use crate::reading::sample::{ALGORITHMS, KEYS, records};
    use crate::record::Status;

    fn example() -> String {
        let mut records = records(&ALGORITHMS, &[10, 100]);
        records[3].status = Status::Error("7 < 8 & \"more\"".to_owned());
        let environment =
            "annulus = \"0.9.9\"\nrevision = \"0123456789abcdef0123\"\ndate = \"2026-01-31T12:00:00Z\"".parse().unwrap();
        page(&records, &environment, &album(&records).unwrap())
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
    fn it_says_how_to_cite_it_and_links_to_its_files() {
        let page = example();
        assert!(
            page.contains("version 0.9.9, revision 0123456789ab, recorded run &quot;made-up&quot;, 2026-01-31"),
            "no citation"
        );
        for file in ["records.csv", "environment.toml", "plots/balance.svg", "plots/balance.png"] {
            assert!(page.contains(&format!("<a href=\"{file}\">")), "{file}");
        }
    }

    #[test]
    fn every_picture_can_be_chosen_by_key_set_and_size_where_it_differs() {
        let album = album(&records(&ALGORITHMS, &[10, 100])).unwrap();
        let of = |name: &str| &album.galleries.iter().find(|gallery| gallery.name == name).unwrap().panels;
        // The key set with the most keys is always shown, the other one where it is chosen.
        let keys: Vec<Option<&str>> = of("balance").iter().map(|part| part.keys.as_deref()).collect();
        assert_eq!(keys, [None, Some(KEYS[0].0), None]);
        for name in ["loads", "pareto", "failures", "needless", "weights", "popularity", "cold"] {
            let sizes: Vec<Option<u64>> = of(name).iter().map(|part| part.nodes).collect();
            assert_eq!(sizes, [Some(10), Some(100)], "{name}");
        }
    }

    /// The first Chromium on this machine; a line that says so where there is none.
    fn browser() -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let find = |name: &str| std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
        let found = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(find);
        if found.is_none() {
            println!("not shown: no Chromium on this machine");
        }
        found
    }

    /// Opens the page in frames of these widths, in light or dark, and answers what a script in it says of each, in that order. The
    /// script fills the list `said`.
    fn asked(browser: &Path, folder: &Path, probe: &str, (widths, is_dark): (&[u32], bool)) -> Vec<String> {
        let probe = format!(
            "<script>const said = [];\nconst visible = (selector, root = document) =>\n\
             [...root.querySelectorAll(selector)].filter((e) => e.getClientRects().length > 0);\n\
             try {{\n{probe}\n}} catch (error) {{ said.push(`error ${{error.stack}}`); }}\n\
             parent.postMessage(`${{innerWidth}}: ${{said.join(\", \")}}`, \"*\");</script></body>"
        );
        fs::write(folder.join("probed.html"), example().replace("</body>", &probe)).unwrap();
        let frame =
            |width: &u32| format!("<iframe src=\"probed.html\" width=\"{width}\" height=\"900\" frameborder=\"0\"></iframe>\n");
        let harness = format!(
            "<body>{}<script>onmessage = (event) => document.body.append(`[[${{event.data}}]]`)</script></body>",
            widths.iter().map(frame).collect::<String>()
        );
        let file = folder.join("harness.html");
        fs::write(&file, harness).unwrap();
        let output = Command::new(browser)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1500,1000", "--virtual-time-budget=10000"])
            .arg(format!("--blink-settings=preferredColorScheme={}", i32::from(!is_dark)))
            .arg(format!("--user-data-dir={}", folder.join("profile").display()))
            .args(["--dump-dom", &format!("file://{}", file.display())])
            .output()
            .expect("the browser starts");
        let dom = String::from_utf8_lossy(&output.stdout).into_owned();
        // The harness' own script, which the dump shows as well, has a placeholder there.
        let answers: Vec<&str> =
            dom.split("[[").skip(1).filter_map(|rest| rest.split_once("]]")).map(|(answer, _)| answer).collect();
        let of = |width: &u32| {
            let own = answers.iter().find_map(|answer| answer.strip_prefix(&format!("{width}: ")));
            own.unwrap_or_else(|| panic!("no answer at {width}: {dom}")).to_owned()
        };
        widths.iter().map(of).collect()
    }

    #[test]
    fn a_browser_shows_it_at_desktop_and_telephone_width() {
        // After a reader chose the second key set and the second size and sorted the first table twice by its third column.
        const PROBE: &str = r#"
            const size = (svg) => Math.min(...[...svg.querySelectorAll("text")].map((text) =>
                parseFloat(getComputedStyle(text).fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width));
            document.querySelectorAll("input[name=keys]")[1].click();
            document.querySelectorAll("input[name=nodes]")[2].click();
            const table = visible("table")[0];
            for (let i = 0; i < 2; i++) table.querySelectorAll("th button")[2].click();
            const rows = [...table.tBodies[0].rows].filter((row) => !row.hidden);
            const values = rows.map((row) => Number(row.cells[2].dataset.value));
            const panels = visible("figure .panel");
            const lefts = (figure) => new Set(visible(".panel", figure).map((panel) => panel.getBoundingClientRect().left)).size;
            const across = Math.max(...visible("figure").map(lefts));
            said.push(`overflow ${document.documentElement.scrollWidth > document.documentElement.clientWidth}`,
                `pictures ${visible("figure").filter((figure) => visible(".panel", figure).length > 0).length}`,
                `side by side ${across}`, `legible ${Math.min(...panels.map(size)) >= 9}`,
                `rows ${rows.length}`, `nodes ${[...new Set(rows.map((row) => row.dataset.nodes))]}`,
                `falling ${values.every((value, i) => i === 0 || value <= values[i - 1])}`);"#;
        let Some(browser) = browser() else { return };
        let folder = tempfile::tempdir().unwrap();
        let found = asked(&browser, folder.path(), PROBE, (&[1400, 390], false));
        // Six rows of one size: five algorithms and the ideal. All pictures but the one of parameters, of which the sample has one set.
        let rows = "legible true, rows 6, nodes 100, falling true";
        assert_eq!(found[0], format!("overflow false, pictures 16, side by side 3, {rows}"));
        assert_eq!(found[1], format!("overflow false, pictures 16, side by side 1, {rows}"));
    }

    #[test]
    fn a_browser_works_every_control_in_light_and_dark() {
        const PROBE: &str = r#"
            const check = (what, holds) => { if (!holds) said.push(what); };
            const key = (target, name) => target.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
            const points = (name) => visible(`.panel [data-s="${CSS.escape(name)}"] .p`).length;
            const details = document.querySelector(".bar details");
            check(`the bar is open ${details.open}`, details.open === (innerWidth >= 900));
            details.open = true;
            const opaque = getComputedStyle(document.querySelector(".bar")).backgroundColor;
            check(`text shines through ${opaque}`, !opaque.includes("rgba"));

            // Algorithms: rows, series and entries of legends go, and come back.
            const first = document.querySelector("input[name=algorithm]");
            const before = points(first.value);
            first.click();
            check("a series is still there", before > 0 && points(first.value) === 0);
            check("a row is still there", visible(`tr[data-s="${first.dataset.name}"]`).length === 0);
            check("an entry is still there", visible(`[data-switch="${first.value}"]`).length === 0);
            check("the bar does not say so", document.querySelector("output").value.startsWith("4 of 5"));
            first.click();
            check("a series did not come back", points(first.value) === before);

            // Every legend, by its own buttons.
            for (const figure of document.querySelectorAll("figure")) {
                for (const button of visible(".legend button", figure)) {
                    const name = button.parentNode.dataset.switch;
                    const own = () => visible(".p", figure).filter((point) => point.closest("[data-s]").dataset.s === name).length;
                    const had = own();
                    button.click();
                    check(`${figure.id}: ${name} did not go`, had > 0 && own() === 0 && button.getAttribute("aria-pressed") === "false");
                    button.click();
                    check(`${figure.id}: ${name} did not come back`, own() === had);
                }
            }

            // Every choice of keys and of nodes.
            for (const input of document.querySelectorAll("input[type=radio]")) {
                input.click();
                const { name, value } = input;
                const other = visible("[data-keys]").some((part) => name === "keys" && part.dataset.keys !== value);
                const rows = visible("tbody tr[data-nodes]").some((row) => name === "nodes" && value !== "" && row.dataset.nodes !== value);
                check(`${name} ${value}`, !other && !rows);
            }
            document.querySelector("input[name=nodes]").click();

            // Every heading sorts both ways.
            for (const heading of visible("thead th")) {
                for (const way of ["ascending", "descending"]) {
                    heading.querySelector("button").click();
                    check(`${heading.textContent} ${way}`, heading.getAttribute("aria-sort") === way);
                }
            }

            // Points: with the pointer, with the keyboard, and one stop of the tab key a panel.
            for (const panel of visible(".panel")) {
                const stops = [...panel.querySelectorAll("[tabindex='0']")];
                check(`${panel.getAttribute("aria-label")}: ${stops.length} stops`, stops.length === 1);
                panel.scrollIntoView();
                stops[0].focus();
                const tip = document.querySelector(".tip");
                const said = stops[0].getAttribute("aria-label");
                check(`${said} is not told`, !tip.hidden && tip.textContent === said && /:/.test(said));
                const box = tip.getBoundingClientRect();
                check(`${said} is told beside the window`, box.left >= 0 && box.right <= innerWidth);
                for (const name of ["ArrowRight", "ArrowDown", "ArrowUp", "ArrowLeft"]) key(document.activeElement, name);
                check(`${said}: focus was lost`, panel.contains(document.activeElement));
                document.activeElement.blur();
                check(`${said} is still told`, tip.hidden);
                const spot = stops[0].getBoundingClientRect();
                const at = { clientX: spot.left + spot.width / 2 + 2, clientY: spot.top + spot.height / 2, bubbles: true };
                panel.dispatchEvent(new PointerEvent("pointermove", at));
                check(`${said}: the pointer finds nothing`, !tip.hidden);
                panel.dispatchEvent(new PointerEvent("pointerleave"));
            }

            // A telephone's targets.
            if (innerWidth <= 640) {
                for (const target of visible("nav a, .files a, summary, th button, .legend button, .bar label span")) {
                    const box = target.getBoundingClientRect();
                    check(`${target.textContent} is ${box.height} high`, box.height >= 43.5);
                }
            }
            const column = visible(".table")[0];
            check("heads do not stick", getComputedStyle(column.querySelector("th")).position === "sticky");
            const light = (colour) => Math.max(...colour.match(/\d+/g).slice(0, 3).map(Number));
            const paper = light(getComputedStyle(document.body).backgroundColor);
            const words = light(getComputedStyle(visible(".panel text")[0]).fill);
            const rim = light(getComputedStyle(visible(".panel .m")[0]).stroke);
            check(`overflow ${document.documentElement.scrollWidth}`, document.documentElement.scrollWidth <= innerWidth);
            said.push(paper > 128 ? "light" : "dark", `pictures alike ${paper > 128 === words < 128 && paper > 128 === rim > 128}`);"#;
        let Some(browser) = browser() else { return };
        let shown = |is_dark: bool| {
            let folder = tempfile::tempdir().unwrap();
            asked(&browser, folder.path(), PROBE, (&[1400, 390], is_dark))
        };
        let (light, dark) = std::thread::scope(|scope| {
            let light = scope.spawn(|| shown(false));
            let dark = shown(true);
            (light.join().unwrap(), dark)
        });
        assert_eq!(light, ["light, pictures alike true"; 2]);
        assert_eq!(dark, ["dark, pictures alike true"; 2]);
    }
}
