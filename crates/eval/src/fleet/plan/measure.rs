//! Every algorithm over the same keys, before and after.

use rayon::prelude::*;

use super::change::Change;
use super::count::Tally;
use super::keys::{Batch, Source};
use super::least::{Weighed, least, wanted};
use super::outcome::Outcome;
use super::roles::Roles;
use super::router::{Router, Sets, both};
use crate::algorithm::Algorithm;
use crate::keys::KeyError;

/// An algorithm; or two, where one is given up for the other.
#[derive(Clone, Debug)]
pub(crate) struct Contender {
    pub(crate) before: Algorithm,
    pub(crate) after: Algorithm,
}

impl Contender {
    /// The same before and after.
    pub(crate) fn of(algorithm: Algorithm) -> Self {
        Self { after: algorithm.clone(), before: algorithm }
    }

    /// Its name; both where they differ.
    pub(crate) fn name(&self) -> String {
        let (before, after) = (self.before.key(), self.after.key());
        if before == after { before.to_owned() } else { format!("{before} → {after}") }
    }

    pub(super) fn routers<'a>(&self, change: &Change, sets: &'a Sets) -> Result<[Router<'a>; 2], String> {
        both(change, sets, [&self.before, &self.after])
    }
}

/// One algorithm among others.
#[derive(Debug)]
pub(crate) struct Side {
    pub(crate) name: String,
    /// Or why it is not there.
    pub(crate) outcome: Result<Outcome, String>,
}

/// A change, and what every algorithm moves for it.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) change: Change,
    pub(crate) replicas: usize,
    /// Whether no two copies of a key may share a zone.
    pub(crate) is_spread: bool,
    /// What the keys are called, how many they are, and their load.
    pub(crate) keys_name: String,
    pub(crate) keys: u64,
    pub(crate) load: u64,
    pub(crate) has_loads: bool,
    /// Of each node, in how many of the sets it should be by its weight, as a fraction of the keys.
    pub(crate) wanted_before: Vec<f64>,
    pub(crate) wanted_after: Vec<f64>,
    pub(crate) sides: Vec<Side>,
}

impl Plan {
    /// Asks every algorithm for every key before and after.
    ///
    /// # Errors
    /// Keys that cannot be read.
    pub(crate) fn measure(
        change: Change,
        contenders: &[Contender],
        sets: &Sets,
        mut source: Source<'_>,
    ) -> Result<Self, KeyError> {
        let roles = Roles::of(&change, sets.zones.is_some());
        let nodes = change.nodes.len();
        let routers: Vec<_> = contenders.par_iter().map(|contender| contender.routers(&change, sets)).collect();
        let mut tallies: Vec<Option<Tally>> = routers.iter().map(|routers| routers.is_ok().then(|| Tally::new(nodes))).collect();
        let count = |batch: &Batch| -> Vec<Option<Tally>> {
            routers.iter().map(|routers| Some(Tally::of(batch, routers.as_ref().ok()?, &roles, nodes))).collect()
        };
        in_batches(&mut source, count, |counted| {
            for (sum, more) in tallies.iter_mut().zip(counted) {
                *sum = sum.take().zip(more).map(|(sum, more)| sum.and(more));
            }
            Ok::<(), KeyError>(())
        })?;
        let outcome = |(routers, tally): (Result<_, String>, Option<Tally>)| {
            routers.map(|_: [Router<'_>; 2]| Outcome::new(tally.unwrap_or_else(|| Tally::new(nodes)), &roles))
        };
        let outcomes = routers.into_iter().zip(tallies).map(outcome);
        let sides =
            contenders.iter().zip(outcomes).map(|(contender, outcome)| Side { name: contender.name(), outcome }).collect();
        let wanted = |is_after: bool| -> Vec<f64> {
            let weighed = |node: &super::change::Node| -> Option<(f64, Option<String>)> {
                let side = if is_after { node.after.as_ref() } else { node.before.as_ref() }?;
                let zone = sets.zones.as_ref().map(|_| side.zone.clone().unwrap_or_default());
                Some((f64::from(side.weight.get()), zone))
            };
            let owned: Vec<_> = change.nodes.iter().map(weighed).collect();
            let nodes: Vec<Weighed<'_>> =
                owned.iter().map(|node| node.as_ref().map(|(weight, zone)| (*weight, zone.as_deref()))).collect();
            wanted(&nodes, sets.replicas)
        };
        let (wanted_before, wanted_after) = (wanted(false), wanted(true));
        let (keys, load) = source.passed();
        Ok(Self {
            replicas: sets.replicas,
            is_spread: sets.zones.is_some(),
            keys_name: source.name(),
            keys,
            load,
            has_loads: source.has_loads(),
            wanted_before,
            wanted_after,
            sides,
            change,
        })
    }

    /// The least part of all copies that any algorithm moves whose nodes have exactly what their weights give them.
    pub(crate) fn least(&self) -> f64 {
        least(&self.wanted_before, &self.wanted_after, self.replicas)
    }

    /// All copies of all keys.
    pub(crate) fn copies(&self) -> u64 {
        self.keys * self.replicas as u64
    }

    /// The load of all copies.
    pub(crate) fn copied_load(&self) -> u64 {
        self.load * self.replicas as u64
    }
}

/// Lets all keys pass in batches: while one is worked on, the next is read. What came of each is taken in order.
pub(super) fn in_batches<R: Send, E: From<KeyError>>(
    source: &mut Source<'_>,
    work: impl Fn(&Batch) -> R + Sync,
    mut take: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E> {
    let (mut batch, mut next) = (Batch::default(), Batch::default());
    source.fill(&mut batch)?;
    while batch.len() > 0 {
        let (mut done, mut filled) = (None, Ok(()));
        rayon::in_place_scope(|scope| {
            let (done, batch, work) = (&mut done, &batch, &work);
            scope.spawn(move |_| *done = Some(work(batch)));
            filled = source.fill(&mut next);
        });
        done.map_or(Ok(()), &mut take)?;
        filled?;
        std::mem::swap(&mut batch, &mut next);
    }
    Ok(())
}
