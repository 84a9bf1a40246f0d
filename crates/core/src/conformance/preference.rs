//! Laws of the preference order: every consumer once, owner first, and what stands on it.

use alloc::{vec, vec::Vec};
use core::ops::ControlFlow;

use super::subject::{Outcome, Ring, build_if_room, digests, ensure, few_sizes, given, memberships, order, owners, show, sizes};
use crate::{ByDigest, ConsistentHashRing, Digest, Kernel, NodeIndex};

/// Written where a look-up must not write.
const UNTOUCHED: NodeIndex = NodeIndex::new(u32::MAX);

/// The order visits every consumer, each once, the owner first, and stops when told to.
///
/// # Errors
/// The digest whose order does not.
pub fn preference_order_visits_each_once_owner_first<K: Kernel>(kernel: &K) -> Outcome {
    for members in memberships::<K>(sizes()) {
        let Some(ring) = build_if_room(kernel, &members)? else { continue };
        let digests = digests(61, if members.len() > 40 { 20 } else { 90 });
        let owners = owners(&ring, &digests)?;
        for (&digest, owner) in digests.iter().zip(owners) {
            let visited = order(&ring, digest)?;
            let mut sorted = visited.clone();
            sorted.sort_unstable();
            sorted.dedup();
            ensure!(
                visited.len() == members.len() && sorted.len() == members.len(),
                "the preference order of digest {digest:#x} made {} visits to {} of {}",
                visited.len(),
                sorted.len(),
                show(&members)
            );
            ensure!(
                visited[0] == owner,
                "the preference order of digest {digest:#x} starts with consumer-{} and its owner is consumer-{owner}; {}",
                visited[0],
                show(&members)
            );
        }
        stops_when_told(&ring, digests[0])?;
    }
    Ok(())
}

fn stops_when_told<K: Kernel>(ring: &Ring<K>, digest: Digest) -> Outcome {
    for wanted in 1..=ring.roster().len() {
        let mut visits = 0;
        ring.walk(digest, &mut |_| {
            visits += 1;
            if visits >= wanted { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        ensure!(visits == wanted, "told to stop at visit {wanted}, the walk of digest {digest:#x} made {visits}");
    }
    Ok(())
}

/// `locate_n` fills with the first n of the order, for every n, and touches nothing past them.
///
/// # Errors
/// The digest and n for which it does not.
pub fn the_first_n_are_a_prefix_of_the_order<K: Kernel>(kernel: &K) -> Outcome {
    for members in memberships::<K>(few_sizes().chain([100])) {
        let Some(ring) = build_if_room(kernel, &members)? else { continue };
        for digest in digests(62, 10) {
            let whole = order(&ring, digest)?;
            for n in 0..=members.len() + 3 {
                let mut out = vec![UNTOUCHED; n];
                let found = ring.locate_n(digest, &mut out);
                ensure!(
                    found == n.min(members.len()),
                    "locate_n of digest {digest:#x} and {n} found {found} of {}",
                    show(&members)
                );
                let first: Vec<u64> = out[..found].iter().filter_map(|&index| ring.roster().info(index).copied()).collect();
                ensure!(
                    first[..] == whole[..found],
                    "locate_n of digest {digest:#x} and {n} is {first:?}, and the order starts {:?}; {}",
                    &whole[..found],
                    show(&members)
                );
                ensure!(out[found..].iter().all(|&index| index == UNTOUCHED), "locate_n wrote past the {found} it found");
            }
        }
    }
    Ok(())
}

/// `get_consumers` returns the first n, all where n is `usize::MAX`, none where it is 0; `find_consumer` the first that is taken.
///
/// # Errors
/// The key for which they do not.
pub fn consumers_come_in_preference_order<K: Kernel>(kernel: &K) -> Outcome {
    for members in memberships::<K>(few_sizes()) {
        let Some(ring) = build_if_room(kernel, &members)? else { continue };
        for key in ["", "a", "user:42", "user:43"] {
            let digest = ring.digest(key.as_bytes());
            let whole = order(&ring, digest)?;
            for n in [0, 1, 2, 3, members.len(), members.len() + 1, usize::MAX] {
                let found: Vec<u64> = ring.get_consumers(key, n).into_iter().copied().collect();
                ensure!(
                    found[..] == whole[..n.min(whole.len())],
                    "get_consumers({key:?}, {n}) is {found:?}, and the order is {whole:?}"
                );
            }
            for &wanted in &whole {
                let mut asked = Vec::new();
                let found = ring.find_consumer(key.as_bytes(), &mut |member| {
                    asked.push(*member.info);
                    *member.info == wanted
                });
                let found = found.map(|member| *member.info);
                ensure!(found == Some(wanted), "find_consumer for consumer-{wanted} answered {found:?} for the key {key:?}");
                ensure!(
                    whole.starts_with(&asked) && asked.last() == Some(&wanted),
                    "find_consumer asked {asked:?}, and the order is {whole:?}"
                );
            }
            let found = ring.find_consumer(key.as_bytes(), &mut |_| false);
            ensure!(found.is_none(), "find_consumer answered {found:?} though nobody was taken of {}", show(&given(&ring)));
        }
    }
    Ok(())
}
