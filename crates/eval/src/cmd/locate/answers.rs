//! Lines in, owners out, a block at a time.

use std::io::{self, Write};

use annulus_core::{Digest, NodeIndex};

use super::lines::Lines;
use crate::algorithm::{NodeId, Placement, Zones};
use crate::keys::{KeyError, KeyReader};
use crate::members::Member;

/// How many keys are answered together: enough to fill the batch loops, few enough to stay in the caches.
const BLOCK: usize = 4_096;

/// How many bytes of keys are held at once, up to the last key: long lines must not fill the memory.
const BLOCK_BYTES: usize = 1 << 20;

/// How many owners are held at once: a long preference order of many keys must not fill the memory either.
const OWNERS: usize = 1 << 20;

pub(super) enum Failure {
    Keys(KeyError),
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// What answers keys.
pub(super) struct Answers<'a> {
    pub(super) placement: &'a dyn Placement,
    pub(super) ids: Vec<NodeId>,
    pub(super) members: &'a [Member],
    pub(super) lines: Lines,
    pub(super) replicas: usize,
    /// Where no two replicas may share a zone.
    pub(super) zones: Option<Zones>,
}

impl Answers<'_> {
    pub(super) fn write(&self, mut keys: KeyReader<'_>, mut out: impl Write) -> Result<(), Failure> {
        let most = (OWNERS / self.replicas).clamp(1, BLOCK);
        let mut block = Block::default();
        while let Some(key) = keys.next_key().map_err(Failure::Keys)? {
            match self.lines.digest(key, self.placement) {
                Ok(digest) => block.push(key, digest),
                Err(problem) => return Err(Failure::Keys(keys.error_here(problem))),
            }
            if block.ends.len() >= most || block.text.len() >= BLOCK_BYTES {
                self.answer(&block, &mut out)?;
                block.clear();
            }
        }
        self.answer(&block, &mut out)?;
        Ok(out.flush()?)
    }

    fn answer(&self, block: &Block, out: &mut impl Write) -> io::Result<()> {
        let all = self.owners(&block.digests);
        let mut start = 0;
        for (&end, owners) in block.ends.iter().zip(all.chunks_exact(self.replicas)) {
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

    /// The owners of each digest, one after another.
    fn owners(&self, digests: &[Digest]) -> Vec<NodeIndex> {
        let mut all = vec![NodeIndex::default(); self.replicas * digests.len()];
        let each = all.chunks_exact_mut(self.replicas).zip(digests);
        if let Some(zones) = &self.zones {
            let mut taken = Vec::with_capacity(self.replicas);
            each.for_each(|(owners, &digest)| zones.pick(self.placement, &self.ids, digest, owners, &mut taken));
        } else if self.replicas > 1 {
            each.for_each(|(owners, &digest)| {
                self.placement.locate_n(digest, owners);
            });
        } else {
            self.placement.locate_batch(digests, &mut all);
        }
        all
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
    fn push(&mut self, key: &str, digest: Digest) {
        self.text.push_str(key);
        self.ends.push(self.text.len());
        self.digests.push(digest);
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.digests.clear();
    }
}
