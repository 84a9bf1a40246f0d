//! The answer of `annulus choose` as text: what was asked, what is best and why, what is ruled out and by which figure.

mod asked;
mod misses;
mod paste;

use crate::choose::{Answer, Candidate, Considered, Figures, Place, Source, Worry, Worst, figure, is_tied};
use crate::known;
use crate::reading::number::{bytes, count, plain, plain_bytes, ratio, significant};
use crate::stats::float;

use super::table::{Cell, Column, Table, escaped};

pub(crate) use asked::asked;
use misses::of_considered;
pub(crate) use misses::{missed, of_tried};
pub(crate) use paste::paste;

/// The candidates in the order of their ranks.
pub(crate) fn ranking(answer: &Answer) -> Table {
    let wanted = &answer.wanted;
    let (from, to) = (count(wanted.from() as u64), count(wanted.to() as u64));
    let mut columns = vec![
        Column::new("rank", ""),
        Column::new("algorithm", ""),
        Column::new("busiest node", "× its part"),
        Column::new("one change moves", "× needed"),
        Column::new("moved needlessly a month", if wanted.keys.is_some() { "keys" } else { "% of keys" }),
        Column::new(format!("look-up, {from} nodes"), "ns"),
    ];
    if from != to {
        columns.push(Column::new(format!("look-up, {to} nodes"), "ns"));
    }
    columns.push(Column::new("state", ""));
    let row = |(rank, candidate): (usize, &Candidate)| {
        let figures = &candidate.figures;
        let mut cells = vec![
            Cell::number(float(rank), rank.to_string()),
            Cell::words(candidate.algorithm.key()),
            Cell::number(figures.busiest.value, ratio(figures.busiest.value)),
            Cell::number(figures.moved.value, ratio(figures.moved.value)),
            extra(answer, figures),
        ];
        let time = |at: usize| figures.lookup.map_or_else(Cell::nothing, |both| Cell::number(both[at], significant(both[at])));
        cells.push(time(0));
        if from != to {
            cells.push(time(1));
        }
        cells.push(Cell::number(figures.bytes.value, bytes(figures.bytes.value)));
        cells
    };
    Table {
        title: "What meets all requirements".to_owned(),
        note: format!(
            "{}Busiest node: one set of names in a thousand is worse. Ranked by {}.",
            if from == to {
                String::new()
            } else {
                format!("Each figure is the worst for any number of nodes from {from} to {to}. ")
            },
            order(wanted.worry)
        ),
        columns,
        rows: (1..).zip(answer.ranking()).map(row).collect(),
    }
}

/// Keys that move needlessly in a month, all copies of them.
fn extra(answer: &Answer, figures: &Figures) -> Cell {
    let part = figures.extra * f64::from(answer.wanted.replicas);
    let value = answer.wanted.keys.map_or(part * 100.0, |keys| part * float(keys));
    Cell::number(value, significant(value))
}

const fn noun(worry: Worry) -> &'static str {
    match worry {
        Worry::Moved => "keys moved needlessly",
        Worry::Balance => "the busiest node",
        Worry::Lookup => "the look-up",
        Worry::Memory => "the state",
    }
}

/// The order of the worries in words.
fn order(first: Worry) -> String {
    let words: Vec<&str> = first.first().map(noun).collect();
    format!(
        "{}. Figures within 10 % are ties (of the busiest node: within 10 % of what is allowed beyond 1); at last fewer parameters win",
        words.join(", then ")
    )
}

/// Why the first is first: a line a figure.
pub(crate) fn reasons(answer: &Answer) -> String {
    let ranking = answer.ranking();
    let Some(best) = ranking.first() else { return String::new() };
    let (wanted, figures) = (&answer.wanted, &best.figures);
    let mut lines = vec![format!("Take {}", best.algorithm.key())];
    let at = |worst: &Worst| format!("at {} nodes", count(worst.nodes as u64));
    let of = |worst: &Worst| source(worst.source);
    lines.push(format!(
        "  busiest node {} × its part {}; limit {}: {}",
        ratio(figures.busiest.value),
        at(&figures.busiest),
        plain(wanted.busiest),
        match figures.busiest.source {
            Source::Promised =>
                "every node expects exactly its part, whatever the names; a promise, which annulus verify checks".to_owned(),
            Source::Law(law) => format!("by {law}"),
            Source::Counted { samples } => format!("the worst of {samples} sets of names, built"),
            Source::Timed => String::new(),
        }
    ));
    lines.push(format!(
        "  one change moves {} × what it must {}; limit {}: {}",
        ratio(figures.moved.value),
        at(&figures.moved),
        plain(wanted.moved),
        of(&figures.moved)
    ));
    if let Some([now, later]) = figures.lookup {
        let limit = wanted.lookup.map_or_else(String::new, |most| format!("; limit {} ns", plain(most)));
        let kind = if wanted.replicas > 1 { "first three nodes of a digest" } else { "look-up by digest" };
        let times = if wanted.from() == wanted.to() {
            format!("{} ns", significant(now))
        } else {
            format!("{} ns now, {} ns later", significant(now), significant(later))
        };
        lines.push(format!("  {kind} {times}{limit}: timed on this machine, under these weights"));
    }
    lines.push(format!(
        "  state {} {}; limit {}: counted by building it",
        bytes(figures.bytes.value),
        at(&figures.bytes),
        plain_bytes(float(wanted.bytes))
    ));
    let search = known::search(best.algorithm.properties().algorithm);
    if search.is_some() {
        lines.push(
            "  the parameter is the least of the grid that meets every limit; more is more even, and takes more memory"
                .to_owned(),
        );
    }
    lines.extend(second(answer).map(|line| format!("  {line}")));
    lines.join("\n") + "\n"
}

