//! Keys: read from files, embedded, or generated from a seed.

mod embedded;
pub mod generated;
mod reader;

use std::collections::HashSet;
use std::path::Path;

use annulus_core::{KeyHasher, SipHash};

pub use reader::{Input, KeyError, KeyReader, Problem};

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

    fn read(name: &str, mut reader: KeyReader<'_>) -> Result<Self, KeyError> {
        let hasher = SipHash::new();
        let mut seen = HashSet::new();
        let mut keys = Self { name: name.to_owned(), ..Self::default() };
        while let Some(key) = reader.next_key()? {
            if seen.insert(hasher.hash(key.as_bytes())) {
                keys.text.push_str(key);
                keys.ends.push(keys.text.len());
            } else {
                keys.repeats += 1;
            }
        }
        if keys.is_empty() {
            return Err(reader.error(Problem::NoKeys));
        }
        Ok(keys)
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

    /// The key at `position`.
    ///
    /// # Panics
    /// Past the end, as a slice does.
    #[must_use]
    pub fn get(&self, position: usize) -> &str {
        let start = if position == 0 { 0 } else { self.ends[position - 1] };
        &self.text[start..self.ends[position]]
    }

    /// The digest of each key, as every algorithm of the evaluation sees it.
    #[must_use]
    pub fn digests(&self) -> Vec<u64> {
        let hasher = SipHash::new();
        self.iter().map(|key| hasher.hash(key.as_bytes())).collect()
    }

    /// All keys in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|position| self.get(position))
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
}
