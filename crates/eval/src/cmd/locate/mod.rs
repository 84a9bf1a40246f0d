//! `annulus locate`: keys in, owners out.

mod answers;
mod lines;
mod zones;

use std::io::{self, BufWriter};
use std::path::PathBuf;

use annulus_core::ChangeError;
use clap::{Args, ValueEnum};

use super::error::Error;
use super::terminal::{both_are_stdin, is_stdin, open_stdout, stream, warn};
use crate::algorithm::{Placement, Registry, refusal};
use crate::keys::{Input, KeyReader, Secret};
use crate::known::EXAMPLES;
use crate::members::{self, Member, MembersError};
use answers::{Answers, Failure};
use lines::Lines;
use zones::zones;

/// Says which member (server) each key belongs to: one `key<TAB>member` a line
///
/// Reads one key a line and answers in the same order, in constant memory. With --replicas, several members follow each key,
/// each after a tab: the owner first, then those who would take over.
#[derive(Debug, Args)]
#[command(after_help = after_help())]
pub(super) struct Locate {
    #[arg(long, value_name = "NAME", help = help_of_algorithm())]
    algorithm: String,
    /// A file with one member a line: a name, and after tabs a weight and a zone if you like; plain, gzip or zstd
    #[arg(long, value_name = "FILE")]
    members: PathBuf,
    /// A file with one key a line, plain, gzip or zstd; - for standard input
    #[arg(long, value_name = "FILE", default_value = "-")]
    keys: PathBuf,
    /// How many members to name for each key: the owner, then those who would take over
    #[arg(long, value_name = "R", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    replicas: u32,
    /// With `zone`: names --replicas members whose zones all differ, and skips members of a zone that is taken
    #[arg(long, value_name = "WHAT", value_enum, hide_possible_values = true)]
    spread: Option<Spread>,
    /// The lines of --keys are digests of 16 hexadecimal digits, as `annulus digests` prints them
    #[arg(long)]
    digests: bool,
    /// Hashes the keys, and not the members' names, by SipHash-1-3: siphash, or under a secret siphash:k0=1,k1=5
    #[arg(long, value_name = "HASH", conflicts_with = "digests")]
    hash: Option<Secret>,
    /// Reads no keys, and prints each member's exact share of them instead, where the algorithm can tell it: `member<TAB>share`
    #[arg(long, conflicts_with_all = ["keys", "replicas", "spread", "digests", "hash"])]
    shares: bool,
}

/// What no two replicas of a key may share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Spread {
    Zone,
}

fn after_help() -> String {
    format!(
        "Examples:
  annulus locate --algorithm {} --members members.txt --keys keys.txt.zst > owners.tsv
  printf 'user:1\\nuser:2\\n' | annulus locate --algorithm {} --members members.txt --replicas 3
  annulus locate --algorithm {} --members members.txt --keys keys.txt
  annulus locate --algorithm {} --members zoned.txt --keys keys.txt --replicas 3 --spread zone
  annulus digests --repetition 5 | annulus locate --algorithm {} --members members.txt --digests

A file of members has one name a line and, after tabs, a weight and a zone:
cache-1<TAB>2<TAB>eu. For {} their order counts. Lines that begin with # and a first
line that heads the columns (name, weight, zone) are skipped. Without --spread zone,
--replicas may name two members of one zone.",
        EXAMPLES.first,
        EXAMPLES.replicated,
        EXAMPLES.with_limit(),
        EXAMPLES.replicated,
        EXAMPLES.first,
        EXAMPLES.ordered,
    )
}

fn help_of_algorithm() -> String {
    let each = [EXAMPLES.consistent().join(", "), EXAMPLES.with_parameter(), EXAMPLES.with_slots(), EXAMPLES.with_hash()];
    format!(
        "The algorithm, with parameters after a colon: {}; for weights in gigabytes {}, 160 points for each 16000; memory=4GB for \
         more memory than 256 MB",
        each.join(", "),
        EXAMPLES.with_unit()
    )
}

/// Prints the share of each member, in the order of the file.
fn print_shares(placement: &dyn Placement, members: &[Member], key: &str) -> Result<(), Error> {
    let Some(shares) = placement.shares() else {
        let instead = "count the owners of random digests, as `annulus digests --count 1000000` prints them";
        return Err(Error::Usage(format!("--shares: {key} cannot tell the exact shares of its members; {instead}")));
    };
    // Members that came in one batch have their places in it as indices.
    stream(|out| members.iter().zip(shares).try_for_each(|(member, share)| writeln!(out, "{}\t{share}", member.name)))
}

impl Locate {
    pub(super) fn execute(&self, registry: &Registry) -> Result<(), Error> {
        if !self.shares && is_stdin(&self.members) && is_stdin(&self.keys) {
            return Err(both_are_stdin());
        }
        open_stdout()?;
        let algorithm = registry.resolve(&self.algorithm).map_err(|error| Error::Usage(format!("--algorithm: {error}")))?;
        let members = members::load(&self.members)?;
        let mut placement = algorithm.empty();
        let given: Vec<_> = members.iter().zip(0..).map(|(member, id)| (member.name.as_str(), member.weight, id)).collect();
        placement.add_weighted(&given).map_err(|error| self.refused(&members, &error, algorithm.key()))?;

        if self.shares {
            return print_shares(&*placement, &members, algorithm.key());
        }
        let replicas = self.replicas_of(members.len());
        let zones = self.spread.map(|Spread::Zone| zones(&self.members, &members, replicas)).transpose()?;
        let reader = KeyReader::open(&self.keys)?;
        let lines = Lines::new(self.digests, self.hash);
        let answers = Answers { placement: &*placement, ids: placement.ids(), members: &members, lines, replicas, zones };
        match answers.write(reader, BufWriter::with_capacity(1 << 16, io::stdout().lock())) {
            // The reader has read enough, as `head` has.
            Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(Failure::Output(error)) => Err(Error::Stdout(error)),
            Err(Failure::Keys(error)) => Err(error.into()),
            Ok(()) => {
                warn(&format!("{}: {}", self.members.display(), members::counted(&members)));
                Ok(())
            }
        }
    }

    /// How many nodes a key is answered with. Fewer than were asked for are said to be fewer.
    fn replicas_of(&self, members: usize) -> usize {
        let asked = usize::try_from(self.replicas).unwrap_or(usize::MAX);
        if asked > members && self.spread.is_none() {
            let s = if members == 1 { "" } else { "s" };
            let path = self.members.display();
            warn(&format!("--replicas is {asked}, and {path} has {members} member{s}: each key is answered with {members}"));
            return members;
        }
        asked
    }

    /// The refusal of a member, by its line; or of all of them together.
    fn refused(&self, members: &[Member], error: &ChangeError, key: &str) -> MembersError {
        let input = Input::of(&self.members);
        if refusal::is_of_all(&error.reason) {
            let reason = format!("{key} refuses the {} members: {}", members.len(), refusal::by_text(error, key));
            return MembersError { input, line: 0, reason };
        }
        let line = members.get(error.position).map_or(0, |member| member.line);
        MembersError { input, line, reason: format!("{key} refuses it: {}", refusal::by_text(error, key)) }
    }
}
