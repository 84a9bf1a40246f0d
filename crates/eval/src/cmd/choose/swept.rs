//! What `--sweep` shows: every entry of every grid, counted and drawn again.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::choose::sweep::{Outcome, Swept};
use crate::choose::{Answer, Worst};
use crate::reading::number::{bytes, count, ratio, significant};

/// A line for each algorithm, and one for each entry that contradicts the answer.
pub(super) fn told(answer: &Answer, swept: &[Swept]) -> String {
    let mut text =
        format!("Every entry of the grids, for every number of nodes from {} to {}\n", answer.wanted.from(), answer.wanted.to());
    let mut grids: BTreeMap<&str, Vec<&Swept>> = BTreeMap::new();
    for one in swept {
        grids.entry(one.text.split(':').next().unwrap_or_default()).or_default().push(one);
    }
    for (name, entries) in grids {
        let below = entries.iter().filter(|one| !one.is_chosen);
        let missed = below.clone().filter(|one| matches!(one.outcome, Outcome::Misses { .. } | Outcome::Refused(_))).count();
        let near: Vec<&str> =
            entries.iter().filter(|one| matches!(one.outcome, Outcome::TooNear { .. })).map(|one| one.text.as_str()).collect();
        let chosen = entries.iter().find(|one| one.is_chosen);
        let chosen = chosen.map_or("none was chosen".to_owned(), |one| format!("{}: {}", one.text, outcome(&one.outcome)));
        let near = if near.is_empty() { String::new() } else { format!("; too near to a limit to tell: {}", near.join(", ")) };
        let _ = writeln!(text, "  {name}: {missed} of {} entries below miss a limit; {chosen}{near}", below.count());
        if let Some(last) = entries.iter().rev().find(|one| !one.is_chosen) {
            let _ = writeln!(text, "    the last of them, {}: {}", last.text, outcome(&last.outcome));
        }
    }
    for one in swept.iter().filter(|one| one.contradicts()) {
        let _ = writeln!(text, "  CONTRADICTS the answer: {}: {}", one.text, outcome(&one.outcome));
    }
    text
}

fn outcome(outcome: &Outcome) -> String {
    let figure = |what: &str, worst: &Worst| {
        let nodes = count(worst.nodes as u64);
        match what {
            "bytes" => format!("{} among {nodes} nodes", bytes(worst.value)),
            "keys moved" => format!("one change moves {} × what it must among {nodes} nodes", ratio(worst.value)),
            // A part of sets of names, or the figure of one.
            _ if worst.value < 1.0 => {
                format!("{} % of sets of names have a busier node among {nodes} nodes", significant(worst.value * 100.0))
            }
            _ => format!("the busiest of {nodes} nodes has {} × its part", ratio(worst.value)),
        }
    };
    match outcome {
        Outcome::Meets => "meets every limit".to_owned(),
        Outcome::Misses { what, worst } => format!("misses: {}", figure(what, worst)),
        Outcome::TooNear { what, worst } => format!("meets every limit as far as draws can tell ({})", figure(what, worst)),
        Outcome::Refused(reason) => format!("refused: {reason}"),
    }
}
