//! What a new user types first does what it says.
#![allow(missing_docs)]
#![allow(clippy::needless_borrows_for_generic_args, reason = "keys may be lent, which is on trial here")]

use std::{
    collections::BTreeSet,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, RwLock},
};

use annulus_core::{
    ByDigest, CandidateList, ChangeError, Cluster, ColumnError, ConsistentHashRing, Digest, HashFn, KeyColumn, KeyHasher, Member,
    NodeIndex, Refusal, Ring, Roster, SipHash, Weight, mix64,
};
use toys::{Coins, Greatest, Points};

mod toys;

type Shards<T> = Cluster<Greatest, T>;

fn ten() -> Shards<u16> {
    Shards::from_consumers((0..10).map(|i| (format!("node-{i}"), i))).unwrap()
}

#[test]
fn ids_go_to_all_consumers_whatever_their_pattern() {
    let shards = ten();
    for step in [1, 1000, 1 << 32] {
        let mut counts = [0; 10];
        for id in (0..10_000).map(|i: u64| i * step) {
            counts[usize::from(*shards.owner(id).unwrap().info)] += 1;
            let index = shards.locate(Digest::of_id(id)).unwrap();
            assert!(index.as_usize() < 10);
        }
        // χ² with 9 degrees of freedom is below 47 in all but 4 of 10⁷ draws, and above 0.2 in as many.
        let chi: f64 = counts.map(|count| (f64::from(count) - 1e3).powi(2) / 1e3).iter().sum();
        assert!((0.2..47.0).contains(&chi), "{counts:?}");
    }
}

#[test]
fn digests_of_ids_are_pinned() {
    // The first outputs of the SplitMix64 generator seeded with each: 0 and 1234567 as published with it, the others computed in
    // another language.
    for (id, bits) in [
        (0, 0xe220_a839_7b1d_cdaf),
        (1, 0x910a_2dec_8902_5cc1),
        (42, 0xbdd7_3226_2feb_6e95),
        (1_234_567, 6_457_827_717_110_365_317),
        (u64::MAX, 0xe4d9_7177_1b65_2c20),
    ] {
        assert_eq!(Digest::of_id(id).bits(), bits, "{id}");
    }
    assert_eq!(format!("{:?}, {:#x}", Digest::of_hash(255), Digest::of_hash(255)), "Digest(0x00000000000000ff), 0xff");
}

#[test]
fn a_key_may_be_text_bytes_or_an_id() {
    let shards = ten();
    let name = |owner: Option<Member<'_, u16>>| owner.unwrap().name.to_owned();
    let (text, bytes) = (String::from("user:42"), b"user:42".to_vec());
    let owner = name(shards.owner("user:42"));
    for other in [
        shards.owner(&text),
        shards.owner(text.clone()),
        shards.owner(b"user:42"),
        shards.owner(*b"user:42"),
        shards.owner(&bytes),
        shards.owner(&bytes[..]),
        shards.owner(bytes.clone()),
        shards.owner(Box::<str>::from("user:42")),
        shards.owner(std::borrow::Cow::from("user:42")),
        shards.owner(Arc::<str>::from("user:42")),
        shards.owner(&&"user:42"),
        shards.owner_of(b"user:42"),
    ] {
        assert_eq!(name(other), owner);
    }
    assert_eq!(name(shards.owner(42)), name(shards.owner(42_u64.to_le_bytes())));
    assert_eq!(name(shards.owner(&42_u64)), name(shards.owner(42)));
}

#[test]
fn a_secret_protects_ids() {
    let secret = |k0| Cluster::<Greatest, ()>::with_hasher(SipHash::with_keys(k0, 0));
    let (mut one, mut other) = (secret(1), secret(2));
    for ring in [&mut one, &mut other] {
        ring.extend(["a", "b", "c"]).unwrap();
    }
    let moved = (0..1_000).filter(|&id: &u64| one.digest_of(id) != other.digest_of(id)).count();
    assert_eq!(moved, 1_000);
}

