//! What went wrong, and what was left out: the first thing that a reader must know.

use annulus_clock::Verdict;

use crate::reading::number::bytes;
use crate::reading::select::Subject;
use crate::record::{Case, Measure, Record, Status};

/// A finding in words, for as many rows as share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) text: String,
    pub(super) rows: usize,
}

/// Every broken law, each once.
pub(super) fn errors(records: &[Record]) -> Vec<Finding> {
    gathered(records.iter().filter_map(|record| match &record.status {
        Status::Error(why) => Some(format!("{}: {why}", place(record))),
        _ => None,
    }))
}

/// Everything that was left out: each reason once, with what it concerns.
pub(super) fn skipped<'a>(records: impl IntoIterator<Item = &'a Record>) -> Vec<Finding> {
    let mut reasons: Vec<(&str, Vec<&Record>)> = Vec::new();
    // A published figure that is not reproduced stands in a table of its own.
    for record in records.into_iter().filter(|record| record.measure != Measure::Paper) {
        if let Status::Skipped(why) = &record.status {
            match reasons.iter_mut().find(|(reason, _)| reason == why) {
                Some((_, rows)) => rows.push(record),
                None => reasons.push((why, vec![record])),
            }
        }
    }
    reasons.into_iter().map(|(why, rows)| Finding { text: format!("{}: {why}", places(&rows)), rows: rows.len() }).collect()
}

/// What was judged, in a sentence; `None` where something is wrong.
pub(super) fn all_is_well(records: &[Record]) -> Option<String> {
    if records.iter().any(|record| record.status.is_error()) {
        return None;
    }
    Some(match judged(records) {
        0 => "Nothing was judged: theory predicts no figure of this run.".to_owned(),
        judged => format!(
            "Nothing is wrong: all {} figures that theory predicts lie where they should.",
            crate::reading::number::count(judged as u64)
        ),
    })
}

/// How quiet the machine was while look-ups were timed.
pub(super) struct Clock {
    /// The verdict and what it means for times, in a sentence.
    pub(super) verdict: String,
    /// What it rests on.
    pub(super) seen: String,
}

impl Clock {
    /// Both sentences.
    pub(super) fn told(&self) -> String {
        format!("{} {}", self.verdict, self.seen)
    }
}

/// What is to be said of times; `None` if none were taken. `larger` names the states of the run that have more bytes than a limit.
pub(super) fn of_the_clock(environment: &toml::Table, larger: impl Fn(f64) -> Vec<String>) -> Option<Clock> {
    let text = |key: &str| environment.get(key).and_then(toml::Value::as_str);
    let number = |key: &str| environment.get(key).and_then(toml::Value::as_float);
    let verdict = Verdict::of_name(text("verdict")?)?;
    let percent =
        |share: Option<f64>| share.map_or_else(|| "an unknown share".to_owned(), |share| format!("{:.1} %", 100.0 * share));
    let before =
        text("before_verdict").map_or_else(String::new, |before| format!(" Before the run, the verdict was \"{before}\"."));
    let second = environment.get("second_level_cache_bytes").and_then(toml::Value::as_integer).filter(|bytes| *bytes > 0);
    let said = match (verdict, second) {
        (Verdict::CannotTellLarge, Some(second)) => of_large_states(&bytes(half_of(second)), &larger(half_of(second))),
        _ => format!("Times: the machine's verdict is \"{verdict}\"; {}.", verdict.meaning()),
    };
    let reads = |now: &str, quiet: &str| {
        let quiet = number(quiet).map_or_else(String::new, |quiet| format!(" (quiet: about {quiet:.1})"));
        format!("{:.1} times{quiet}", number(now).unwrap_or(f64::NAN))
    };
    Some(Clock {
        verdict: said,
        seen: format!(
            "Other programs used {} of the processors, and the timing thread ran {} of the time. Compared with reading within the L2 cache, \
             reading just beyond it took {}, and across a quarter of L3 {}.{before}",
            percent(number("share_of_others")),
            percent(number("share_on_processor")),
            reads("far_over_near_reads", "quiet_far_over_near_reads"),
            reads("wide_over_near_reads", "quiet_wide_over_near_reads"),
        ),
    })
}

