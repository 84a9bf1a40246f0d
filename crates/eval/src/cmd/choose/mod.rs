//! `annulus choose`: which algorithm suits somebody's system, with which parameters, and why.

mod answers;
mod explained;
mod into;
mod rows;
mod swept;
mod systems;
mod values;

use std::fs;
use std::path::PathBuf;

use clap::Args;

use super::error::Error;
use super::format::Format;
use super::lenient;
use super::list_of::number;
use super::terminal::{print, warn};
use crate::algorithm::Registry;
use crate::choose::{Answer, Wanted, sweep};
use crate::progress::Progress;
use crate::report::choose as words;
use crate::report::wrapped;
use answers::Answers;

/// Chooses an algorithm and its parameters for your system, and says why
///
/// Answer what you know; the rest has defaults, which the answer lists. Algorithms that miss a limit for any number of nodes from now
/// to later are ruled out, each with the figure that misses it. Those that another one beats in every figure are dropped. The rest is
/// ranked. Parameters are computed: the least of a grid that meet every limit. Look-ups are timed on this machine.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  annulus choose --nodes 10 --grow-to 40 --changes 8/month
  annulus choose --nodes 500 --weights 4,8,16 --moved-key copy --replicas 3
  annulus choose --members members.txt --routers nothing
  annulus choose --system queue --explain
  annulus choose mine.toml --spec            (the line that builds it, for a script)
  annulus choose --system queue --print > mine.toml")]
pub(super) struct Choose {
    #[command(flatten)]
    answers: Answers,
    /// A file of answers in TOML: each has the name of its flag, as nodes = 10. A flag beats the file
    #[arg(help_heading = "Answers from elsewhere")]
    file: Option<PathBuf>,
    /// A typical system in place of a file: memcached-pool (10 caches that grow to 40), object-store (500 disks of 4, 8, 16 TB, 3 copies),
    /// l4-balancer (2,000 backends), fixed-shards (64, only added to), session-affinity (5 to 20 pods), queue (8 consumers)
    #[arg(long, value_name = "NAME", conflicts_with = "file", help_heading = "Answers from elsewhere")]
    system: Option<String>,
    /// A file with one member a line, a name and, after tabs, a whole weight and a zone: tells nodes, weights and zones
    #[arg(long, value_name = "FILE", conflicts_with_all = ["nodes", "weights", "zones"], help_heading = "Answers from elsewhere")]
    members: Option<PathBuf>,
    #[arg(long, requires = "members", help = lenient::HELP, help_heading = "Answers from elsewhere")]
    lenient: bool,
    /// Shows everything that was tried: each entry of each grid, and the figure that misses a limit; with --format json or csv too
    #[arg(long, conflicts_with = "spec", help_heading = "Output")]
    explain: bool,
    /// Checks the answer: counts and draws every entry of every grid for every number of nodes, without the laws by which it was found.
    /// Takes minutes
    #[arg(long, conflicts_with_all = ["explain", "spec", "format"], help_heading = "Output")]
    sweep: bool,
    /// Writes the answers for the typical systems into a page, in the places that name them: <!-- chosen: NAME --> to
    /// <!-- end of chosen -->
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "system", "members", "explain", "spec", "format", "sweep", "print"], help_heading = "Output")]
    into: Option<PathBuf>,
    /// Prints nothing but the line that builds the first, for a script
    #[arg(long, help_heading = "Output")]
    spec: bool,
    /// Prints all questions with their answers as a file to change, and chooses nothing
    #[arg(long, conflicts_with_all = ["explain", "spec", "format"], help_heading = "Output")]
    print: bool,
    /// The seed of the sets of names [default: 1]
    #[arg(long, value_name = "N", allow_hyphen_values = true, help_heading = "Output")]
    seed: Option<String>,
    /// How the answer is written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Table, help_heading = "Output")]
    format: Format,
}

impl Choose {
    pub(super) fn execute(&self, registry: &Registry) -> Result<(), Error> {
        if let Some(page) = &self.into {
            return into::write(page, registry);
        }
        let answers = self.answers()?;
        let seed = self.seed.as_deref().map_or(Ok(1), |text| number("--seed", text))?;
        let wanted = answers.wanted(seed)?;
        if self.print {
            return print(&answers.printed(&wanted)?);
        }
        let answer = find(wanted, registry);
        if self.spec {
            let first = answer.ranking().first().map(|best| format!("{}\n", best.algorithm.key()));
            return print(&first.ok_or_else(|| nothing_meets(&answer))?);
        }
        if self.sweep {
            return swept(&answer, registry);
        }
        print(&self.written(&answer)?)?;
        if answer.ranking().is_empty() {
            Err(Error::NothingMeets { why: "the list of those ruled out says by what".to_owned() })
        } else {
            Ok(())
        }
    }

