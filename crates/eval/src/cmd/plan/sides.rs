//! Both sides of a change: two files of members, two steps of a history, or one file for both.

use std::collections::BTreeSet;
use std::path::Path;

use annulus_core::Weight;

use super::arguments::MembersArgs;
use crate::cmd::error::Error;
use crate::cmd::terminal::warn;
use crate::fleet::plan::{Change, Op};
use crate::history::{Change as Event, History, Membership, Time, Unit, unit};
use crate::known;
use crate::members::{self, Member};
use crate::reading::number::significant;

/// Both sides.
pub(super) struct Sides {
    pub(super) before: Vec<Member>,
    pub(super) after: Vec<Member>,
    pub(super) change: Change,
    /// Which steps of which history.
    pub(super) history: Option<String>,
    /// What the weights stand for, where they are made of capacities.
    pub(super) weights: Option<String>,
}

impl Sides {
    pub(super) fn read(asked: &MembersArgs, is_replayed: bool) -> Result<Self, Error> {
        let of_lists = |before: Vec<Member>, after: Vec<Member>| {
            let change = Change::new(&before, &after, &BTreeSet::new());
            let ops = change.ops_of_lists();
            let change = if is_replayed { change.replayed(ops) } else { change };
            Self { before, after, change, history: None, weights: None }
        };
        match (&asked.before, &asked.after, &asked.history, &asked.same) {
            (Some(before), Some(after), ..) => Ok(of_lists(members::load(before)?, members::load(after)?)),
            (_, _, Some(path), _) => Self::of_history(path, asked, is_replayed),
            (.., Some(path)) => {
                let members = members::load(path)?;
                Ok(of_lists(members.clone(), members))
            }
            _ => Err(Error::Usage("there is no change to plan".to_owned())),
        }
    }

    fn of_history(path: &Path, asked: &MembersArgs, is_replayed: bool) -> Result<Self, Error> {
        let history = History::load(path, asked.lenient)?;
        if !history.skipped().is_empty() {
            warn(&format!("{}: skipped {}", history.input(), history.skipped()));
        }
        let steps = Steps::of(&history, asked.from.as_deref(), asked.to.as_deref())?;
        let [before, after] = [steps.from, steps.to].map(|step| history.after(step).unwrap_or_default());
        let passed = &history.steps()[steps.from..steps.to];
        let capacities = |membership: &Membership| membership.placed().map(|node| node.capacity).collect::<Vec<_>>();
        // What stands in between counts as well: a running router sees it, and must have the same weights as one that is built afresh.
        let between = passed.iter().flat_map(|step| &step.events).filter_map(|event| capacity(&event.change));
        let all: Vec<f64> = capacities(&before).into_iter().chain(capacities(&after)).chain(between).collect();
        let fail = |reason: String| Error::Usage(format!("{}: {reason}", history.input()));
        let unit = match asked.unit {
            Some(unit) if !(unit.is_finite() && unit > 0.0) => {
                return Err(Error::Usage(format!("--unit has `{unit}`; give a number above 0, as 1000")));
            }
            Some(unit) => Unit::given(unit, &all),
            None => unit(&all),
        };
        let unit = unit.map_err(fail)?;
        let known = |one: &Membership, other: &Membership| -> BTreeSet<String> {
            let is_drained = |name: &str| other.get(name).is_some_and(|node| node.capacity <= 0.0);
            one.placed().filter(|node| is_drained(&node.name)).map(|node| node.name.clone()).collect()
        };
        let known = known(&before, &after).union(&known(&after, &before)).cloned().collect();
        let (old, new) = (placed(&before, &unit), placed(&after, &unit));
        let change = Change::new(&old, &new, &known);
        let change = if is_replayed { change.replayed(ops(before, passed, &unit)) } else { change };
        let worst = significant(unit.worst * 100.0);
        if unit.worst > 0.0 {
            warn(&format!("weights: no unit measures all capacities exactly; the worst weight is {worst} % off its capacity"));
        }
        let off = if unit.worst > 0.0 { format!("; the worst is {worst} % off") } else { ", exactly".to_owned() };
        Ok(Self {
            before: old,
            after: new,
            change,
            history: Some(steps.told(&history)),
            weights: Some(format!("1 stands for a capacity of {}{off}", unit.capacity)),
        })
    }

    /// How many members the larger side has.
    pub(super) fn most_members(&self) -> usize {
        self.before.len().max(self.after.len())
    }

    /// The text of an algorithm with parameters that suit the weights of both sides.
    pub(super) fn suited(&self, name: &str) -> String {
        let least = self.before.iter().chain(&self.after).map(|member| member.weight.get()).min().unwrap_or(1);
        known::of_least_weight(name, least)
    }

    /// What to do where a side has no members.
    pub(super) fn remedy(&self) -> &'static str {
        if self.history.is_some() { "give other steps by --from and --to" } else { "give one a line" }
    }

    /// What to do where a member has no zone.
    pub(super) fn remedy_of_zones(&self) -> &'static str {
        if self.history.is_some() { "give the history a fifth column, zone" } else { "write `NAME<TAB>WEIGHT<TAB>ZONE`" }
    }
}

/// Two steps of a history, by their numbers from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Steps {
    from: usize,
    to: usize,
}

