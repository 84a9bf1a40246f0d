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
    pub(super) weights: Option<Weights>,
    /// Which nodes leave [default: any]
    #[arg(long, value_name = "WHICH", value_enum, help_heading = "Nodes")]
    pub(super) leaves: Option<Leaves>,
    /// How many nodes join or leave: a number and per hour, day, week, month or year, as 2/day [default: 4/month]
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
    /// In how many zones the nodes are, in turn: each replica goes to another one
    #[arg(long, value_name = "N", help_heading = "Keys")]
    pub(super) zones: Option<u32>,
    /// The zone of each node, where members tell it
    #[arg(skip)]
    #[serde(skip)]
    pub(super) zone_of: Option<Vec<u32>>,
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
    /// How many nanoseconds a look-up may take, on this machine [default: 1000, a hundredth of a request over a network]
    #[arg(long, value_name = "NS", help_heading = "Routers")]
    pub(super) lookup: Option<f64>,
    /// What to look at first among those that meet all this [default: lookup where a moved key costs nothing, else moved]
    #[arg(long, value_name = "WHAT", value_enum, help_heading = "Routers")]
    pub(super) worry: Option<Worry>,
}

/// Weights of nodes, which get them in turn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Weights(pub(super) Vec<Weight>);

impl FromStr for Weights {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let weight = |item: &str| {
            let weight = item.trim().parse().ok().and_then(Weight::new);
            weight.ok_or_else(|| format!("`{item}` is no weight; give whole numbers from 1 to {}, as 4,8,16", u32::MAX))
        };
        text.split(',').map(weight).collect::<Result<_, _>>().map(Self)
    }
}

impl Serialize for Weights {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|weight| weight.get()))
    }
}

impl<'de> Deserialize<'de> for Weights {
    /// A list, or a text as on the command line.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "expected weights as [4, 8, 16]")]
        enum Written {
            List(Vec<u32>),
            Text(String),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::List(list) => list.iter().map(u32::to_string).collect::<Vec<_>>().join(","),
            Written::Text(text) => text,
        };
        text.parse().map_err(serde::de::Error::custom)
    }
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
        let is_whole = |each: f64| (self.0 / each - (self.0 / each).round()).abs() < 1e-6;
        let (period, each) = PERIODS.into_iter().take(4).find(|(_, each)| is_whole(*each)).unwrap_or(("month", 1.0));
        write!(f, "{}/{period}", if is_whole(each) { (self.0 / each).round() } else { self.0 })
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
            let reason = error
                .message()
                .replace('\n', "; ")
                .replace("usize", "a whole number")
                .replace("u32", "a whole number")
                .replace("u64", "a whole number")
                .replace("f64", "a number");
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
            zone_of: self.zone_of.or(other.zone_of),
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
        let weights = members.iter().map(|member| member.weight).collect();
        let mut zones: Vec<&str> = members.iter().map(|member: &Member| member.zone.as_deref().unwrap_or_default()).collect();
        let of = zones.clone();
        zones.sort_unstable();
        zones.dedup();
        let has_zones = zones.len() > 1;
        // Positions in the sorted list of names: a file has fewer lines than 2³².
        let place = |zone: &str| u32::try_from(zones.partition_point(|other| *other < zone)).unwrap_or(u32::MAX);
        Ok(Self {
            nodes: Some(members.len()),
            weights: Some(Weights(weights)),
            zone_of: has_zones.then(|| of.into_iter().map(place).collect()),
            ..Self::default()
        })
    }

    /// All questions with their answers as a file; those that were left open stand in comments, with what was assumed.
    pub(super) fn printed(&self, wanted: &Wanted) -> Result<String, Error> {
        let full = Self {
            what: None,
            grow_to: Some(wanted.to()),
            leaves: Some(wanted.leaves),
            changes: Some(Rate(wanted.changes)),
            moved_key: Some(wanted.moved_key),
            moved: Some(wanted.moved),
            busiest: Some(wanted.busiest),
            replicas: Some(wanted.replicas),
            routers: Some(wanted.routers),
            bytes: Some(Bytes(wanted.bytes)),
            lookup: Some(wanted.lookup),
            worry: Some(wanted.worry),
            ..self.clone()
        };
        let written = |answers: &Self| {
            toml::to_string(answers).map_err(|error| Error::Usage(format!("the answers cannot be written: {error}")))
        };
        let (given, all) = (written(&Self { what: None, ..self.clone() })?, written(&full)?);
        let is_given = |line: &str| {
            let name = line.split(" = ").next().unwrap_or_default();
            given.lines().any(|given| given.split(" = ").next() == Some(name))
        };
        let line = |line: &str| if is_given(line) { format!("{line}\n") } else { format!("# {line}\n") };
        let open = ["weights = [4, 8, 16]", "zones = 3", "keys = 1000000", "skew = 0.9"];
        let open = open.into_iter().filter(|example| {
            let name = example.split(" = ").next().unwrap_or_default();
            !all.lines().any(|line| line.split(" = ").next() == Some(name))
        });
        let open: String = open.map(|example| format!("# for example: {example}\n")).collect();
        Ok(all.lines().map(line).collect::<String>() + &open)
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
            weights: self.weights.clone().map_or_else(|| vec![Weight::ONE], |weights| weights.0),
            leaves: self.leaves.unwrap_or(Leaves::Any),
            changes: self.changes.unwrap_or(Rate(4.0)).0,
            moved_key,
            moved: self.moved.unwrap_or(usual),
            busiest: self.busiest.unwrap_or(1.25),
            replicas: self.replicas.unwrap_or(1),
            zones: self.zone_of.clone().or_else(|| self.zones.map(|zones| (0..zones).collect())),
            routers,
            bytes: self.bytes.map_or(DEFAULT_MEMORY_LIMIT, |bytes| bytes.0),
            lookup: self.lookup.unwrap_or(1_000.0),
            keys: self.keys,
            skew: self.skew,
            worry: self.worry.unwrap_or(moved_key.usual_worry()),
            seed,
        };
        check(&wanted).map_err(Error::Usage)?;
        Ok(wanted)
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
    if !(wanted.lookup > 0.0 && wanted.lookup.is_finite()) {
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
    if let Some(zones) = wanted.zone_count().filter(|zones| *zones < replicas as usize) {
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
    fn rates_are_written_as_they_were_given() {
        for text in ["4/month", "50/day", "3/week", "7/hour", "1.5/month"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
    }

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
            ("nodes = 10\nweights = \"4,x\"", "line 2: `x` is no weight; give whole numbers"),
            ("nodes = 10\nweights = true", "line 2: expected weights as [4, 8, 16]"),
            ("nodes = \"ten\"", "line 1: invalid type: string \"ten\", expected a whole number"),
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
