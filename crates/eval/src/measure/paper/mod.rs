//! Published figures, measured again at the sizes of the publications and held against the band in which theory has them.
//!
//! Two rows a figure: what is measured here, an error where it is outside its band; and under the same metric with
//! [`PUBLISHED`](crate::record::PUBLISHED) before it what the authors wrote, with the same band, and a status that says why
//! where it is not reproduced.

mod figures;
mod probes;
mod spread;
mod tables;

use crate::known::{PROBES_PAPER, SPREAD_PAPER, TABLES_PAPER};
use crate::progress::Progress;
use crate::stats::family::Family;

use super::part::{Measured, Part, Run, Whole};
use super::study::Study;
use figures::Figures;

/// Their family is their own, so that they count none in the study's.
pub(super) const PART: Part = Part { name: "published figures", run: Run::Whole(Whole { checks: |_| 0, work, run: measure }) };

/// How many figures are held to a band of chance: for arcs three at four numbers of points, one of an even algorithm; two of
/// slots that draws fill, two of slots hashed onto arcs and two of arcs; the CV of several probes.
const CHECKS: u64 = 3 * 4 + 1 + 2 + 2 + 2 + 1;

/// Units of work of one of the publications, by a rough rule: nanoseconds.
const PUBLICATION: u64 = 10_000_000_000;

/// Measures the figures of one publication.
type Remeasure = fn(&Figures<'_>) -> Measured;

/// The publications, and how their figures are measured again.
const PUBLICATIONS: [(&str, Remeasure); 3] =
    [(SPREAD_PAPER.what, spread::measure), (TABLES_PAPER.what, tables::measure), (PROBES_PAPER.what, probes::measure)];

fn work(study: &Study<'_>) -> u64 {
    study.scenario.paper.as_ref().map_or(0, |_| PUBLICATIONS.len() as u64 * PUBLICATION)
}

fn measure(study: &Study<'_>, _: u64, progress: &Progress) -> Measured {
    let mut records = Vec::new();
    let Some(plan) = &study.scenario.paper else { return Ok(records) };
    let figures = Figures { study, plan, tail: Family::new(CHECKS, 1)?.tail() };
    for (what, measure) in PUBLICATIONS {
        progress.begin(format!("published figures of {what}"));
        records.extend(measure(&figures)?);
        progress.advance(PUBLICATION);
    }
    Ok(records)
}
