//! Laws of size: memory known before building, limits held, removals never refused.

use alloc::{format, vec::Vec};

use super::subject::{Draws, Outcome, Ring, Snapshot, build_if_room, enrol, ensure, few_sizes, memberships, show, weight};
use crate::{ChangeError, ConsistentHashRing, Kernel, Nodes, Refusal, Weight, change::heaviest};

/// `heap_bytes` of a kernel that has built nothing tells what a kernel that has built these members tells.
///
/// # Errors
/// The membership and the two figures.
pub fn memory_is_known_before_building<K: Kernel>(kernel: &K) -> Outcome {
    for members in memberships::<K>(few_sizes().chain([100, 300])) {
        let Some(ring) = build_if_room(kernel, &members)? else { continue };
        let (before, after) = (kernel.heap_bytes(ring.roster().nodes().census()), ring.heap_bytes());
        ensure!(before == after, "{} were to take {before} bytes and take {after}", show(&members));
    }
    Ok(())
}

/// A membership that takes more than the memory limit is refused with both figures and nothing changes; one that takes just as
/// much is served.
///
/// # Errors
/// What was answered instead, or what changed.
pub fn the_memory_limit_holds<K: Kernel>(kernel: &K) -> Outcome {
    for members in memberships::<K>([1, 5, 20]) {
        let limited = |limit| Ring::with_kernel(kernel.clone()).with_memory_limit(limit);
        let Some(ring) = build_if_room(kernel, &members)? else { continue };
        let bytes = ring.heap_bytes();
        let mut just = limited(bytes);
        let answer = enrol(&mut just, &members);
        ensure!(
            answer == Ok(()),
            "{} take {bytes} bytes, and with just that limit adding them answered {answer:?}",
            show(&members)
        );
        let Some(limit) = bytes.checked_sub(1) else { continue };
        let mut short = limited(limit);
        let before = Snapshot::of(&short)?;
        let answer = enrol(&mut short, &members);
        let position = heaviest(members.iter().map(|member| member.weight));
        let as_expected = matches!(&answer, Err(ChangeError { name, position: at, reason: Refusal::TooLarge { bytes: told, limit: of, .. } })
            if (**name == *members[position].name()) && (*at, *told, *of) == (position, bytes, limit));
        ensure!(
            as_expected,
            "{} take {bytes} bytes, and with a limit of {limit} adding them answered {answer:?}",
            show(&members)
        );
        before.check(&short, "a refusal for memory")?;
        grows_to_its_limit(&just, bytes)?;
    }
    Ok(())
}

/// A full ring refuses one more, and a greater weight, exactly if it would take more.
fn grows_to_its_limit<K: Kernel>(full: &Ring<K>, limit: u64) -> Outcome {
    let before = Snapshot::of(full)?;
    let name = full.roster().iter().next().map(|member| member.name).unwrap_or_default();
    let heavier = if K::PROPERTIES.weighted { weight(40) } else { Weight::ONE };
    for change in ["one more", "a greater weight", "all weights greater"] {
        let mut ring = full.clone();
        let answer = match change {
            "one more" => ring.add_consumer("one more", 1).map_err(|error| error.reason),
            "a greater weight" => ring.set_weight(name, heavier).map(|_| ()).map_err(|error| error.reason),
            _ => {
                let names: Vec<_> = full.roster().iter().map(|member| (member.name, heavier)).collect();
                ring.set_weights(&mut names.into_iter()).map(|_| ()).map_err(|error| error.reason)
            }
        };
        match answer {
            Ok(()) => {
                let bytes = ring.heap_bytes();
                ensure!(bytes <= limit, "{change} was served with {bytes} bytes, over the limit of {limit}");
            }
            Err(Refusal::TooLarge { bytes, limit: told, .. }) => {
                ensure!(
                    bytes > limit && told == limit,
                    "{change} was refused for {bytes} bytes and a limit of {told}, not {limit}"
                );
                before.check(&ring, "a refusal for memory")?;
            }
            Err(other) => return Err(format!("{change} was refused: {other}")),
        }
    }
    Ok(())
}

/// Whatever membership is admitted, each of its members may leave: what is left is admitted too.
///
/// # Errors
/// The membership and the member whose leaving would have to be refused.
pub fn no_removal_needs_refusing<K: Kernel>(kernel: &K) -> Outcome {
    let mut draws = Draws::new(101);
    for _ in 0..300 {
        let mut nodes = Nodes::default();
        for _ in 0..=draws.below(30) {
            // Skewed weights: the least shares are where a removal might upset an admission.
            let to = if K::PROPERTIES.weighted { weight(1 << draws.below(16)) } else { Weight::ONE };
            nodes.push(draws.next(), to);
        }
        if kernel.admit(&nodes).is_err() {
            continue;
        }
        for index in nodes.indices() {
            let mut left = nodes.clone();
            left.swap_remove(index);
            if let Err(reason) = kernel.admit(&left) {
                return Err(format!(
                    "{} consumers of weights {:?} are admitted, and without the one at {index} they are not: {reason}",
                    nodes.len(),
                    nodes.weights()
                ));
            }
        }
    }
    Ok(())
}
