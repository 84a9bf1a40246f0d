//! Which keys move when the membership changes, against the least that must.

use annulus_core::{AddError, DependsOn, NodeIndex, Properties};
use rand::seq::SliceRandom;
use rayon::prelude::*;

use crate::error::Error;
use crate::keys::generated::{self, Purpose};
use crate::placement::{NodeId, Placement};
use crate::record::{Checksum, Record};
use crate::registry::{Algorithm, Law, Moves};
use crate::stats::maglev::{self, TableLaw};
use crate::stats::ring::RingLaw;
use crate::stats::{Interval, float, intervals, remap};

use super::bands::Bands;
use super::ratio;
use super::row::{Band, Cell};
use super::tally::{BLOCK, add, id_of};

const MEASURE: &str = "remap";

/// About how many digests, over all sets of names, are asked for again of a fresh build, of a change undone and of another order
/// of arrival. They double the work, and what they look for does not hide among a million.
const ASKED_AGAIN: usize = 1 << 20;

/// Who is there, who joins, and who is taken out.
#[derive(Debug)]
pub(super) struct Members {
    pub(super) names: Vec<String>,
    pub(super) newcomer: String,
    pub(super) seed: u64,
    pub(super) repetition: u32,
    pub(super) repetitions: u32,
    pub(super) victims: usize,
}

impl Members {
    /// How many of these digests are asked for again.
    fn asked_again(&self, digests: usize) -> usize {
        digests.min(ASKED_AGAIN / usize::try_from(self.repetitions).unwrap_or(usize::MAX).max(1)).max(1)
    }
}

/// One kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    AddOne,
    RemoveLast,
    RemoveAny,
}

impl Case {
    const ALL: [Self; 3] = [Self::AddOne, Self::RemoveLast, Self::RemoveAny];

    fn name(self) -> &'static str {
        match self {
            Self::AddOne => "add_one",
            Self::RemoveLast => "remove_last",
            Self::RemoveAny => "remove_any",
        }
    }

    /// Whether the algorithm promises to move nothing needlessly.
    fn is_minimal(self, properties: &Properties) -> bool {
        match self {
            Self::AddOne => properties.minimal_add,
            Self::RemoveLast => properties.minimal_remove_last,
            Self::RemoveAny => properties.minimal_remove_any,
        }
    }

    /// Whether the change and its undoing must lead back to every answer.
    fn returns(self, properties: &Properties) -> bool {
        match properties.depends_on {
            DependsOn::Set => true,
            DependsOn::Order => self != Self::RemoveAny,
            DependsOn::History => false,
        }
    }
}

/// One change: the nodes after it, the same built afresh, and the nodes after it was undone.
struct Change {
    /// The node that joins or leaves.
    changed: NodeId,
    after: Side,
    rebuilt: Side,
    undone: Side,
}

/// A placement with its nodes' ids, in index order.
struct Side {
    placement: Box<dyn Placement>,
    ids: Vec<NodeId>,
}

impl Side {
    fn new(placement: Box<dyn Placement>) -> Self {
        let ids = placement.ids();
        Self { placement, ids }
    }

    fn owners(&self, digests: &[u64]) -> Vec<Option<NodeId>> {
        let mut owners = vec![NodeIndex::default(); digests.len()];
        let answered = self.placement.locate_batch(digests, &mut owners);
        let ids = owners.iter().enumerate().map(|(at, &owner)| if at < answered { id_of(&self.ids, owner) } else { None });
        ids.collect()
    }
}

/// What one change did to the keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Movement {
    /// Keys by node id, before and after.
    before: Vec<u64>,
    after: Vec<u64>,
    moved: u64,
    /// Keys of the node that joins or leaves: those that had to move.
    own: u64,
    /// Moved between two nodes that were there before and after.
    collateral: u64,
    /// Answers that differ from those of a fresh build of the same list.
    not_fresh: u64,
    /// Answers that differ once the change is undone.
    not_returned: u64,
    /// Answers that name no node.
    invalid: u64,
    checksum: u64,
}

impl Movement {
    fn of_nodes(ids: usize) -> Self {
        Self { before: vec![0; ids], after: vec![0; ids], ..Self::default() }
    }

    fn take(mut self, other: &Self) -> Self {
        add(&mut self.before, &other.before);
        add(&mut self.after, &other.after);
        self.moved += other.moved;
        self.own += other.own;
        self.collateral += other.collateral;
        self.not_fresh += other.not_fresh;
        self.not_returned += other.not_returned;
        self.invalid += other.invalid;
        self.checksum = self.checksum.wrapping_add(other.checksum);
        self
    }

