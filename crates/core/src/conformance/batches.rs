//! Laws of removals and weights that come in one call: they give what one by one gives, or change nothing.

use alloc::{format, string::String, vec::Vec};

use super::subject::{
    Draws, Given, Outcome, Ring, Snapshot, any_weight, build, ensure, few_sizes, given, is_lack_of_room, memberships, show,
    weight, worn,
};
use crate::{ChangeError, ConsistentHashRing, DependsOn, Kernel, Refusal, Weight};

/// Removing consumers in one call gives what removing them one by one in the same order gives: data, indices, answers and shares,
/// which are those of a fresh build of who is left. A name that is not there, or not any more, answers `None`; no name at all
/// changes nothing; and no more memory is taken than before.
///
/// # Errors
/// The names and what differs.
pub fn removals_in_one_call_equal_one_by_one<K: Kernel>(kernel: &K) -> Outcome {
    let mut draws = Draws::new(61);
    for members in memberships::<K>(few_sizes()) {
        let ring = worn(kernel, &members)?;
        let count = members.len();
        for leaving in [0, 1, count.min(2), count / 4, count / 2, count - 1, count] {
            let mut names: Vec<String> = members.iter().map(|member| member.name()).collect();
            draws.shuffle(&mut names);
            names.truncate(leaving);
            names.push("nobody".into());
            names.push(names[draws.below(names.len())].clone());
            draws.shuffle(&mut names);
            removes_as_one_by_one(kernel, &ring, &names)?;
        }
        let mut none = ring.clone();
        let returned = none.remove_consumers(&mut core::iter::empty());
        ensure!(returned.is_empty(), "removing nobody returned {returned:?}");
        Snapshot::of(&ring)?.check(&none, "removing nobody")?;
    }
    Ok(())
}

fn removes_as_one_by_one<K: Kernel>(kernel: &K, ring: &Ring<K>, names: &[String]) -> Outcome {
    let (mut batch, mut single) = (ring.clone(), ring.clone());
    let returned = batch.remove_consumers(&mut names.iter().map(String::as_str));
    let expected: Vec<Option<u64>> = names.iter().map(|name| single.remove_consumer(name)).collect();
    ensure!(returned == expected, "removing {names:?} in one call returned {returned:?}, and one by one {expected:?}");
    let instead = format!("removing {names:?} in one call, not one by one,");
    Snapshot::of(&single)?.check_mapping(&batch, &instead)?;
    if K::PROPERTIES.depends_on != DependsOn::History {
        let instead = format!("removing {names:?} in one call, not building who is left,");
        Snapshot::of(&build(kernel, &given(&batch))?)?.check_mapping(&batch, &instead)?;
    }
    let (most, taken) = (ring.heap_bytes().max(single.heap_bytes()), batch.heap_bytes());
    ensure!(taken <= most, "{most} bytes were taken, and {taken} after removing {names:?} in one call");
    Ok(())
}

/// Setting weights in one call gives what setting them one by one in the same order gives: old weights, answers and shares, which
/// are those of a fresh build. A name that is not there answers `None`; of a name given twice the later weight holds; no name at
/// all changes nothing; and no more memory is taken than before or than was predicted.
///
/// # Errors
/// The weights and what differs.
pub fn weights_in_one_call_equal_one_by_one<K: Kernel>(kernel: &K) -> Outcome {
    let mut draws = Draws::new(62);
    for members in memberships::<K>(few_sizes()) {
        let ring = worn(kernel, &members)?;
        let count = members.len();
        for changing in [0, 1, count.min(2), count / 4, count / 2, count] {
            let mut weights = Vec::new();
            for member in &members[..changing] {
                weights.push((member.name(), any_weight_of::<K>(&mut draws)));
            }
            weights.push(("nobody".into(), any_weight_of::<K>(&mut draws)));
            let (again, _) = weights[draws.below(weights.len())].clone();
            weights.push((again, any_weight_of::<K>(&mut draws)));
            draws.shuffle(&mut weights);
            weighs_as_one_by_one(kernel, &ring, &weights)?;
        }
        let mut none = ring.clone();
        let answer = none.set_weights(&mut core::iter::empty());
        ensure!(answer.as_deref() == Ok(&[]), "setting no weight answered {answer:?}");
        Snapshot::of(&ring)?.check(&none, "setting no weight")?;
    }
    Ok(())
}

fn any_weight_of<K: Kernel>(draws: &mut Draws) -> Weight {
    if K::PROPERTIES.weighted { any_weight(draws) } else { Weight::ONE }
}

