//! What is saved, through a format and back, and what is said when it does not fit.
#![allow(missing_docs)]

use std::fmt;

use annulus_core::{
    Cluster, DependsOn, Digest, HashFn, HistoryError, Kernel, KeyHasher, NodeIndex, Nodes, Properties, RestoreError, SaveError,
    Saved, SipHash, Weight, mix64,
};
use toys::{Modulo, Points, Slots};

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
    assert_eq!(error.to_string(), "it was saved under another hasher or another secret; give the same to `restore_with`");
    let error = Cluster::<Modulo, String>::restore(saved.clone(), SipHash::new()).unwrap_err();
    assert_eq!(error.to_string(), "it was saved by the algorithm \"points\", and this is \"modulo\"; restore it with that one");
    let error = Cluster::<Points, String>::restore_within(saved.clone(), Points::default(), SipHash::new(), 100).unwrap_err();
    assert_eq!(
        error.to_string(),
        "it cannot be restored: the state would take 768 bytes, and the memory limit is 100 bytes; allow more with `restore_within`"
    );
    assert!(std::error::Error::source(&error).is_none(), "its message has it all");
    let mut renamed = saved;
    renamed.members[1].name = "Oslo".into();
    let error = Cluster::<Points, String>::restore(renamed, SipHash::new()).unwrap_err().to_string();
    assert!(error.starts_with("it is not as it was saved: the members or their weights have changed (fingerprint 0x"), "{error}");
    assert!(error.ends_with("restore an unchanged copy, or add the members to a new cluster if the change was meant"), "{error}");
}

/// Modulo after a shift of the digest: the least that has a parameter.
#[derive(Clone, Default)]
struct Shifted(u32);

impl Kernel for Shifted {
    const PROPERTIES: Properties = Properties::new("shifted", DependsOn::Order).uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        Modulo.lookup(nodes, Digest::of_hash(digest.bits() >> self.0))
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
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
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

/// The hasher of key-value stores in which only the text inside `{}` counts, where there is some.
fn tagged() -> HashFn<impl Fn(&[u8]) -> u64 + Clone> {
    HashFn(|bytes: &[u8]| {
        let open = bytes.iter().position(|&byte| byte == b'{');
        let rest = open.map(|open| &bytes[open + 1..]);
        let tag =
            rest.and_then(|rest| rest.split(|&byte| byte == b'}').next().filter(|tag| !tag.is_empty() && tag.len() < rest.len()));
        SipHash::new().hash(tag.unwrap_or(bytes))
    })
}

#[test]
fn hashers_that_agree_on_every_name_are_told_apart() {
    let mut plain = Cluster::<Points, u8>::new();
    let mut braces = Cluster::<Points, u8, _>::with(Points::default(), tagged());
    for node in 0..10 {
        plain.add_consumer(&format!("cache-{node}"), node).unwrap();
        braces.add_consumer(&format!("cache-{node}"), node).unwrap();
    }
    assert_eq!(plain.get_consumer("user:42"), braces.get_consumer("user:42"));
    assert_ne!(plain.get_consumer("{user}:42"), braces.get_consumer("{user}:42"));
    assert_ne!(plain.fingerprint(), braces.fingerprint());
    let restored = Cluster::<Points, u8, _>::restore(plain.save().unwrap(), tagged());
    assert_eq!(restored.unwrap_err(), RestoreError::Hasher);
}

/// What tools do that know floating point only: JavaScript, jq, a parser told to read all numbers as floats.
fn floating(json: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match json {
        Value::Number(number) => Value::from(number.as_f64().unwrap()),
        Value::Array(items) => items.into_iter().map(floating).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, floating(value))).collect(),
        other => other,
    }
}

#[test]
fn what_went_through_floating_point_is_restored() {
    let json = floating(serde_json::to_value(ring().save().unwrap()).unwrap());
    assert_eq!((&json["format"], &json["members"][1]["weight"]), (&serde_json::json!(2.0), &serde_json::json!(3.0)));
    let saved: Saved<String> = serde_json::from_value(json).unwrap();
    assert_eq!(Cluster::<Points, String>::restore(saved, SipHash::new()).unwrap().fingerprint(), ring().fingerprint());
    let mut history = Cluster::<Slots, String>::new();
    history.add_consumer("a", "a.example".into()).unwrap();
    let saved: Saved<String> = serde_json::from_value(floating(serde_json::to_value(history.save().unwrap()).unwrap())).unwrap();
    assert_eq!(Cluster::<Slots, String>::restore(saved, SipHash::new()).unwrap().fingerprint(), history.fingerprint());
}

#[test]
fn what_is_no_save_of_this_format_is_refused_in_words() {
    let said = |json: &str| serde_json::from_str::<Saved<u8>>(json).unwrap_err().to_string();
    let earlier = "it is saved in format 1, and this release reads format 2: an earlier release wrote format 1";
    let fields = r#""algorithm":"ring","parameters":687194767361,"hasher_check":2736915089954031298,"members":[{"name":"a","weight":1,"data":1}]"#;
    assert!(said(&format!(r#"{{"format":1,{fields}}}"#)).starts_with(earlier));
    assert!(said(&format!(r#"{{{fields},"format":1}}"#)).starts_with(earlier), "whatever comes first");
    assert!(said(r#"{"format":1,"hasher_check":[],"members":7}"#).starts_with(earlier), "before anything else is read");
    assert!(said(r#"{"format":1.0}"#).starts_with(earlier));
    assert!(
        said(r#"{"format":3,"more":[]}"#)
            .starts_with("it is saved in format 3, and this release reads format 2: a later release")
    );
    assert!(said(r#"{"name":"cache-1"}"#).starts_with("this is no saved cluster: it has no field `format`"));
    for list in ["[]", "[7, 8]", r#"[{"name":"a","weight":1,"data":1}]"#] {
        assert!(said(list).starts_with("this is no saved cluster: it is a list, and not a map of fields"), "{list}");
    }
    for other in ["7", "null", "\"ring\""] {
        assert!(said(other).contains("expected a saved cluster, which is a map with the fields `format`"), "{other}");
    }
    let number = r#"{"format":2,"algorithm":"a","parameters":"","hasher_check":1,"fingerprint":"","history":null,"members":[]}"#;
    assert!(
        said(number)
            .starts_with("`hasher_check` is a number, and must be text as it was saved: tools that read such numbers round them")
    );
    let short = number.replace("\"hasher_check\":1", "\"hasher_check\":\"0x1\"");
    assert!(said(&short).starts_with("`hasher_check` is \"0x1\", and not 0x and 16 hexadecimal digits"));
    assert!(said(&number.replace("\"history\":null", "\"histroy\":null")).contains("unknown field `histroy`"));
    assert!(said(r#"{"format":2,"format":2}"#).contains("the field `format` stands there twice"));
}

#[test]
fn a_binary_format_carries_numbers_as_they_are() {
    let mut history = Cluster::<Slots, u8>::new();
    for node in 0..10 {
        history.add_consumer(&format!("node-{node}"), node).unwrap();
    }
    history.remove_consumer("node-3");
    let mut bytes = postcard::to_allocvec(&history.save().unwrap()).unwrap();
    let saved: Saved<u8> = postcard::from_bytes(&bytes).unwrap();
    let restored = Cluster::<Slots, u8>::restore(saved, SipHash::new()).unwrap();
    assert_eq!(restored.fingerprint(), history.fingerprint());
    // The first byte is the format.
    bytes[0] = 1;
    assert!(postcard::from_bytes::<Saved<u8>>(&bytes).is_err());
}
