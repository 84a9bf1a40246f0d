//! What is saved, through a format and back, and what is said when it does not fit.
#![allow(missing_docs)]

use std::fmt;

use annulus_core::{
    Cluster, ConsistentHashRing, DependsOn, HashFn, HistoryError, Kernel, KeyHasher, NodeIndex, Nodes, Properties, RestoreError,
    SaveError, Saved, SipHash, Weight, mix64,
};
use toys::{Greatest, Modulo, Points, Slots};

mod toys;

fn ring() -> Cluster<Points, String> {
    let mut ring = Cluster::new();
    for (name, weight) in [("tokyo", 1), ("oslo", 3), ("lima", 2)] {
        ring.add_weighted_consumer(name, Weight::new(weight).unwrap(), format!("{name}.example")).unwrap();
    }
    ring
}

#[test]
fn saved_as_json_and_back_answers_the_same() {
    let before = ring();
    let json = serde_json::to_string(&before.save().unwrap()).unwrap();
    let saved: Saved<String> = serde_json::from_str(&json).unwrap();
    let after = Cluster::<Points, String>::restore(saved, SipHash::new()).unwrap();
    assert_eq!(after.fingerprint(), before.fingerprint());
    for key in (0..1_000).map(|i| format!("user:{i}")) {
        assert_eq!(after.get_consumer(&key), before.get_consumer(&key), "{key}");
    }
}

#[test]
fn saved_form_holds_members_and_identity_and_no_state() {
    let json = serde_json::to_value(ring().save().unwrap()).unwrap();
    let word = |word: u64| format!("{word:#018x}");
    let (check, fingerprint) = (word(SipHash::new().check()), word(ring().fingerprint()));
    let expected = serde_json::json!({
        "format": 2, "algorithm": "points", "parameters": "", "hasher_check": check, "fingerprint": fingerprint, "history": null,
        "members": [
            { "name": "tokyo", "weight": 1, "data": "tokyo.example" },
            { "name": "oslo", "weight": 3, "data": "oslo.example" },
            { "name": "lima", "weight": 2, "data": "lima.example" },
        ],
    });
    assert_eq!(json, expected);
}

#[test]
fn weight_zero_cannot_be_read_in() {
    let mut json = serde_json::to_value(ring().save().unwrap()).unwrap();
    json["members"][0]["weight"] = 0.into();
    assert!(serde_json::from_value::<Saved<String>>(json).is_err());
}

#[test]
fn what_does_not_fit_is_refused_in_words_that_say_what_to_do() {
    let saved = ring().save().unwrap();
    let error = Cluster::<Points, String>::restore(saved.clone(), SipHash::with_keys(1, 2)).unwrap_err();
    assert_eq!(error, RestoreError::Hasher);
    assert_eq!(error.to_string(), "it was saved under another hasher or another secret; give the same");
    let error = Cluster::<Modulo, String>::restore(saved.clone(), SipHash::new()).unwrap_err();
    assert_eq!(error.to_string(), "it was saved by the algorithm \"points\", and this is \"modulo\"; restore it with that one");
    let mut weighted = saved;
    weighted.algorithm = "greatest".into();
    let error = Cluster::<Greatest, String>::restore(weighted, SipHash::new()).unwrap_err();
    assert!(error.to_string().starts_with("it cannot be restored: consumer \"oslo\" was refused: its weight is 3"), "{error}");
    assert!(std::error::Error::source(&error).is_some());
}

/// Modulo after a shift of the digest: the least that has a parameter.
#[derive(Clone, Default)]
struct Shifted(u32);

impl Kernel for Shifted {
    const PROPERTIES: Properties = Properties::new("shifted", DependsOn::Order).uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: u64) -> NodeIndex {
        Modulo.lookup(nodes, digest >> self.0)
    }
    fn parameters(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bits={}", self.0)
    }
}

