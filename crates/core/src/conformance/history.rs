//! Laws of what decides the answers: the set, the order, or the history.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    promises::exactly,
    subject::{
        Draws, Given, Outcome, Ring, any_weight, build, build_if_room, digests, enrol, ensure, given, is_lack_of_room,
        memberships, name, order, owners, show, sizes,
    },
};
use crate::{ConsistentHashRing, DependsOn, Digest, Kernel, Weight};

/// How many changes a random history has.
const STEPS: usize = 100;

/// A random history grows to this many consumers at most.
const MOST: usize = 40;

/// The order in which consumers are added changes no answer, preference order or share: held where answers depend on the set,
/// refuted where they depend on the order or the history.
///
/// # Errors
/// A permutation that changed something, or that none did.
pub fn order_of_arrival_counts_as_promised<K: Kernel>(kernel: &K) -> Outcome {
    let mut draws = Draws::new(41);
    let digests = digests(41, 2_000);
    let mut witness = None;
    'search: for members in memberships::<K>(sizes().filter(|&size| size > 1)) {
        let Some(one) = build_if_room(kernel, &members)? else { continue };
        for turn in 0..2 {
            let mut permuted: Vec<Given> = members.iter().rev().copied().collect();
            if turn > 0 {
                draws.shuffle(&mut permuted);
            }
            let other = build(kernel, &permuted)?;
            witness = difference(&one, &other, &digests)?
                .map(|what| format!("{what} when {} were added in the order of {}", show(&members), show(&permuted)));
            if witness.is_some() {
                break 'search;
            }
        }
    }
    exactly::<K>("DependsOn::Set", K::PROPERTIES.depends_on == DependsOn::Set, witness)
}

/// After any history of additions, removals and changes of weight, one by one and in batches, a ring equals a fresh build of its members (in their
/// order where answers depend on it), and so does its kernel rebuilt: in answers, orders and shares. Refuted where answers depend
/// on the history. Memory may differ, since a state that has seen changes may keep room for more, but each change takes what
/// `heap_bytes` predicted of it; several removals or weights in one call, no more than was taken before or predicted, of the state
/// kept or rebuilt.
///
/// # Errors
/// The history's last steps and what differed, or that nothing ever did.
pub fn any_history_equals_a_fresh_build<K: Kernel>(kernel: &K) -> Outcome {
    let mut witness = None;
    for seed in 0..2 {
        witness = history_that_tells(kernel, seed)?;
        if witness.is_some() {
            break;
        }
    }
    exactly::<K>("DependsOn::Set or Order", K::PROPERTIES.depends_on != DependsOn::History, witness)
}

fn history_that_tells<K: Kernel>(kernel: &K, seed: u64) -> Result<Option<String>, String> {
    let mut draws = Draws::new(50 + seed);
    let digests = digests(50 + seed, 1_500);
    let mut ring = Ring::with_kernel(kernel.clone());
    let mut log = Vec::new();
    for step in 0..STEPS {
        let before = ring.clone();
        let Change { what, batch } = change(&mut ring, &mut draws, step)?;
        log.push(what);
        let members = given(&ring);
        let recent = || log[log.len().saturating_sub(4)..].join(", then ");
        let (predicted, told) = (before.kernel.heap_bytes(ring.roster.nodes().census()), ring.heap_bytes());
        let most = predicted.max(before.heap_bytes()).max(kernel.heap_bytes(ring.roster.nodes().census()));
        let as_predicted = if batch { told <= most } else { told == predicted };
        ensure!(as_predicted, "before {} it was to take {predicted} bytes, and it takes {told}", recent());
        let mut list = members.clone();
        if K::PROPERTIES.depends_on == DependsOn::Set {
            draws.shuffle(&mut list);
        }
        let fresh = build(kernel, &list)?;
        // The kernel with all that it went through, told to derive everything again.
        let mut rebuilt = ring.clone();
        rebuilt.kernel.rebuild(rebuilt.roster.nodes());
        let found = match difference(&fresh, &ring, &digests)? {
            None => difference(&rebuilt, &ring, &digests)?.map(|what| format!("{what} from its own kernel rebuilt")),
            found => found.map(|what| format!("{what} from a fresh build")),
        };
        if let Some(what) = found {
            return Ok(Some(format!("after {} changes, the last of them {}, {what}; {}", log.len(), recent(), show(&members))));
        }
    }
    Ok(None)
}

