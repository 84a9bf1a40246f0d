//! The command line: a file for each subcommand.

mod choose;
mod clock;
mod compare;
mod completions;
mod diff;
mod digests;
mod draw;
mod environment;
mod error;
mod fleet;
mod format;
mod list;
mod list_of;
mod locate;
mod man;
mod names;
mod output;
mod partial;
mod plan;
mod plot;
mod quiet;
mod rank;
mod report;
mod run;
mod terminal;
mod verify;

use std::io::Write;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand};

use crate::algorithm::Registry;
use terminal::{print, warn};

/// Measures and compares consistent-hashing algorithms.
#[derive(Debug, Parser)]
#[command(name = "annulus", version, about, arg_required_else_help = true)]
#[command(after_help = "Example: annulus run --quick\nEach subcommand has its own --help with an example.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Run),
    Choose(choose::Choose),
    Clock(clock::Clock),
    Compare(compare::Compare),
    Rank(rank::Rank),
    Diff(diff::Diff),
    List(list::List),
    Locate(locate::Locate),
    Plan(plan::Plan),
    Names(names::Names),
    Digests(digests::Digests),
    Plot(plot::Plot),
    Report(report::Report),
    Verify(verify::Verify),
    Completions(completions::Completions),
    Man(man::Man),
}

/// The whole program over the algorithms of `registry`: reads the command line, does what it says, reports what went wrong
/// in one line on standard error.
///
/// Exit codes: 0 all is well; 1 something went wrong, or a figure is not what it must be; 2 the command line or the
/// scenario asks for what there is not.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "a program gives its registry away: one line in main")]
pub fn cli(registry: Registry) -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refused(&error),
    };
    let done = match arguments.command {
        Command::Run(run) => run.execute(&registry),
        Command::Choose(choose) => choose.execute(&registry),
        Command::Clock(clock) => clock.execute(&registry),
        Command::Compare(compare) => compare.execute(),
        Command::Rank(rank) => rank.execute(),
        Command::Diff(diff) => diff.execute(),
        Command::List(list) => list.execute(&registry),
        Command::Locate(locate) => locate.execute(&registry),
        Command::Plan(plan) => plan.execute(&registry),
        Command::Names(names) => names.execute(),
        Command::Digests(digests) => digests.execute(),
        Command::Plot(plot) => plot.execute(),
        Command::Report(report) => report.execute(),
        Command::Verify(verify) => verify.execute(&registry),
        Command::Completions(completions) => completions.execute(Arguments::command()),
        Command::Man(man) => man.execute(Arguments::command()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string(), error.exit_code()),
    }
}

/// Help and version go to standard output as they are; everything else becomes one line.
fn refused(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match print(&error.render().to_string()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error.to_string(), error.exit_code()),
        },
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = write!(std::io::stderr(), "{}", error.render());
            ExitCode::from(2)
        }
        _ => {
            // The first paragraph says what is wrong; tips and usage follow.
            let text = error.render().to_string();
            let lines = text.lines().map(str::trim).take_while(|line| !line.is_empty());
            let line = lines.collect::<Vec<_>>().join(" ");
            let (line, meant) = (line.trim_start_matches("error: "), meant(error));
            fail(&format!("{line}{meant}; see annulus {}--help", subcommand_asked()), 2)
        }
    }
}

/// What was most likely meant by a word that is not known; nothing where no word is near.
fn meant(error: &clap::Error) -> String {
    let kinds = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let near = kinds.into_iter().find_map(|kind| match error.get(kind)? {
        ContextValue::String(word) => Some(word.clone()),
        // The nearest comes last.
        ContextValue::Strings(words) => words.last().cloned(),
        _ => None,
    });
    near.map_or_else(String::new, |word| format!("; did you mean `{word}`?"))
}

/// The subcommand of the command line and a space, or nothing if there is none.
fn subcommand_asked() -> String {
    let is_known = |name: &String| Arguments::command().find_subcommand(name).is_some();
    std::env::args().nth(1).filter(is_known).map_or_else(String::new, |name| name + " ")
}

fn fail(message: &str, code: u8) -> ExitCode {
    warn(&message.replace('\n', " "));
    ExitCode::from(code)
}
