//! What the main figures say to somebody who has to take one of the algorithms.

use annulus_clock::Verdict;
use toml::{Table, Value};

use crate::reading::number::{count, ratio, significant};
use crate::reading::select::Subject;
use crate::record::{Case, Measure, Metric, Record};
use crate::stats::whole;

use super::content::{Content, KEYS_A_NODE, median_cell};
use super::table::Cell;

/// How far above the least a figure is still as good: two percent, as for times that are called different.
pub(super) const ALIKE: f64 = 1.02;

/// The page that says when to take which.
pub(super) const CHOOSING: &str = "docs/CHOOSING.md";

/// The figures of one algorithm, at the middle size of a run or of the members.
pub(super) struct Candidate {
    pub(super) name: String,
    pub(super) busiest: Option<f64>,
    pub(super) moved: f64,
    /// Whether nothing moved without need, and no law says that it does: the few victims of a run may all be lucky ones.
    pub(super) is_exact: bool,
    /// What moves if the last of the list leaves.
    pub(super) last: Option<f64>,
    pub(super) state: Option<f64>,
    pub(super) look_up: Option<f64>,
}

/// How the sentences call what they speak of.
pub(super) struct Words {
    /// `40 nodes`.
    pub(super) subject: String,
    /// `node`.
    pub(super) one: &'static str,
    /// What stands before the figure of the busiest one, and what it is a multiple of.
    pub(super) busiest: [&'static str; 2],
    /// The command that takes the reader's own limits.
    pub(super) command: String,
}

impl Content<'_> {
    /// Which algorithms move only what must move, the best of these, and what the others cost. Nothing where movement was not measured;
    /// no time that the machine's verdict says nothing of.
    pub(super) fn advice(&self, environment: &Table) -> Vec<String> {
        let nodes = self.middle();
        // Of parameters that were swept, the first ones: the others show what parameters do, and some are poor on purpose.
        let subjects = self.subjects();
        let is_first =
            |(at, subject): &(usize, &Subject)| !subjects[..*at].iter().any(|other| other.family() == subject.family());
        let first = subjects.iter().enumerate().filter(is_first);
        let all: Vec<Candidate> = first.filter_map(|(_, subject)| self.candidate(subject, nodes)).collect();
        let words = Words {
            subject: format!("{} nodes", count(nodes)),
            one: "node",
            busiest: ["busiest node", "mean"],
            command: format!("annulus choose --nodes {nodes}"),
        };
        advise(all, environment, &words)
    }

    fn candidate(&self, subject: &Subject, nodes: u64) -> Option<Candidate> {
        let keys = self.main_keys(nodes).map(|(keys, _)| keys);
        let of = |figure, keys| self.cell(figure, subject, nodes, keys, significant).value;
        let value = |cell: Cell| cell.value;
        let rows = self.index.rows((Measure::Remap, Metric::MovedOverOwn, Case::RemoveAny), subject, nodes, keys);
        let rows: Vec<&Record> = rows.iter().copied().filter(|row| row.key_count >= KEYS_A_NODE * row.nodes).collect();
        let mut moved: Vec<f64> = rows.iter().filter_map(|row| row.value).collect();
        moved.sort_by(f64::total_cmp);
        let moved = median_cell(&moved, ratio).value?;
        let is_exact = moved < ALIKE && rows.iter().filter_map(|row| row.expected).all(|expected| expected < ALIKE);
        Some(Candidate {
            name: self.name(subject).text,
            busiest: value(self.busiest(subject, nodes)),
            moved,
            is_exact,
            last: of((Measure::Remap, Metric::MovedOverOwn, Case::RemoveLast), keys),
            state: value(self.state(subject, nodes)),
            look_up: of((Measure::Lookup, Metric::Latency, Case::Digest), None),
        })
    }
}

/// Who moves only what must move, the best of these, and what the others cost; nothing where there is nothing to compare. No time of
/// which the machine's verdict says nothing.
pub(super) fn advise(mut all: Vec<Candidate>, environment: &Table, words: &Words) -> Vec<String> {
    for one in all.iter_mut().filter(|one| !is_told(environment, one.state.unwrap_or_default())) {
        one.look_up = None;
    }
    let (exact, others): (Vec<&Candidate>, Vec<&Candidate>) = all.iter().partition(|one| one.is_exact);
    if all.len() < 2 {
        return Vec::new();
    }
    let names = |list: &[&Candidate]| match list {
        [all @ .., last] if !all.is_empty() => {
            let all: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
            format!("{} and {}", all.join(", "), last.name)
        }
        _ => list.iter().map(|one| one.name.as_str()).collect(),
    };
    let mut said = Vec::new();
    if let Some(first) = first(&exact) {
        let only =
            if exact.len() == 1 { "This is so with no other one" } else { "Of those with which this is so, it is the most even" };
        said.push(format!(
            "For {}: {}. Only the keys of the {} that leaves or fails move. {only}.",
            words.subject, first.name, words.one
        ));
    }
    if exact.len() > 1 {
        let has_times = exact.iter().any(|one| one.look_up.is_some());
        let best = [
            (
                "most even",
                least(
                    &exact,
                    |one| one.busiest,
                    |busiest| {
                        if ratio(busiest) == "1" {
                            "all shares equal".to_owned()
                        } else {
                            format!("{} {} × {}", words.busiest[0], ratio(busiest), words.busiest[1])
                        }
                    },
                ),
            ),
            ("fastest look-up", least(&exact, |one| one.look_up, |time| format!("{} ns", significant(time)))),
            ("least memory", least(&exact, |one| one.state, crate::reading::number::bytes)),
        ];
        let best: Vec<String> = best.into_iter().filter_map(|(what, who)| Some(format!("{what}: {}", who?))).collect();
        let times = if has_times { "" } else { "; fastest look-up: not told, since the machine was busy or nothing was timed" };
        said.push(format!("Of {}: {}{times}.", names(&exact), best.join("; ")));
    }
    if !others.is_empty() {
        let price = |one: &&Candidate| {
            let last = one.last.filter(|last| *last < ALIKE).map(|_| "1 if always the last leaves".to_owned());
            let time = one.look_up.map(|time| format!("look-up {} ns", significant(time)));
            let beside: Vec<String> = last.into_iter().chain(time).collect();
            let beside = if beside.is_empty() { String::new() } else { format!(" ({})", beside.join("; ")) };
            format!("{} {} times{beside}", one.name, ratio(one.moved))
        };
        let price: Vec<String> = others.iter().map(price).collect();
        said.push(format!(
                "The others move more than must move: {}. In a cache each such key is a miss; take one of these only if that is acceptable.",
                price.join(", ")
            ));
    }
    said.push(format!("What each promises, such as weights: `annulus list`. When to take which: {CHOOSING}."));
    said.push(format!("For your limits: `{}`", words.command));
    said
}

