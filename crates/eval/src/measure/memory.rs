//! Memory: what the algorithm says its state takes, and what the allocator saw.

use peak_alloc::PeakAlloc;

use crate::algorithm::{Algorithm, Placement};
use crate::keys::generated;
use crate::known;
use crate::record::{Case, Measure, Metric, Unit};
use crate::stats::float;

use super::count::index;
use super::part::{Alone, Measured, Part, Run};
use super::row::{Band, Cell};
use super::study::Study;

const MEASURE: Measure = Measure::Memory;

pub(super) const PART: Part = Part { name: "memory", run: Run::Alone(Alone { is_asked: |_| true, work, run: measure }) };

fn work(study: &Study<'_>, nodes: u64) -> u64 {
    study.algorithms(nodes).len() as u64 * nodes * 20_000
}

/// Counts every allocation of the program. Growing a block counts as old and new side by side, since it copies.
#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Bytes that building took.
#[derive(Clone, Copy)]
struct Footprint {
    live: usize,
    peak: usize,
}

/// Builds each algorithm alone and records its memory. Nothing else may allocate meanwhile.
///
/// `state_bytes` is what the algorithm predicts of its own state; measured, it is the whole less what names, data and
/// index take, which is what the baseline needs for the same nodes.
fn measure(study: &Study<'_>, nodes: u64) -> Measured {
    let names = generated::node_names(study.scenario.seed, 0, index(nodes));
    let books = footprint(&known::baseline(), &names).map_or(0, |(_, footprint)| footprint.live);
    let mut records = Vec::new();
    for algorithm in study.algorithms(nodes) {
        let cell = Cell::new(study, algorithm, nodes, "", 0, 0);
        let (predicted, footprint) = match footprint(algorithm, &names) {
            Ok(known) => known,
            Err(refusal) => {
                records.push(cell.refused(MEASURE, Case::Only, &refusal));
                continue;
            }
        };
        let row = |metric| cell.row(MEASURE, Case::Only, metric, Unit::Bytes);
        let state = float(footprint.live.saturating_sub(books));
        let (predicted, each) = (float(predicted), 1.0 / float(nodes));
        records.push(row(Metric::StateBytes).judged(predicted, &Band::NONE).measured(state, None));
        records.push(row(Metric::StateBytesPerNode).judged(predicted * each, &Band::NONE).measured(state * each, None));
        records.push(row(Metric::LiveBytes).measured(float(footprint.live), None));
        records.push(row(Metric::PeakBytes).measured(float(footprint.peak), None));
    }
    Ok(records)
}

fn footprint(algorithm: &Algorithm, names: &[String]) -> Result<(u64, Footprint), annulus_core::ChangeError> {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let placement: Box<dyn Placement> = algorithm.build(names)?;
    let footprint =
        Footprint { live: ALLOCATOR.current_usage().saturating_sub(before), peak: ALLOCATOR.peak_usage().saturating_sub(before) };
    Ok((placement.heap_bytes(), footprint))
}