/// What decided between the first and the second, and what the second would give in exchange.
fn second(answer: &Answer) -> Option<String> {
    let ranking = answer.ranking();
    let (best, second) = (ranking.first()?, ranking.get(1)?);
    let wanted = &answer.wanted;
    let pair = |worry| [best, second].map(|candidate| figure(&candidate.figures, worry));
    let short = |worry, value: f64| match worry {
        Worry::Moved => format!("{} % a month", significant(value * 100.0)),
        Worry::Balance => format!("{} × its part", ratio(value)),
        Worry::Lookup => format!("{} ns", significant(value)),
        Worry::Memory => bytes(value),
    };
    let decided = wanted.worry.first().find(|&worry| {
        let [one, other] = pair(worry);
        !is_tied(wanted, worry, one, other)
    });
    let decided = decided.map_or("has fewer parameters".to_owned(), |worry| {
        let [one, other] = pair(worry);
        format!("is better in {}: {} against {}", noun(worry), short(worry, one), short(worry, other))
    });
    let better = Worry::ALL.into_iter().filter_map(|worry| {
        let [one, other] = pair(worry);
        (!is_tied(wanted, worry, other, one))
            .then(|| format!("{}: {} against {}", noun(worry), short(worry, other), short(worry, one)))
    });
    let better: Vec<String> = better.collect();
    let instead = if better.is_empty() { String::new() } else { format!("; that one is better in {}", better.join(", ")) };
    Some(format!("comes before {}, since it {decided}{instead}", second.algorithm.key()))
}

/// Where a figure of movement is from.
pub(super) fn source(source: Source) -> String {
    match source {
        Source::Promised => "a promise, which annulus verify checks".to_owned(),
        Source::Law(law) => law.to_owned(),
        Source::Counted { samples: 1 } => "counted on one that was built".to_owned(),
        Source::Counted { samples } => format!("counted, of {samples} nodes that left one at a time"),
        Source::Timed => "timed on this machine".to_owned(),
    }
}

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

/// The whole answer as Markdown: what to take and why, the rest folded away.
pub(crate) fn markdown(answer: &Answer) -> String {
    let list = |lines: &[String]| lines.iter().map(|line| format!("- {}\n", escaped(line))).collect::<String>();
    let mut parts = vec![format!("Asked: {}.\n", asked::sentence(&answer.wanted))];
    let reasons = reasons(answer);
    let mut lines = reasons.lines();
    if let Some(first) = lines.next() {
        let rest: Vec<String> = lines.map(|line| line.trim().to_owned()).collect();
        parts.push(format!("**{}**\n\n{}", escaped(first), list(&rest)));
    }
    parts.push("<details><summary>All that meet the limits, and what is ruled out</summary>\n".to_owned());
    parts.push(rows(&ranking(answer)));
    let out = ruled_out(answer);
    if !out.is_empty() {
        parts.push(format!("Ruled out:\n\n{}", list(&out)));
    }
    parts.extend(chance(answer).map(|text| text + "\n"));
    parts.push("</details>\n".to_owned());
    parts.join("\n")
}

/// A table without its title and note.
fn rows(table: &Table) -> String {
    table.markdown().lines().filter(|line| line.starts_with('|')).map(|line| format!("{line}\n")).collect()
}

/// What the keys add to any placement.
pub(crate) fn chance(answer: &Answer) -> Option<String> {
    let (chance, wanted) = (answer.chance?, &answer.wanted);
    let hot = if chance.hottest >= 0.1 {
        format!(" The most popular key alone brings {} of a node's part.", significant(chance.hottest))
    } else {
        String::new()
    };
    let advice = if chance.median > wanted.busiest {
        format!(
            " That is more than {}, and no placement of keys can help: cache the most popular keys in front, or spread each over several \
             nodes.",
            plain(wanted.busiest)
        )
    } else {
        String::new()
    };
    Some(format!(
        "Your keys add chance to each of these. Among {} nodes, the busiest node of even an exactly even placement gets {} × its part, \
         and {} × in one placement of a hundred.{hot}{advice}",
        count(chance.nodes as u64),
        ratio(chance.median),
        ratio(chance.unlucky)
    ))
}
