//! The mapping, pinned: a change here is value-breaking, and the changelog says so.

use annulus_core::{mix, mix64};
use annulus_ring::{ConsistentHashRing, HashRing, NodeIndex, Weight};

/// Keys and the consumers they belong to among `node-0` … `node-99`, under the default hasher and the default parameters.
const GOLDEN: [(&str, &str); 12] = [
    ("", "node-92"),
    ("a", "node-24"),
    ("key", "node-71"),
    ("user:42", "node-19"),
    ("user:43", "node-21"),
    ("/index.html", "node-49"),
    ("10.0.0.1", "node-57"),
    ("2001:db8::1", "node-92"),
    ("2026-01-31", "node-69"),
    ("Zürich", "node-16"),
    ("кошка", "node-85"),
    ("a key of more than sixteen bytes, to cross a block of the hasher", "node-8"),
];

/// A hundred consumers, each with its name as its data.
fn hundred(weight: fn(u32) -> u32) -> HashRing<String> {
    let mut ring = HashRing::new();
    for node in 0..100 {
        let name = format!("node-{node}");
        let weight = Weight::new(weight(node)).expect("not zero");
        ring.add_weighted_consumer(&name.clone(), weight, name).expect("room for it");
    }
    ring
}

/// The answers to the digests `mix(0, 0)`, `mix(0, 1)`, … to a million, chained into one number.
fn checksum(ring: &HashRing<String>) -> u64 {
    let answer = |i| u64::from(ring.locate(mix(0, i)).expect("there are consumers").get());
    (0..1_000_000).fold(0, |chain, i| mix64(chain ^ answer(i)))
}

#[test]
fn keys_belong_where_they_did() {
    let ring = hundred(|_| 1);
    for (key, name) in GOLDEN {
        assert_eq!(ring.get_consumer(key).map(String::as_str), Some(name), "key {key:?}");
    }
}

#[test]
fn a_million_answers_are_as_they_were() {
    assert_eq!(format!("{:#018x}", checksum(&hundred(|_| 1))), "0x31e07615bdd59deb");
}

#[test]
fn a_million_weighted_answers_are_as_they_were() {
    assert_eq!(format!("{:#018x}", checksum(&hundred(|node| 1 + node % 10))), "0x60ce363eba98cedc");
}

#[test]
fn replicas_are_as_they_were() {
    let ring = hundred(|_| 1);
    let mut replicas = [NodeIndex::default(); 3];
    let sum = (0..100_000).fold(0, |chain, i| {
        assert_eq!(ring.locate_n(mix(0, i), &mut replicas), 3);
        replicas.iter().fold(chain, |chain, index| mix64(chain ^ u64::from(index.get())))
    });
    assert_eq!(format!("{sum:#018x}"), "0x53ecf30daba68c9a");
}

#[test]
fn the_fingerprint_is_as_it_was() {
    assert_eq!(format!("{:#018x}", hundred(|_| 1).fingerprint()), "0x215c7025c990983b");
}
