//! Measured tables and pictures, spliced into pages between markers, so that none is typed by hand.
//!
//! A page says where with `<!-- measured: NAME -->` and `<!-- end of measured -->`; what stands between is replaced. Names: the tables
//! `overview`, `placement`, `balance`, `movement`, `cost`, `look-ups`, `other-look-ups`, `changes`, `failures`, `larger-changes`, `replicas`, `weights`, `patterns`, `popularity`
//! and `published`, and `picture NAME` for a picture of the run.

use std::path::Path;

use super::content::Content;
use super::published;
use super::table::{Table, escaped};
use crate::record::Record;

const BEGIN: &str = "<!-- measured: ";
const CLOSE: &str = " -->";
const END: &str = "<!-- end of measured -->";

/// A page that cannot be spliced: the line of the marker, from 1, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct SpliceError {
    /// The marker's line.
    pub line: usize,
    /// What is wrong, and what to do.
    pub reason: String,
}

/// A recorded run, as pages show it.
#[derive(Debug)]
pub struct Recorded<'a> {
    /// Its records.
    pub records: &'a [Record],
    /// Its `environment.toml`.
    pub environment: &'a toml::Table,
    /// The way to its folder from the page, as a link.
    pub link: &'a str,
}

impl Recorded<'_> {
    /// `page` with every marked place filled from this run.
    ///
    /// # Errors
    /// A name that there is not, or a marker without its end.
    pub fn splice(&self, page: &str) -> Result<String, SpliceError> {
        let mut spliced = String::with_capacity(page.len());
        let mut lines = page.lines().zip(1..);
        while let Some((line, number)) = lines.next() {
            spliced.push_str(line);
            spliced.push('\n');
            let Some(name) = line.trim().strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(CLOSE)) else { continue };
            let fail = |reason| SpliceError { line: number, reason };
            if !lines.by_ref().any(|(line, _)| line.trim() == END) {
                return Err(fail(format!("`{name}` has no end; write {END} below it")));
            }
            let content = self.content(name).map_err(fail)?;
            spliced.push_str(&format!("\n{}\n\n{END}\n", content.trim_end()));
        }
        Ok(spliced)
    }

    fn content(&self, name: &str) -> Result<String, String> {
        if let Some(picture) = name.strip_prefix("picture ") {
            let title = picture.replace('-', " ");
            return Ok(format!("[![{title}]({link}/plots/{picture}.png)]({link}/report.md)", link = self.link));
        }
        if name == "published" {
            return published::table(self.records)
                .map(|table| self.shown(&table))
                .ok_or("the run has no published figure".to_owned());
        }
        let content = Content::of(self.records);
        let set = content.key_sets().first().copied().ok_or("the run has no keys")?;
        let table = match name {
            "overview" => content.overview(),
            "placement" => content.placement(set),
            "balance" => content.balance(set),
            "movement" => content.movement(set),
            "cost" => content.cost(),
            "look-ups" => content.look_ups(),
            "other-look-ups" => content.other_look_ups(),
            "changes" => content.changes(),
            "failures" => content.failures(),
            "larger-changes" => content.larger_changes(),
            "replicas" => content.replicas(),
            "weights" => content.weights(),
            "patterns" => content.patterns(),
            "popularity" => content.popularity(),
            _ => {
                return Err(format!(
                    "there is no `{name}`; there are overview, placement, balance, movement, cost, look-ups, other-look-ups, changes, failures, larger-changes, \
                     replicas, weights, patterns, popularity, published and picture NAME"
                ));
            }
        };
        Ok(self.shown(&table))
    }

    /// A table with what it was measured on.
    fn shown(&self, table: &Table) -> String {
        let say = |key: &str| self.environment.get(key).and_then(toml::Value::as_str).unwrap_or("unknown").to_owned();
        let cores = self.environment.get("cores").map_or_else(|| "?".to_owned(), ToString::to_string);
        let date = say("date");
        let day = date.split('T').next().unwrap_or_default();
        let source = format!(
            "Measured {day} on {cores} cores of {} by `{}`: [the whole run]({}/report.md).",
            escaped(&say("cpu")),
            say("command"),
            self.link
        );
        format!("{}\n{source}\n", table.markdown())
    }
}

/// The way from the page at `page` to `folder`, with forward slashes: both relative to the same place.
#[must_use]
pub fn link(page: &Path, folder: &Path) -> String {
    let up = page.parent().map_or(0, |parent| parent.components().filter(|part| part.as_os_str() != ".").count());
    let down =
        folder.components().filter(|part| part.as_os_str() != ".").map(|part| part.as_os_str().to_string_lossy().into_owned());
    std::iter::repeat_n("..".to_owned(), up).chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::sample::{ALGORITHMS, records};

    fn splice(page: &str) -> Result<String, SpliceError> {
        let environment: toml::Table =
            "command = \"annulus run\"\ncores = 2\ncpu = \"A\"\ndate = \"2026-01-31T00:00:00Z\"".parse().unwrap();
        Recorded { records: &records(&ALGORITHMS, &[10, 100]), environment: &environment, link: "runs/1" }.splice(page)
    }

    #[test]
    fn marked_places_are_filled_and_the_rest_is_left() {
        let page = "# Title\n\n<!-- measured: cost -->\nstale\n<!-- end of measured -->\n\ntext\n\n<!-- measured: picture remap -->\n<!-- end of measured -->\n";
        let spliced = splice(page).unwrap();
        assert!(spliced.starts_with("# Title\n\n<!-- measured: cost -->\n\n### ") && !spliced.contains("stale"), "{spliced}");
        assert!(
            spliced.contains("Measured 2026-01-31 on 2 cores of A by `annulus run`: [the whole run](runs/1/report.md)."),
            "{spliced}"
        );
        assert!(
            spliced.contains("\ntext\n") && spliced.contains("[![remap](runs/1/plots/remap.png)](runs/1/report.md)"),
            "{spliced}"
        );
        // Once more changes nothing.
        assert_eq!(splice(&spliced).unwrap(), spliced);
        assert_eq!(splice("no marker\n").unwrap(), "no marker\n");
    }

    #[test]
    fn markers_that_make_no_sense_are_named_by_their_line() {
        let error = splice("a\n<!-- measured: cots -->\n<!-- end of measured -->\n").unwrap_err().to_string();
        assert!(error.starts_with("line 2: there is no `cots`; there are overview"), "{error}");
        let error = splice("<!-- measured: cost -->\n").unwrap_err().to_string();
        assert!(error.starts_with("line 1: `cost` has no end"), "{error}");
    }

    #[test]
    fn links_lead_from_the_page_to_the_run() {
        let run = Path::new("bench-results/run");
        assert_eq!(link(Path::new("README.md"), run), "bench-results/run");
        assert_eq!(link(Path::new("./docs/CHOOSING.md"), run), "../bench-results/run");
    }
}
