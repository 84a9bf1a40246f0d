//! What one algorithm makes of the members and keys.

use annulus_core::{NodeIndex, Weight};

use crate::algorithm::{Algorithm, NodeId, Placement, refusal};
use crate::members::Member;
use crate::progress::Progress;
use crate::stats::StatsError;

use super::amount::{Amount, Spread, weights};
use super::leaving::{Before, Leaving, Victims};
use super::placed::Placed;

/// How many members leave by removal to check that second places tell the same.
const CHECKED: usize = 3;

/// One algorithm among others.
#[derive(Debug)]
pub(crate) struct Side {
    pub(crate) algorithm: Algorithm,
    /// Or why it is not there.
    pub(crate) standing: Result<Standing, String>,
}

/// How keys lie under one algorithm.
#[derive(Debug)]
pub(crate) struct Standing {
    /// Of each member, in the order of the file.
    pub(crate) amounts: Vec<Amount>,
    pub(crate) keys: Spread,
    pub(crate) load: Spread,
    /// Exact shares of the key space, where the algorithm tells them.
    pub(crate) shares: Option<Vec<f64>>,
    /// Bytes of the algorithm's state.
    pub(crate) state_bytes: u64,
    /// What each leaving does: of all members, or of those that are rebuilt for.
    pub(crate) leavings: Vec<Leaving>,
}

impl Side {
    /// Places the keys, then lets members leave.
    pub(super) fn measure(
        algorithm: &Algorithm,
        members: &[Member],
        placed: &Placed,
        victims: &Victims,
        progress: &Progress,
    ) -> Result<Self, StatsError> {
        progress.begin(format!("{} on {} members", algorithm.key(), members.len()));
        let standing = match build(algorithm, members) {
            Ok(placement) => standing(algorithm, &*placement, members, placed, victims)?,
            Err(reason) => Err(reason),
        };
        progress.advance(2);
        Ok(Self { algorithm: algorithm.clone(), standing })
    }
}

/// A placement of these members; an id is a position among them. Or the reason for a refusal.
pub(super) fn build(algorithm: &Algorithm, members: &[Member]) -> Result<Box<dyn Placement>, String> {
    let ids = 0..NodeId::MAX;
    let given: Vec<(&str, Weight, NodeId)> =
        members.iter().zip(ids).map(|(member, id)| (member.name.as_str(), member.weight, id)).collect();
    let mut placement = algorithm.empty();
    placement.add_weighted(&given).map_err(|error| {
        let reason = refusal::in_run(&error, algorithm.key());
        let member = members.get(error.position).filter(|_| !refusal::is_of_all(&error.reason));
        member.map_or_else(|| reason.clone(), |member| format!("`{}`, line {}: {reason}", member.name, member.line))
    })?;
    Ok(placement)
}

fn standing(
    algorithm: &Algorithm,
    placement: &dyn Placement,
    members: &[Member],
    placed: &Placed,
    victims: &Victims,
) -> Result<Result<Standing, String>, StatsError> {
    let digests = placed.digests(placement);
    let mut owners = vec![NodeIndex::default(); digests.len()];
    placement.locate_batch(&digests, &mut owners);
    let mut amounts = vec![Amount::default(); members.len()];
    for (position, owner) in owners.iter().enumerate() {
        match amounts.get_mut(owner.as_usize()) {
            // Members that came in one batch have their places in it as indices.
            Some(amount) => *amount += Amount::key(placed.load(position)),
            None => return Ok(Err(format!("the answer for key {} names no member", position + 1))),
        }
    }
    let [keys, load] = Spread::of_both(&amounts, &weights(members))?;
    let before = Before::new(members, placed, &digests, &owners, &amounts);
    let leavings = match leavings(algorithm, placement, &before, victims) {
        Ok(leavings) => leavings,
        Err(reason) => return Ok(Err(reason)),
    };
    let (shares, state_bytes) = (placement.shares(), placement.heap_bytes());
    Ok(Ok(Standing { amounts, keys, load, shares, state_bytes, leavings }))
}

/// What each leaving does: by second places where the algorithm promises that these tell it, checked on a few members.
fn leavings(
    algorithm: &Algorithm,
    placement: &dyn Placement,
    before: &Before<'_>,
    victims: &Victims,
) -> Result<Vec<Leaving>, String> {
    if !algorithm.properties().minimal_remove_any {
        return Ok(before.by_removal(placement, &victims.positions));
    }
    let leavings = before.by_second_place(placement);
    let checked: Vec<usize> =
        victims.positions.iter().copied().step_by(victims.positions.len().div_ceil(CHECKED).max(1)).collect();
    for removed in before.by_removal(placement, &checked) {
        if leavings.get(removed.member) != Some(&removed) {
            let name = &before.members[removed.member].name;
            return Err(format!("the leaving of `{name}` moves other keys than their second places say"));
        }
    }
    Ok(leavings)
}
