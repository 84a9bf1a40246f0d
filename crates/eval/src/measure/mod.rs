//! What is measured: a file for each family of figures. All of it writes [`Record`]s and nothing else.

pub mod balance;
mod bands;
pub mod change;
pub mod churn;
pub mod failure;
mod further;
pub mod lookup;
pub mod memory;
mod movement;
pub mod paper;
pub mod patterns;
pub mod popularity;
pub mod remap;
pub mod replicas;
mod row;
mod side;
pub mod stream;
mod tally;
pub mod weighted;
pub mod work;

use std::borrow::Cow;

use annulus_core::{ChangeError, Digest, SipHash};
use rayon::prelude::*;

use crate::error::Error;
use crate::keys::{KeySet, generated};
use crate::placement::Placement;
use crate::progress::Progress;
use crate::record::Record;
use crate::registry::Algorithm;
use crate::scenario::{Scenario, Size};
use crate::stats::family::Family;
use crate::stats::{Tail, float};
use row::Cell;

/// One evaluation with everything it needs: algorithms and keys are there, and every check is counted.
#[derive(Debug)]
pub struct Study<'a> {
    scenario: &'a Scenario,
    grid: Vec<Size>,
    keys_checksum: u64,
    sets: Vec<DigestSet<'a>>,
}

/// Digests that stand for keys, and how thoroughly they are used.
#[derive(Debug)]
struct DigestSet<'a> {
    name: &'a str,
    /// The keys that are hashed; digests are drawn where there are none.
    keys: Option<&'a KeySet>,
    /// Those of repetition 0.
    first: Vec<Digest>,
    repetitions: u32,
    victims: usize,
}

impl DigestSet<'_> {
    /// The digests of one repetition. Each has its own, so that an algorithm that does not look at names is not measured on
    /// the same sample again and again: other random ones, or the same keys hashed under another secret.
    fn digests(&self, seed: u64, repetition: u32) -> Cow<'_, [Digest]> {
        match (repetition, self.keys) {
            (0, _) => Cow::Borrowed(&self.first),
            (_, Some(keys)) => Cow::Owned(keys.digests(SipHash::with_keys(seed, u64::from(repetition)))),
            (_, None) => Cow::Owned(generated::digests(seed, repetition, self.first.len())),
        }
    }

    fn len(&self) -> usize {
        self.first.len()
    }
}

/// How many figures of one algorithm at one size on one set of keys are held to a band of chance: X² against the ideal
/// and against exact shares, the largest and the smallest load, CV and largest of the exact shares, keys taken by a
/// newcomer, the median of a table's collateral.
const CHECKS_PER_CELL: u64 = 8;

impl<'a> Study<'a> {
    /// Prepares the digests of all keys and makes the synthetic ones. `grid` is the scenario's
    /// ([`Scenario::grid`]), or what somebody made of it.
    #[must_use]
    pub fn new(scenario: &'a Scenario, grid: Vec<Size>, keys: &'a KeySet) -> Self {
        let mut sets = vec![DigestSet {
            name: keys.name(),
            keys: Some(keys),
            first: keys.digests(SipHash::new()),
            repetitions: scenario.repetitions,
            victims: scenario.victims,
        }];
        if let Some(synthetic) = &scenario.synthetic {
            sets.push(DigestSet {
                name: "random-digests",
                keys: None,
                first: generated::digests(scenario.seed, 0, synthetic.digests),
                repetitions: synthetic.repetitions,
                victims: synthetic.victims,
            });
        }
        Self { scenario, grid, keys_checksum: keys.checksum(), sets }
    }

