//! Refusals in words, and their place among the members given.
#![allow(missing_docs)]

use std::panic::{AssertUnwindSafe, catch_unwind};

use annulus_core::{
    ByDigest, ChangeError, Cluster, ConsistentHashRing, DependsOn, Digest, HashFn, HistoryError, Kernel, KeyHasher, NodeIndex,
    Nodes, Properties, Refusal, RestoreError, SipHash, Weight,
};
use toys::{Greatest, Points};

mod toys;

fn weight(weight: u32) -> Weight {
    Weight::new(weight).unwrap()
}

/// Gives nobody less than a tenth of what the heaviest gets.
#[derive(Clone, Default)]
struct Tenth;

impl Kernel for Tenth {
    const PROPERTIES: Properties = Properties::new("tenth", DependsOn::Set).weighted();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        Greatest.lookup(nodes, digest)
    }
    fn admit(&self, candidate: &Nodes) -> Result<(), Refusal> {
        let heaviest = candidate.weights().iter().map(|weight| weight.get()).max().unwrap_or(1);
        let light = candidate.indices().find(|&index| candidate.weight(index).get() < heaviest / 10);
        light.map_or(Ok(()), |node| {
            Err(Refusal::NoShare { node, weight: candidate.weight(node), least: u64::from(heaviest / 10), remedy: None })
        })
    }
}

#[test]
fn refusal_of_one_among_many_points_at_it() {
    let mut ring = Cluster::<Tenth, u8>::new();
    ring.add_weighted_consumer("here", weight(50), 0).unwrap();
    let given = [("a", weight(100), 1), ("b", weight(4), 2), ("c", weight(100), 3)];
    let error = ring.add_consumers(&mut given.into_iter()).unwrap_err();
    assert_eq!(
        error,
        ChangeError::new("b", 1, Refusal::NoShare { node: NodeIndex::new(2), weight: weight(4), least: 10, remedy: None })
    );
    assert_eq!(
        error.to_string(),
        "consumer \"b\" was refused: its weight is 4, and the least that gets a share here is 10; raise it, or use another algorithm"
    );
    // Refused for one that was there before: the heaviest of those given has tipped it.
    let error = ring.add_consumers(&mut [("d", weight(60), 1), ("e", weight(600), 2)].into_iter()).unwrap_err();
    assert_eq!(
        error,
        ChangeError::new("e", 1, Refusal::Starves { consumer: "here".into(), weight: weight(50), least: 60, remedy: None })
    );
    assert_eq!(
        error.to_string(),
        "consumer \"e\" was refused: it would leave \"here\", of weight 50, without a share, for which the least would be 60; \
         raise that weight, or use another algorithm"
    );
    assert_eq!(ring.roster().len(), 1);
    let error = ring.set_weight("here", weight(5)).map(|_| ring.roster().len());
    assert_eq!(error, Ok(1), "alone, any weight is served");
}

#[test]
fn every_refusal_says_what_and_what_to_do() {
    let said = |refusal: Refusal| refusal.to_string();
    assert_eq!(
        said(Refusal::Duplicate),
        "a consumer of this name is there already, or is given twice; change its data with `consumer_mut` or its weight with `set_weight`"
    );
    assert_eq!(
        said(Refusal::SeedCollision { with: "cache-3".into() }),
        "its name hashes to the same seed as \"cache-3\"; rename one of them, or use a better hasher"
    );
    assert_eq!(
        said(Refusal::WeightUnsupported { weight: weight(7) }),
        "its weight is 7, and this algorithm serves equal consumers only; use weight 1 or another algorithm"
    );
    assert_eq!(
        said(Refusal::TooManyNodes { nodes: 8, limit: 7, remedy: Some("use a larger table".into()) }),
        "there would be 8 consumers, and there is room for 7; use a larger table"
    );
    assert_eq!(
        said(Refusal::TooLarge { bytes: 900, limit: 800, remedy: Some("use fewer points".into()) }),
        "the state would take 900 bytes, and the memory limit is 800 bytes; use fewer points; or allow more with `with_memory_limit`"
    );
    assert_eq!(
        said(Refusal::OutOfMemory { bytes: 1 << 30 }),
        "the system could not provide 1.074 GB more; free memory, or use smaller parameters"
    );
    let restored = |error: RestoreError| error.to_string();
    assert_eq!(
        restored(RestoreError::Format { found: 9 }),
        "it is saved in format 9, and this release reads format 2: a later release wrote it; read it with that one"
    );
    assert_eq!(
        restored(RestoreError::Parameters { expected: "points=160".into(), found: "points=40".into() }),
        "it was saved with the parameters \"points=40\", and the kernel given has the parameters \"points=160\"; \
         give `restore_with` a kernel with the same"
    );
    assert_eq!(
        restored(RestoreError::History(HistoryError::Missing)),
        "its history cannot be resumed: it has no history, and this algorithm's answers depend on one"
    );
    assert_eq!(
        HistoryError::Impossible { rule: "each slot is held or free" }.to_string(),
        "no history leads to it: each slot is held or free"
    );
}

#[test]
fn names_in_messages_stay_on_one_short_line() {
    let name = "line\nbreak ".repeat(1_000);
    let said = ChangeError::new(name, 0, Refusal::Duplicate).to_string();
    assert!(said.starts_with("consumer \"line\\nbreak line") && !said.contains('\n') && said.len() < 250, "{said}");
    assert!(said.contains("\"… was refused"), "{said}");
}

