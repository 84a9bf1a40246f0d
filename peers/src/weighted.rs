//! Rings of nodes with weights, ours and the textbook's, changed in turn: one node more, one reweighted, one less.

use annulus_clock::LookUp;
use annulus_core::{Cluster, ConsistentHashRing, SipHash, Weight};
use annulus_ring::RingKernel;
use rand_chacha::ChaCha8Rng;

use crate::cell::{Algorithm, Cell, node_name, one_to_ten};
use crate::change::timed;
use crate::check;
use crate::error::Error;
use crate::keys::{Purpose, below, generator};
use crate::ours;
use crate::plan::Plan;
use crate::results::{Part, Series};
use crate::stats;
use crate::subject::Measure;
use crate::textbook::TreeRing;

/// The names in tables.
pub(crate) const OUR_WEIGHTED: &str = "annulus, weights 1 to 10";
pub(crate) const TEXTBOOK_WEIGHTED: &str = "textbook, weights 1 to 10";

/// The points for each unit of weight: with weights 1 to 10 a node has 160 on average, as without weights.
const POINTS_A_UNIT: u32 = 29;

/// The triples of changes of a turn.
const TRIPLES: usize = 9;

/// What is timed, in the order that it is done in.
const MEASURES: [Measure; 3] = [Measure::Add, Measure::Reweigh, Measure::Remove];

/// The numbers of nodes that are tried.
pub(crate) const NODES: [u32; 2] = [1_000, 100_000];

/// A ring of nodes with weights.
trait Weighted {
    fn add(&mut self, node: u32, weight: u32);
    fn reweigh(&mut self, node: u32, weight: u32);
    fn remove(&mut self, node: u32);
}

type Ours = Cluster<RingKernel, u32, SipHash>;

/// Nothing is refused here: names are new, weights are from 1 to 10, and the memory is not limited. The check afterwards would
/// tell of a change that was not made.
impl Weighted for Ours {
    fn add(&mut self, node: u32, weight: u32) {
        let _ = self.add_weighted_consumer(&node_name(node), Weight::new(weight).unwrap_or_default(), node);
    }

    fn reweigh(&mut self, node: u32, weight: u32) {
        let _ = self.set_weight(&node_name(node), Weight::new(weight).unwrap_or_default());
    }

    fn remove(&mut self, node: u32) {
        let _ = self.remove_consumer(&node_name(node));
    }
}

impl Weighted for TreeRing {
    fn add(&mut self, node: u32, weight: u32) {
        self.resize(node, ours::seed(node), weight * POINTS_A_UNIT);
    }

    fn reweigh(&mut self, node: u32, weight: u32) {
        self.resize(node, ours::seed(node), weight * POINTS_A_UNIT);
    }

    fn remove(&mut self, node: u32) {
        self.resize(node, ours::seed(node), 0);
    }
}

/// A node joins, another gets another weight, and a third leaves.
struct Triple {
    newcomer: (u32, u32),
    reweighed: (u32, u32),
    gone: u32,
}

/// The nodes that are there, with their weights.
struct Members(Vec<(u32, u32)>);

impl Members {
    fn change(&mut self, newcomer: u32, rng: &mut ChaCha8Rng) -> Triple {
        let newcomer = (newcomer, one_to_ten(newcomer));
        self.0.push(newcomer);
        let at = below(rng, self.0.len());
        let (node, weight) = self.0[at];
        // Any other weight.
        let weight = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].into_iter().filter(|&other| other != weight).nth(below(rng, 9)).unwrap_or(1);
        self.0[at].1 = weight;
        let (gone, _) = self.0.swap_remove(below(rng, self.0.len()));
        Triple { newcomer, reweighed: (node, weight), gone }
    }
}