#[test]
fn members_live_as_long_as_the_ring_is_borrowed() {
    let shards = ten();
    let mut seen = Vec::new();
    let accepted = shards.find("user:42", |member| {
        seen.push(member);
        seen.len() == 4
    });
    let candidates: Vec<Member<'_, u16>> = {
        let key = String::from("user:42");
        shards.candidates(&key).take(4).collect() // the key is gone after this
    };
    assert_eq!(seen, candidates);
    assert_eq!(accepted, seen.last().copied());

    // And at the level of keys, behind `dyn`.
    let contract: &dyn ConsistentHashRing<ConsumerInfo = u16> = &shards;
    let mut walked = Vec::new();
    contract.walk_key(b"user:42", &mut |member| {
        walked.push(member);
        if walked.len() == 4 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(walked, candidates);
}

#[test]
fn candidates_are_counted_cloned_and_end() {
    let shards = Cluster::<Points, _>::from_consumers((0..100).map(|i| (format!("node-{i}"), i))).unwrap();
    let mut candidates = shards.candidates("user:42");
    for visited in 0..100 {
        assert_eq!(candidates.len(), 100 - visited);
        assert_eq!(candidates.clone().count(), 100 - visited);
        candidates.next().unwrap();
    }
    assert!(candidates.next().is_none() && candidates.next().is_none());
    let names: BTreeSet<&str> = shards.candidates("user:42").map(|member| member.name).collect();
    assert_eq!(names.len(), 100);
}

#[test]
fn a_candidate_list_goes_on_when_members_come_and_go() {
    let mut shards = ten();
    let mut list = shards.candidate_list("user:42");
    let mut given: Vec<String> = Vec::new();
    while given.len() < 9 {
        let name = list.next(&shards).unwrap().name.to_owned();
        assert!(!given.contains(&name));
        if given.len() % 2 == 0 {
            let info = shards.remove_consumer(&name).unwrap();
            if given.len() % 4 == 0 {
                shards.add_consumer(&name, info).unwrap(); // back again, and not tried twice
            }
        }
        given.push(name);
    }
    shards.extend((0..3).map(|i| (format!("new-{i}"), i))).unwrap();
    let object: &dyn ByDigest<ConsumerInfo = u16> = &shards;
    let rest: BTreeSet<_> = std::iter::from_fn(|| list.next(object).map(|member| member.name.to_owned())).collect();
    assert_eq!(rest.len(), 4, "the tenth and three new ones: {rest:?} after {given:?}");
    assert_eq!(list.given(), 13);
    // A list of its own digest gives the same as one of the key.
    let digest = shards.digest_of("user:42");
    assert_eq!(CandidateList::new(digest).next(&shards), shards.owner("user:42"));
}

#[test]
fn a_candidate_list_skips_who_is_down_without_giving_them() {
    let shards = ten();
    let order: Vec<u16> = shards.candidates("user:42").map(|member| *member.info).collect();
    let mut list = shards.candidate_list("user:42");
    let down = |member: Member<'_, u16>| order[..4].contains(member.info) || *member.info == order[6];
    let up: Vec<u16> = std::iter::from_fn(|| list.find(&shards, |member| !down(member))).map(|member| *member.info).collect();
    assert_eq!(up, [order[4], order[5], order[7], order[8], order[9]]);
    assert_eq!((list.given(), list.find(&shards, |member| !down(member))), (5, None));
    let rest: Vec<u16> = std::iter::from_fn(|| list.next(&shards)).map(|member| *member.info).collect();
    assert_eq!(rest, [order[0], order[1], order[2], order[3], order[6]], "those that were down, once they are up");
}

#[test]
fn a_cluster_is_built_and_extended_from_names_data_and_weights() {
    let two = Weight::new(2).unwrap();
    let names = Cluster::<Points, ()>::from_consumers(["a", "b"]).unwrap();
    let owned = Cluster::<Points, _>::from_consumers(vec![String::from("a"), String::from("b")]).unwrap();
    let lent = Cluster::<Points, _>::from_consumers(&[String::from("a"), String::from("b")]).unwrap();
    assert_eq!((names.fingerprint(), names.fingerprint()), (owned.fingerprint(), lent.fingerprint()));
    let mut weighted = Cluster::<Points, _>::from_consumers([("a", two, 1)]).unwrap();
    weighted.extend([("b", 2), ("c", 3)]).unwrap();
    assert_eq!(
        weighted.roster().iter().map(|member| (member.name, member.weight.get(), *member.info)).collect::<Vec<_>>(),
        [("a", 2, 1), ("b", 1, 2), ("c", 1, 3)]
    );
    let sizes = Cluster::<Points, ()>::from_consumers([("a", two), ("b", Weight::ONE)]).unwrap();
    assert_eq!(sizes.roster().nodes().weights(), [two, Weight::ONE], "a weight is never taken for data");
    // All or none, and what is refused is named.
    let before = weighted.fingerprint();
    let refused = weighted.extend([("d", 4), ("b", 5), ("e", 6)]).unwrap_err();
    assert_eq!(refused, ChangeError::new("b", 1, Refusal::Duplicate));
    assert_eq!((weighted.fingerprint(), weighted.len()), (before, 3));
    assert!(Cluster::<Coins, _>::from_consumers([("a", two, ())]).is_err(), "an algorithm for equal consumers");
    // The caller's iterator may panic: nothing has changed.
    let panics = (0..3).map(|i| if i == 2 { panic!("the caller's") } else { (format!("new-{i}"), i) });
    assert!(catch_unwind(AssertUnwindSafe(|| weighted.extend(panics))).is_err());
    assert_eq!((weighted.fingerprint(), weighted.len()), (before, 3));
}

#[test]
fn inherent_methods_and_the_traits_answer_alike_through_references_and_boxes() {
    fn through_trait(ring: &mut dyn ConsistentHashRing<ConsumerInfo = u16>) {
        ring.add_consumer("more", 10).unwrap();
        assert_eq!(ring.remove_consumer("more"), Some(10));
    }
    let mut shards = Box::new(ten());
    through_trait(&mut *shards);
    through_trait(&mut shards);
    let direct = shards.get_consumer("user:42").copied();
    assert_eq!(ConsistentHashRing::get_consumer(&&mut *shards, "user:42").copied(), direct);
    assert_eq!(shards.get_consumers("user:42", 3), ConsistentHashRing::get_consumers(&*shards, "user:42", 3));
}

#[test]
fn code_that_only_reads_takes_a_reference() {
    fn by_ring<'r>(ring: &'r dyn Ring<u16>, key: &str) -> Option<&'r str> {
        ring.find(key, |member| member.info % 2 == 0).map(|member| member.name)
    }
    fn by_contract<'r>(ring: &'r dyn ConsistentHashRing<ConsumerInfo = u16>, key: &str) -> Option<&'r str> {
        ring.find_consumer(key.as_bytes(), &mut |member| member.info % 2 == 0).map(|member| member.name)
    }
    let shards = ten();
    for key in (0..100).map(|i| format!("user:{i}")) {
        assert_eq!(by_ring(&shards, &key), by_contract(&shards, &key));
        assert_eq!(by_ring(&shards, &key), shards.find(&key, |member| member.info % 2 == 0).map(|member| member.name));
    }
}

