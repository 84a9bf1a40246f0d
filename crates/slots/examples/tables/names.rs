//! Clusters of random names.

use annulus_core::{Cluster, ConsistentHashRing, Digest, Kernel, NodeIndex, SipHash, Weight, mix};
use annulus_slots::ByDigest;

/// Nodes of set `set` of names, with weights by position. The data of each is its position.
pub(crate) fn cluster<K: Kernel>(kernel: K, set: u64, nodes: u32, weight: impl Fn(u32) -> u32) -> Cluster<K, u32, SipHash> {
    let names: Vec<String> = (0..nodes).map(|node| format!("node-{:x}", mix(set, node.into()))).collect();
    let mut cluster = Cluster::<K, u32>::with_kernel(kernel);
    let weight = |node: u32| Weight::new(weight(node)).expect("not zero");
    let members = (0..).zip(&names).map(|(node, name)| (name.as_str(), weight(node), node));
    cluster.add_consumers(&mut members.into_iter()).expect("slots for all");
    cluster
}

/// Equal nodes.
pub(crate) fn equal<K: Kernel>(kernel: K, set: u64, nodes: u32) -> Cluster<K, u32, SipHash> {
    cluster(kernel, set, nodes, |_| 1)
}

/// The first digest of each slot of a table.
pub(crate) fn firsts(slots: u32) -> Vec<Digest> {
    let first = |slot: u32| (u128::from(slot) << 64).div_ceil(slots.into());
    (0..slots).map(|slot| Digest::of_hash(u64::try_from(first(slot)).expect("64 bits"))).collect()
}

/// The data of the owner of each digest.
pub(crate) fn owners<K: Kernel>(cluster: &Cluster<K, u32, SipHash>, digests: &[Digest]) -> Vec<u32> {
    let mut found = vec![NodeIndex::default(); digests.len()];
    cluster.locate_batch(digests, &mut found);
    found.into_iter().map(|index| *cluster.roster().info(index).expect("an owner")).collect()
}

/// Mean and its standard error.
pub(crate) fn mean(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / count / (count - 1.0).max(1.0)).sqrt())
}
