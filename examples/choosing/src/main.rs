//! Writes the tables of `docs/CHOOSING.md` between their markers: nothing is timed or random, so they come out the same everywhere.
//!
//! `cargo run --release -- PAGE` writes them; `-- --check PAGE` says whether they are current.

mod fleet;
mod hashes;
mod page;
mod tables;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--check", path] => page::check(path),
        [path] if !path.starts_with('-') => page::write(path),
        _ => Err("give the page whose tables to write, or --check and the page".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("choosing: {message}");
            ExitCode::FAILURE
        }
    }
}
