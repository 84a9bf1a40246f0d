//! The mapping, pinned: a change here is value-breaking, and the changelog says so.

use annulus_core::{mix, mix64};
use annulus_jump::{ConsistentHashRing, JumpHash, NodeIndex};

/// Keys and the consumers they belong to among `node-0` … `node-99`, under the default hasher and the default parameters.
const GOLDEN: [(&str, &str); 12] = [
    ("", "node-73"),
    ("a", "node-69"),
    ("key", "node-61"),
    ("user:42", "node-20"),
    ("user:43", "node-44"),
    ("/index.html", "node-65"),
    ("10.0.0.1", "node-24"),
    ("2001:db8::1", "node-14"),
    ("2026-01-31", "node-80"),
    ("Zürich", "node-26"),
    ("кошка", "node-2"),
    ("a key of more than sixteen bytes, to cross a block of the hasher", "node-46"),
];

/// A hundred consumers, each with its name as its data.
fn hundred() -> JumpHash<String> {
    let mut jump = JumpHash::new();
    for node in 0..100 {
        let name = format!("node-{node}");
        jump.add_consumer(&name.clone(), name).expect("room for it");
    }
    jump
}

/// The answers to the digests `mix(0, 0)`, `mix(0, 1)`, … to a million, chained into one number.
fn checksum(jump: &JumpHash<String>) -> u64 {
    let answer = |i| u64::from(jump.locate(mix(0, i)).expect("there are consumers").get());
    (0..1_000_000).fold(0, |chain, i| mix64(chain ^ answer(i)))
}

#[test]
fn keys_belong_where_they_did() {
    let jump = hundred();
    for (key, name) in GOLDEN {
        assert_eq!(jump.get_consumer(key).map(String::as_str), Some(name), "key {key:?}");
    }
}

#[test]
fn a_million_answers_are_as_they_were() {
    assert_eq!(format!("{:#018x}", checksum(&hundred())), "0xd4e708665ba1213d");
}

#[test]
fn replicas_are_as_they_were() {
    let jump = hundred();
    let mut replicas = [NodeIndex::default(); 3];
    let sum = (0..100_000).fold(0, |chain, i| {
        assert_eq!(jump.locate_n(mix(0, i), &mut replicas), 3);
        replicas.iter().fold(chain, |chain, index| mix64(chain ^ u64::from(index.get())))
    });
    assert_eq!(format!("{sum:#018x}"), "0x76c7fa3bb62bb8b1");
}

#[test]
fn the_fingerprint_is_as_it_was() {
    assert_eq!(format!("{:#018x}", hundred().fingerprint()), "0x19efa7784393f72a");
}
