//! Specs: read, printed, explained, built, saved and restored.
#![allow(missing_docs)]
#![cfg(all(feature = "ring", feature = "jump", feature = "rendezvous", feature = "maglev"))]

use annulus::{
    ByDigest, Bytes, ConsistentHashRing, DependsOn, Hash, HashRing, KeyHasher, MaglevKernel, Refusal, Rendezvous, RestoreError,
    Ring, RingKernel, SipHash, Spec, Weight, catalogue,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

fn spec(text: &str) -> Spec {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

/// Primes among the first numbers past any start.
fn prime_from(start: u32) -> u32 {
    (start..).find(|&slots| MaglevKernel::with_slots(slots).is_ok()).unwrap()
}

/// Any spec, in words that need not be the shortest.
fn any_spec() -> impl Strategy<Value = String> {
    let algorithm = prop_oneof![
        Just(("jump", None)),
        Just(("rendezvous", None)),
        Just(("ring", None)),
        (1..5_000_u32).prop_map(|points| ("ring", Some(format!("points={points}")))),
        (1..5_000_u32, 1..u32::MAX).prop_map(|(points, unit)| ("ring", Some(format!("points={points}/{unit}")))),
        (2..2_000_000_u32).prop_map(|start| ("maglev", Some(format!("slots={}", prime_from(start))))),
    ];
    let hashes = if cfg!(feature = "xxh3") { &["hash=siphash", "hash=xxh3"][..] } else { &["hash=siphash"] };
    let hash = proptest::option::of(proptest::sample::select(hashes).prop_map(str::to_owned));
    let memory = proptest::option::of(any::<u64>().prop_map(|bytes| format!("memory={}", Bytes(bytes))));
    (algorithm, hash, memory, any::<bool>()).prop_map(|((name, own), hash, memory, turned)| {
        let mut parameters: Vec<String> = [own, hash, memory].into_iter().flatten().collect();
        if turned {
            parameters.reverse();
        }
        if parameters.is_empty() { name.to_owned() } else { format!("{name}:{}", parameters.join(",")) }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn printing_and_parsing_agree(text in any_spec()) {
        let read = spec(&text);
        let printed = read.to_string();
        prop_assert_eq!(&spec(&printed), &read, "{} printed as {}", text, printed);
        prop_assert!(printed.len() <= text.len(), "{} printed as {}", text, printed);
        prop_assert_eq!(spec(&printed).to_string(), printed);
    }

    #[test]
    fn any_text_is_read_or_explained(text in "[a-z:=,/0-9 ]{0,24}") {
        if let Err(error) = text.parse::<Spec>() {
            prop_assert!(error.to_string().contains("write ") || error.to_string().contains("must be at least"), "{}", error);
            prop_assert_eq!(error.to_string().lines().count(), 1);
        }
    }
}

#[test]
fn the_shortest_text_is_printed() {
    for (text, printed) in [
        ("ring", "ring"),
        ("ring:points=160", "ring"),
        ("ring:points=160/1", "ring"),
        (" ring:points=320 ", "ring:points=320"),
        ("ring:memory=256MB,points=160/1000", "ring:points=160/1000"),
        ("maglev:slots=65537", "maglev"),
        ("jump:hash=siphash", "jump"),
        ("rendezvous:memory=4000000000", "rendezvous:memory=4GB"),
    ] {
        assert_eq!(spec(text).to_string(), printed, "{text}");
    }
    assert_eq!(format!("{:?}", spec("maglev:slots=5003")), "Spec(maglev:slots=5003)");
}

const NEARLY: &str = "names no algorithm; write `ring`, in lower case and without blanks, and parameters after a colon";
const NO_ALGORITHM: &str = if cfg!(feature = "slots") {
    "names no algorithm; write ring, jump, rendezvous, maglev or slots, and parameters after a colon, as NAME:parameter=value"
} else {
    "names no algorithm; write ring, jump, rendezvous or maglev, and parameters after a colon, as NAME:parameter=value"
};
const POINTS: &str = "write a whole number, as points=160, or points=160/16000 for 160 points for each 16000 units of weight";
const SIZE: &str = "is no size of memory; write a whole number with B, kB, MB, GB, TB, KiB, MiB or GiB, as 4GB";
const PARAMETER: &str = "write name=value, as points=160";

#[test]
fn what_is_wrong_says_what_to_write() {
    let wrong = [
        ("", format!("`` {NO_ALGORITHM}")),
        ("rign", format!("`rign` {NO_ALGORITHM}")),
        ("ring points=160", format!("`ring points=160` {NEARLY}")),
        ("Ring", format!("`Ring` {NEARLY}")),
        ("RING:points=160", format!("`RING:points=160` {NEARLY}")),
        ("ring :points=160", format!("`ring :points=160` {NEARLY}")),
        ("ring: points=160", "`ring: points=160`: ` points` has blanks; write parameters without, as points=160".into()),
        ("ring:points = 160", "`ring:points = 160`: `points ` has blanks; write parameters without, as points=160".into()),
        ("ring,points=160", format!("`ring,points=160` {NO_ALGORITHM}")),
        ("ring(160)", format!("`ring(160)` {NO_ALGORITHM}")),
        ("modulo", format!("`modulo` {NO_ALGORITHM}")),
        (":points=160", format!("`:points=160` {NO_ALGORITHM}")),
        ("ring:", format!("`ring:`: a parameter is missing; {PARAMETER}")),
        ("ring:points=160,", format!("`ring:points=160,`: a parameter is missing; {PARAMETER}")),
        ("ring:160", format!("`ring:160`: `160` is no parameter; {PARAMETER}")),
        ("ring:points", format!("`ring:points`: `points` is no parameter; {PARAMETER}")),
        ("ring:points=", format!("`ring:points=`: `points=` is no parameter; {PARAMETER}")),
        ("ring:points=many", format!("`ring:points=many`: `points=many`: {POINTS}")),
        ("ring:points=1.5", format!("`ring:points=1.5`: `points=1.5`: {POINTS}")),
        ("ring:points=-1", format!("`ring:points=-1`: `points=-1`: {POINTS}")),
        ("ring:points=160/", format!("`ring:points=160/`: `points=160/`: {POINTS}")),
        ("ring:points=4294967296", format!("`ring:points=4294967296`: `points=4294967296`: {POINTS}")),
        (
            "ring:points=0/7",
            "`ring:points=0/7`: `points=0/7`: points and units of weight must be at least 1, and they are 0 and 7".into(),
        ),
        ("ring:points=1,points=2", "`ring:points=1,points=2`: `points` is there twice; write it once".into()),
        ("ring:slots=7", "`ring:slots=7`: `ring` has no parameter `slots`; write points, hash or memory".into()),
        ("jump:points=1", "`jump:points=1`: `jump` has no parameter `points`; write hash or memory".into()),
        (
            "maglev:slots=65536",
            "`maglev:slots=65536`: `slots=65536`: 65536 slots is not a prime number; the next is 65537".into(),
        ),
        ("maglev:slots=few", "`maglev:slots=few`: `slots=few`: write a whole number from 0 to 4294967295".into()),
        ("ring:memory=4gb", format!("`ring:memory=4gb`: `memory=4gb`: `4gb` {SIZE}")),
        ("ring:points=160;hash=xxh3", format!("`ring:points=160;hash=xxh3`: `points=160;hash=xxh3`: {POINTS}")),
    ];
    for (text, says) in &wrong {
        let error = text.parse::<Spec>().unwrap_err();
        assert_eq!((error.to_string(), error.text()), (says.clone(), text.trim()));
    }
    assert!(wrong.len() >= 25);
    let hash = "ring:hash=md5".parse::<Spec>().unwrap_err().to_string();
    assert!(hash.starts_with("`ring:hash=md5`: `hash=md5`: write siphash"), "{hash}");
    assert!(hash.ends_with("for a hasher of your own, or a secret, call `build_with`"), "{hash}");
    #[cfg(not(feature = "xxh3"))]
    assert_eq!(
        "ring:hash=xxh3".parse::<Spec>().unwrap_err().to_string(),
        "`ring:hash=xxh3`: `hash=xxh3`: this program was built without it; build the crate `annulus` with the feature `xxh3`"
    );
}

/// A save or a file may be anybody's: what it holds must not write lines of its own to a log, nor control a terminal.
#[test]
fn what_is_wrong_is_told_in_one_short_line() {
    for text in [
        "\0\n",
        "a\nb\r\u{1b}[2J",
        "ring:a\nb",
        "ring:a\nb=1",
        "ring:a\nb=1,a\nb=2",
        "ring:points=1\n2",
        "ring:hash=a\nb",
        "ring:memory=1\nB",
    ] {
        for text in [text.to_owned(), text.to_owned() + &"x".repeat(10_000)] {
            let error = text.parse::<Spec>().unwrap_err();
            let message = error.to_string();
            assert!(message.len() < 500 && !message.contains(char::is_control), "{message:?}");
            assert_eq!(error.text(), text.trim(), "the text itself is whole");
        }
    }
    let mut ring: Box<dyn Ring<u32>> = spec("jump").build();
    ring.add_consumer("a", 1).unwrap();
    let mut saved = ring.save().unwrap();
    saved.algorithm = "\0\n".into();
    let message = Spec::of(&saved).unwrap_err().to_string();
    assert!(message.starts_with(r"`\0` names no algorithm; write ring"), "{message}");
}

#[test]
fn a_ring_is_as_that_of_the_type() {
    let names: Vec<String> = (0..40).map(|i| format!("node-{i}")).collect();
    let mut typed = HashRing::with_kernel(RingKernel::with_points(320).unwrap());
    typed.extend(names.iter().zip(0_u32..)).unwrap();
    let mut boxed: Box<dyn Ring<u32>> = spec("ring:points=320,memory=1GB").build();
    boxed.add_consumers(&mut names.iter().zip(0..).map(|(name, i)| (name.as_str(), Weight::ONE, i))).unwrap();
    assert_eq!(boxed.fingerprint(), typed.fingerprint());
    for key in 0..1_000_u64 {
        assert_eq!(boxed.owner_of(&key.to_le_bytes()), typed.owner(key));
    }
    assert_eq!(
        (Hash::SipHash.hasher().check(), Hash::SipHash.hasher().hash(b"a")),
        (SipHash::new().check(), SipHash::new().hash(b"a"))
    );
    #[cfg(feature = "xxh3")]
    assert_eq!(Hash::Xxh3.hasher().check(), annulus::Xxh3::new().check());
}

#[test]
fn the_memory_limit_holds_for_what_is_built_and_restored() {
    let mut small: Box<dyn Ring<u32>> = spec("ring:memory=4kB").build();
    small.add_consumer("a", 1).unwrap();
    let refused = small.add_consumer("b", 2).unwrap_err().reason;
    assert!(matches!(refused, Refusal::TooLarge { limit: 4_000, .. }), "{refused}");
    let mut large: Box<dyn Ring<u32>> = spec("ring").build();
    large.add_consumers(&mut [("a", Weight::ONE, 1), ("b", Weight::ONE, 2)].into_iter()).unwrap();
    let saved = large.save().unwrap();
    assert!(matches!(spec("ring:memory=4kB").restore(saved), Err(RestoreError::Member(_))));
}

#[test]
fn what_was_saved_says_what_it_is() {
    let texts = ["ring", "ring:points=320", "jump", "rendezvous", "maglev:slots=5003"];
    #[cfg(feature = "xxh3")]
    let texts = [texts.as_slice(), &["ring:hash=xxh3", "jump:hash=xxh3"]].concat();
    for text in texts {
        let mut ring: Box<dyn Ring<u32>> = spec(text).build();
        for (name, data) in [("a", 1), ("b", 2), ("c", 3)] {
            ring.add_consumer(name, data).unwrap();
        }
        ring.remove_consumer("a").unwrap();
        let saved = ring.save().unwrap();
        let told = Spec::of(&saved).unwrap();
        assert_eq!(told.to_string(), text);
        let again = told.restore(saved.clone()).unwrap();
        assert_eq!(again.fingerprint(), ring.fingerprint(), "{text}");
        assert!((0..1_000_u64).all(|key| again.owner_of(&key.to_le_bytes()) == ring.owner_of(&key.to_le_bytes())));
        let other = spec(if text.starts_with("jump") { "ring" } else { "jump" });
        assert!(matches!(other.restore(saved), Err(RestoreError::Algorithm { .. })), "{text}");
    }
}

#[cfg(feature = "slots")]
#[test]
fn a_table_of_slots_is_read_printed_explained_and_restored() {
    for (text, printed) in [
        ("slots", "slots"),
        ("slots:bits=16", "slots"),
        ("slots:memory=256MB,bits=20", "slots:bits=20"),
        ("slots:cap=1.020,bits=16", "slots:cap=1.02"),
        ("slots:cap=8/6", "slots:cap=4/3"),
        ("slots:cap=1,bits=20", "slots:bits=20,cap=1"),
    ] {
        assert_eq!(spec(text).to_string(), printed, "{text}");
    }
    for (text, says) in [
        ("slots:bits=25", "`slots:bits=25`: `bits=25`: bits must be from 8 to 24, and they are 25"),
        ("slots:bits=ten", "`slots:bits=ten`: `bits=ten`: write a whole number from 0 to 4294967295"),
        ("slots:slots=7", "`slots:slots=7`: `slots` has no parameter `slots`; write bits, cap, hash or memory"),
        ("slots:cap=0.98", "`slots:cap=0.98`: `cap=0.98`: a cap must be at least 1, and it is 98/100"),
        ("slots:cap=1/0", "`slots:cap=1/0`: `cap=1/0`: a cap must be at least 1, and it is 1/0"),
        (
            "slots:cap=1.",
            "`slots:cap=1.`: `cap=1.`: write a number of at least 1 with few decimals, as cap=1.02, or a fraction, as cap=4/3",
        ),
        (
            "slots:cap=1.0000000001",
            "`slots:cap=1.0000000001`: `cap=1.0000000001`: write a number of at least 1 with few decimals, as cap=1.02, or a \
             fraction, as cap=4/3",
        ),
    ] {
        assert_eq!(text.parse::<Spec>().unwrap_err().to_string(), says);
    }
    let mut ring: Box<dyn Ring<u32>> = spec("slots:bits=10").build();
    ring.extend([("a", 1), ("b", 2), ("c", 3)]).unwrap();
    let saved = ring.save().unwrap();
    let told = Spec::of(&saved).unwrap();
    assert_eq!(told.to_string(), "slots:bits=10");
    assert_eq!(told.restore(saved).unwrap().fingerprint(), ring.fingerprint());
    let mut even: Box<dyn Ring<u32>> = spec("slots:bits=10,cap=1").build();
    even.extend([("a", 1), ("b", 2), ("c", 3)]).unwrap();
    assert_ne!(even.fingerprint(), ring.fingerprint());
    let saved = even.save().unwrap();
    assert_eq!(Spec::of(&saved).unwrap().to_string(), "slots:bits=10,cap=1");
    assert!(told.restore(saved.clone()).is_err());
    assert_eq!(Spec::of(&saved).unwrap().restore(saved).unwrap().fingerprint(), even.fingerprint());
    // A promise of the table without a cap only.
    assert!(spec("slots").properties().minimal_add && !spec("slots:cap=2").properties().minimal_add);
    // A table with too few slots says how many bits would do.
    let names: Vec<String> = (0..200).map(|node| format!("node-{node}")).collect();
    let refused = ring.add_consumers(&mut names.iter().map(|name| (name.as_str(), Weight::ONE, 4))).unwrap_err();
    assert_eq!(
        refused.reason.to_string(),
        "there would be 203 consumers, and there is room for 87; use bits=12 (`SlotsKernel::with_bits(12)`) or more, the same on \
         every router"
    );
    assert_eq!(ring.fingerprint(), told.restore(ring.save().unwrap()).unwrap().fingerprint());
}

#[test]
fn a_secret_is_given_apart_and_never_printed() {
    let secret = SipHash::with_keys(0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210);
    let mut ring: Box<dyn Ring<u32>> = spec("rendezvous").build_with(secret);
    ring.add_consumer("a", 1).unwrap();
    ring.add_consumer("b", 2).unwrap();
    let mut typed = Rendezvous::with_hasher(secret);
    typed.extend([("a", 1), ("b", 2)]).unwrap();
    assert_eq!(ring.fingerprint(), typed.fingerprint());
    let saved = ring.save().unwrap();
    let told = Spec::of(&saved).unwrap();
    assert_eq!(told.to_string(), "rendezvous");
    assert_eq!(told.restore(saved.clone()).err(), Some(RestoreError::Hasher));
    let again = told.restore_with(saved, secret).unwrap();
    assert_eq!(again.digest(b"user:42"), ring.digest(b"user:42"));
    assert!(!format!("{secret:?} {:?} {told:?}", Hash::SipHash.hasher()).contains("89ab"));
}

#[test]
fn the_catalogue_has_what_the_types_promise() {
    let catalogue = catalogue();
    let names: Vec<&str> = catalogue.iter().map(|entry| entry.name).collect();
    assert_eq!(names[..4], ["ring", "jump", "rendezvous", "maglev"]);
    assert_eq!(names.get(4), cfg!(feature = "slots").then_some(&"slots"));
    for entry in catalogue {
        let spec = spec(entry.name);
        assert_eq!(
            (spec.name(), spec.properties(), spec.parameters().as_str()),
            (entry.name, entry.properties, entry.parameters)
        );
        assert!(!entry.title.is_empty() && entry.reference.contains("https://"));
        assert_eq!(entry.properties.depends_on == DependsOn::Order, entry.name == "jump");
    }
}

#[cfg(feature = "serde")]
#[test]
fn a_configuration_file_has_one_as_text() {
    #[derive(serde::Deserialize, serde::Serialize)]
    struct Configuration {
        placement: Spec,
        servers: Vec<String>,
    }
    let read = |text: &str| toml::from_str::<Configuration>(text);
    let configuration = read("placement = \"ring:points=320\"\nservers = [\"a\", \"b\"]").unwrap();
    assert_eq!(configuration.placement, spec("ring:points=320"));
    assert!(toml::to_string(&configuration).unwrap().contains("placement = \"ring:points=320\""));
    let error = read("placement = \"rign\"\nservers = []").map(|_| ()).unwrap_err().to_string();
    assert!(error.contains("`rign` names no algorithm; write ring"), "{error}");
}
