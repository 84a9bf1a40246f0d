//! Raw chunk times: a compressed file beside `records.csv`, a line a turn.

use std::io;

use annulus_clock::{Series, Timings, Turn};
use serde::Serialize;

use super::cells::Subject;

/// A line of the file.
#[derive(Serialize)]
struct Line<'a> {
    algorithm: &'a str,
    parameters: &'a str,
    nodes: Option<u64>,
    metric: &'static str,
    case: String,
    sitting: u32,
    round: u32,
    /// Look-ups of a chunk.
    look_ups: usize,
    /// The floor of the round: a multiplication that waits for the one before.
    floor_ns: f64,
    /// What the turn took, the drawing of digests and keys included, and how much of it the thread was on a processor.
    wall_ns: u128,
    thread_ns: u128,
    /// Nanoseconds of a look-up, chunk by chunk, separated by blanks.
    chunk_ns: String,
}

/// Writes all turns as CSV, compressed by zstd.
pub(super) fn write(out: impl io::Write, subjects: &[Subject<'_>], timings: &Timings) -> Result<(), csv::Error> {
    let mut writer = csv::Writer::from_writer(zstd::Encoder::new(out, 0)?.auto_finish());
    for series in &timings.series {
        let subject = &subjects[series.cell];
        let case = subject.case(series.kind).to_string();
        for turn in &series.turns {
            writer.serialize(line(subject, series, turn, case.clone(), timings))?;
        }
    }
    writer.flush()?;
    Ok(())
}

fn line<'a>(subject: &'a Subject<'_>, series: &Series, turn: &Turn, case: String, timings: &Timings) -> Line<'a> {
    let (algorithm, parameters, nodes) = match subject {
        Subject::Algorithm { algorithm, nodes, .. } => (algorithm.key(), algorithm.parameters(), Some(*nodes)),
        Subject::Floor(name) => (name.as_str(), "", None),
    };
    let floor = timings.floors.iter().find(|floor| (floor.sitting, floor.round) == (turn.sitting, turn.round));
    let chunks: Vec<String> = turn.chunks.iter().map(|time| format!("{time:.3}")).collect();
    Line {
        algorithm,
        parameters,
        nodes,
        metric: series.kind.metric(),
        case,
        sitting: turn.sitting,
        round: turn.round,
        look_ups: series.look_ups,
        floor_ns: floor.map_or(f64::NAN, |floor| floor.chain),
        wall_ns: turn.wall.as_nanos(),
        thread_ns: turn.thread.as_nanos(),
        chunk_ns: chunks.join(" "),
    }
}
