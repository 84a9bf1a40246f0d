//! The page as text, and as a browser shows it.

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
    page(&records, &environment, &album(&records).unwrap(), Some("../../docs/CHOOSING.md"))
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
    assert!(page.contains("version 0.9.9, revision 0123456789ab, recorded run &quot;made-up&quot;, 2026-01-31"), "no citation");
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
    let answers: Vec<&str> = dom.split("[[").skip(1).filter_map(|rest| rest.split_once("]]")).map(|(answer, _)| answer).collect();
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
        const table = visible("[id=tables] ~ div table")[0];
        for (let i = 0; i < 2; i++) table.querySelectorAll("th button")[2].click();
        const rows = [...table.tBodies[0].rows].filter((row) => !row.hidden);
        const values = rows.map((row) => Number(row.cells[2].dataset.value));
        const panels = visible("figure .panel");
        const lefts = (figure) => new Set(visible(".panel", figure).map((panel) => panel.getBoundingClientRect().left)).size;
        const across = Math.max(...visible("figure").map(lefts));
        // The answer is open and begins in the upper half of the first screen, on a telephone as well.
        const short = document.getElementById("short");
        const begins = short.querySelector("ul").getBoundingClientRect().top + scrollY;
        said.push(`short ${short.open && !document.getElementById("run").open && begins < 400}`,
            `overflow ${document.documentElement.scrollWidth > document.documentElement.clientWidth}`,
            `pictures ${visible("figure").filter((figure) => visible(".panel", figure).length > 0).length}`,
            `side by side ${across}`, `legible ${Math.min(...panels.map(size)) >= 9}`,
            `rows ${rows.length}`, `nodes ${[...new Set(rows.map((row) => row.dataset.nodes))]}`,
            `falling ${values.every((value, i) => i === 0 || value <= values[i - 1])}`);"#;
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let found = asked(&browser, folder.path(), PROBE, (&[1400, 390], false));
    // Six rows of one size: five algorithms and the ideal. All pictures but the one of parameters, of which the sample has one set.
    let rows = "legible true, rows 6, nodes 100, falling true";
    assert_eq!(found[0], format!("short true, overflow false, pictures 16, side by side 3, {rows}"));
    assert_eq!(found[1], format!("short true, overflow false, pictures 16, side by side 1, {rows}"));
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