/// Changes both rings of `cell` in turn, if it is one of those that are tried; they must answer alike afterwards.
pub(crate) fn updates(cell: Cell, plan: &Plan) -> Result<Option<[Part; 2]>, Error> {
    if cell.algorithm != Algorithm::Ring || !NODES.contains(&cell.nodes) {
        return Ok(None);
    }
    let (mut ours, mut textbook) = (filled(cell)?, TreeRing::new(&[]));
    (0..cell.nodes).for_each(|node| textbook.add(node, one_to_ten(node)));
    let mut members = Members((0..cell.nodes).map(|node| (node, one_to_ten(node))).collect());
    let mut leaving = generator(plan.seed, Purpose::Leaving);
    let mut rng = generator(plan.seed, Purpose::Order);
    let mut newcomers = cell.nodes..;
    let mut times = [MEASURES.map(|_| Vec::new()), MEASURES.map(|_| Vec::new())];
    for _ in 0..plan.changes {
        let triples: Vec<Triple> =
            newcomers.by_ref().take(TRIPLES).map(|newcomer| members.change(newcomer, &mut leaving)).collect();
        let first = below(&mut rng, 2);
        for turn in [first, 1 - first] {
            let medians = if turn == 0 { turn_of(&mut ours, &triples) } else { turn_of(&mut textbook, &triples) };
            times[turn].iter_mut().zip(medians).for_each(|(times, median)| times.push(median));
        }
    }
    let owner = |key: &str| ours.get_consumer(key).map_or(u64::MAX, |&node| u64::from(node));
    check::after_changes(cell, OUR_WEIGHTED, owner, |key| textbook.owner_of_key(key), plan)?;
    let [ours, textbooks] = times.map(|times| {
        let series = times.into_iter().map(|figures| Series { chunk: 1, figures });
        MEASURES.into_iter().zip(series).collect()
    });
    Ok(Some([(OUR_WEIGHTED, ours), (TEXTBOOK_WEIGHTED, textbooks)]))
}

fn filled(cell: Cell) -> Result<Ours, Error> {
    let unbuilt = |reason| Error::Unbuilt { cell, subject: OUR_WEIGHTED, reason };
    let kernel = RingKernel::with_points(POINTS_A_UNIT).map_err(|error| unbuilt(error.to_string()))?;
    let names: Vec<String> = (0..cell.nodes).map(node_name).collect();
    let weight = |node| Weight::new(one_to_ten(node)).unwrap_or_default();
    let mut ours = Ours::with(kernel, SipHash::new()).with_memory_limit(u64::MAX);
    ours.add_consumers(&mut names.iter().zip(0..).map(|(name, node)| (name.as_str(), weight(node), node)))
        .map_err(|error| unbuilt(error.to_string()))?;
    Ok(ours)
}

/// The median of each kind of change.
fn turn_of(ring: &mut impl Weighted, triples: &[Triple]) -> [f64; 3] {
    let mut times = MEASURES.map(|_| Vec::with_capacity(triples.len()));
    for &Triple { newcomer, reweighed, gone } in triples {
        times[0].push(timed(|| ring.add(newcomer.0, newcomer.1)));
        times[1].push(timed(|| ring.reweigh(reweighed.0, reweighed.1)));
        times[2].push(timed(|| ring.remove(gone)));
    }
    times.map(|times| stats::median(&times))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_rings_change_alike_and_everything_is_timed() {
        let [ours, textbook] = updates(Cell::new(Algorithm::Ring, 1_000), &Plan::QUICK).unwrap().unwrap();
        for (name, series) in [ours, textbook] {
            assert_eq!(series.iter().map(|(measure, _)| *measure).collect::<Vec<_>>(), MEASURES, "{name}");
            assert!(series.iter().all(|(_, series)| series.figures.len() as u64 == u64::from(Plan::QUICK.changes)), "{name}");
        }
    }

    #[test]
    fn a_new_weight_is_another() {
        let mut members = Members((0..10).map(|node| (node, one_to_ten(node))).collect());
        let mut rng = generator(1, Purpose::Leaving);
        for newcomer in 10..500 {
            let before = members.0.clone();
            let Triple { reweighed: (node, weight), .. } = members.change(newcomer, &mut rng);
            assert!(!before.contains(&(node, weight)) && (1..=10).contains(&weight));
            assert_eq!(members.0.len(), 10);
        }
    }
}