    /// Measures everything but the [times](Self::times) of look-ups. What can run on all cores does; changes are timed alone.
    ///
    /// # Errors
    /// A law that cannot be had for these numbers. An algorithm that refuses a size is no error but a skipped row.
    pub fn run(&self, progress: &Progress) -> Result<Vec<Record>, Error> {
        let mut records = Vec::new();
        for size in &self.grid {
            for set in &self.sets {
                for algorithm in &size.algorithms {
                    progress.begin(format!("{} on {} nodes, {}", algorithm.key(), size.nodes, set.name));
                    records.extend(self.placements(algorithm, size.nodes, set, progress)?);
                }
            }
        }
        records.extend(further::measure(self, progress)?);
        if let Some(plan) = &self.scenario.paper {
            records.extend(paper::measure(self, plan, progress)?);
        }
        for size in &self.grid {
            records.extend(self.run_alone(size.nodes, progress)?);
        }
        Ok(records)
    }

    /// Memory and times of one size. No other thread may run or allocate meanwhile.
    fn run_alone(&self, nodes: u64, progress: &Progress) -> Result<Vec<Record>, Error> {
        progress.begin(format!("memory of {nodes} nodes"));
        let mut records = memory::measure(self, nodes);
        progress.advance(self.units(nodes, Work::Memory));
        if let Some(change) = &self.scenario.change {
            progress.begin(format!("time of changes of {nodes} nodes"));
            records.extend(change::measure(self, change, nodes));
            progress.advance(self.units(nodes, Work::Change));
        }
        Ok(records)
    }

