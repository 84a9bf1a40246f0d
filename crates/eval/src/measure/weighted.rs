//! Nodes of unequal weight: the share that each achieves against the share that it should have.

use annulus_core::Weight;

use crate::algorithm::{Algorithm, Law, NodeId};
use crate::keys::generated;
use crate::record::{Case, Measure, Metric, Record, Unit};
use crate::scenario::Scenario;
use crate::stats::balance::Loads;
use crate::stats::dealt::{Alike, DealtLaw};
use crate::stats::{StatsError, Tail, arcs, float, multinomial, weights};

use super::count::index;
use super::error::MeasureError;
use super::part::{Cells, Measured, Part, Plan, Run};
use super::row::{Band, Cell};
use super::tally::Tally;

const MEASURE: Measure = Measure::Weighted;

/// Figures that are held to a band of chance: X² against the wanted or the exact shares, nodes outside their own band.
const CHECKS: u64 = 3;

pub(super) const PART: Part = Part { name: "weights", run: Run::Cells(Cells { plan, measure }) };

fn plan(scenario: &Scenario) -> Option<Plan<'_>> {
    scenario.weights.as_ref().map(|plan| Plan {
        nodes: &plan.nodes,
        key_count: plan.digests,
        repetitions: plan.repetitions,
        checks: CHECKS,
        passes: 1,
    })
}

/// The heaviest weight; they run 1, 2, … 10, 1, 2, … in the order of the names.
const HEAVIEST: u32 = 10;

/// Places random digests on nodes of the weights 1 to 10.
fn measure(scenario: &Scenario, cell: &Cell, algorithm: &Algorithm, nodes: u64, tail: Tail) -> Measured {
    let Some(plan) = &scenario.weights else { return Ok(Vec::new()) };
    let (seed, repetition) = (cell.seed(), cell.repetition());
    let names = generated::node_names(seed, repetition, index(nodes));
    let given: Vec<u32> = (1..=HEAVIEST).cycle().take(names.len()).collect();
    let members: Vec<(&str, Weight, NodeId)> = (names.iter().zip(&given).zip(0..))
        .map(|((name, &weight), id)| (name.as_str(), Weight::new(weight).unwrap_or(Weight::ONE), id))
        .collect();
    let mut placement = algorithm.empty();
    if let Err(refusal) = placement.add_weighted(&members) {
        return Ok(vec![cell.refused(MEASURE, Case::Only, &refusal)]);
    }
    let digests = generated::digests(seed, repetition, plan.digests);
    let tally = Tally::of(placement.as_ref(), &digests);
    if tally.invalid > 0 {
        let why = format!("{} answers name no node", tally.invalid);
        return Ok(vec![cell.row(MEASURE, Case::Only, Metric::Invalid, Unit::Keys).failed(why)]);
    }
    // Nodes that came in one batch have their places in it as indices.
    let outcome = Outcome { cell, algorithm, tally: &tally, given: &given, tail };
    let mut records = outcome.of_counts()?;
    records.extend(outcome.by_weight());
    if let Some(shares) = placement.shares() {
        records.extend(outcome.of_shares(&shares)?);
    }
    Ok(records)
}

struct Outcome<'a> {
    cell: &'a Cell,
    algorithm: &'a Algorithm,
    tally: &'a Tally,
    given: &'a [u32],
    tail: Tail,
}

