//! A run, cell by cell: try everybody, then build, check and time in sittings, then change.

use std::io::{self, Write};
use std::rc::Rc;
use std::time::Instant;

use crate::cell::{Algorithm, Cell};
use crate::change;
use crate::check;
use crate::error::Error;
use crate::ours::{self, OURS};
use crate::plan::Plan;
use crate::probe::{self, Outcome};
use crate::registry;
use crate::results::{Part, Results, Subject};
use crate::sittings::Lineup;
use crate::subject::{Entry, Measure, Role};
use crate::textbook::TEXTBOOK;
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
        let subjects = measure(cell, plan, &mut results)?;
        results.cells.insert(cell, subjects);
        report_progress(&format!("[{}/{}] {cell}: done in {:.1} s", number + 1, cells.len(), started.elapsed().as_secs_f64()));
    }
    Ok(results)
}

/// Tells the user at the terminal; a closed one is no reason to stop.
fn report_progress(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Measures one cell; `results` has those with fewer nodes.
fn measure(cell: Cell, plan: &Plan, results: &mut Results) -> Result<Vec<Subject>, Error> {
    let entries = registry::entries(cell.algorithm);
    let mut subjects: Vec<Subject> = entries.iter().map(Subject::new).collect();
    if let Some(subject) = subjects.iter_mut().find(|subject| subject.name == OURS) {
        let state = ours::state(cell).map_err(|reason| Error::Unbuilt { cell, subject: OURS, reason })?;
        subject.state = Some(state);
    }
    let started = Instant::now();
    for (entry, subject) in entries.iter().zip(&mut subjects) {
        match gave_up(results, cell, entry) {
            Some(failure) => subject.outcome = Outcome { failure: Some(failure), ..Outcome::default() },
            None => probe(entry, subject, cell, plan)?,
        }
    }
    report_progress(&format!("{cell}: tried in {:.1} s; timing", started.elapsed().as_secs_f64()));
    let mut lineup = Lineup::new(cell, &entries, plan);
    let started = Instant::now();
    let timings = lineup.time(&mut subjects)?;
    results.seen.add(cell, &timings, started.elapsed());
    report_progress(&format!("{cell}: timed in {:.1} s; changing", started.elapsed().as_secs_f64()));
    if let Some(updates) = update(cell, &mut lineup, plan)? {
        for (at, updates) in updates {
            subjects[at].series.extend([(Measure::Add, updates.additions), (Measure::Remove, updates.removals)]);
        }
    }
    // What comes now has memory of its own.
    drop(lineup);
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
        let blank = Entry { name, package: None, role, kinds: &[], how: "", build: |_| Err(String::new()) };
        Subject { series: series.into_iter().collect(), ..Subject::new(&blank) }
    })
}

/// Why a crate need not be tried: with fewer nodes its build took longer than was waited.
fn gave_up(results: &Results, cell: Cell, entry: &Entry) -> Option<String> {
    let fewer = results.of(cell.algorithm).filter(|(other, _)| other.nodes < cell.nodes);
    let mut before = fewer.flat_map(|(other, subjects)| subjects.iter().map(move |subject| (other.nodes, subject)));
    let (nodes, subject) = before.find(|(_, subject)| subject.name == entry.name && subject.outcome.builds_too_long)?;
    Some(format!("with {nodes} nodes {}", subject.outcome.failure.as_deref()?))
}

/// Tries somebody in a process of its own. Without ours and the textbook's there is nothing to compare.
fn probe(entry: &Entry, subject: &mut Subject, cell: Cell, plan: &Plan) -> Result<(), Error> {
    if entry.role == Role::Floor {
        return Ok(());
    }
    let must = matches!(entry.role, Role::Ours | Role::Textbook);
    // Ours and the textbook's have the time of a full run.
    let patience = if must { Plan::FULL.patience } else { plan.patience };
    subject.outcome = probe::run(entry, cell, &Plan { patience, ..*plan })?;
    if subject.outcome.serves() {
        return Ok(());
    }
    let reason = subject.outcome.failure.get_or_insert_with(|| "it ended without a word".to_owned()).clone();
    if must { Err(Error::Unbuilt { cell, subject: entry.name, reason }) } else { Ok(()) }
}

/// Changes the ring of ours and of the textbook, which must answer alike afterwards; the other algorithms have no textbook form
/// that changes.
fn update(cell: Cell, lineup: &mut Lineup<'_>, plan: &Plan) -> Result<Option<Vec<(usize, change::Updates)>>, Error> {
    let (Some(ours), Some(textbook)) = (lineup.position(OURS), lineup.position(TEXTBOOK)) else { return Ok(None) };
    if cell.algorithm != Algorithm::Ring {
        return Ok(None);
    }
    let (mut first, mut second) = (lineup.take(ours)?, lineup.take(textbook)?);
    let (Some(first), Some(second)) = (Rc::get_mut(&mut first), Rc::get_mut(&mut second)) else { return Ok(None) };
    let updates = change::updates(&mut [&mut *first, &mut *second], cell, plan);
    check::after_changes(cell, OURS, |key| first.owner_of_key(key), |key| second.owner_of_key(key), plan)?;
    Ok(Some([ours, textbook].into_iter().zip(updates).collect()))
}
