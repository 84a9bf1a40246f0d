//! Whether the answers are any good.

use super::markdown::{header, table};
use super::number;
use crate::cell::Algorithm;
use crate::results::{Results, Subject};
use crate::stats;

/// With this number of keys a node, the fullest node tells of the algorithm and not of chance.
const ENOUGH: u64 = 20;

pub(super) fn section(results: &Results) -> String {
    let mut text = String::from(
        "## Answers\n\nBefore the first sitting, ours under the default hasher were held to the textbook form: digests one by \
         one and in batches, and strings. Of everybody: how many nodes had none of the keys, the fullest node over the mean (where \
         there were 20 keys a node or more), whether an instance in another process answers alike, and how many of 2,000 keys were \
         still answered with a node that had left.\n\n",
    );
    for algorithm in Algorithm::ALL {
        let rows: Vec<Vec<String>> = results
            .of(algorithm)
            .flat_map(|(cell, subjects)| subjects.iter().filter_map(move |subject| row(cell.nodes, subject)))
            .collect();
        if !rows.is_empty() {
            let columns = ["N", "subject", "keys", "nodes without", "max / mean", "same elsewhere", "keys of the gone"];
            text.push_str(&format!("### {algorithm}\n\n{}\n", table(&header(&columns), &rows)));
        }
    }
    text.push_str(&claims(results));
    text
}

fn row(nodes: u32, subject: &Subject) -> Option<Vec<String>> {
    let answers = subject.outcome.answers?;
    let enough = answers.keys >= ENOUGH * u64::from(nodes);
    let strays = if answers.strays > 0 { format!(" ({} to no node)", number::count(answers.strays)) } else { String::new() };
    Some(vec![
        number::count(u64::from(nodes)),
        subject.name.to_owned(),
        format!("{}{strays}", number::count(answers.keys)),
        starved(nodes, answers.keys, answers.starved),
        if enough { number::short(answers.max_over_mean) } else { "–".to_owned() },
        subject.deterministic.map_or("–", |same| if same { "yes" } else { "no" }).to_owned(),
        match subject.outcome.changes.filter(|changes| changes.keys > 0) {
            Some(changes) => format!("{} of {}", changes.at_removed, number::count(changes.keys)),
            None => "–".to_owned(),
        },
    ])
}

/// How many nodes had no key and, where there would be any, how many chance alone leaves without: N·e^(−keys/N).
fn starved(nodes: u32, keys: u64, starved: u64) -> String {
    let by_chance = f64::from(nodes) * (-stats::float(keys) / f64::from(nodes)).exp();
    if by_chance < 0.5 {
        return number::count(starved);
    }
    format!("{} ({by_chance:.0} by chance)", number::count(starved))
}

/// How the claims to the paper's function fared.
fn claims(results: &Results) -> String {
    if results.claims.is_empty() {
        return String::new();
    }
    let rows: Vec<Vec<String>> = results
        .claims
        .iter()
        .map(|claim| {
            vec![
                claim.package.to_owned(),
                format!("{} of {}", number::count(claim.differing), number::count(claim.keys)),
                format!("{} of {}", number::count(claim.edge_differing), number::count(claim.edge_keys)),
            ]
        })
        .collect();
    let columns = ["crate", "random digests, to 2³¹ − 1 buckets", "digests near an integer"];
    format!(
        "### The paper's jump function\n\nThose that say they have it, and on how many digests their answer is not that of the \
         paper's loop.\n\n{}\n",
        table(&header(&columns), &rows)
    )
}