/// Whether the time of a state of that many bytes says something, by what the run saw of the machine.
fn is_told(environment: &Table, state: f64) -> bool {
    let verdict = environment.get("verdict").and_then(Value::as_str).and_then(Verdict::of_name);
    let second =
        environment.get("second_level_cache_bytes").and_then(Value::as_integer).and_then(|bytes| u64::try_from(bytes).ok());
    verdict.is_none_or(|verdict| verdict.tells(whole(state), second.unwrap_or_default()))
}

/// The one to begin with: the most even, and of those that are as even the one with the faster look-ups, or with less memory.
fn first<'a>(exact: &[&'a Candidate]) -> Option<&'a Candidate> {
    let all_of = |of: fn(&Candidate) -> Option<f64>, list: &[&'a Candidate]| -> Vec<&'a Candidate> {
        let Some(least) = list.iter().filter_map(|one| of(one)).min_by(f64::total_cmp) else { return list.to_vec() };
        list.iter().copied().filter(|one| of(one).is_some_and(|figure| figure <= least * ALIKE)).collect()
    };
    let figures: [fn(&Candidate) -> Option<f64>; 3] = [|one| one.busiest, |one| one.look_up, |one| one.state];
    figures.into_iter().fold(exact.to_vec(), |left, of| all_of(of, &left)).first().copied()
}

/// Who has least of a figure, with all that are as good, and the figure.
fn least(all: &[&Candidate], of: impl Fn(&Candidate) -> Option<f64>, shown: impl Fn(f64) -> String) -> Option<String> {
    let least = all.iter().filter_map(|one| of(one)).min_by(f64::total_cmp)?;
    let best = all.iter().filter(|one| of(one).is_some_and(|figure| figure <= least * ALIKE));
    let names: Vec<&str> = best.map(|one| one.name.as_str()).collect();
    Some(format!("{} ({})", names.join(", "), shown(least)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::sample::{ALGORITHMS, records};
    fn records_where(moved: fn(&str) -> f64) -> Vec<Record> {
        let mut records = records(&ALGORITHMS, &[10, 100]);
        let is_of_any = |record: &&mut Record| record.metric == Metric::MovedOverOwn && record.case == Case::RemoveAny;
        for record in records.iter_mut().filter(is_of_any) {
            record.value = Some(moved(&record.algorithm));
        }
        records
    }

    #[test]
    fn who_moves_only_what_must_comes_first_and_the_others_have_their_price() {
        let records = records_where(|algorithm| match algorithm {
            "ring" | "rendezvous" => 1.0,
            _ => 1.5,
        });
        let said = Content::of(&records).advice(&Table::new());
        assert!(
            said[0].starts_with("For 10 nodes: ") && said[0].contains(". Only the keys of the node that leaves or fails move."),
            "{said:?}"
        );
        assert!(said[1].starts_with("Of ring and rendezvous: most even: "), "{said:?}");
        assert!(said[2].contains("jump 1.5") && !said[2].contains("ring 1"), "{said:?}");
        assert!(said[1].contains("fastest look-up"), "{said:?}");
        // Who was lucky, and by its law moves more, is not among those.
        let mut lucky = records.clone();
        lucky.iter_mut().filter(|record| record.algorithm == "ring").for_each(|record| record.expected = Some(2.0));
        assert!(Content::of(&lucky).advice(&Table::new())[0].starts_with("For 10 nodes: rendezvous. "), "{lucky:?}");
        // Of times that say nothing, nothing is said.
        let said = Content::of(&records).advice(&"verdict = \"cannot tell\"".parse().unwrap());
        assert!(said.iter().all(|sentence| !sentence.contains(" ns")), "{said:?}");
    }

    #[test]
    fn nothing_is_advised_where_movement_was_not_measured() {
        let records: Vec<Record> =
            records(&ALGORITHMS, &[10]).into_iter().filter(|record| record.measure != Measure::Remap).collect();
        assert!(Content::of(&records).advice(&Table::new()).is_empty());
        // A key or two a node are as good as none.
        let mut records = records_where(|_| 1.0);
        records.iter_mut().for_each(|record| record.key_count = 15);
        assert!(Content::of(&records).advice(&Table::new()).is_empty());
    }
}