#[test]
fn a_ring_in_a_box_is_cloned_saved_and_shared() {
    let mut rings: Vec<Box<dyn Ring<u16>>> = vec![
        Box::new(ten()),
        Box::new(Cluster::<Coins, u16>::from_consumers([("a", 1), ("b", 2)]).unwrap()),
        Box::new(Cluster::<Points, u16>::from_consumers([("a", 1), ("b", 2)]).unwrap()),
    ];
    for ring in &mut rings {
        let before = ring.clone();
        ring.extend([("new", 77), ("other", 78)]).unwrap();
        assert_eq!(ring.remove_all(["other", "nobody"]), [Some(78), None]);
        assert_eq!((ring.len(), ring.is_empty()), (before.len() + 1, false));
        assert_ne!(ring.fingerprint(), before.fingerprint());
        assert_eq!(ring.save().unwrap().members.len(), before.roster().len() + 1);
        assert_eq!(ring.as_contract().owner_of(b"key"), ring.owner_of(b"key"));
        ring.as_contract_mut().remove_consumer("new").unwrap();
        assert_eq!(ring.fingerprint(), before.fingerprint());
    }
    let (boxed, typed) = (&rings[0], ten());
    for key in 0..100_u64 {
        assert_eq!(boxed.owner(key), typed.owner(key));
        assert!(boxed.candidates(key).eq(typed.candidates(key)));
        assert_eq!(boxed.find(key, |member| member.info % 3 == 2), typed.find(key, |member| member.info % 3 == 2));
        assert_eq!(boxed.candidate_list(key).next(boxed), typed.owner(key));
        assert_eq!(boxed.digest_of(key), typed.digest_of(key));
    }
    assert!(
        format!("{boxed:?}").starts_with("Ring { algorithm: \"greatest\", consumers: 10, total_weight: 10, fingerprint: 0x"),
        "{boxed:?}"
    );
    let shared: Arc<RwLock<Arc<dyn Ring<u16>>>> = Arc::new(RwLock::new(Arc::from(rings.swap_remove(0))));
    let readers: Vec<_> = (0..2)
        .map(|_| {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || shared.read().unwrap().owner_of(b"user:42").map(|owner| owner.name.to_owned()))
        })
        .collect();
    let mut owners = readers.into_iter().map(|reader| reader.join().unwrap());
    assert_eq!(owners.next(), owners.next());
}

