//! What the user answers: by flags, by a file, or by default.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use annulus::{Bytes, DEFAULT_MEMORY_LIMIT};
use annulus_core::Weight;
use clap::Args;
use serde::{Deserialize, Serialize};

use crate::choose::{Leaves, MovedKey, Routers, Wanted, Worry};
use crate::cmd::error::Error;
use crate::members::{self, Member};

/// The answers that were given. A flag and a line of a file have the same name.
#[derive(Clone, Debug, Default, Args, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct Answers {
    /// What the system is, in words: for a file of answers
    #[arg(skip)]
    pub(super) what: Option<String>,
    /// How many nodes there are now
    #[arg(long, value_name = "N", help_heading = "Nodes")]
    pub(super) nodes: Option<usize>,
    /// How many there will be at most [default: as now]
    #[arg(long, value_name = "N", help_heading = "Nodes")]
    pub(super) grow_to: Option<usize>,
    /// Weights of the nodes, as 4,8,16: nodes get them in turn [default: all equal]
    #[arg(long, value_name = "LIST", help_heading = "Nodes")]
    pub(super) weights: Option<String>,
    /// Which nodes leave [default: any]
    #[arg(long, value_name = "WHICH", value_enum, help_heading = "Nodes")]
    pub(super) leaves: Option<Leaves>,
    /// How many nodes join or leave: a number and per day, week, month or year, as 2/day [default: 4/month]
    #[arg(long, value_name = "RATE", help_heading = "Nodes")]
    pub(super) changes: Option<Rate>,
    /// What a moved key costs [default: miss]
    #[arg(long, value_name = "WHAT", value_enum, help_heading = "Keys")]
    pub(super) moved_key: Option<MovedKey>,
    /// How many keys one change may move, over the least possible [default: 10 where a moved key costs nothing, 1.5 for a miss, 1.1 for
    /// a copy]
    #[arg(long, value_name = "RATIO", help_heading = "Keys")]
    pub(super) moved: Option<f64>,
    /// How many keys the busiest node may have, over its part [default: 1.25]
    #[arg(long, value_name = "RATIO", help_heading = "Keys")]
    pub(super) busiest: Option<f64>,
    /// How many nodes hold each key [default: 1]
    #[arg(long, value_name = "N", help_heading = "Keys")]
    pub(super) replicas: Option<u32>,
    /// In how many zones the nodes are: each replica goes to another one
    #[arg(long, value_name = "N", help_heading = "Keys")]
    pub(super) zones: Option<u32>,
    /// How many keys there are: tells what chance adds to the busiest node
    #[arg(long, value_name = "N", help_heading = "Keys")]
    pub(super) keys: Option<u64>,
    /// How popularity falls with rank: the exponent of Zipf's law, as 0.9
    #[arg(long, value_name = "EXPONENT", requires = "keys", help_heading = "Keys")]
    pub(super) skew: Option<f64>,
    /// What the routers have in common [default: list]
    #[arg(long, value_name = "WHAT", value_enum, help_heading = "Routers")]
    pub(super) routers: Option<Routers>,
    /// How many bytes the algorithm may take in each router, as 64MB [default: 256MB]
    #[arg(long, value_name = "SIZE", help_heading = "Routers")]
    pub(super) bytes: Option<Bytes>,
    /// How many nanoseconds a look-up by digest may take, on this machine [default: any]
    #[arg(long, value_name = "NS", help_heading = "Routers")]
    pub(super) lookup: Option<f64>,
    /// What to look at first among those that meet all this [default: lookup where a moved key costs nothing, else moved]
    #[arg(long, value_name = "WHAT", value_enum, help_heading = "Routers")]
    pub(super) worry: Option<Worry>,
}

/// Changes in a month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rate(pub(super) f64);

/// How many of each there are in a month.
const PERIODS: [(&str, f64); 5] = [("hour", 730.5), ("day", 30.4375), ("week", 4.348_214), ("month", 1.0), ("year", 1.0 / 12.0)];

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, period) = text.split_once('/').unwrap_or((text, "month"));
        let wrong = || format!("`{text}` is no rate; write a number and per hour, day, week, month or year, as 4/month");
        let number: f64 = number.trim().parse().map_err(|_| wrong())?;
        let (_, each) = PERIODS.iter().find(|(name, _)| *name == period.trim()).ok_or_else(wrong)?;
        if number.is_finite() && number >= 0.0 { Ok(Self(number * each)) } else { Err(wrong()) }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/month", self.0)
    }
}

