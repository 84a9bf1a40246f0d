//! Look-ups of a cell, timed by the clock: everybody is built again for each sitting, with nodes of other names.

use std::rc::Rc;

use annulus_clock::{Built, Cell as Asked, Request, Timed, Timings};

use crate::cell::Cell;
use crate::check;
use crate::error::Error;
use crate::plan::{LONG_BUILD, Plan};
use crate::probe;
use crate::results::{Series, Subject};
use crate::subject::{self, Entry, Measure, Role};
use crate::textbook::TEXTBOOK;

/// Somebody's nodes and the bytes that look-ups may read of them, by which the clock warms them.
struct Weighed {
    subject: Rc<dyn subject::Subject>,
    state_bytes: u64,
}

impl Timed for Weighed {
    fn ask(&self, request: Request<'_>) -> u64 {
        self.subject.ask(request)
    }

    fn expected(&self, request: Request<'_>) -> u64 {
        self.subject.expected(request)
    }

    fn state_bytes(&self) -> u64 {
        self.state_bytes
    }
}

/// Those who take part in a cell.
pub(crate) struct Lineup<'a> {
    cell: Cell,
    plan: &'a Plan,
    entries: &'a [Entry],
    /// Those whose build takes long, built for the first sitting and used in all.
    lasting: Vec<Option<Rc<dyn subject::Subject>>>,
}

impl<'a> Lineup<'a> {
    pub(crate) fn new(cell: Cell, entries: &'a [Entry], plan: &'a Plan) -> Self {
        Self { cell, plan, entries, lasting: entries.iter().map(|_| None).collect() }
    }

    /// Times everybody whose probe went well, and notes figures in `subjects`, which stand in the order of the entries.
    pub(crate) fn time(&mut self, subjects: &mut [Subject]) -> Result<Timings, Error> {
        let cells: Vec<Asked> = self.entries.iter().map(|entry| Asked { kinds: entry.kinds.to_vec(), is_cold: false }).collect();
        let Plan { seed, sittings, rounds, .. } = *self.plan;
        let plan = annulus_clock::Plan { sittings, rounds, cold: 0, seed };
        let mut failure = None;
        let build = |sitting| {
            // After a failure nobody takes part, and the rest is soon over.
            let nobody = || cells.iter().map(|_| None).collect();
            if failure.is_some() {
                return nobody();
            }
            self.build(sitting, subjects).unwrap_or_else(|error| {
                failure = Some(error);
                nobody()
            })
        };
        let timings = annulus_clock::time(&plan, &cells, build, || ());
        failure.map_or(Ok(()), Err)?;
        for series in &timings.series {
            let (entry, kind) = (&self.entries[series.cell], series.kind);
            if series.wrong > 0 {
                return Err(Error::WrongWhenTimed { cell: self.cell, subject: entry.name, kind, checks: series.wrong });
            }
            let figures = Series { chunk: series.look_ups, figures: timings.figures(series) };
            subjects[series.cell].series.insert(Measure::LookUp(kind), figures);
        }
        Ok(timings)
    }