#[test]
fn refusal_for_memory_gives_both_figures() {
    let mut ring = Cluster::<Points, u8>::new().with_memory_limit(300);
    ring.add_weighted_consumer("a", weight(2), 1).unwrap();
    let error = ring.set_weight("a", weight(3)).unwrap_err();
    assert_eq!(error, ChangeError::new("a", 0, Refusal::TooLarge { bytes: 384, limit: 300, remedy: None }));
    assert_eq!(
        error.to_string(),
        "consumer \"a\" was refused: the state would take 384 bytes, and the memory limit is 300 bytes; \
         allow more with `with_memory_limit`"
    );
    assert_eq!(ring.roster().find("a").unwrap().weight, weight(2));
}

#[test]
fn panics_of_the_callers_own_iterator_or_hasher_leave_the_ring_as_it_was() {
    let fragile =
        HashFn(|bytes: &[u8]| if bytes == b"bad" { panic!("a hasher's own fault") } else { SipHash::new().hash(bytes) });
    let mut ring = Cluster::<Points, u8, _>::with(Points::default(), fragile);
    ring.add_consumer("a", 1).unwrap();
    let before = ring.fingerprint();
    let halfway = |name: &'static str| [("b", Weight::ONE, 2), (name, Weight::ONE, 3)].into_iter();
    let mut panicking = halfway("c").map(|member| if member.0 == "c" { panic!("an iterator's own fault") } else { member });
    assert!(catch_unwind(AssertUnwindSafe(|| ring.add_consumers(&mut panicking))).is_err());
    assert!(catch_unwind(AssertUnwindSafe(|| ring.add_consumers(&mut halfway("bad")))).is_err());
    assert_eq!((ring.fingerprint(), ring.roster().len(), ring.get_consumer("key")), (before, 1, Some(&1)));
    assert_eq!(ring.add_consumers(&mut halfway("c")), Ok(()));
}

/// Data that may panic when it is dropped.
struct Fragile(bool);

impl Drop for Fragile {
    fn drop(&mut self) {
        assert!(!self.0, "the data's own fault");
    }
}

#[test]
fn panics_of_the_callers_own_data_leave_the_ring_as_it_was() {
    let mut ring = Cluster::<Points, Fragile>::new().with_memory_limit(16 * 8 * 4);
    ring.add_consumer("a", Fragile(false)).unwrap();
    let before = ring.fingerprint();
    // What panics is refused itself, not looked at any more, taken back for another's name, or taken back for lack of room.
    let given = [
        [("b", 1, false), ("c", 1, false), ("a", 1, true)],
        [("b", 1, false), ("a", 1, false), ("c", 1, true)],
        [("b", 1, true), ("c", 1, false), ("a", 1, false)],
        [("b", 1, true), ("c", 1, false), ("d", 9, false)],
    ];
    for given in given {
        let mut members = given.into_iter().map(|(name, of, fragile)| (name, weight(of), Fragile(fragile)));
        assert!(catch_unwind(AssertUnwindSafe(|| ring.add_consumers(&mut members))).is_err(), "{given:?}");
        assert_eq!((ring.fingerprint(), ring.roster().len()), (before, 1), "{given:?}");
        assert!(given[..2].iter().all(|(name, ..)| *name == "a" || ring.remove_consumer(name).is_none()), "{given:?}");
        assert_eq!(ring.locate(Digest::of_id(7)), Some(NodeIndex::new(0)));
    }
    ring.add_consumers(&mut ["b", "c"].map(|name| (name, Weight::ONE, Fragile(false))).into_iter()).unwrap();
    assert!(ring.remove_consumer("b").is_some());
}

#[test]
fn a_limit_that_is_passed_already_lets_what_is_there_stay_and_shrink() {
    let mut ring = Cluster::<eight_bytes::Points, ()>::new();
    ring.add_weighted_consumer("a", weight(100), ()).unwrap();
    let mut ring = ring.with_memory_limit(10);
    assert_eq!(ring.add_consumers(&mut core::iter::empty()), Ok(()), "nothing was asked for");
    let refused = ring.set_weight("a", weight(101)).unwrap_err().reason;
    assert!(matches!(refused, Refusal::TooLarge { bytes: 808, limit: 10, .. }));
    assert_eq!(ring.set_weight("a", weight(50)), Ok(Some(weight(100))));
    assert!(matches!(
        ring.add_consumer("b", ()),
        Err(ChangeError { reason: Refusal::TooLarge { bytes: 408, limit: 10, .. }, .. })
    ));
    assert_eq!(ring.heap_bytes(), 400);
}

mod eight_bytes {
    use annulus_core::{Census, DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties};

    /// Eight bytes for each unit of weight.
    #[derive(Clone, Default)]
    pub(crate) struct Points;

    impl Kernel for Points {
        const PROPERTIES: Properties = Properties::new("points", DependsOn::Set).weighted();
        fn rebuild(&mut self, _: &Nodes) {}
        fn lookup(&self, _: &Nodes, _: Digest) -> NodeIndex {
            NodeIndex::default()
        }
        fn heap_bytes(&self, census: &Census) -> u64 {
            8 * census.total_weight()
        }
    }
}
