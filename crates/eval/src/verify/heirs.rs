//! Who takes over when a node is gone: how many of the others, and how evenly.
//!
//! A placement can be even and move no key needlessly, and still leave all that a dead node had to one other.

use std::collections::HashSet;

use annulus_core::Digest;

use crate::algorithm::{Algorithm, Law, Moves, NodeId, Subject};
use crate::keys::generated;
use crate::stats::arcs::ArcsLaw;
use crate::stats::dealt::DealtLaw;
use crate::stats::multinomial::pooled_chi_square;
use crate::stats::receivers::ReceiversLaw;
use crate::stats::slots::TableLaw;
use crate::stats::{Interval, StatsError, float};

use super::cell::{Cell, count};
use super::count::{index, length};
use super::figure::{Sheet, each};
use super::gate::Gate;
use super::uniform::is_uniform;

/// The last node leaves, others leave, and each node's keys go by the preference order.
pub(super) struct Heirs;

/// How many nodes leave beside the last, each alone.
const OTHERS: usize = 3;

/// Keys whose first two choices are looked at, over all nodes; and keys of a node that left whose second choice is compared.
const ORDERS: usize = 100_000;
const COMPARED: usize = 2_000;

/// Of two nodes, there is one heir.
const LEAST_NODES: u64 = 3;

impl Gate for Heirs {
    fn name(&self) -> &'static str {
        "heirs"
    }

    fn random_figures(&self, _: &Algorithm, nodes: u64) -> Option<u64> {
        // Receivers and X² of those that left, and receivers by the order.
        (nodes >= LEAST_NODES).then_some(3)
    }

    fn judge(&self, cell: &Cell<'_>, sheet: &mut Sheet) -> Result<(), StatsError> {
        let last = cell.names.len() - 1;
        let others = generated::victims(cell.plan.seed, cell.repetition, last, OTHERS);
        let gone: Vec<Gone> = std::iter::once(last).chain(others).map(|victim| Gone::of(cell, victim)).collect();
        by_removal(cell, &gone, sheet)?;
        if cell.algorithm.properties().minimal_remove_any {
            let unlike = gone.iter().map(|gone| gone.unlike_order).sum();
            sheet.none("second choices unlike the owners once the first is gone", unlike, "skipping");
        }
        by_order(cell, sheet);
        Ok(())
    }
}

/// A node that left, and what became of its keys.
struct Gone {
    is_last: bool,
    /// Keys by survivor.
    heirs: Vec<u64>,
    /// Keys of which the second choice is another than who has them now.
    unlike_order: u64,
}

impl Gone {
    fn of(cell: &Cell<'_>, victim: usize) -> Self {
        let mut after = cell.subject.boxed_clone();
        after.remove(&cell.names[victim]);
        let own = cell.digests.iter().zip(&cell.owners).filter(|&(_, &owner)| index(owner) == victim);
        let orphans: Vec<_> = own.map(|(&digest, _)| digest).collect();
        let owners = after.owners(&orphans);
        let (mut heirs, _) = count(&owners, cell.names.len());
        heirs.remove(victim);
        let compared = orphans.iter().zip(&owners).take(COMPARED);
        let unlike =
            compared.filter(|&(&digest, owner)| second(&*cell.subject, digest).is_none_or(|(_, second)| second != *owner));
        Self { is_last: victim + 1 == cell.names.len(), heirs, unlike_order: length(unlike.count()) }
    }

    fn orphans(&self) -> u64 {
        self.heirs.iter().sum()
    }

    fn receivers(&self) -> u64 {
        length(self.heirs.iter().filter(|&&keys| keys > 0).count())
    }

    /// Whether each key goes to any survivor alike: where no other moves, and all are even before and after.
    fn is_even(&self, algorithm: &Algorithm) -> bool {
        let properties = algorithm.properties();
        is_uniform(algorithm) && (properties.minimal_remove_any || (self.is_last && properties.minimal_remove_last))
    }

    /// The law of the number of receivers, if one is known.
    fn law(&self, algorithm: &Algorithm) -> Option<ReceiversLaw> {
        let (survivors, orphans) = (length(self.heirs.len()), self.orphans());
        match algorithm.law() {
            _ if self.is_even(algorithm) => Some(ReceiversLaw::even(survivors, orphans)),
            // The last takes the place of the one that left, and its keys with it.
            _ if algorithm.moves() == Moves::SwapLast && !self.is_last => Some(ReceiversLaw::even(1, orphans)),
            Law::Arcs { points } if algorithm.properties().minimal_remove_any => {
                Some(ReceiversLaw::arcs(ArcsLaw::new(survivors + 1, points).ok()?, orphans))
            }
            Law::Slots { slots } => Some(ReceiversLaw::table(TableLaw::new(survivors + 1, slots).ok()?, orphans)),
            Law::Dealt { slots } | Law::Capped { slots, .. } => {
                Some(ReceiversLaw::dealt(&DealtLaw::equal(survivors + 1, slots).ok()?, orphans))
            }
            _ => None,
        }
    }
}

/// The first two choices of a digest.
fn second(subject: &dyn Subject, digest: Digest) -> Option<(NodeId, NodeId)> {
    match subject.replicas(digest, 2)[..] {
        [first, second] => Some((first, second)),
        _ => None,
    }
}

