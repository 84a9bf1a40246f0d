//! Where each algorithm with each of its parameters stands in several figures at once.

use std::collections::BTreeMap;

use crate::reading::select::{Rows, Subject, figure_of, median, state_bytes};
use crate::record::{Case, Measure, Metric, Record};

use super::balance::{Known, above};
use super::draft::{on_most_keys, on_most_sets};

/// One algorithm with its parameters at one size.
pub(super) struct Spot {
    pub(super) subject: Subject,
    /// The bytes of its state.
    pub(super) bytes: Option<f64>,
    /// By how many percent the busiest node is above the mean: by exact shares where they are known.
    pub(super) above: f64,
    /// What moves needlessly when any node leaves, for each key that must move.
    pub(super) needless: Option<f64>,
    /// Nanoseconds of a look-up by digest, and where its interval ends.
    pub(super) latency: Option<(f64, Option<(f64, f64)>)>,
}

/// All spots by number of nodes, from two nodes up.
pub(super) fn all(records: &[Record]) -> BTreeMap<u64, Vec<Spot>> {
    let mut spots: BTreeMap<u64, Vec<Spot>> = BTreeMap::new();
    let of_case = |measure, metric, case: Case| Rows::of(records, measure, metric).filter(move |record| record.case == case);
    let balance = of_case(Measure::Balance, Metric::MaxOverMean, Case::Only);
    let Some((balance, ..)) = on_most_keys(&balance) else { return spots };
    let moved = of_case(Measure::Remap, Metric::MovedOverOwn, Case::RemoveAny);
    let moved = on_most_sets(&moved).map(|(rows, ..)| rows);
    let memory = of_case(Measure::Memory, Metric::StateBytes, Case::Only);
    let latency = of_case(Measure::Lookup, Metric::Latency, Case::Digest);
    let known = Known::of(records);
    for subject in balance.subjects() {
        let (bytes, latency) = (first_by_nodes(&memory, &subject), first_by_nodes(&latency, &subject));
        let moved = moved.as_ref().map(|rows| rows.figures(&subject)).unwrap_or_default();
        for (nodes, ratios) in balance.figures(&subject).into_iter().filter(|(nodes, _)| *nodes > 1) {
            let spot = Spot {
                subject: subject.clone(),
                bytes: bytes.get(&nodes).and_then(|record| state_bytes(record)),
                above: known.above(&subject, nodes).unwrap_or_else(|| above(median(&ratios))),
                needless: moved.get(&nodes).map(|ratios| (median(ratios) - 1.0).max(0.0)),
                latency: latency
                    .get(&nodes)
                    .and_then(|record| Some((figure_of(record)?, record.measured_low.zip(record.measured_high)))),
            };
            spots.entry(nodes).or_default().push(spot);
        }
    }
    spots
}

/// The first row of an algorithm at each size.
fn first_by_nodes<'a>(rows: &Rows<'a>, subject: &Subject) -> BTreeMap<u64, &'a Record> {
    let mut first = BTreeMap::new();
    for record in rows.iter().filter(|record| Subject::of(record) == *subject) {
        first.entry(record.nodes).or_insert(record);
    }
    first
}

/// The algorithms of these spots, whatever their parameters, in the order of the spots.
pub(super) fn families(spots: &[Spot]) -> Vec<&str> {
    let mut families: Vec<&str> = Vec::new();
    for spot in spots {
        if !families.contains(&spot.subject.family()) {
            families.push(spot.subject.family());
        }
    }
    families
}

/// The spots of one algorithm, by rising parameter.
pub(super) fn of_family<'a>(spots: &'a [Spot], family: &str) -> Vec<&'a Spot> {
    let mut own: Vec<&Spot> = spots.iter().filter(|spot| spot.subject.family() == family).collect();
    own.sort_by(|one, other| one.subject.parameter().unwrap_or(0.0).total_cmp(&other.subject.parameter().unwrap_or(0.0)));
    own
}

/// The sizes at which the most was tried, up to a number of them, the smallest first; a single algorithm is nothing to compare.
pub(super) fn richest(spots: &BTreeMap<u64, Vec<Spot>>, most: usize) -> Vec<u64> {
    let count = spots.values().map(Vec::len).max().unwrap_or(0);
    let richest: Vec<u64> =
        spots.iter().filter(|(_, spots)| spots.len() == count && count > 1).map(|(&nodes, _)| nodes).collect();
    let round = super::loads::spread_out(&richest);
    round.into_iter().take(most).collect()
}
