//! Fleets of numbered nodes under each algorithm, keys, and what moved between two of them.

use annulus_core::{ByDigest, ConsistentHashRing, Digest, KeyHasher, SipHash, Weight};
use annulus_jump::JumpHash;
use annulus_maglev::Maglev;
use annulus_rendezvous::Rendezvous;
use annulus_ring::HashRing;

/// A fleet whose nodes' data is their number.
pub type Fleet = Box<dyn ByDigest<ConsumerInfo = usize>>;

/// Makes an empty fleet.
pub type New = fn() -> Fleet;

/// The four with their defaults, in the order of the tables.
pub const ALGORITHMS: [(&str, New); 4] = [
    ("ring", || Box::new(HashRing::new())),
    ("jump", || Box::new(JumpHash::new())),
    ("rendezvous", || Box::new(Rendezvous::new())),
    ("maglev", || Box::new(Maglev::new())),
];

/// The name of a node in the fleet of one set of names.
pub fn name(set: usize, node: usize) -> String {
    format!("cache-{set}-{node}.example.net")
}

/// `fleet` with the nodes of these numbers.
pub fn fill(mut fleet: Fleet, set: usize, nodes: impl IntoIterator<Item = usize>) -> Fleet {
    fill_weighted(fleet.as_contract_mut(), set, nodes.into_iter().map(|node| (node, Weight::ONE)));
    fleet
}

/// The nodes of these numbers and weights, all at once.
pub fn fill_weighted(
    fleet: &mut dyn ConsistentHashRing<ConsumerInfo = usize>,
    set: usize,
    nodes: impl IntoIterator<Item = (usize, Weight)>,
) {
    let named: Vec<_> = nodes.into_iter().map(|(node, weight)| (name(set, node), weight, node)).collect();
    let added = fleet.add_consumers(&mut named.iter().map(|(name, weight, node)| (name.as_str(), *weight, *node)));
    added.expect("a hundred nodes of small weights fit everywhere");
}

/// `count` keys: `user:0`, `user:1` and so on.
pub fn keys(count: usize) -> impl Iterator<Item = String> {
    (0..count).map(|key| format!("user:{key}"))
}

/// The same, hashed.
pub fn digests(count: usize) -> Vec<Digest> {
    keys(count).map(|key| SipHash::new().digest(key.as_bytes())).collect()
}

/// Every digest's owner, by number.
pub fn owners(fleet: &Fleet, digests: &[Digest]) -> Vec<usize> {
    let owner = |&digest: &Digest| {
        let index = fleet.locate(digest).expect("the fleet has nodes");
        *fleet.roster().info(index).expect("it was just found")
    };
    digests.iter().map(owner).collect()
}

/// What became of the keys of a fleet.
pub struct Moved {
    /// Of all keys, the fraction that moved.
    pub fraction: f64,
    /// Of all keys, the fraction that moved between two nodes that were there before and after.
    pub needless: f64,
}

/// Compares owners before and after; `changed` are the nodes that joined or left.
pub fn moved(before: &[usize], after: &[usize], changed: &[usize]) -> Moved {
    let pairs = || before.iter().zip(after).filter(|(from, to)| from != to);
    let stayed = |node: &usize| !changed.contains(node);
    let of_all = |count: usize| count as f64 / before.len() as f64;
    Moved { fraction: of_all(pairs().count()), needless: of_all(pairs().filter(|(from, to)| stayed(from) && stayed(to)).count()) }
}
