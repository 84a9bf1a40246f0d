//! The fleet as files: a row an algorithm, a member, a zone, and a receiver of each leaving.

use std::collections::BTreeMap;
use std::io::Write;

use annulus_clock::Kind;
use serde::Serialize;

use crate::algorithm::{Algorithm, Law};
use crate::stats::float;

use super::amount::Amount;
use super::leaving::Leaving;
use super::standing::Standing;
use super::times::Times;
use super::whole::Fleet;

/// A row of `algorithms.csv`.
#[derive(Serialize)]
struct OfAlgorithm<'a> {
    algorithm: &'a str,
    status: String,
    keys_busiest: Option<f64>,
    keys_idlest: Option<f64>,
    keys_cv: Option<f64>,
    load_busiest: Option<f64>,
    load_idlest: Option<f64>,
    load_cv: Option<f64>,
    share_busiest: Option<f64>,
    leavings: usize,
    leaving_moved_over_own: Option<f64>,
    leaving_worst_busiest: Option<f64>,
    state_bytes: Option<u64>,
    measured_latency_digest_ns: Option<f64>,
    measured_throughput_digest_ns: Option<f64>,
    measured_latency_key_ns: Option<f64>,
}

/// A row of `members.csv`.
#[derive(Serialize)]
struct OfMember<'a> {
    algorithm: &'a str,
    member: &'a str,
    weight: u32,
    zone: &'a str,
    wanted_share: f64,
    exact_share: Option<f64>,
    keys: u64,
    load: u64,
    keys_over_wanted: f64,
    load_over_wanted: f64,
    leaving_moved_keys: Option<u64>,
    leaving_moved_load: Option<u64>,
    leaving_moved_over_all: Option<f64>,
    leaving_needless_keys: Option<u64>,
    leaving_receivers: Option<usize>,
    leaving_busiest_member: Option<&'a str>,
    leaving_busiest_load_over_wanted: Option<f64>,
    leaving_largest_receiver: Option<&'a str>,
    leaving_largest_receiver_keys: Option<u64>,
}

/// A row of `zones.csv`.
#[derive(Serialize)]
struct OfZone<'a> {
    algorithm: &'a str,
    zone: &'a str,
    members: usize,
    wanted_share: f64,
    keys: u64,
    load: u64,
    keys_over_wanted: f64,
    load_over_wanted: f64,
}

/// A row of `leaving.csv.zst`.
#[derive(Serialize)]
struct OfReceiver<'a> {
    algorithm: &'a str,
    leaving: &'a str,
    /// Who receives, or the word for all but the largest.
    to: &'a str,
    keys: u64,
    load: u64,
}

/// What stands for the receivers beyond the largest hundred.
const OTHERS: &str = "(others)";

/// Members of one zone.
pub(crate) struct Zone<'a> {
    pub(crate) name: &'a str,
    /// Positions of its members.
    pub(crate) members: Vec<usize>,
    /// The part of all weights that it has.
    pub(crate) wanted: f64,
}

impl Zone<'_> {
    /// What its members have.
    pub(crate) fn amount(&self, standing: &Standing) -> Amount {
        self.members.iter().map(|&at| standing.amounts[at]).sum()
    }
}

impl Fleet {
    /// Writes a row for each algorithm.
    pub(crate) fn write_algorithms(&self, out: impl Write, times: &Times) -> Result<(), csv::Error> {
        let mut writer = csv::Writer::from_writer(out);
        for (at, side) in self.sides.iter().enumerate() {
            let standing = side.standing.as_ref().ok();
            let time = |kind| times.of(at, kind).map(|sittings| sittings.value());
            writer.serialize(OfAlgorithm {
                algorithm: side.algorithm.key(),
                status: side.standing.as_ref().err().map_or_else(|| "ok".to_owned(), |why| format!("refused: {why}")),
                keys_busiest: standing.map(|standing| standing.keys.busiest),
                keys_idlest: standing.map(|standing| standing.keys.idlest),
                keys_cv: standing.map(|standing| standing.keys.cv),
                load_busiest: standing.map(|standing| standing.load.busiest),
                load_idlest: standing.map(|standing| standing.load.idlest),
                load_cv: standing.map(|standing| standing.load.cv),
                share_busiest: standing.and_then(|standing| self.busiest_share(&side.algorithm, standing)),
                leavings: standing.map_or(0, |standing| standing.leavings.len()),
                leaving_moved_over_own: standing.and_then(Standing::moved_over_own),
                leaving_worst_busiest: standing.and_then(Standing::worst_leaving).map(|worst| worst.busiest.1),
                state_bytes: standing.map(|standing| standing.state_bytes),
                measured_latency_digest_ns: time(Kind::DigestLatency),
                measured_throughput_digest_ns: time(Kind::DigestThroughput),
                measured_latency_key_ns: time(Kind::KeyLatency(16)),
            })?;
        }
        Ok(writer.flush()?)
    }

    /// Writes a row for each algorithm and member.
    pub(crate) fn write_members(&self, out: impl Write) -> Result<(), csv::Error> {
        let mut writer = csv::Writer::from_writer(out);
        for (algorithm, standing) in self.standing() {
            let leavings: BTreeMap<usize, &Leaving> = standing.leavings.iter().map(|leaving| (leaving.member, leaving)).collect();
            for at in 0..self.members.len() {
                writer.serialize(self.of_member(algorithm, standing, at, leavings.get(&at).copied()))?;
            }
        }
        Ok(writer.flush()?)
    }

