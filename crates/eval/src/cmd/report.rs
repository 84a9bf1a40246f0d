//! `annulus report`: pages and pictures again from records, without measuring.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::print;
use crate::error::Error;
use crate::reading::folder;
use crate::report::splice::{self, Recorded};
use crate::{plot, report};

/// Writes pages and pictures again from a recorded run, or its tables into other pages
///
/// Without --into, report.md, report.html and plots of the run's folder are written anew. With it, the places that pages
/// mark with <!-- measured: NAME --> are filled from the run.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  annulus report results/standard-20260131-120000
  annulus report bench-results/2026-01-31-standard --into README.md --into docs/ALGORITHMS.md
  annulus report bench-results/2026-01-31-standard --into README.md --check")]
pub(super) struct Report {
    /// The folder of a run
    folder: PathBuf,
    /// A page to fill; may be given again
    #[arg(long, value_name = "FILE")]
    into: Vec<PathBuf>,
    /// Writes nothing, and fails where a page is not as the run would fill it
    #[arg(long, requires = "into")]
    check: bool,
}

impl Report {
    pub(super) fn execute(&self) -> Result<(), Error> {
        let records = folder::records(&self.folder)?;
        let environment = folder::environment(&self.folder)?;
        if self.into.is_empty() {
            let pictures = plot::draw_all(&self.folder, &records)?;
            report::write(&self.folder, &records, &environment, &pictures)?;
            print(&format!("written to {}\n", self.folder.display()))?;
            return Ok(());
        }
        for page in &self.into {
            let link = splice::link(page, &self.folder);
            self.fill(page, &Recorded { records: &records, environment: &environment, link: &link })?;
        }
        Ok(())
    }

    fn fill(&self, page: &Path, run: &Recorded<'_>) -> Result<(), Error> {
        let fail = |reason: String| Error::Page { path: page.to_owned(), reason };
        let before = fs::read_to_string(page).map_err(|error| fail(format!("cannot be read: {error}")))?;
        let after = run.splice(&before).map_err(|error| fail(error.to_string()))?;
        match (before == after, self.check) {
            (true, _) => Ok(()),
            (false, true) => Err(fail(format!("is not as {} fills it; run this without --check", self.folder.display()))),
            (false, false) => fs::write(page, after).map_err(|error| fail(format!("cannot be written: {error}"))),
        }
    }
}
