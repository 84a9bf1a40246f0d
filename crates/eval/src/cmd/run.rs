//! `annulus run`: the main job. Measures everything a scenario asks for and writes one folder.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::time::Instant;

use annulus::Bytes;
use annulus_clock::Verdict;
use clap::Args;
use cpu_time::ProcessTime;
use jiff::Timestamp;
use toml::{Table, Value};

use super::environment::Machine;
use super::error::{Error, OutputProblem};
use super::fleet::Request;
use super::lenient;
use super::list_of::{number, split_algorithms, split_list};
use super::output::OutputFolder;
use super::partial::Partial;
use super::terminal::{print, warn};
use crate::algorithm::Registry;
use crate::keys::{KeyReader, KeySet, MOST_BYTES_HELD, MOST_KEYS_HELD};
use crate::known::EXAMPLES;
use crate::measure::lookup::Times;
use crate::measure::stream::Streamed;
use crate::measure::{Steps, Study};
use crate::progress::Progress;
use crate::record::{self, Floor, Record};
use crate::scenario::{EMBEDDED_KEYS, Scenario, Size};
use crate::{plot, report};

/// Measures and compares the algorithms, and writes a folder with the report, its pictures and all figures
///
/// Without arguments: the six built-in algorithms among 10, 100 and 1000 nodes, with 146,219 built-in keys and ten million
/// random digests; it takes a minute or two. For 40 nodes: annulus run --nodes 40. Open report.html in the folder when it is done.
/// The folder appears only when it is complete.
#[derive(Debug, Args)]
#[command(after_help = after_help())]
pub(super) struct Run {
    /// A scenario: standard, quick, full, million, paper, or a TOML file
    #[arg(default_value = "standard", conflicts_with = "quick")]
    scenario: String,
    /// Faster: the scenario quick, with fewer keys and repetitions. Takes seconds
    #[arg(long)]
    quick: bool,
    /// Compares the algorithms with your own members (servers) instead of a scenario. The file has one member a line: a name, and after
    /// tabs a whole weight and a zone if you like. Shows how even they are, what moves where when each one leaves, and what look-ups take
    #[arg(long, value_name = "FILE", conflicts_with_all = ["scenario", "quick", "stream", "nodes", "print"])]
    members: Option<PathBuf>,
    /// Your own keys: a file with one a line, plain, gzip or zstd; - for standard input. Blank lines and repeats are dropped. With
    /// --members a load may follow each key after a tab, and the loads of repeats are added
    #[arg(long, value_name = "FILE")]
    keys: Option<String>,
    #[arg(long, requires = "members", help = format!("With --members: {}{}", lenient::HELP[..1].to_lowercase(), &lenient::HELP[1..]))]
    lenient: bool,
    /// For files that are larger than memory: reads the keys once and measures only balance with all of them, repeats included. Everything
    /// else is measured with the first 100,000. Automatic for files of more than 16 million keys, or 256 MiB of them
    #[arg(long, requires = "keys")]
    stream: bool,
    /// The folder to write. It must not exist yet, or be empty [default: results/SCENARIO-DATE-TIME]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The seed of everything random [default: the scenario's]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    seed: Option<String>,
    /// How many nodes: one number or several, as 10,100,1000 [default: the scenario's]
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    nodes: Option<String>,
    #[arg(long, value_name = "LIST", help = EXAMPLES.help())]
    algorithms: Option<String>,
    /// How much memory each algorithm's state may take, as 512MB, 4GB or 2GiB [default: the scenario's, else 256MB]
    #[arg(long, value_name = "SIZE", allow_hyphen_values = true)]
    memory: Option<Bytes>,
    /// Prints the scenario's TOML file with its comments, and runs nothing
    #[arg(long, conflicts_with_all = ["keys", "stream", "out", "seed", "nodes", "algorithms", "memory"])]
    print: bool,
    /// Continues an interrupted run of a scenario. DIR is the folder that it named when it stopped. If its keys came from standard input,
    /// give the same ones again with --keys
    #[arg(long, value_name = "DIR", conflicts_with_all = ["scenario", "quick", "members", "stream", "out", "seed", "nodes", "algorithms", "memory", "print"])]
    resume: Option<PathBuf>,
}