#[test]
fn columns_are_checked() {
    let bytes = b"user:1user:2";
    assert_eq!(KeyColumn::new(bytes, &[]).unwrap().len(), 0);
    assert_eq!(KeyColumn::large(bytes, &[6, 12]).unwrap().get(0), Some(&b"user:2"[..]));
    assert_eq!(KeyColumn::new(bytes, &[0, 6, 12]).unwrap().get(2), None);
    assert_eq!(KeyColumn::of_width(b"", 8).unwrap().iter().count(), 0);
    for (column, error, message) in [
        (KeyColumn::new(bytes, &[-1, 6]), ColumnError::Negative { offset: -1 }, "the first offset is -1, which is negative"),
        (
            KeyColumn::large(bytes, &[0, 6, 5]),
            ColumnError::Reversed { key: 1, start: 6, end: 5 },
            "key 1 would end at 5, before it begins at 6",
        ),
        (
            KeyColumn::new(bytes, &[0, 13]),
            ColumnError::PastEnd { end: 13, bytes: 12 },
            "the last offset is 13, and the buffer has 12 bytes",
        ),
        (
            KeyColumn::of_width(bytes, 8),
            ColumnError::Width { bytes: 12, width: 8 },
            "12 bytes are no whole number of keys of 8 bytes",
        ),
        (
            KeyColumn::of_width(b"", 0),
            ColumnError::Width { bytes: 0, width: 0 },
            "keys of 0 bytes cannot fill a buffer of 0 bytes",
        ),
    ] {
        let refused = column.unwrap_err();
        assert_eq!((refused, refused.to_string().as_str()), (error, message));
    }
    // Offsets of both widths, not from zero, with empty keys, and more keys than are hashed at once.
    let shards = ten();
    let keys: Vec<String> = (0..5_000).map(|i| "k".repeat(i % 7)).collect();
    let bytes = format!("head{}", keys.concat());
    let ends = keys.iter().scan(4_i64, |end, key| {
        *end += i64::try_from(key.len()).unwrap();
        Some(*end)
    });
    let large: Vec<i64> = std::iter::once(4).chain(ends).collect();
    let small: Vec<i32> = large.iter().map(|&end| i32::try_from(end).unwrap()).collect();
    let expected: Vec<NodeIndex> = keys.iter().map(|key| shards.owner(key).unwrap().index).collect();
    for column in [KeyColumn::new(bytes.as_bytes(), &small).unwrap(), KeyColumn::large(bytes.as_bytes(), &large).unwrap()] {
        let mut owners = vec![NodeIndex::default(); 5_000];
        assert_eq!(shards.owners_of(&column, &mut owners), 5_000);
        assert_eq!(owners, expected);
        assert!(column.iter().eq(keys.iter().map(String::as_bytes)));
    }
}

/// A placement from outside that hashes key and consumer together, as some systems do, and keeps the order of its list: it has no
/// digest, so it implements the contract alone.
struct Together<T> {
    roster: Roster<T>,
    hasher: HashFn<fn(&[u8]) -> u64>,
}

