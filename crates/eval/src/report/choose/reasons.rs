//! Why the first is first: a line a figure, each with its limit and its source.

use super::chance;
use super::misses::source;
use crate::choose::{Answer, Candidate, Figures, Routers, Source, Wanted, Worry, Worst, figure, is_tied};
use crate::known;
use crate::reading::number::{bytes, count, plain, plain_bytes, ratio, significant};
use crate::stats::float;

/// What to take, and why. Nothing where no algorithm meets the limits.
pub(crate) fn reasons(answer: &Answer) -> String {
    let ranking = answer.ranking();
    let Some(best) = ranking.first() else { return String::new() };
    let (wanted, figures) = (&answer.wanted, &best.figures);
    let mut lines = vec![balance(wanted, figures)];
    lines.extend(copies(wanted, figures));
    lines.push(movement(wanted, figures));
    lines.extend(views(wanted, figures));
    lines.extend(look_up(wanted, figures));
    lines.push(format!(
        "state {} {}; limit {}: what the algorithm says it takes once it is built, names and data not counted",
        bytes(figures.bytes.value),
        at(&figures.bytes),
        plain_bytes(float(wanted.bytes))
    ));
    if known::search(best.algorithm.properties().algorithm).is_some() {
        lines.push(
            "the parameter is the least of its grid that meets every limit; more is more even, and takes more memory".to_owned(),
        );
    }
    lines.push(chance(answer));
    lines.extend(second(answer, best));
    let lines: String = lines.iter().map(|line| format!("  {line}\n")).collect();
    format!("Take {}\n{lines}", best.algorithm.key())
}

fn at(worst: &Worst) -> String {
    format!("at {} node{}", count(worst.nodes as u64), if worst.nodes == 1 { "" } else { "s" })
}

fn balance(wanted: &Wanted, figures: &Figures) -> String {
    let worst = &figures.busiest;
    let why = match worst.source {
        Source::Promised => "every node expects exactly its part, whatever the names; `annulus verify` checks it".to_owned(),
        Source::Law(law) => format!("by {law}"),
        Source::Counted { samples } => format!("the worst of {samples} sets of names that were built"),
        Source::Timed => String::new(),
    };
    let what = if wanted.replicas > 1 { "busiest owner" } else { "busiest node" };
    format!("{what} {} × its part {}; limit {}: {why}", ratio(worst.value), at(worst), plain(wanted.busiest))
}

/// Copies, which no algorithm lays more evenly.
fn copies(wanted: &Wanted, figures: &Figures) -> Option<String> {
    let worst = figures.copies?;
    let zones = if wanted.zones.is_some() { " in different zones" } else { "" };
    Some(format!(
        "copies on the busiest node {} × its part {}; limit {}: {} copies{zones}, drawn by weight, under any algorithm",
        ratio(worst.value),
        at(&worst),
        plain(wanted.busiest),
        wanted.replicas
    ))
}

fn movement(wanted: &Wanted, figures: &Figures) -> String {
    let worst = &figures.moved;
    format!(
        "one change moves {} × what it must {}; limit {}: {}",
        ratio(worst.value),
        at(worst),
        plain(wanted.moved),
        source(worst.source)
    )
}

/// What routers that see a change at different times disagree about.
fn views(wanted: &Wanted, figures: &Figures) -> Option<String> {
    let part = figures.moved.value / float(wanted.from());
    (wanted.routers == Routers::Nothing).then(|| {
        format!(
            "until every router has seen a change, they send up to {} % of the keys different ways; `fingerprint` tells that they differ",
            significant(part.min(1.0) * 100.0)
        )
    })
}

fn look_up(wanted: &Wanted, figures: &Figures) -> Option<String> {
    let [now, later] = figures.lookup?;
    let kind = if wanted.replicas > 1 { "the first three nodes of a digest" } else { "a look-up by digest" };
    let times = if wanted.from() == wanted.to() {
        format!("{} ns", significant(now))
    } else {
        format!("{} ns at {} nodes, {} ns at {}", significant(now), wanted.from(), significant(later), wanted.to())
    };
    Some(format!("{kind}: {times}; limit {} ns: timed on this machine, under these weights", plain(wanted.lookup)))
}

/// The second, what decided against it, and what it would give in exchange.
fn second(answer: &Answer, best: &Candidate) -> Option<String> {
    let ranking = answer.ranking();
    let (second, wanted) = (ranking.get(1)?, &answer.wanted);
    let pair = |worry| [best, second].map(|candidate| figure(&candidate.figures, worry));
    let told = |worry, one: f64, other: f64| {
        let text = |value: f64| match worry {
            Worry::Moved => format!("{} %", significant(value * 100.0 * f64::from(wanted.replicas))),
            Worry::Balance => ratio(value),
            Worry::Lookup => format!("{} ns", significant(value)),
            Worry::Memory => bytes(value),
        };
        format!("{} against {}", text(one), text(other))
    };
    let worse = wanted.worry.first().find(|&worry| {
        let [one, other] = pair(worry);
        !is_tied(wanted, worry, one, other)
    });
    let worse = worse.map_or("has more parameters".to_owned(), |worry| {
        let [one, other] = pair(worry);
        let word = match worry {
            Worry::Moved => "moves more needlessly a month",
            Worry::Balance => "is less even",
            Worry::Lookup => "is slower",
            Worry::Memory => "takes more memory",
        };
        format!("{word} ({})", told(worry, other, one))
    });
    let better = Worry::ALL.into_iter().filter_map(|worry| {
        let [one, other] = pair(worry);
        let word = match worry {
            Worry::Moved => "moves less",
            Worry::Balance => "is more even",
            Worry::Lookup => "is faster",
            Worry::Memory => "takes less memory",
        };
        (!is_tied(wanted, worry, other, one)).then(|| format!("{word} ({})", told(worry, other, one)))
    });
    let better: Vec<String> = better.collect();
    let instead = if better.is_empty() { String::new() } else { format!(", but {}", better.join(" and ")) };
    Some(format!("second is {}: it {worse}{instead}", second.algorithm.key()))
}
