//! One reader for every file of keys: plain, gzip, zstd or standard input, one key a line, in constant memory.
//!
//! What a line means: a key is its bytes up to the line feed, less one carriage return before it; blank lines are
//! skipped; a byte-order mark at the very start is dropped; spaces are part of the key. The format is told by the first
//! bytes and not by the file's name.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::{fmt, str};

use flate2::read::MultiGzDecoder;

/// The longest line that is taken for a key. A file without line feeds is no list of keys, and must not fill the memory.
const LONGEST: usize = 1 << 20;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Where keys come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// What is compiled in.
    Embedded,
}

impl Input {
    /// What `path` names: `-` is standard input.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        if path == Path::new("-") { Self::Stdin } else { Self::File(path.to_owned()) }
    }

    /// A short name for records: the file's own, without its folder and the endings `.zst`, `.gz` and `.txt`.
    #[must_use]
    pub fn key_set_name(&self) -> String {
        let Self::File(path) = self else { return self.to_string() };
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let mut short = &*name;
        for ending in [".zst", ".gz", ".txt"] {
            short = short.strip_suffix(ending).filter(|rest| !rest.is_empty()).unwrap_or(short);
        }
        short.to_owned()
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Stdin => f.write_str("stdin"),
            Self::Embedded => f.write_str("embedded"),
        }
    }
}

/// Keys that could not be read: where, and why.
#[derive(Debug, thiserror::Error)]
pub struct KeyError {
    /// The file.
    pub input: Input,
    /// The line, from 1; 0 where it is the file as a whole.
    pub line: u64,
    /// What is wrong with it.
    #[source]
    pub problem: Problem,
}

impl KeyError {
    /// Whether there are more keys than can be held.
    pub(crate) const fn is_too_many(&self) -> bool {
        matches!(self.problem, Problem::TooManyToHold { .. })
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "keys from {}: {}", self.input, self.problem),
            line => write!(f, "keys from {}, line {line}: {}", self.input, self.problem),
        }
    }
}

/// What can be wrong with a file of keys.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// It cannot be opened or read.
    #[error("cannot be read: {0}")]
    Io(#[source] io::Error),
    /// It is a directory.
    #[error("is a directory; give a file with one entry a line")]
    Directory,
    /// It has no key in it.
    #[error("holds no keys; give at least one line that is not blank")]
    NoKeys,
    /// A line is not UTF-8.
    #[error("is not UTF-8 (byte {byte} of the line is 0x{value:02x}); convert the file to UTF-8")]
    NotUtf8 {
        /// Which byte of the line, from 1.
        byte: usize,
        /// Its value.
        value: u8,
    },
    /// A line is no digest, where digests are read.
    #[error("is `{}`, which is no digest; give 16 hexadecimal digits, as `annulus digests` prints them", shown(.0))]
    NotADigest(String),
    /// A line is longer than any key.
    #[error("is longer than {LONGEST} bytes; put one entry on a line")]
    TooLong,
    /// What stands after a key's tab is no load.
    #[error("has the load `{text}`; give a whole number after the tab")]
    Load {
        /// What stands there.
        text: String,
    },
    /// Loads add up to more than 64 bits.
    #[error("brings the sum of all loads past {}; give loads in a larger unit", u64::MAX)]
    LoadsTooLarge,
    /// All loads are 0.
    #[error("no key has a load; give at least one that is not 0")]
    NoLoad,
    /// More keys than can be held at once.
    #[error("is one key too many: {keys} keys, or {mebibytes} MiB of them, are held at most; give a sample of the keys")]
    TooManyToHold {
        /// How many keys can be held.
        keys: usize,
        /// How many MiB of them.
        mebibytes: usize,
    },
    /// The compressed data ends early or makes no sense.
    #[error("the {format} data is cut short or damaged ({source}); compress the file again")]
    Damaged {
        /// `gzip` or `zstd`.
        format: &'static str,
        /// What the decoder said.
        source: io::Error,
    },
}

/// The beginning of a text, without what would upset a terminal.
fn shown(text: &str) -> String {
    const MOST: usize = 40;
    let rest = if text.chars().nth(MOST).is_some() { "…" } else { "" };
    let start: String = text.chars().take(MOST).collect();
    format!("{}{rest}", start.escape_debug())
}

/// Reads keys one by one.
pub struct KeyReader<'a> {
    input: Input,
    format: Format,
    source: Box<dyn BufRead + 'a>,
    line: u64,
    buffer: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Plain,
    Gzip,
    Zstd,
}

impl KeyReader<'static> {
    /// Opens `path`, or standard input where it is `-`.
    ///
    /// # Errors
    /// A file that is missing, a directory, or unreadable.
    pub fn open(path: &Path) -> Result<Self, KeyError> {
        if path == Path::new("-") {
            return Self::new(Input::Stdin, io::stdin().lock());
        }
        let input = Input::File(path.to_owned());
        let fail = |problem| KeyError { input: input.clone(), line: 0, problem };
        let file = File::open(path).map_err(|error| fail(Problem::Io(error)))?;
        if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
            return Err(fail(Problem::Directory));
        }
        Self::new(input, file)
    }
}

