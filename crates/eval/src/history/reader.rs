//! A history as a whole: read, checked, and replayed step by step.

use std::path::Path;

use super::error::{HistoryError, Problem, Skipped};
use super::membership::Membership;
use super::row::{Event, Header, fields};
use super::time::Time;
use crate::keys::{Input, KeyReader};

/// What happens at one time.
#[derive(Clone, Debug)]
pub struct Step {
    /// When.
    pub time: Time,
    /// What, in the order of the rows.
    pub events: Vec<Event>,
}

/// A history that was read and holds together: no node joins twice, nor does anything happen to one that is not there.
#[derive(Clone, Debug)]
pub struct History {
    input: Input,
    steps: Vec<Step>,
    skipped: Skipped,
}

impl History {
    /// The history of `path`; plain, gzip, zstd, or `-` for standard input. A lenient reader passes over rows that are wrong, and counts them.
    ///
    /// # Errors
    /// A file that cannot be read, has another header, or has no step; a row that is wrong, unless the reader is lenient.
    pub fn load(path: &Path, is_lenient: bool) -> Result<Self, HistoryError> {
        Self::read(KeyReader::open(path)?, is_lenient)
    }

    /// The history that `reader` gives, a line each, as [`load`](Self::load). Blank lines and those that begin with `#` are skipped.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn read(mut reader: KeyReader<'_>, is_lenient: bool) -> Result<Self, HistoryError> {
        let mut header: Option<Header> = None;
        let mut history = Self { input: reader.input().clone(), steps: Vec::new(), skipped: Skipped::default() };
        let mut membership = Membership::default();
        let mut last = 0;
        while let Some(text) = reader.next_key()?.map(str::to_owned) {
            let line = reader.line();
            if text.starts_with('#') {
                continue;
            }
            let fields = fields(&text);
            let Some(header) = header else {
                header = Some(Header::parse(&fields).map_err(|reason| history.error(line, reason))?);
                continue;
            };
            let row = header.row(&fields, line).and_then(|(time, event)| {
                history.check_order(&time, last)?;
                membership.apply(&event)?;
                Ok((time, event))
            });
            match row {
                Ok((time, event)) => {
                    history.push(time, event);
                    last = line;
                }
                Err(problem) if is_lenient => history.skipped.count(&problem, line),
                Err(problem) => return Err(history.error(line, problem.to_string())),
            }
        }
        if history.steps.is_empty() {
            let reason = "holds no steps; give a header `time,event,node,capacity`, and below it one event a line";
            return Err(history.error(0, reason.to_owned()));
        }
        Ok(history)
    }

    fn error(&self, line: u64, reason: String) -> HistoryError {
        HistoryError { input: self.input.clone(), line, reason }
    }

    fn check_order(&self, time: &Time, line: u64) -> Result<(), Problem> {
        match self.steps.last() {
            Some(step) if time.seconds() < step.time.seconds() => {
                Err(Problem::Unordered { time: time.to_string(), before: step.time.to_string(), line })
            }
            _ => Ok(()),
        }
    }

    fn push(&mut self, time: Time, event: Event) {
        match self.steps.last_mut() {
            Some(step) if step.time.seconds() >= time.seconds() => step.events.push(event),
            _ => self.steps.push(Step { time, events: vec![event] }),
        }
    }

    /// Where it comes from.
    #[must_use]
    pub fn input(&self) -> &Input {
        &self.input
    }

    /// The steps, in the order of time.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// What was passed over.
    #[must_use]
    pub fn skipped(&self) -> &Skipped {
        &self.skipped
    }

    /// Every step with the membership after it.
    pub fn memberships(&self) -> impl Iterator<Item = (&Step, Membership)> {
        self.steps.iter().scan(Membership::default(), |membership, step| {
            for event in &step.events {
                // Each was applied when it was read.
                let _ = membership.apply(event);
            }
            Some((step, membership.clone()))
        })
    }

    /// The membership after a step, the first being step 1; `None` where there is no such step.
    #[must_use]
    pub fn after(&self, step: usize) -> Option<Membership> {
        let steps = self.steps.get(..step).filter(|steps| !steps.is_empty())?;
        let mut membership = Membership::default();
        for event in steps.iter().flat_map(|step| &step.events) {
            let _ = membership.apply(event);
        }
        Some(membership)
    }

    /// The last step that is not after `time`, the first being step 1; `None` before the first.
    #[must_use]
    pub fn step_at(&self, time: &Time) -> Option<usize> {
        let passed = self.steps.partition_point(|step| step.time.seconds() <= time.seconds());
        (passed > 0).then_some(passed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, is_lenient: bool) -> Result<History, String> {
        let reader = KeyReader::new(Input::Stdin, text.as_bytes()).map_err(|error| error.to_string())?;
        History::read(reader, is_lenient).map_err(|error| error.to_string())
    }

    const SMALL: &str = "time,event,node,capacity,zone
1,join,a,4,eu
1,join,\"b, the second\",2.5,us

# a drain, and a return
2,weight,a,0,
5,weight,a,3,us
5,leave,\"b, the second\",,
5,join,\"b, the second\",1,eu
";

    fn seen(membership: &Membership) -> Vec<(&str, f64, &str)> {
        membership.nodes().map(|node| (node.name.as_str(), node.capacity, node.zone.as_deref().unwrap_or_default())).collect()
    }

    #[test]
    fn rows_of_one_time_are_one_step_and_a_drained_node_stays_known() {
        let history = read(SMALL, false).unwrap();
        let steps: Vec<(String, usize)> = history.steps().iter().map(|step| (step.time.to_string(), step.events.len())).collect();
        assert_eq!(steps, [("1".to_owned(), 2), ("2".to_owned(), 1), ("5".to_owned(), 3)]);
        let after: Vec<Membership> = history.memberships().map(|(_, membership)| membership).collect();
        assert_eq!(seen(&after[0]), [("a", 4.0, "eu"), ("b, the second", 2.5, "us")]);
        assert_eq!((after[1].len(), after[1].placed().count(), after[1].get("a").unwrap().capacity), (2, 1, 0.0));
        // A zone of a row of weight is a new one, and who leaves and joins again comes last.
        assert_eq!(seen(&after[2]), [("a", 3.0, "us"), ("b, the second", 1.0, "eu")]);
        assert_eq!(after[2].get("b, the second").unwrap().line, 9);
        for (number, membership) in after.iter().enumerate() {
            assert_eq!(history.after(number + 1).as_ref(), Some(membership));
        }
        assert!(history.after(0).is_none() && history.after(4).is_none());
    }

    #[test]
    fn a_time_means_the_last_step_that_is_not_after_it() {
        let history = read(SMALL, false).unwrap();
        for (time, step) in [("0.5", None), ("1", Some(1)), ("1.5", Some(1)), ("4", Some(2)), ("5", Some(3)), ("1e9", Some(3))] {
            assert_eq!(history.step_at(&time.parse().unwrap()), step, "{time}");
        }
    }

    #[test]
    fn who_leaves_keeps_no_place_among_those_that_stay() {
        let history =
            read("time,event,node,capacity\n1,join,a,1\n1,join,b,1\n1,join,c,1\n2,leave,a,1\n2,join,a,1\n", false).unwrap();
        assert_eq!(seen(&history.after(2).unwrap()), [("b", 1.0, ""), ("c", 1.0, ""), ("a", 1.0, "")]);
    }

    /// A text, what is said of it, and what a lenient reader says that it skipped.
    const WRONG: [(&str, &str, &str); 9] = [
        ("1,join,b\n", "line 3: has 3 columns, and the header has 4; give `time,event,node,capacity`", "with a wrong number"),
        ("1,join,b,1,eu\n", "line 3: has 5 columns, and the header has 4", "with a wrong number of columns (line 3)"),
        ("noon,join,b,1\n", "line 3: has the time `noon`; give a number", "with a bad time (line 3)"),
        ("0,join,b,1\n", "line 3: has the time 0, which is before 1 on line 2; put the rows", "out of the order of time"),
        ("1,jion,b,1\n", "line 3: has the event `jion`; give join, leave or weight", "with an unknown event (line 3)"),
        ("1,join,,1\n", "line 3: has no node", "without a node (line 3)"),
        ("1,weight,a,-1\n", "line 3: has the capacity `-1`; give a number that is 0 or more", "with a bad capacity (line 3)"),
        (
            "1,join,a,1\n",
            "line 3: joins `a`, which has been there since line 2; write weight",
            "that joins a node which is there",
        ),
        ("1,leave,b,1\n", "line 3: has the event leave of `b`, which is not there; let it join first", "about a node which is"),
    ];

    #[test]
    fn a_wrong_row_is_named_by_its_line_or_counted() {
        for (row, says, counted) in WRONG {
            let text = format!("time,event,node,capacity\n1,join,a,1\n{row}9,join,z,1\n");
            let error = read(&text, false).unwrap_err();
            assert!(error.starts_with("history from stdin, ") && error.contains(says), "{error}");
            let lenient = read(&text, true).unwrap();
            let skipped = lenient.skipped().to_string();
            assert!(skipped.starts_with("1 row ") && skipped.contains(counted), "{skipped}");
            assert_eq!(seen(&lenient.after(2).unwrap()), [("a", 1.0, ""), ("z", 1.0, "")]);
        }
        let all: String = WRONG.iter().map(|(row, ..)| *row).collect();
        let lenient = read(&format!("time,event,node,capacity\n1,join,a,1\n{all}"), true).unwrap();
        let said = lenient.skipped().to_string();
        assert!(said.starts_with("2 rows with a wrong number of columns (first on line 3), 1 row with a bad time"), "{said}");
        assert!(read(SMALL, true).unwrap().skipped().is_empty());
    }

    #[test]
    fn a_file_without_its_header_or_without_steps_is_refused_by_every_reader() {
        for (text, says) in [
            ("1,join,a,1\n", "line 1: has the columns `1,join,a,1`; give the header `time,event,node,capacity`, or `time,"),
            ("time,event,node\n", "line 1: has the columns `time,event,node`"),
            ("time,event,node,capacity\n", "history from stdin: holds no steps"),
            ("", "history from stdin: holds no steps"),
        ] {
            for is_lenient in [false, true] {
                let error = read(text, is_lenient).unwrap_err();
                assert!(error.contains(says), "{error}");
            }
        }
    }
}