impl Steps {
    fn of(history: &History, from: Option<&str>, to: Option<&str>) -> Result<Self, Error> {
        let last = history.steps().len();
        let to = to.map_or(Ok(last), |text| step("--to", text, history))?;
        let from = match from {
            Some(text) => step("--from", text, history)?,
            None if to > 1 => to - 1,
            None => {
                let reason =
                    if last == 1 { "the history has one step, and a change needs two" } else { "there is no step before step 1" };
                return Err(Error::Usage(format!("{}: {reason}", history.input())));
            }
        };
        if from >= to {
            let reason = format!("--from is step {from} and --to is step {to}; give an earlier step for --from");
            return Err(Error::Usage(format!("{}: {reason}", history.input())));
        }
        Ok(Self { from, to })
    }

    fn told(self, history: &History) -> String {
        let step = |number: usize| format!("step {number} ({})", history.steps()[number - 1].time);
        format!("{}, from {} to {} of {} steps", history.input(), step(self.from), step(self.to), history.steps().len())
    }
}

/// The step that an option names: a number of one, or else a time.
fn step(option: &str, text: &str, history: &History) -> Result<usize, Error> {
    let steps = history.steps();
    if let Some(number) = text.parse().ok().filter(|number| (1..=steps.len()).contains(number)) {
        return Ok(number);
    }
    let ends = || {
        let time = |step: Option<&crate::history::Step>| step.map(|step| step.time.to_string()).unwrap_or_default();
        format!(
            "{} has the steps 1 to {}, of the times {} to {}",
            history.input(),
            steps.len(),
            time(steps.first()),
            time(steps.last())
        )
    };
    let time: Time = text
        .strip_prefix('@')
        .unwrap_or(text)
        .parse()
        .map_err(|_| Error::Usage(format!("{option} has `{text}`, which is no step and no time; {}", ends())))?;
    history
        .step_at(&time)
        .ok_or_else(|| Error::Usage(format!("{option} has `{text}`, which is before the first step; {}", ends())))
}

/// The nodes that hold keys, as members.
fn placed(membership: &Membership, unit: &Unit) -> Vec<Member> {
    let member = |node: &crate::history::Node| {
        let weight = unit.weight(node.capacity)?;
        Some(Member { name: node.name.clone(), weight, zone: node.zone.clone(), line: node.line })
    };
    membership.placed().filter_map(member).collect()
}

fn capacity(event: &Event) -> Option<f64> {
    match event {
        Event::Join { capacity, .. } | Event::Weight { capacity, .. } => Some(*capacity),
        Event::Leave => None,
    }
}

/// What a running router does for the events of these steps, one after the other.
fn ops(mut membership: Membership, steps: &[crate::history::Step], unit: &Unit) -> Vec<Op> {
    let weight = |membership: &Membership, node: &str| membership.get(node).and_then(|node| unit.weight(node.capacity));
    let mut ops = Vec::new();
    for event in steps.iter().flat_map(|step| &step.events) {
        let before = weight(&membership, &event.node);
        // Each was applied when it was read.
        let _ = membership.apply(event);
        ops.extend(op(&event.node, before, weight(&membership, &event.node)));
    }
    ops
}

/// What a node's weight before and after means for a router; a drained node has none.
fn op(node: &str, before: Option<Weight>, after: Option<Weight>) -> Option<Op> {
    match (before, after) {
        (None, Some(weight)) => Some(Op::Join(node.to_owned(), weight)),
        (Some(_), None) => Some(Op::Leave(node.to_owned())),
        (Some(before), Some(after)) if before != after => Some(Op::Weigh(node.to_owned(), after)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{Input, KeyReader};

    const HISTORY: &str = "time,event,node,capacity\n100,join,a,1\n200,join,b,1\n300,weight,a,0\n400,weight,a,2\n";

    fn history() -> History {
        History::read(KeyReader::new(Input::Stdin, HISTORY.as_bytes()).unwrap(), false).unwrap()
    }

    #[test]
    fn steps_are_numbers_or_times_and_the_last_two_by_default() {
        let history = history();
        let steps =
            |from, to| Steps::of(&history, from, to).map(|steps| (steps.from, steps.to)).map_err(|error| error.to_string());
        for (from, to, expected) in [
            (None, None, (3, 4)),
            (Some("1"), None, (1, 4)),
            (None, Some("2"), (1, 2)),
            (Some("100"), Some("350"), (1, 3)),
            (Some("@100"), Some("@1e6"), (1, 4)),
        ] {
            assert_eq!(steps(from, to), Ok(expected), "{from:?} {to:?}");
        }
        for (from, to, says) in [
            (
                Some("5"),
                None,
                "--from has `5`, which is before the first step; stdin has the steps 1 to 4, of the times 100 to 400",
            ),
            (Some("@1"), None, "--from has `@1`, which is before the first step"),
            (Some("noon"), None, "--from has `noon`, which is no step and no time"),
            (Some("3"), Some("3"), "--from is step 3 and --to is step 3; give an earlier step"),
            (None, Some("1"), "there is no step before step 1"),
        ] {
            let error = steps(from, to).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn a_drain_is_a_leaving_for_a_router_and_its_end_a_joining() {
        let history = history();
        let unit = Unit { capacity: 1.0, worst: 0.0 };
        let found = ops(history.after(1).unwrap(), &history.steps()[1..], &unit);
        let weight = |weight| Weight::new(weight).unwrap();
        assert_eq!(found, [Op::Join("b".into(), weight(1)), Op::Leave("a".into()), Op::Join("a".into(), weight(2))]);
    }
}
