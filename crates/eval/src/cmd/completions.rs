//! `annulus completions`: what a shell needs to complete the program's words.

use clap::Args;
use clap_complete::Shell;

use super::error::Error;
use super::terminal::print;

/// Prints the completions of a shell
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  annulus completions bash > ~/.local/share/bash-completion/completions/annulus
  annulus completions zsh > \"${fpath[1]}/_annulus\"
  annulus completions fish > ~/.config/fish/completions/annulus.fish")]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn execute(&self, mut program: clap::Command) -> Result<(), Error> {
        let mut text = Vec::new();
        let name = program.get_name().to_owned();
        clap_complete::generate(self.shell, &mut program, name, &mut text);
        print(&String::from_utf8_lossy(&text))
    }
}
