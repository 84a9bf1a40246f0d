//! The command line: a file for each subcommand.

mod clock;
mod compare;
mod diff;
mod format;
mod list;
mod locate;
mod plot;
mod rank;
mod report;
mod run;
mod verify;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

use crate::error::Error;
use crate::registry::Registry;

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
    Clock(clock::Clock),
    Compare(compare::Compare),
    Rank(rank::Rank),
    Diff(diff::Diff),
    List(list::List),
    Locate(locate::Locate),
    Plot(plot::Plot),
    Report(report::Report),
    Verify(verify::Verify),
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
        Command::Clock(clock) => clock.execute(&registry),
        Command::Compare(compare) => compare.execute(),
        Command::Rank(rank) => rank.execute(),
        Command::Diff(diff) => diff.execute(),
        Command::List(list) => list.execute(&registry),
        Command::Locate(locate) => locate.execute(&registry),
        Command::Plot(plot) => plot.execute(),
        Command::Report(report) => report.execute(),
        Command::Verify(verify) => verify.execute(&registry),
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
            eprint!("{}", error.render());
            ExitCode::from(2)
        }
        _ => {
            // The first paragraph says what is wrong; tips and usage follow.
            let text = error.render().to_string();
            let lines = text.lines().map(str::trim).take_while(|line| !line.is_empty());
            let line = lines.collect::<Vec<_>>().join(" ");
            fail(&format!("{}; see annulus --help", line.trim_start_matches("error: ")), 2)
        }
    }
}

fn fail(message: &str, code: u8) -> ExitCode {
    eprintln!("annulus: {}", message.replace('\n', " "));
    ExitCode::from(code)
}

/// Says on standard error what does not end the program.
fn warn(message: &str) {
    eprintln!("annulus: {message}");
}

/// Writes to standard output. A reader that has gone away, as `head` does, is no error.
fn print(text: &str) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Stdout(error)),
        _ => Ok(()),
    }
}

/// A whole number of an option.
fn number(option: &str, text: &str) -> Result<u64, Error> {
    let wrong = |_| Error::Usage(format!("{option} has `{text}`, which is no whole number; give one such as 10"));
    text.parse().map_err(wrong)
}

/// Splits a list of the command line at commas.
fn split_list<'a>(option: &str, text: &'a str, example: &str) -> Result<Vec<&'a str>, Error> {
    let items: Vec<&str> = text.split(',').map(str::trim).collect();
    if items.iter().any(|item| item.is_empty()) {
        return Err(Error::Usage(format!("{option} `{text}` has an empty item; give a list such as {example}")));
    }
    Ok(items)
}

/// Splits a list of algorithms at commas, other than those between the parameters of one: `ring:points=1000,memory=2GB,jump` names
/// two.
fn split_algorithms(option: &str, text: &str) -> Result<Vec<String>, Error> {
    let mut algorithms: Vec<String> = Vec::new();
    for item in split_list(option, text, "ring,jump")? {
        let is_parameter = item.contains('=') && !item.contains(':');
        match algorithms.last_mut() {
            Some(last) if is_parameter && last.contains(':') => *last = format!("{last},{item}"),
            _ => algorithms.push(item.to_owned()),
        }
    }
    Ok(algorithms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_between_parameters_of_one_algorithm_divide_no_list() {
        for (text, expected) in [
            ("ring", vec!["ring"]),
            ("ring, jump", vec!["ring", "jump"]),
            ("ring:points=1000,memory=2GB,jump", vec!["ring:points=1000,memory=2GB", "jump"]),
            ("jump:memory=1GB,ring:memory=2GB, points=7", vec!["jump:memory=1GB", "ring:memory=2GB,points=7"]),
            // What belongs to no algorithm is refused as one.
            ("ring,points=7", vec!["ring", "points=7"]),
        ] {
            assert_eq!(split_algorithms("--algorithms", text).unwrap(), expected, "{text}");
        }
        assert!(split_algorithms("--algorithms", "ring,,jump").is_err());
    }
}
