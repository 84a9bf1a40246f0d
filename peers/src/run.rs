//! A run, cell by cell: try everybody, build, check, then time.

use std::io::{self, Write};
use std::time::Instant;

use crate::cell::{Algorithm, Cell};
use crate::change;
use crate::check;
use crate::error::Error;
use crate::ours::{self, OURS};
use crate::plan::Plan;
use crate::probe;
use crate::registry;
use crate::results::{Part, Results, Series, Subject};
use crate::subject::{Entry, Measure, Role, Timed};
use crate::textbook::TEXTBOOK;
use crate::timing::{self, Contest};
use crate::weighted;

/// Measures every cell.
pub(crate) fn run(cells: &[Cell], plan: &Plan) -> Result<Results, Error> {
    registry::prepare();
    let mut results = Results::default();
    if cells.iter().any(|cell| cell.algorithm == Algorithm::Jump) {
        results.claims = check::claims(plan);
    }
    for (number, &cell) in cells.iter().enumerate() {
        let started = Instant::now();
        report_progress(&format!("[{}/{}] {cell}: trying", number + 1, cells.len()));
        let subjects = measure(cell, plan)?;
        results.cells.insert(cell, subjects);
        report_progress(&format!("[{}/{}] {cell}: done in {:.1} s", number + 1, cells.len(), started.elapsed().as_secs_f64()));
    }
    Ok(results)
}

/// Tells the user at the terminal; a closed one is no reason to stop.
fn report_progress(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

fn measure(cell: Cell, plan: &Plan) -> Result<Vec<Subject>, Error> {
    let entries = registry::entries(cell.algorithm);
    let mut subjects: Vec<Subject> = entries.iter().map(Subject::new).collect();
    if let Some(subject) = subjects.iter_mut().find(|subject| subject.name == OURS) {
        let state = ours::state(cell).map_err(|reason| Error::Unbuilt { cell, subject: OURS, reason })?;
        subject.state = Some(state);
    }
    let mut built = Vec::with_capacity(entries.len());
    for (entry, subject) in entries.iter().zip(&mut subjects) {
        built.push(prepare(entry, subject, cell, plan)?);
    }
    check_ours(cell, &entries, &built, plan)?;
    time(&entries, &built, &mut subjects, plan);
    if let Some(updates) = update(cell, &entries, &mut built, plan)? {
        for (at, updates) in updates {
            subjects[at].series.extend([(Measure::Add, updates.additions), (Measure::Remove, updates.removals)]);
        }
    }
    // What comes now has memory of its own.
    drop(built);
    if let Some(slots) = change::slots_to_build(cell) {
        let [ours, textbook] = change::tables(cell, slots, plan)?;
        subjects.extend(pair((ours.0, vec![(Measure::Build, ours.1)]), (textbook.0, vec![(Measure::Build, textbook.1)])));
    }
    if let Some([ours, textbook]) = weighted::updates(cell, plan)? {
        subjects.extend(pair(ours, textbook));
    }
    Ok(subjects)
}

/// The same part of ours and of the textbook's work.
fn pair(ours: Part, textbook: Part) -> impl Iterator<Item = Subject> {
    [(Role::Ours, ours), (Role::Textbook, textbook)].into_iter().map(|(role, (name, series))| {
        let blank = Entry { name, package: None, role, metrics: &[], how: "", build: |_| Err(String::new()) };
        Subject { series: series.into_iter().collect(), ..Subject::new(&blank) }
    })
}

/// Tries somebody in a process of its own and, if that went well, builds it here.
fn prepare(entry: &Entry, subject: &mut Subject, cell: Cell, plan: &Plan) -> Result<Option<Box<dyn Timed>>, Error> {
    let must = matches!(entry.role, Role::Ours | Role::Textbook);
    if entry.role != Role::Floor {
        // Ours and the textbook's have the time of a full run: without them there is nothing to compare.
        let patience = if must { Plan::FULL.patience } else { plan.patience };
        subject.outcome = probe::run(entry, cell, &Plan { patience, ..*plan })?;
        if !subject.outcome.serves() {
            let reason = subject.outcome.failure.clone().unwrap_or_else(|| "it ended without a word".to_owned());
            subject.outcome.failure = Some(reason.clone());
            return if must { Err(Error::Unbuilt { cell, subject: entry.name, reason }) } else { Ok(None) };
        }
    }
    let built = (entry.build)(cell).map_err(|reason| Error::Unbuilt { cell, subject: entry.name, reason })?;
    let there = subject.outcome.answers.map(|answers| answers.checksum);
    subject.deterministic = there.map(|there| there == probe::checksum(built.as_ref(), plan.seed));
    Ok(Some(built))
}

/// The position of a name among the entries.
fn position(entries: &[Entry], name: &str) -> Option<usize> {
    entries.iter().position(|entry| entry.name == name)
}

fn check_ours(cell: Cell, entries: &[Entry], built: &[Option<Box<dyn Timed>>], plan: &Plan) -> Result<(), Error> {
    let Some(textbook) = position(entries, TEXTBOOK).and_then(|at| built[at].as_deref()) else { return Ok(()) };
    for (entry, built) in entries.iter().zip(built).filter(|(entry, _)| entry.role == Role::Ours) {
        if let Some(ours) = built {
            check::against_oracle(cell, entry.name, ours.as_ref(), textbook, plan)?;
        }
    }
    Ok(())
}

fn time(entries: &[Entry], built: &[Option<Box<dyn Timed>>], subjects: &mut [Subject], plan: &Plan) {
    let there = entries.iter().zip(built).filter_map(|(entry, built)| Some((entry, built.as_deref()?)));
    let mut contests: Vec<Contest<'_>> =
        there.flat_map(|(entry, built)| entry.metrics.iter().map(|&metric| Contest::new(entry.name, metric, built))).collect();
    timing::run(&mut contests, plan);
    for Contest { name, metric, chunk, medians, .. } in contests {
        if let Some(subject) = subjects.iter_mut().find(|subject| subject.name == name) {
            subject.series.insert(Measure::LookUp(metric), Series { chunk, medians });
        }
    }
}

/// Changes the ring of ours and of the textbook, which must answer alike afterwards; the other algorithms have no textbook form
/// that changes.
fn update(
    cell: Cell,
    entries: &[Entry],
    built: &mut [Option<Box<dyn Timed>>],
    plan: &Plan,
) -> Result<Option<Vec<(usize, change::Updates)>>, Error> {
    let (Some(ours), Some(textbook)) = (position(entries, OURS), position(entries, TEXTBOOK)) else { return Ok(None) };
    if cell.algorithm != Algorithm::Ring {
        return Ok(None);
    }
    let Ok([Some(first), Some(second)]) = built.get_disjoint_mut([ours, textbook]) else { return Ok(None) };
    let updates = change::updates(&mut [first.as_mut(), second.as_mut()], cell, plan);
    check::after_changes(cell, OURS, |key| first.of_key(key), |key| second.of_key(key), plan)?;
    Ok(Some([ours, textbook].into_iter().zip(updates).collect()))
}
