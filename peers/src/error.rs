//! What can go wrong with a run.

use std::io;
use std::path::PathBuf;

use annulus_clock::Kind;

use crate::cell::{Algorithm, Cell};

/// Why a run ended without its tables.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The system refused.
    #[error("cannot {what}: {source}")]
    Io { what: &'static str, source: io::Error },

    /// A file could not be written.
    #[error("cannot write {}: {source}; give --out a folder that can be written", path.display())]
    Write { path: PathBuf, source: io::Error },

    /// The hidden command was given a name that is not in the registry.
    #[error("{name:?} does not take part in {algorithm}; the tables list who does")]
    UnknownSubject { name: String, algorithm: Algorithm },

    /// More nodes than anybody of an algorithm is timed with.
    #[error("{algorithm} with {nodes} nodes is more than this compares; give --nodes at most {most}, or another --algorithms")]
    TooManyNodes { algorithm: Algorithm, nodes: u32, most: u32 },

    /// Ours and the textbook form disagree: there is nothing to time.
    #[error(
        "{cell}: {subject} answers {got} for digest {digest:#018x} where the textbook form answers {expected}; nothing was timed"
    )]
    Wrong { cell: Cell, subject: &'static str, digest: u64, got: u64, expected: u64 },

    /// Timed answers are not those that are found in another way: a time of wrong answers tells nothing.
    #[error("{cell}: {subject} answers wrongly when {kind} is timed, in {checks} checks")]
    WrongWhenTimed { cell: Cell, subject: &'static str, kind: Kind, checks: u32 },

    /// Ours and the textbook form were changed alike and disagree: the times of the changes tell nothing.
    #[error("{cell}: after the same changes {subject} answers {key:?} with {got} where the textbook form answers {expected}")]
    Diverged { cell: Cell, subject: &'static str, key: String, got: u64, expected: u64 },

    /// One of ours, or a textbook form, could not be built.
    #[error("{cell}: {subject} cannot be built: {reason}")]
    Unbuilt { cell: Cell, subject: &'static str, reason: String },
}

impl Error {
    /// For `map_err`.
    pub(crate) fn io(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { what, source }
    }
}