    fn of_member<'a>(&'a self, algorithm: &'a str, standing: &Standing, at: usize, leaving: Option<&Leaving>) -> OfMember<'a> {
        let (member, amount) = (&self.members[at], standing.amounts[at]);
        let [keys_over_wanted, load_over_wanted] = self.over_wanted(amount, self.wanted(at));
        let largest = leaving.and_then(|leaving| leaving.gains.first().copied());
        OfMember {
            algorithm,
            member: &member.name,
            weight: member.weight.get(),
            zone: member.zone.as_deref().unwrap_or_default(),
            wanted_share: self.wanted(at),
            exact_share: standing.shares.as_ref().map(|shares| shares[at]),
            keys: amount.keys,
            load: amount.load,
            keys_over_wanted,
            load_over_wanted,
            leaving_moved_keys: leaving.map(|leaving| leaving.moved.keys),
            leaving_moved_load: leaving.map(|leaving| leaving.moved.load),
            leaving_moved_over_all: leaving.map(|leaving| float(leaving.moved.keys) / float(self.placed.len())),
            leaving_needless_keys: leaving.map(|leaving| leaving.needless.keys),
            leaving_receivers: leaving.map(|leaving| leaving.receivers),
            leaving_busiest_member: leaving.map(|leaving| self.members[leaving.busiest.0].name.as_str()),
            leaving_busiest_load_over_wanted: leaving.map(|leaving| leaving.busiest.1),
            leaving_largest_receiver: largest.map(|(at, _)| self.members[at].name.as_str()),
            leaving_largest_receiver_keys: largest.map(|(_, amount)| amount.keys),
        }
    }

    /// Writes a row for each algorithm and zone, if members have zones.
    pub(crate) fn write_zones(&self, out: impl Write) -> Result<(), csv::Error> {
        let mut writer = csv::Writer::from_writer(out);
        for (algorithm, standing) in self.standing() {
            for zone in self.zones() {
                let amount = zone.amount(standing);
                let [keys_over_wanted, load_over_wanted] = self.over_wanted(amount, zone.wanted);
                let (members, wanted_share) = (zone.members.len(), zone.wanted);
                let Amount { keys, load } = amount;
                let zone = zone.name;
                writer.serialize(OfZone {
                    algorithm,
                    zone,
                    members,
                    wanted_share,
                    keys,
                    load,
                    keys_over_wanted,
                    load_over_wanted,
                })?;
            }
        }
        Ok(writer.flush()?)
    }

    /// Writes a row for each receiver of each leaving, compressed by zstd: the largest hundred, then all others together.
    pub(crate) fn write_leavings(&self, out: impl Write) -> Result<(), csv::Error> {
        let mut writer = csv::Writer::from_writer(zstd::Encoder::new(out, 0)?.auto_finish());
        for (algorithm, standing) in self.standing() {
            for leaving in &standing.leavings {
                let from = self.members[leaving.member].name.as_str();
                let mut others = leaving.moved;
                let mut row =
                    |to, Amount { keys, load }| writer.serialize(OfReceiver { algorithm, leaving: from, to, keys, load });
                for &(to, amount) in &leaving.gains {
                    others -= amount;
                    row(self.members[to].name.as_str(), amount)?;
                }
                if others.keys > 0 {
                    row(OTHERS, others)?;
                }
            }
        }
        Ok(writer.flush()?)
    }

    /// The algorithms that took the members, each with how keys lie.
    fn standing(&self) -> impl Iterator<Item = (&str, &Standing)> {
        self.sides.iter().filter_map(|side| Some((side.algorithm.key(), side.standing.as_ref().ok()?)))
    }

    /// The part of all weights that a member has.
    pub(crate) fn wanted(&self, member: usize) -> f64 {
        f64::from(self.members[member].weight.get()) / float(self.total_weight)
    }

    /// Keys and load over what this part of all weights should have.
    pub(crate) fn over_wanted(&self, amount: Amount, wanted: f64) -> [f64; 2] {
        let (keys, load) = (float(self.placed.len()), float(self.total_load));
        [float(amount.keys) / keys / wanted, float(amount.load) / load / wanted]
    }

    /// The largest exact share over what the member's weight gives it, where the algorithm tells shares or gives everybody exactly
    /// that.
    pub(crate) fn busiest_share(&self, algorithm: &Algorithm, standing: &Standing) -> Option<f64> {
        if algorithm.law() == Law::Uniform {
            return Some(1.0);
        }
        let shares = standing.shares.as_ref()?;
        Some(shares.iter().enumerate().map(|(at, share)| share / self.wanted(at)).fold(0.0, f64::max))
    }

    /// The zones in order of their names; none where no member has one. Members without a zone are one of no name.
    pub(crate) fn zones(&self) -> Vec<Zone<'_>> {
        let mut zones: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, member) in self.members.iter().enumerate() {
            zones.entry(member.zone.as_deref().unwrap_or_default()).or_default().push(at);
        }
        if zones.keys().all(|name| name.is_empty()) {
            return Vec::new();
        }
        let zone = |(name, members): (_, Vec<usize>)| {
            let wanted = members.iter().map(|&at| self.wanted(at)).sum();
            Zone { name, members, wanted }
        };
        zones.into_iter().map(zone).collect()
    }
}

impl Standing {
    /// Keys that moved over keys that had to, over all leavings together.
    pub(crate) fn moved_over_own(&self) -> Option<f64> {
        let moved: Amount = self.leavings.iter().map(|leaving| leaving.moved).sum();
        let own: Amount = self.leavings.iter().map(|leaving| self.amounts[leaving.member]).sum();
        (own.keys > 0).then(|| float(moved.keys) / float(own.keys))
    }

    /// The leaving that leaves the busiest survivor.
    pub(crate) fn worst_leaving(&self) -> Option<&Leaving> {
        self.leavings.iter().max_by(|left, right| left.busiest.1.total_cmp(&right.busiest.1))
    }
}