impl Serialize for Rate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Answers {
    /// The answers of a file, `name` in messages.
    pub(super) fn parse(name: &str, text: &str) -> Result<Self, Error> {
        toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| text[..span.start].matches('\n').count() + 1);
            let place = line.map(|line| format!(", line {line}")).unwrap_or_default();
            let reason = error.message().replace('\n', "; ");
            Error::Usage(format!(
                "answers from {name}{place}: {reason}; the names are those of the flags in `annulus choose --help`"
            ))
        })
    }

    /// These answers where they are given, and the others' elsewhere.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            what: self.what.or(other.what),
            nodes: self.nodes.or(other.nodes),
            grow_to: self.grow_to.or(other.grow_to),
            weights: self.weights.or(other.weights),
            leaves: self.leaves.or(other.leaves),
            changes: self.changes.or(other.changes),
            moved_key: self.moved_key.or(other.moved_key),
            moved: self.moved.or(other.moved),
            busiest: self.busiest.or(other.busiest),
            replicas: self.replicas.or(other.replicas),
            zones: self.zones.or(other.zones),
            keys: self.keys.or(other.keys),
            skew: self.skew.or(other.skew),
            routers: self.routers.or(other.routers),
            bytes: self.bytes.or(other.bytes),
            lookup: self.lookup.or(other.lookup),
            worry: self.worry.or(other.worry),
        }
    }

    /// What a file of members answers.
    pub(super) fn of_members(path: &Path) -> Result<Self, Error> {
        let members = members::load(path)?;
        let weights: Vec<String> = members.iter().map(|member| member.weight.to_string()).collect();
        let zones: std::collections::BTreeSet<&str> =
            members.iter().filter_map(|member: &Member| member.zone.as_deref()).collect();
        Ok(Self {
            nodes: Some(members.len()),
            weights: Some(weights.join(",")),
            zones: (!zones.is_empty()).then(|| u32::try_from(zones.len()).unwrap_or(u32::MAX)),
            ..Self::default()
        })
    }

    /// The whole of it, with defaults for what was not answered.
    pub(super) fn wanted(&self, seed: u64) -> Result<Wanted, Error> {
        let usage = |reason: String| Err(Error::Usage(reason));
        let Some(from) = self.nodes else {
            return usage("how many nodes are there? Give --nodes N, a file of answers, or --members FILE".to_owned());
        };
        let to = self.grow_to.unwrap_or(from);
        let moved_key = self.moved_key.unwrap_or(MovedKey::Miss);
        let routers = self.routers.unwrap_or(Routers::List);
        let usual = if routers == Routers::Nothing {
            moved_key.usual_limit().min(MovedKey::Miss.usual_limit())
        } else {
            moved_key.usual_limit()
        };
        let wanted = Wanted {
            nodes: from..=to,
            weights: self.weights()?,
            leaves: self.leaves.unwrap_or(Leaves::Any),
            changes: self.changes.unwrap_or(Rate(4.0)).0,
            moved_key,
            moved: self.moved.unwrap_or(usual),
            busiest: self.busiest.unwrap_or(1.25),
            replicas: self.replicas.unwrap_or(1),
            zones: self.zones,
            routers,
            bytes: self.bytes.map_or(DEFAULT_MEMORY_LIMIT, |bytes| bytes.0),
            lookup: self.lookup,
            keys: self.keys,
            skew: self.skew,
            worry: self.worry.unwrap_or(moved_key.usual_worry()),
            seed,
        };
        check(&wanted).map_err(Error::Usage)?;
        Ok(wanted)
    }

    fn weights(&self) -> Result<Vec<Weight>, Error> {
        let Some(text) = &self.weights else { return Ok(vec![Weight::ONE]) };
        let weight = |item: &str| {
            let weight = item.trim().parse().ok().and_then(Weight::new);
            weight.ok_or_else(|| {
                Error::Usage(format!("--weights has `{item}`; give whole numbers from 1 to {}, as 4,8,16", u32::MAX))
            })
        };
        text.split(',').map(weight).collect()
    }
}

/// The most nodes that are searched.
const MOST_NODES: usize = 1_000_000;

/// What no algorithm could do, and what makes no sense.
fn check(wanted: &Wanted) -> Result<(), String> {
    let (from, to) = (wanted.from(), wanted.to());
    if from == 0 {
        return Err("--nodes is 0; give 1 at least".to_owned());
    }
    if to < from {
        return Err(format!("--grow-to {to} is less than --nodes {from}; give the fewest as --nodes and the most as --grow-to"));
    }
    if to > MOST_NODES {
        return Err(format!("--grow-to {to} is more than {MOST_NODES}, which would take long to search; ask about fewer"));
    }
    for (flag, value, least) in [("--busiest", wanted.busiest, 1.0), ("--moved", wanted.moved, 1.0)] {
        if !(value >= least && value.is_finite()) {
            return Err(format!("{flag} {value} is less than 1, which is the least possible; give 1 or more, as 1.25"));
        }
    }
    if wanted.lookup.is_some_and(|most| !(most > 0.0 && most.is_finite())) {
        return Err("--lookup must be more than 0 nanoseconds, as 50".to_owned());
    }
    if wanted.keys == Some(0) {
        return Err("--keys is 0; give 1 at least, or leave it out".to_owned());
    }
    if wanted.skew.is_some_and(|skew| !(0.0..=10.0).contains(&skew)) {
        return Err("--skew must be from 0 to 10, as 0.9".to_owned());
    }
    copies(wanted)
}

