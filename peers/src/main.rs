//! Annulus, the textbook forms, the floors and the crates of others, timed side by side in one run.
//!
//! `cargo run --release --manifest-path peers/Cargo.toml -- --out DIR` writes into a new folder:
//! `results.csv` (look-ups, a figure for each sitting), `changes.csv` (changes, a figure for each round), `probes.csv` (builds,
//! changes, memory, answers), `README.md` (the tables) and `environment.toml` (machine, command, whether the machine was quiet).

mod cell;
mod change;
mod check;
mod environment;
mod error;
mod floors;
mod jump_loop;
mod keys;
mod levels;
mod memory;
mod ours;
mod peers;
mod plan;
mod probe;
mod registry;
mod report;
mod results;
mod run;
mod seen;
mod sittings;
mod stats;
mod subject;
mod targets;
mod textbook;
mod weighted;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::cell::{Algorithm, Cell};
use crate::environment::Machine;
use crate::error::Error;
use crate::plan::Plan;

/// Times Annulus beside the textbook forms, the floors and the crates of others.
#[derive(Parser, Debug)]
#[command(version, args_conflicts_with_subcommands = true)]
#[command(after_help = "A quick look: annulus-peers --out look --quick --only jump,maglev --nodes 10,1000")]
struct Arguments {
    /// The folder to write; must not exist or be empty.
    #[arg(long, value_name = "DIR", required = true)]
    out: Option<PathBuf>,

    /// About two minutes: fewer sittings and rounds, less patience, up to 10,000 nodes.
    #[arg(long)]
    quick: bool,

    /// Only these algorithms [default: all].
    #[arg(long, visible_alias = "only", value_delimiter = ',', value_name = "NAMES")]
    algorithms: Vec<Algorithm>,

    /// Only these numbers of nodes, up to 200,000, for jump up to 1,000,000 [default: 10, 100, … to 100,000; for jump 1,000,000
    /// too; for weighted rendezvous 10, 100, 500 and 1,000]. Weights are 1 to 10; with 500 nodes 4, 8 and 16.
    #[arg(long, value_delimiter = ',', value_name = "NUMBERS", value_parser = clap::value_parser!(u32).range(1..))]
    nodes: Vec<u32>,

    #[command(subcommand)]
    command: Option<Hidden>,
}

#[derive(Subcommand, Debug)]
enum Hidden {
    /// Tries one subject: what the program starts itself with.
    #[command(hide = true)]
    Probe(probe::Request),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.command {
        Some(Hidden::Probe(request)) => probe::child(request),
        None => compare(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("annulus-peers: {error}");
            ExitCode::FAILURE
        }
    }
}

fn compare(arguments: &Arguments) -> Result<(), Error> {
    let (plan, usual) = if arguments.quick { (Plan::QUICK, Plan::QUICK_NODES) } else { (Plan::FULL, Plan::FULL_NODES) };
    let algorithms = if arguments.algorithms.is_empty() { &Algorithm::ALL[..] } else { &arguments.algorithms };
    let cells: Vec<_> = algorithms
        .iter()
        .flat_map(
            |algorithm| if arguments.nodes.is_empty() { algorithm.usual_cells(usual) } else { algorithm.cells(&arguments.nodes) },
        )
        .collect();
    if let Some(&Cell { algorithm, nodes, .. }) = cells.iter().find(|cell| cell.nodes > cell.algorithm.most_nodes()) {
        return Err(Error::TooManyNodes { algorithm, nodes, most: algorithm.most_nodes() });
    }
    let folder = report::Folder::new(arguments.out.clone().unwrap_or_default())?;
    let machine = Machine::look();
    let results = run::run(&cells, &plan)?;
    folder.write(&results, &machine, &plan)
}
