//! What is asked for: replicas and zones, and the facts that a reader needs.

use clap::ValueEnum;

use super::sides::Sides;
use crate::cmd::error::Error;
use crate::fleet::plan::{Plan, Sets};
use crate::members::counted;
use crate::reading::number::count;

/// What no two copies of a key may share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Spread {
    Zone,
}

/// How many nodes hold a key, if there are as many on both sides.
pub(super) fn sets(sides: &Sides, replicas: u32, spread: Option<Spread>) -> Result<Sets, Error> {
    let replicas = usize::try_from(replicas).unwrap_or(usize::MAX);
    for (side, members) in [("before", &sides.before), ("after", &sides.after)] {
        if members.is_empty() {
            return Err(Error::Usage(format!("there are no members {side} that could hold keys; {}", sides.remedy())));
        }
        let zones: std::collections::BTreeSet<&str> = members.iter().filter_map(|member| member.zone.as_deref()).collect();
        let (there, what) = match spread {
            Some(Spread::Zone) => (zones.len(), "zone"),
            None => (members.len(), "member"),
        };
        if let Some(member) = members.iter().find(|member| spread.is_some() && member.zone.is_none()) {
            let reason = format!("`{}` has no zone {side}, and --spread zone needs one", member.name);
            return Err(Error::Usage(format!("{reason}; {}", sides.remedy_of_zones())));
        }
        if replicas > there {
            let (are, s) = if there == 1 { ("is", "") } else { ("are", "s") };
            let instead = if spread.is_some() { ", or leave out --spread zone" } else { "" };
            return Err(Error::Usage(format!(
                "--replicas is {replicas}, and there {are} {there} {what}{s} {side}; give --replicas {there}{instead}"
            )));
        }
    }
    Ok(Sets { replicas, zones: spread.map(|Spread::Zone| sides.change.zones()) })
}

/// What was asked, as names and values.
pub(super) fn facts(sides: &Sides, plan: &Plan) -> Vec<(String, String)> {
    let [before, after] = plan.change.counts();
    let how = if plan.change.is_replayed() {
        "the change is made to a running router that was built of the members before (--replay)"
    } else {
        "both sides are built afresh, each from its list"
    };
    let load = if plan.has_loads { format!(", of load {}", count(plan.load)) } else { String::new() };
    let spread = if plan.is_spread { ", in different zones" } else { "" };
    let copies = (plan.replicas > 1).then(|| format!("{} of each key{spread}", plan.replicas));
    let facts = [
        ("Change", Some(format!("{} → {} members: {}", count(before as u64), count(after as u64), plan.change.told()))),
        ("History", sides.history.clone()),
        ("Before", Some(counted(&sides.before))),
        ("After", Some(counted(&sides.after))),
        ("Weights", sides.weights.clone()),
        ("Keys", Some(format!("{} ({}{load})", plan.keys_name, count(plan.keys)))),
        ("Copies", copies),
        ("Built", Some(how.to_owned())),
    ];
    facts.into_iter().filter_map(|(what, value)| Some((what.to_owned(), value?))).collect()
}
