//! `annulus report`: pages and pictures again from records, without measuring.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::error::Error;
use super::terminal::print;
use crate::reading::folder;
use crate::report::index::{self, Run};
use crate::report::splice::{self, Recorded};
use crate::{plot, report};

/// Writes the report of a recorded run again, or its tables into other pages; nothing is measured
///
/// Without --into: writes report.md, report.html and plots into the run's folder again. With --into: fills the places that a page
/// marks with <!-- measured: NAME -->. With --index: fills the place that a page marks with <!-- runs --> with a table of all runs
/// whose folders are beside that page.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  annulus report results/standard-20260131-120000
  annulus report results/mine --into README.md --into docs/ALGORITHMS.md
  annulus report results/mine --into README.md --check
  annulus report --index bench-results/README.md")]
pub(super) struct Report {
    /// The folder of a run
    #[arg(required_unless_present = "index")]
    folder: Option<PathBuf>,
    /// A page to fill. May be given several times
    #[arg(long, value_name = "FILE", group = "page")]
    into: Vec<PathBuf>,
    /// A page to fill with the table of the runs beside it
    #[arg(long, value_name = "FILE", group = "page", conflicts_with = "folder")]
    index: Option<PathBuf>,
    /// Writes nothing; fails if a page is not up to date
    #[arg(long, requires = "page")]
    check: bool,
}

impl Report {
    pub(super) fn execute(&self) -> Result<(), Error> {
        if let Some(page) = &self.index {
            let runs = runs_beside(page)?;
            return self.fill(page, |text| index::splice(text, &runs));
        }
        let folder = self.folder.as_deref().expect("the command line has a folder or an index");
        let records = folder::records(folder)?;
        let environment = folder::environment(folder)?;
        if self.into.is_empty() {
            let pictures = plot::draw_all(folder, &records)?;
            report::write(folder, &records, &environment, &pictures)?;
            return print(&format!("written to {}\n", folder.display()));
        }
        for page in &self.into {
            let link = splice::link(page, folder);
            let run = Recorded { records: &records, environment: &environment, link: &link };
            self.fill(page, |text| run.splice(text))?;
        }
        Ok(())
    }

    fn fill(&self, page: &Path, fill: impl FnOnce(&str) -> Result<String, splice::SpliceError>) -> Result<(), Error> {
        let fail = |reason: String| Error::Page { path: page.to_owned(), reason };
        let before = fs::read_to_string(page).map_err(|error| fail(format!("cannot be read: {error}")))?;
        let after = fill(&before).map_err(|error| fail(error.to_string()))?;
        match (before == after, self.check) {
            (true, _) => Ok(()),
            (false, true) => Err(fail("is not as the records fill it; run this without --check".to_owned())),
            (false, false) => fs::write(page, after).map_err(|error| fail(format!("cannot be written: {error}"))),
        }
    }
}

/// The runs whose folders stand beside a page: each folder that holds records.
fn runs_beside(page: &Path) -> Result<Vec<Run>, Error> {
    let place = page.parent().filter(|place| *place != Path::new("")).unwrap_or(Path::new("."));
    let fail = |path: &Path, reason: String| Error::Page { path: path.to_owned(), reason };
    let unreadable = |error: std::io::Error| fail(place, format!("cannot be read: {error}"));
    let mut runs = Vec::new();
    for entry in fs::read_dir(place).map_err(unreadable)? {
        let folder = entry.map_err(unreadable)?.path();
        if !folder.join("records.csv").is_file() {
            continue;
        }
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let environment = folder::environment(&folder)?;
        runs.push(Run::new(&name, &environment).map_err(|reason| fail(&folder.join("environment.toml"), reason))?);
    }
    Ok(runs)
}