    /// Counts one key.
    fn count(&mut self, changed: NodeId, from: Option<NodeId>, to: Option<NodeId>) {
        let (Some(from), Some(to)) = (from, to) else {
            self.invalid += 1;
            return;
        };
        self.before[from as usize] += 1;
        self.after[to as usize] += 1;
        self.moved += u64::from(from != to);
        self.own += u64::from(from == changed || to == changed);
        self.collateral += u64::from(from != to && from != changed && to != changed);
        self.checksum = self.checksum.wrapping_add(annulus_core::mix(u64::from(from), u64::from(to)));
    }
}

/// Adds one, removes the last, removes any; records what each moved.
pub(super) fn measure(
    cell: &Cell,
    algorithm: &Algorithm,
    placement: &dyn Placement,
    members: &Members,
    digests: &[u64],
    bands: &Bands,
) -> Result<Vec<Record>, Error> {
    let before = Side::new(placement.boxed_clone());
    let mut records = Vec::new();
    let mut possible = Vec::new();
    for case in Case::ALL {
        match changes(case, placement, members) {
            Ok(changes) if changes.is_empty() => {
                records.push(cell.skipped(MEASURE, case.name(), "the only node there is cannot be removed"));
            }
            Ok(changes) => possible.push((case, changes)),
            Err(refusal) => records.push(cell.skipped(MEASURE, case.name(), &refusal.reason.to_string())),
        }
    }
    let again = members.asked_again(digests.len());
    let all: Vec<&Change> = possible.iter().flat_map(|(_, changes)| changes).collect();
    let mut movements = pass(&before, &all, members.names.len() + 1, digests, again);
    for (case, changes) in &possible {
        let of_case = movements.drain(..changes.len()).collect::<Vec<_>>();
        let outcome = Outcome { case: *case, movements: of_case, keys: digests.len() as u64, again: again as u64 };
        records.extend(outcome.records(cell, algorithm, bands)?);
    }
    records.push(order_dependence(cell, algorithm, &before, members, &digests[..again]));
    Ok(records)
}

/// The changes of one kind; none where the only node would have to go.
fn changes(case: Case, placement: &dyn Placement, members: &Members) -> Result<Vec<Change>, AddError> {
    let count = members.names.len();
    let last = count - 1;
    let victims = match case {
        Case::AddOne => return Ok(vec![addition(placement, members)?]),
        _ if count < 2 => return Ok(Vec::new()),
        Case::RemoveLast => vec![last],
        Case::RemoveAny => generated::victims(members.seed, members.repetition, count, members.victims),
    };
    victims.into_iter().map(|victim| removal(placement, &members.names[victim], victim)).collect()
}

fn addition(placement: &dyn Placement, members: &Members) -> Result<Change, AddError> {
    let id = node_id(members.names.len());
    let mut after = placement.boxed_clone();
    after.add(&[(&members.newcomer, id)])?;
    let mut undone = after.boxed_clone();
    undone.remove(&members.newcomer);
    Change::new(id, after, undone)
}

fn removal(placement: &dyn Placement, name: &str, position: usize) -> Result<Change, AddError> {
    let id = node_id(position);
    let mut after = placement.boxed_clone();
    after.remove(name);
    let mut undone = after.boxed_clone();
    undone.add(&[(name, id)])?;
    Change::new(id, after, undone)
}

impl Change {
    fn new(changed: NodeId, after: Box<dyn Placement>, undone: Box<dyn Placement>) -> Result<Self, AddError> {
        let rebuilt = Side::new(after.rebuilt()?);
        Ok(Self { changed, after: Side::new(after), rebuilt, undone: Side::new(undone) })
    }
}

/// Asks for every digest before and after each change, on all cores; for the first `again` of them, of the fresh builds and
/// undone changes too.
fn pass(before: &Side, changes: &[&Change], ids: usize, digests: &[u64], again: usize) -> Vec<Movement> {
    let nothing = || vec![Movement::of_nodes(ids); changes.len()];
    let blocks = digests.par_chunks(BLOCK).enumerate().fold(nothing, |mut movements, (block, digests)| {
        let from = before.owners(digests);
        let again = digests.len().min(again.saturating_sub(block * BLOCK));
        for (movement, change) in movements.iter_mut().zip(changes) {
            let to = change.after.owners(digests);
            for (&from, &to) in from.iter().zip(&to) {
                movement.count(change.changed, from, to);
            }
            let digests = &digests[..again];
            movement.not_fresh += differing(&to, &change.rebuilt.owners(digests));
            movement.not_returned += differing(&from, &change.undone.owners(digests));
        }
        movements
    });
    blocks.reduce(nothing, |left, right| left.into_iter().zip(&right).map(|(left, right)| left.take(right)).collect())
}

