//! The preference order, place by place: how often each node is the owner, the second and so on to the fifth, and who follows
//! whom.
//!
//! A second that is uneven sheds load unevenly: all of a failed node's keys go to the seconds. One set of names shows little,
//! and another set is uneven in another way, but X² of many sets add up.

use annulus_core::ChangeError;

use crate::algorithm::{Algorithm, Law, NodeId};
use crate::keys::generated;
use crate::stats::arcs::ArcsLaw;
use crate::stats::dealt::{DealtLaw, share_cv_at};
use crate::stats::multinomial::chi_square_band;
use crate::stats::slots::TableLaw;
use crate::stats::{Interval, StatsError, Tail, float};

use super::cell::{Cell, equal};
use super::count::{index, length, position};
use super::figure::Sheet;
use super::gate::Gate;
use super::uniform::is_uniform;

/// X² of each of the first five places, and of the pairs of owner and second, in the mean over sets of names.
pub(super) struct Places;

/// How many sets of names there are on each seed, and the number of the first: no other gate uses them.
const SETS: u32 = 100;
const FIRST_SET: u32 = 2_000_001;

/// Digests of each set. Shares at a place that spread by a CV of 4 % show at ten nodes.
const KEYS: usize = 2_000;

const PLACES: usize = 5;

/// Of two nodes, the second is the one that is not the owner. Beyond the most, orders cost much and show nothing new.
const LEAST_NODES: u64 = 3;
const MOST_NODES: u64 = 1_000;

/// The most nodes among which pairs are counted. Among more, too few pairs occur twice for the law of χ².
const MOST_PAIRED: u64 = 100;

/// Points of a node from which on the law of its shares at a place is near enough, as that of its arcs is.
const LEAST_POINTS: u64 = 100;

impl Gate for Places {
    fn name(&self) -> &'static str {
        "places"
    }

    fn random_figures(&self, algorithm: &Algorithm, nodes: u64) -> Option<u64> {
        let law = PlaceLaw::of(algorithm, nodes)?;
        Some(length(law.places) + u64::from(law.has_pairs()))
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        let Some(law) = PlaceLaw::of(cell.algorithm, cell.nodes) else { return Ok(()) };
        match Means::of(cell, &law) {
            Ok(means) => means.judge(&law, cell.tail, sheet),
            Err(refusal) => sheet.refused(cell.told(&refusal)),
        }
        Ok(())
    }
}

/// What X² is expected to be.
struct PlaceLaw {
    nodes: u64,
    shares: Shares,
    /// How many places are judged.
    places: usize,
}

/// The exact shares of the nodes at a place.
enum Shares {
    /// Even, up to this squared CV.
    Even(f64),
    /// As arcs between random points make them.
    Arcs(ArcsLaw),
    /// As slots that rank their nodes make them; their number.
    Dealt(u64),
}

impl PlaceLaw {
    /// The law of an algorithm at a size; `None` where none is known.
    fn of(algorithm: &Algorithm, nodes: u64) -> Option<Self> {
        if !(LEAST_NODES..=MOST_NODES).contains(&nodes) {
            return None;
        }
        let shares = match algorithm.law() {
            _ if is_uniform(algorithm) => Shares::Even(0.0),
            Law::Slots { slots } => Shares::Even(table_bound(TableLaw::new(nodes, slots).ok()?)),
            Law::Dealt { slots } if slots >= nodes => Shares::Dealt(slots),
            Law::Capped { slots, .. } => Shares::Even(MOST_SQUARES * DealtLaw::equal(nodes, slots).ok()?.share_cv().powi(2)),
            Law::Arcs { points } if points >= LEAST_POINTS => Shares::Arcs(ArcsLaw::new(nodes, points).ok()?),
            _ => return None,
        };
        // Of arcs, the second is the owner once the first is gone. Where skipping is not removing, the order is another.
        let follows = matches!(shares, Shares::Even(_)) || algorithm.properties().minimal_remove_any;
        Some(Self { nodes, shares, places: if follows { PLACES.min(position(nodes)) } else { 1 } })
    }

    /// Whether each node other than the owner is the second equally often.
    fn has_pairs(&self) -> bool {
        matches!(self.shares, Shares::Even(_)) && self.nodes <= MOST_PAIRED
    }