impl<T> Together<T> {
    fn new() -> Self {
        let hash = |bytes: &[u8]| bytes.iter().fold(7, |hash: u64, &byte| mix64(hash ^ u64::from(byte)));
        Self { roster: Roster::new(), hasher: HashFn(hash) }
    }

    fn score(&self, key: &[u8], member: Member<'_, T>) -> u64 {
        self.hasher.hash(&[key, b"/", member.name.as_bytes()].concat())
    }
}

impl<T> ConsistentHashRing for Together<T> {
    type ConsumerInfo = T;

    fn add_consumers(&mut self, members: &mut dyn Iterator<Item = (&str, Weight, T)>) -> Result<(), ChangeError> {
        let before = self.roster.len();
        for (position, (name, weight, data)) in members.enumerate() {
            if let Err(reason) = self.roster.push(name, weight, data) {
                let added: Vec<String> = self.roster.iter().skip(before).map(|member| member.name.to_owned()).collect();
                added.iter().for_each(|name| drop(self.roster.shift_remove(name)));
                return Err(ChangeError::new(name, position, reason));
            }
        }
        Ok(())
    }
    fn remove_consumer(&mut self, name: &str) -> Option<T> {
        self.roster.shift_remove(name)
    }
    fn set_weight(&mut self, name: &str, weight: Weight) -> Result<Option<Weight>, ChangeError> {
        Ok(self.roster.reweight(name, weight))
    }
    fn consumer_mut(&mut self, name: &str) -> Option<&mut T> {
        self.roster.info_mut(name)
    }
    fn roster(&self) -> &Roster<T> {
        &self.roster
    }
    fn walk_key<'r>(&'r self, key: &[u8], visit: &mut dyn FnMut(Member<'r, T>) -> ControlFlow<()>) {
        let mut members: Vec<_> = self.roster.iter().collect();
        members.sort_by_key(|&member| std::cmp::Reverse(self.score(key, member)));
        let _ = members.into_iter().try_for_each(visit);
    }
    fn fingerprint(&self) -> u64 {
        self.roster.iter().fold(0, |sum, member| mix64(sum ^ self.hasher.hash(member.name.as_bytes())))
    }
}

#[test]
fn a_placement_without_digests_implements_the_contract_alone() {
    let mut boxed: Box<dyn ConsistentHashRing<ConsumerInfo = u16>> = Box::new(Together::new());
    for (name, port) in [("c", 3), ("a", 1), ("b", 2), ("d", 4)] {
        boxed.add_consumer(name, port).unwrap();
    }
    assert_eq!(boxed.remove_consumer("a"), Some(1));
    let names = |ring: &dyn ConsistentHashRing<ConsumerInfo = u16>| {
        ring.roster().iter().map(|member| (member.index.get(), member.name.to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(names(&*boxed), [(0, "c".into()), (1, "b".into()), (2, "d".into())], "the order of the list stays");
    assert_eq!(boxed.roster().find("d").map(|member| member.index.get()), Some(2));
    assert_eq!(boxed.roster().index_of("a"), None);

    let before = names(&*boxed);
    let refused = boxed.add_consumers(&mut [("e", Weight::ONE, 5), ("b", Weight::ONE, 6)].into_iter()).unwrap_err();
    assert_eq!((refused.name.as_ref(), refused.position, refused.reason), ("b", 1, Refusal::Duplicate));
    assert_eq!(names(&*boxed), before);

    let keys = KeyColumn::new(b"user:1user:2user:3", &[0, 6, 12, 18]).unwrap();
    let mut owners = [NodeIndex::default(); 3];
    assert_eq!(boxed.owners_of(&keys, &mut owners), 3);
    for (key, owner) in keys.iter().zip(owners) {
        assert_eq!(boxed.owner_of(key).map(|member| member.index), Some(owner));
    }
    assert_eq!(boxed.get_consumers("user:1", 9).len(), 3);
    assert_eq!(boxed.get_consumers("user:1", 1).first().copied(), boxed.get_consumer("user:1"));
    assert_eq!(boxed.set_weight("b", Weight::new(3).unwrap()), Ok(Some(Weight::ONE)));
    assert_eq!(boxed.roster().nodes().total_weight(), 5);
}
