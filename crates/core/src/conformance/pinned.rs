//! A mapping, pinned: what a release must not change unless it says so.

use alloc::{format, string::String, vec::Vec};

use super::subject::{Outcome, ensure, weight};
use crate::{ByDigest, Cluster, ConsistentHashRing, Digest, Kernel, NodeIndex, mix, mix64};

/// How many consumers the pinned cluster has.
const CONSUMERS: u32 = 100;

/// How many digests are asked for their owners, and how many for their first three consumers.
const OWNERS: u64 = 1_000_000;
const REPLICAS: u64 = 100_000;

/// What a mapping is known by: written into a test once, and changed by a value-breaking release only.
///
/// All of it is of a hundred consumers, `node-0` to `node-99`, added in this order under the default hasher. To begin, write
/// zeros and some keys: the failure tells what belongs there.
///
/// ```
/// use annulus_core::conformance::pinned::Pins;
/// use annulus_jump::JumpKernel as MyKernel; // yours
///
/// const PINS: Pins =
///     Pins { golden: &[("user:42", "node-1")], owners: 0, weighted_owners: None, replicas: 0, fingerprint: 0 };
/// let moved = PINS.check(&MyKernel::default()).unwrap_err();
/// assert!(moved.contains("the key `user:42` belongs to node-") && moved.contains(", and node-1 is pinned"));
/// assert!(moved.contains("fingerprint is 0x"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pins {
    /// Keys, and the consumers that they belong to.
    pub golden: &'static [(&'static str, &'static str)],
    /// A checksum over the owners of a million digests, `mix(0, 0)`, `mix(0, 1)` and so on.
    pub owners: u64,
    /// The same where the consumers weigh 1, 2, … 10 in turn; `None` where the algorithm promises no weights.
    pub weighted_owners: Option<u64>,
    /// A checksum over the first three consumers of the first 100,000 of those digests.
    pub replicas: u64,
    /// The fingerprint of the equal consumers.
    pub fingerprint: u64,
}

impl Pins {
    /// Holds a kernel to what is pinned. A second or less in an optimised build.
    ///
    /// # Errors
    /// Every key and number that is not as pinned, with what it is.
    pub fn check<K: Kernel>(&self, kernel: &K) -> Outcome {
        ensure!(!self.golden.is_empty(), "no key is pinned; name some in `golden`");
        let equal = hundred(kernel, |_| 1)?;
        let mut otherwise = self.moved(&equal);
        let weighted = if K::PROPERTIES.weighted { Some(owners(&hundred(kernel, |node| 1 + node % 10)?)) } else { None };
        let numbers = [
            ("owners", Some(owners(&equal)), Some(self.owners)),
            ("weighted_owners", weighted, self.weighted_owners),
            ("replicas", Some(replicas(&equal)), Some(self.replicas)),
            ("fingerprint", Some(equal.fingerprint()), Some(self.fingerprint)),
        ];
        let differs = numbers.iter().filter(|(_, is, pinned)| is != pinned);
        otherwise.extend(differs.map(|(name, is, pinned)| format!("{name} is {}, and {} is pinned", hex(*is), hex(*pinned))));
        ensure!(otherwise.is_empty(), "{} is not the mapping that is pinned: {}", K::PROPERTIES.algorithm, otherwise.join("; "));
        Ok(())
    }

    /// The golden keys that belong elsewhere, in words.
    fn moved<K: Kernel>(&self, cluster: &Cluster<K, String>) -> Vec<String> {
        let moved = self.golden.iter().filter_map(|&(key, pinned)| {
            let owner = cluster.get_consumer(key).map_or("nobody", String::as_str);
            (owner != pinned).then(|| format!("the key `{key}` belongs to {owner}, and {pinned} is pinned"))
        });
        moved.collect()
    }
}

fn hex(number: Option<u64>) -> String {
    number.map_or_else(|| "none".into(), |number| format!("{number:#018x}"))
}

/// The consumers, each with its name as its data.
fn hundred<K: Kernel>(kernel: &K, weigh: fn(u32) -> u32) -> Result<Cluster<K, String>, String> {
    let mut cluster = Cluster::with_kernel(kernel.clone());
    let members: Vec<_> = (0..CONSUMERS).map(|node| (format!("node-{node}"), weight(weigh(node)))).collect();
    let added = cluster.add_consumers(&mut members.iter().map(|(name, weight)| (name.as_str(), *weight, name.clone())));
    added.map_err(|error| format!("the {CONSUMERS} consumers of the pinned mapping: {error}"))?;
    Ok(cluster)
}

fn owners<K: Kernel>(cluster: &Cluster<K, String>) -> u64 {
    (0..OWNERS).filter_map(|i| cluster.locate(Digest::of_hash(mix(0, i)))).fold(0, chain)
}

fn replicas<K: Kernel>(cluster: &Cluster<K, String>) -> u64 {
    let mut first = [NodeIndex::default(); 3];
    (0..REPLICAS).fold(0, |sum, i| {
        let found = cluster.locate_n(Digest::of_hash(mix(0, i)), &mut first);
        first[..found].iter().copied().fold(sum, chain)
    })
}

fn chain(sum: u64, answer: NodeIndex) -> u64 {
    mix64(sum ^ u64::from(answer.get()))
}
