//! Figures as they were measured, for other programs.

use crate::probe::Outcome;
use crate::results::Results;
use crate::stats::Repeated;

/// The figures of look-ups, one for each sitting.
pub(super) fn look_ups(results: &Results) -> String {
    figures(results, Repeated::Sittings, "sitting")
}

/// The figures of changes, one for each round.
pub(super) fn changes(results: &Results) -> String {
    figures(results, Repeated::Rounds, "round")
}

fn figures(results: &Results, repeated: Repeated, repetition: &str) -> String {
    let mut rows = vec![header(&["algorithm", "nodes", "subject", "measure", repetition, "chunk", "measured_nanoseconds"])];
    for (cell, subjects) in &results.cells {
        for subject in subjects {
            for (measure, series) in subject.series.iter().filter(|(measure, _)| measure.repeated() == repeated) {
                for (at, figure) in series.figures.iter().enumerate() {
                    rows.push(vec![
                        cell.algorithm.to_string(),
                        cell.nodes.to_string(),
                        subject.name.to_owned(),
                        measure.name().to_owned(),
                        at.to_string(),
                        series.chunk.to_string(),
                        format!("{figure:.4}"),
                    ]);
                }
            }
        }
    }
    csv(&rows)
}

/// What the processes of their own found.
pub(super) fn probes(results: &Results) -> String {
    let mut rows = vec![header(&[
        "algorithm",
        "nodes",
        "subject",
        "failure",
        "checksum",
        "deterministic",
        "keys",
        "starved",
        "strays",
        "max_over_mean",
        "keys_at_removed",
        "measured_build_ns",
        "measured_live_bytes",
        "measured_peak_bytes",
        "state_bytes",
        "measured_state_bytes",
        "measured_add_ns",
        "measured_remove_ns",
    ])];
    for (cell, subjects) in &results.cells {
        for subject in subjects.iter().filter(|subject| subject.outcome.build.is_some() || subject.outcome.failure.is_some()) {
            let Outcome { build, answers, changes, failure, .. } = &subject.outcome;
            let mut row = vec![cell.algorithm.to_string(), cell.nodes.to_string(), subject.name.to_owned()];
            row.push(failure.clone().unwrap_or_default());
            row.push(text(answers.map(|answers| format!("{:016x}", answers.checksum))));
            row.push(text(subject.deterministic));
            row.push(text(answers.map(|answers| answers.keys)));
            row.push(text(answers.map(|answers| answers.starved)));
            row.push(text(answers.map(|answers| answers.strays)));
            row.push(text(answers.map(|answers| format!("{:.4}", answers.max_over_mean))));
            row.push(text(changes.map(|changes| changes.at_removed)));
            row.push(text(build.map(|build| format!("{:.0}", build.nanoseconds))));
            row.push(text(build.map(|build| build.live_bytes)));
            row.push(text(build.map(|build| build.peak_bytes)));
            row.push(text(subject.state.map(|state| state.told)));
            row.push(text(subject.state.map(|state| state.booked)));
            row.push(text(changes.map(|changes| format!("{:.0}", changes.add_nanoseconds))));
            row.push(text(changes.map(|changes| format!("{:.0}", changes.remove_nanoseconds))));
            rows.push(row);
        }
    }
    csv(&rows)
}

fn header(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn csv(rows: &[Vec<String>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).expect("rows of one table are of one length, and memory takes them");
    }
    String::from_utf8(writer.into_inner().expect("memory takes it")).expect("text was written")
}
