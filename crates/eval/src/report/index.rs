//! The table of recorded runs in the page that stands beside their folders, written from each one's `environment.toml`.
//!
//! The page says where with `<!-- runs -->` and `<!-- end of runs -->`; what stands between is replaced.

use toml::Table as Toml;

use super::splice::SpliceError;
use super::table::escaped;

const BEGIN: &str = "<!-- runs -->";
const END: &str = "<!-- end of runs -->";

/// A recorded run as the index shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The folder's name, beside the page.
    pub folder: String,
    /// When it began, as RFC 3339 writes it.
    pub date: String,
    /// The processor and how many cores of it.
    pub machine: String,
    /// The command that made it.
    pub command: String,
}

impl Run {
    /// The run of a folder with that environment.
    ///
    /// # Errors
    /// The name of what the environment does not say.
    pub fn new(folder: &str, environment: &Toml) -> Result<Self, String> {
        let say = |key: &str| {
            let text = environment.get(key).and_then(toml::Value::as_str);
            text.map(str::to_owned).ok_or_else(|| format!("has no text `{key}`; record the run again"))
        };
        let cores = environment.get("cores").map_or_else(|| "?".to_owned(), super::page::plain);
        let machine = format!("{}, {cores} cores", say("cpu")?);
        Ok(Self { folder: folder.to_owned(), date: say("date")?, machine, command: say("command")? })
    }

    fn line(&self) -> String {
        let day = self.date.split('T').next().unwrap_or_default();
        let link = self.folder.replace(' ', "%20");
        // Within a code span of a table only the bar needs care.
        let command = self.command.replace('|', "\\|");
        format!("| [{}]({link}/report.md) | {day} | {} | `{command}` |\n", escaped(&self.folder), escaped(&self.machine))
    }
}

/// `page` with the table of `runs` between its markers, by date and then by name.
///
/// # Errors
/// A page without the markers, or with the first alone.
pub fn splice(page: &str, runs: &[Run]) -> Result<String, SpliceError> {
    let mut spliced = String::with_capacity(page.len());
    let mut lines = page.lines().zip(1..);
    let mut is_there = false;
    while let Some((line, number)) = lines.next() {
        spliced.push_str(line);
        spliced.push('\n');
        if line.trim() != BEGIN {
            continue;
        }
        is_there = true;
        if !lines.by_ref().any(|(line, _)| line.trim() == END) {
            return Err(SpliceError { line: number, reason: format!("the runs have no end; write {END} below") });
        }
        spliced.push_str(&format!("\n{}\n{END}\n", table(runs)));
    }
    let missing = || SpliceError { line: 1, reason: format!("there is no place for the runs; write {BEGIN} and {END}") };
    if is_there { Ok(spliced) } else { Err(missing()) }
}

fn table(runs: &[Run]) -> String {
    if runs.is_empty() {
        return "No run is recorded.\n".to_owned();
    }
    let mut runs: Vec<&Run> = runs.iter().collect();
    runs.sort_by_key(|run| (&run.date, &run.folder));
    let lines: String = runs.into_iter().map(Run::line).collect();
    format!("| run | date | machine | command |\n|---|---|---|---|\n{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(folder: &str, date: &str) -> Run {
        let text = format!("date = \"{date}\"\ncpu = \"A|B\"\ncores = 2\ncommand = \"annulus run {folder}\"");
        Run::new(folder, &text.parse().unwrap()).unwrap()
    }

    #[test]
    fn runs_stand_by_date_and_the_rest_is_left() {
        let runs = [run("b", "2026-02-01T00:00:00Z"), run("a", "2026-03-01T00:00:00Z")];
        let page = "# Runs\n\n<!-- runs -->\nold\n<!-- end of runs -->\n\nrest\n";
        let expected = "# Runs\n\n<!-- runs -->\n\n| run | date | machine | command |\n|---|---|---|---|\n\
                        | [b](b/report.md) | 2026-02-01 | A\\|B, 2 cores | `annulus run b` |\n\
                        | [a](a/report.md) | 2026-03-01 | A\\|B, 2 cores | `annulus run a` |\n\n<!-- end of runs -->\n\nrest\n";
        let spliced = splice(page, &runs).unwrap();
        assert_eq!(spliced, expected);
        assert_eq!(splice(&spliced, &runs).unwrap(), spliced, "once more changes nothing");
        assert!(splice(page, &[]).unwrap().contains("\nNo run is recorded.\n"));
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = splice("text\n", &[]).unwrap_err().to_string();
        assert!(error.contains("no place for the runs"), "{error}");
        let error = splice("text\n<!-- runs -->\n", &[]).unwrap_err().to_string();
        assert!(error.starts_with("line 2: the runs have no end"), "{error}");
        let error = Run::new("a", &"date = \"2026\"".parse().unwrap()).unwrap_err();
        assert!(error.contains("`cpu`"), "{error}");
    }
}