/// Which times do not count where other programs used the memory: those of large states.
fn of_large_states(limit: &str, large: &[String]) -> String {
    if large.is_empty() {
        return format!("The machine was busy. All states here are below {limit}, so the times stand.");
    }
    format!(
        "The machine was busy: do not trust times of states above {limit}, half of the L2 cache. Here these are {}. All other times stand.",
        large.join("; ")
    )
}

/// Half of a cache: above that, a state shares its cache with too much else.
fn half_of(cache: i64) -> f64 {
    u32::try_from(cache).map_or(f64::INFINITY, f64::from) / 2.0
}

/// How many figures were held against a band.
fn judged(records: &[Record]) -> usize {
    let is_judged = |record: &&Record| record.value.is_some() && (record.low.is_some() || record.high.is_some());
    records.iter().filter(is_judged).count()
}

/// What a row is a figure of.
fn place(record: &Record) -> String {
    let subject = Subject::of(record);
    let nodes = format!("{} nodes", crate::reading::number::count(record.nodes));
    let parts = [subject.label(), nodes, record.keys.clone(), figure(record)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Measure, metric and case in words.
fn figure(record: &Record) -> String {
    if record.measure == Measure::Churn && record.case == Case::Reweight {
        return "a weight that doubles".to_owned();
    }
    if record.measure == Measure::Weighted && record.metric.is_empty() {
        return "nodes of unequal weight".to_owned();
    }
    let words = [record.measure.as_str(), &record.metric, &record.case].map(|word| word.replace('_', " "));
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// What rows are figures of, each part once.
fn places(rows: &[&Record]) -> String {
    let subjects = distinct(rows, |record| Subject::of(record).label());
    let nodes = distinct(rows, |record| crate::reading::number::count(record.nodes));
    let nodes = format!("{nodes} node{}", if nodes == "1" { "" } else { "s" });
    let figures = distinct(rows, figure);
    let have = if subjects.contains(", ") { "have" } else { "has" };
    if figures.is_empty() {
        format!("{subjects}, {nodes}")
    } else {
        format!("{subjects} {have} no figures of {figures} ({nodes})")
    }
}

/// What each row has, in the order of the rows, the first of many.
fn distinct(rows: &[&Record], of: impl Fn(&Record) -> String) -> String {
    const SHOWN: usize = 6;
    let mut all: Vec<String> = Vec::new();
    for text in rows.iter().map(|record| of(record)).filter(|text| !text.is_empty()) {
        if !all.contains(&text) {
            all.push(text);
        }
    }
    let more = all.len().saturating_sub(SHOWN);
    all.truncate(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    all.join(", ") + &more
}

fn gathered(texts: impl Iterator<Item = String>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for text in texts {
        match findings.iter_mut().find(|finding| finding.text == text) {
            Some(known) => known.rows += 1,
            None => findings.push(Finding { text, rows: 1 }),
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(environment: &str, large: &[&str]) -> String {
        let large = |limit: f64| {
            assert!((limit - 524_288.0).abs() < 1.0, "half of the second-level cache, and not {limit}");
            large.iter().map(|&name| name.to_owned()).collect()
        };
        of_the_clock(&environment.parse().unwrap(), large).unwrap().told()
    }

    #[test]
    fn a_busy_machine_takes_the_times_of_large_states_alone() {
        let environment = "verdict = \"cannot tell large states\"\nsecond_level_cache_bytes = 1048576\nshare_of_others = 0.25";
        assert_eq!(of_the_clock(&"a = 1".parse().unwrap(), |_| Vec::new()).map(|clock| clock.told()), None);
        let small = told(environment, &[]);
        assert!(small.starts_with("The machine was busy. All states here are below 524 kB, so the times stand."), "{small}");
        let large = told(environment, &["ring with 1,000 nodes", "maglev with 10 nodes"]);
        let named = "Here these are ring with 1,000 nodes; maglev with 10 nodes. All other times stand.";
        assert!(
            large.contains("do not trust times of states above 524 kB, half of the L2 cache. ") && large.contains(named),
            "{large}"
        );
        assert!(large.contains("Other programs used 25.0 % of the processors"), "{large}");
        let quiet = told("verdict = \"quiet\"\nbefore_verdict = \"disturbed\"", &[]);
        assert!(
            quiet.contains("the machine's verdict is \"quiet\"") && quiet.contains("Before the run, the verdict was"),
            "{quiet}"
        );
    }
}