    /// Times look-ups, if the scenario asks for it. No other thread may run meanwhile.
    #[must_use]
    pub fn times(&self, progress: &Progress) -> Option<lookup::Times<'_>> {
        self.scenario.lookup.as_ref().map(|lookup| lookup::measure(self, lookup, progress))
    }

    /// Balance and remap of one algorithm at one size on one set of keys, for each set of names.
    fn placements(
        &self,
        algorithm: &Algorithm,
        nodes: u64,
        set: &DigestSet<'_>,
        progress: &Progress,
    ) -> Result<Vec<Record>, Error> {
        let tail = self.tail(set)?;
        let bands = bands::Bands::new(algorithm.balance_law(), nodes, set.len(), tail)?;
        let repetitions: Vec<u32> = (0..set.repetitions).collect();
        let measured: Vec<Vec<Record>> = repetitions
            .into_par_iter()
            .map(|repetition| {
                let cell = self.cell(algorithm, nodes, set, repetition);
                let records = self.one_set_of_names(algorithm, nodes, set, &bands, &cell);
                progress.advance(units_of_pass(nodes, set));
                records
            })
            .collect::<Result<_, Error>>()?;
        let mut records: Vec<Record> = measured.into_iter().flatten().collect();
        let whole = self.cell(algorithm, nodes, set, 0);
        records.extend(remap::median_collateral(&whole, algorithm, nodes, &records));
        Ok(records)
    }

    fn cell(&self, algorithm: &Algorithm, nodes: u64, set: &DigestSet<'_>, repetition: u32) -> Cell {
        let cell = Cell::new(self, algorithm, nodes, set.name, set.len(), repetition);
        if set.keys.is_some() { cell.of_keys(self.keys_checksum) } else { cell }
    }

    fn one_set_of_names(
        &self,
        algorithm: &Algorithm,
        nodes: u64,
        set: &DigestSet<'_>,
        bands: &bands::Bands,
        cell: &Cell,
    ) -> Result<Vec<Record>, Error> {
        let repetition = cell.repetition();
        // One name more than there are nodes: the newcomer's.
        let mut names = generated::node_names(self.scenario.seed, repetition, index(nodes) + 1);
        let newcomer = names.pop().unwrap_or_default();
        let placement = match algorithm.build(&names) {
            Ok(placement) => placement,
            Err(refusal) => return Ok(skipped(cell, &["balance", "remap"], &refusal)),
        };
        let digests = set.digests(self.scenario.seed, repetition);
        let mut records = balance::measure(cell, placement.as_ref(), &digests, bands)?;
        let members = remap::Members {
            names,
            newcomer,
            seed: self.scenario.seed,
            repetition,
            repetitions: set.repetitions,
            victims: set.victims,
        };
        records.extend(remap::measure(cell, algorithm, placement.as_ref(), &members, &digests, bands)?);
        Ok(records)
    }

    /// The level of one tail of one check on these keys.
    fn tail(&self, set: &DigestSet<'_>) -> Result<Tail, Error> {
        Ok(Family::new(self.checks(), u64::from(set.repetitions))?.tail())
    }

    /// All checks of the run, counted before it begins.
    fn checks(&self) -> u64 {
        let cells: usize = self.grid.iter().map(|size| size.algorithms.len()).sum();
        let of_sets = CHECKS_PER_CELL * (cells * self.sets.len()) as u64;
        of_sets + further::checks(self)
    }

    /// The algorithms that are measured at this size.
    fn algorithms(&self, nodes: u64) -> &[Algorithm] {
        self.grid.iter().find(|size| size.nodes == nodes).map_or(&[], |size| &size.algorithms)
    }

    /// Builds every algorithm at one size, for what is measured of all of them in turn.
    fn build_all(&self, nodes: u64) -> Vec<(&Algorithm, Built)> {
        let names = generated::node_names(self.scenario.seed, 0, index(nodes));
        self.algorithms(nodes).iter().map(|algorithm| (algorithm, algorithm.build(&names))).collect()
    }

    /// The whole work in the units that [`run`](Self::run) reports as done: nanoseconds by a rough rule.
    #[must_use]
    pub fn work(&self) -> u64 {
        let timed = [Work::Memory, Work::Change];
        let of_size = |size: &Size| {
            let of_set = |set: &DigestSet<'_>| units_of_pass(size.nodes, set) * u64::from(set.repetitions);
            let placed: u64 = self.sets.iter().map(of_set).sum();
            placed * size.algorithms.len() as u64 + timed.map(|work| self.units(size.nodes, work)).iter().sum::<u64>()
        };
        self.grid.iter().map(of_size).sum::<u64>()
            + further::work(self)
            + self.scenario.paper.as_ref().map_or(0, |_| paper::work())
            + self.timing_work()
    }

    /// The part of the work that [`times`](Self::times) reports as done.
    #[must_use]
    pub fn timing_work(&self) -> u64 {
        self.scenario.lookup.as_ref().map_or(0, |lookup| lookup::work(self, lookup))
    }

    fn units(&self, nodes: u64, work: Work) -> u64 {
        let algorithms = self.algorithms(nodes).len() as u64;
        match (work, &self.scenario.change) {
            (Work::Memory, _) => algorithms * nodes * 20_000,
            (Work::Change, Some(change)) => {
                algorithms * u64::from(change.sittings * change.rounds) * (1_000_000 + nodes * 10_000)
            }
            (Work::Change, None) => 0,
        }
    }
}

/// A placement, or why there is none.
type Built = Result<Box<dyn Placement>, ChangeError>;

#[derive(Clone, Copy)]
enum Work {
    Memory,
    Change,
}

/// One set of names on one set of keys: some passes over the keys, whose cost grows with the nodes for some algorithms.
fn units_of_pass(nodes: u64, set: &DigestSet<'_>) -> u64 {
    set.len() as u64 * (4 + set.victims as u64) * (20 + nodes / 10)
}

/// A number of nodes as a length. Scenarios allow a million at most.
fn index(nodes: u64) -> usize {
    usize::try_from(nodes).unwrap_or(usize::MAX)
}

/// A row for each measure that an algorithm cannot take part in.
fn skipped(cell: &Cell, measures: &[&str], refusal: &ChangeError) -> Vec<Record> {
    measures.iter().map(|measure| cell.refused(measure, "", refusal)).collect()
}

/// A fraction of counts.
fn ratio(part: u64, whole: u64) -> f64 {
    float(part) / float(whole)
}
