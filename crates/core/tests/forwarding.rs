//! `&mut R` and `Box<R>` hand on every method, overridden ones too.
#![allow(missing_docs)]

use std::{cell::RefCell, ops::ControlFlow};

use annulus_core::{ChangeError, Cluster, ConsistentHashRing, Member, NodeIndex, Roster, Weight};

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
    fn digest(&self, key: &[u8]) -> u64 {
        self.note("digest");
        self.ring.digest(key)
    }
    fn locate(&self, digest: u64) -> Option<NodeIndex> {
        self.note("locate");
        self.ring.locate(digest)
    }
    fn locate_batch(&self, digests: &[u64], out: &mut [NodeIndex]) -> usize {
        self.note("locate_batch");
        self.ring.locate_batch(digests, out)
    }
    fn walk(&self, digest: u64, visit: &mut dyn FnMut(NodeIndex) -> ControlFlow<()>) {
        self.note("walk");
        self.ring.walk(digest, visit);
    }
    fn locate_n(&self, digest: u64, out: &mut [NodeIndex]) -> usize {
        self.note("locate_n");
        self.ring.locate_n(digest, out)
    }
    fn get_consumers(&self, key: &str, n: usize) -> Vec<&u8> {
        self.note("get_consumers");
        self.ring.get_consumers(key, n)
    }
    fn find_consumer(&self, digest: u64, accept: &mut dyn FnMut(Member<'_, u8>) -> bool) -> Option<&u8> {
        self.note("find_consumer");
        self.ring.find_consumer(digest, accept)
    }
}

/// Every method of the trait, once.
fn call_each(ring: &mut (impl ConsistentHashRing<ConsumerInfo = u8> + ?Sized)) {
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
    ring.walk(digest, &mut |_| ControlFlow::Break(()));
    assert_eq!(ring.locate_n(digest, &mut out), 1);
    assert!(ring.get_consumer("key").is_some());
    assert_eq!(ring.get_consumers("key", 2).len(), 2);
    assert!(ring.find_consumer(digest, &mut |_| true).is_some());
}

const EACH: [&str; 17] = [
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
    "walk",
    "locate_n",
    "get_consumer",
    "get_consumers",
    "find_consumer",
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
    let object: &mut dyn ConsistentHashRing<ConsumerInfo = u8> = &mut recorder;
    call_each(&mut Box::new(object));
    assert_eq!(*recorder.called.borrow(), EACH);
}
