//! A look-up that allocates is found out, and so are memory that was not predicted and a counter that counts nothing.

use allocation_counter::measure;
use annulus_core::conformance::allocations::{look_ups_allocate_nothing, memory_is_as_predicted};
use annulus_core::{Census, Digest, Kernel, NodeIndex, Nodes, Properties};
use toys::{Greatest, Points, Ranges};

mod toys;

fn count(run: &mut dyn FnMut()) -> u64 {
    measure(run).count_total
}

fn live(run: &mut dyn FnMut()) -> i64 {
    measure(run).bytes_current
}

#[test]
fn the_provided_functions_allocate_nothing() {
    assert_eq!(look_ups_allocate_nothing(&Greatest, count), Ok(()));
}

#[test]
fn a_walk_that_keeps_a_list_is_named() {
    let said = look_ups_allocate_nothing(&Points::default(), count).unwrap_err();
    assert!(said.starts_with("`locate_n` made 1000 allocations for 5000 answers among 10 consumers"), "{said}");
}

#[test]
fn a_counter_that_counts_nothing_proves_nothing() {
    let said = look_ups_allocate_nothing(&Greatest, |run| {
        run();
        0
    });
    assert!(said.unwrap_err().contains("give one that counts"));
}

#[test]
fn states_that_take_what_they_predict_pass() {
    assert_eq!(memory_is_as_predicted(&Greatest, 300, live), Ok(()));
    assert_eq!(memory_is_as_predicted(&Ranges::default(), 300, live), Ok(()));
}

#[test]
fn a_list_that_doubles_is_named() {
    let said = memory_is_as_predicted(&Points::default(), 300, live).unwrap_err();
    assert!(said.starts_with("an addition that makes 10 consumers was to take 1280 bytes and takes "), "{said}");
}

/// Predicts a kilobyte a member and takes none.
#[derive(Clone, Default)]
struct Cautious;

impl Kernel for Cautious {
    const PROPERTIES: Properties = Greatest::PROPERTIES;
    fn rebuild(&mut self, _: &Nodes) {}
    fn lookup(&self, nodes: &Nodes, digest: Digest) -> NodeIndex {
        Greatest.lookup(nodes, digest)
    }
    fn heap_bytes(&self, census: &Census) -> u64 {
        1024 * census.len() as u64
    }
}

#[test]
fn memory_predicted_and_not_taken_is_named() {
    let said = memory_is_as_predicted(&Cautious, 300, live).unwrap_err();
    assert_eq!(said, "an addition that makes 10 consumers was to take 10240 bytes and takes only 0");
}

#[test]
fn a_counter_that_does_not_see_all_proves_nothing() {
    let nothing = memory_is_as_predicted(&Greatest, 300, |run| {
        run();
        0
    });
    assert!(nothing.unwrap_err().contains("saw 0 bytes where one was allocated"));
    let no_frees = memory_is_as_predicted(&Ranges::default(), 300, |run| i64::try_from(measure(run).bytes_total).unwrap());
    assert!(no_frees.unwrap_err().contains("give a counter that counts"));
}
