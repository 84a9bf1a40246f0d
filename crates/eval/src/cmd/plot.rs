//! `annulus plot`: pictures again from records, without measuring.

use std::path::PathBuf;

use clap::Args;

use super::error::Error;
use super::terminal::print;
use crate::plot;
use crate::reading::folder;

/// Draws the pictures of a recorded run again, each as SVG and PNG
///
/// A picture for which the records hold no figure is left out, with a line that says what is missing.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  annulus plot results/standard-20260131-120000
  annulus plot results/before --out pictures")]
pub(super) struct Plot {
    /// The folder of a run
    folder: PathBuf,
    /// Where to write the folder plots. Pictures that are there already are replaced [default: the run's folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Plot {
    pub(super) fn execute(&self) -> Result<(), Error> {
        let records = folder::records(&self.folder)?;
        let out = self.out.as_ref().unwrap_or(&self.folder);
        for picture in plot::draw_all(out, &records)? {
            match picture.stem {
                Some(stem) => print(&format!("{}: {}\n", out.join(stem).with_extension("svg").display(), picture.title)),
                None => print(&format!("no {}: {}\n", picture.name, picture.note)),
            }?;
        }
        Ok(())
    }
}
