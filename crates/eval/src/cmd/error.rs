//! What ends a run, and with which exit code.

use std::path::PathBuf;
use std::{fmt, io};

use crate::history::HistoryError;
use crate::keys::KeyError;
use crate::measure::MeasureError;
use crate::members::MembersError;
use crate::plot::PlotError;
use crate::reading::folder::FolderError;
use crate::report::ReportError;
use crate::scenario::ScenarioError;
use crate::stats::StatsError;

/// What the program cannot go on from. Its message is one line that names what, where and what to do.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// The command line asks for something that there is not.
    #[error("{0}")]
    Usage(String),
    /// The scenario.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The members.
    #[error(transparent)]
    Members(#[from] MembersError),
    /// A history of members.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The only algorithm that was asked for does not take the members.
    #[error("{algorithm}: {reason}")]
    Refused {
        /// Its name.
        algorithm: String,
        /// Why.
        reason: String,
    },
    /// Standard output.
    #[error("standard output cannot be written: {0}")]
    Stdout(#[source] io::Error),
    /// The output folder.
    #[error("output folder `{path}`: {problem}")]
    Output {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it.
        problem: OutputProblem,
    },
    /// A picture.
    #[error(transparent)]
    Plot(#[from] PlotError),
    /// The report.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A recorded file.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A page or a folder.
    #[error("{path}: {reason}", path = .path.display())]
    Page {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        reason: String,
    },
    /// A law of probability that was asked for what it cannot give.
    #[error("statistics: {0}")]
    Stats(#[from] StatsError),
    /// Gates that an algorithm does not pass.
    #[error("{failed} of {of} gates failed; the lines marked FAIL say which and why")]
    Gates {
        /// How many.
        failed: usize,
        /// Of how many.
        of: usize,
    },
    /// No algorithm meets the requirements.
    #[error("no algorithm meets all limits: loosen the one that is missed by the least; {why}")]
    NothingMeets {
        /// What each misses.
        why: String,
    },
    /// A sweep found what an answer did not.
    #[error("{count} entries of the grids contradict the answer; the lines marked CONTRADICTS say which")]
    Contradicted {
        /// How many.
        count: usize,
    },
    /// No gate judged anything.
    #[error("nothing was judged; the table says why")]
    NothingJudged,
    /// No algorithm was measured.
    #[error(
        "nothing was measured: no algorithm takes these nodes; the report in {folder} says why, and `annulus list` what each takes",
        folder = .folder.display()
    )]
    NothingMeasured {
        /// Where the reasons are recorded.
        folder: PathBuf,
    },
    /// Figures are not what they must be.
    #[error("{count} figures are not what they must be; the report in {folder} begins with them", folder = .folder.display())]
    Broken {
        /// How many.
        count: usize,
        /// Where they are recorded.
        folder: PathBuf,
    },
}

impl Error {
    /// 2 for what was asked wrongly, 1 for what went wrong.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Scenario(_) | Self::History(_) => 2,
            _ => 1,
        }
    }
}

impl From<MeasureError> for Error {
    fn from(error: MeasureError) -> Self {
        match error {
            MeasureError::Stats(error) => Self::Stats(error),
            MeasureError::Keys(error) => Self::Keys(error),
            MeasureError::Request(reason) => Self::Usage(reason),
        }
    }
}

/// Why a folder cannot be written.
#[derive(Debug)]
pub(super) enum OutputProblem {
    /// It is there already, with something in it.
    NotEmpty,
    /// There is something else of that name.
    NotAFolder,
    /// The path is empty.
    Nameless,
    /// A part of its path is a file.
    WithinAFile(PathBuf),
    /// No folder can be made in this one.
    NotWithin(PathBuf, io::ErrorKind),
    /// The system refused.
    Io(io::Error),
    /// A file of it could not be made.
    Content(String),
}

impl fmt::Display for OutputProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotEmpty => f.write_str("is there already and not empty; name another, or remove it"),
            Self::NotAFolder => f.write_str("is there already and no folder; name another"),
            Self::Nameless => f.write_str("has no name; give one"),
            Self::WithinAFile(file) => write!(f, "cannot be made, as {} is a file; name another", file.display()),
            Self::NotWithin(folder, kind) => {
                let why = if *kind == io::ErrorKind::NotFound { "it takes no new folders".to_owned() } else { kind.to_string() };
                write!(f, "cannot be made in {}: {why}; name another", folder.display())
            }
            Self::Io(error) => write!(f, "cannot be written: {error}"),
            Self::Content(reason) => write!(f, "cannot be written: {reason}"),
        }
    }
}
