//! Keys in batches: of a file that is held, of lines that pass, or random ones. Batches are all that is in memory of what passes.

use std::fmt::Write as _;

use annulus_core::Digest;

use super::super::placed::enough;
use crate::algorithm::Placement;
use crate::keys::{Input, KeyError, KeyReader, LoadedKeys, Problem, generated, key_and_load};
use crate::record::RANDOM_DIGESTS;

/// How many keys, and how many bytes of them, are worked on together.
const KEYS: usize = 1 << 18;
const BYTES: usize = 32 << 20;

/// Where keys come from.
pub(crate) struct Source<'a> {
    origin: Origin<'a>,
    /// What came so far: keys, and their load.
    keys: u64,
    load: u64,
    has_loads: bool,
    /// Loads are counted once for each copy of a key.
    copies: u64,
}

enum Origin<'a> {
    Held(LoadedKeys, Input, usize),
    Lines(KeyReader<'a>),
    Random(Box<dyn Iterator<Item = Digest>>, u64),
}

impl<'a> Source<'a> {
    fn new(origin: Origin<'a>, copies: usize) -> Self {
        Self { origin, keys: 0, load: 0, has_loads: false, copies: copies as u64 }
    }

    /// Keys that are held, each once.
    pub(crate) fn held(keys: LoadedKeys, input: Input, copies: usize) -> Self {
        Self::new(Origin::Held(keys, input, 0), copies)
    }

    /// Each line of a reader, repeats too.
    pub(crate) fn lines(reader: KeyReader<'a>, copies: usize) -> Self {
        Self::new(Origin::Lines(reader), copies)
    }

    /// That many random digests, or enough to tell that many members apart: those of `annulus digests`.
    pub(crate) fn random(seed: u64, count: Option<u64>, members: usize, copies: usize) -> Self {
        let count = count.unwrap_or_else(|| enough(members) as u64);
        Self::new(Origin::Random(Box::new(generated::all_digests(seed, 0)), count), copies)
    }

    /// What the keys are called.
    pub(crate) fn name(&self) -> String {
        match &self.origin {
            Origin::Held(keys, ..) => keys.keys().name().to_owned(),
            Origin::Lines(reader) => reader.input().key_set_name(),
            Origin::Random(..) => RANDOM_DIGESTS.to_owned(),
        }
    }

    /// How many keys came, and their load.
    pub(super) const fn passed(&self) -> (u64, u64) {
        (self.keys, self.load)
    }

    /// Whether a key had a load other than 1.
    pub(super) const fn has_loads(&self) -> bool {
        self.has_loads
    }

    /// The next batch; an empty one at the end.
    pub(super) fn fill(&mut self, batch: &mut Batch) -> Result<(), KeyError> {
        batch.clear();
        while batch.len() < KEYS && batch.text.len() < BYTES {
            let load = match &mut self.origin {
                Origin::Random(digests, left) => {
                    let Some(digest) = digests.next().filter(|_| *left > 0) else { break };
                    *left -= 1;
                    batch.digests.push(digest);
                    self.keys += 1;
                    self.load += 1;
                    continue;
                }
                Origin::Held(held, _, next) => {
                    let Some(&load) = held.loads().get(*next) else { break };
                    batch.push(held.keys().get(*next), load);
                    *next += 1;
                    load
                }
                Origin::Lines(reader) => match reader.next_key()?.map(key_and_load) {
                    None => break,
                    Some(Ok((key, load))) => {
                        batch.push(key, load);
                        load
                    }
                    Some(Err(problem)) => return Err(reader.error_here(problem)),
                },
            };
            self.keys += 1;
            self.has_loads |= load != 1;
            let sum = self.load.checked_add(load).filter(|sum| sum.checked_mul(self.copies).is_some());
            self.load = sum.ok_or_else(|| self.too_large())?;
        }
        if batch.len() == 0 && (self.keys == 0 || self.load == 0) { Err(self.nothing()) } else { Ok(()) }
    }

    fn too_large(&self) -> KeyError {
        match &self.origin {
            Origin::Lines(reader) => reader.error_here(Problem::LoadsTooLarge),
            _ => self.error(Problem::LoadsTooLarge),
        }
    }

    fn nothing(&self) -> KeyError {
        self.error(if self.keys == 0 { Problem::NoKeys } else { Problem::NoLoad })
    }

    fn error(&self, problem: Problem) -> KeyError {
        match &self.origin {
            Origin::Lines(reader) => reader.error(problem),
            Origin::Held(_, input, _) => KeyError { input: input.clone(), line: 0, problem },
            Origin::Random(..) => KeyError { input: Input::Embedded, line: 0, problem },
        }
    }
}

/// Keys that are worked on together.
#[derive(Debug, Default)]
pub(super) struct Batch {
    text: String,
    ends: Vec<usize>,
    loads: Vec<u64>,
    /// Of random ones, which have no text.
    digests: Vec<Digest>,
}

impl Batch {
    fn push(&mut self, key: &str, load: u64) {
        self.text.push_str(key);
        self.ends.push(self.text.len());
        self.loads.push(load);
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.loads.clear();
        self.digests.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len().max(self.digests.len())
    }

    pub(super) fn load(&self, position: usize) -> u64 {
        self.loads.get(position).copied().unwrap_or(1)
    }

    /// The key at a position, of a random one its digest as `annulus digests` prints it.
    pub(super) fn write_key(&self, position: usize, text: &mut String) {
        text.clear();
        match self.digests.get(position) {
            Some(digest) => {
                let _ = write!(text, "{:016x}", digest.bits());
            }
            None => text.push_str(self.key(position)),
        }
    }

    fn key(&self, position: usize) -> &str {
        let start = if position == 0 { 0 } else { self.ends[position - 1] };
        &self.text[start..self.ends[position]]
    }

    /// The digests of some keys, as a placement hashes them.
    pub(super) fn digests(&self, positions: std::ops::Range<usize>, placement: &dyn Placement) -> Vec<Digest> {
        if self.digests.is_empty() {
            positions.map(|position| placement.digest(self.key(position).as_bytes())).collect()
        } else {
            self.digests[positions].to_vec()
        }
    }
}