impl<'a> KeyReader<'a> {
    /// Reads from `source`, called `input` in errors, after looking at its first bytes.
    ///
    /// # Errors
    /// A source that cannot be read.
    pub fn new(input: Input, mut source: impl Read + 'a) -> Result<Self, KeyError> {
        let fail = |error| KeyError { input: input.clone(), line: 0, problem: Problem::Io(error) };
        let mut head = Vec::with_capacity(4);
        source.by_ref().take(4).read_to_end(&mut head).map_err(fail)?;
        let format = match *head {
            [0x1f, 0x8b, ..] => Format::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd] => Format::Zstd,
            _ => Format::Plain,
        };
        let whole = io::Cursor::new(head).chain(source);
        let source: Box<dyn BufRead + 'a> = match format {
            Format::Plain => Box::new(BufReader::with_capacity(1 << 16, whole)),
            Format::Gzip => Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(whole))),
            Format::Zstd => Box::new(BufReader::with_capacity(1 << 16, zstd::Decoder::new(whole).map_err(fail)?)),
        };
        Ok(Self { input, format, source, line: 0, buffer: Vec::new() })
    }

    /// Where the keys come from.
    #[must_use]
    pub fn input(&self) -> &Input {
        &self.input
    }

    /// The number of the line that was read last, from 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// The next key; `None` at the end.
    ///
    /// # Errors
    /// A line that is no key, or a file that cannot be read on. Nothing can be read after an error.
    pub fn next_key(&mut self) -> Result<Option<&str>, KeyError> {
        let span = loop {
            if !self.next_line()? {
                return Ok(None);
            }
            let start = if self.line == 1 && self.buffer.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
            let line = self.buffer.strip_suffix(b"\n").unwrap_or(&self.buffer);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.len() > start {
                break start..line.len();
            }
        };
        match str::from_utf8(&self.buffer[span.clone()]) {
            Ok(key) => Ok(Some(key)),
            Err(error) => {
                let bad = span.start + error.valid_up_to();
                Err(self.error_here(Problem::NotUtf8 { byte: bad + 1, value: self.buffer[bad] }))
            }
        }
    }

    /// Reads one line into the buffer; `false` at the end.
    fn next_line(&mut self) -> Result<bool, KeyError> {
        self.buffer.clear();
        self.line += 1;
        let limit = u64::try_from(LONGEST + 2).unwrap_or(u64::MAX);
        match self.source.by_ref().take(limit).read_until(b'\n', &mut self.buffer) {
            Ok(0) => Ok(false),
            Ok(length) if length > LONGEST && !self.buffer.ends_with(b"\n") => Err(self.error_here(Problem::TooLong)),
            Ok(_) => Ok(true),
            Err(source) => Err(match self.format {
                Format::Plain => self.error_here(Problem::Io(source)),
                Format::Gzip => self.error_here(Problem::Damaged { format: "gzip", source }),
                Format::Zstd => self.error_here(Problem::Damaged { format: "zstd", source }),
            }),
        }
    }

    /// An error about the input as a whole.
    #[must_use]
    pub fn error(&self, problem: Problem) -> KeyError {
        KeyError { input: self.input.clone(), line: 0, problem }
    }

    /// An error about the line that was read last.
    #[must_use]
    pub fn error_here(&self, problem: Problem) -> KeyError {
        KeyError { line: self.line, ..self.error(problem) }
    }
}

impl fmt::Debug for KeyReader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyReader").field("input", &self.input).field("line", &self.line).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<String>, KeyError> {
        let mut reader = KeyReader::new(Input::Stdin, bytes)?;
        let mut keys = Vec::new();
        while let Some(key) = reader.next_key()? {
            keys.push(key.to_owned());
        }
        Ok(keys)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 3).unwrap()
    }

    /// Text that does not compress away, so that half of the compressed bytes are not all of it.
    fn long_text() -> String {
        (0..20_000_u64).map(|i| format!("{:x}\n", annulus_core::mix64(i))).collect()
    }

    #[test]
    fn every_format_gives_the_same_keys() {
        let plain = "a\nb c\nµ\n".as_bytes();
        for bytes in [plain.to_vec(), gzip(plain), zstd(plain)] {
            assert_eq!(read(&bytes).unwrap(), ["a", "b c", "µ"]);
        }
    }

    #[test]
    fn concatenated_streams_are_read_to_the_end() {
        assert_eq!(read(&[gzip(b"a\n"), gzip(b"b\n")].concat()).unwrap(), ["a", "b"]);
        assert_eq!(read(&[zstd(b"a\n"), zstd(b"b\n")].concat()).unwrap(), ["a", "b"]);
    }

    #[test]
    fn line_ends_blank_lines_and_the_byte_order_mark_are_no_part_of_a_key() {
        assert_eq!(read(b"\xef\xbb\xbfa\r\n\n\r\n b \nlast").unwrap(), ["a", " b ", "last"]);
        assert_eq!(read(b"").unwrap(), Vec::<String>::new());
        assert_eq!(read(b"\n\n").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn what_is_not_utf8_is_named_by_line_and_byte() {
        let message = read(b"fine\n\nab\xffc\n").unwrap_err().to_string();
        assert!(message.starts_with("keys from stdin, line 3: is not UTF-8 (byte 3 of the line is 0xff)"), "{message}");
    }

    #[test]
    fn compressed_data_that_is_cut_short_is_an_error_in_its_line() {
        for (format, bytes) in [("gzip", gzip(long_text().as_bytes())), ("zstd", zstd(long_text().as_bytes()))] {
            let error = read(&bytes[..bytes.len() / 2]).unwrap_err();
            assert!(matches!(error.problem, Problem::Damaged { format: f, .. } if f == format), "{error}");
            assert!(error.line > 0, "{error}");
        }
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let error = read(&vec![b'x'; LONGEST + 10]).unwrap_err();
        assert!(matches!(error.problem, Problem::TooLong), "{error}");
        assert_eq!(read(&vec![b'x'; LONGEST]).unwrap().len(), 1);
    }

    #[test]
    fn a_key_set_is_named_after_its_file() {
        for (path, name) in [("x/keys.txt.zst", "keys"), ("a.b.gz", "a.b"), (".gz", ".gz"), ("k", "k")] {
            assert_eq!(Input::File(path.into()).key_set_name(), name);
        }
    }
}
