//! `&mut R` and `Box<R>` hand on every method, overridden ones too.
#![allow(missing_docs)]

use std::{cell::RefCell, ops::ControlFlow};

use annulus_core::{ByDigest, ChangeError, Cluster, ConsistentHashRing, Digest, KeyColumn, Member, NodeIndex, Roster, Weight};

mod toys;

/// Notes which of its methods was called, each of which it has itself.
struct Recorder {
    ring: Cluster<toys::Greatest, u8>,
    called: RefCell<Vec<&'static str>>,
}

impl Recorder {
    fn note(&self, method: &'static str) {
        self.called.borrow_mut().push(method);
    }
}

impl ConsistentHashRing for Recorder {
    type ConsumerInfo = u8;

    fn add_consumer(&mut self, name: &str, data: u8) -> Result<(), ChangeError> {
        self.note("add_consumer");
        self.ring.add_consumer(name, data)
    }
    fn remove_consumer(&mut self, name: &str) -> Option<u8> {
        self.note("remove_consumer");
        self.ring.remove_consumer(name)
    }
    fn remove_consumers(&mut self, names: &mut dyn Iterator<Item = &str>) -> Vec<Option<u8>> {
        self.note("remove_consumers");
        self.ring.remove_consumers(names)
    }
    fn get_consumer(&self, key: &str) -> Option<&u8> {
        self.note("get_consumer");
        self.ring.get_consumer(key)
    }
    fn add_weighted_consumer(&mut self, name: &str, weight: Weight, data: u8) -> Result<(), ChangeError> {
        self.note("add_weighted_consumer");
        self.ring.add_weighted_consumer(name, weight, data)
    }
    fn add_consumers(&mut self, members: &mut dyn Iterator<Item = (&str, Weight, u8)>) -> Result<(), ChangeError> {
        self.note("add_consumers");
        self.ring.add_consumers(members)
    }
    fn set_weight(&mut self, name: &str, weight: Weight) -> Result<Option<Weight>, ChangeError> {
        self.note("set_weight");
        self.ring.set_weight(name, weight)
    }
    fn set_weights(&mut self, weights: &mut dyn Iterator<Item = (&str, Weight)>) -> Result<Vec<Option<Weight>>, ChangeError> {
        self.note("set_weights");
        self.ring.set_weights(weights)
    }
    fn consumer_mut(&mut self, name: &str) -> Option<&mut u8> {
        self.note("consumer_mut");
        self.ring.consumer_mut(name)
    }
    fn roster(&self) -> &Roster<u8> {
        self.note("roster");
        self.ring.roster()
    }
    fn walk_key<'r>(&'r self, key: &[u8], visit: &mut dyn FnMut(Member<'r, u8>) -> ControlFlow<()>) {
        self.note("walk_key");
        self.ring.walk_key(key, visit);
    }
    fn fingerprint(&self) -> u64 {
        self.note("fingerprint");
        self.ring.fingerprint()
    }
    fn owner_of(&self, key: &[u8]) -> Option<Member<'_, u8>> {
        self.note("owner_of");
        self.ring.owner_of(key)
    }
    fn find_consumer<'r>(&'r self, key: &[u8], accept: &mut dyn FnMut(Member<'r, u8>) -> bool) -> Option<Member<'r, u8>> {
        self.note("find_consumer");
        self.ring.find_consumer(key, accept)
    }
    fn get_consumers(&self, key: &str, n: usize) -> Vec<&u8> {
        self.note("get_consumers");
        self.ring.get_consumers(key, n)
    }
    fn owners_of(&self, keys: &KeyColumn<'_>, out: &mut [NodeIndex]) -> usize {
        self.note("owners_of");
        self.ring.owners_of(keys, out)
    }
    fn shares(&self) -> Option<Vec<f64>> {
        self.note("shares");
        self.ring.shares()
    }
}

