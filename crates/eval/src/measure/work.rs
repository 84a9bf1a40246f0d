//! The work of a look-up, counted and held against its law: no clock, and so the same on every machine.
//!
//! Of most algorithms nothing of it is left to chance: one scores every node, another reads a table once. Where it is, what is
//! known of the algorithm says how steps are counted and by which law.

use annulus_core::Digest;
use rayon::prelude::*;

use crate::algorithm::Algorithm;
use crate::keys::generated;
use crate::record::{Case, Checksum, Measure, Metric, Unit};
use crate::scenario::Scenario;
use crate::stats::events::EventsLaw;
use crate::stats::{Tail, float};

use super::count::ratio;
use super::part::{Cells, Measured, Part, Plan, Run};
use super::row::{Band, Cell};
use super::tally::BLOCK;

const MEASURE: Measure = Measure::Work;

/// Figures that are held to a band of chance: the mean number of steps.
const CHECKS: u64 = 1;

pub(super) const PART: Part = Part { name: "steps", run: Run::Cells(Cells { plan, measure }) };

fn plan(scenario: &Scenario) -> Option<Plan<'_>> {
    scenario.work.as_ref().map(|plan| Plan {
        nodes: &plan.nodes,
        key_count: plan.digests,
        repetitions: plan.repetitions,
        checks: CHECKS,
        passes: 1,
    })
}

/// Counts the steps of random digests; nothing for an algorithm whose steps have no law.
fn measure(scenario: &Scenario, cell: &Cell, algorithm: &Algorithm, nodes: u64, tail: Tail) -> Measured {
    let (Some(plan), Some(steps), Ok(among)) = (&scenario.work, algorithm.steps(), u32::try_from(nodes)) else {
        return Ok(Vec::new());
    };
    let digests = generated::digests(cell.seed(), cell.repetition(), plan.digests);
    let of_block = |digests: &[Digest]| {
        digests
            .iter()
            .map(|&digest| u64::from((steps.count)(digest, among)))
            .fold((0, 0, 0), |(sum, most, chain), steps| (sum + steps, u64::max(most, steps), annulus_core::mix(chain, steps)))
    };
    let joined = |(sum, most, checksum): (u64, u64, u64), (more, steps, other): (u64, u64, u64)| {
        (sum + more, most.max(steps), checksum.wrapping_add(other))
    };
    let (sum, most, checksum) = digests.par_chunks(BLOCK).map(of_block).reduce(|| (0, 0, 0), joined);
    let row = |metric| cell.row(MEASURE, Case::Only, metric, Unit::Steps).checked(Checksum(checksum));
    let law = EventsLaw::of(&(steps.probabilities)(nodes));
    let band = Band::expect(steps.formula, law.mean()).within(law.band(digests.len() as u64, tail)).gate();
    Ok(vec![
        row(Metric::Steps).judged(ratio(sum, digests.len() as u64), &band),
        row(Metric::StepsMax).judged(float(most), &Band::NONE),
    ])
}