/// How many of the first answers differ, as far as the shorter list goes.
fn differing(left: &[Option<NodeId>], right: &[Option<NodeId>]) -> u64 {
    left.iter().zip(right).filter(|(left, right)| left != right).count() as u64
}

/// What all changes of one kind did.
struct Outcome {
    case: Case,
    movements: Vec<Movement>,
    /// How many keys each change was tried on, and how many of them were asked for again.
    keys: u64,
    again: u64,
}

impl Outcome {
    fn sum(&self, of: impl Fn(&Movement) -> u64) -> u64 {
        self.movements.iter().map(of).sum()
    }

    /// The fraction of all keys of all changes.
    fn fraction(&self, count: u64) -> f64 {
        ratio(count, self.keys * self.movements.len() as u64)
    }

    fn checksum(&self) -> Checksum {
        Checksum(self.movements.iter().fold(0, |sum, movement| sum.wrapping_add(movement.checksum)))
    }

    fn row(&self, cell: &Cell, metric: &str, unit: &str) -> Record {
        cell.row(MEASURE, self.case.name(), metric, unit).checked(self.checksum())
    }

    fn records(&self, cell: &Cell, algorithm: &Algorithm, bands: &Bands) -> Result<Vec<Record>, Error> {
        let least =
            self.movements.iter().map(|movement| remap::least(&movement.before, &movement.after)).sum::<Result<u64, _>>()?;
        let moved = self.sum(|movement| movement.moved);
        let invalid = self.sum(|movement| movement.invalid);
        if invalid > 0 {
            return Ok(vec![self.row(cell, "invalid", "keys").failed(format!("{invalid} answers name no node"))]);
        }
        if moved < least {
            let why = format!("{moved} keys moved, fewer than the {least} that must have: the counts are wrong");
            return Ok(vec![self.row(cell, "moved", "fraction").failed(why)]);
        }
        let mut records = self.movement(cell, algorithm, moved, least, bands)?;
        records.extend(self.faults(cell, algorithm.properties()));
        Ok(records)
    }

    /// How much moved, and how much had to.
    fn movement(&self, cell: &Cell, algorithm: &Algorithm, moved: u64, least: u64, bands: &Bands) -> Result<Vec<Record>, Error> {
        let nodes = self.movements[0].before.len() as u64 - 1;
        let own = self.sum(|movement| movement.own);
        let collateral = self.sum(|movement| movement.collateral);
        let is_minimal = self.case.is_minimal(algorithm.properties());
        let minimal = Band::expect("minimal", 1.0).within(Interval { low: 1.0, high: 1.0 }).gate();
        let none = Band::zero("minimal");
        let known = if is_minimal { none } else { collateral_band(algorithm, nodes) };
        // A node without a single key has nothing to move, and the ratio does not exist.
        let over = |metric, least, band: &Band| {
            let row = self.row(cell, metric, "ratio");
            if least == 0 { row } else { row.judged(ratio(moved, least), band) }
        };
        let needless = if is_minimal { minimal } else { needless_band(algorithm, self.case, nodes) };
        let fraction = |metric, count, band: &Band| self.row(cell, metric, "fraction").judged(self.fraction(count), band);
        Ok(vec![
            fraction("moved", moved, &moved_band(algorithm, self.case, nodes, self.keys, bands)?),
            fraction("least", least, &Band::NONE),
            over("moved_over_least", least, &minimal.only_if(is_minimal)),
            fraction("own", own, &Band::NONE),
            over("moved_over_own", own, &needless),
            fraction("collateral", collateral, &known),
            self.row(cell, "violations", "keys").judged(float(collateral), &none.only_if(is_minimal)),
        ])
    }

    /// What must not be at all.
    fn faults(&self, cell: &Cell, properties: &Properties) -> [Record; 2] {
        let row = |metric, unit| Record { key_count: self.again, ..self.row(cell, metric, unit) };
        let is_rebuilt = properties.depends_on != DependsOn::History;
        let returns = self.case.returns(properties);
        let not_fresh = self.sum(|movement| movement.not_fresh);
        let not_returned = ratio(self.sum(|movement| movement.not_returned), self.again * self.movements.len() as u64);
        [
            row("not_as_built_afresh", "keys").judged(float(not_fresh), &Band::zero("rebuild").only_if(is_rebuilt)),
            row("not_returned", "fraction").judged(not_returned, &Band::zero("round-trip").only_if(returns)),
        ]
    }
}

