//! What the command line says of members and keys.

use std::path::PathBuf;

use clap::Args;

/// Where the members come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Members")]
pub(super) struct MembersArgs {
    /// The members before: a file with one a line, a name and, after tabs, a whole weight and a zone; plain, gzip or zstd; - for standard input
    #[arg(long, value_name = "FILE", requires = "after", conflicts_with_all = ["history", "switch"])]
    pub(super) before: Option<PathBuf>,
    /// The members after, likewise
    #[arg(long, value_name = "FILE", requires = "before")]
    pub(super) after: Option<PathBuf>,
    /// Two steps of a history in place of two files: CSV with the header time,event,node,capacity or time,event,node,capacity,zone, with the
    /// events join, leave and weight. Rows of one time are one step; a capacity of 0 is a drain
    #[arg(long, value_name = "FILE", conflicts_with = "switch")]
    pub(super) history: Option<PathBuf>,
    /// The step before: a number from 1, or a time, which means the last step not after it; @TIME is always a time [default: the one before --to]
    #[arg(long, value_name = "STEP", requires = "history", conflicts_with_all = ["before", "switch"], allow_hyphen_values = true)]
    pub(super) from: Option<String>,
    /// The step after, likewise [default: the last]
    #[arg(long, value_name = "STEP", requires = "history", conflicts_with_all = ["before", "switch"], allow_hyphen_values = true)]
    pub(super) to: Option<String>,
    /// The capacity for which a node gets a weight of 1 [default: the greatest that measures all capacities from --from to --to exactly]
    #[arg(long, value_name = "CAPACITY", requires = "history", conflicts_with_all = ["before", "switch"])]
    pub(super) unit: Option<f64>,
    /// Skips rows of the history that are wrong, and says on standard error how many of which kind
    #[arg(long, requires = "history", conflicts_with_all = ["before", "switch"])]
    pub(super) lenient: bool,
    /// The members of both sides, where the algorithm is switched
    #[arg(long = "members", value_name = "FILE", requires = "switch", conflicts_with_all = ["before", "history"])]
    pub(super) same: Option<PathBuf>,
    /// The change is from one algorithm to another, or to other parameters, on the same --members
    #[arg(long, num_args = 2, value_names = ["FROM", "TO"], requires = "same", conflicts_with = "algorithm")]
    pub(super) switch: Option<Vec<String>>,
}

/// Where the keys come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Keys")]
pub(super) struct KeysArgs {
    /// A file with one key a line and, after a tab, its size or count if you have it; plain, gzip or zstd; - for standard input. A key on
    /// several lines is one, and its sizes are added up [default: random digests, a thousand for each member, from one million to four]
    #[arg(long = "keys", value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
    /// Takes each line of --keys by itself, repeats too, in constant memory, however many there are
    #[arg(long, requires = "file")]
    pub(super) stream: bool,
    /// How many random digests
    #[arg(long, value_name = "K", conflicts_with = "file", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) count: Option<u64>,
    /// The seed of the random digests
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
}