    /// The band of the mean X² of a place, from 1: each set has the mean N − 1 + (K − 1)·CV².
    fn place_band(&self, place: u64, tail: Tail) -> Interval {
        // The law of arcs was simulated within 4 %. That of ranks is exact, apart from ties.
        const WITHIN: f64 = 0.04;
        const OF_TIES: f64 = 0.01;
        let degrees = self.nodes - 1;
        match self.shares {
            Shares::Even(_) => self.even_band(degrees, tail),
            Shares::Arcs(law) => {
                let spread = law.share_cv_at(place).unwrap_or(0.0).powi(2);
                let uneven = float(KEYS - 1) * spread / float(degrees);
                mean_band(degrees, tail).scaled(1.0 + uneven).widened(WITHIN)
            }
            Shares::Dealt(slots) => {
                let spread = share_cv_at(self.nodes, slots, place).powi(2);
                mean_band(degrees, tail).scaled(1.0 + float(KEYS - 1) * spread / float(degrees)).widened(OF_TIES)
            }
        }
    }

    /// The band of the mean X² of pairs: for each owner, N − 2 degrees.
    fn pair_band(&self, tail: Tail) -> Interval {
        self.even_band(self.nodes * (self.nodes - 2), tail)
    }

    /// The band where all is even, raised by what shares may add that are not quite.
    fn even_band(&self, degrees: u64, tail: Tail) -> Interval {
        let band = mean_band(degrees, tail);
        let most = if let Shares::Even(spread) = self.shares { float(KEYS - 1) * spread } else { 0.0 };
        Interval { high: band.high + most, ..band }
    }

    fn formula(&self) -> &'static str {
        match self.shares {
            Shares::Even(_) => "chi-square",
            Shares::Arcs(_) => "ring-places",
            Shares::Dealt(_) => "dealt-places",
        }
    }
}

/// A bound of the squared CV of the shares of a table at any of the places. The owner's is known.
///
/// Of few nodes, one with a slot more is seldom the last. Of all tables of 3 to 59 nodes, five nodes on nine slots raise it the
/// most, 5.4 times; on many slots it is 2.6 times.
fn table_bound(law: TableLaw) -> f64 {
    MOST_SQUARES * law.share_cv().powi(2)
}

/// What the squared CV at any place is at most, over that of the owners.
const MOST_SQUARES: f64 = 6.0;

/// The band of the mean of X² over all sets, each χ² with `degrees` degrees of freedom.
fn mean_band(degrees: u64, tail: Tail) -> Interval {
    chi_square_band(u64::from(SETS) * degrees, tail).scaled(1.0 / f64::from(SETS))
}

/// Means of X² over the sets of a seed.
struct Means {
    places: Vec<f64>,
    pairs: f64,
}

impl Means {
    /// Builds the nodes under each set of names, and asks for the orders of other digests each time.
    fn of(cell: &Cell<'_>, law: &PlaceLaw) -> Result<Self, ChangeError> {
        let mut means = Self { places: vec![0.0; law.places], pairs: 0.0 };
        let first = FIRST_SET.wrapping_add(cell.repetition.wrapping_mul(SETS));
        for set in (0..SETS).map(|set| first.wrapping_add(set)) {
            let names = generated::node_names(cell.plan.seed, set, cell.names.len());
            let subject = equal(cell.algorithm, None, &names)?;
            let mut tally = Tally::new(names.len(), law);
            for digest in generated::digests(cell.plan.seed, set, KEYS) {
                tally.take(&subject.preference(digest, law.places));
            }
            let of_places = means.places.iter_mut().zip(&tally.places);
            of_places.for_each(|(mean, counts)| *mean += chi_square(counts.iter().copied(), counts.len()) / f64::from(SETS));
            means.pairs += tally.pairs() / f64::from(SETS);
        }
        Ok(means)
    }

    fn judge(&self, law: &PlaceLaw, tail: Tail, sheet: &mut Sheet) {
        for (place, &mean) in (1..).zip(&self.places) {
            sheet.both_tails(&format!("mean X² of place {place}"), mean, law.place_band(place, tail), law.formula());
        }
        if law.has_pairs() {
            sheet.both_tails("mean X² of owner and second", self.pairs, law.pair_band(tail), law.formula());
        }
    }
}

/// How often who stood where under one set of names.
struct Tally {
    /// By place, then by node.
    places: Vec<Vec<u64>>,
    /// By owner, then by second; empty where pairs are not counted.
    seconds: Vec<Vec<u64>>,
}

