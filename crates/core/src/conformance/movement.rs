//! Laws of movement: which keys change consumer when the membership changes.

use alloc::{format, string::String};

use super::{
    promises::exactly,
    subject::{
        Draws, Given, HEAVIEST, Outcome, Ring, any_weight, build_if_room, digests, ensure, equal, few_sizes, given,
        is_lack_of_room, memberships, mixed, order, owners, rings, show, sizes, weight,
    },
};
use crate::{Digest, Kernel};

/// What a search found against a promise: a case of it, or nothing.
type Witness = Result<Option<String>, String>;

/// Adding a consumer moves keys to it and no other key: held where `minimal_add` is promised, refuted where it is not.
///
/// # Errors
/// A key that moved elsewhere, or that none was found where nothing is promised.
pub fn addition_moves_keys_to_the_new_one_only<K: Kernel>(kernel: &K) -> Outcome {
    exactly::<K>("minimal_on_addition", K::PROPERTIES.minimal_add, stray_of_additions(kernel)?)
}

fn stray_of_additions<K: Kernel>(kernel: &K) -> Witness {
    let digests = digests(21, 4_000);
    for members in memberships::<K>(sizes()) {
        let mut draws = Draws::new(members.len() as u64);
        for before in rings(kernel, &members)? {
            let mut new = equal(999, 1)[0];
            if K::PROPERTIES.weighted {
                new.weight = any_weight(&mut draws);
            }
            let mut after = before.clone();
            if after.add_weighted_consumer(&new.name(), new.weight, new.tag).is_err() {
                continue;
            }
            let change = format!("{}×{} was added", new.name(), new.weight);
            let stray = stray(&before, &after, &digests, &change, |_, to| to == new.tag)?;
            if stray.is_some() {
                return Ok(stray);
            }
        }
    }
    Ok(None)
}

/// Removing the last consumer of the list moves its keys and no other: held where `minimal_remove_last` is promised, refuted
/// where not.
///
/// # Errors
/// A key that moved though its consumer stayed, or that none was found where nothing is promised.
pub fn removal_of_the_last_moves_its_keys_only<K: Kernel>(kernel: &K) -> Outcome {
    let digests = digests(22, 4_000);
    let mut witness = None;
    'search: for members in memberships::<K>(sizes().filter(|&size| size > 1)) {
        for before in rings(kernel, &members)? {
            let Some(&last) = given(&before).last() else { continue };
            witness = stray_of_removal(&before, last, &digests)?;
            if witness.is_some() {
                break 'search;
            }
        }
    }
    exactly::<K>("minimal_on_last_removal", K::PROPERTIES.minimal_remove_last, witness)
}

/// Removing any consumer moves its keys and no other, and skipping it in every preference order equals removing it: held where
/// `minimal_remove_any` is promised, refuted where it is not.
///
/// # Errors
/// A key that moved though its consumer stayed, or a preference order that differs, or that neither was found where nothing is
/// promised.
pub fn skipping_any_equals_removing_it<K: Kernel>(kernel: &K) -> Outcome {
    let digests = digests(23, 2_000);
    let mut witness = None;
    'search: for members in memberships::<K>(few_sizes().chain([100, 300]).filter(|&size| size > 1)) {
        let (step, walks) = if members.len() > 40 { (members.len() / 3, 4) } else { (1, 16) };
        for before in rings(kernel, &members)? {
            for &gone in members.iter().step_by(step) {
                witness = stray_of_removal(&before, gone, &digests)?;
                if witness.is_none() {
                    witness = skip_that_differs(&before, gone, &digests[..walks])?;
                }
                if witness.is_some() {
                    break 'search;
                }
            }
        }
    }
    exactly::<K>("minimal_on_any_removal", K::PROPERTIES.minimal_remove_any, witness)
}

fn stray_of_removal<K: Kernel>(before: &Ring<K>, gone: Given, digests: &[Digest]) -> Witness {
    let after = without(before, gone)?;
    stray(before, &after, digests, &format!("{} was removed", gone.name()), |from, _| from == gone.tag)
}