    /// Flags first, then members, then the file or the typical system.
    fn answers(&self) -> Result<Answers, Error> {
        let of_members =
            self.members.as_deref().map_or_else(|| Ok(Answers::default()), |path| Answers::of_members(path, self.lenient))?;
        let of_file = match (&self.file, &self.system) {
            (Some(path), _) => {
                let name = path.display().to_string();
                let text = fs::read_to_string(path).map_err(|error| {
                    Error::Usage(format!("answers from {name}: {error}; or name a typical system: --system {}", systems::names()))
                })?;
                Answers::parse(&name, &text)?
            }
            (None, Some(system)) => systems::of(system)?,
            (None, None) => Answers::default(),
        };
        Ok(self.answers.clone().or(of_members).or(of_file))
    }

    fn written(&self, answer: &Answer) -> Result<String, Error> {
        match self.format {
            Format::Table => Ok(self.for_people(answer)),
            Format::Markdown => Ok(words::markdown(answer)),
            Format::Csv | Format::Json => self.format.written(&rows::of(answer, self.explain), || words::ranking(answer)),
        }
    }

    fn for_people(&self, answer: &Answer) -> String {
        let mut parts = Vec::new();
        if answer.ranking().is_empty() {
            parts.push("No algorithm meets all limits.\n".to_owned());
        }
        if let Some(best) = answer.ranking().first() {
            let key = best.algorithm.key();
            parts.push(hanging(&words::reasons(answer)));
            parts.push(wrapped(&words::ranking(answer).terminal()));
            // Algorithms of other programs have no line of text.
            if key.parse::<annulus::Spec>().is_ok() {
                parts.push(format!("To build it:\n\n{}", indented(&words::paste(key, &answer.wanted))));
            }
        }
        let out = words::ruled_out(answer);
        if !out.is_empty() {
            parts.push(format!("Ruled out\n{}", hanging(&indented(&out.join("\n")))));
        }
        if self.explain {
            parts.push(hanging(&explained::grids(answer)));
        }
        parts.push(words::asked(&answer.wanted).terminal());
        parts.join("\n")
    }
}

/// Breaks long lines; what follows stands four columns further in.
fn hanging(text: &str) -> String {
    const WIDTH: usize = 100;
    let mut out = String::new();
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let mut length = indent;
        out.push_str(&" ".repeat(indent));
        for (at, word) in line.split_whitespace().enumerate() {
            let size = word.chars().count();
            if at > 0 && length + 1 + size > WIDTH {
                out.push_str(&format!("\n{}", " ".repeat(indent + 4)));
                length = indent + 4;
            } else if at > 0 {
                out.push(' ');
                length += 1;
            }
            out.push_str(word);
            length += size;
        }
        out.push('\n');
    }
    out
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") }).collect()
}

fn find(wanted: Wanted, registry: &Registry) -> Answer {
    let progress = Progress::new(Answer::work(registry));
    let answer = Answer::find(wanted, registry, &progress);
    progress.finish();
    if let Some(observed) = answer.observed {
        let verdict = super::environment::Machine::look().verdict_of(&observed);
        if verdict != annulus_clock::Verdict::Quiet {
            warn(&format!(
                "this machine is not quiet, so look-up times may be too high; balance and movement are not affected ({observed})"
            ));
        }
    }
    answer
}

/// Checks the answer, and prints what was seen.
fn swept(answer: &Answer, registry: &Registry) -> Result<(), Error> {
    let progress = Progress::new(sweep::work(answer, registry));
    let swept = sweep::sweep(answer, registry, &progress);
    progress.finish();
    print(&swept::told(answer, &swept))?;
    match swept.iter().filter(|one| one.contradicts()).count() {
        0 => Ok(()),
        count => Err(Error::Contradicted { count }),
    }
}

fn nothing_meets(answer: &Answer) -> Error {
    Error::NothingMeets { why: words::ruled_out(answer).join("; ") }
}