impl Tally {
    fn new(nodes: usize, law: &PlaceLaw) -> Self {
        let seconds = if law.has_pairs() { vec![vec![0; nodes]; nodes] } else { Vec::new() };
        Self { places: vec![vec![0; nodes]; law.places], seconds }
    }

    /// Counts the beginning of one order. Orders that name no member, or one twice, are the business of the gate of replicas.
    fn take(&mut self, order: &[NodeId]) {
        for (counts, &id) in self.places.iter_mut().zip(order) {
            if let Some(count) = counts.get_mut(index(id)) {
                *count += 1;
            }
        }
        if let &[owner, second, ..] = order
            && let Some(count) = self.seconds.get_mut(index(owner)).and_then(|counts| counts.get_mut(index(second)))
        {
            *count += 1;
        }
    }

    /// X² of the seconds of each owner, of all owners together.
    fn pairs(&self) -> f64 {
        let of_owner = |(owner, counts): (usize, &Vec<u64>)| {
            let others = counts.iter().enumerate().filter(|&(other, _)| other != owner).map(|(_, &count)| count);
            chi_square(others, counts.len() - 1)
        };
        self.seconds.iter().enumerate().map(of_owner).sum()
    }
}

/// X² of counts of which each should be as large as any; 0 of no counts at all.
fn chi_square(counts: impl Iterator<Item = u64> + Clone, cells: usize) -> f64 {
    let mean = float(counts.clone().sum::<u64>()) / float(cells);
    if mean > 0.0 { counts.map(|count| (float(count) - mean).powi(2)).sum::<f64>() / mean } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Registry;
    use crate::verify::{Plan, family};

    /// Judges the algorithms of one registry on many seeds, and tells how many figures there were and which fail.
    fn judged(keys: &[&str], nodes: &[u64], seeds: u32) -> (u64, Vec<String>) {
        let registry = Registry::builtin();
        let tail = family(&registry.iter().collect::<Vec<_>>(), &Plan::thorough(seeds)).unwrap().tail();
        let plan = Plan { nodes: nodes.to_vec(), keys: 1_000, ..Plan::thorough(seeds) };
        let (mut figures, mut failures) = (0, Vec::new());
        for algorithm in keys.iter().map(|key| registry.resolve(key).unwrap()) {
            for &size in nodes {
                for seed in 0..seeds {
                    let mut sheet = Sheet::new(seed);
                    Places.judge(&Cell::new(&algorithm, size, &plan, seed, tail).unwrap(), &mut sheet).unwrap();
                    figures += sheet.judged;
                    failures.extend(sheet.failures.iter().map(|figure| format!("{} N={size}: {figure:?}", algorithm.key())));
                }
            }
        }
        (figures, failures)
    }

    const FOUR: [&str; 4] = ["ring", "jump", "rendezvous", "maglev"];

    #[test]
    fn the_smallest_sizes_have_all_the_places_that_there_are() {
        // Three, four and five places, and pairs except of the ring.
        assert_eq!(judged(&FOUR, &[3, 4, 5], 1), (4 * (3 + 4 + 5) + 3 * 3, Vec::new()));
    }

    /// Where one slot more is twice as many, shares are far from even.
    #[test]
    fn tables_of_few_slots_hold_as_well() {
        assert_eq!(judged(&["maglev:slots=7", "maglev:slots=11"], &[3, 4, 5, 7], 5), (2 * 5 * (3 + 4 + 5 + 5 + 4), Vec::new()));
    }

    /// A ring of few points has no law near enough, and of two nodes there is nothing to tell.
    #[test]
    fn what_has_no_law_is_not_judged() {
        let figures = |key: &str, nodes| Places.random_figures(&Registry::builtin().resolve(key).unwrap(), nodes);
        assert_eq!([figures("ring", 10), figures("ring:points=99", 10), figures("ring", 2)], [Some(5), None, None]);
        assert_eq!([100, 101, 1_000, 1_001].map(|nodes| figures("jump", nodes)), [Some(6), Some(5), Some(5), None]);
    }

    #[test]
    fn a_hundred_seeds_raise_no_false_alarm() {
        assert_eq!(judged(&FOUR, &[10], 100), (100 * (4 * 5 + 3), Vec::new()));
    }
}
