//! The answer of `annulus choose` as text: what is best and why, what is ruled out and by which figure, what was asked.

mod asked;
mod misses;
mod paste;
mod ranking;
mod reasons;

use crate::choose::{Answer, Considered, Place};
use crate::known;
use crate::reading::number::{count, plain, ratio, significant};

use super::table::{Table, escaped};

pub(crate) use asked::asked;
use misses::of_considered;
pub(crate) use misses::{missed, of_tried};
pub(crate) use paste::paste;
pub(crate) use ranking::ranking;
pub(crate) use reasons::reasons;

/// Those that are not ranked, a line each, with the figure that decides.
pub(crate) fn ruled_out(answer: &Answer) -> Vec<String> {
    let wanted = &answer.wanted;
    let mut lines: Vec<String> = answer.considered.iter().filter_map(|one: &Considered| of_considered(one, wanted)).collect();
    for (candidate, place) in answer.candidates.iter().zip(&answer.places) {
        let key = candidate.algorithm.key();
        match place {
            Place::Ranked(_) => {}
            Place::TooSlow(miss) => lines.push(format!("{key}: {}", missed(miss, wanted))),
            Place::DominatedBy(by) => {
                let other = answer.candidates[*by].algorithm.key();
                lines.push(format!(
                    "{key}: meets all limits, but {other} is no worse in any of the four figures, and better in some"
                ));
            }
        }
    }
    lines
}

/// An algorithm's name, and of one that is there to compare with, what it is.
fn named(one: &Considered) -> String {
    if known::is_baseline(&one.name) { format!("{} ({})", one.name, one.title) } else { one.name.clone() }
}

/// What the keys add to any placement; or that nothing is known of them.
fn chance(answer: &Answer) -> String {
    let wanted = &answer.wanted;
    let Some(chance) = answer.chance else {
        return "These are parts of all possible keys; your own keys add chance: --keys N tells how much.".to_owned();
    };
    let most = plain(wanted.busiest);
    let (median, unlucky) = (ratio(chance.median), ratio(chance.unlucky));
    if chance.median <= wanted.busiest {
        return format!(
            "Your keys add chance: among {} nodes, the busiest node of even an exactly even placement gets {median} × its part, and {unlucky} \
             in one placement of a hundred.",
            count(chance.nodes as u64)
        );
    }
    let hot = if chance.hottest >= 0.1 {
        format!("; the most popular key alone brings {} of a node's part", significant(chance.hottest))
    } else {
        String::new()
    };
    format!(
        "With your keys the busiest of {} nodes gets {median} × its part under any algorithm ({unlucky} in one placement of a hundred), above \
         your {most}{hot}. Placement cannot help: cache the most popular keys in front, or spread each over several nodes.",
        count(chance.nodes as u64)
    )
}

/// The whole answer as Markdown: what to take and why, the rest folded away.
pub(crate) fn markdown(answer: &Answer) -> String {
    // Code in the lines stays code.
    let list =
        |lines: &[String]| lines.iter().map(|line| format!("- {}\n", escaped(line).replace("\\`", "`"))).collect::<String>();
    let mut parts = vec![format!("Asked: {}.\n", asked::sentence(&answer.wanted))];
    let reasons = reasons(answer);
    let mut lines = reasons.lines();
    if let Some(first) = lines.next() {
        let rest: Vec<String> = lines.map(|line| line.trim().to_owned()).collect();
        parts.push(format!("**{}**\n\n{}", escaped(first), list(&rest)));
    }
    parts.push("<details><summary>All that meet the limits, and what is ruled out</summary>\n".to_owned());
    let ranking = ranking(answer);
    parts.push(rows(&ranking));
    parts.push(format!("{}\n", escaped(&ranking.note)));
    let out = ruled_out(answer);
    if !out.is_empty() {
        parts.push(format!("Ruled out:\n\n{}", list(&out)));
    }
    parts.push("</details>\n".to_owned());
    parts.join("\n")
}

/// A table without its title and note.
fn rows(table: &Table) -> String {
    table.markdown().lines().filter(|line| line.starts_with('|')).map(|line| format!("{line}\n")).collect()
}
