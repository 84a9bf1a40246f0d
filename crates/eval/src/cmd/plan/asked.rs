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
    if spread.is_some() && replicas == 1 {
        return Err(Error::Usage("--spread zone is of the copies of a key; give --replicas 2 or more".to_owned()));
    }
    Ok(Sets { replicas, zones: spread.map(|Spread::Zone| sides.change.zones()) })
}

/// What was asked, as names and values.
pub(super) fn facts(sides: &Sides, plan: &Plan) -> Vec<(String, String)> {
    let [before, after] = plan.change.counts();
    let how = match (plan.change.is_replayed(), &sides.history) {
        (true, Some(_)) => {
            "from the members before, then every change from step to step is made to the running router (--replay)"
        }
        (true, None) => "from the members before, then the change is made to the running router (--replay)",
        (false, _) => "both sides from scratch, each from its list",
    };
    let order = if plan.change.is_reordered() && !plan.change.is_replayed() {
        "; those that stay are listed in another order, which counts for some algorithms (`annulus list`)"
    } else {
        ""
    };
    let load = if plan.has_loads { format!(", of load {}", count(plan.load)) } else { String::new() };
    let spread = if plan.is_spread { ", in different zones" } else { "" };
    let copies = (plan.replicas > 1).then(|| format!("{} of each key{spread}", plan.replicas));
    let facts = [
        ("Change", Some(format!("{} → {} members: {}{order}", count(before as u64), count(after as u64), plan.change.told()))),
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
