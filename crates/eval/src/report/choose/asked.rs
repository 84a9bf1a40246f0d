//! The requirements as they were understood.

use super::ranking::noun;
use crate::choose::{Leaves, MovedKey, Routers, Wanted};
use crate::reading::number::{count, plain, plain_bytes};
use crate::report::table::{Cell, Column, Table};
use crate::stats::float;

/// Every question with its answer, those that were left open among them.
pub(crate) fn asked(wanted: &Wanted) -> Table {
    let row = |(question, answer): (&'static str, String)| vec![Cell::words(question), Cell::words(answer)];
    Table {
        title: "What is asked for".to_owned(),
        note: "Each has a flag: see annulus choose --help.".to_owned(),
        columns: vec![Column::new("question", ""), Column::new("answer", "")],
        rows: questions(wanted).into_iter().map(row).collect(),
    }
}

/// The same as one sentence.
pub(super) fn sentence(wanted: &Wanted) -> String {
    questions(wanted).into_iter().map(|(question, answer)| format!("{question}: {answer}")).collect::<Vec<_>>().join("; ")
}

fn questions(wanted: &Wanted) -> Vec<(&'static str, String)> {
    let (from, to) = (wanted.from(), wanted.to());
    let nodes = |number: usize| count(number as u64);
    let mut all = vec![
        ("nodes", if from == to { nodes(from) } else { format!("{} now, {} at most", nodes(from), nodes(to)) }),
        ("weights", weights(wanted)),
        ("who leaves", leaves(wanted)),
        ("a moved key costs", moved_key(wanted.moved_key).to_owned()),
        ("one change moves", format!("at most {} × the least possible", plain(wanted.moved))),
        ("busiest node", format!("at most {} × its part", plain(wanted.busiest))),
    ];
    if let Some(zones) = wanted.zone_count() {
        let role = if wanted.replicas > 1 { "each copy of a key in another one" } else { "which matter to copies alone" };
        all.push(("zones", format!("{zones}, {role}")));
    }
    if wanted.replicas > 1 {
        all.push(("copies of a key", wanted.replicas.to_string()));
    }
    all.push(("routers share", routers(wanted.routers).to_owned()));
    all.push(("state", format!("at most {}", plain_bytes(float(wanted.bytes)))));
    all.push(("look-up", format!("at most {} ns", plain(wanted.lookup))));
    all.extend(wanted.keys.map(|keys| {
        let skew = wanted.skew.map_or_else(String::new, |skew| format!(", popular by Zipf's law with exponent {}", plain(skew)));
        ("keys", format!("{}{skew}", count(keys)))
    }));
    all.push(("looked at first", noun(wanted.worry).to_owned()));
    all
}

fn weights(wanted: &Wanted) -> String {
    if wanted.is_equal() {
        return "all equal".to_owned();
    }
    let (groups, _) = wanted.groups(wanted.from());
    if groups.len() > 6 {
        let [least, most] = [groups.first(), groups.last()].map(|group| group.map_or(0, |(weight, _)| weight.get()));
        return format!("{} different ones from {} to {}", groups.len(), count(least.into()), count(most.into()));
    }
    let text = |(weight, nodes): &(annulus_core::Weight, u64)| {
        format!("{} node{} of weight {}", count(*nodes), if *nodes == 1 { "" } else { "s" }, count(weight.get().into()))
    };
    groups.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn leaves(wanted: &Wanted) -> String {
    /// Days of a month.
    const DAYS: f64 = 30.4375;
    let who = match wanted.leaves {
        Leaves::Any => "any node",
        Leaves::Last => "the last of the list",
        Leaves::None => "nobody",
    };
    let joins = if wanted.leaves == Leaves::None { "join" } else { "join or leave" };
    let rate = if wanted.changes >= DAYS {
        format!("{} {joins} a day", plain(wanted.changes / DAYS))
    } else {
        format!("{} {joins} a month", plain(wanted.changes))
    };
    format!("{who}; {rate}")
}

const fn moved_key(cost: MovedKey) -> &'static str {
    match cost {
        MovedKey::Nothing => "nothing",
        MovedKey::Miss => "a miss",
        MovedKey::Copy => "a copy of its data",
    }
}

const fn routers(routers: Routers) -> &'static str {
    match routers {
        Routers::Order => "the list of nodes in the same order",
        Routers::List => "the same nodes, in any order",
        Routers::Nothing => "nothing: each finds the nodes by itself, at its own time",
    }
}
