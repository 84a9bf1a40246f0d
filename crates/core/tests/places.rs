//! The laws of places on trial: second places that are uneven, or follow from the first, are caught by the law that should.
#![allow(missing_docs)]

mod toys;

use std::{marker::PhantomData, ops::ControlFlow};

use annulus_core::conformance::places;
use annulus_core::{DependsOn, Digest, Kernel, NodeIndex, Nodes, Properties, order};
use toys::{Greatest, index};

/// Owners by rendezvous hashing, and second places by a function.
trait After: Clone + Default {
    fn second(nodes: &Nodes, owner: NodeIndex) -> NodeIndex;
}

#[derive(Clone, Default)]
struct Followed<A>(PhantomData<A>);

impl<A: After> Kernel for Followed<A> {
    const PROPERTIES: Properties = Properties::new("followed", DependsOn::Order).minimal_on_addition().uniform();
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        Greatest.lookup(nodes, digest)
    }
    fn walk(&self, nodes: &Nodes, digest: Digest, mut visit: impl FnMut(NodeIndex) -> ControlFlow<()>) {
        let owner = self.lookup(nodes, digest);
        let mut seen = vec![owner];
        if nodes.len() > 1 {
            seen.push(A::second(nodes, owner));
        }
        if seen.iter().all(|&index| visit(index).is_continue()) {
            let _ = order::others(nodes, digest, &seen, visit);
        }
    }
}

/// The least index but the owner's.
#[derive(Clone, Default)]
struct Least;

impl After for Least {
    fn second(_: &Nodes, owner: NodeIndex) -> NodeIndex {
        index(usize::from(owner.get() == 0))
    }
}

/// The next index.
#[derive(Clone, Default)]
struct Next;

impl After for Next {
    fn second(nodes: &Nodes, owner: NodeIndex) -> NodeIndex {
        index((owner.as_usize() + 1) % nodes.len())
    }
}

#[test]
fn a_second_place_that_is_nearly_always_the_same() {
    let said = places::each_place_of_the_order_is_as_even_as_the_first(&Followed::<Least>::default()).unwrap_err();
    assert!(said.contains("place 2 of the preference order has"), "{said}");
}

#[test]
fn a_second_place_that_is_always_the_next() {
    // As even as can be, place by place.
    assert_eq!(places::each_place_of_the_order_is_as_even_as_the_first(&Followed::<Next>::default()), Ok(()));
    let said = places::any_other_comes_second_equally_often(&Followed::<Next>::default()).unwrap_err();
    assert!(said.contains("pairs of owner and second have"), "{said}");
}
