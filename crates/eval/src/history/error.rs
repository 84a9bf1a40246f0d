//! What can be wrong with a history, and what a lenient reader passed over.

use std::fmt;

use crate::keys::{self, Input, KeyError};

/// A history that could not be read: where, and why.
#[derive(Debug, thiserror::Error)]
pub struct HistoryError {
    /// The file.
    pub input: Input,
    /// The line, from 1; 0 where it is the file as a whole.
    pub line: u64,
    /// What is wrong with it, and what to do.
    pub reason: String,
}

impl fmt::Display for HistoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "history from {}: {}", self.input, self.reason),
            line => write!(f, "history from {}, line {line}: {}", self.input, self.reason),
        }
    }
}

impl From<KeyError> for HistoryError {
    fn from(error: KeyError) -> Self {
        let reason = match error.problem {
            keys::Problem::Directory => "is a directory; give a file with a header and one event a line".to_owned(),
            problem => problem.to_string(),
        };
        Self { line: error.line, reason, input: error.input }
    }
}

/// What can be wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Another number of columns than the header has.
    #[error("has {found} columns, and the header has {expected}; give `{header}`")]
    Columns {
        /// How many there are.
        found: usize,
        /// How many the header has.
        expected: usize,
        /// The header.
        header: String,
    },
    /// A time that is none.
    #[error("has the time `{0}`; give a number, as 1435004012, or a date, as 2026-01-31T12:00:00Z")]
    Time(String),
    /// A time before that of the row above.
    #[error("has the time {time}, which is before {before} on line {line}; put the rows in the order of time")]
    Unordered {
        /// The time.
        time: String,
        /// The last one before it.
        before: String,
        /// Where that stands.
        line: u64,
    },
    /// A word that is no event.
    #[error("has the event `{0}`; give join, leave or weight")]
    Event(String),
    /// A node without a name.
    #[error("has no node; give its name in the third column")]
    Nameless,
    /// A capacity that is none.
    #[error("has the capacity `{0}`; give a number that is 0 or more")]
    Capacity(String),
    /// A node that is there already.
    #[error(
        "joins `{node}`, which has been there since line {line}; write weight to give it another capacity, or let it leave first"
    )]
    Duplicate {
        /// Its name.
        node: String,
        /// Where it joined.
        line: u64,
    },
    /// A node that is not there.
    #[error("has the event {event} of `{node}`, which is not there; let it join first")]
    Unknown {
        /// The event.
        event: &'static str,
        /// The name.
        node: String,
    },
}

impl Problem {
    /// The kind of problem, in a few words.
    const fn kind(&self) -> &'static str {
        match self {
            Self::Columns { .. } => "with a wrong number of columns",
            Self::Time(_) => "with a bad time",
            Self::Unordered { .. } => "out of the order of time",
            Self::Event(_) => "with an unknown event",
            Self::Nameless => "without a node",
            Self::Capacity(_) => "with a bad capacity",
            Self::Duplicate { .. } => "that join a node which is there",
            Self::Unknown { .. } => "about a node which is not there",
        }
    }
}

/// Rows that a lenient reader passed over, by what was wrong with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// The kind of problem, how many rows had it, and the first line that had.
    kinds: Vec<(&'static str, u64, u64)>,
}

impl Skipped {
    pub(super) fn count(&mut self, problem: &Problem, line: u64) {
        let kind = problem.kind();
        match self.kinds.iter_mut().find(|(known, ..)| *known == kind) {
            Some((_, count, _)) => *count += 1,
            None => self.kinds.push((kind, 1, line)),
        }
    }

    /// Whether none was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }
}

impl fmt::Display for Skipped {
    /// `2 rows with a bad capacity (first on line 7), 1 row with a bad time (line 9)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (kind, count, line)) in self.kinds.iter().enumerate() {
            let comma = if number == 0 { "" } else { ", " };
            if *count == 1 {
                // `that join` is of several rows.
                write!(f, "{comma}1 row {} (line {line})", kind.replace("that join ", "that joins "))?;
            } else {
                write!(f, "{comma}{count} rows {kind} (first on line {line})")?;
            }
        }
        Ok(())
    }
}