fn after_help() -> String {
    format!(
        "Examples:
  annulus run --quick
  annulus run --nodes 40
  annulus run --keys my-keys.txt.zst --nodes 5,50 --algorithms {},{} --out results/mine
  annulus run full --out results/full
  annulus run --nodes 200000 --algorithms {} --memory 1GB
  annulus run paper
  annulus run standard --print > mine.toml     (to change, and to run with: annulus run mine.toml)
  zcat access.log.gz | cut -f 7 | annulus run --keys - --stream
  annulus run --members members.txt
  annulus run --members members.txt --keys requests.tsv --algorithms {}",
        EXAMPLES.first,
        EXAMPLES.tabled,
        EXAMPLES.pair(),
        EXAMPLES.pair()
    )
}

impl Run {
    pub(super) fn execute(&self, registry: &Registry) -> Result<(), Error> {
        if self.print {
            return print(&Scenario::text(self.name())?);
        }
        let began = (Instant::now(), ProcessTime::now());
        let machine = Machine::look();
        if let Some(members) = &self.members {
            let request = self.fleet(members.clone(), machine.date())?;
            return request.execute(registry, &machine, || cost(began.0, began.1));
        }
        // Everything that can be refused is, before the minutes of measuring.
        let (mut partial, scenario) = self.partial(machine.date())?;
        let grid = scenario.grid(registry)?;
        let asked = partial.out().to_owned();
        let folder = OutputFolder::plan(&asked)?;
        let keys = if partial.streams() { Keys::stream(&scenario, &grid)? } else { Keys::load(&scenario, &grid)? };
        partial.of_keys(keys.held())?;
        if scenario.lookup.is_some() && machine.verdict() != Verdict::Quiet {
            warn(&format!("the machine is not quiet: {}", machine.seen()));
        }
        partial.watch();
        let study = Study::new(&scenario, grid, keys.held());
        let (records, times) = measure(&study, &keys, &mut partial)?;

        let environment = machine.describe(times.as_ref(), cost(began.0, began.1));
        let place = folder.write(|path| fill(path, &scenario, &records, times.as_ref(), &environment))?;
        partial.remove();
        if place.components().ne(asked.components()) {
            warn(&format!("{} is not empty any more; this run is in {}", asked.display(), place.display()));
        }
        let page = place.join("report.html");
        print(&format!(
            "{}\nwritten to {}: open {}\n",
            report::summary(&records, &environment),
            place.display(),
            page.display()
        ))?;
        match records.iter().filter(|record| record.status.is_error()).count() {
            0 if !is_anything_measured(&records) => Err(Error::NothingMeasured { folder: place }),
            0 => Ok(()),
            count => Err(Error::Broken { count, folder: place }),
        }
    }

    /// What is finished of the run, and its scenario: of the interrupted one, or nothing of a new one.
    fn partial(&self, date: &Timestamp) -> Result<(Partial, Scenario), Error> {
        if let Some(folder) = &self.resume {
            return Partial::resume(folder, self.keys.as_deref());
        }
        let scenario = self.scenario()?;
        scenario.validate()?;
        let partial = Partial::begin(&self.folder(&scenario.name, date), &scenario, self.stream)?;
        Ok((partial, scenario))
    }

    fn name(&self) -> &str {
        if self.quick { "quick" } else { &self.scenario }
    }

    /// The scenario with what the command line changes of it.
    fn scenario(&self) -> Result<Scenario, Error> {
        let mut scenario = Scenario::load(self.name())?;
        if let Some(keys) = &self.keys {
            scenario.keys.clone_from(keys);
        }
        if let Some(seed) = &self.seed {
            scenario.seed = number("--seed", seed)?;
        }
        if let Some(list) = &self.nodes {
            scenario.nodes = split_list("--nodes", list, "10,100")?
                .into_iter()
                .map(|item| number("--nodes", item))
                .collect::<Result<_, _>>()?;
        }
        if let Some(memory) = self.memory {
            scenario.memory = memory;
        }
        // A list of sizes or algorithms means those and no others.
        if self.nodes.is_some() || self.algorithms.is_some() {
            scenario.sweeps.clear();
        }
        if let Some(list) = &self.algorithms {
            scenario.algorithms = split_algorithms("--algorithms", list)?;
        }
        Ok(scenario)
    }

    /// What is asked of somebody's own members.
    fn fleet(&self, members: PathBuf, date: &Timestamp) -> Result<Request, Error> {
        let algorithms = self.algorithms.as_deref().map(|list| split_algorithms("--algorithms", list));
        Ok(Request {
            members,
            keys: self.keys.as_ref().map(PathBuf::from),
            is_lenient: self.lenient,
            algorithms: algorithms.transpose()?,
            memory: self.memory.unwrap_or_default().0,
            seed: self.seed.as_deref().map_or(Ok(1), |seed| number("--seed", seed))?,
            folder: self.folder("members", date),
        })
    }

