//! Keys of unequal popularity: load by request, beside an ideal placement of the same requests.

use annulus_core::NodeIndex;
use rand::Rng;
use rayon::prelude::*;

use crate::algorithm::{Algorithm, Law};
use crate::keys::generated::{self, Purpose};
use crate::record::{Case, Checksum, Measure, Metric, Unit};
use crate::scenario::{Scenario, Zipf};
use crate::stats::arcs::ArcsLaw;
use crate::stats::balance::Loads;
use crate::stats::dealt::DealtLaw;
use crate::stats::slots::TableLaw;
use crate::stats::{Interval, Tail, float};

use super::count::index;
use super::error::MeasureError;
use super::part::{Cells, Measured, Part, Plan, Run};
use super::row::{Band, Cell};

const MEASURE: Measure = Measure::Popularity;

pub(super) const PART: Part = Part { name: "popularity", run: Run::Cells(Cells { plan, measure }) };

fn plan(scenario: &Scenario) -> Option<Plan<'_>> {
    scenario.zipf.as_ref().map(|plan| Plan {
        nodes: &plan.nodes,
        key_count: plan.keys,
        repetitions: plan.repetitions,
        checks: 0,
        passes: 20 * plan.exponents.len() as u64,
    })
}

/// How many ideal placements of the same requests the maximum is compared with.
const IDEALS: u32 = 101;

/// Draws requests, places their keys, and records the load by request.
fn measure(scenario: &Scenario, cell: &Cell, algorithm: &Algorithm, nodes: u64, _: Tail) -> Measured {
    let Some(plan) = &scenario.zipf else { return Ok(Vec::new()) };
    let (seed, repetition) = (cell.seed(), cell.repetition());
    let names = generated::node_names(seed, repetition, index(nodes));
    let placement = match algorithm.build(&names) {
        Ok(placement) => placement,
        Err(refusal) => return Ok(vec![cell.refused(MEASURE, Case::Only, &refusal)]),
    };
    let digests = generated::digests(seed, repetition, plan.keys);
    let mut owners = vec![NodeIndex::default(); digests.len()];
    let answered = placement.locate_batch(&digests, &mut owners);
    let owners: Vec<usize> = owners[..answered].iter().map(|owner| owner.as_usize()).collect();
    let invalid = owners.iter().filter(|&&owner| owner >= names.len()).count() + (digests.len() - answered);
    if invalid > 0 {
        return Ok(vec![
            cell.row(MEASURE, Case::Only, Metric::Invalid, Unit::Keys).failed(format!("{invalid} answers name no node")),
        ]);
    }
    let checksum = owners.iter().fold(0, |chain, &owner| annulus_core::mix(chain, owner as u64));
    let mut records = Vec::new();
    for &exponent in &plan.exponents {
        let trace = Trace::draw(plan, exponent, seed, repetition)?;
        let row = |metric, band: &Band, value| {
            cell.row(MEASURE, Case::Zipf(exponent), metric, Unit::Ratio).judged(value, band).checked(Checksum(checksum))
        };
        let loads = Loads::equal(&trace.by_node(nodes, |key| owners[key]))?;
        let ideal = trace.ideal_maximum(seed, nodes)?;
        records.push(row(Metric::Cv, &trace.cv(algorithm, nodes)?, loads.cv()));
        records.push(row(Metric::MaxOverMean, &ideal, loads.max_over_mean()));
        let least = trace.least_maximum(nodes);
        records.push(row(Metric::MaxOverLeast, &Band::NONE, loads.max_over_mean() / least));
        records.push(row(Metric::LeastMaxOverMean, &Band::NONE, least));
    }
    Ok(records)
}

/// How often each key is asked for.
struct Trace {
    requests: Vec<u64>,
    seed: u32,
}

impl Trace {
    fn draw(plan: &Zipf, exponent: f64, seed: u64, repetition: u32) -> Result<Self, MeasureError> {
        let requests = generated::requests(seed, repetition, plan.keys, plan.requests, exponent)
            .map_err(|error| MeasureError::Request(format!("zipf.exponents has {exponent}: {error}")))?;
        Ok(Self { requests, seed: repetition })
    }

