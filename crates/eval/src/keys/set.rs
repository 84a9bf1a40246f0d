//! A set of keys, held as one text.

use std::collections::HashSet;
use std::path::Path;

use annulus_core::{Digest, KeyHasher, SipHash, mix};

use super::embedded;
use super::reader::{Input, KeyError, KeyReader, Problem};

/// How many distinct keys are held at most where they may also pass: with what tells them apart, some 40 bytes each beside the text.
pub const MOST_KEYS_HELD: usize = 1 << 24;

/// How many bytes of them.
pub const MOST_BYTES_HELD: usize = 256 << 20;

/// Distinct keys in the order in which they were first read, held as one text.
///
/// Repeats are dropped, since no statistic of a placement survives them; [`repeats`](Self::repeats) counts them. Two keys
/// are one when their SipHash-1-3 digests agree: every algorithm sees a key through that digest alone.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    name: String,
    text: String,
    ends: Vec<usize>,
    repeats: u64,
}

impl KeySet {
    /// The 146,219 file paths that are compiled in.
    ///
    /// # Errors
    /// None in a sound build: the data is checked by a test.
    pub fn embedded() -> Result<Self, KeyError> {
        Self::read(embedded::NAME, KeyReader::new(Input::Embedded, embedded::COMPRESSED)?)
    }

    /// The keys of `path`, or of standard input where it is `-`.
    ///
    /// # Errors
    /// A file that is missing, unreadable, a directory, not UTF-8, damaged, or without a key.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let reader = KeyReader::open(path)?;
        let name = reader.input().key_set_name();
        Self::read(&name, reader)
    }

    /// The keys of `path`, or of standard input where it is `-`, if there are at most [`MOST_KEYS_HELD`] distinct ones of at most
    /// [`MOST_BYTES_HELD`] together. `None` if there are more, when as many have been read.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_if_few(path: &Path) -> Result<Option<Self>, KeyError> {
        let reader = KeyReader::open(path)?;
        let name = reader.input().key_set_name();
        Self::read_up_to(&name, reader, MOST_KEYS_HELD, MOST_BYTES_HELD)
    }

    /// These keys, in their order, less repeats.
    #[must_use]
    pub fn new<'a>(name: &str, keys: impl IntoIterator<Item = &'a str>) -> Self {
        let mut set = Collector::new(name);
        keys.into_iter().for_each(|key| set.take(key));
        set.keys
    }

    /// No keys yet, under this name.
    pub(super) fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// One more, which is not there yet.
    pub(super) fn push(&mut self, key: &str) {
        self.text.push_str(key);
        self.ends.push(self.text.len());
    }

    /// A line repeated a key.
    pub(super) fn repeated(&mut self) {
        self.repeats += 1;
    }

    /// Bytes of all keys.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    fn read(name: &str, reader: KeyReader<'_>) -> Result<Self, KeyError> {
        Ok(Self::read_up_to(name, reader, usize::MAX, usize::MAX)?.unwrap_or_default())
    }

    fn read_up_to(name: &str, mut reader: KeyReader<'_>, keys: usize, bytes: usize) -> Result<Option<Self>, KeyError> {
        let mut set = Collector::new(name);
        while let Some(key) = reader.next_key()? {
            set.take(key);
            if set.keys.len() > keys || set.keys.text.len() > bytes {
                return Ok(None);
            }
        }
        if set.keys.is_empty() { Err(reader.error(Problem::NoKeys)) } else { Ok(Some(set.keys)) }
    }

    /// The name under which the keys stand in records.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many distinct keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many lines repeated an earlier key and were dropped.
    #[must_use]
    pub fn repeats(&self) -> u64 {
        self.repeats
    }

    /// What tells this set from another of the same name: a chain over the keys' SipHash-1-3 digests in order, repeats left out.
    ///
    /// O(length of all keys).
    ///
    /// ```
    /// use annulus_eval::keys::KeySet;
    /// assert_eq!(KeySet::new("a", ["x", "y"]).checksum(), KeySet::new("b", ["x", "y", "x"]).checksum());
    /// assert_ne!(KeySet::new("a", ["x", "y"]).checksum(), KeySet::new("a", ["y", "x"]).checksum());
    /// ```
    #[must_use]
    pub fn checksum(&self) -> u64 {
        let hasher = SipHash::new();
        self.iter().fold(0, |chain, key| chain_on(chain, hasher.digest(key.as_bytes())))
    }

    /// The key at `position`.
    ///
    /// # Panics
    /// Past the end, as a slice does.
    #[must_use]
    pub fn get(&self, position: usize) -> &str {
        let start = if position == 0 { 0 } else { self.ends[position - 1] };
        &self.text[start..self.ends[position]]
    }

    /// The digest of each key under `hasher`.
    #[must_use]
    pub fn digests(&self, hasher: SipHash) -> Vec<Digest> {
        self.iter().map(|key| hasher.digest(key.as_bytes())).collect()
    }

    /// All keys in order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|position| self.get(position))
    }
}

/// One step of [`KeySet::checksum`].
pub(crate) fn chain_on(chain: u64, digest: Digest) -> u64 {
    mix(chain, digest.bits())
}

/// A set in the making.
struct Collector {
    keys: KeySet,
    seen: HashSet<Digest>,
    hasher: SipHash,
}

impl Collector {
    fn new(name: &str) -> Self {
        Self { keys: KeySet::named(name), seen: HashSet::new(), hasher: SipHash::new() }
    }

    fn take(&mut self, key: &str) {
        if self.seen.insert(self.hasher.digest(key.as_bytes())) {
            self.keys.push(key);
        } else {
            self.keys.repeated();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_keys_are_what_the_note_beside_them_says() {
        let keys = KeySet::embedded().unwrap();
        assert_eq!((keys.len(), keys.repeats(), keys.name()), (146_219, 0, "paths-debian"));
        assert_eq!((keys.get(0), keys.get(1)), ("/bin", "/bin/bash"));
        assert_eq!(keys.iter().map(|key| key.len() + 1).sum::<usize>(), 9_025_873);
    }

    #[test]
    fn too_many_keys_or_bytes_are_not_held() {
        let read = |keys, bytes| {
            KeySet::read_up_to("x", KeyReader::new(Input::Stdin, &b"ab\ncd\nab\nef\n"[..]).unwrap(), keys, bytes).unwrap()
        };
        assert_eq!(read(3, 6).map(|keys| keys.len()), Some(3));
        assert!(read(2, 6).is_none() && read(3, 5).is_none());
    }

    #[test]
    fn repeats_are_dropped_and_counted() {
        let keys = KeySet::new("x", ["a", "b", "a", "c", "a"]);
        assert_eq!((keys.iter().collect::<Vec<_>>(), keys.repeats()), (vec!["a", "b", "c"], 2));
    }
}
