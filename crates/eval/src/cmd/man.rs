//! `annulus man`: manual pages.

use std::path::PathBuf;
use std::{fs, io};

use clap::Args;
use clap_mangen::Man as Page;

use super::error::{Error, OutputProblem};
use super::terminal::print;

/// Prints the manual page, or writes one for the program and each subcommand into a folder
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  annulus man | man -l -
  annulus man --out ~/.local/share/man/man1")]
pub(super) struct Man {
    /// The folder, which may be there already
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Man {
    pub(super) fn execute(&self, program: clap::Command) -> Result<(), Error> {
        let Some(folder) = &self.out else {
            let mut text = Vec::new();
            Page::new(program).render(&mut text).map_err(Error::Stdout)?;
            return print(&String::from_utf8_lossy(&text));
        };
        let fail = |error: io::Error| Error::Output { path: folder.clone(), problem: OutputProblem::Io(error) };
        fs::create_dir_all(folder).map_err(fail)?;
        clap_mangen::generate_to(program, folder).map_err(fail)
    }
}