impl ByDigest for Recorder {
    fn digest(&self, key: &[u8]) -> Digest {
        self.note("digest");
        self.ring.digest(key)
    }
    fn locate(&self, digest: Digest) -> Option<NodeIndex> {
        self.note("locate");
        self.ring.locate(digest)
    }
    fn locate_batch(&self, digests: &[Digest], out: &mut [NodeIndex]) -> usize {
        self.note("locate_batch");
        self.ring.locate_batch(digests, out)
    }
    fn walk(&self, digest: Digest, visit: &mut dyn FnMut(NodeIndex) -> ControlFlow<()>) {
        self.note("walk");
        self.ring.walk(digest, visit);
    }
    fn locate_n(&self, digest: Digest, out: &mut [NodeIndex]) -> usize {
        self.note("locate_n");
        self.ring.locate_n(digest, out)
    }
    fn ends(&self) -> Option<Vec<Digest>> {
        self.note("ends");
        self.ring.ends()
    }
    fn as_contract(&self) -> &dyn ConsistentHashRing<ConsumerInfo = u8> {
        self.note("as_contract");
        self
    }
    fn as_contract_mut(&mut self) -> &mut dyn ConsistentHashRing<ConsumerInfo = u8> {
        self.note("as_contract_mut");
        self
    }
}

/// Every method of the trait, once.
fn call_each(ring: &mut (impl ByDigest<ConsumerInfo = u8> + ?Sized)) {
    let mut out = [NodeIndex::default(); 1];
    ring.add_consumer("a", 1).unwrap();
    ring.add_weighted_consumer("b", Weight::ONE, 2).unwrap();
    ring.add_consumers(&mut [("c", Weight::ONE, 3), ("d", Weight::ONE, 4)].into_iter()).unwrap();
    assert_eq!(ring.set_weight("a", Weight::ONE), Ok(Some(Weight::ONE)));
    assert_eq!(ring.set_weights(&mut [("a", Weight::ONE)].into_iter()), Ok(vec![Some(Weight::ONE)]));
    assert_eq!(ring.consumer_mut("b"), Some(&mut 2));
    assert_eq!(ring.remove_consumer("c"), Some(3));
    assert_eq!(ring.remove_consumers(&mut ["d"].into_iter()), [Some(4)]);
    assert_eq!(ring.roster().len(), 2);
    let digest = ring.digest(b"key");
    assert!(ring.locate(digest).is_some());
    assert_eq!(ring.locate_batch(&[digest], &mut out), 1);
    assert_eq!(ring.ends(), None);
    ring.walk(digest, &mut |_| ControlFlow::Break(()));
    assert_eq!(ring.locate_n(digest, &mut out), 1);
    assert!(ring.get_consumer("key").is_some());
    assert_eq!(ring.get_consumers("key", 2).len(), 2);
    assert!(ring.find_consumer(b"key", &mut |_| true).is_some());
    assert!(ring.owner_of(b"key").is_some());
    ring.walk_key(b"key", &mut |_| ControlFlow::Break(()));
    assert_eq!(ring.owners_of(&KeyColumn::new(b"key", &[0, 3]).unwrap(), &mut out), 1);
    assert_ne!(ring.fingerprint(), 0);
    assert!(ring.shares().is_none());
    let _ = ring.as_contract();
    let _ = ring.as_contract_mut();
}

const EACH: [&str; 25] = [
    "add_consumer",
    "add_weighted_consumer",
    "add_consumers",
    "set_weight",
    "set_weights",
    "consumer_mut",
    "remove_consumer",
    "remove_consumers",
    "roster",
    "digest",
    "locate",
    "locate_batch",
    "ends",
    "walk",
    "locate_n",
    "get_consumer",
    "get_consumers",
    "find_consumer",
    "owner_of",
    "walk_key",
    "owners_of",
    "fingerprint",
    "shares",
    "as_contract",
    "as_contract_mut",
];

fn recorder() -> Recorder {
    Recorder { ring: Cluster::new(), called: RefCell::default() }
}

#[test]
fn mutable_references_forward_each_method_as_it_is() {
    let mut recorder = recorder();
    call_each(&mut &mut recorder);
    assert_eq!(*recorder.called.borrow(), EACH);
}

#[test]
fn boxes_forward_each_method_as_it_is() {
    let mut boxed = Box::new(recorder());
    call_each(&mut boxed);
    assert_eq!(*boxed.called.borrow(), EACH);
}

#[test]
fn trait_objects_behind_both_forward_each_method_as_it_is() {
    let mut recorder = recorder();
    let object: &mut dyn ByDigest<ConsumerInfo = u8> = &mut recorder;
    call_each(&mut Box::new(object));
    assert_eq!(*recorder.called.borrow(), EACH);
}
