//! `annulus locate`: keys in, owners out.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use annulus_core::{ChangeError, Digest, NodeIndex};
use clap::Args;

use super::error::Error;
use super::terminal::{both_are_stdin, is_stdin, open_stdout};
use crate::algorithm::{NodeId, Placement, Registry, refusal};
use crate::keys::KeyReader;
use crate::known::EXAMPLES;
use crate::members::{self, Member, MembersError};

/// How many keys are answered together: enough to fill the batch loops, few enough to stay in the caches.
const BLOCK: usize = 4_096;

/// How many bytes of keys are held at once, up to the last key: long lines must not fill the memory.
const BLOCK_BYTES: usize = 1 << 20;

/// Says which member each key belongs to: one `key<TAB>node` a line
///
/// Keys are read one a line and answered in their order, repeats too, in constant memory. With --replicas the first nodes of the
/// key's preference order follow one another, each after a tab.
#[derive(Debug, Args)]
#[command(after_help = after_help())]
pub(super) struct Locate {
    #[arg(long, value_name = "NAME", help = help_of_algorithm())]
    algorithm: String,
    /// A file with one member a line: a name, after a tab a weight, and after another a zone, which is left aside; plain, gzip or
    /// zstd
    #[arg(long, value_name = "FILE")]
    members: PathBuf,
    /// A file with one key a line, plain, gzip or zstd; - for standard input
    #[arg(long, value_name = "FILE", default_value = "-")]
    keys: PathBuf,
    /// How many nodes to name for each key: the owner, then who would take over
    #[arg(long, value_name = "R", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    replicas: u32,
}

fn after_help() -> String {
    format!(
        "Examples:
  annulus locate --algorithm {} --members members.txt --keys keys.txt.zst > owners.tsv
  printf 'user:1\\nuser:2\\n' | annulus locate --algorithm {} --members members.txt --replicas 3
  annulus locate --algorithm {} --members members.txt --keys keys.txt

A file of members has one name a line and, after a tab, a weight: cache-1<TAB>2. For {} their order counts. A third field, the
member's zone, is read and left aside: --replicas may name two nodes of one zone. Lines that begin with # and a first line that
heads the columns (name, weight, zone) are skipped.",
        EXAMPLES.first,
        EXAMPLES.replicated,
        EXAMPLES.with_limit(),
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

impl Locate {
    pub(super) fn execute(&self, registry: &Registry) -> Result<(), Error> {
        if is_stdin(&self.members) && is_stdin(&self.keys) {
            return Err(both_are_stdin());
        }
        open_stdout()?;
        let algorithm = registry.resolve(&self.algorithm).map_err(|error| Error::Usage(format!("--algorithm: {error}")))?;
        let members = members::load(&self.members)?;
        let mut placement = algorithm.empty();
        let given: Vec<_> = members.iter().zip(0..).map(|(member, id)| (member.name.as_str(), member.weight, id)).collect();
        placement.add_weighted(&given).map_err(|error| self.refused(&members, &error, algorithm.key()))?;

        let reader = KeyReader::open(&self.keys)?;
        let replicas = usize::try_from(self.replicas).unwrap_or(usize::MAX).min(members.len());
        let mut answers = Answers { placement: &*placement, ids: placement.ids(), members: &members, replicas };
        match answers.write(reader, BufWriter::with_capacity(1 << 16, io::stdout().lock())) {
            // The reader has read enough, as `head` has.
            Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(Failure::Output(error)) => Err(Error::Stdout(error)),
            Err(Failure::Keys(error)) => Err(error.into()),
            Ok(()) => {
                eprintln!("annulus: {}: {}", self.members.display(), members::counted(&members));
                Ok(())
            }
        }
    }

    /// The refusal of a member, by its line; or of all of them together.
    fn refused(&self, members: &[Member], error: &ChangeError, key: &str) -> MembersError {
        let input = crate::keys::Input::of(&self.members);
        if refusal::is_of_all(&error.reason) {
            let reason = format!("{key} refuses the {} members: {}", members.len(), refusal::by_text(error, key));
            return MembersError { input, line: 0, reason };
        }
        let line = members.get(error.position).map_or(0, |member| member.line);
        MembersError { input, line, reason: format!("{key} refuses it: {}", refusal::by_text(error, key)) }
    }
}

enum Failure {
    Keys(crate::keys::KeyError),
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// What answers keys, a block at a time.
struct Answers<'a> {
    placement: &'a dyn Placement,
    ids: Vec<NodeId>,
    members: &'a [Member],
    replicas: usize,
}

impl Answers<'_> {
    fn write(&mut self, mut keys: KeyReader<'_>, mut out: impl Write) -> Result<(), Failure> {
        let mut block = Block::default();
        loop {
            let key = keys.next_key().map_err(Failure::Keys)?;
            let at_end = key.is_none();
            if let Some(key) = key {
                block.text.push_str(key);
                block.ends.push(block.text.len());
                block.digests.push(self.placement.digest(key.as_bytes()));
            }
            if at_end || block.ends.len() == BLOCK || block.text.len() >= BLOCK_BYTES {
                self.answer(&block, &mut out)?;
                block.clear();
            }
            if at_end {
                return Ok(out.flush()?);
            }
        }
    }

    fn answer(&self, block: &Block, out: &mut impl Write) -> io::Result<()> {
        let mut owners = vec![NodeIndex::default(); self.replicas * block.digests.len()];
        if self.replicas == 1 {
            self.placement.locate_batch(&block.digests, &mut owners);
        } else {
            for (owners, &digest) in owners.chunks_exact_mut(self.replicas).zip(&block.digests) {
                self.placement.locate_n(digest, owners);
            }
        }
        let mut start = 0;
        for (&end, owners) in block.ends.iter().zip(owners.chunks_exact(self.replicas)) {
            out.write_all(&block.text.as_bytes()[start..end])?;
            for owner in owners {
                // A node's id is its position among the members.
                let id = usize::try_from(self.ids[owner.as_usize()]).unwrap_or(usize::MAX);
                out.write_all(b"\t")?;
                out.write_all(self.members[id].name.as_bytes())?;
            }
            out.write_all(b"\n")?;
            start = end;
        }
        Ok(())
    }
}

/// Keys that wait for their answers.
#[derive(Default)]
struct Block {
    text: String,
    ends: Vec<usize>,
    digests: Vec<Digest>,
}

impl Block {
    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.digests.clear();
    }
}