/// A change that was made.
struct Change {
    what: String,
    /// Whether it was several removals or weights in one call.
    batch: bool,
}

/// Makes one random change.
fn change<K: Kernel>(ring: &mut Ring<K>, draws: &mut Draws, step: usize) -> Result<Change, String> {
    let count = ring.roster().len();
    let kind = match draws.below(12) {
        _ if count == 0 => 0,
        kind @ 10.. => kind,
        kind if count > MOST - 5 => 5 + kind % 3,
        kind => kind,
    };
    let what = match kind {
        10 => remove_some(ring, draws),
        11 => reweight_some(ring, draws),
        kind => change_one(ring, draws, step, kind),
    };
    Ok(Change { what: what?, batch: kind >= 10 })
}

fn change_one<K: Kernel>(ring: &mut Ring<K>, draws: &mut Draws, step: usize, kind: usize) -> Result<String, String> {
    let count = ring.roster().len();
    match kind {
        0..=2 => add(ring, draws, step, 1),
        3 | 4 => add(ring, draws, step, 2 + step % 4),
        5 | 6 => remove(ring, draws.below(count)),
        7 => remove(ring, count - 1),
        8 if K::PROPERTIES.weighted => reweight(ring, draws),
        8 => {
            let (data, name) = member_at(ring, draws.below(count))?;
            remove(ring, count / 2)?;
            match ring.add_consumer(&name, data) {
                Ok(()) => Ok(format!("removing one and adding {name} back")),
                Err(_) => Ok(format!("removing one, and a refused addition of {name}")),
            }
        }
        _ => {
            // A refusal half-way: new ones first, then one that is there.
            let (data, _) = member_at(ring, 0)?;
            let batch: Vec<Given> =
                [900_000 + step as u64, data].into_iter().map(|tag| Given { tag, weight: Weight::ONE }).collect();
            ensure!(enrol(ring, &batch).is_err(), "a duplicate was not refused");
            Ok("a refused batch".into())
        }
    }
}

fn member_at<K: Kernel>(ring: &Ring<K>, position: usize) -> Result<(u64, String), String> {
    let member = given(ring).get(position).copied().ok_or_else(|| format!("no consumer at {position}"))?;
    Ok((member.tag, member.name()))
}

fn add<K: Kernel>(ring: &mut Ring<K>, draws: &mut Draws, step: usize, count: usize) -> Result<String, String> {
    let first = 1_000 * (1 + step as u64);
    let new = |tag| Given { tag, weight: if K::PROPERTIES.weighted { any_weight(draws) } else { Weight::ONE } };
    let batch: Vec<Given> = (first..).take(count).map(new).collect();
    enrol(ring, &batch).map_err(|error| format!("adding {} was refused: {error}", show(&batch)))?;
    Ok(format!("adding {count} from {} on", name(first)))
}

fn remove<K: Kernel>(ring: &mut Ring<K>, position: usize) -> Result<String, String> {
    let (data, name) = member_at(ring, position)?;
    ensure!(ring.remove_consumer(&name) == Some(data), "removing {name} did not return its data");
    Ok(format!("removing {name} at {position}"))
}

fn reweight<K: Kernel>(ring: &mut Ring<K>, draws: &mut Draws) -> Result<String, String> {
    let (_, name) = member_at(ring, draws.below(ring.roster().len()))?;
    let weight = any_weight(draws);
    match ring.set_weight(&name, weight) {
        Ok(Some(old)) => Ok(format!("changing the weight of {name} from {old} to {weight}")),
        Err(error) if is_lack_of_room(&error.reason) => Ok(format!("a refused weight {weight} of {name}")),
        answer => Err(format!("changing the weight of {name} to {weight} answered {answer:?}")),
    }
}