/// Judges who has the keys of the nodes that left.
fn by_removal(cell: &Cell<'_>, gone: &[Gone], sheet: &mut Sheet) -> Result<(), StatsError> {
    let tail = each(cell.tail, length(gone.len()));
    let known = gone.iter().filter_map(|gone| Some((float(gone.receivers()), gone.law(cell.algorithm)?.band(tail))));
    let known: Vec<(f64, Interval)> = known.collect();
    if known.is_empty() {
        sheet.refused(untold(gone, "of its keys when a node leaves, no law is known"));
    }
    sheet.worst("receivers of a node that left, nearest to its band's end", known, "receivers");
    let mut figures = Vec::new();
    for gone in gone.iter().filter(|gone| gone.is_even(cell.algorithm) && gone.orphans() > 0) {
        let expected = vec![float(gone.orphans()) / float(gone.heirs.len()); gone.heirs.len()];
        let pooled = pooled_chi_square(&gone.heirs, &expected)?;
        // Two cells are far from continuous: even halves are no defect.
        if pooled.cells > 2 {
            figures.push((pooled.statistic, pooled.band(tail)));
        }
    }
    sheet.worst("X² of what survivors inherit, nearest to its band's end", figures, "multinomial");
    Ok(())
}

/// What is said where nothing can be judged.
fn untold(gone: &[Gone], what: &str) -> String {
    let mean = |of: &dyn Fn(&Gone) -> f64| gone.iter().map(of).sum::<f64>() / float(gone.len());
    let survivors = gone.first().map_or(0, |gone| length(gone.heirs.len()));
    format!(
        "{what}: they go to {:.1} of {survivors} others in the mean, where keys thrown at random reach {:.1}",
        mean(&|gone| float(gone.receivers())),
        mean(&|gone| ReceiversLaw::even(survivors, gone.orphans()).mean()),
    )
}

/// How the seconds of a node's keys are spread.
enum Seconds {
    /// Over all others alike.
    Even,
    /// As the points after those of a node are.
    Arcs(ArcsLaw),
    /// As the nodes that come second at the slots of a node are.
    Dealt(DealtLaw),
}

impl Seconds {
    fn of(algorithm: &Algorithm, nodes: u64) -> Option<Self> {
        // Shares that spread by less than this leave the number of pairs as it is, to 0.1 %.
        const SPREAD: f64 = 0.05;
        match algorithm.law() {
            _ if is_uniform(algorithm) => Some(Self::Even),
            Law::Slots { slots } => TableLaw::new(nodes, slots).ok().filter(|law| law.share_cv() <= SPREAD).map(|_| Self::Even),
            Law::Arcs { points } if algorithm.properties().minimal_remove_any => ArcsLaw::new(nodes, points).ok().map(Self::Arcs),
            Law::Dealt { slots } => DealtLaw::equal(nodes, slots).ok().map(Self::Dealt),
            // No node has more slots than without a cap, and none much fewer.
            Law::Capped { slots, .. } => {
                DealtLaw::equal(nodes, slots).ok().filter(|law| law.share_cv() <= SPREAD).map(|_| Self::Even)
            }
            _ => None,
        }
    }
}

/// Judges how many others follow as the second choice.
fn by_order(cell: &Cell<'_>, sheet: &mut Sheet) {
    let others = cell.nodes - 1;
    let orders = Orders::of(cell);
    match Seconds::of(cell.algorithm, cell.nodes) {
        Some(Seconds::Even) => {
            let laws = orders.keys.iter().map(|&keys| ReceiversLaw::even(others, keys));
            let law = laws.fold(ReceiversLaw::default(), ReceiversLaw::and);
            let found = float(orders.seconds.iter().sum::<u64>());
            sheet.random("different pairs of owner and second", found, law.band(cell.tail), "receivers");
        }
        Some(Seconds::Arcs(law)) => by_owner(cell, &orders, |keys| ReceiversLaw::arcs(law, keys), sheet),
        Some(Seconds::Dealt(law)) => by_owner(cell, &orders, |keys| ReceiversLaw::dealt(&law, keys), sheet),
        None => sheet.refused(format!(
            "of the second choices, no law is known: those of a node's keys are {:.1} of {others} others in the mean",
            float(orders.seconds.iter().sum::<u64>()) / float(cell.nodes)
        )),
    }
}

/// Judges the seconds of each owner by the law for its number of keys.
fn by_owner(cell: &Cell<'_>, orders: &Orders, law: impl Fn(u64) -> ReceiversLaw, sheet: &mut Sheet) {
    let tail = each(cell.tail, cell.nodes);
    let bands = orders.keys.iter().map(|&keys| law(keys).band(tail));
    let figures = orders.seconds.iter().map(|&seconds| float(seconds)).zip(bands);
    sheet.worst("seconds of the owner nearest to its band's end", figures, "receivers");
}

/// First and second choices.
struct Orders {
    /// Keys by owner.
    keys: Vec<u64>,
    /// How many different seconds they have.
    seconds: Vec<u64>,
}

impl Orders {
    fn of(cell: &Cell<'_>) -> Self {
        let mut orders = Self { keys: vec![0; cell.names.len()], seconds: vec![0; cell.names.len()] };
        let mut seen = HashSet::new();
        for pair in cell.some_digests(ORDERS).iter().filter_map(|&digest| second(&*cell.subject, digest)) {
            let first = index(pair.0);
            // Orders that name no member are the business of the gate of replicas.
            if let (Some(keys), Some(seconds)) = (orders.keys.get_mut(first), orders.seconds.get_mut(first)) {
                *keys += 1;
                *seconds += u64::from(seen.insert(pair));
            }
        }
        orders
    }
}
