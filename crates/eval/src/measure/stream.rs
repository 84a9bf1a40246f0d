//! One pass over keys of any number in constant memory: counts of keys by node, for all algorithms and sizes at once.
//!
//! Repeats cannot be told in constant memory, so that each line counts as a key and no law of counts is a gate.

use annulus_core::{Digest, KeyHasher, SipHash};

use crate::algorithm::{Algorithm, Placement};
use crate::keys::{KeyReader, KeySet, Problem, chain_on, generated};
use crate::progress::Progress;
use crate::record::{Measure, Record};
use crate::scenario::{Scenario, Size};
use crate::stats::family::Family;

use super::balance;
use super::bands::Bands;
use super::count::index;
use super::error::MeasureError;
use super::row::Cell;
use super::study::{Built, Study};
use super::tally::{BLOCK, Tally};

/// Digests that are held at once.
const HELD: usize = 16 * BLOCK;

/// How many keys from the beginning are kept, for all measures that pass over keys more than once.
const KEPT: usize = 100_000;

/// Keys that passed, and where they lie.
#[derive(Debug)]
pub struct Streamed {
    name: String,
    key_count: u64,
    keys_checksum: u64,
    sample: KeySet,
    counted: Vec<Counted>,
}

/// One algorithm at one size.
#[derive(Debug)]
struct Counted {
    nodes: u64,
    algorithm: Algorithm,
    placement: Built,
    tally: Tally,
}

impl Streamed {
    /// Reads all keys and counts them by node, for every algorithm at every size of the grid, on the node names of the first
    /// repetition.
    ///
    /// # Errors
    /// Keys that cannot be read, or none at all.
    pub fn read(
        scenario: &Scenario,
        grid: &[Size],
        mut reader: KeyReader<'_>,
        progress: &Progress,
    ) -> Result<Self, MeasureError> {
        let mut streamed = Self {
            name: reader.input().key_set_name(),
            key_count: 0,
            keys_checksum: 0,
            sample: KeySet::default(),
            counted: Counted::all(scenario, grid),
        };
        let hasher = SipHash::new();
        let mut sample: Vec<String> = Vec::new();
        let mut digests = Vec::with_capacity(HELD);
        while let Some(key) = reader.next_key()? {
            if sample.len() < KEPT {
                sample.push(key.to_owned());
            }
            digests.push(hasher.digest(key.as_bytes()));
            if digests.len() == HELD {
                streamed.count(&mut digests);
                progress.begin(format!("{} keys read", streamed.key_count));
            }
        }
        streamed.count(&mut digests);
        if streamed.key_count == 0 {
            return Err(reader.error(Problem::NoKeys).into());
        }
        streamed.sample = KeySet::new(&format!("{}-first", streamed.name), sample.iter().map(String::as_str));
        Ok(streamed)
    }

    /// The first keys, less repeats.
    #[must_use]
    pub fn sample(&self) -> &KeySet {
        &self.sample
    }

    /// Counts these digests and forgets them.
    fn count(&mut self, digests: &mut Vec<Digest>) {
        // Every call but the last brings whole blocks.
        let blocks_before = index(self.key_count) / BLOCK;
        for counted in &mut self.counted {
            if let Ok(placement) = &counted.placement {
                counted.tally.join(&Tally::of_part(placement.as_ref(), digests, blocks_before));
            }
        }
        self.key_count += digests.len() as u64;
        self.keys_checksum = digests.iter().fold(self.keys_checksum, |chain, &digest| chain_on(chain, digest));
        digests.clear();
    }

    /// The balance of all keys.
    ///
    /// # Errors
    /// A law that cannot be had for these numbers.
    pub fn records(&self, study: &Study<'_>) -> Result<Vec<Record>, MeasureError> {
        let tail = Family::new(study.checks().max(1), 1)?.tail();
        let mut records = Vec::new();
        for Counted { nodes, algorithm, placement, tally } in &self.counted {
            let cell = Cell::new(study, algorithm, *nodes, &self.name, index(self.key_count), 0).of_keys(self.keys_checksum);
            let placement: &dyn Placement = match placement {
                Ok(placement) => placement.as_ref(),
                Err(refusal) => {
                    records.extend(cell.all_refused(&[Measure::Balance], refusal));
                    continue;
                }
            };
            let bands = Bands::new(algorithm.law(), *nodes, index(self.key_count), tail)?.of_repeated_keys();
            records.extend(balance::of_tally(&cell, placement.shares(), tally, &bands)?);
        }
        Ok(records)
    }
}

impl Counted {
    fn all(scenario: &Scenario, grid: &[Size]) -> Vec<Self> {
        let of_size = |size: &Size| {
            let names = generated::node_names(scenario.seed, 0, index(size.nodes));
            let one = |algorithm: &Algorithm| {
                let placement = algorithm.build(&names);
                Self { nodes: size.nodes, algorithm: algorithm.clone(), placement, tally: Tally::nothing(names.len()) }
            };
            size.algorithms.iter().map(one).collect::<Vec<_>>()
        };
        grid.iter().flat_map(of_size).collect()
    }
}
