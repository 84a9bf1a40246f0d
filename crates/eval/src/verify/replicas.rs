//! Replica sets: distinct, owner first, the beginning of the preference order; and chosen as evenly as chance is.

use std::collections::HashSet;

use annulus_core::DependsOn;

use crate::algorithm::Algorithm;
use crate::stats::multinomial::{chi_square_band, pooled_chi_square};
use crate::stats::{StatsError, float};

use super::cell::Cell;
use super::count::{index, length};
use super::figure::Sheet;
use super::gate::Gate;
use super::uniform::is_uniform;

/// Three replicas of each of some keys, and the whole preference order of a few.
pub(super) struct Replicas;

/// The size of the sets.
const COUNT: usize = 3;

/// Keys whose sets are counted; and looked at for faults alone, which are of every set or of many.
const SETS: usize = 100_000;
const FEW_SETS: usize = 20_000;

/// The most nodes among which pairs are counted, so that a table of all pairs stays small.
const MOST_PAIRED: u64 = 2_000;

/// Two places of a set, and what is counted there.
const PAIRS: [(usize, usize, &str); 3] =
    [(0, 1, "X² of first and second"), (0, 2, "X² of first and third"), (1, 2, "X² of second and third")];

impl Gate for Replicas {
    fn name(&self) -> &'static str {
        "replicas"
    }

    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64> {
        Some(if chooses_freely(algorithm, nodes) { 1 + length(PAIRS.len()) } else { 0 })
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        let is_free = chooses_freely(cell.algorithm, cell.nodes);
        let digests = cell.some_digests(if is_free { SETS } else { FEW_SETS });
        let sets: Vec<Vec<u32>> = digests.iter().map(|&digest| cell.subject.replicas(digest, COUNT)).collect();
        if faults(&sets, cell, sheet) && is_free {
            inclusion(&sets, cell, sheet)?;
            for (one, other, name) in PAIRS {
                pairs(&sets, (one, other), name, cell, sheet)?;
            }
        }
        Ok(())
    }
}

/// Whether every ordered choice of that many nodes is as likely as any other, and some are left out.
///
/// That follows where skipping a node equals removing it and each membership is uniform. The owner among all but a is b
/// where b is first, or a first and b second: 1/(N−1) = 1/N + P(a, b), so P(a, b) = 1/(N(N−1)); and so on for the third.
fn chooses_freely(algorithm: &Algorithm, nodes: u64) -> bool {
    let properties = algorithm.properties();
    let skips = properties.minimal_remove_any && properties.depends_on == DependsOn::Set;
    skips && is_uniform(algorithm) && nodes > length(COUNT) && nodes <= MOST_PAIRED
}

/// In how many sets each node is. A set has no node twice, which takes (N−R)/(N−1) off the variance of a count.
fn inclusion(sets: &[Vec<u32>], cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
    let nodes = cell.names.len();
    let mut counts = vec![0; nodes];
    sets.iter().flatten().for_each(|&id| counts[index(id)] += 1);
    let expected = vec![float(sets.len() * COUNT) / float(nodes); nodes];
    let statistic = pooled_chi_square(&counts, &expected)?.statistic * float(nodes - 1) / float(nodes - COUNT);
    sheet.both_tails("X² of inclusion", statistic, chi_square_band(cell.nodes - 1, cell.tail), "chi-square");
    Ok(())
}

/// How often each node stands at the one place and each other at the other: every ordered pair is as likely as any.
fn pairs(sets: &[Vec<u32>], places: (usize, usize), name: &str, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
    let others = cell.names.len() - 1;
    let mut counts = vec![0; cell.names.len() * others];
    for set in sets {
        let (one, other) = (index(set[places.0]), index(set[places.1]));
        // The node itself is not among its others.
        counts[one * others + other - usize::from(other > one)] += 1;
    }
    let expected = vec![float(sets.len()) / float(counts.len()); counts.len()];
    let pooled = pooled_chi_square(&counts, &expected)?;
    sheet.both_tails(name, pooled.statistic, pooled.band(cell.tail), "chi-square");
    Ok(())
}

/// Judges what no set may be, and says whether each has its size and distinct members.
fn faults(sets: &[Vec<u32>], cell: &Cell<'_>, sheet: &mut Sheet) -> bool {
    // A whole order takes a pass over all nodes for each eight, so that few must do.
    const ORDERS: usize = 20;
    const BEGINNINGS: usize = 2_000;
    let nodes = cell.names.len();
    let mut faults = Faults::default();
    for (set, owner) in sets.iter().zip(&cell.owners) {
        faults.take(set, COUNT.min(nodes), nodes);
        faults.not_owner += u64::from(set.first() != Some(owner));
    }
    for (set, &digest) in sets.iter().zip(&cell.digests).take(BEGINNINGS) {
        faults.not_prefix += u64::from(cell.subject.preference(digest, COUNT) != *set);
    }
    for &digest in cell.digests.iter().take(ORDERS) {
        // One more than there are members: enough to see that an order does not end.
        faults.take(&cell.subject.preference(digest, nodes + 1), nodes, nodes);
    }
    sheet.none("sets with a repeat", faults.repeated, "distinct");
    sheet.none("sets of another size", faults.short, "distinct");
    sheet.none("sets with a stranger", faults.strange, "distinct");
    sheet.none("sets without the owner first", faults.not_owner, "owner first");
    sheet.none("sets that do not begin the preference order", faults.not_prefix, "preference order");
    faults.repeated + faults.short + faults.strange == 0
}

/// How many sets have which fault.
#[derive(Default)]
struct Faults {
    repeated: u64,
    short: u64,
    strange: u64,
    not_owner: u64,
    not_prefix: u64,
}

impl Faults {
    fn take(&mut self, set: &[u32], size: usize, members: usize) {
        let distinct: HashSet<u32> = set.iter().copied().collect();
        self.repeated += u64::from(distinct.len() != set.len());
        self.short += u64::from(set.len() != size);
        self.strange += length(set.iter().filter(|&&id| index(id) >= members).count()).min(1);
    }
}