fn weighs_as_one_by_one<K: Kernel>(kernel: &K, ring: &Ring<K>, weights: &[(String, Weight)]) -> Outcome {
    let shown: Vec<String> = weights.iter().map(|(name, weight)| format!("{name}×{weight}")).collect();
    let (mut batch, mut single) = (ring.clone(), ring.clone());
    let answer = set(&mut batch, weights);
    let expected: Result<Vec<_>, _> = weights.iter().map(|(name, weight)| single.set_weight(name, *weight)).collect();
    let expected = expected.map_err(|error| format!("one of the weights {shown:?} was refused: {error}"))?;
    ensure!(answer == Ok(expected.clone()), "setting {shown:?} in one call answered {answer:?}, and one by one {expected:?}");
    let instead = |what: &str| format!("setting {shown:?} in one call, not {what},");
    if K::PROPERTIES.depends_on == DependsOn::History {
        Snapshot::of(&single)?.check_mapping(&batch, &instead("one by one"))?;
    } else {
        Snapshot::of(&single)?.check_mapping(&batch, &instead("one by one"))?;
        Snapshot::of(&build(kernel, &given(&batch))?)?.check_mapping(&batch, &instead("building the members so"))?;
    }
    let nodes = batch.roster().nodes();
    let most = ring.heap_bytes().max(ring.kernel().heap_bytes(nodes.census())).max(kernel.heap_bytes(nodes.census()));
    let taken = batch.heap_bytes();
    ensure!(taken <= most, "{most} bytes at most were predicted, and {taken} taken after setting {shown:?} in one call");
    Ok(())
}

fn set<K: Kernel>(ring: &mut Ring<K>, weights: &[(String, Weight)]) -> Result<Vec<Option<Weight>>, ChangeError> {
    ring.set_weights(&mut weights.iter().map(|(name, weight)| (name.as_str(), *weight)))
}

/// Weights given in one call are set all or none, and the refusal says which was at fault: the one that it names, else the heaviest
/// that is there. Nothing but what is there is refused.
///
/// # Errors
/// What was answered instead, or what changed.
pub fn weights_are_set_all_or_none<K: Kernel>(kernel: &K) -> Outcome {
    const ROOM_IN_BYTES: u64 = 32 << 20;
    for members in memberships::<K>([3, 10]) {
        let mut ring = build(kernel, &members)?.with_memory_limit(ROOM_IN_BYTES);
        let before = Snapshot::of(&ring)?;
        let answer = set(&mut ring, &[("nobody".into(), weight(u32::MAX))]);
        ensure!(answer.as_deref() == Ok(&[None]), "setting the weight of a name that is not there answered {answer:?}");
        before.check(&ring, "setting the weight of a name that is not there")?;
        for heavy in [weight(3), weight(1 << 16), weight(u32::MAX)] {
            let weights: Vec<(String, Weight)> = [(members[1].name(), Weight::ONE), (members[2].name(), heavy)]
                .into_iter()
                .chain([("nobody".into(), heavy)])
                .collect();
            refuses_or_sets(&ring, &members, &before, &weights)?;
        }
        let answer = set(&mut ring, &members.iter().map(|member| (member.name(), member.weight)).collect::<Vec<_>>());
        let expected: Vec<_> = members.iter().map(|member| Some(member.weight)).collect();
        ensure!(answer == Ok(expected), "setting all weights as they are answered {answer:?}");
        before.check(&ring, "setting all weights as they are")?;
    }
    Ok(())
}

fn refuses_or_sets<K: Kernel>(ring: &Ring<K>, members: &[Given], before: &Snapshot, weights: &[(String, Weight)]) -> Outcome {
    let mut ring = ring.clone();
    let shown = format!("setting {}×1 and {}×{} of {}", weights[0].0, weights[1].0, weights[1].1, show(members));
    let ChangeError { name, position, reason } = match set(&mut ring, weights) {
        Ok(olds) => {
            ensure!(K::PROPERTIES.weighted, "{shown} was served, and weights are not promised");
            ensure!(olds == [Some(members[1].weight), Some(members[2].weight), None], "{shown} answered {olds:?}");
            let told: Vec<Weight> = given(&ring)[1..3].iter().map(|member| member.weight).collect();
            ensure!(told == [weights[0].1, weights[1].1], "{shown} was served, and the roster tells {told:?}");
            return Ok(());
        }
        Err(error) => error,
    };
    let expected = match &reason {
        Refusal::NoShare { node, .. } => {
            let name = ring.roster().get(*node).map(|member| member.name);
            weights
                .iter()
                .position(|(given, _)| Some(given.as_str()) == name)
                .ok_or("a refusal names an index that is not there")?
        }
        _ => 1,
    };
    ensure!(
        position == expected && *name == *weights[position].0,
        "{shown} was refused at {position} ({name}), not {expected}: {reason}"
    );
    let allowed = if K::PROPERTIES.weighted {
        is_lack_of_room(&reason)
    } else {
        reason == Refusal::WeightUnsupported { weight: weights[1].1 }
    };
    ensure!(allowed, "{shown} was refused: {reason}");
    before.check(&ring, "a refused batch of weights")
}