impl Outcome<'_> {
    fn row(&self, case: Case, metric: Metric, unit: Unit) -> Record {
        self.cell.row(MEASURE, case, metric, unit).checked(self.tally.checksum)
    }

    fn total(&self) -> f64 {
        self.given.iter().map(|&weight| f64::from(weight)).sum()
    }

    fn keys(&self) -> u64 {
        self.tally.counts.iter().sum()
    }

    fn wanted(&self) -> Vec<f64> {
        let total = self.total();
        self.given.iter().map(|&weight| f64::from(weight) / total).collect()
    }

    /// Figures of the counts against the wanted shares.
    fn of_counts(&self) -> Result<Vec<Record>, MeasureError> {
        let weights: Vec<f64> = self.given.iter().map(|&weight| f64::from(weight)).collect();
        let loads = Loads::weighted(&self.tally.counts, &weights)?;
        let worst = (loads.max_over_mean() - 1.0).max(1.0 - loads.min_over_mean());
        let mut records = vec![
            self.row(Case::Only, Metric::WorstRelativeError, Unit::Ratio).judged(worst, &Band::NONE),
            self.row(Case::Only, Metric::Cv, Unit::Ratio).judged(loads.cv(), &self.expected_cv()?),
        ];
        if self.algorithm.law() == Law::Uniform {
            records.push(self.chi_square(Metric::ChiSquare, &self.wanted(), "weighted-multinomial")?);
            records.extend(self.outside()?);
        }
        Ok(records)
    }

    /// X² of the counts against these shares.
    fn chi_square(&self, metric: Metric, shares: &[f64], law: &'static str) -> Result<Record, MeasureError> {
        let keys = float(self.keys());
        let expected: Vec<f64> = shares.iter().map(|share| share * keys).collect();
        let pooled = multinomial::pooled_chi_square(&self.tally.counts, &expected)?;
        // Two cells are far from continuous: even halves are no defect.
        let band = Band::expect(law, float(pooled.cells.saturating_sub(1))).within(pooled.band(self.tail)).gate();
        Ok(self.row(Case::Only, metric, Unit::Ratio).judged(pooled.statistic, &band.only_if(pooled.cells > 2)))
    }

    /// How many nodes have a count outside their own binomial band. Light nodes can hide in X², and not here.
    fn outside(&self) -> Result<Option<Record>, MeasureError> {
        let bands = match weights::count_bands(&self.wanted(), self.keys(), self.tail) {
            Ok(bands) => bands,
            // Too few keys to tell a light node from none.
            Err(StatsError::OutOfRange { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let outside = bands.iter().zip(&self.tally.counts).filter(|&(band, &count)| !band.contains(float(count))).count();
        Ok(Some(self.row(Case::Only, Metric::NodesOff, Unit::Nodes).judged(float(outside), &Band::zero("weighted-binomial"))))
    }

    /// The root of the mean of the squared deviations that the law gives each node.
    fn expected_cv(&self) -> Result<Band, MeasureError> {
        let keys = self.keys();
        let of_counts = |share: f64| weights::count_cv(share, keys).map(|cv| cv * cv);
        let wanted = self.wanted();
        let noise = wanted.iter().map(|&share| of_counts(share)).sum::<Result<f64, _>>()? / float(wanted.len());
        Ok(match self.algorithm.law() {
            Law::Uniform => Band::expect("weighted-multinomial", noise.sqrt()),
            Law::Arcs { points } => {
                let total: u64 = self.given.iter().map(|&weight| u64::from(weight) * points).sum();
                let of_arcs = |&weight: &u32| arcs::weighted_share_cv(u64::from(weight) * points, total).map(|cv| cv * cv);
                let arcs = self.given.iter().map(of_arcs).sum::<Result<f64, _>>()? / float(self.given.len());
                Band::expect("weighted-ring-beta", (arcs * (1.0 - 1.0 / float(keys)) + noise).sqrt())
            }
            Law::Dealt { slots } if slots >= self.given.len() as u64 => {
                let slots = DealtLaw::new(slots, &wanted.iter().map(|&part| Alike { nodes: 1, part }).collect::<Vec<_>>())?;
                Band::expect("weighted-dealt", (slots.share_cv().powi(2) * (1.0 - 1.0 / float(keys)) + noise).sqrt())
            }
            _ => Band::NONE,
        })
    }

    /// What the nodes of each weight have together, over what they should have.
    fn by_weight(&self) -> Vec<Record> {
        let (total, keys) = (self.total(), float(self.keys()));
        let of_weight = |weight: u32| {
            let nodes = self.given.iter().filter(|&&given| given == weight).count();
            let counted: u64 =
                self.given.iter().zip(&self.tally.counts).filter(|&(&given, _)| given == weight).map(|(_, &count)| count).sum();
            let wanted = float(nodes) * f64::from(weight) / total;
            let achieved = float(counted) / keys / wanted;
            let case = Case::Weight(weight);
            (nodes > 0)
                .then(|| self.row(case, Metric::AchievedOverWanted, Unit::Ratio).judged(achieved, &Band::expect("weights", 1.0)))
        };
        (1..=HEAVIEST).filter_map(of_weight).collect()
    }

    /// Exact shares against the wanted ones, and the counts against the exact shares.
    fn of_shares(&self, shares: &[f64]) -> Result<Vec<Record>, MeasureError> {
        if !shares.iter().all(|&share| share > 0.0) {
            return Ok(vec![
                self.row(Case::Only, Metric::ShareWorstRelativeError, Unit::Ratio).failed("a node has no share at all"),
            ]);
        }
        let error = |(share, wanted): (&f64, f64)| (share / wanted - 1.0).abs();
        let worst = shares.iter().zip(self.wanted()).map(error).fold(0.0, f64::max);
        Ok(vec![
            self.row(Case::Only, Metric::ShareWorstRelativeError, Unit::Ratio).judged(worst, &Band::NONE),
            self.chi_square(Metric::ChiSquareGivenShares, shares, "chi-square")?,
        ])
    }
}
