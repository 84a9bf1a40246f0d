//! Keys with a load each: how often a key is asked for, or how many bytes it has.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;

use annulus_core::{Digest, KeyHasher, SipHash};

use super::reader::{KeyError, KeyReader, Problem};
use super::set::{KeySet, MOST_BYTES_HELD, MOST_KEYS_HELD};

/// Distinct keys, each with its load.
///
/// A line is a key or, after a tab, a key's load: `user:7<TAB>120`. The load is 1 where the line gives none. The loads of a key that stands
/// on several lines are added up, so that the lines of an access log are loads by request.
#[derive(Clone, Debug)]
pub struct LoadedKeys {
    keys: KeySet,
    loads: Vec<u64>,
    /// How many lines have no tab, but a comma or semicolon and a whole number at their end.
    separated: usize,
}

impl LoadedKeys {
    /// The keys of `path`, or of standard input where it is `-`.
    ///
    /// # Errors
    /// As [`KeySet::load`]; a load that is no whole number; loads that add up to 2⁶⁴ or more, or to nothing; more keys than can be
    /// held ([`MOST_KEYS_HELD`], [`MOST_BYTES_HELD`]).
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        Self::read(KeyReader::open(path)?)
    }

    /// The keys that `reader` gives, as [`load`](Self::load).
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn read(mut reader: KeyReader<'_>) -> Result<Self, KeyError> {
        let hasher = SipHash::new();
        let mut found = Self { keys: KeySet::named(&reader.input().key_set_name()), loads: Vec::new(), separated: 0 };
        let mut places: HashMap<Digest, usize> = HashMap::new();
        let mut total = 0_u64;
        while let Some(line) = reader.next_key()? {
            found.separated += usize::from(ends_in_a_count(line));
            let (key, load) = match key_and_load(line) {
                Ok(both) => both,
                Err(problem) => return Err(reader.error_here(problem)),
            };
            match places.entry(hasher.digest(key.as_bytes())) {
                Entry::Occupied(place) => {
                    found.keys.repeated();
                    found.loads[*place.get()] = found.loads[*place.get()].saturating_add(load);
                }
                Entry::Vacant(place) => {
                    place.insert(found.loads.len());
                    found.keys.push(key);
                    found.loads.push(load);
                }
            }
            total = total.checked_add(load).ok_or_else(|| reader.error_here(Problem::LoadsTooLarge))?;
            if found.keys.len() > MOST_KEYS_HELD || found.keys.bytes() > MOST_BYTES_HELD {
                let most = Problem::TooManyToHold { keys: MOST_KEYS_HELD, mebibytes: MOST_BYTES_HELD >> 20 };
                return Err(reader.error_here(most));
            }
        }
        match (found.keys.is_empty(), total) {
            (true, _) => Err(reader.error(Problem::NoKeys)),
            (false, 0) => Err(reader.error(Problem::NoLoad)),
            (false, _) => Ok(found),
        }
    }

    /// Whether most lines look as if a count were meant after a comma, and are keys as a whole.
    pub(crate) fn looks_separated(&self) -> bool {
        2 * self.separated as u64 > self.keys.len() as u64 + self.keys.repeats()
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &KeySet {
        &self.keys
    }

    /// The load of each key.
    #[must_use]
    pub fn loads(&self) -> &[u64] {
        &self.loads
    }
}

/// Whether a line without a tab ends in a comma or semicolon and a whole number: `user:7,120`.
fn ends_in_a_count(line: &str) -> bool {
    let is_count = |text: &str| !text.trim().is_empty() && text.trim().bytes().all(|byte| byte.is_ascii_digit());
    !line.contains('\t') && line.rsplit_once([',', ';']).is_some_and(|(key, count)| !key.is_empty() && is_count(count))
}

/// The key of a line, and its load: what stands after the last tab, or 1 where there is none.
pub(crate) fn key_and_load(line: &str) -> Result<(&str, u64), Problem> {
    let Some((key, load)) = line.rsplit_once('\t') else { return Ok((line, 1)) };
    let load = load.parse::<u64>().map_err(|_| Problem::Load { text: load.to_owned() })?;
    Ok((key, load))
}

#[cfg(test)]
mod tests {
    use super::super::reader::Input;
    use super::*;

    fn read(text: &str) -> Result<LoadedKeys, String> {
        let reader = KeyReader::new(Input::Stdin, text.as_bytes()).map_err(|error| error.to_string())?;
        LoadedKeys::read(reader).map_err(|error| error.to_string())
    }

    #[test]
    fn loads_are_read_and_those_of_one_key_added_up() {
        let read = read("a\t3\nb\na\nc\t0\na\t10\n").unwrap();
        assert_eq!(read.keys().iter().collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!((read.loads(), read.keys().repeats()), (&[14, 1, 0][..], 2));
    }

    #[test]
    fn counts_after_commas_are_noticed_where_most_lines_have_them() {
        let seen = |text: &str| read(text).unwrap().looks_separated();
        assert!(seen("k1,3\nk2, 4\nk3\n") && seen("k1;3\n"));
        // A tab makes a load of what follows it; one comma in many keys is a key's own.
        assert!(!seen("k1,3\t2\n") && !seen("k1,3\nk2\nk3\n") && !seen("k,v\n") && !seen(",3\n"));
    }

    #[test]
    fn what_is_no_load_is_named_by_its_line() {
        for (text, says) in [
            ("a\nb\t1.5\n", "keys from stdin, line 2: has the load `1.5`; give a whole number after the tab"),
            ("a\t\n", "line 1: has the load ``"),
            ("a\t18446744073709551615\nb\n", "line 2: brings the sum of all loads past 18446744073709551615"),
            ("a\t0\n", "keys from stdin: no key has a load"),
            ("", "keys from stdin: holds no keys"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }
}