fn without<K: Kernel>(ring: &Ring<K>, gone: Given) -> Result<Ring<K>, String> {
    let mut after = ring.clone();
    ensure!(after.remove_consumer(&gone.name()) == Some(gone.tag), "removing {} did not return its data", gone.name());
    Ok(after)
}

fn skip_that_differs<K: Kernel>(before: &Ring<K>, gone: Given, digests: &[Digest]) -> Witness {
    let after = without(before, gone)?;
    for &digest in digests {
        let mut skipped = order(before, digest)?;
        skipped.retain(|&tag| tag != gone.tag);
        let removed = order(&after, digest)?;
        if skipped != removed {
            let at = skipped.iter().zip(&removed).take_while(|(a, b)| a == b).count();
            return Ok(Some(format!(
                "the preference order of digest {digest:#x} with {} skipped differs from place {at} on from the order with it \
                 removed; {}",
                gone.name(),
                show(&given(before))
            )));
        }
    }
    Ok(None)
}

/// Raising a weight moves keys to that consumer, lowering it moves keys from it, and no other key moves: held where
/// `minimal_reweight` is promised, refuted where weights are but it is not.
///
/// # Errors
/// A key that moved elsewhere, or that none was found where nothing is promised.
pub fn reweighting_moves_keys_of_that_one_only<K: Kernel>(kernel: &K) -> Outcome {
    if !K::PROPERTIES.weighted {
        return Ok(());
    }
    exactly::<K>("minimal_on_reweighting", K::PROPERTIES.minimal_reweight, stray_of_reweighting(kernel)?)
}

fn stray_of_reweighting<K: Kernel>(kernel: &K) -> Witness {
    let digests = digests(24, 4_000);
    for size in sizes().filter(|&size| size > 1) {
        for members in [equal(31, size), mixed::<K>(32, size)] {
            let Some(ring) = build_if_room(kernel, &members)? else { continue };
            let changed = members[size / 2];
            for (low, high) in [(1, 2), (1, HEAVIEST), (3, 4), (7, 9)] {
                let (Some(light), Some(heavy)) = (reweighted(&ring, changed, low)?, reweighted(&ring, changed, high)?) else {
                    continue;
                };
                let back = reweighted(&heavy, changed, low)?.ok_or("a weight that was served before was refused")?;
                let raised = format!("the weight of {} was raised from {low} to {high}", changed.name());
                let lowered = format!("the weight of {} was lowered from {high} to {low}", changed.name());
                let found = match stray(&light, &heavy, &digests, &raised, |_, to| to == changed.tag)? {
                    None => stray(&heavy, &back, &digests, &lowered, |from, _| from == changed.tag)?,
                    found => found,
                };
                if found.is_some() {
                    return Ok(found);
                }
            }
        }
    }
    Ok(None)
}

/// `ring` with another weight, or `None` where the kernel has no room for it.
fn reweighted<K: Kernel>(ring: &Ring<K>, changed: Given, to: u32) -> Result<Option<Ring<K>>, String> {
    let mut ring = ring.clone();
    match ring.set_weight(&changed.name(), weight(to)) {
        Ok(Some(_)) => Ok(Some(ring)),
        Ok(None) => Err(format!("{} has no weight to change", changed.name())),
        Err(error) if is_lack_of_room(&error.reason) => Ok(None),
        Err(error) => Err(format!("the weight {to} of {} was refused: {error}", changed.name())),
    }
}

/// A digest whose consumer changed in a way that is not `allowed(from, to)`.
fn stray<K: Kernel>(
    before: &Ring<K>,
    after: &Ring<K>,
    digests: &[Digest],
    change: &str,
    allowed: impl Fn(u64, u64) -> bool,
) -> Witness {
    let (from, to) = (owners(before, digests)?, owners(after, digests)?);
    let strays = || digests.iter().zip(from.iter().zip(&to)).filter(|(_, (from, to))| from != to && !allowed(**from, **to));
    Ok(strays().next().map(|(digest, (from, to))| {
        format!(
            "digest {digest:#x} went from consumer-{from} to consumer-{to} when {change}; so did {} of {} digests that need not; \
             before: {}",
            strays().count(),
            digests.len(),
            show(&given(before))
        )
    }))
}