#[test]
fn parameters_are_part_of_what_is_saved_and_of_the_fingerprint() {
    let [mut plain, mut shifted] = [Shifted(0), Shifted(8)].map(Cluster::<_, u8>::with_kernel);
    assert_ne!(plain.fingerprint(), shifted.fingerprint());
    for ring in [&mut plain, &mut shifted] {
        ring.add_consumer("a", 1).unwrap();
        ring.add_consumer("b", 2).unwrap();
    }
    assert_ne!(plain.fingerprint(), shifted.fingerprint());
    let saved = shifted.save().unwrap();
    let error = Cluster::<Shifted, u8>::restore(saved.clone(), SipHash::new()).unwrap_err();
    assert_eq!(error, RestoreError::Parameters { expected: "bits=0".into(), found: "bits=8".into() });
    let restored = Cluster::restore_with(saved, Shifted(8), SipHash::new()).unwrap();
    assert_eq!(restored.fingerprint(), shifted.fingerprint());
}

#[test]
fn a_history_is_saved_as_buckets() {
    let mut ring = Cluster::<Slots, u8>::new();
    for (name, data) in [("a", 1), ("b", 2), ("c", 3)] {
        ring.add_consumer(name, data).unwrap();
    }
    ring.remove_consumer("a");
    let json = serde_json::to_value(ring.save().unwrap()).unwrap();
    assert_eq!((&json["history"]["capacity"], &json["history"]["held"]), (&64.into(), &serde_json::json!([2, 1])));
    assert_eq!(json["history"]["freed"].as_array().unwrap().iter().next_back(), Some(&0.into()), "the first slot fell free last");
    let saved: Saved<u8> = serde_json::from_value(json).unwrap();
    let mut restored = Cluster::<Slots, u8>::restore(saved.clone(), SipHash::new()).unwrap();
    assert_eq!(restored.fingerprint(), ring.fingerprint());
    for ring in [&mut ring, &mut restored] {
        ring.add_consumer("d", 4).unwrap();
    }
    assert_eq!(restored.fingerprint(), ring.fingerprint());
    let mut lost = saved.clone();
    lost.history = None;
    let error = Cluster::<Slots, u8>::restore(lost, SipHash::new()).unwrap_err();
    assert_eq!(error, RestoreError::History(HistoryError::Missing));
    let mut twice = saved;
    twice.history.as_mut().unwrap().held = vec![2, 2];
    let error = Cluster::<Slots, u8>::restore(twice, SipHash::new()).unwrap_err();
    assert_eq!(error, RestoreError::History(HistoryError::Twice { bucket: 2 }));
}

/// Depends on its history, and does not tell it.
#[derive(Clone, Default)]
struct Silent(Slots);

impl Kernel for Silent {
    const PROPERTIES: Properties = Slots::PROPERTIES;
    fn rebuild(&mut self, nodes: &Nodes) {
        self.0.rebuild(nodes);
    }
    fn lookup(&self, nodes: &Nodes, digest: u64) -> NodeIndex {
        self.0.lookup(nodes, digest)
    }
}

#[test]
fn a_history_that_is_not_told_is_not_saved() {
    let mut ring = Cluster::<Silent, u8>::new();
    ring.add_consumer("a", 1).unwrap();
    assert_eq!(ring.save().unwrap_err(), SaveError::HistoryUntold);
}

#[test]
fn secrets_and_state_are_not_printed() {
    let mut ring = Cluster::<Points, u8>::with(Points::default(), SipHash::with_keys(0xdead_beef, 0xfeed));
    ring.add_consumer("a", 1).unwrap();
    let printed = format!("{ring:?} {:?} {:x?}", ring.hasher(), ring.hasher());
    assert!(printed.contains("consumers: 1") && printed.len() < 300, "{printed}");
    assert!(!printed.contains("dead") && !printed.contains("3735928559"), "{printed}");
}

#[test]
fn hashers_of_ones_own_are_told_apart_by_their_check() {
    let one = HashFn(|bytes: &[u8]| SipHash::new().hash(bytes));
    let other = HashFn(|bytes: &[u8]| mix64(SipHash::new().hash(bytes)));
    assert_eq!(one.check(), SipHash::new().check(), "the same function under another type is the same hasher");
    assert_ne!(one.check(), other.check());
    let shared = std::sync::Arc::new(SipHash::new());
    assert_eq!((shared.hash(b"a"), shared.check()), (SipHash::new().hash(b"a"), KeyHasher::check(&&SipHash::new())));
}