    /// Everybody with the nodes of a sitting. Those of the first are held to the probes and to the textbook.
    fn build(&mut self, sitting: u32, subjects: &mut [Subject]) -> Result<Vec<Built<'static>>, Error> {
        let mut all = Vec::with_capacity(self.entries.len());
        for (at, (entry, subject)) in self.entries.iter().zip(&mut *subjects).enumerate() {
            let takes_part = entry.role == Role::Floor || subject.outcome.serves();
            all.push(if takes_part { Some(self.one(at, sitting, subject)?) } else { None });
        }
        if sitting == 0 {
            self.check(&all)?;
        }
        let told = subjects.iter().find_map(|subject| subject.state).map_or(0, |state| state.told);
        let weighed = all.into_iter().zip(self.entries).zip(subjects).map(|((subject, entry), outcome)| {
            let subject = subject?;
            let state_bytes = match entry.role {
                Role::Ours => told,
                Role::Floor => Timed::state_bytes(&*subject),
                _ => outcome.outcome.build.map_or(0, |build| build.live_bytes),
            };
            Some(Box::new(Weighed { subject, state_bytes }) as Box<dyn Timed>)
        });
        Ok(weighed.collect())
    }

    fn one(&mut self, at: usize, sitting: u32, subject: &mut Subject) -> Result<Rc<dyn subject::Subject>, Error> {
        if let Some(lasting) = &self.lasting[at] {
            return Ok(Rc::clone(lasting));
        }
        let built: Rc<dyn subject::Subject> = Rc::from(self.fresh(at, sitting)?);
        if sitting == 0 {
            let there = subject.outcome.answers.map(|answers| answers.checksum);
            subject.deterministic = there.map(|there| there == probe::checksum(built.as_ref(), self.plan.seed));
        }
        if subject.outcome.build.is_some_and(|build| build.nanoseconds > annulus_clock::nanoseconds(LONG_BUILD)) {
            subject.built_once = true;
            self.lasting[at] = Some(Rc::clone(&built));
        }
        Ok(built)
    }

    fn fresh(&self, at: usize, sitting: u32) -> Result<Box<dyn subject::Subject>, Error> {
        let entry = &self.entries[at];
        let unbuilt = |reason| Error::Unbuilt { cell: self.cell, subject: entry.name, reason };
        (entry.build)(self.cell.in_sitting(sitting)).map_err(unbuilt)
    }

    /// Holds ours to the textbook form.
    fn check(&self, all: &[Option<Rc<dyn subject::Subject>>]) -> Result<(), Error> {
        let Some(textbook) = self.position(TEXTBOOK).and_then(|at| all[at].as_deref()) else { return Ok(()) };
        for (entry, ours) in self.entries.iter().zip(all).filter(|(entry, _)| entry.role == Role::Ours) {
            if let Some(ours) = ours {
                check::against_oracle(self.cell, entry, ours.as_ref(), textbook, self.plan)?;
            }
        }
        Ok(())
    }

    /// The position of a name among the entries.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.name == name)
    }

    /// One with the nodes of the first sitting, to be changed once nothing is timed any more.
    pub(crate) fn take(&mut self, at: usize) -> Result<Rc<dyn subject::Subject>, Error> {
        match self.lasting[at].take() {
            Some(lasting) => Ok(lasting),
            None => self.fresh(at, 0).map(Rc::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use annulus_clock::{Kind, LookUp};
    use annulus_core::Digest;

    use super::*;
    use crate::cell::Algorithm;
    use crate::ours;
    use crate::registry;

    /// A plan that takes no time.
    const SHORT: Plan = Plan { sittings: 2, rounds: 1, ..Plan::QUICK };

    fn lined_up(entries: &[Entry], long: &str) -> Vec<Subject> {
        let probed = |entry: &Entry| {
            let nanoseconds = if entry.name == long { 3e9 } else { 1.0 };
            let build = probe::Build { nanoseconds, repetitions: 1, live_bytes: 1_000, peak_bytes: 0 };
            let answers = probe::Answers { checksum: 1, keys: 1, starved: 0, strays: 0, max_over_mean: 1.0 };
            let outcome = probe::Outcome { build: Some(build), answers: Some(answers), ..probe::Outcome::default() };
            Subject { outcome, ..Subject::new(entry) }
        };
        entries.iter().map(probed).collect()
    }

    #[test]
    fn everybody_has_a_figure_a_sitting_in_every_way() {
        let cell = Cell::new(Algorithm::Jump, 10);
        registry::prepare();
        let entries = registry::entries(cell.algorithm);
        let mut subjects = lined_up(&entries, TEXTBOOK);
        subjects[0].state = Some(ours::state(cell).unwrap());
        let mut lineup = Lineup::new(cell, &entries, &SHORT);
        let timings = lineup.time(&mut subjects).unwrap();
        assert_eq!(timings.floors.len(), 2);
        for (entry, subject) in entries.iter().zip(&subjects) {
            assert_eq!(subject.series.len(), entry.kinds.len(), "{}", entry.name);
            assert!(subject.series.values().all(|series| series.figures.len() == 2 && series.chunk >= 16), "{}", entry.name);
            assert_eq!(subject.built_once, entry.name == TEXTBOOK);
        }
        let textbook = lineup.position(TEXTBOOK).unwrap();
        assert!(lineup.lasting[textbook].is_some());
        assert!(Rc::get_mut(&mut lineup.take(textbook).unwrap()).is_some(), "nobody else holds it any more");
    }

    /// Answers that depend on how often it was asked.
    struct Fickle(std::cell::Cell<u64>);

    impl LookUp for Fickle {
        fn owner(&self, digest: Digest) -> u64 {
            self.0.set(self.0.get() + 1);
            digest.bits() & self.0.get()
        }

        fn owner_of_key(&self, _: &str) -> u64 {
            0
        }
    }

    impl subject::Subject for Fickle {}

    #[test]
    fn a_wrong_answer_ends_the_run_and_says_whose_it_is() {
        let cell = Cell::new(Algorithm::Jump, 10);
        let build: fn(Cell) -> subject::Built = |_| Ok(Box::new(Fickle(std::cell::Cell::new(0))));
        let fickle = Entry { kinds: &[Kind::DigestLatency], ..Entry::peer("fickle", "", build) };
        let entries = [fickle];
        let mut subjects = lined_up(&entries, "");
        let error = Lineup::new(cell, &entries, &SHORT).time(&mut subjects).unwrap_err().to_string();
        assert!(error.contains("jump N=10") && error.contains("fickle") && error.contains("latency digest"), "{error}");
    }

    #[test]
    fn what_cannot_be_built_ends_the_run() {
        let cell = Cell::new(Algorithm::Jump, 10);
        let entries = [Entry::peer("none", "", |_| Err("no nodes".to_owned()))];
        let mut subjects = lined_up(&entries, "");
        let error = Lineup::new(cell, &entries, &SHORT).time(&mut subjects).unwrap_err().to_string();
        assert!(error.contains("none cannot be built: no nodes"), "{error}");
    }
}
