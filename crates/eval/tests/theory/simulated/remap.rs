//! Movement of keys under exactly uniform algorithms and under `hash % N`.

use annulus::{JumpKernel, RendezvousKernel};
use annulus_core::{ByDigest, Cluster, Digest, Kernel, NodeIndex};
use annulus_eval::stats::{float, remap};

use super::{digests, filled};
use crate::millionth;

const KEYS: u64 = 1_000_000;

/// The seed of each key's owner: indices may change with the membership.
fn owners<K: Kernel>(cluster: &Cluster<K, ()>, digests: &[Digest]) -> Vec<u64> {
    let mut owners = vec![NodeIndex::default(); digests.len()];
    assert_eq!(cluster.locate_batch(digests, &mut owners), digests.len());
    owners.into_iter().map(|index| cluster.roster().nodes().seed(index)).collect()
}

fn moved<K: Kernel>(kernel: K, nodes: u64, more: u64, digests: &[Digest]) -> u64 {
    let mut cluster = filled(kernel, nodes, 0);
    let before = owners(&cluster, digests);
    for newcomer in 0..more {
        cluster.add_consumer(&format!("newcomer {newcomer}"), ()).unwrap();
    }
    before.iter().zip(owners(&cluster, digests)).filter(|(from, to)| **from != *to).count() as u64
}

#[test]
fn a_newcomer_takes_a_binomial_number_of_keys() {
    let digests = digests(1, KEYS);
    for nodes in [10, 100, 1_000] {
        let band = remap::joining_band(nodes, KEYS, millionth()).unwrap();
        for (name, moved) in [
            ("jump", moved(JumpKernel::new(), nodes, 1, &digests)),
            ("rendezvous", moved(RendezvousKernel::new(), nodes, 1, &digests)),
        ] {
            assert!(band.contains(float(moved)), "{name}, N={nodes}: {moved} is not within {band:?}");
        }
    }
}

#[test]
fn growing_at_the_end_moves_what_must_and_modulo_nearly_all() {
    let digests = digests(2, KEYS);
    for nodes in [10, 100, 1_000_u64] {
        let grown = nodes + nodes / 5;
        let band = remap::binomial_band(KEYS, remap::resizing(nodes, grown), millionth());
        let found = moved(JumpKernel::new(), nodes, grown - nodes, &digests);
        assert!(band.contains(float(found)), "N={nodes}: {found} is not within {band:?}");

        let band = remap::binomial_band(KEYS, remap::remainder_joining(nodes), millionth());
        let found = digests.iter().filter(|digest| digest.bits() % nodes != digest.bits() % (nodes + 1)).count();
        assert!(band.contains(float(found)), "modulo, N={nodes}: {found} is not within {band:?}");
    }
}

#[test]
fn jump_moves_what_swapping_the_last_into_the_gap_does() {
    let digests = digests(3, KEYS);
    for nodes in [10, 100, 1_000_u64] {
        // The first leaves, and is not the last.
        let mut jump = filled(JumpKernel::new(), nodes, 0);
        let before = owners(&jump, &digests);
        jump.remove_consumer(&super::name(0, 0));
        let found = before.iter().zip(owners(&jump, &digests)).filter(|(from, to)| **from != *to).count();
        let band = remap::binomial_band(KEYS, remap::swap_last(nodes, false) / float(nodes), millionth());
        assert!(band.contains(float(found)), "N={nodes}: {found} is not within {band:?}");
    }
}