/// Whether the copies of a key have places to go to.
fn copies(wanted: &Wanted) -> Result<(), String> {
    let (from, replicas) = (wanted.from(), wanted.replicas);
    if replicas == 0 {
        return Err("--replicas is 0; give 1 for keys without copies".to_owned());
    }
    if replicas as usize > from {
        return Err(format!("--replicas {replicas} need as many nodes, and there are {from}; give more nodes or fewer replicas"));
    }
    if let Some(zones) = wanted.zones.filter(|zones| *zones < replicas) {
        return Err(format!(
            "--replicas {replicas} in different zones need as many zones, and there are {zones}; give fewer replicas"
        ));
    }
    let (groups, total) = wanted.groups(from);
    let heaviest = groups.last().map_or(0, |(weight, _)| u64::from(weight.get()));
    if heaviest * u64::from(replicas) > total {
        return Err(format!(
            "a node of weight {heaviest} among {from} nodes of total weight {total} would need more than one copy of some keys to have its \
             part of {replicas} replicas; divide it into nodes of less weight, or give fewer replicas"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_told_by_month() {
        let of = |text: &str| text.parse::<Rate>().map(|rate| rate.0);
        assert_eq!((of("4"), of("4/month"), of("12/year")), (Ok(4.0), Ok(4.0), Ok(1.0)));
        assert!((of("2/day").unwrap() - 60.875).abs() < 1e-9);
        for wrong in ["", "x", "4/fortnight", "-1/day", "inf"] {
            assert!(of(wrong).unwrap_err().contains("as 4/month"), "{wrong}");
        }
    }

    fn refused(text: &str) -> String {
        let answers = Answers::parse("mine.toml", text);
        answers.and_then(|answers| answers.wanted(1)).unwrap_err().to_string()
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_what_to_do() {
        for (text, says) in [
            ("", "how many nodes are there? Give --nodes N"),
            ("nodes = 0", "--nodes is 0"),
            ("nodes = 10\ngrow-to = 5", "--grow-to 5 is less than --nodes 10"),
            ("nodes = 10\nbusiest = 0.9", "--busiest 0.9 is less than 1"),
            ("nodes = 10\nmoved = 0", "--moved 0 is less than 1"),
            ("nodes = 10\nweights = \"4,x\"", "--weights has `x`"),
            ("nodes = 2\nreplicas = 3", "--replicas 3 need as many nodes, and there are 2"),
            ("nodes = 9\nreplicas = 3\nzones = 2", "need as many zones, and there are 2"),
            ("nodes = 3\nreplicas = 2\nweights = \"1,1,9\"", "a node of weight 9 among 3 nodes of total weight 11"),
            ("nodes = 3\nlookup = 0.0", "--lookup must be more than 0"),
            ("nodes = 3\nreplica = 2", "answers from mine.toml, line 2: unknown field `replica`"),
            ("nodes = 3\nchanges = \"often\"", "line 2: `often` is no rate"),
            ("nodes = 3\nleaves = \"first\"", "line 2: unknown variant `first`"),
        ] {
            let error = refused(text);
            assert!(error.contains(says), "{text}: {error}");
        }
    }

    #[test]
    fn flags_come_before_the_file() {
        let file = Answers::parse("mine.toml", "nodes = 10\nreplicas = 3\nmoved-key = \"copy\"").unwrap();
        let flags = Answers { nodes: Some(20), ..Answers::default() };
        let wanted = flags.or(file).wanted(1).unwrap();
        assert_eq!((wanted.nodes.clone(), wanted.replicas, wanted.moved, wanted.worry), (20..=20, 3, 1.1, Worry::Moved));
    }

    #[test]
    fn routers_that_share_nothing_disagree_about_what_a_change_moves() {
        let wanted = |text: &str| Answers::parse("", text).unwrap().wanted(1).unwrap().moved;
        assert_eq!(wanted("nodes = 3\nmoved-key = \"nothing\""), 10.0);
        assert_eq!(wanted("nodes = 3\nmoved-key = \"nothing\"\nrouters = \"nothing\""), 1.5);
        assert_eq!(wanted("nodes = 3\nmoved-key = \"copy\"\nrouters = \"nothing\""), 1.1);
    }
}