/// Any number of the members, in any order.
fn some<K: Kernel>(ring: &Ring<K>, draws: &mut Draws) -> Vec<Given> {
    let mut members = given(ring);
    draws.shuffle(&mut members);
    members.truncate(1 + draws.below(members.len()));
    members
}

fn remove_some<K: Kernel>(ring: &mut Ring<K>, draws: &mut Draws) -> Result<String, String> {
    let leaving = some(ring, draws);
    let names: Vec<String> = leaving.iter().map(|member| member.name()).collect();
    let returned = ring.remove_consumers(&mut names.iter().map(String::as_str));
    let expected: Vec<_> = leaving.iter().map(|member| Some(member.tag)).collect();
    ensure!(returned == expected, "removing {} in one call returned {returned:?}", show(&leaving));
    Ok(format!("removing {} in one call", show(&leaving)))
}

fn reweight_some<K: Kernel>(ring: &mut Ring<K>, draws: &mut Draws) -> Result<String, String> {
    let members = some(ring, draws);
    let weights: Vec<(String, Weight)> = members
        .iter()
        .map(|member| (member.name(), if K::PROPERTIES.weighted { any_weight(draws) } else { Weight::ONE }))
        .collect();
    match ring.set_weights(&mut weights.iter().map(|(name, weight)| (name.as_str(), *weight))) {
        Ok(olds) if olds.iter().zip(&members).all(|(old, member)| *old == Some(member.weight)) => {
            Ok(format!("changing the weights of {} in one call", show(&members)))
        }
        Err(error) if is_lack_of_room(&error.reason) => Ok(format!("refused weights of {}", show(&members))),
        answer => Err(format!("changing the weights of {} answered {answer:?}", show(&members))),
    }
}

/// In what `one` and `other`, of the same members in whatever order, differ.
fn difference<K: Kernel>(one: &Ring<K>, other: &Ring<K>, digests: &[Digest]) -> Result<Option<String>, String> {
    if one.roster().is_empty() && other.roster().is_empty() {
        return Ok(None);
    }
    let (left, right) = (owners(one, digests)?, owners(other, digests)?);
    if let Some((digest, (left, right))) = digests.iter().zip(left.iter().zip(&right)).find(|(_, (left, right))| left != right) {
        return Ok(Some(format!("digest {digest:#x} goes to consumer-{right} and not consumer-{left}")));
    }
    for &digest in &digests[..8] {
        let (left, right) = (order(one, digest)?, order(other, digest)?);
        if left != right {
            let at = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
            return Ok(Some(format!("the preference order of digest {digest:#x} differs from place {at} on")));
        }
    }
    Ok(difference_of_shares(one, other))
}

/// Shares are sums, so the same to rounding; matched by tag, since the orders may differ.
fn difference_of_shares<K: Kernel>(one: &Ring<K>, other: &Ring<K>) -> Option<String> {
    let by_tag = |ring: &Ring<K>| {
        let mut shares: Vec<(u64, f64)> = given(ring).iter().map(|member| member.tag).zip(ring.shares()?).collect();
        shares.sort_by_key(|(tag, _)| *tag);
        Some(shares)
    };
    match (by_tag(one), by_tag(other)) {
        (None, None) => None,
        (Some(one), Some(other)) if one.len() == other.len() => one
            .iter()
            .zip(&other)
            .find(|((_, one), (_, other))| (one - other).abs() > 1e-12)
            .map(|((tag, one), (_, other))| format!("the share of consumer-{tag} is {other} and not {one}")),
        (one, other) => {
            let told = |shares: Option<Vec<_>>| shares.map_or_else(|| "no".to_string(), |list| list.len().to_string());
            Some(format!("shares() tells {} shares and not {}", told(other), told(one)))
        }
    }
}