    fn folder(&self, name: &str, date: &Timestamp) -> PathBuf {
        let named = || format!("results/{name}-{}", date.strftime("%Y%m%d-%H%M%S")).into();
        self.out.clone().unwrap_or_else(named)
    }
}

/// Measures everything, then times look-ups with nothing beside them.
fn measure<'a>(study: &'a Study<'_>, keys: &Keys, steps: &mut dyn Steps) -> Result<(Vec<Record>, Option<Times<'a>>), Error> {
    let progress = Progress::new(study.work());
    let measured = study.run_steps(steps, &progress).map(|records| (records, study.times(&progress)));
    progress.finish();
    let (mut records, times) = measured?;
    if let Some(times) = &times {
        records.extend(times.records(study)?);
    }
    if let Keys::Streamed(streamed) = keys {
        records.extend(streamed.records(study)?);
    }
    Ok((records, times))
}

/// Whether there is a figure of any algorithm; floors are always there.
fn is_anything_measured(records: &[Record]) -> bool {
    records.iter().any(|record| !record.status.is_skipped() && !Floor::is(&record.algorithm))
}

/// Keys that are held, or that passed and left their first ones.
enum Keys {
    Held(KeySet),
    Streamed(Box<Streamed>),
}

impl Keys {
    /// Holds the keys if they are few enough, whatever the file is compressed to, and lets them pass otherwise.
    fn load(scenario: &Scenario, grid: &[Size]) -> Result<Self, Error> {
        let keys = scenario.keys.as_str();
        if keys == EMBEDDED_KEYS {
            return Ok(Self::Held(KeySet::embedded()?));
        }
        match KeySet::load_if_few(Path::new(keys))? {
            Some(held) => Ok(Self::Held(held)),
            None if keys == "-" => Err(Error::Usage(format!(
                "--keys -: standard input has more keys than are held ({MOST_KEYS_HELD}, or {} MiB of them); add --stream",
                MOST_BYTES_HELD >> 20
            ))),
            None => Self::stream(scenario, grid),
        }
    }

    fn stream(scenario: &Scenario, grid: &[Size]) -> Result<Self, Error> {
        let reader = KeyReader::open(Path::new(&scenario.keys))?;
        let progress = Progress::new(1);
        let streamed = Streamed::read(scenario, grid, reader, &progress);
        progress.finish();
        Ok(Self::Streamed(Box::new(streamed?)))
    }

    fn held(&self) -> &KeySet {
        match self {
            Self::Held(keys) => keys,
            Self::Streamed(streamed) => streamed.sample(),
        }
    }
}

/// What the run took.
pub(super) fn cost(wall: Instant, processor: ProcessTime) -> Table {
    let seconds = |time: std::time::Duration| Value::Float((time.as_secs_f64() * 10.0).round() / 10.0);
    Table::from_iter([
        ("wall_seconds".to_owned(), seconds(wall.elapsed())),
        ("processor_seconds".to_owned(), seconds(processor.elapsed())),
    ])
}

/// The file of raw chunk times.
const CHUNKS: &str = "chunks.csv.zst";

/// Writes the files of a run into `path`.
fn fill(
    path: &Path,
    scenario: &Scenario,
    records: &[Record],
    times: Option<&Times<'_>>,
    environment: &Table,
) -> Result<(), Error> {
    let fail = |reason: String| Error::Output { path: path.to_owned(), problem: OutputProblem::Content(reason) };
    let text =
        |name: &str, content: String| fs::write(path.join(name), content).map_err(|error| fail(format!("{name}: {error}")));
    text("scenario.toml", scenario.to_toml().map_err(|error| fail(error.to_string()))?)?;
    text("environment.toml", toml::to_string_pretty(environment).map_err(|error| fail(error.to_string()))?)?;
    let file = File::create(path.join("records.csv")).map_err(|error| fail(format!("records.csv: {error}")))?;
    record::write_csv(BufWriter::new(file), records).map_err(|error| fail(format!("records.csv: {error}")))?;
    if let Some(times) = times {
        let fail = |error: &dyn std::fmt::Display| fail(format!("{CHUNKS}: {error}"));
        let file = File::create(path.join(CHUNKS)).map_err(|error| fail(&error))?;
        times.write_chunks(BufWriter::new(file)).map_err(|error| fail(&error))?;
    }
    let pictures = plot::draw_all(path, records)?;
    report::write(path, records, environment, &pictures)?;
    Ok(())
}