/// What theory says of the fraction that moves.
fn moved_band(algorithm: &Algorithm, case: Case, nodes: u64, keys: u64, bands: &Bands) -> Result<Band, Error> {
    let joins = 1.0 / (float(nodes) + 1.0);
    let per_key = 1.0 / float(keys);
    Ok(match (case, algorithm.balance_law(), algorithm.moves()) {
        (Case::AddOne, _, Moves::Modulo) => Band::expect("modulo", remap::modulo_joining(nodes)),
        (Case::AddOne, Law::Uniform, _) if algorithm.properties().minimal_add => {
            Band::expect("binomial", joins).within(remap::joining_band(nodes, keys, bands.tail)?.scaled(per_key)).gate()
        }
        (Case::AddOne, Law::Ring { points }, _) => {
            let law = RingLaw::new(nodes, points)?.new_node(keys)?;
            Band::expect("ring-beta-binomial", joins).within(law.band(bands.tail).scaled(per_key)).gate()
        }
        (Case::RemoveLast | Case::RemoveAny, _, _) if case.is_minimal(algorithm.properties()) => {
            Band::expect("share-of-the-removed", 1.0 / float(nodes))
        }
        _ => Band::NONE,
    })
}

/// What theory says of the movement over the changed node's own keys, where more moves than must.
fn needless_band(algorithm: &Algorithm, case: Case, nodes: u64) -> Band {
    match (case, algorithm.balance_law(), algorithm.moves()) {
        (Case::RemoveAny, _, Moves::SwapLast) => Band::expect("swap-last", remap::jump_swap_last_mean(nodes)),
        (Case::AddOne, _, Moves::Modulo) => Band::expect("modulo", float(nodes)),
        (_, Law::Slots { slots }, _) => table(nodes, slots, TableLaw::rough_moved_over_least),
        _ => Band::NONE,
    }
}

/// What theory says of the keys that move between survivors, where some do.
fn collateral_band(algorithm: &Algorithm, nodes: u64) -> Band {
    match algorithm.balance_law() {
        Law::Slots { slots } => table(nodes, slots, TableLaw::rough_collateral),
        _ => Band::NONE,
    }
}

fn table(nodes: u64, slots: u64, of: fn(TableLaw) -> Option<f64>) -> Band {
    let expected = TableLaw::new(nodes, slots).ok().and_then(of);
    expected.map_or(Band::NONE, |expected| Band::expect("table-rule-of-thumb", expected))
}

/// The median over sets of names of what one removal moves needlessly, for tables whose figure is known.
///
/// Single tables scatter too far for a gate, and their mean as well.
pub(super) fn median_collateral(cell: &Cell, algorithm: &Algorithm, nodes: u64, records: &[Record]) -> Option<Record> {
    let Law::Slots { slots } = algorithm.balance_law() else { return None };
    let interval = maglev::median_collateral_gate(nodes, slots)?;
    let is_sample = |record: &&Record| record.metric == "collateral" && record.case == Case::RemoveLast.name();
    let samples: Vec<f64> = records.iter().filter(is_sample).filter_map(|record| record.value).collect();
    if samples.len() < maglev::MEDIAN_COLLATERAL_TABLES {
        return None;
    }
    let median = intervals::median(&samples, 0.95).ok()?.value;
    let expected = f64::midpoint(interval.low, interval.high);
    let band = Band::expect("table-simulated", expected).within(interval).gate();
    Some(cell.row(MEASURE, Case::RemoveLast.name(), "collateral_median", "fraction").judged(median, &band))
}

/// The fraction of keys that another order of arrival sends elsewhere.
fn order_dependence(cell: &Cell, algorithm: &Algorithm, before: &Side, members: &Members, digests: &[u64]) -> Record {
    let row = Record { key_count: digests.len() as u64, ..cell.row(MEASURE, "", "order_dependence", "fraction") };
    let mut shuffled: Vec<(&str, NodeId)> = members.names.iter().map(String::as_str).zip(0..).collect();
    shuffled.shuffle(&mut generated::generator(members.seed, Purpose::Order, cell.repetition()));
    let mut placement = algorithm.empty();
    if let Err(refusal) = placement.add(&shuffled) {
        return row.failed(format!("another order of the same nodes was refused: {}", refusal.reason));
    }
    let after = Side::new(placement);
    let moved: u64 = digests.par_chunks(BLOCK).map(|digests| differing(&before.owners(digests), &after.owners(digests))).sum();
    let is_set = algorithm.properties().depends_on == DependsOn::Set;
    row.judged(ratio(moved, digests.len() as u64), &Band::zero("set").only_if(is_set))
}

/// Positions are below the million nodes that a scenario may ask for.
fn node_id(position: usize) -> NodeId {
    NodeId::try_from(position).unwrap_or(NodeId::MAX)
}
