//! `annulus names`: the nodes of a run, and those that join or leave in it.

use clap::{Args, ValueEnum};

use super::draw::{Draw, number_within};
use super::error::Error;
use super::terminal::print;
use crate::keys::generated;
use crate::keys::patterns::Pattern;
use crate::scenario::MOST_NODES;

/// Prints the node names of a run, one a line: what `annulus locate --members` takes
///
/// These are the names behind the rows of records.csv with the same seed, repetition and number of nodes. With `annulus digests` and
/// `annulus locate` you can recompute a figure yourself: docs/RECORDS.md shows how.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Names {
    /// How many nodes the run has: column `nodes` of records.csv
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = nodes)]
    nodes: u64,
    #[command(flatten)]
    draw: Draw,
    /// Which names to print
    #[arg(long, value_name = "WHICH", value_enum, default_value_t = Of::Members)]
    of: Of,
    /// How many of those that join or leave [default: 1]. Give the number of the scenario: another number draws other victims
    #[arg(long, value_name = "K", allow_hyphen_values = true, value_parser = nodes)]
    count: Option<u64>,
    /// A member that has left: the last one takes its place. May be given several times; they leave in that order
    #[arg(long, value_name = "NAME")]
    without: Vec<String>,
    /// Names with a pattern in place of random ones: sequential, shared-prefix, ipv4, uuid, date
    #[arg(long, value_name = "PATTERN", conflicts_with_all = ["repetition", "of", "count", "without"])]
    pattern: Option<Pattern>,
}

const AFTER_HELP: &str = "Examples:
  annulus names --nodes 100 --repetition 5 > members.txt
  annulus names --nodes 100 --repetition 5 --of victims --count 4
  annulus names --nodes 100 --repetition 5 --without node-fb80dc071bde01ba > after.txt

Which victims a case of records.csv has:
  remove_any      --count V, V being `victims` of the scenario; one at a time, each from all
  fail_1, fail_5  the first 1, 5 of --count F, F being the greatest number of `failed`
  r2, reweight    --count 1
remove_last removes the last member; add_one adds one that joins, add_5 adds five.";

/// Which names of a repetition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Of {
    /// The nodes that are there at the start, in their order
    Members,
    /// The first --count nodes that join
    Joining,
    /// --count nodes drawn at random to leave, in their order
    Victims,
    /// The members in another order of arrival, as `order_dependence` has them
    Reordered,
}

fn nodes(text: &str) -> Result<u64, String> {
    number_within(text, 1..=MOST_NODES)
}

impl Names {
    pub(super) fn execute(&self) -> Result<(), Error> {
        let mut text = String::new();
        for name in self.names()? {
            text.push_str(&name);
            text.push('\n');
        }
        print(&text)
    }

    fn names(&self) -> Result<Vec<String>, Error> {
        let Draw { seed, repetition } = self.draw;
        let (nodes, count) = (length(self.nodes), length(self.count.unwrap_or(1)));
        if let Some(pattern) = self.pattern {
            return Ok((0..u32::MAX).take(nodes).map(|position| pattern.node(seed, position)).collect());
        }
        if self.of != Of::Members && !self.without.is_empty() {
            return Err(Error::Usage("--without takes names from the members; leave out --of".to_owned()));
        }
        if self.count.is_some() && ![Of::Joining, Of::Victims].contains(&self.of) {
            return Err(Error::Usage(
                "--count is for --of joining and --of victims; the members are as many as --nodes says".to_owned(),
            ));
        }
        let members = generated::node_names(seed, repetition, nodes);
        match self.of {
            Of::Members => self.less(members),
            Of::Joining => Ok(generated::node_names(seed, repetition, nodes + count).split_off(nodes)),
            Of::Victims if count > nodes => Err(Error::Usage(format!(
                "--count has {count}, and {nodes} nodes are there; give --count {nodes}: a measure that is told more removes as many"
            ))),
            Of::Victims => Ok(picked(&members, &generated::victims(seed, repetition, nodes, count))),
            Of::Reordered => Ok(picked(&members, &generated::another_order(seed, repetition, nodes))),
        }
    }

    /// The members after some have left. A measure removes in the same way: the last member fills the gap.
    fn less(&self, mut members: Vec<String>) -> Result<Vec<String>, Error> {
        for name in &self.without {
            let Some(place) = members.iter().position(|member| member == name) else {
                let (nodes, Draw { seed, repetition }) = (self.nodes, self.draw);
                return Err(Error::Usage(format!(
                    "--without `{name}` is none of the {nodes} members of seed {seed}, repetition {repetition}, that are left; \
                     `annulus names` prints them"
                )));
            };
            members.swap_remove(place);
        }
        Ok(members)
    }
}

fn length(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

fn picked(members: &[String], positions: &[usize]) -> Vec<String> {
    positions.iter().map(|&position| members[position].clone()).collect()
}