    fn total(&self) -> f64 {
        float(self.requests.iter().sum::<u64>())
    }

    fn by_node(&self, nodes: u64, owner: impl Fn(usize) -> usize) -> Vec<u64> {
        let mut counts = vec![0; index(nodes)];
        self.requests.iter().enumerate().for_each(|(key, requests)| counts[owner(key)] += requests);
        counts
    }

    /// Σf² of the observed frequencies: one over the number of equally popular keys that would spread as badly.
    fn squares(&self) -> f64 {
        let total = self.total();
        self.requests.iter().map(|&requests| (float(requests) / total).powi(2)).sum()
    }

    /// The root of the mean CV² over placements: the law of the shares, and (N−1)·Σf² for the keys of this trace.
    fn cv(&self, algorithm: &Algorithm, nodes: u64) -> Result<Band, MeasureError> {
        let squares = self.squares();
        let of = |share_cv: f64| (share_cv.powi(2) * (1.0 - squares) + float(nodes - 1) * squares).sqrt();
        Ok(match algorithm.law() {
            Law::Uniform => Band::expect("effective-keys", of(0.0)),
            Law::Arcs { points } => Band::expect("ring-effective-keys", of(ArcsLaw::new(nodes, points)?.share_cv())),
            Law::Slots { slots } if slots >= nodes => {
                Band::expect("table-effective-keys", of(TableLaw::new(nodes, slots)?.share_cv()))
            }
            Law::Dealt { slots } if slots >= nodes => {
                Band::expect("dealt-effective-keys", of(DealtLaw::equal(nodes, slots)?.share_cv()))
            }
            _ => Band::NONE,
        })
    }

    /// The busiest node over the mean when each key lies on a node at random: the median of many placements, and the range
    /// of them all. The same for every algorithm.
    fn ideal_maximum(&self, seed: u64, nodes: u64) -> Result<Band, MeasureError> {
        let one = |ideal: u32| {
            let mut rng = generated::generator(seed, Purpose::Ideal, self.seed * IDEALS + ideal);
            let mut counts = vec![0; index(nodes)];
            for requests in self.requests.iter().filter(|&&requests| requests > 0) {
                let node = (u128::from(rng.next_u64()) * u128::from(nodes)) >> 64;
                counts[usize::try_from(node).unwrap_or(0)] += requests;
            }
            Loads::equal(&counts).map(|loads| loads.max_over_mean())
        };
        let mut maxima = (0..IDEALS).into_par_iter().map(one).collect::<Result<Vec<f64>, _>>()?;
        maxima.sort_by(f64::total_cmp);
        let range = Interval { low: maxima[0], high: maxima[maxima.len() - 1] };
        Ok(Band::expect("ideal-placement", maxima[maxima.len() / 2]).within(range))
    }

    /// No placement of whole keys can have a busiest node below this, over the mean: that of the hottest key.
    fn least_maximum(&self, nodes: u64) -> f64 {
        let hottest = self.requests.iter().copied().max().unwrap_or(0);
        (float(hottest) * float(nodes) / self.total()).max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_follow_the_exponent() {
        let plan = Zipf { nodes: Vec::new(), keys: 1000, requests: 1_000_000, repetitions: 1, exponents: vec![1.0] };
        let trace = Trace::draw(&plan, 1.0, 1, 0).unwrap();
        assert_eq!(trace.requests.iter().sum::<u64>(), 1_000_000);
        // p₁ = 1/H₁₀₀₀ = 0.13359; six standard deviations of a count are 2041.
        let hottest = float(trace.requests[0]);
        assert!((hottest - 133_592.0).abs() < 2_050.0, "{hottest}");
        assert!((trace.least_maximum(10) - hottest / 1e5).abs() < 1e-12);
        assert_eq!(trace.least_maximum(2), 1.0);
    }
}
